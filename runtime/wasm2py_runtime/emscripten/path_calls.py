"""Emscripten's system calls on paths, over the files that WASI's functions work on.

A call gives its result, or raises what `number_of` knows: that is negated for the program.
Paths are texts that a zero ends; they begin at an open folder or, for `AT_FDCWD`, at the
current one. Modes and owners are not kept: a folder of the host's has its own.
"""

from __future__ import annotations

from struct import Struct

from ..wasi import rights
from ..wasi.descriptors import (
    StreamDescriptor,
    opened_descriptor,
)
from ..wasi.errno import (
    ACCES,
    AFNOSUPPORT,
    EXIST,
    INVAL,
    ISDIR,
    NOENT,
    NOTCAPABLE,
    NOTDIR,
    PERM,
    RANGE,
    Refused,
)
from ..wasi.fd_functions import (
    MOST_OFFSET,
)
from ..wasi.paths import Place, check_path
from ..wasi.tree import Opening, Status
from .descriptor_calls import RDWR, WRONLY, fdflags
from .devices import device
from .files import (
    AT_FDCWD,
    DEVICES,
    absolute,
    change_folder,
    change_to_preopen,
    is_device,
    looked_up,
    read_path,
    status_at,
    to_change,
)
from .state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..wasi.tree import Times

_TIMES = Struct("<qi4xqi4x")
_STATFS = Struct("<IIQQQQQQIII16x4x")
_NANOSECONDS = 1_000_000_000

# Flags of open.
_ACCMODE = 3
_CREAT, _EXCL, _TRUNC = 0o100, 0o200, 0o1000
_DIRECTORY, _NOFOLLOW = 0o200000, 0o400000
# Flags of what takes a path.
_SYMLINK_NOFOLLOW, _REMOVEDIR, _EMPTY_PATH = 0x100, 0x200, 0x1000
_W_OK = 2
_NOW, _OMIT = 0x3FFFFFFF, 0x3FFFFFFE
_READING = rights.FD_READ | rights.FD_SEEK | rights.FD_TELL
_WRITING = rights.FD_WRITE | rights.FD_SEEK | rights.FD_TELL | rights.FD_ALLOCATE
_WRITING |= rights.FD_FILESTAT_SET_SIZE
_ALWAYS = rights.ALL & ~(_READING | _WRITING) | rights.FD_SEEK | rights.FD_TELL


def __syscall_openat(
    state: State, fd: int, path: int, flags: int, arguments: int
) -> int:
    name = read_path(state, path)
    if name.startswith(b"/") or fd == AT_FDCWD:
        whole = absolute(state, name)
        if is_device(whole):
            return _open_device(state, whole)
    reads, writes = flags & _ACCMODE != WRONLY, flags & _ACCMODE in (WRONLY, RDWR)
    oflags = _oflags(flags)
    exclusive = oflags & rights.CREAT and oflags & rights.EXCL
    follow = not (exclusive or flags & _NOFOLLOW)
    with looked_up(state, fd, name, follow) as found:
        if found.must_be_folder:
            if oflags & rights.CREAT:
                raise Refused(ISDIR)
            oflags |= rights.OPEN_DIRECTORY
        how = Opening(oflags, fdflags(flags), reads, writes)
        opened = found.folder.open(found.name, how)
    base = _ALWAYS | (_READING if reads else 0) | (_WRITING if writes else 0)
    descriptor = opened_descriptor(opened, base, rights.ALL, how)
    return state.system.descriptors.add(descriptor)


def __syscall_open(state: State, path: int, flags: int, arguments: int) -> int:
    return __syscall_openat(state, AT_FDCWD, path, flags, arguments)


def _open_device(state: State, path: bytes) -> int:
    if path in DEVICES:
        return state.system.descriptors.duplicate(DEVICES[path], 0)
    base = rights.FD_READ | rights.FD_WRITE
    descriptor = StreamDescriptor(device(path, state.system.random), base)
    return state.system.descriptors.add(descriptor)


def _oflags(flags: int) -> int:
    pairs = (
        (_CREAT, rights.CREAT),
        (_EXCL, rights.EXCL),
        (_TRUNC, rights.TRUNC),
        (_DIRECTORY, rights.OPEN_DIRECTORY),
    )
    return sum(other for flag, other in pairs if flags & flag)


def _put_status(state: State, result: int, status: Status) -> int:
    state.guest.write(result, state.stat.pack(status))
    return 0


def __syscall_stat64(state: State, path: int, result: int) -> int:
    status = status_at(state, AT_FDCWD, read_path(state, path), True)
    return _put_status(state, result, status)


def __syscall_lstat64(state: State, path: int, result: int) -> int:
    status = status_at(state, AT_FDCWD, read_path(state, path), False)
    return _put_status(state, result, status)


def __syscall_fstat64(state: State, fd: int, result: int) -> int:
    descriptor = state.system.descriptors.get(fd)
    status: Status = descriptor.opened.status()
    if descriptor.kind == "stream":
        status = status._replace(type=rights.CHARACTER_DEVICE)
    return _put_status(state, result, status)


def __syscall_newfstatat(
    state: State, fd: int, path: int, result: int, flags: int
) -> int:
    name = read_path(state, path)
    if not name and flags & _EMPTY_PATH:
        return __syscall_fstat64(state, fd, result)
    status = status_at(state, fd, name, not flags & _SYMLINK_NOFOLLOW)
    return _put_status(state, result, status)


__syscall_fstatat64 = __syscall_newfstatat


def __syscall_statfs64(state: State, path: int, size: int, result: int) -> int:
    status_at(state, AT_FDCWD, read_path(state, path), True)
    return _put_statfs(state, size, result)


def __syscall_fstatfs64(state: State, fd: int, size: int, result: int) -> int:
    state.system.descriptors.get(fd)
    return _put_statfs(state, size, result)


def _put_statfs(state: State, size: int, result: int) -> int:
    """How much room there is on the host is nobody's business: always the same."""
    blocks = 1_000_000
    numbers = 0, 4096, blocks, blocks // 2, blocks // 2, blocks, blocks, 42
    data = _STATFS.pack(*numbers, 255, 4096, 2)
    state.guest.write(result, data[:size])
    return 0


def __syscall_unlinkat(state: State, fd: int, path: int, flags: int) -> int:
    if flags & ~_REMOVEDIR:
        raise Refused(INVAL)
    with to_change(state, fd, read_path(state, path)) as found:
        if flags & _REMOVEDIR:
            found.folder.remove_folder(found.name)
        elif found.must_be_folder:
            raise Refused(ISDIR if _is_folder(found) else NOTDIR)
        else:
            found.folder.remove_file(found.name)
    return 0


def _is_folder(found: Place) -> bool:
    return found.folder.status_of(found.name).type == rights.DIRECTORY


def __syscall_unlink(state: State, path: int) -> int:
    return __syscall_unlinkat(state, AT_FDCWD, path, 0)


def __syscall_rmdir(state: State, path: int) -> int:
    return __syscall_unlinkat(state, AT_FDCWD, path, _REMOVEDIR)


def __syscall_mkdirat(state: State, fd: int, path: int, mode: int) -> int:
    name = read_path(state, path)
    with to_change(state, fd, name) as found:
        found.folder.make_folder(found.name)
    return 0


def __syscall_mkdir(state: State, path: int, mode: int) -> int:
    return __syscall_mkdirat(state, AT_FDCWD, path, mode)


def __syscall_mknodat(state: State, fd: int, path: int, mode: int, device: int) -> int:
    raise Refused(PERM)


def __syscall_renameat(
    state: State, fd: int, path: int, new_fd: int, new_path: int
) -> int:
    old_place = to_change(state, fd, read_path(state, path))
    new_place = to_change(state, new_fd, read_path(state, new_path))
    with old_place as old, new_place as new:
        if (old.must_be_folder or new.must_be_folder) and not _is_folder(old):
            raise Refused(NOTDIR)
        old.folder.rename(old.name, new.folder, new.name)
    return 0


def __syscall_rename(state: State, path: int, new_path: int) -> int:
    return __syscall_renameat(state, AT_FDCWD, path, AT_FDCWD, new_path)


def __syscall_linkat(
    state: State, fd: int, path: int, new_fd: int, new_path: int, flags: int
) -> int:
    if flags:
        raise Refused(INVAL)
    old_place = to_change(state, fd, read_path(state, path))
    new_place = to_change(state, new_fd, read_path(state, new_path))
    with old_place as old, new_place as new:
        if old.must_be_folder:
            old.check_type(_is_folder(old))
        _check_new(new)
        old.folder.link(old.name, new.folder, new.name)
    return 0


def _check_new(found: Place) -> None:
    """See whether something that is no folder can be new there."""
    if found.must_be_folder:
        raise Refused(EXIST if _is_folder(found) else NOTDIR)


def __syscall_symlinkat(state: State, text: int, fd: int, path: int) -> int:
    content = read_path(state, text)
    check_path(content)
    with to_change(state, fd, read_path(state, path)) as found:
        # It would lead out of the folder, for others who follow it.
        if content.startswith(b"/"):
            raise Refused(NOTCAPABLE)
        if not content:
            raise Refused(NOENT)
        _check_new(found)
        found.folder.make_link(content, found.name)
    return 0


def __syscall_symlink(state: State, text: int, path: int) -> int:
    return __syscall_symlinkat(state, text, AT_FDCWD, path)


def __syscall_readlinkat(
    state: State, fd: int, path: int, buffer: int, size: int
) -> int:
    if not size:
        raise Refused(INVAL)
    name = read_path(state, path)
    if fd == AT_FDCWD and is_device(absolute(state, name)):
        raise Refused(INVAL)
    with looked_up(state, fd, name, False) as found:
        content = found.folder.read_link(found.name)
        if content is None:
            found.folder.status_of(found.name)
            raise Refused(INVAL)
    state.guest.check(buffer, min(size, len(content)))
    state.guest.write(buffer, content[:size])
    return min(len(content), size)


def __syscall_readlink(state: State, path: int, buffer: int, size: int) -> int:
    return __syscall_readlinkat(state, AT_FDCWD, path, buffer, size)


def __syscall_truncate64(state: State, path: int, size: int) -> int:
    if size > MOST_OFFSET:
        raise Refused(INVAL)
    with looked_up(state, AT_FDCWD, read_path(state, path)) as found:
        file: Any = found.folder.open(found.name, Opening(0, 0, False, True))
        try:
            file.set_size(size)
        finally:
            file.close()
    return 0


def __syscall_getcwd(state: State, buffer: int, size: int) -> int:
    if not size:
        raise Refused(INVAL)
    text = state.cwd + b"\0"
    if len(text) > size:
        raise Refused(RANGE)
    state.guest.write(buffer, text)
    return len(text)


def __syscall_chdir(state: State, path: int) -> int:
    change_folder(state, read_path(state, path))
    return 0


def __syscall_fchdir(state: State, fd: int) -> int:
    change_to_preopen(state, fd)
    return 0


def __syscall_faccessat(state: State, fd: int, path: int, mode: int, flags: int) -> int:
    if mode > 7:
        raise Refused(INVAL)
    name = read_path(state, path)
    status_at(state, fd, name, not flags & _SYMLINK_NOFOLLOW)
    if mode & _W_OK and not is_device(absolute(state, name)):
        with looked_up(state, fd, name) as found:
            if found.folder.read_only:
                raise Refused(ACCES)
    return 0


def __syscall_access(state: State, path: int, mode: int) -> int:
    return __syscall_faccessat(state, AT_FDCWD, path, mode, 0)


def __syscall_utimensat(
    state: State, fd: int, path: int, times: int, flags: int
) -> int:
    wanted = _times(state, times)
    if not path:
        descriptor = state.system.descriptors.get(fd)
        if descriptor.kind not in ("file", "folder"):
            raise Refused(INVAL)
        descriptor.opened.set_times(wanted)
        return 0
    follow = not flags & _SYMLINK_NOFOLLOW
    with looked_up(state, fd, read_path(state, path), follow) as found:
        if found.must_be_folder:
            found.check_type(_is_folder(found))
        found.folder.set_times_of(found.name, wanted)
    return 0


def _times(state: State, address: int) -> Times:
    now = state.system.clocks.realtime()
    if not address:
        return now, now
    data = state.guest.read(address, _TIMES.size)
    accessed, nanoseconds, modified, rest = _TIMES.unpack(data)
    return _time(accessed, nanoseconds, now), _time(modified, rest, now)


def _time(seconds: int, nanoseconds: int, now: int) -> "int | None":
    if nanoseconds == _NOW:
        return now
    if nanoseconds == _OMIT:
        return None
    time = seconds * _NANOSECONDS + nanoseconds
    if not 0 <= nanoseconds < _NANOSECONDS or not 0 <= time <= MOST_OFFSET:
        raise Refused(INVAL)
    return time


def __syscall_chmod(state: State, path: int, mode: int) -> int:
    """Modes are not kept. That something is there can be told."""
    status_at(state, AT_FDCWD, read_path(state, path), True)
    return 0


def __syscall_fchmod(state: State, fd: int, mode: int) -> int:
    state.system.descriptors.get(fd)
    return 0


def __syscall_fchmodat(state: State, fd: int, path: int, mode: int, flags: int) -> int:
    status_at(state, fd, read_path(state, path), True)
    return 0


__syscall_fchmodat2 = __syscall_fchmodat


def __syscall_chown32(state: State, path: int, owner: int, group: int) -> int:
    return __syscall_chmod(state, path, 0)


def __syscall_lchown32(state: State, path: int, owner: int, group: int) -> int:
    status_at(state, AT_FDCWD, read_path(state, path), False)
    return 0


def __syscall_fchown32(state: State, fd: int, owner: int, group: int) -> int:
    return __syscall_fchmod(state, fd, 0)


def __syscall_fchownat(
    state: State, fd: int, path: int, owner: int, group: int, flags: int
) -> int:
    return __syscall_fchmodat(state, fd, path, 0, flags)


def __syscall_umask(state: State, mask: int) -> int:
    old, state.umask = state.umask, mask & 0o777
    return old


def __syscall_getuid32(state: State) -> int:
    return 0


__syscall_getgid32 = __syscall_geteuid32 = __syscall_getegid32 = __syscall_getuid32


def __syscall_socket(state: State, *arguments: int) -> int:
    raise Refused(AFNOSUPPORT)
