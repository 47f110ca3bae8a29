"""The functions on paths: ``path_*``."""

from __future__ import annotations

from . import rights
from .descriptors import opened_descriptor
from .errno import EXIST, INVAL, ISDIR, NAMETOOLONG, NOTCAPABLE, NOTDIR, Refused
from .fd_functions import put_status, times
from .guest import Guest
from .paths import Place, check_path, place
from .process import System
from .tree import MOST_PATH, Opening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ContextManager

_U32 = 4
_ALL_OFLAGS = 15


def _path(guest: Guest, start: int, length: int) -> bytes:
    guest.check(start, length)
    if length > MOST_PATH:
        raise Refused(NAMETOOLONG)
    return guest.read(start, length)


def _looked_up(
    system: System,
    guest: Guest,
    fd: int,
    needed: int,
    flags: int,
    path: int,
    length: int,
) -> ContextManager[Place]:
    """What a path leads to, to look at or to open."""
    descriptor = system.descriptors.folder(fd, needed)
    if flags & ~rights.SYMLINK_FOLLOW:
        raise Refused(INVAL)
    follow = bool(flags & rights.SYMLINK_FOLLOW)
    return place(descriptor.opened, _path(guest, path, length), follow=follow)


def _to_change(
    system: System, guest: Guest, fd: int, needed: int, path: int, length: int
) -> ContextManager[Place]:
    """Where a path's last name is, to change what is there."""
    descriptor = system.descriptors.folder(fd, needed)
    return place(descriptor.opened, _path(guest, path, length), to_change=True)


def _type(found: Place) -> int:
    return found.folder.status_of(found.name).type


def _check_existing(found: Place) -> None:
    """See whether there is a folder where one is meant."""
    if found.must_be_folder:
        found.check_type(_type(found) == rights.DIRECTORY)


def _check_new(found: Place) -> None:
    """See whether something that is no folder can be new there."""
    if found.must_be_folder:
        raise Refused(EXIST if _type(found) == rights.DIRECTORY else NOTDIR)


def path_create_directory(
    system: System, guest: Guest, fd: int, path: int, length: int
) -> None:
    needed = rights.PATH_CREATE_DIRECTORY
    with _to_change(system, guest, fd, needed, path, length) as found:
        found.folder.make_folder(found.name)


def path_filestat_get(
    system: System, guest: Guest, fd: int, flags: int, path: int, length: int, out: int
) -> None:
    needed = rights.PATH_FILESTAT_GET
    with _looked_up(system, guest, fd, needed, flags, path, length) as found:
        status = found.folder.status_of(found.name)
    found.check_type(status.type == rights.DIRECTORY)
    put_status(guest, out, status)


def path_filestat_set_times(
    system: System,
    guest: Guest,
    fd: int,
    flags: int,
    path: int,
    length: int,
    accessed: int,
    modified: int,
    what: int,
) -> None:
    needed = rights.PATH_FILESTAT_SET_TIMES
    with _looked_up(system, guest, fd, needed, flags, path, length) as found:
        wanted = times(system, accessed, modified, what)
        _check_existing(found)
        found.folder.set_times_of(found.name, wanted)


def path_link(
    system: System,
    guest: Guest,
    fd: int,
    flags: int,
    path: int,
    length: int,
    new_fd: int,
    new_path: int,
    new_length: int,
) -> None:
    source, target = rights.PATH_LINK_SOURCE, rights.PATH_LINK_TARGET
    if flags:  # a link to what a symbolic link leads to
        raise Refused(INVAL)
    old_place = _to_change(system, guest, fd, source, path, length)
    new_place = _to_change(system, guest, new_fd, target, new_path, new_length)
    with old_place as old, new_place as new:
        _check_existing(old)
        _check_new(new)
        old.folder.link(old.name, new.folder, new.name)


def path_open(
    system: System,
    guest: Guest,
    fd: int,
    flags: int,
    path: int,
    length: int,
    oflags: int,
    base: int,
    inheriting: int,
    fdflags: int,
    result: int,
) -> None:
    needed = rights.PATH_OPEN
    if oflags & rights.CREAT:
        needed |= rights.PATH_CREATE_FILE
        if oflags & rights.EXCL:  # a link is there, even if what it leads to is not
            flags &= ~rights.SYMLINK_FOLLOW
    if oflags & rights.TRUNC:
        needed |= rights.PATH_FILESTAT_SET_SIZE
    # Programs ask for rights that there are not, and mean all.
    base, inheriting = base & rights.ALL, inheriting & rights.ALL
    with _looked_up(system, guest, fd, needed, flags, path, length) as found:
        guest.check(result, _U32)
        if oflags & ~_ALL_OFLAGS or fdflags & ~rights.ALL_FLAGS:
            raise Refused(INVAL)
        if (base | inheriting) & ~system.descriptors.get(fd).inheriting:
            raise Refused(NOTCAPABLE)
        how = _opening(found, oflags, fdflags, base)
        opened = found.folder.open(found.name, how)
    descriptor = opened_descriptor(opened, base, inheriting, how)
    guest.put_u32(result, system.descriptors.add(descriptor))


def _opening(found: Place, oflags: int, fdflags: int, base: int) -> Opening:
    if found.must_be_folder:
        if oflags & rights.CREAT:
            raise Refused(ISDIR)
        oflags |= rights.OPEN_DIRECTORY
    writes = bool(base & rights.WRITING)
    reads = bool(base & rights.FD_READ) or not writes
    return Opening(oflags, fdflags, reads, writes)


def path_readlink(
    system: System,
    guest: Guest,
    fd: int,
    path: int,
    length: int,
    buffer: int,
    size: int,
    result: int,
) -> None:
    needed = rights.PATH_READLINK
    with _looked_up(system, guest, fd, needed, 0, path, length) as found:
        target = found.folder.read_link(found.name)
        if target is None:
            found.folder.status_of(found.name)
            raise Refused(INVAL)
    guest.check(buffer, size)
    guest.check(result, _U32)
    guest.write(buffer, target[:size])
    guest.put_u32(result, min(len(target), size))


def path_remove_directory(
    system: System, guest: Guest, fd: int, path: int, length: int
) -> None:
    needed = rights.PATH_REMOVE_DIRECTORY
    with _to_change(system, guest, fd, needed, path, length) as found:
        found.folder.remove_folder(found.name)


def path_rename(
    system: System,
    guest: Guest,
    fd: int,
    path: int,
    length: int,
    new_fd: int,
    new_path: int,
    new_length: int,
) -> None:
    source, target = rights.PATH_RENAME_SOURCE, rights.PATH_RENAME_TARGET
    old_place = _to_change(system, guest, fd, source, path, length)
    new_place = _to_change(system, guest, new_fd, target, new_path, new_length)
    with old_place as old, new_place as new:
        # A slash behind the new name, too, says that a folder is meant.
        if old.must_be_folder or new.must_be_folder:
            if _type(old) != rights.DIRECTORY:
                raise Refused(NOTDIR)
        old.folder.rename(old.name, new.folder, new.name)


def path_symlink(
    system: System,
    guest: Guest,
    path: int,
    length: int,
    fd: int,
    new_path: int,
    new_length: int,
) -> None:
    target = _path(guest, path, length)
    check_path(target)
    needed = rights.PATH_SYMLINK
    with _to_change(system, guest, fd, needed, new_path, new_length) as found:
        # It would lead out of the folder, for others who follow it.
        if target.startswith(b"/"):
            raise Refused(NOTCAPABLE)
        _check_new(found)
        found.folder.make_link(target, found.name)


def path_unlink_file(
    system: System, guest: Guest, fd: int, path: int, length: int
) -> None:
    needed = rights.PATH_UNLINK_FILE
    with _to_change(system, guest, fd, needed, path, length) as found:
        if found.must_be_folder:
            raise Refused(ISDIR if _type(found) == rights.DIRECTORY else NOTDIR)
        found.folder.remove_file(found.name)
