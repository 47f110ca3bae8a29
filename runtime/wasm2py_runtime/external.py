"""Types of what modules import and export, and how they match (section 3.3).

Value types are strings in the specification's text form: ``"i32"``, ``"funcref"``.
These are plain tuples, so that those of different copies of the runtime are equal.
The translator has the same rules for value types, in ``wasm2py.spec.matching``.
"""

from __future__ import annotations

from .lean import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Sequence, Tuple, Union


class FunctionType(NamedTuple):
    """Types of a function's parameters and results."""

    params: Tuple[str, ...]
    results: Tuple[str, ...]

    def __str__(self) -> str:
        return f"({', '.join(self.params)}) -> ({', '.join(self.results)})"


class TableType(NamedTuple):
    """A table's element type, address type, and limits in elements."""

    element: str
    address: str
    minimum: int
    maximum: Optional[int]

    def __str__(self) -> str:
        return f"{self.address} {_limits(self.minimum, self.maximum)} {self.element}"


class MemoryType(NamedTuple):
    """A memory's address type, limits in pages, and whether it is shared."""

    address: str
    minimum: int
    maximum: Optional[int]
    shared: bool = False

    def __str__(self) -> str:
        shared = " shared" if self.shared else ""
        return f"{self.address} {_limits(self.minimum, self.maximum)}{shared}"


class GlobalType(NamedTuple):
    """A global's value type and whether it is mutable."""

    type: str
    mutable: bool

    def __str__(self) -> str:
        return f"mut {self.type}" if self.mutable else self.type


class TagType(NamedTuple):
    """Types of the values that an exception with the tag carries."""

    params: Tuple[str, ...]

    def __str__(self) -> str:
        return f"({', '.join(self.params)})"


if TYPE_CHECKING:
    ExternalType = Union[FunctionType, TableType, MemoryType, GlobalType, TagType]


def _limits(minimum: int, maximum: Optional[int]) -> str:
    return f"{minimum}.." if maximum is None else f"{minimum}..{maximum}"


class ReferenceType(NamedTuple):
    """What a reference type consists of: whether it has a null, and its heap type."""

    nullable: bool
    heap: str


ABBREVIATIONS: Dict[str, ReferenceType] = {
    "funcref": ReferenceType(True, "func"),
    "externref": ReferenceType(True, "extern"),
    "exnref": ReferenceType(True, "exn"),
    "nullfuncref": ReferenceType(True, "nofunc"),
    "nullexternref": ReferenceType(True, "noextern"),
    "nullexnref": ReferenceType(True, "noexn"),
}
# The heap type right above each other one.
HEAP_SUPERTYPES: Dict[str, str] = {
    "nofunc": "func",
    "noextern": "extern",
    "noexn": "exn",
}


def reference_type(type_: str) -> Optional[ReferenceType]:
    """What a reference type consists of, None for all other types."""
    if type_ in ABBREVIATIONS:
        return ABBREVIATIONS[type_]
    if not (type_.startswith("(ref ") and type_.endswith(")")):
        return None
    *null, heap = type_[5:-1].split(" ")
    if null not in ([], ["null"]) or not (heap.isalpha() and heap.islower()):
        return None
    return ReferenceType(bool(null), heap)


def matches(given: str, expected: str) -> bool:
    """Whether each value of a type is one of another: whether it is a subtype of it."""
    if given == expected:
        return True
    found, wanted = reference_type(given), reference_type(expected)
    if found is None or wanted is None or (found.nullable and not wanted.nullable):
        return False
    heap: Optional[str] = found.heap
    while heap is not None and heap != wanted.heap:
        heap = HEAP_SUPERTYPES.get(heap)
    return heap is not None


def _same(given: str, expected: str) -> bool:
    """Whether types match both ways."""
    return matches(given, expected) and matches(expected, given)


def _all_same(given: Sequence[str], expected: Sequence[str]) -> bool:
    return len(given) == len(expected) and all(map(_same, given, expected))


def function_matches(given: FunctionType, expected: FunctionType) -> bool:
    """Whether a function's type is the expected one: no other type is declared below it."""
    return given == expected or (
        _all_same(given.params, expected.params)
        and _all_same(given.results, expected.results)
    )


def table_matches(given: TableType, expected: TableType) -> bool:
    """Whether a table has the elements, indices and limits that are expected."""
    same = _same(given.element, expected.element) and given.address == expected.address
    return same and limits_match(given, expected)


def memory_matches(given: MemoryType, expected: MemoryType) -> bool:
    """Whether a memory has the addresses and limits that are expected."""
    same = given.shared == expected.shared and given.address == expected.address
    return same and limits_match(given, expected)


def global_matches(given: GlobalType, expected: GlobalType) -> bool:
    """Whether a global gives what is expected and, where it can be set, takes that."""
    if given.mutable != expected.mutable:
        return False
    compared = _same if expected.mutable else matches
    return compared(given.type, expected.type)


def tag_matches(given: TagType, expected: TagType) -> bool:
    """Whether a tag's exceptions carry the values that are expected."""
    return _all_same(given.params, expected.params)


def limits_match(
    given: "TableType | MemoryType", expected: "TableType | MemoryType"
) -> bool:
    """Whether the given limits lie within the expected ones.

    The given minimum is the current size, not the one at creation.
    """
    if given.minimum < expected.minimum:
        return False
    if expected.maximum is None:
        return True
    return given.maximum is not None and given.maximum <= expected.maximum
