"""Decoding of types."""

from __future__ import annotations

from typing import Final

from wasm2py.binary.reader import Reader
from wasm2py.errors import Invalid, Malformed, Unimplemented
from wasm2py.spec import limits
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import (
    CUSTOM_PAGE_SIZES,
    FUNCTION_REFERENCES,
    MEMORY64,
    MULTI_VALUE,
    MVP,
    THREADS,
    Features,
    require,
)
from wasm2py.spec.matching import ReferenceType, is_reference, value_kind
from wasm2py.spec.types import (
    COMPOSITE_TYPES,
    EMPTY_BLOCK,
    FUNCTION_TYPE,
    HEAP_TYPES,
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

_EMPTY: Final = FuncType((), ())
_ONE_RESULT: Final = {type: FuncType((), (type,)) for type, _ in VALUE_TYPES.values()}
_FUNCREF: Final = 0x70
# Abstract heap types are negative numbers of one byte, types of the module are their indices.
_FIRST_ABSTRACT: Final = 0x40
_LAST_ABSTRACT: Final = 0x7F

# Bits of the flags that begin the limits of a table or memory.
_HAS_MAXIMUM: Final = 1
_SHARED: Final = 2
_ADDRESS64: Final = 4
_PAGE_SIZE: Final = 8
_FLAG_FEATURES: Final = frozenset((THREADS, MEMORY64, CUSTOM_PAGE_SIZES))


def read_value_type(reader: Reader, features: Features) -> ValType:
    """A value type; raises Malformed for a byte that is none."""
    offset = reader.offset
    byte = reader.byte()
    if byte in REFERENCES:
        return _read_reference(reader, byte, features, offset, "malformed value type")
    type, feature = VALUE_TYPES.get(byte, ("", MVP))
    if not type:
        raise Malformed("malformed value type", offset)
    require(features, feature, f"the type {type}", offset, "malformed value type")
    if value_kind(type) is None:
        raise Unimplemented(f"the type {type}", offset)
    return type


def _read_reference(
    reader: Reader, byte: int, features: Features, offset: int, disabled: str
) -> ValType:
    """A reference type that a byte before a heap type begins."""
    construct = f"the type {REFERENCES[byte]}"
    require(features, FUNCTION_REFERENCES, construct, offset, disabled)
    heap = reader.byte()
    if heap not in HEAP_TYPES:
        raise Unimplemented(f"{construct} of the heap type {heap:#x}", offset)
    return ReferenceType(byte == NULLABLE, HEAP_TYPES[heap]).name


def read_reference_type(reader: Reader, features: Features) -> ValType:
    """The type of a table's or an element segment's elements."""
    offset = reader.offset
    disabled = "malformed reference type"
    byte = reader.byte()
    if byte in REFERENCES:
        return _read_reference(reader, byte, features, offset, disabled)
    type, feature = VALUE_TYPES.get(byte, ("", MVP))
    if byte == _FUNCREF:
        return type  # As the type of elements it is older than reference types.
    if feature != MVP:
        require(features, feature, f"the type {type}", offset, disabled)
    if not is_reference(type):
        raise Malformed(disabled, offset)
    return type


def read_null_type(reader: Reader, features: Features) -> ValType:
    """The type of the null of a heap type."""
    offset = reader.offset
    disabled = "malformed reference type"
    byte = reader.peek()
    if not _FIRST_ABSTRACT <= byte <= _LAST_ABSTRACT:
        construct = "a type index as heap type"
        require(features, FUNCTION_REFERENCES, construct, offset, disabled)
        raise Unimplemented(construct, offset)
    if byte in REFERENCES:
        raise Malformed(disabled, offset)
    return read_reference_type(reader, features)


def read_block_type(reader: Reader, env: ModuleEnvironment) -> FuncType:
    """The type of a block: empty, a single result, or an index of a type."""
    byte = reader.peek()
    if byte == EMPTY_BLOCK:
        reader.pos += 1
        return _EMPTY
    if byte in VALUE_TYPES or byte in REFERENCES:
        type = read_value_type(reader, env.features)
        return _ONE_RESULT.get(type) or FuncType((), (type,))
    offset = reader.offset
    index = reader.s33()
    if index < 0:
        raise Malformed("malformed block type", offset)
    construct, disabled = "a type index as block type", "malformed block type"
    require(env.features, MULTI_VALUE, construct, offset, disabled)
    if index >= len(env.types):
        raise Invalid(f"unknown type {index}", offset)
    return env.types[index]


def read_func_type(reader: Reader, features: Features) -> FuncType:
    """The definition of a function type."""
    offset = reader.offset
    form = reader.byte()
    if form & 0x80:
        raise Malformed("integer representation too long", offset)
    if form in COMPOSITE_TYPES:
        construct, feature = COMPOSITE_TYPES[form]
        require(features, feature, construct, offset, "malformed definition type")
        raise Unimplemented(construct, offset)
    if form != FUNCTION_TYPE:
        raise Malformed("malformed definition type", offset)
    params = _read_types(reader, features, limits.PARAMETERS, "parameters")
    offset = reader.offset
    results = _read_types(reader, features, limits.RESULTS, "results")
    if len(results) > 1 and MULTI_VALUE not in features:
        raise Invalid("invalid result arity: more than one result", offset)
    return FuncType(params, results)


def _read_types(
    reader: Reader, features: Features, limit: int, what: str
) -> tuple[ValType, ...]:
    offset = reader.offset
    count = reader.u32()
    limits.check(count, limit, what, offset)
    return tuple([read_value_type(reader, features) for _ in range(count)])


def _read_flags(reader: Reader, features: Features, known: int) -> int:
    offset = reader.offset
    if not features & _FLAG_FEATURES:
        # There was one flag, in an integer of one bit, before others came.
        return reader.unsigned(1)
    flags = reader.byte()
    if flags & ~(known | _HAS_MAXIMUM):
        raise Malformed(f"malformed limits flags {flags:#x}", offset)
    for flag, feature, construct in (
        (_SHARED, THREADS, "a shared memory"),
        (_ADDRESS64, MEMORY64, "a 64-bit address type"),
        (_PAGE_SIZE, CUSTOM_PAGE_SIZES, "a page size"),
    ):
        if flags & flag:
            require(features, feature, construct, offset, "malformed limits flags")
    return flags


def _read_limits(reader: Reader, flags: int, features: Features) -> Limits:
    """The limits after their flags."""
    offset = reader.offset
    # With 64-bit addresses, sizes beyond 32 bits became a matter of validation.
    read = reader.u64 if MEMORY64 in features else reader.u32
    minimum = read()
    maximum = read() if flags & _HAS_MAXIMUM else None
    if maximum is not None and minimum > maximum:
        raise Invalid("size minimum must not be greater than maximum", offset)
    return Limits(minimum, maximum)


def read_table_type(reader: Reader, features: Features) -> TableType:
    """A table's type; raises LimitExceeded if it cannot be allocated anywhere."""
    element = read_reference_type(reader, features)
    flags = _read_flags(reader, features, _ADDRESS64)
    offset = reader.offset
    size = _read_limits(reader, flags, features)
    address = I64 if flags & _ADDRESS64 else I32
    if max(size.minimum, size.maximum or 0) > ADDRESS_TYPES[address].greatest:
        raise Invalid("table size must be at most 2**32-1 elements", offset)
    limits.check(size.minimum, limits.TABLE_SIZE, "elements in a table", offset)
    return TableType(element, size, address)


def read_memory_type(reader: Reader, features: Features) -> MemoryType:
    """A memory's type."""
    offset = reader.offset
    flags = _read_flags(reader, features, _SHARED | _ADDRESS64 | _PAGE_SIZE)
    pages = _read_limits(reader, flags, features)
    address = I64 if flags & _ADDRESS64 else I32
    if max(pages.minimum, pages.maximum or 0) > ADDRESS_TYPES[address].most_pages:
        most = "2**48 pages" if address == I64 else "65536 pages (4GiB)"
        raise Invalid(f"memory size must be at most {most}", offset)
    shared = bool(flags & _SHARED)
    if shared and pages.maximum is None:
        raise Invalid("shared memory must have maximum", offset)
    return MemoryType(pages, shared, address)


def read_global_type(reader: Reader, features: Features) -> GlobalType:
    """A global's type."""
    type = read_value_type(reader, features)
    offset = reader.offset
    mutability = reader.byte()
    if mutability > 1:
        raise Malformed("malformed mutability", offset)
    return GlobalType(type, mutability == 1)
