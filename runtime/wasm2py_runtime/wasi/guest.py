"""The guest's memory: what its pointers mean. None of them is trusted."""

from __future__ import annotations

from struct import Struct

from ..errors import LinkError
from ..lean import NamedTuple
from .errno import FAULT, INVAL, Refused
from .layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, List, Tuple

# More buffers than this are refused, as Linux does.
_MOST_BUFFERS = 1024
# Nothing is copied in larger pieces.
PIECE = 1 << 20
_PAIR = Struct("<II")
_U32 = Struct("<I")
_U64 = Struct("<Q")
_MOST = 0xFFFFFFFF


class Buffer(NamedTuple):
    """A range of the guest's memory, in bounds when it was looked at."""

    start: int
    length: int


class Guest:
    """The memory that an instance exports as ``memory``, looked up when first needed.

    Every method raises `Refused` with FAULT for a range that is not in the memory.
    """

    __slots__ = ("_find", "_memory", "layout")

    def __init__(self, find: Callable[[], Any], layout: Layout) -> None:
        self._find = find
        self.layout = layout
        self._memory: Any = None

    @property
    def memory(self) -> Any:
        memory = self._memory
        if memory is None:
            memory = self._memory = self._find()
            if getattr(memory, "_wasm_kind", None) != "memory":
                self._memory = None
                raise LinkError("WASI needs an instance that exports a 'memory'")
        return memory

    def read(self, start: int, length: int) -> bytes:
        try:
            data: bytes = self.memory.read(start, length)
        except IndexError:
            raise Refused(FAULT) from None
        return data

    def write(self, start: int, data: bytes) -> None:
        try:
            self.memory.write(start, data)
        except IndexError:
            raise Refused(FAULT) from None

    def check(self, start: int, length: int) -> None:
        """See whether a range is in bounds."""
        if start + length > len(self.memory.buffer):
            raise Refused(FAULT)

    def put_u32(self, address: int, value: int) -> None:
        self.write(address, _U32.pack(value))

    def put_u64(self, address: int, value: int) -> None:
        self.write(address, _U64.pack(value))

    def buffers(self, array: int, count: int) -> List[Buffer]:
        """An array of buffers (``iovec``, ``ciovec``), each within the memory."""
        if count > _MOST_BUFFERS:
            raise Refused(INVAL)
        numbers = self.read(array, 8 * count)
        size = len(self.memory.buffer)
        found = []
        total = 0
        for start, length in _PAIR.iter_unpack(numbers):
            if start + length > size:
                raise Refused(FAULT)
            total += length
            found.append(Buffer(start, length))
        if total > _MOST:
            raise Refused(INVAL)
        return found


def pieces(buffers: List[Buffer]) -> Iterator[Tuple[int, int]]:
    """Starts and lengths of pieces of at most `PIECE` bytes that make up buffers."""
    for start, length in buffers:
        for begin in range(0, length, PIECE):
            yield start + begin, min(PIECE, length - begin)
