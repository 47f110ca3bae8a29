"""Emscripten's system calls on what is open already: files, folders, streams and pipes."""

from __future__ import annotations

from struct import Struct

from ..wasi import rights
from ..wasi.descriptors import Descriptor, FolderDescriptor, StreamDescriptor
from ..wasi.errno import BADF, INVAL, NOTSUP, NOTTY, Refused
from ..wasi.fd_functions import (
    MOST_OFFSET,
    fd_advise,
    fd_allocate,
    fd_datasync,
    fd_filestat_set_size,
)
from ..wasi.fd_functions import fd_seek as wasi_seek
from .devices import pipe
from .state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Tuple

_U32 = Struct("<I")
_DIRENT = Struct("<QQHB")
_POLLFD = Struct("<iHH")

# Flags of open.
WRONLY, RDWR = 1, 2
_APPEND, _NONBLOCK, _SYNC = 0o2000, 0o4000, 0o4010000
_FDFLAGS = ((_APPEND, rights.APPEND), (_NONBLOCK, rights.NONBLOCK))
# What fcntl does.
_DUPFD, _GETFD, _SETFD, _GETFL, _SETFL = 0, 1, 2, 3, 4
_GETLK, _SETLK, _SETLKW, _DUPFD_CLOEXEC = 12, 13, 14, 1030
_UNLOCKED = 2
# What ioctl reads of a terminal (TCGETS, TIOCGWINSZ, TIOCGPGRP, FIONREAD), with sizes,
# and sets (TCSETS, TCSETSW, TCSETSF, TIOCSPGRP, TIOCSWINSZ).
_TERMINAL_SIZES = {0x5401: 60, 0x5413: 8, 0x540F: 4, 0x541B: 4}
_TERMINAL_CHANGES = (0x5402, 0x5403, 0x5404, 0x5410, 0x5414)
# Types of entries, as folders have them.
_ENTRY_TYPES = {
    rights.BLOCK_DEVICE: 6,
    rights.CHARACTER_DEVICE: 2,
    rights.DIRECTORY: 4,
    rights.REGULAR_FILE: 8,
    rights.SYMBOLIC_LINK: 10,
    rights.SOCKET_STREAM: 12,
    rights.SOCKET_DGRAM: 12,
}
_POLLIN, _POLLOUT, _POLLNVAL = 1, 4, 32
_MOST_POLLED = 4096


def fdflags(flags: int) -> int:
    """WASI's flags of a descriptor, for those of open."""
    found = sum(other for flag, other in _FDFLAGS if flags & flag)
    return found | (rights.SYNC if flags & _SYNC == _SYNC else 0)


def __syscall_fcntl64(state: State, fd: int, what: int, arguments: int) -> int:
    descriptor = state.system.descriptors.get(fd)
    if what in (_DUPFD, _DUPFD_CLOEXEC):
        return state.system.descriptors.duplicate(fd, _argument(state, arguments))
    if what in (_GETFD, _SETFD, _SETLK, _SETLKW):
        return 0  # nobody else has the descriptor, or locks the file
    if what == _GETFL:
        return _open_flags(descriptor)
    if what == _SETFL:
        flags = fdflags(_argument(state, arguments))
        if descriptor.kind in ("file", "socket"):
            descriptor.opened.set_flags(flags)
        descriptor.flags = flags
        return 0
    if what == _GETLK:
        state.guest.write(_argument(state, arguments), _UNLOCKED.to_bytes(2, "little"))
        return 0
    raise Refused(INVAL)


def _argument(state: State, arguments: int) -> int:
    """The first of the arguments whose number is not fixed."""
    (value,) = _U32.unpack(state.guest.read(arguments, 4))
    return int(value)


def _open_flags(descriptor: Descriptor) -> int:
    can_read = descriptor.rights & rights.FD_READ or descriptor.kind == "folder"
    can_write = descriptor.rights & rights.FD_WRITE
    access = 0 if not can_write else RDWR if can_read else WRONLY
    return access | sum(flag for flag, other in _FDFLAGS if descriptor.flags & other)


def __syscall_ioctl(state: State, fd: int, what: int, arguments: int) -> int:
    """Standard streams say that they are terminals: what is printed comes line by line."""
    descriptor = state.system.descriptors.get(fd)
    if descriptor.kind != "stream":
        raise Refused(NOTTY)
    if what in _TERMINAL_SIZES:
        state.guest.write(_argument(state, arguments), bytes(_TERMINAL_SIZES[what]))
        return 0
    if what in _TERMINAL_CHANGES:
        return 0
    raise Refused(INVAL)


def __syscall_getdents64(state: State, fd: int, buffer: int, size: int) -> int:
    """As many entries as there is room for, from where the last call has ended."""
    descriptor = state.system.descriptors.folder(fd, rights.FD_READDIR)
    state.guest.check(buffer, size)
    start = descriptor.position
    entries = state.system.listings.of(descriptor, start)
    found, room = [], size
    for number in range(start, len(entries)):
        name, inode, type_ = entries[number]
        length = _DIRENT.size + len(name) + 1
        length += -length % 8
        if length > room:
            break
        kind = _ENTRY_TYPES.get(type_, 0)
        entry = _DIRENT.pack(inode & MOST_OFFSET, number + 1, length, kind) + name
        found.append(entry.ljust(length, b"\0"))
        room -= length
        descriptor.position = number + 1
    if not found and start < len(entries):
        raise Refused(INVAL)
    state.guest.write(buffer, b"".join(found))
    return size - room


def __syscall_ftruncate64(state: State, fd: int, size: int) -> int:
    fd_filestat_set_size(state.system, state.guest, fd, size)
    return 0


def __syscall_fallocate(
    state: State, fd: int, mode: int, offset: int, length: int
) -> int:
    if mode:
        raise Refused(NOTSUP)
    fd_allocate(state.system, state.guest, fd, offset, length)
    return 0


def __syscall_fadvise64(
    state: State, fd: int, offset: int, length: int, advice: int
) -> int:
    fd_advise(state.system, state.guest, fd, offset, length, advice)
    return 0


__syscall_fadvise64_64 = __syscall_fadvise64


def __syscall_fdatasync(state: State, fd: int) -> int:
    fd_datasync(state.system, state.guest, fd)
    return 0


def __syscall_dup(state: State, fd: int) -> int:
    return state.system.descriptors.duplicate(fd, 0)


def __syscall_dup3(state: State, fd: int, to: int, flags: int) -> int:
    if fd == to:
        raise Refused(INVAL)
    return state.system.descriptors.duplicate_to(fd, to)


def __syscall_pipe2(state: State, result: int, flags: int) -> int:
    state.guest.check(result, 8)
    reading, writing = pipe()
    descriptors = state.system.descriptors
    first = descriptors.add(StreamDescriptor(reading, rights.FD_READ))
    try:
        second = descriptors.add(StreamDescriptor(writing, rights.FD_WRITE))
    except Refused:
        descriptors.close(first)
        raise
    state.guest.put_u32(result, first)
    state.guest.put_u32(result + 4, second)
    return 0


def __syscall_pipe(state: State, result: int) -> int:
    return __syscall_pipe2(state, result, 0)


def __syscall_poll(state: State, array: int, count: int, timeout: int) -> int:
    """Files and streams are ready: nothing is waited for."""
    if count > _MOST_POLLED:
        raise Refused(INVAL)
    data = state.guest.read(array, count * _POLLFD.size)
    found: List[Tuple[int, int, int]] = []
    for fd, events, _ in _POLLFD.iter_unpack(data):
        found.append((fd, events, _ready(state, fd, events) if fd >= 0 else 0))
    state.guest.write(array, b"".join(_POLLFD.pack(*item) for item in found))
    return sum(1 for _, _, ready in found if ready)


def _ready(state: State, fd: int, events: int) -> int:
    try:
        descriptor = state.system.descriptors.get(fd)
    except Refused:
        return _POLLNVAL
    ready = 0 if descriptor.kind == "folder" else _POLLIN | _POLLOUT
    return events & ready


def __syscall__newselect(
    state: State, count: int, reading: int, writing: int, others: int, timeout: int
) -> int:
    if count > 1024:
        raise Refused(INVAL)
    total = 0
    for address, event in ((reading, _POLLIN), (writing, _POLLOUT), (others, 0)):
        if not address:
            continue
        size = -(-count // 32) * 4
        wanted = int.from_bytes(state.guest.read(address, size), "little")
        ready = 0
        for fd in range(count):
            if wanted >> fd & 1:
                found = _ready(state, fd, event)
                if found & _POLLNVAL:
                    raise Refused(BADF)
                ready |= bool(found) << fd
        total += bin(ready).count("1")
        state.guest.write(address, ready.to_bytes(size, "little"))
    return total


def fd_seek(state: State, fd: int, offset: int, whence: int, result: int) -> None:
    """WASI's, and for folders: to read them again."""
    descriptor = state.system.descriptors.get(fd)
    if not isinstance(descriptor, FolderDescriptor):
        wasi_seek(state.system, state.guest, fd, offset, whence, result)
        return
    if whence != rights.SET or offset > MOST_OFFSET:
        raise Refused(INVAL)
    state.guest.put_u64(result, offset)
    descriptor.position = offset
