"""Columns of numbers: the binary form of all that is known of a module but its code.

All numbers are unsigned and little endian. First comes a header: eight bytes that
tell the form, its version (`RT_ABI`, 32 bits), and the number of columns (32 bits).
Then an entry for each column: its name (24 bytes of ASCII, filled up with zeros), the
number of bytes of an item (32 bits: 1, 2, 4 or 8) and of items (64 bits). Then the
items of the columns, in the same order, with nothing between them. A column that is
left out has no items. Texts are two columns: their UTF-8, joined, and where each ends.

docs/packages.md says which columns there are, and what they mean.
"""

from __future__ import annotations

import sys
from _collections_abc import Sequence
from _struct import Struct, error  # type: ignore[attr-defined]

from .lean import overload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, Tuple, Union

    Column = Union[bytes, Sequence[int]]

MAGIC = b"wasm2py\0"
HEADER = Struct("<8sII")
ENTRY = Struct("<24sIQ")
ITEM_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}


# Where an item of a cast takes a microsecond.
_CASTS_ARE_SLOW = sys.implementation.name == "pypy"


def _items(content: bytes, code: str) -> Sequence[int]:
    """The items of a format."""
    if _CASTS_ARE_SLOW:
        from array import array

        return array(code, content)
    return memoryview(content).cast(code)  # type: ignore[call-overload, no-any-return]


def place_of(number: int, numbers: Sequence[int]) -> int:
    """Where a number is, or would be, among ascending ones. (`bisect` takes longer to import.)"""
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < number:
            low = middle + 1
        else:
            high = middle
    return low


class Texts(Sequence[str]):
    """Texts that are decoded one by one."""

    def __init__(self, content: bytes, ends: Sequence[int]) -> None:
        self._content = content
        self._ends = ends

    def encoded(self, index: int) -> bytes:
        """The UTF-8 of a text."""
        start = self._ends[index - 1] if index else 0
        return self._content[start : self._ends[index]]

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[str, Sequence[str]]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        return self.encoded(range(len(self._ends))[index]).decode()

    def __iter__(self) -> Iterator[str]:
        start = 0
        for end in self._ends:
            yield self._content[start:end].decode()
            start = end

    def __len__(self) -> int:
        return len(self._ends)


class Columns:
    """The columns of a content, found by their names.

    Raises ImportError for a content that is cut off, damaged, or of another version.
    """

    def __init__(self, content: bytes, version: int) -> None:
        self.content = content
        self._places: Dict[str, Tuple[int, int, int]] = {}
        try:
            magic, found, count = HEADER.unpack_from(content)
            start = HEADER.size + count * ENTRY.size
            for number in range(count):
                place = HEADER.size + number * ENTRY.size
                name, width, items = ENTRY.unpack_from(content, place)
                self._places[name.rstrip(b"\0").decode()] = start, width, items
                start += width * items
        except (error, UnicodeDecodeError):
            raise ImportError("a module's description is damaged") from None
        known = all(width in ITEM_CODES for _, width, _ in self._places.values())
        if magic != MAGIC or start != len(content) or not known:
            raise ImportError("a module's description is damaged")
        if found != version:
            text = f"the module was made for runtime ABI {found}"
            raise ImportError(f"{text}, this runtime has {version}: compile it again")

    def numbers(self, name: str) -> Column:
        """The items of a column, which are copied."""
        start, width, items = self._places.get(name, (0, 1, 0))
        content = self.content[start : start + width * items]
        if width == 1:
            return content
        return _items(content, ITEM_CODES[width])

    def packed(self, name: str) -> memoryview:
        """The bytes of a column, which are not copied."""
        start, width, items = self._places.get(name, (0, 1, 0))
        return memoryview(self.content)[start : start + width * items]

    def texts(self, name: str) -> Texts:
        """The texts of the columns ``name`` and ``name_ends``."""
        content = self.numbers(name)
        return Texts(bytes(content), self.numbers(f"{name}_ends"))
