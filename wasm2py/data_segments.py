"""The part of a data segment that precedes its bytes."""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.constexpr import LocatedExpression, read_constant_expression
from wasm2py.errors import Malformed
from wasm2py.features import BULK_MEMORY, Features, require
from wasm2py.reader import Reader

# The number that a segment begins with.
_ACTIVE: Final = 0
_PASSIVE: Final = 1
_ACTIVE_IN_MEMORY: Final = 2


class SegmentHeader(NamedTuple):
    """`offset` is None for a passive segment, `size` is in bytes."""

    memory: int
    offset: LocatedExpression | None
    size: int


def read_segment_header(reader: Reader, features: Features) -> SegmentHeader:
    """Where the bytes of a segment go, and how many they are."""
    start = reader.offset
    kind = reader.u32()
    message = f"malformed data segment kind {kind}"
    if kind > _ACTIVE_IN_MEMORY:
        raise Malformed(message, start)
    if kind != _ACTIVE:
        require(features, BULK_MEMORY, "a data segment of this kind", start, message)
    memory = reader.u32() if kind == _ACTIVE_IN_MEMORY else 0
    offset = None if kind == _PASSIVE else read_constant_expression(reader, features)
    return SegmentHeader(memory, offset, reader.u32())
