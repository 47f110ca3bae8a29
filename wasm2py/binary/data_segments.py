"""The part of a data segment that precedes its bytes."""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.binary.constexpr import read_constant_expression, skip_constant_expression
from wasm2py.binary.reader import Reader
from wasm2py.errors import Invalid, Malformed
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import BULK_MEMORY, Features, require
from wasm2py.spec.types import Constant

# The number that a segment begins with.
_ACTIVE: Final = 0
_PASSIVE: Final = 1
_ACTIVE_IN_MEMORY: Final = 2


class SegmentHeader(NamedTuple):
    """`offset` is None for a passive segment, `size` is in bytes."""

    memory: int
    offset: Constant | None
    size: int


def _read_kind(reader: Reader, features: Features) -> tuple[bool, int]:
    """Whether a segment is active, and its memory."""
    start = reader.offset
    kind = reader.u32()
    message = f"malformed data segment kind {kind}"
    if kind > _ACTIVE_IN_MEMORY:
        raise Malformed(message, start)
    if kind != _ACTIVE:
        require(features, BULK_MEMORY, "a data segment of this kind", start, message)
    memory = reader.u32() if kind == _ACTIVE_IN_MEMORY else 0
    return kind != _PASSIVE, memory


def read_segment_size(reader: Reader, features: Features) -> int:
    """How many bytes a segment has; its header is decoded, not validated."""
    active, _ = _read_kind(reader, features)
    if active:
        skip_constant_expression(reader, features)
    return reader.u32()


def read_segment_header(reader: Reader, env: ModuleEnvironment) -> SegmentHeader:
    """Where the bytes of a segment go, and how many they are."""
    start = reader.offset
    active, memory = _read_kind(reader, env.features)
    offset = None
    if active:
        if memory >= len(env.memories):
            raise Invalid(f"unknown memory {memory}", start)
        offset = read_constant_expression(reader, env, env.memories[memory].address)
    return SegmentHeader(memory, offset, reader.u32())
