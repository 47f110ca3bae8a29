"""Types, in the specification's terms.

A value type is a string, its text form: "i32", "i64", "f32", "f64", "v128", "funcref", "(ref func)".
What a reference type consists of, and which types match, is in `wasm2py.spec.matching`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.spec import features

ValType = str

I32: Final = "i32"
I64: Final = "i64"
F32: Final = "f32"
F64: Final = "f64"
V128: Final = "v128"
FUNCREF: Final = "funcref"
EXTERNREF: Final = "externref"

INTEGER: Final = "integer"
FLOAT: Final = "float"
VECTOR: Final = "vector"
REFERENCE: Final = "reference"


class ValueKind(NamedTuple):
    """What is assumed of the values of a type.

    `form` is one of those above, `bits` the size of a number or vector, `host` the Python type
    of the values as a host sees them, "" if a reference may be anything.
    """

    form: str
    bits: int
    host: str


VALUE_KINDS: Final[dict[ValType, ValueKind]] = {
    I32: ValueKind(INTEGER, 32, "int"),
    I64: ValueKind(INTEGER, 64, "int"),
    F32: ValueKind(FLOAT, 32, "float"),
    F64: ValueKind(FLOAT, 64, "float"),
    V128: ValueKind(VECTOR, 128, "bytes"),
    FUNCREF: ValueKind(REFERENCE, 0, ""),
    EXTERNREF: ValueKind(REFERENCE, 0, ""),
}
"""The types of which values can be held, each with all that is known of it."""


def types_of(*forms: str) -> frozenset[ValType]:
    """The types whose values have one of some forms."""
    return frozenset(name for name, kind in VALUE_KINDS.items() if kind.form in forms)


NUMERIC_TYPES: Final = types_of(INTEGER, FLOAT)
VECTOR_TYPES: Final = types_of(VECTOR)
REFERENCE_TYPES: Final = types_of(REFERENCE)

MASKS: Final = {
    name: (1 << kind.bits) - 1
    for name, kind in VALUE_KINDS.items()
    if kind.form == INTEGER
}
"""The greatest unsigned value of each type of integers."""


class FuncType(NamedTuple):
    """Type of a function or of a block: what it takes and what it leaves."""

    params: tuple[ValType, ...]
    results: tuple[ValType, ...]


class Limits(NamedTuple):
    """Size range of a table (elements) or memory (pages); no maximum is None."""

    minimum: int
    maximum: int | None


class TableType(NamedTuple):
    """`address` is the type of an index: "i32" or "i64"."""

    element: ValType
    limits: Limits
    address: ValType = I32


class MemoryType(NamedTuple):
    """`address` is the type of an address: "i32" or "i64"."""

    limits: Limits
    shared: bool = False
    address: ValType = I32


class GlobalType(NamedTuple):
    """Type of a global variable or constant."""

    type: ValType
    mutable: bool


class TagType(NamedTuple):
    """The parameters of the function type are the values of the exception."""

    type: FuncType


ExternType = int | TableType | MemoryType | GlobalType | TagType
"""Type of an import: of a function, the index of its type."""


class Constant(NamedTuple):
    """The value of a constant expression, as far as it is known before instantiation.

    `kind` is one of the kinds of `wasm2py_runtime.info`, `value` what is said there. An
    expression has `parts`, kinds and values in postfix order.
    """

    kind: int
    value: int
    parts: tuple[tuple[int, int], ...] = ()


# What the byte of a value type means, and the feature that brought it.
VALUE_TYPES: Final = {
    0x7F: (I32, features.MVP),
    0x7E: (I64, features.MVP),
    0x7D: (F32, features.MVP),
    0x7C: (F64, features.MVP),
    0x7B: (V128, features.SIMD),
    0x70: (FUNCREF, features.REFERENCE_TYPES),
    0x6F: (EXTERNREF, features.REFERENCE_TYPES),
    0x74: ("nullexnref", features.EXCEPTIONS),
    0x73: ("nullfuncref", features.GC),
    0x72: ("nullexternref", features.GC),
    0x71: ("nullref", features.GC),
    0x6E: ("anyref", features.GC),
    0x6D: ("eqref", features.GC),
    0x6C: ("i31ref", features.GC),
    0x6B: ("structref", features.GC),
    0x6A: ("arrayref", features.GC),
    0x69: ("exnref", features.EXCEPTIONS),
    0x75: ("nullcontref", features.STACK_SWITCHING),
    0x68: ("contref", features.STACK_SWITCHING),
}
# The bytes that a heap type follows, and what they say of it.
REFERENCES: Final = {0x64: "(ref ...)", 0x63: "(ref null ...)"}
NULLABLE: Final = 0x63
HEAP_TYPES: Final = {
    0x70: "func",
    0x6F: "extern",
    0x69: "exn",
    0x73: "nofunc",
    0x72: "noextern",
    0x74: "noexn",
}
EMPTY_BLOCK: Final = 0x40
FUNCTION_TYPE: Final = 0x60

# Bytes that begin a type definition of a later proposal.
COMPOSITE_TYPES: Final = {
    0x5F: ("a structure type", features.GC),
    0x5E: ("an array type", features.GC),
    0x5D: ("a continuation type", features.STACK_SWITCHING),
    0x50: ("a subtype", features.GC),
    0x4F: ("a final subtype", features.GC),
    0x4E: ("a recursive type", features.GC),
}
