"""Types of what modules import and export, and how they match (section 4.5.3).

Value types are strings in the specification's text form: ``"i32"``, ``"funcref"``.
These are plain tuples, so that those of different copies of the runtime are equal.
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple, Union


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


ExternalType = Union[FunctionType, TableType, MemoryType, GlobalType, TagType]


def _limits(minimum: int, maximum: Optional[int]) -> str:
    return f"{minimum}.." if maximum is None else f"{minimum}..{maximum}"


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
