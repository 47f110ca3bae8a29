"""The section that says what a module needs that is loaded into another one's memory."""

from __future__ import annotations

from ..errors import LinkError
from ..lean import NamedTuple
from ..module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import FrozenSet, Iterator, List, Optional, Tuple

SECTION = "dylink.0"
# Of toolchains until 2021, which have the same without subsections.
_OLD_SECTION = "dylink"
_MEM_INFO, _NEEDED, _IMPORT_INFO = 1, 2, 4
_BINDING, _WEAK = 3, 1
_MOST_ALIGNMENT = 16
_U32 = 1 << 32


class Dylink(NamedTuple):
    """Sizes of static data and of elements, and the names of libraries that are needed.

    Alignments are given by their logarithms. Nobody need have what is ``weak``.
    """

    memory_size: int = 0
    memory_alignment: int = 0
    table_size: int = 0
    table_alignment: int = 0
    needed: Tuple[str, ...] = ()
    weak: FrozenSet[str] = frozenset()


def read_dylink(module: Module) -> Optional[Dylink]:
    """What a module's section says, None where it has none. Raises LinkError."""
    found = Module.custom_sections(module, SECTION)
    old = Module.custom_sections(module, _OLD_SECTION)
    try:
        if found:
            return _subsections(_Reader(found[0]))
        if old:
            reader = _Reader(old[0])
            return _sizes(reader)._replace(needed=tuple(reader.names()))
    except (IndexError, UnicodeDecodeError):
        raise LinkError(f"the section {SECTION!r} is damaged") from None
    return None


def _subsections(reader: "_Reader") -> Dylink:
    found = Dylink()
    while reader.is_open:
        kind = reader.number()
        part = _Reader(reader.bytes(reader.number()))
        if kind == _MEM_INFO:
            found = _sizes(part)._replace(needed=found.needed, weak=found.weak)
        elif kind == _NEEDED:
            found = found._replace(needed=tuple(part.names()))
        elif kind == _IMPORT_INFO:
            found = found._replace(weak=frozenset(_weak(part)))
    return found


def _weak(reader: "_Reader") -> Iterator[str]:
    for _ in range(reader.number()):
        _, name = reader.name(), reader.name()
        if reader.number() & _BINDING == _WEAK:
            yield name


def _sizes(reader: "_Reader") -> Dylink:
    number = reader.number
    found = Dylink(number(), number(), number(), number())
    alignment = max(found.memory_alignment, found.table_alignment)
    if alignment > _MOST_ALIGNMENT or max(found.memory_size, found.table_size) >= _U32:
        raise LinkError(f"the section {SECTION!r} asks for more than there can be")
    return found


class _Reader:
    """Numbers and names one after the other; IndexError where there are no more."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def is_open(self) -> bool:
        return self._at < len(self._data)

    def number(self) -> int:
        value = 0
        for shift in range(0, 35, 7):
            byte = self.bytes(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise IndexError

    def bytes(self, length: int) -> bytes:
        end = self._at + length
        if end > len(self._data):
            raise IndexError
        found = self._data[self._at : end]
        self._at = end
        return found

    def names(self) -> List[str]:
        return [self.name() for _ in range(self.number())]

    def name(self) -> str:
        return self.bytes(self.number()).decode()
