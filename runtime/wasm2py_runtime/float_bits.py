"""How floats are represented: their bits, and rounding them to an f32.

An f64 is a ``float``. An f32 is the ``float`` of the same value; an f32 NaN is the
f64 NaN with the same sign, the same 23 leading bits of payload (the quiet bit is the
first of them) and zeros below. Signalling NaNs stay signalling until an arithmetic
instruction takes them.
"""

from __future__ import annotations

from _struct import Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Tuple

_pack_f32 = Struct("f").pack
_pack_f64 = Struct("d").pack
_pack_u32 = Struct("I").pack
_pack_u64 = Struct("Q").pack
_unpack_f32 = Struct("f").unpack
_unpack_f64 = Struct("d").unpack
_unpack_u32 = Struct("I").unpack
_unpack_u64 = Struct("Q").unpack


# NaNs by their bits: the conversions of C between float and double quiet them.


def f64_reinterpret_i64(x: int) -> float:
    value: Tuple[float] = _unpack_f64(_pack_u64(x))
    return value[0]


def i64_reinterpret_f64(x: float) -> int:
    value: Tuple[int] = _unpack_u64(_pack_f64(x))
    return value[0]


def f32_reinterpret_i32(x: int) -> float:
    if x & 0x7FFFFFFF > 0x7F800000:
        sign = (x & 0x80000000) << 32
        payload = (x & 0x007FFFFF) << 29
        return f64_reinterpret_i64(sign | 0x7FF0000000000000 | payload)
    value: Tuple[float] = _unpack_f32(_pack_u32(x))
    return value[0]


def i32_reinterpret_f32(x: float) -> int:
    if x != x:
        bits = i64_reinterpret_f64(x)
        return bits >> 32 & 0x80000000 | 0x7F800000 | bits >> 29 & 0x007FFFFF
    value: Tuple[int] = _unpack_u32(_pack_f32(x))
    return value[0]


def f32_from_host(x: float) -> float:
    """The f32 for a host's ``float``: rounded, or the NaN with its leading bits.

    A NaN whose leading 23 bits of payload are all zero would become an infinity: it
    becomes the canonical NaN.
    """
    if x == x:
        return fround(x)
    bits = i64_reinterpret_f64(x) & 0xFFFFFFFFE0000000
    if not bits & 0x000FFFFFFFFFFFFF:
        bits |= 0x0008000000000000
    return f64_reinterpret_i64(bits)


def fround(x: float) -> float:
    """Round to the nearest f32, ties to even, overflow to infinity; quiet a NaN.

    The native format of ``struct`` is a plain conversion in C, unlike the standard
    one, which raises ``OverflowError``.
    """
    value: Tuple[float] = _unpack_f32(_pack_f32(x))
    return value[0]
