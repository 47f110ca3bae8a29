"""The domain of value ranges, and its transfer functions: what integer instructions make of ranges.

Each takes the facts of an instruction's operands and gives that of its result. A fact bounds a value as an
unsigned number, or, where its lower bound is negative, as a signed one. `mask` is the greatest
unsigned value of the type.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, cast

from wasm2py.ir.nodes import Expression, Fact
from wasm2py.spec.opcodes import LOADS, NUMBERS, Access, instructions
from wasm2py.spec.types import I32, MASKS

ZERO_ALIGNMENT: Final = 1 << 64  # every power of two divides zero

TRUTH: Final = Fact(0, 1, 1)
FULL: Final = {type: Fact(0, mask, 1) for type, mask in MASKS.items()}
_FULL_OF_MASKS: Final = {mask: FULL[type] for type, mask in MASKS.items()}


@lru_cache(4096)
def of_constant(value: int) -> Fact:
    """The fact of a known value."""
    return Fact(value, value, value & -value if value else ZERO_ALIGNMENT)


@lru_cache(1024)
def anything(alignment: int, mask: int) -> Fact:
    """What holds of a multiple of a power of two; of all numbers of a type, the one fact in `FULL`."""
    if alignment == 1 and mask in _FULL_OF_MASKS:
        return _FULL_OF_MASKS[mask]
    aligned = min(alignment, mask + 1)
    return Fact(0, mask + 1 - aligned, alignment)


def as_unsigned(a: Fact, mask: int) -> Fact:
    """The same as bounds of the unsigned number."""
    return a if a.low >= 0 else anything(a.alignment, mask)


def as_signed(a: Fact, mask: int) -> Fact:
    """The same as bounds of the signed number."""
    half = (mask + 1) // 2
    if a.high < half:
        return a
    if a.low >= half:
        return Fact(a.low - mask - 1, a.high - mask - 1, a.alignment)
    return Fact(-half, half - min(a.alignment, half), a.alignment)


def wrapped(low: int, high: int, alignment: int, mask: int) -> Fact:
    """The fact of a number between two bounds, brought into the type's range."""
    size = mask + 1
    half = size // 2
    turns = low // size
    low, high = low - turns * size, high - turns * size
    if high < size:
        return Fact(low, high, alignment)
    if low >= half and high - size < half:
        return Fact(low - size, high - size, alignment)
    return anything(alignment, mask)


def union(a: Fact, b: Fact, mask: int) -> Fact:
    """What holds for either."""
    low, high, alignment = a.low, a.high, a.alignment
    other_low, other_high, other_alignment = b.low, b.high, b.alignment
    if low < 0 or other_low < 0:
        alignment = min(alignment, other_alignment)
        half = (mask + 1) // 2
        if not (a.high < half or a.low >= half) or not (b.high < half or b.low >= half):
            return anything(alignment, mask)
        a, b = as_signed(a, mask), as_signed(b, mask)
        return Fact(min(a.low, b.low), max(a.high, b.high), alignment)
    # Mostly one of them says less than the other in every way.
    if low <= other_low and high >= other_high and alignment <= other_alignment:
        return a
    if other_low <= low and other_high >= high and other_alignment <= alignment:
        return b
    low, high = min(low, other_low), max(high, other_high)
    alignment = min(alignment, other_alignment)
    if high == mask and not low and alignment == 1:
        return anything(1, mask)  # as behind a test for zero
    return Fact(low, high, alignment)


def covers(a: Fact, b: Fact) -> bool:
    """Whether the one says no more than the other, in the same reading."""
    return a.low <= b.low and a.high >= b.high and a.alignment <= b.alignment


def common(a: Fact, b: Fact) -> Fact:
    """What is known if both hold: the closer bounds, or the narrower reading."""
    alignment = max(a.alignment, b.alignment)
    if (a.low < 0) == (b.low < 0):
        low, high = max(a.low, b.low), min(a.high, b.high)
        if low <= high:
            return Fact(low, high, alignment)
    narrow = a if a.high - a.low <= b.high - b.low else b
    return Fact(narrow.low, narrow.high, alignment)


def _add(mask: int, a: Fact, b: Fact) -> Fact:
    return wrapped(a.low + b.low, a.high + b.high, min(a.alignment, b.alignment), mask)


def _sub(mask: int, a: Fact, b: Fact) -> Fact:
    return wrapped(a.low - b.high, a.high - b.low, min(a.alignment, b.alignment), mask)


def _mul(mask: int, a: Fact, b: Fact) -> Fact:
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return wrapped(min(corners), max(corners), a.alignment * b.alignment, mask)


def _and(mask: int, a: Fact, b: Fact) -> Fact:
    alignment = max(a.alignment, b.alignment)
    a, b = as_unsigned(a, mask), as_unsigned(b, mask)
    high = min(a.high, b.high)
    low = 0
    for x, y in ((a, b), (b, a)):
        if y.low != y.high:
            continue
        if y.low & (y.low + 1) == 0 and x.high <= y.low:
            return x  # nothing is cleared
        cleared = ((1 << (x.low ^ x.high).bit_length()) - 1) & ~y.low
        if cleared & (cleared + 1) == 0:
            # Of the bits that are not the same in all of them only low ones are cleared: the order stays.
            low, high = x.low & y.low, x.high & y.low
    return Fact(low, high, alignment)


def _or(mask: int, a: Fact, b: Fact) -> Fact:
    alignment = min(a.alignment, b.alignment)
    a, b = as_unsigned(a, mask), as_unsigned(b, mask)
    bits = (a.high | b.high).bit_length()
    return Fact(max(a.low, b.low), (1 << bits) - 1, alignment)


def _xor(mask: int, a: Fact, b: Fact) -> Fact:
    alignment = min(a.alignment, b.alignment)
    a, b = as_unsigned(a, mask), as_unsigned(b, mask)
    bits = (a.high | b.high).bit_length()
    return Fact(0, (1 << bits) - 1, alignment)


def _shl(mask: int, a: Fact, b: Fact) -> Fact:
    if b.low != b.high:
        return anything(a.alignment, mask)
    count = b.low % mask.bit_length()
    return wrapped(a.low << count, a.high << count, a.alignment << count, mask)


def _shr_u(mask: int, a: Fact, b: Fact) -> Fact:
    a = as_unsigned(a, mask)
    if b.low != b.high:
        return Fact(0, a.high, 1)
    count = b.low % mask.bit_length()
    return Fact(a.low >> count, a.high >> count, max(1, a.alignment >> count))


def _shr_s(mask: int, a: Fact, b: Fact) -> Fact:
    a = as_signed(a, mask)
    if b.low != b.high:
        return wrapped(min(a.low, 0), max(a.high, 0), 1, mask)
    count = b.low % mask.bit_length()
    return wrapped(a.low >> count, a.high >> count, max(1, a.alignment >> count), mask)


def _div_u(mask: int, a: Fact, b: Fact) -> Fact:
    a, b = as_unsigned(a, mask), as_unsigned(b, mask)
    return Fact(a.low // max(1, b.high), a.high // max(1, b.low), 1)


def _rem_u(mask: int, a: Fact, b: Fact) -> Fact:
    a, b = as_unsigned(a, mask), as_unsigned(b, mask)
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


def _loaded(load: Access) -> Fact:
    """What a load gives that does not fill the integer."""
    size = 1 << 8 * load.width
    return Fact(-size // 2, size // 2 - 1, 1) if load.signed else Fact(0, size - 1, 1)


# What an instruction gives whatever its operands are.
_RESULTS: Final = {
    **{
        name: _loaded(load)
        for name, load in LOADS.items()
        if load.is_narrow and load.type in MASKS
    },
    **dict.fromkeys(instructions("clz", "ctz", "popcnt"), Fact(0, 64, 1)),
    **dict.fromkeys(
        instructions("eqz", "eq", "ne", "lt", "gt", "le", "ge", types=NUMBERS),
        TRUTH,
    ),
    "ref.is_null": TRUTH,
}


def _extend_u(mask: int, a: Fact) -> Fact:
    return as_unsigned(a, mask)


def _wrap(mask: int, a: Fact) -> Fact:
    return wrapped(a.low, a.high, a.alignment, mask)


def _extended(narrow: int, a: Fact) -> Fact:
    """The signed reading of the low bits that a mask leaves."""
    return as_signed(_wrap(narrow, a), narrow)


# What these make of a mask and of the facts of their operands, and the mask.
TRANSFERS: Final[dict[str, tuple[Callable[..., Fact], int]]] = {
    **{
        f"{type}.{name}": (function, mask)
        for name, function in _BINARY.items()
        for type, mask in MASKS.items()
    },
    "i64.extend_i32_u": (_extend_u, MASKS[I32]),
    "i32.wrap_i64": (_wrap, MASKS[I32]),
    "i64.extend_i32_s": (_extended, MASKS[I32]),
    "i32.extend8_s": (_extended, 0xFF),
    "i64.extend8_s": (_extended, 0xFF),
    "i32.extend16_s": (_extended, 0xFFFF),
    "i64.extend16_s": (_extended, 0xFFFF),
    "i64.extend32_s": (_extended, MASKS[I32]),
}

# The instructions whose results depend on the facts of their operands.
DEPENDENT: Final = frozenset([*TRANSFERS, "select"])
_TOLD: Final = DEPENDENT | {"local", "const"}


def is_independent(expression: Expression) -> bool:
    """Whether the fact of an expression is the same whatever is known of variables."""
    return expression.op not in _TOLD


def independent_result(expression: Expression) -> Fact:
    """The fact of another integer instruction's result."""
    if expression.op == "switch.arm":
        return Fact(0, max(cast("tuple[int, ...]", expression.imm)), 1)
    return _RESULTS.get(expression.op) or FULL[expression.type]


def refined(op: str, a: Fact, b: Fact, mask: int) -> Fact | None:
    """What holds for `a` where the comparison `a op b` is true; None if it cannot be."""
    if op in ("eq", "ne"):
        fact = _refined_equal(op, a, b)
    elif op in UNSIGNED_ORDERS:
        order = UNSIGNED_ORDERS[op]
        fact = _ordered(order, as_unsigned(a, mask), as_unsigned(b, mask))
    else:
        fact = _ordered(_SIGNED_ORDERS[op], as_signed(a, mask), as_signed(b, mask))
        if fact.high < 0:
            fact = Fact(fact.low + mask + 1, fact.high + mask + 1, fact.alignment)
    if fact.low > fact.high:
        return None
    low, high, alignment = fact.low, fact.high, fact.alignment
    if 1 < alignment <= mask and (low % alignment or high % alignment):
        low += -low % alignment
        high -= high % alignment
        if low > high:
            return None
        fact = Fact(low, high, alignment)
    # The other reading of what was known may say more than the comparison.
    return fact if high - low <= a.high - a.low else a


def _refined_equal(op: str, a: Fact, b: Fact) -> Fact:
    low, high, alignment = a.low, a.high, a.alignment
    if op == "ne":
        only = b.low
        if only != b.high or (low != only and high != only):
            return a  # nothing is ruled out, or nothing at an end
        return Fact(low + (low == only), high - (high == only), alignment)
    if (low < 0) != (b.low < 0):
        return b if b.high - b.low < high - low else a
    return Fact(max(low, b.low), min(high, b.high), max(alignment, b.alignment))


# The relations that depend on the reading, and what they are in that.
UNSIGNED_ORDERS: Final = {"lt_u": "lt", "le_u": "le", "gt_u": "gt", "ge_u": "ge"}
_SIGNED_ORDERS: Final = {"lt_s": "lt", "le_s": "le", "gt_s": "gt", "ge_s": "ge"}


def _ordered(relation: str, a: Fact, b: Fact) -> Fact:
    """What holds for `a` if it is in a relation to `b`; both are bounded in the same reading."""
    low, high, alignment = a.low, a.high, a.alignment
    if relation in ("lt", "le"):
        most = b.high - (relation == "lt")
        return Fact(low, most, alignment) if most < high else a
    least = b.low + (relation == "gt")
    return Fact(least, high, alignment) if least > low else a
