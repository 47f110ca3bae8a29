"""Integer instructions, one function each, named after its mnemonic.

An i32 or i64 is a canonical unsigned ``int``, ``0 <= x < 2**N``, as argument and as
result. Tests and comparisons return 0 or 1. The operations are those of section
4.3.2 of the specification.
"""

from __future__ import annotations

import sys
from math import gcd

from .errors import Trap

if sys.version_info >= (3, 10):
    i32_popcnt = i64_popcnt = int.bit_count
else:

    def i32_popcnt(x: int) -> int:
        return bin(x).count("1")

    i64_popcnt = i32_popcnt


# i32


def i32_clz(x: int) -> int:
    return 32 - x.bit_length()


def i32_ctz(x: int) -> int:
    return (x & -x).bit_length() - 1 if x else 32


def i32_add(x: int, y: int) -> int:
    return x + y & 0xFFFFFFFF


def i32_sub(x: int, y: int) -> int:
    return x - y & 0xFFFFFFFF


def i32_mul(x: int, y: int) -> int:
    return x * y & 0xFFFFFFFF


def i32_div_s(x: int, y: int) -> int:
    """Quotient truncated towards zero; traps for zero and for -2**31 / -1."""
    if not y:
        raise Trap("integer divide by zero")
    if x < 0x80000000:
        return x // y if y < 0x80000000 else -(x // (0x100000000 - y)) & 0xFFFFFFFF
    x = 0x100000000 - x
    if y < 0x80000000:
        return -(x // y) & 0xFFFFFFFF
    if x == 0x80000000 and y == 0xFFFFFFFF:
        raise Trap("integer overflow")
    return x // (0x100000000 - y)


def i32_div_u(x: int, y: int) -> int:
    if not y:
        raise Trap("integer divide by zero")
    return x // y


def i32_gcd_s(x: int, y: int) -> int:
    """What Euclid's algorithm comes to with remainders that have the sign of the dividend."""
    while y and x | y >= 0x80000000:
        x, y = y, i32_rem_s(x, y)
    return gcd(x, y)


def i32_rem_s(x: int, y: int) -> int:
    """Remainder with the sign of the dividend; traps for zero."""
    if not y:
        raise Trap("integer divide by zero")
    if y >= 0x80000000:
        y = 0x100000000 - y
    return x % y if x < 0x80000000 else -((0x100000000 - x) % y) & 0xFFFFFFFF


def i32_rem_u(x: int, y: int) -> int:
    if not y:
        raise Trap("integer divide by zero")
    return x % y


def i32_and(x: int, y: int) -> int:
    return x & y


def i32_or(x: int, y: int) -> int:
    return x | y


def i32_xor(x: int, y: int) -> int:
    return x ^ y


def i32_shl(x: int, y: int) -> int:
    return x << (y & 0x1F) & 0xFFFFFFFF


def i32_shr_s(x: int, y: int) -> int:
    return (x if x < 0x80000000 else x - 0x100000000) >> (y & 0x1F) & 0xFFFFFFFF


def i32_shr_u(x: int, y: int) -> int:
    return x >> (y & 0x1F)


def i32_rotl(x: int, y: int) -> int:
    y &= 0x1F
    return (x << y | x >> (32 - y)) & 0xFFFFFFFF


def i32_rotr(x: int, y: int) -> int:
    y &= 0x1F
    return (x >> y | x << (32 - y)) & 0xFFFFFFFF


def i32_eqz(x: int) -> int:
    return 0 if x else 1


def i32_eq(x: int, y: int) -> int:
    return 1 if x == y else 0


def i32_ne(x: int, y: int) -> int:
    return 1 if x != y else 0


def i32_lt_s(x: int, y: int) -> int:
    return 1 if x ^ 0x80000000 < y ^ 0x80000000 else 0


def i32_lt_u(x: int, y: int) -> int:
    return 1 if x < y else 0


def i32_gt_s(x: int, y: int) -> int:
    return 1 if x ^ 0x80000000 > y ^ 0x80000000 else 0


def i32_gt_u(x: int, y: int) -> int:
    return 1 if x > y else 0


def i32_le_s(x: int, y: int) -> int:
    return 1 if x ^ 0x80000000 <= y ^ 0x80000000 else 0


def i32_le_u(x: int, y: int) -> int:
    return 1 if x <= y else 0


def i32_ge_s(x: int, y: int) -> int:
    return 1 if x ^ 0x80000000 >= y ^ 0x80000000 else 0


def i32_ge_u(x: int, y: int) -> int:
    return 1 if x >= y else 0


def i32_extend8_s(x: int) -> int:
    return ((x & 0xFF ^ 0x80) - 0x80) & 0xFFFFFFFF


def i32_extend16_s(x: int) -> int:
    return ((x & 0xFFFF ^ 0x8000) - 0x8000) & 0xFFFFFFFF


# i64


def i64_clz(x: int) -> int:
    return 64 - x.bit_length()


def i64_ctz(x: int) -> int:
    return (x & -x).bit_length() - 1 if x else 64


def i64_add(x: int, y: int) -> int:
    return x + y & 0xFFFFFFFFFFFFFFFF


def i64_sub(x: int, y: int) -> int:
    return x - y & 0xFFFFFFFFFFFFFFFF


def i64_mul(x: int, y: int) -> int:
    return x * y & 0xFFFFFFFFFFFFFFFF


def i64_div_s(x: int, y: int) -> int:
    """Quotient truncated towards zero; traps for zero and for -2**63 / -1."""
    if not y:
        raise Trap("integer divide by zero")
    if x < 0x8000000000000000:
        return (
            x // y
            if y < 0x8000000000000000
            else -(x // (0x10000000000000000 - y)) & 0xFFFFFFFFFFFFFFFF
        )
    x = 0x10000000000000000 - x
    if y < 0x8000000000000000:
        return -(x // y) & 0xFFFFFFFFFFFFFFFF
    if x == 0x8000000000000000 and y == 0xFFFFFFFFFFFFFFFF:
        raise Trap("integer overflow")
    return x // (0x10000000000000000 - y)


def i64_div_u(x: int, y: int) -> int:
    if not y:
        raise Trap("integer divide by zero")
    return x // y


def i64_gcd_s(x: int, y: int) -> int:
    """What Euclid's algorithm comes to with remainders that have the sign of the dividend."""
    while y and x | y >= 0x8000000000000000:
        x, y = y, i64_rem_s(x, y)
    return gcd(x, y)


def i64_rem_s(x: int, y: int) -> int:
    """Remainder with the sign of the dividend; traps for zero."""
    if not y:
        raise Trap("integer divide by zero")
    if y >= 0x8000000000000000:
        y = 0x10000000000000000 - y
    return (
        x % y
        if x < 0x8000000000000000
        else -((0x10000000000000000 - x) % y) & 0xFFFFFFFFFFFFFFFF
    )


def i64_rem_u(x: int, y: int) -> int:
    if not y:
        raise Trap("integer divide by zero")
    return x % y


def i64_and(x: int, y: int) -> int:
    return x & y


def i64_or(x: int, y: int) -> int:
    return x | y


def i64_xor(x: int, y: int) -> int:
    return x ^ y


def i64_shl(x: int, y: int) -> int:
    return x << (y & 0x3F) & 0xFFFFFFFFFFFFFFFF


def i64_shr_s(x: int, y: int) -> int:
    return (x if x < 0x8000000000000000 else x - 0x10000000000000000) >> (
        y & 0x3F
    ) & 0xFFFFFFFFFFFFFFFF


def i64_shr_u(x: int, y: int) -> int:
    return x >> (y & 0x3F)


def i64_rotl(x: int, y: int) -> int:
    y &= 0x3F
    return (x << y | x >> (64 - y)) & 0xFFFFFFFFFFFFFFFF


def i64_rotr(x: int, y: int) -> int:
    y &= 0x3F
    return (x >> y | x << (64 - y)) & 0xFFFFFFFFFFFFFFFF


def i64_eqz(x: int) -> int:
    return 0 if x else 1


def i64_eq(x: int, y: int) -> int:
    return 1 if x == y else 0


def i64_ne(x: int, y: int) -> int:
    return 1 if x != y else 0


def i64_lt_s(x: int, y: int) -> int:
    return 1 if x ^ 0x8000000000000000 < y ^ 0x8000000000000000 else 0


def i64_lt_u(x: int, y: int) -> int:
    return 1 if x < y else 0


def i64_gt_s(x: int, y: int) -> int:
    return 1 if x ^ 0x8000000000000000 > y ^ 0x8000000000000000 else 0


def i64_gt_u(x: int, y: int) -> int:
    return 1 if x > y else 0


def i64_le_s(x: int, y: int) -> int:
    return 1 if x ^ 0x8000000000000000 <= y ^ 0x8000000000000000 else 0


def i64_le_u(x: int, y: int) -> int:
    return 1 if x <= y else 0


def i64_ge_s(x: int, y: int) -> int:
    return 1 if x ^ 0x8000000000000000 >= y ^ 0x8000000000000000 else 0


def i64_ge_u(x: int, y: int) -> int:
    return 1 if x >= y else 0


def i64_extend8_s(x: int) -> int:
    return ((x & 0xFF ^ 0x80) - 0x80) & 0xFFFFFFFFFFFFFFFF


def i64_extend16_s(x: int) -> int:
    return ((x & 0xFFFF ^ 0x8000) - 0x8000) & 0xFFFFFFFFFFFFFFFF


def i64_extend32_s(x: int) -> int:
    return ((x & 0xFFFFFFFF ^ 0x80000000) - 0x80000000) & 0xFFFFFFFFFFFFFFFF


# conversions between the two


def i32_wrap_i64(x: int) -> int:
    return x & 0xFFFFFFFF


def i64_extend_i32_s(x: int) -> int:
    return ((x ^ 0x80000000) - 0x80000000) & 0xFFFFFFFFFFFFFFFF


def i64_extend_i32_u(x: int) -> int:
    return x
