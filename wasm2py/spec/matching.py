"""Matching of types (section 3.3): what each comparison of types asks.

A value type is known by its text form, and that of a reference type tells what it consists of. The runtime,
which stands alone, has the same rules in `wasm2py_runtime.external`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from wasm2py.spec.types import (
    EXTERNREF,
    FUNCREF,
    NUMERIC_TYPES,
    REFERENCE,
    REFERENCE_TYPES,
    VALUE_KINDS,
    VECTOR_TYPES,
    ValType,
    ValueKind,
)

BOTTOM: Final = "bot"
"""The type of an operand of unreachable code that is not there. It matches every type."""

HeapType = str | int
"""An abstract heap type by its name, or a type of functions by its index: of equal types, the first's."""

FUNC: Final = "func"

HEAP_SUPERTYPES: Final[dict[str, str]] = {
    "nofunc": FUNC,
    "noextern": "extern",
    "noexn": "exn",
}
"""The heap type right above each other one; above a type of functions is `func`."""

_BELOW_FUNCTIONS: Final = "nofunc"


class ReferenceType(NamedTuple):
    """What a reference type consists of: whether it has a null, and what its references are to."""

    nullable: bool
    heap: HeapType

    @property
    def name(self) -> ValType:
        """The type's text form, the shortest that there is."""
        if self in _SHORT_NAMES:
            return _SHORT_NAMES[self]
        return f"(ref {'null ' * self.nullable}{self.heap})"


ABBREVIATIONS: Final[dict[ValType, ReferenceType]] = {
    FUNCREF: ReferenceType(True, FUNC),
    EXTERNREF: ReferenceType(True, "extern"),
    "exnref": ReferenceType(True, "exn"),
    "nullfuncref": ReferenceType(True, "nofunc"),
    "nullexternref": ReferenceType(True, "noextern"),
    "nullexnref": ReferenceType(True, "noexn"),
}
"""The short text forms."""

_SHORT_NAMES: Final = {structure: name for name, structure in ABBREVIATIONS.items()}
_LONG_FORM: Final = re.compile(r"\(ref (null )?(\w+)\)")

FUNCTION_REFERENCE: Final = ReferenceType(False, FUNC).name
"""The type of what `ref.func` gives."""


def reference_type(type: ValType) -> ReferenceType | None:
    """What a reference type consists of, None for all other types."""
    short = ABBREVIATIONS.get(type)
    if short is not None:
        return short
    long = _LONG_FORM.fullmatch(type)
    if long is None:
        return None
    nullable, heap = long[1] is not None, long[2]
    return ReferenceType(nullable, int(heap) if heap.isdecimal() else heap)


def matches(given: ValType, expected: ValType) -> bool:
    """Whether each value of a type is one of another: whether it is a subtype of it."""
    if given in (expected, BOTTOM):
        return True
    found, wanted = reference_type(given), reference_type(expected)
    if found is None or wanted is None or (found.nullable and not wanted.nullable):
        return False
    return _heap_matches(found.heap, wanted.heap)


def _heap_matches(given: HeapType, expected: HeapType) -> bool:
    if isinstance(expected, int) and given == _BELOW_FUNCTIONS:
        return True
    found: HeapType | None = given
    while found is not None and found != expected:
        found = FUNC if isinstance(found, int) else HEAP_SUPERTYPES.get(found)
    return found is not None


def all_match(given: Sequence[ValType], expected: Sequence[ValType]) -> bool:
    """Whether a sequence of types matches another one, each type the one in its place."""
    return len(given) == len(expected) and all(map(matches, given, expected))


def value_kind(type: ValType) -> ValueKind | None:
    """What is assumed of the values of a type: of a subtype, what is so of the type above it.

    None if the translator does not know such values.
    """
    kind = VALUE_KINDS.get(type)
    if kind is not None:
        return kind
    above = (VALUE_KINDS[name] for name in REFERENCE_TYPES if matches(type, name))
    return next(above, None)


def is_number(type: ValType) -> bool:
    """Whether the values of a type are integers or floats; so it is said of `BOTTOM`."""
    return type in NUMERIC_TYPES or type == BOTTOM


def is_vector(type: ValType) -> bool:
    """Whether the values of a type are vectors; so it is said of `BOTTOM`."""
    return type in VECTOR_TYPES or type == BOTTOM


def is_reference(type: ValType) -> bool:
    """Whether the values of a type are references; so it is said of `BOTTOM`."""
    if type in REFERENCE_TYPES or type == BOTTOM:
        return True
    kind = value_kind(type)
    return kind is not None and kind.form == REFERENCE


def has_default(type: ValType) -> bool:
    """Whether a local of a type has a value before it is set: zero, or null."""
    reference = reference_type(type)
    return reference is None or reference.nullable
