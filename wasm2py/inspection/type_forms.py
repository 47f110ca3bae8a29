"""Types as text, of whatever proposal: what the binary format says of them, and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wasm2py.binary.reader import Reader
from wasm2py.errors import CompileError, Malformed
from wasm2py.spec import features, limits
from wasm2py.spec.types import (
    COMPOSITE_TYPES,
    FUNCTION_TYPE,
    I32,
    I64,
    NULLABLE,
    REFERENCES,
    VALUE_TYPES,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    ValType,
)

_SUFFIX: Final = "ref"
_FINAL: Final = 0x4F
_RECURSIVE: Final = 0x4E
_ARRAY: Final = 0x5E
_STRUCTURE: Final = 0x5F
_CONTINUATION: Final = 0x5D
_SUBTYPES: Final = (0x50, _FINAL)
_PACKED: Final = {0x78: "i8", 0x77: "i16"}
# Bits of the flags of limits (section 5.3.12, and the proposals for threads and custom page sizes).
_HAS_MAXIMUM: Final = 1
_SHARED: Final = 2
_ADDRESS64: Final = 4
_PAGE_SIZE: Final = 8


class Unknown(CompileError):
    """Something has no form that is known here."""


class TypeForms:
    """Reads types; `used` are the proposals that have brought them."""

    def __init__(self, reader: Reader, used: set[str]) -> None:
        self.reader = reader
        self._used = used

    def value(self) -> ValType:
        """A value type."""
        offset = self.reader.offset
        byte = self.reader.byte()
        if byte in REFERENCES:
            self._used.add(features.FUNCTION_REFERENCES)
            null = "null " if byte == NULLABLE else ""
            return f"(ref {null}{self._heap()})"
        if byte not in VALUE_TYPES:
            raise Unknown(f"unknown value type {byte:#04x}", offset)
        type, feature = VALUE_TYPES[byte]
        self._used.add(feature)
        return type

    def element(self) -> ValType:
        """The type of the elements of a table or a segment."""
        if self.reader.peek() == 0x70:
            self.reader.pos += 1  # older than references as values
            return "funcref"
        return self.value()

    def _heap(self) -> str:
        offset = self.reader.offset
        number = self.reader.s33()
        if number >= 0:
            return str(number)
        name, feature = VALUE_TYPES.get(number & 0x7F, ("", ""))
        if number < -0x40 or not name.endswith(_SUFFIX):
            raise Unknown(f"unknown heap type {number & 0x7F:#04x}", offset)
        self._used.add(feature)
        name = name.removesuffix(_SUFFIX)
        return f"no{name.removeprefix('null')}" if name.startswith("null") else name

    def definitions(self) -> list[FuncType | None]:
        """The types that an item of the type section defines; None is one of no functions."""
        if self.reader.peek() != _RECURSIVE:
            return [self._subtype()]
        self.reader.pos += 1
        self._used.add(features.GC)
        return [self._subtype() for _ in range(self.reader.u32())]

    def _subtype(self) -> FuncType | None:
        if self.reader.peek() in _SUBTYPES:
            self._used.add(features.GC)
            self.reader.pos += 1
            self.reader.u32s(self.reader.u32())
        return self._composite()

    def _composite(self) -> FuncType | None:
        offset = self.reader.offset
        form = self.reader.byte()
        if form == FUNCTION_TYPE:
            params = self._values(limits.PARAMETERS, "parameters")
            return FuncType(params, self._values(limits.RESULTS, "results"))
        if form not in _COMPOSITES:
            raise Unknown(f"unknown type definition {form:#04x}", offset)
        self._used.add(COMPOSITE_TYPES[form][1])
        _COMPOSITES[form](self)
        return None

    def _values(self, limit: int, what: str) -> tuple[ValType, ...]:
        offset = self.reader.offset
        count = self.reader.u32()
        limits.check(count, limit, what, offset)
        return tuple([self.value() for _ in range(count)])

    def _field(self) -> None:
        if self.reader.peek() in _PACKED:
            self.reader.pos += 1
        else:
            self.value()
        self._mutability()

    def _fields(self) -> None:
        for _ in range(self.reader.u32()):
            self._field()

    def _mutability(self) -> bool:
        offset = self.reader.offset
        mutability = self.reader.byte()
        if mutability > 1:
            raise Malformed("malformed mutability", offset)
        return mutability == 1

    def global_(self) -> GlobalType:
        """A global's type."""
        type = self.value()
        return GlobalType(type, self._mutability())

    def table(self) -> TableType:
        """A table's type."""
        element = self.element()
        flags, size = self._limits()
        return TableType(element, size, I64 if flags & _ADDRESS64 else I32)

    def memory(self) -> MemoryType:
        """A memory's type."""
        flags, pages = self._limits()
        if flags & _PAGE_SIZE:
            self._used.add(features.CUSTOM_PAGE_SIZES)
            self.reader.u32()
        address = I64 if flags & _ADDRESS64 else I32
        return MemoryType(pages, bool(flags & _SHARED), address)

    def _limits(self) -> tuple[int, Limits]:
        offset = self.reader.offset
        flags = self.reader.byte()
        if flags & ~(_HAS_MAXIMUM | _SHARED | _ADDRESS64 | _PAGE_SIZE):
            raise Unknown(f"unknown flags of limits {flags:#04x}", offset)
        if flags & _SHARED:
            self._used.add(features.THREADS)
        if flags & _ADDRESS64:
            self._used.add(features.MEMORY64)
        minimum = self.reader.u64()
        return flags, Limits(
            minimum, self.reader.u64() if flags & _HAS_MAXIMUM else None
        )

    def _continued(self) -> None:
        self._heap()


_COMPOSITES: Final[dict[int, Callable[[TypeForms], None]]] = {
    _STRUCTURE: TypeForms._fields,
    _ARRAY: TypeForms._field,
    _CONTINUATION: TypeForms._continued,
}
