"""Powers of two that divide an i32, by what it is calculated from."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from wasm2py.ir.nodes import Const, Expression, Variable


def static_alignment(expression: Expression) -> int:
    """A power of two that divides an i32, by what is known of the variables in it."""
    return alignment_by(expression, fact_alignment)


def fact_alignment(variable: Variable) -> int:
    """A power of two that is known to divide a variable at this place."""
    return 1 if variable.fact is None else variable.fact.alignment


def alignment_by(expression: Expression, of_variable: Callable[[Variable], int]) -> int:
    """A power of two that divides an i32, if `of_variable` gives one for each variable."""
    op, args = expression.op, expression.args
    if isinstance(expression, Variable):
        return of_variable(expression)
    if isinstance(expression, Const) and isinstance(expression.imm, int):
        return lowest_bit(expression.imm)
    if op == "i32.shl" and isinstance(args[1], Const):
        return alignment_by(args[0], of_variable) << (cast(int, args[1].imm) & 31)
    if op == "i32.and":
        return max(alignment_by(arg, of_variable) for arg in args)
    if op == "i32.mul":
        a, b = (alignment_by(arg, of_variable) for arg in args)
        return a * b
    if op in ("i32.add", "i32.sub", "i32.or", "i32.xor"):
        return min(alignment_by(arg, of_variable) for arg in args)
    if op == "select":
        return min(alignment_by(arg, of_variable) for arg in args[1:])
    return 1


def lowest_bit(value: int) -> int:
    """The greatest power of two that divides an offset; of zero, one beyond all addresses."""
    return value & -value if value else 1 << 32
