"""Floating-point instructions, one function each, named after its mnemonic.

How they are represented, `float_bits` says.

Python's arithmetic on floats is that of IEEE 754 with rounding to nearest, ties to
even, where it does not raise, so it quiets NaNs and keeps their payload as section
4.3.3 of the specification wants. An f32 operation is the f64 operation, rounded once
more: for ``+ - * /`` and square roots this is exact, because 53 bits are more than
twice 24 plus two.
"""

from __future__ import annotations

from math import ceil, copysign, floor, inf, nan, sqrt, trunc

from .errors import Trap
from .float_bits import fround
from .views import elements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# From here on every f64 is an integer.
_INTEGRAL = 4503599627370496.0


# conversions between f32 and f64


f32_demote_f64 = fround


def rounding_cell() -> Any:
    """A view with one element that rounds what is stored in it as ``fround`` does."""
    return elements(memoryview(bytearray(4)), "f")


def f64_promote_f32(x: float) -> float:
    return x if x == x else x + x


# arithmetic


def f64_add(x: float, y: float) -> float:
    return x + y


def f64_sub(x: float, y: float) -> float:
    return x - y


def f64_mul(x: float, y: float) -> float:
    return x * y


def f64_div(x: float, y: float) -> float:
    if y:
        return x / y
    # By a zero, where Python raises: 0 * inf is a NaN, anything else infinite.
    return x * copysign(inf, y)


def f64_sqrt(x: float) -> float:
    if x >= 0.0:
        return sqrt(x)
    return nan if x < 0.0 else x + x


def f64_min(x: float, y: float) -> float:
    if x < y:
        return x
    if y < x:
        return y
    if x == y:
        return x if x or copysign(1.0, x) < 0.0 else y
    return x + y


def f64_max(x: float, y: float) -> float:
    if x > y:
        return x
    if y > x:
        return y
    if x == y:
        return x if x or copysign(1.0, x) > 0.0 else y
    return x + y


def f64_ceil(x: float) -> float:
    if -_INTEGRAL < x < _INTEGRAL:
        return copysign(float(ceil(x)), x)
    return x + 0.0


def f64_floor(x: float) -> float:
    if -_INTEGRAL < x < _INTEGRAL:
        return copysign(float(floor(x)), x)
    return x + 0.0


def f64_trunc(x: float) -> float:
    if -_INTEGRAL < x < _INTEGRAL:
        return copysign(float(trunc(x)), x)
    return x + 0.0


def f64_nearest(x: float) -> float:
    if -_INTEGRAL < x < _INTEGRAL:
        return copysign(float(round(x)), x)
    return x + 0.0


def f32_add(x: float, y: float) -> float:
    return fround(x + y)


def f32_sub(x: float, y: float) -> float:
    return fround(x - y)


def f32_mul(x: float, y: float) -> float:
    return fround(x * y)


def f32_div(x: float, y: float) -> float:
    return fround(f64_div(x, y))


def f32_sqrt(x: float) -> float:
    return fround(f64_sqrt(x))


# The result of each of these is an f32 if its operands are.
f32_min = f64_min
f32_max = f64_max
f32_ceil = f64_ceil
f32_floor = f64_floor
f32_trunc = f64_trunc
f32_nearest = f64_nearest


# the sign bit alone, also of a NaN


def f64_abs(x: float) -> float:
    return abs(x)


def f64_neg(x: float) -> float:
    return -x


def f64_copysign(x: float, y: float) -> float:
    return copysign(x, y)


f32_abs = f64_abs
f32_neg = f64_neg
f32_copysign = f64_copysign


# comparisons


def f64_eq(x: float, y: float) -> int:
    return 1 if x == y else 0


def f64_ne(x: float, y: float) -> int:
    return 1 if x != y else 0


def f64_lt(x: float, y: float) -> int:
    return 1 if x < y else 0


def f64_gt(x: float, y: float) -> int:
    return 1 if x > y else 0


def f64_le(x: float, y: float) -> int:
    return 1 if x <= y else 0


def f64_ge(x: float, y: float) -> int:
    return 1 if x >= y else 0


f32_eq = f64_eq
f32_ne = f64_ne
f32_lt = f64_lt
f32_gt = f64_gt
f32_le = f64_le
f32_ge = f64_ge


# to integers


def _no_integer(x: float) -> Trap:
    return Trap("invalid conversion to integer" if x != x else "integer overflow")


def i32_trunc_f64_s(x: float) -> int:
    if -2147483649.0 < x < 2147483648.0:
        return trunc(x) & 0xFFFFFFFF
    raise _no_integer(x)


def i32_trunc_f64_u(x: float) -> int:
    if -1.0 < x < 4294967296.0:
        return trunc(x)
    raise _no_integer(x)


def i64_trunc_f64_s(x: float) -> int:
    if -9223372036854775808.0 <= x < 9223372036854775808.0:
        return trunc(x) & 0xFFFFFFFFFFFFFFFF
    raise _no_integer(x)


def i64_trunc_f64_u(x: float) -> int:
    if -1.0 < x < 18446744073709551616.0:
        return trunc(x)
    raise _no_integer(x)


def i32_trunc_sat_f64_s(x: float) -> int:
    if -2147483649.0 < x < 2147483648.0:
        return trunc(x) & 0xFFFFFFFF
    if x != x:
        return 0
    return 0x7FFFFFFF if x > 0.0 else 0x80000000


def i32_trunc_sat_f64_u(x: float) -> int:
    if -1.0 < x < 4294967296.0:
        return trunc(x)
    return 0xFFFFFFFF if x > 0.0 else 0


def i64_trunc_sat_f64_s(x: float) -> int:
    if -9223372036854775808.0 <= x < 9223372036854775808.0:
        return trunc(x) & 0xFFFFFFFFFFFFFFFF
    if x != x:
        return 0
    return 0x7FFFFFFFFFFFFFFF if x > 0.0 else 0x8000000000000000


def i64_trunc_sat_f64_u(x: float) -> int:
    if -1.0 < x < 18446744073709551616.0:
        return trunc(x)
    return 0xFFFFFFFFFFFFFFFF if x > 0.0 else 0


# An f32 has the value of the f64 that carries it.
i32_trunc_f32_s = i32_trunc_f64_s
i32_trunc_f32_u = i32_trunc_f64_u
i64_trunc_f32_s = i64_trunc_f64_s
i64_trunc_f32_u = i64_trunc_f64_u
i32_trunc_sat_f32_s = i32_trunc_sat_f64_s
i32_trunc_sat_f32_u = i32_trunc_sat_f64_u
i64_trunc_sat_f32_s = i64_trunc_sat_f64_s
i64_trunc_sat_f32_u = i64_trunc_sat_f64_u


# from integers


def f64_convert_i32_s(x: int) -> float:
    return float((x ^ 0x80000000) - 0x80000000)


def f64_convert_i32_u(x: int) -> float:
    return float(x)


def f64_convert_i64_s(x: int) -> float:
    return float((x ^ 0x8000000000000000) - 0x8000000000000000)


def f64_convert_i64_u(x: int) -> float:
    return float(x)


def f32_convert_i32_s(x: int) -> float:
    return fround(float((x ^ 0x80000000) - 0x80000000))


def f32_convert_i32_u(x: int) -> float:
    return fround(float(x))


def f32_convert_i64_u(x: int) -> float:
    # Rounding to 53 bits and then to 24 could round twice. Bits that both would drop
    # are gathered into one ("rounding to odd"), so that the first step is exact.
    if x >= 0x20000000000000:
        x = x & ~0x7FF | (0x800 if x & 0x7FF else 0)
    return fround(float(x))


def f32_convert_i64_s(x: int) -> float:
    if x < 0x8000000000000000:
        return f32_convert_i64_u(x)
    return -f32_convert_i64_u(0x10000000000000000 - x)
