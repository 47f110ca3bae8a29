"""Values of the official test scripts, to and from those of the Python interface.

Standard library only and Python 3.9: the scripts also run against written packages
under other interpreters, where nothing else is installed.
"""

from __future__ import annotations

import math
import struct
from typing import Any

_LANE_BYTES = {"i8": 1, "i16": 2, "i32": 4, "i64": 8, "f32": 4, "f64": 8}
_CANONICAL_NAN = {"f32": 0x7FC0_0000, "f64": 0x7FF8_0000_0000_0000}
_SIGN = {"f32": 1 << 31, "f64": 1 << 63}
_INTEGER_BITS = {"i32": 32, "i64": 64}


class HostReference:
    """What `(ref.extern n)` stands for: one object for each `n`."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __repr__(self) -> str:
        return f"HostReference({self.number})"


_references: dict[int, HostReference] = {}


def host_reference(number: int) -> HostReference:
    """The one object of `(ref.extern number)`."""
    return _references.setdefault(number, HostReference(number))


def float_from_bits(type_: str, bits: int) -> float:
    """The float that carries these bits over the interface (f32 NaNs included)."""
    if type_ == "f64":
        return _unpack("<d", struct.pack("<Q", bits))
    if bits & 0x7F80_0000 == 0x7F80_0000 and bits & 0x007F_FFFF:
        wide = (bits >> 31) << 63 | 0x7FF << 52 | (bits & 0x007F_FFFF) << 29
        return _unpack("<d", struct.pack("<Q", wide))
    return _unpack("<f", struct.pack("<I", bits))


def float_bits(type_: str, value: float) -> int:
    """Inverse of `float_from_bits`; the value must be one of the type's."""
    wide = int.from_bytes(struct.pack("<d", value), "little")
    if type_ == "f64":
        return wide
    if math.isnan(value):
        return (wide >> 63) << 31 | 0xFF << 23 | (wide >> 29) & 0x007F_FFFF
    return int.from_bytes(struct.pack("<f", value), "little")


def _unpack(layout: str, data: bytes) -> float:
    value: float = struct.unpack(layout, data)[0]
    return value


def argument(constant: dict[str, Any]) -> Any:
    """The Python value to pass for a constant of a script."""
    type_ = constant["type"]
    value: Any = constant.get("value")
    if type_ in _INTEGER_BITS:
        return int(value)
    if type_ in _SIGN:
        return float_from_bits(type_, int(value))
    if type_ == "v128":
        return b"".join(_lane(constant["lane_type"], lane) for lane in value)
    if value in ("null", None):
        return None
    return host_reference(int(value))


def _lane(lane_type: str, text: str) -> bytes:
    size = _LANE_BYTES[lane_type]
    return (int(text) % (1 << 8 * size)).to_bytes(size, "little")


def matches(value: Any, pattern: dict[str, Any]) -> bool:
    """Whether a result is one that the pattern allows, in the interface's own form."""
    type_ = pattern["type"]
    wanted: Any = pattern.get("value")
    if type_ == "either":
        return any(matches(value, choice) for choice in pattern["values"])
    if type_ in _INTEGER_BITS:
        return _integer_matches(value, _INTEGER_BITS[type_], int(wanted))
    if type_ in _SIGN:
        return isinstance(value, float) and _float_matches(
            type_, float_bits(type_, value), wanted
        )
    if type_ == "v128":
        return _vector_matches(value, pattern["lane_type"], wanted)
    return _reference_matches(value, type_, wanted)


def _integer_matches(value: Any, bits: int, wanted: int) -> bool:
    """Results are ints, signed."""
    if type(value) is not int or not -(1 << bits - 1) <= value < 1 << bits - 1:
        return False
    return (value - wanted) % (1 << bits) == 0


def _float_matches(type_: str, bits: int, wanted: str) -> bool:
    magnitude, canonical = bits & ~_SIGN[type_], _CANONICAL_NAN[type_]
    if wanted == "nan:canonical":
        return magnitude == canonical
    if wanted == "nan:arithmetic":
        return magnitude & canonical == canonical
    return bits == int(wanted) % (_SIGN[type_] << 1)


def _vector_matches(value: Any, lane_type: str, wanted: Any) -> bool:
    if not isinstance(value, bytes) or len(value) != 16:
        return False
    size = _LANE_BYTES[lane_type]
    for index, text in enumerate(wanted):
        lane = int.from_bytes(value[index * size : (index + 1) * size], "little")
        if lane_type in _SIGN:
            if not _float_matches(lane_type, lane, text):
                return False
        elif lane != int(text) % (1 << 8 * size):
            return False
    return True


def _reference_matches(value: Any, type_: str, wanted: Any) -> bool:
    if wanted == "null" or type_ in _NULL_PATTERNS:
        return value is None
    if wanted is not None:
        return value is host_reference(int(wanted))
    if type_ == "funcref":
        return callable(value)
    return value is not None


_NULL_PATTERNS = frozenset(
    ("refnull", "nullref", "nullfuncref", "nullexternref", "nullexnref")
)
