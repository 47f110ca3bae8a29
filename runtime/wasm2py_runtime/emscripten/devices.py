"""What every program has besides its files: ``/dev/null``, ``/dev/urandom``, pipes."""

from __future__ import annotations

from ..wasi import rights
from ..wasi.errno import AGAIN, Refused
from ..wasi.streams import Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Tuple

# What a pipe holds at most, as Linux has it. There may be thousands.
_MOST_WAITING = 1 << 16


class _Null(Stream):
    type = rights.CHARACTER_DEVICE

    def read(self, count: int) -> bytes:
        return b""

    def write(self, data: bytes) -> int:
        return len(data)


class _Random(_Null):
    def __init__(self, source: Callable[[int], bytes]) -> None:
        self._source = source

    def read(self, count: int) -> bytes:
        return self._source(min(count, 1 << 16))


def device(path: bytes, random: Callable[[int], bytes]) -> Stream:
    """The device at a path."""
    return _Null() if path == b"/dev/null" else _Random(random)


class _Reading(Stream):
    """The end of a pipe that is read from. Nobody else writes: it never waits."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def available(self) -> int:
        return len(self.waiting)

    def read(self, count: int) -> bytes:
        if not self.waiting:
            raise Refused(AGAIN)
        data = bytes(self.waiting[:count])
        del self.waiting[:count]
        return data


class _Writing(Stream):
    def __init__(self, other: _Reading) -> None:
        self._other = other

    def write(self, data: bytes) -> int:
        room = _MOST_WAITING - len(self._other.waiting)
        if data and room <= 0:
            raise Refused(AGAIN)
        self._other.waiting += data[:room]
        return min(len(data), room)


def pipe() -> Tuple[Stream, Stream]:
    """Both ends of a pipe: to read from, and to write to."""
    reading = _Reading()
    return reading, _Writing(reading)
