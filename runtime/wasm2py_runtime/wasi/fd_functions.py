"""The functions on descriptors: ``fd_*``."""

from __future__ import annotations

from . import rights
from .descriptors import Descriptor, FolderDescriptor
from .errno import (
    AGAIN,
    BADF,
    INVAL,
    ISDIR,
    NAMETOOLONG,
    NOTCAPABLE,
    NOTDIR,
    SPIPE,
    Refused,
    number_of,
)
from .guest import PIECE, Buffer, Guest, pieces
from .layout import DIRENT, FDSTAT, PRESTAT
from .process import System
from .tree import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional

    from .tree import Times

# The host's offsets and times are signed.
MOST_OFFSET = (1 << 63) - 1
_MOST_ADVICE = 5
_U32 = 4
_U64 = 8


def _file(system: System, fd: int, needed: int) -> Any:
    """The regular file behind a descriptor that has these rights."""
    descriptor = system.descriptors.get(fd)
    if descriptor.kind == "folder":
        raise Refused(ISDIR)
    if descriptor.kind != "file":
        raise Refused(SPIPE)
    return system.descriptors.get(fd, needed).opened


def _checked(offset: int) -> int:
    if offset > MOST_OFFSET:
        raise Refused(INVAL)
    return offset


def fd_advise(
    system: System, guest: Guest, fd: int, offset: int, length: int, advice: int
) -> None:
    """Advice is taken, and not followed."""
    _file(system, fd, rights.FD_ADVISE)
    if advice > _MOST_ADVICE:
        raise Refused(INVAL)


def fd_allocate(
    system: System, guest: Guest, fd: int, offset: int, length: int
) -> None:
    file = _file(system, fd, rights.FD_ALLOCATE)
    if not length:
        raise Refused(INVAL)
    _checked(offset + length)
    file.allocate(offset, length)


def fd_close(system: System, guest: Guest, fd: int) -> None:
    system.descriptors.close(fd)


def fd_datasync(system: System, guest: Guest, fd: int) -> None:
    _sync(system.descriptors.get(fd), rights.FD_DATASYNC)


def fd_sync(system: System, guest: Guest, fd: int) -> None:
    _sync(system.descriptors.get(fd), rights.FD_SYNC)


def _sync(descriptor: Descriptor, needed: int) -> None:
    if descriptor.kind == "folder":
        needed = rights.FD_SYNC
    if descriptor.kind == "stream":  # what is written is flushed at once
        return
    if needed & ~descriptor.rights:
        raise Refused(NOTCAPABLE)
    descriptor.opened.sync()


def fd_fdstat_get(system: System, guest: Guest, fd: int, result: int) -> None:
    d = system.descriptors.get(fd)
    guest.write(result, FDSTAT.pack(d.type, d.flags, d.rights, d.inheriting))


def fd_fdstat_set_flags(system: System, guest: Guest, fd: int, fdflags: int) -> None:
    descriptor = system.descriptors.get(fd, rights.FD_FDSTAT_SET_FLAGS)
    if fdflags & ~rights.ALL_FLAGS:
        raise Refused(INVAL)
    if descriptor.kind in ("file", "socket"):
        descriptor.opened.set_flags(fdflags)
    descriptor.flags = fdflags


def fd_fdstat_set_rights(
    system: System, guest: Guest, fd: int, base: int, inheriting: int
) -> None:
    descriptor = system.descriptors.get(fd)
    if base & ~descriptor.rights or inheriting & ~descriptor.inheriting:
        raise Refused(NOTCAPABLE)
    descriptor.rights, descriptor.inheriting = base, inheriting


def fd_filestat_get(system: System, guest: Guest, fd: int, result: int) -> None:
    descriptor = system.descriptors.get(fd, rights.FD_FILESTAT_GET)
    put_status(guest, result, descriptor.opened.status())


def put_status(guest: Guest, result: int, status: Status) -> None:
    fields = [field & 0xFFFFFFFFFFFFFFFF for field in status]
    guest.write(result, guest.layout.filestat.pack(*fields))


def fd_filestat_set_size(system: System, guest: Guest, fd: int, size: int) -> None:
    _file(system, fd, rights.FD_FILESTAT_SET_SIZE).set_size(_checked(size))


def fd_filestat_set_times(
    system: System, guest: Guest, fd: int, accessed: int, modified: int, flags: int
) -> None:
    descriptor = system.descriptors.get(fd)
    if descriptor.kind not in ("file", "folder"):
        raise Refused(INVAL)
    descriptor = system.descriptors.get(fd, rights.FD_FILESTAT_SET_TIMES)
    descriptor.opened.set_times(times(system, accessed, modified, flags))


def times(system: System, accessed: int, modified: int, flags: int) -> Times:
    """The times that the flags say."""
    both = (
        flags & rights.ATIM and flags & rights.ATIM_NOW,
        flags & rights.MTIM and flags & rights.MTIM_NOW,
    )
    if any(both) or flags > 15:
        raise Refused(INVAL)
    return (
        _time(system, accessed, flags & rights.ATIM, flags & rights.ATIM_NOW),
        _time(system, modified, flags & rights.MTIM, flags & rights.MTIM_NOW),
    )


def _time(system: System, given: int, is_given: int, is_now: int) -> Optional[int]:
    if is_now:
        return system.clocks.realtime()
    return _checked(given) if is_given else None


def fd_prestat_get(system: System, guest: Guest, fd: int, result: int) -> None:
    guest.write(result, PRESTAT.pack(0, len(_preopen(system, fd))))


def fd_prestat_dir_name(
    system: System, guest: Guest, fd: int, path: int, length: int
) -> None:
    name = _preopen(system, fd)
    if length < len(name):
        raise Refused(NAMETOOLONG)
    guest.write(path, name)


def _preopen(system: System, fd: int) -> bytes:
    path = system.descriptors.get(fd).preopen
    if path is None:
        raise Refused(BADF)
    return path


def fd_read(
    system: System, guest: Guest, fd: int, iovs: int, count: int, result: int
) -> None:
    descriptor = _transferring(system, fd, rights.FD_READ)
    guest.check(result, _U32)
    buffers = guest.buffers(iovs, count)
    read = descriptor.opened.read
    if descriptor.kind == "file":
        done = read_pieces(guest, buffers, read)
    else:
        done = scatter(guest, buffers, read)
    guest.put_u32(result, done)


def fd_pread(
    system: System, guest: Guest, fd: int, iovs: int, count: int, offset: int, out: int
) -> None:
    file = _file(system, fd, rights.FD_READ | rights.FD_SEEK)
    guest.check(out, _U32)
    buffers = guest.buffers(iovs, count)
    at = _checked(offset)

    def read(length: int) -> bytes:
        nonlocal at
        data: bytes = file.read_at(length, at)
        at += len(data)
        return data

    guest.put_u32(out, read_pieces(guest, buffers, read))


def _transferring(system: System, fd: int, needed: int) -> Descriptor:
    """A descriptor to read from, or to write to, now."""
    descriptor = system.descriptors.get(fd)
    if descriptor.kind == "folder":
        raise Refused(ISDIR)
    descriptor = system.descriptors.get(fd, needed)
    if descriptor.kind == "stream" and descriptor.flags & rights.NONBLOCK:
        from .polling import is_ready

        if not is_ready(descriptor.opened.fileno, needed == rights.FD_WRITE):
            raise Refused(AGAIN)
    return descriptor


def read_pieces(
    guest: Guest, buffers: List[Buffer], read: Callable[[int], bytes]
) -> int:
    """Read from a file until the buffers are full, or it ends."""
    done = 0
    for start, length in pieces(buffers):
        try:
            data = read(length)
        except Exception as error:
            if done and number_of(error) is not None:
                break
            raise
        guest.write(start, data)
        done += len(data)
        if len(data) < length:
            break
    return done


def scatter(guest: Guest, buffers: List[Buffer], read: Callable[[int], bytes]) -> int:
    """Read once, which may have to wait, and fill the buffers as far as it goes."""
    wanted = min(sum(length for _, length in buffers), PIECE)
    data = read(wanted) if wanted else b""
    if len(data) > wanted:
        raise ValueError(f"stdin gave {len(data)} bytes where {wanted} were asked for")
    begin = 0
    for start, length in buffers:
        part = data[begin : begin + length]
        guest.write(start, part)
        begin += len(part)
    return len(data)


def fd_write(
    system: System, guest: Guest, fd: int, iovs: int, count: int, result: int
) -> None:
    descriptor = _transferring(system, fd, rights.FD_WRITE)
    guest.check(result, _U32)
    buffers = guest.buffers(iovs, count)
    guest.put_u32(result, gather(guest, buffers, descriptor.opened.write))


def fd_pwrite(
    system: System, guest: Guest, fd: int, iovs: int, count: int, offset: int, out: int
) -> None:
    file = _file(system, fd, rights.FD_WRITE | rights.FD_SEEK)
    guest.check(out, _U32)
    buffers = guest.buffers(iovs, count)
    at = _checked(offset)

    def write(data: bytes) -> int:
        nonlocal at
        written: int = file.write_at(data, at)
        at += written
        return written

    guest.put_u32(out, gather(guest, buffers, write))


def gather(guest: Guest, buffers: List[Buffer], write: Callable[[bytes], int]) -> int:
    """Write what is in the buffers: in one go, unless it is long."""
    if sum(length for _, length in buffers) <= PIECE:
        data = [guest.read(start, length) for start, length in buffers]
        return write(data[0] if len(data) == 1 else b"".join(data))
    done = 0
    for start, length in pieces(buffers):
        try:
            written = write(guest.read(start, length))
        except Exception as error:
            if done and number_of(error) is not None:
                break
            raise
        done += written
        if written < length:
            break
    return done


def fd_readdir(
    system: System,
    guest: Guest,
    fd: int,
    buffer: int,
    length: int,
    cookie: int,
    result: int,
) -> None:
    descriptor = system.descriptors.get(fd)
    if not isinstance(descriptor, FolderDescriptor):
        raise Refused(NOTDIR)
    system.descriptors.get(fd, rights.FD_READDIR)
    guest.check(buffer, length)
    guest.check(result, _U32)
    entries = system.listings.of(descriptor, cookie)
    found, size = [], 0
    for number in range(cookie, len(entries)):
        name, inode, type_ = entries[number]
        found.append(DIRENT.pack(number + 1, inode, len(name), type_) + name)
        size += len(found[-1])
        if size >= length:
            break
    # The last one may be there in part: then the program asks for it again.
    data = b"".join(found)[:length]
    guest.write(buffer, data)
    guest.put_u32(result, len(data))


def fd_renumber(system: System, guest: Guest, fd: int, to: int) -> None:
    system.descriptors.renumber(fd, to)


def fd_seek(
    system: System, guest: Guest, fd: int, delta: int, whence: int, result: int
) -> None:
    offset = delta - (1 << 64) if delta > MOST_OFFSET else delta
    needed = rights.FD_SEEK
    if whence >= len(guest.layout.whences):
        _file(system, fd, 0)
        raise Refused(INVAL)
    meaning = guest.layout.whences[whence]
    if meaning == rights.CUR and not offset:
        needed = rights.FD_TELL
    file = _file(system, fd, 0)
    if not system.descriptors.get(fd).rights & (needed | rights.FD_SEEK):
        raise Refused(NOTCAPABLE)
    guest.check(result, _U64)
    guest.put_u64(result, file.seek(offset, meaning))


def fd_tell(system: System, guest: Guest, fd: int, result: int) -> None:
    file = _file(system, fd, rights.FD_TELL)
    guest.check(result, _U64)
    guest.put_u64(result, file.seek(0, rights.CUR))
