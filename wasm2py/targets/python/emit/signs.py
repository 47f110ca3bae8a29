"""Sign bits: what is 0 or -1 by the sign of a number, and tests of that, as tests of one bit.

    i32.and(i32.shr_s(i32.shl(v0, i32:30), i32:31), i32:27)    ->   27 if v0 & 2 else 0
    i32.lt_s(i32.extend8_s(v0), i32:0)                         ->   v0 & 128

Compilers make the first of `(v0 >> 1 & 1) ? 27 : 0`, as in a polynomial that is shifted bit by bit. A machine has no
branch then; here the shifts, the extension and the mask take five times as long as the choice does.

Why it is sound: the sign of what is shifted to the left by `k`, or extended, is a bit of the operand. A shift to the
right that leaves nothing but copies of the sign gives 0 or -1 (one without sign, in the bits that do not come from
beyond the number); so does the negative of 0 or 1. With -1, `and` gives the constant, with 0 nothing.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.ir.nodes import Const, Expression, Variable, binary
from wasm2py.spec.opcodes import ROWS, instructions
from wasm2py.spec.types import MASKS
from wasm2py.targets.python.emit.code import (
    AND,
    BITS,
    COMPARE,
    COMPARED,
    NOT,
    TERNARY,
    Code,
    literal,
    number,
)
from wasm2py.targets.python.emit.context import Context

_SHIFTS: Final = instructions("shl")
_SHIFTS_RIGHT: Final = instructions("shr")
_SIGNED_SHIFTS: Final = instructions("shr", signed=True)
_DIFFERENCES: Final = instructions("sub")
_CONJUNCTIONS: Final = instructions("and")
_COMPARISONS: Final = instructions(
    "eqz", "eq", "ne", "lt", "gt", "le", "ge", types=tuple(MASKS)
)
_EXTENSIONS: Final = {
    f"{type}.extend{bits}_s": bits
    for type in MASKS
    for bits in (8, 16, 32)
    if f"{type}.extend{bits}_s" in ROWS
}
# The relations of which one operand's sign decides, if the other one is this constant; and whether it has to be set.
_SIGN_TESTS: Final = {
    "lt": (0, True),
    "ge": (0, False),
    "le": (-1, True),
    "gt": (-1, False),
}


class _Bit(NamedTuple):
    """A bit of a number."""

    number: Expression
    position: int


def masked_by_sign(e: Context, value: Expression, constant: int) -> Code | None:
    """A constant or 0, if its bits are all set in a value, or none of them."""
    condition = _all_or_none(e, value, constant)
    if condition is None:
        return None
    text = f"{number(constant)} if {condition.at(TERNARY + 1)} else 0"
    return Code(text, TERNARY, 0, constant)


def added_by_sign(
    e: Context, added: Expression, other: Expression
) -> tuple[Code, Code] | None:
    """A condition and what is added to another number if it holds; nothing is otherwise.

    None, too, where that number would have to be calculated: it is written twice.
    """
    if added.op not in _CONJUNCTIONS or not isinstance(added.args[1], Const):
        return None
    if not isinstance(other, Variable):
        value = other.args[0] if other.op in _SHIFTS_RIGHT else None
        if not isinstance(value, Variable) or not isinstance(other.args[1], Const):
            return None
    constant = cast(int, added.args[1].imm)
    condition = _all_or_none(e, added.args[0], constant)
    return None if condition is None else (condition, literal(constant))


def _all_or_none(e: Context, value: Expression, constant: int) -> Code | None:
    """Whether the bits of a constant are all set in a value, if they are or none of them is."""
    if e.words:
        return None
    if value.op in _SHIFTS_RIGHT:
        return _copied_sign(e, value, constant)
    return _negated_truth(e, value) if value.op in _DIFFERENCES else None


def sign_test(e: Context, comparison: Expression, negated: bool) -> Code | None:
    """A condition that compares with zero what has its sign from a bit of another number, as a test of that."""
    row = ROWS[comparison.op]
    if not row.signed or e.words:
        return None
    bound, is_set = _SIGN_TESTS[row.operation]
    left, right = comparison.args
    if not isinstance(right, Const) or right.imm != bound & MASKS[right.type]:
        return None
    bit = _sign(left)
    return None if bit is None else _tested(e, bit, is_set == negated)


def _copied_sign(e: Context, shift: Expression, mask: int) -> Code | None:
    """Whether the bits in a mask are set behind a shift to the right, if they are copies of the sign."""
    value, by = shift.args
    if not isinstance(by, Const):
        return None
    bits = BITS[shift.type]
    count = cast(int, by.imm) % bits
    if count < _EXTENSIONS.get(value.op, bits) - 1:
        return None
    if not ROWS[shift.op].signed and mask >> (bits - count):
        return None
    bit = _sign(value)
    if bit is not None:
        return _tested(e, bit, False)
    return e.condition(binary(f"{shift.type}.lt_s", value, Const(shift.type, 0)), False)


def _negated_truth(e: Context, difference: Expression) -> Code | None:
    """Whether a difference is -1, if it is what is left of 0 without 0 or 1."""
    zero, value = difference.args
    if not isinstance(zero, Const) or zero.imm:
        return None
    if value.op in _CONJUNCTIONS:
        one = value.args[1]
        if not isinstance(one, Const) or one.imm != 1:
            return None
    elif value.op not in _COMPARISONS:
        return None
    return e.condition(value, False)


def _sign(value: Expression) -> _Bit | None:
    """The bit of another number that a number has its sign from."""
    if value.op in _SIGNED_SHIFTS:
        return _sign(value.args[0])  # which they keep
    if value.op in _EXTENSIONS:
        return _Bit(value.args[0], _EXTENSIONS[value.op] - 1)
    if value.op in _SHIFTS:
        shifted, count = value.args
        if isinstance(count, Const):
            bits = BITS[value.type]
            return _Bit(shifted, bits - 1 - cast(int, count.imm) % bits)
    return None


def _tested(e: Context, bit: _Bit, negated: bool) -> Code:
    """Whether a bit is set, or not."""
    code, alone = e.low_bits(bit.number), 1 << bit.position
    if code.low >= 0 and code.high < 2 * alone:
        relation = "<" if negated else ">="
        return Code(f"{code.at(COMPARED)} {relation} {number(alone)}", COMPARE)
    test = Code(f"{code.at(AND)} & {number(alone)}", AND)
    return Code(f"not {test.at(NOT)}", NOT) if negated else test
