"""Files that are mapped into memory: copies, which are written back."""

from __future__ import annotations

from ..wasi import rights
from ..wasi.errno import FAULT, INVAL, NODEV, NOMEM, Refused
from ..wasi.guest import PIECE
from .state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PAGE = 1 << 16
_MOST = 0xFFFFFFFF
_PROT_WRITE = 2
_MAP_PRIVATE = 2


def _mmap_js(
    state: State,
    length: int,
    prot: int,
    flags: int,
    fd: int,
    offset: int,
    allocated: int,
    address: int,
) -> int:
    """Map a file: a copy of its contents, which `_msync_js` writes back."""
    state.guest.check(address, 4)
    start = mmap_at(state, 0, length, prot, flags, fd, offset, allocated)
    state.guest.put_u32(address, start)
    return 0


def mmap_at(
    state: State,
    hint: int,
    length: int,
    prot: int,
    flags: int,
    fd: int,
    offset: int,
    allocated: int,
) -> int:
    """The same, before 3.1.20 or so: the address is the result."""
    file = _file(state, fd)
    state.guest.check(allocated, 4)
    if not length or offset >= 1 << 63:
        raise Refused(INVAL)
    make = state.export("emscripten_builtin_memalign", "memalign")
    room = -(-length // _PAGE) * _PAGE
    start = int(make(_PAGE, room)) & _MOST if room <= _MOST else 0
    if not start:
        raise Refused(NOMEM)
    state.guest.check(start, length)
    _fill(state, file, start, length, offset)
    if not flags & _MAP_PRIVATE and prot & _PROT_WRITE:
        state.system.descriptors.get(fd, rights.FD_WRITE)
    state.guest.put_u32(allocated, 1)
    return start


def _fill(state: State, file: Any, start: int, length: int, offset: int) -> None:
    """Copy a file's contents into memory, zeros where there are none."""
    done = 0
    while done < length:
        count = min(PIECE, length - done)
        data: bytes = file.read_at(count, offset + done)
        state.guest.write(start + done, data + bytes(count - len(data)))
        done += count


def _file(state: State, fd: int) -> Any:
    descriptor = state.system.descriptors.get(fd)
    if descriptor.kind != "file":
        raise Refused(NODEV)
    opened: Any = state.system.descriptors.get(fd, rights.FD_READ).opened
    return opened


def _msync_js(
    state: State, start: int, length: int, prot: int, flags: int, fd: int, offset: int
) -> int:
    """Write a mapping back to its file, as far as the file goes."""
    file = _file(state, fd)
    if flags & _MAP_PRIVATE or not prot & _PROT_WRITE:
        return 0
    state.system.descriptors.get(fd, rights.FD_WRITE)
    end = max(0, file.status().size - offset)
    length = min(length, end)
    if start + length > len(state.guest.memory.buffer):
        raise Refused(FAULT)
    for done in range(0, length, PIECE):
        data = state.guest.read(start + done, min(PIECE, length - done))
        file.write_at(data, offset + done)
    return 0


def _munmap_js(
    state: State, start: int, length: int, prot: int, flags: int, fd: int, offset: int
) -> int:
    """End a mapping; the module frees its memory itself."""
    return _msync_js(state, start, length, prot, flags, fd, offset)


def msync(state: State, start: int, length: int, flags: int, fd: int) -> int:
    """The same as `_msync_js`, in versions before."""
    return _msync_js(state, start, length, _PROT_WRITE, 0, fd, 0)
