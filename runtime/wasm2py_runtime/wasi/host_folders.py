"""Folders and files of the host, by descriptors.

A name is always taken relative to an open folder, and nothing follows a link.
"""

from __future__ import annotations

import os
import stat
import sys

from . import rights
from .errno import (
    ACCES,
    INVAL,
    LOOP,
    NOTSUP,
    ROFS,
    XDEV,
    Refused,
    of_host,
)
from .tree import Entry, Folder, Opening, Status, check_opening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional, Tuple, Union

    from .tree import Times

_TYPES = {
    stat.S_IFBLK: rights.BLOCK_DEVICE,
    stat.S_IFCHR: rights.CHARACTER_DEVICE,
    stat.S_IFDIR: rights.DIRECTORY,
    stat.S_IFREG: rights.REGULAR_FILE,
    stat.S_IFSOCK: rights.SOCKET_STREAM,
    stat.S_IFLNK: rights.SYMBOLIC_LINK,
}
_ALWAYS = 0
for _name in ("O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY"):
    # Without links, children, waiting for the other end of a pipe, and a terminal.
    _ALWAYS |= getattr(os, _name, 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
# A folder that may be passed through need not be one that may be listed.
_PASSING = getattr(os, "O_PATH", os.O_RDONLY)
_SYNC_FLAGS = {
    rights.DSYNC: getattr(os, "O_DSYNC", 0),
    rights.RSYNC: getattr(os, "O_RSYNC", 0),
    rights.SYNC: getattr(os, "O_SYNC", 0),
}
# What this module does relative to a folder.
_NEEDED: Tuple[Callable[..., Any], ...] = (
    *(os.open, os.stat, os.mkdir, os.rmdir, os.unlink),
    *(os.rename, os.link, os.symlink, os.readlink, os.utime),
)


def is_supported() -> bool:
    """Whether the platform has descriptors of folders, and opens without following."""
    return hasattr(os, "O_NOFOLLOW") and all(
        function in os.supports_dir_fd for function in _NEEDED
    )


def open_folder(path: "str | os.PathLike[str]", read_only: bool) -> "HostFolder":
    """The folder at a path that the host gives; raises OSError, NotImplementedError."""
    if not is_supported():
        raise NotImplementedError(
            f"cannot give the folder {os.fspath(path)!r} to a program safely: this platform"
            " has no descriptors of folders; give it a MemoryDirectory"
        )
    flags = os.O_RDONLY | _FOLDER | getattr(os, "O_CLOEXEC", 0)
    return HostFolder(os.open(path, flags), read_only)


def status_from(found: os.stat_result) -> Status:
    """What WASI tells of a file's status."""
    return Status(
        device=found.st_dev,
        inode=found.st_ino,
        type=_TYPES.get(stat.S_IFMT(found.st_mode), rights.UNKNOWN),
        links=found.st_nlink,
        size=found.st_size,
        accessed=found.st_atime_ns,
        modified=found.st_mtime_ns,
        changed=found.st_ctime_ns,
    )


def _whole(times: Times, now: os.stat_result) -> Tuple[int, int]:
    """Both times, where one may be left as it is."""
    accessed, modified = times
    return (
        now.st_atime_ns if accessed is None else accessed,
        now.st_mtime_ns if modified is None else modified,
    )


class _Handle:
    """A descriptor of the host, closed with the object at the latest."""

    is_folder = False
    is_of_host = True

    def __init__(self, fd: int, read_only: bool) -> None:
        self._fd = fd
        self.read_only = read_only

    def check_writable(self) -> None:
        if self.read_only:
            raise Refused(ROFS)

    def status(self) -> Status:
        return status_from(os.fstat(self._fd))

    def set_times(self, times: Times) -> None:
        self.check_writable()
        os.utime(self._fd, ns=_whole(times, os.fstat(self._fd)))

    def sync(self) -> None:
        os.fsync(self._fd)

    def close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def __del__(self) -> None:
        self.close()


class HostFile(_Handle):
    """An open regular file."""

    def read(self, count: int) -> bytes:
        return os.read(self._fd, count)

    def write(self, data: bytes) -> int:
        return os.write(self._fd, data)

    def read_at(self, count: int, offset: int) -> bytes:
        return os.pread(self._fd, count, offset)

    def write_at(self, data: bytes, offset: int) -> int:
        return os.pwrite(self._fd, data, offset)

    def seek(self, offset: int, whence: int) -> int:
        return os.lseek(self._fd, offset, whence)

    def set_flags(self, fdflags: int) -> None:
        """Append or not. Whether writes are synchronous cannot change."""
        from fcntl import F_GETFL, F_SETFL, fcntl

        flags = fcntl(self._fd, F_GETFL)
        wanted = [host for flag, host in _SYNC_FLAGS.items() if fdflags & flag]
        if any(flags & host != host for host in wanted):
            raise Refused(NOTSUP)
        append = os.O_APPEND if fdflags & rights.APPEND else 0
        fcntl(self._fd, F_SETFL, flags & ~os.O_APPEND | append)

    def set_size(self, size: int) -> None:
        self.check_writable()
        os.ftruncate(self._fd, size)

    def allocate(self, offset: int, length: int) -> None:
        self.check_writable()
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(self._fd, offset, length)
        elif offset + length > os.fstat(self._fd).st_size:
            os.ftruncate(self._fd, offset + length)


class HostFolder(_Handle):
    """An open folder."""

    is_folder = True

    def entries(self) -> List[Entry]:
        with os.scandir(self._fd) as found:
            return [
                Entry(os.fsencode(item.name), item.inode(), _entry_type(item))
                for item in found
            ]

    def enter(self, name: bytes) -> Optional[Folder]:
        flags = _PASSING | _FOLDER | _ALWAYS
        try:
            fd = os.open(name, flags, dir_fd=self._fd)
        except NotADirectoryError:
            return None
        except OSError as error:
            if of_host(error) == LOOP:
                return None
            raise
        return HostFolder(fd, self.read_only)

    def read_link(self, name: bytes) -> Optional[bytes]:
        try:
            return os.readlink(name, dir_fd=self._fd)
        except FileNotFoundError:
            return None
        except OSError as error:
            if of_host(error) == INVAL:
                return None
            raise

    def status_of(self, name: bytes) -> Status:
        return status_from(self._stat(name))

    def _stat(self, name: bytes) -> os.stat_result:
        return os.stat(name, dir_fd=self._fd, follow_symlinks=False)

    def open(self, name: bytes, how: Opening) -> Union[HostFile, "HostFolder"]:
        # First look what it is: to open a device may do something.
        if self._type_to_open(name, how) == rights.DIRECTORY:
            flags = os.O_RDONLY | _FOLDER | _ALWAYS
            return HostFolder(os.open(name, flags, dir_fd=self._fd), self.read_only)
        writes = how.writes or bool(how.oflags & rights.TRUNC)
        flags = _ALWAYS | _access(how.reads, writes) | _flags(how)
        if self.read_only:  # others may have removed it meanwhile
            flags &= ~os.O_CREAT
        file = HostFile(os.open(name, flags, 0o666, dir_fd=self._fd), self.read_only)
        # Others may have replaced it meanwhile.
        if file.status().type != rights.REGULAR_FILE:
            file.close()
            raise Refused(ACCES)
        if how.oflags & rights.TRUNC:
            file.set_size(0)
        return file

    def _type_to_open(self, name: bytes, how: Opening) -> int:
        """The type of what is opened, or created; raises `Refused` for what is not."""
        try:
            type_ = self.status_of(name).type
        except FileNotFoundError:
            if not how.oflags & rights.CREAT:
                raise
            if how.oflags & rights.OPEN_DIRECTORY:
                raise Refused(INVAL) from None
            self.check_writable()
            return rights.REGULAR_FILE
        check_opening(type_, how, self.read_only)
        return type_

    def make_folder(self, name: bytes) -> None:
        self.check_writable()
        os.mkdir(name, dir_fd=self._fd)

    def make_link(self, target: bytes, name: bytes) -> None:
        self.check_writable()
        os.symlink(target, name, dir_fd=self._fd)

    def remove_folder(self, name: bytes) -> None:
        self.check_writable()
        os.rmdir(name, dir_fd=self._fd)

    def remove_file(self, name: bytes) -> None:
        self.check_writable()
        os.unlink(name, dir_fd=self._fd)

    def rename(self, name: bytes, folder: Folder, new: bytes) -> None:
        target = self._other(folder)
        os.rename(name, new, src_dir_fd=self._fd, dst_dir_fd=target._fd)

    def link(self, name: bytes, folder: Folder, new: bytes) -> None:
        # Where the original is read-only, another name in a folder that is not would
        # be a way to write to it.
        target = self._other(folder)
        _link(self._fd, name, target._fd, new)

    def _other(self, folder: Folder) -> "HostFolder":
        """Where something of this folder goes. Both must be writable."""
        if not isinstance(folder, HostFolder):
            raise Refused(XDEV)
        self.check_writable()
        folder.check_writable()
        return folder

    def set_times_of(self, name: bytes, times: Times) -> None:
        self.check_writable()
        whole = _whole(times, self._stat(name))
        os.utime(name, ns=whole, dir_fd=self._fd, follow_symlinks=False)


def _link(fd: int, name: bytes, new_fd: int, new: bytes) -> None:
    """Give a file, or a link itself, another name."""
    try:
        os.link(name, new, src_dir_fd=fd, dst_dir_fd=new_fd, follow_symlinks=False)
    except OSError as error:
        if of_host(error) != INVAL or sys.implementation.name != "pypy":
            raise
        # A PyPy that passes a flag there is not. It passes none for following, and then
        # the system does not follow.
        os.link(name, new, src_dir_fd=fd, dst_dir_fd=new_fd)


def _access(reads: bool, writes: bool) -> int:
    if writes:
        return os.O_RDWR if reads else os.O_WRONLY
    return os.O_RDONLY


def _flags(how: Opening) -> int:
    """The host's flags, but for O_TRUNC: what is opened is not known yet."""
    flags = 0
    for flag, host in _SYNC_FLAGS.items():
        if how.fdflags & flag:
            flags |= host
    if how.fdflags & rights.APPEND:
        flags |= os.O_APPEND
    if how.oflags & rights.CREAT:
        flags |= os.O_CREAT
    if how.oflags & rights.EXCL:
        flags |= os.O_EXCL
    return flags


def _entry_type(item: "os.DirEntry[str]") -> int:
    if item.is_symlink():
        return rights.SYMBOLIC_LINK
    if item.is_dir(follow_symlinks=False):
        return rights.DIRECTORY
    if item.is_file(follow_symlinks=False):
        return rights.REGULAR_FILE
    try:
        mode = item.stat(follow_symlinks=False).st_mode
    except FileNotFoundError:  # it has gone meanwhile
        return rights.UNKNOWN
    return _TYPES.get(stat.S_IFMT(mode), rights.UNKNOWN)
