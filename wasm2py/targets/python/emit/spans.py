"""Tests whether a number is in a span, as two comparisons.

Compilers write `a <= x && x < b` as one unsigned comparison, `x - a < b - a`, where what is less than
`a` becomes large by wrapping around. In Python that takes a subtraction and a mask.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.analysis.ranges.induction_variables import constant_step, has_step
from wasm2py.ir.nodes import Const, Expression
from wasm2py.spec.opcodes import instructions
from wasm2py.targets.python.emit.code import BITS, COMPARE, COMPARED, NOT, Code, number
from wasm2py.targets.python.emit.context import Context

_CONJUNCTIONS: Final = instructions("and")


def span_test(
    e: Context, left: Expression, relation: str, right: Expression
) -> Code | None:
    """An unsigned comparison with a constant as a span of what is moved on its left, if it is one."""
    if not isinstance(right, Const):
        return None
    bits = BITS[left.type]
    if left.op in _CONJUNCTIONS and isinstance(left.args[1], Const):
        mask = cast(int, left.args[1].imm)
        if mask & (mask + 1):
            return None
        bits, left = mask.bit_length(), left.args[0]
    if not has_step(left):
        return None
    size = 1 << bits
    start = -constant_step(left) % size
    count = cast(int, right.imm) + (relation in ("<=", ">"))
    code = e.low_bits(left.args[0])
    if code.low < 0 or code.high >= size or not 0 < count < size:
        return None
    inside = relation in ("<", "<=")
    if start + count <= size:
        return _within(code, start, start + count - 1, inside)
    # It goes on at zero: all but another span.
    return _within(code, start + count - size, start - 1, not inside)


def _within(code: Code, low: int, high: int, inside: bool) -> Code:
    value = code.at(COMPARED)
    if low <= code.low:
        return Code(f"{value} {'<=' if inside else '>'} {number(high)}", COMPARE)
    if code.high <= high:
        return Code(f"{value} {'>=' if inside else '<'} {number(low)}", COMPARE)
    text = f"{number(low)} <= {value} <= {number(high)}"
    return Code(text, COMPARE) if inside else Code(f"not {text}", NOT)
