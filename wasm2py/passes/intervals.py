"""What integer instructions make of ranges of values: the transfer functions of `ranges`.

Each takes the facts of an instruction's operands and gives that of its result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from wasm2py.ir.nodes import Const, Expression, Fact

MASKS: Final = {"i32": 0xFFFFFFFF, "i64": 0xFFFFFFFFFFFFFFFF}
ZERO_ALIGNMENT: Final = 1 << 64  # every power of two divides zero


TRUTH: Final = Fact(0, 1, 1)
FULL: Final = {type: Fact(0, mask, 1) for type, mask in MASKS.items()}


def of_constant(value: int) -> Fact:
    """The fact of a known value."""
    return Fact(value, value, value & -value if value else ZERO_ALIGNMENT)


def union(a: Fact, b: Fact) -> Fact:
    """What holds for either."""
    return Fact(min(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]))


def _wrapped(low: int, high: int, alignment: int, mask: int) -> Fact:
    """A range brought into the type's, if all of it wraps around equally often."""
    size = mask + 1
    if low // size == high // size:
        return Fact(low % size, high % size, min(alignment, size))
    aligned = min(alignment, size)
    return Fact(0, mask + 1 - aligned if aligned <= mask else 0, aligned)


def _add(mask: int, a: Fact, b: Fact) -> Fact:
    return _wrapped(a.low + b.low, a.high + b.high, min(a[2], b[2]), mask)


def _sub(mask: int, a: Fact, b: Fact) -> Fact:
    return _wrapped(a.low - b.high, a.high - b.low, min(a[2], b[2]), mask)


def _mul(mask: int, a: Fact, b: Fact) -> Fact:
    return _wrapped(a.low * b.low, a.high * b.high, a[2] * b[2], mask)


def _and(mask: int, a: Fact, b: Fact) -> Fact:
    high = min(a.high, b.high)
    low = 0
    for x, y in ((a, b), (b, a)):
        cleared = mask ^ y.low
        if y.low == y.high and cleared & (cleared + 1) == 0:
            low = x.low & y.low  # only low bits are cleared: the order stays
    return Fact(low, high, max(a[2], b[2]))


def _or(mask: int, a: Fact, b: Fact) -> Fact:
    bits = (a.high | b.high).bit_length()
    return Fact(max(a.low, b.low), (1 << bits) - 1, min(a[2], b[2]))


def _xor(mask: int, a: Fact, b: Fact) -> Fact:
    bits = (a.high | b.high).bit_length()
    return Fact(0, (1 << bits) - 1, min(a[2], b[2]))


def _shl(mask: int, a: Fact, b: Fact) -> Fact:
    if b.low != b.high:
        return Fact(0, mask, 1)
    count = b.low % mask.bit_length()
    return _wrapped(a.low << count, a.high << count, a[2] << count, mask)


def _shr_u(mask: int, a: Fact, b: Fact) -> Fact:
    if b.low != b.high:
        return Fact(0, a.high, 1)
    count = b.low % mask.bit_length()
    return Fact(a.low >> count, a.high >> count, max(1, a[2] >> count))


def _shr_s(mask: int, a: Fact, b: Fact) -> Fact:
    return _shr_u(mask, a, b) if a.high <= mask >> 1 else Fact(0, mask, 1)


def _div_u(mask: int, a: Fact, b: Fact) -> Fact:
    return Fact(a.low // max(1, b.high), a.high // max(1, b.low), 1)


def _rem_u(mask: int, a: Fact, b: Fact) -> Fact:
    if a.high < b.low:
        return a
    return Fact(0, min(a.high, max(0, b.high - 1)), 1)


_BINARY: Final[dict[str, Callable[[int, Fact, Fact], Fact]]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "and": _and,
    "or": _or,
    "xor": _xor,
    "shl": _shl,
    "shr_u": _shr_u,
    "shr_s": _shr_s,
    "div_u": _div_u,
    "rem_u": _rem_u,
}

# What an instruction gives whatever its operands are.
_RESULTS: Final = {
    **{f"{type}.load8_u": Fact(0, 0xFF, 1) for type in MASKS},
    **{f"{type}.load16_u": Fact(0, 0xFFFF, 1) for type in MASKS},
    "i64.load32_u": FULL["i32"],
    **{
        f"{type}.{op}": Fact(0, 64, 1)
        for type in MASKS
        for op in ("clz", "ctz", "popcnt")
    },
    **{f"{type}.eqz": TRUTH for type in MASKS},
    **{
        f"{type}.{op}": TRUTH
        for type in (*MASKS, "f32", "f64")
        for op in "eq ne lt gt le ge lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u".split()
    },
    "ref.is_null": TRUTH,
}

_EXTENSIONS: Final = {
    "i64.extend_i32_s": 31,
    "i32.extend8_s": 7,
    "i64.extend8_s": 7,
    "i32.extend16_s": 15,
    "i64.extend16_s": 15,
    "i64.extend32_s": 31,
}


def result(expression: Expression, args: list[Fact]) -> Fact:
    """The fact of an integer instruction's result, from those of its operands."""
    op, type = expression.op, expression.type
    binary = _BINARY.get(op[4:])
    if binary is not None and len(args) == 2:
        return binary(MASKS[type], args[0], args[1])
    known = _RESULTS.get(op)
    if known is not None:
        return known
    full = FULL[type]
    if op == "select":
        return union(args[1], args[2])
    if op == "i64.extend_i32_u":
        return args[0]
    if op == "i32.wrap_i64":
        return (
            args[0]
            if args[0].high <= full.high
            else Fact(0, full.high, min(args[0][2], 1 << 31))
        )
    if op in _EXTENSIONS and args[0].high >> _EXTENSIONS[op] == 0:
        return args[0]
    if op == "switch.arm":
        return Fact(0, max(cast("tuple[int, ...]", expression.imm)), 1)
    return full


def refined(op: str, a: Fact, b: Fact, mask: int) -> Fact | None:
    """What holds for `a` where the comparison `a op b` is true; None if it cannot be."""
    low, high, alignment = a
    half = mask >> 1
    if op == "eq":
        low, high = max(low, b.low), min(high, b.high)
    elif op == "ne":
        if b.low == b.high:
            low += 1 if low == b.low else 0
            high -= 1 if high == b.high else 0
    elif op == "lt_u":
        high = min(high, b.high - 1)
    elif op == "le_u":
        high = min(high, b.high)
    elif op == "gt_u":
        low = max(low, b.low + 1)
    elif op == "ge_u":
        low = max(low, b.low)
    elif op in ("lt_s", "le_s"):
        if high <= half:  # not negative: so b is not, either
            strict = 1 if op == "lt_s" else 0
            high = min(high, (min(b.high, half)) - strict)
    elif b.high <= half:  # a > b >= 0 or a >= b >= 0, as signed numbers
        low = max(low, b.low + (1 if op == "gt_s" else 0))
        high = min(high, half)
    if alignment > 1 and alignment <= mask:
        low += -low % alignment
        high -= high % alignment
    return Fact(low, high, alignment) if low <= high else None


def constant_fact(constant: Const) -> Fact | None:
    """The fact of an integer constant."""
    if constant.type in MASKS:
        return of_constant(cast(int, constant.imm))
    return None
