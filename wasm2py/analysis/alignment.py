"""Powers of two that divide an address, by what it is calculated from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from wasm2py.ir.nodes import Const, Expression, Variable
from wasm2py.spec.opcodes import instructions
from wasm2py.spec.types import MASKS

_SHIFTS: Final = instructions("shl")
_CONJUNCTIONS: Final = instructions("and")
_PRODUCTS: Final = instructions("mul")
_TERM_BY_TERM: Final = instructions("add", "sub", "or", "xor")

ALIGNED: Final = (
    _SHIFTS | _CONJUNCTIONS | _PRODUCTS | _TERM_BY_TERM | {"local", "const", "select"}
)
"""What a power of two above 1 may be known to divide."""


def static_alignment(expression: Expression) -> int:
    """A power of two that divides an integer, by what is known of the variables in it."""
    return alignment_by(expression, fact_alignment)


def fact_alignment(variable: Variable) -> int:
    """A power of two that is known to divide a variable at this place."""
    return 1 if variable.fact is None else variable.fact.alignment


def alignment_by(expression: Expression, of_variable: Callable[[Variable], int]) -> int:
    """A power of two that divides an integer, if `of_variable` gives one for each variable."""
    op, args = expression.op, expression.args
    if isinstance(expression, Variable):
        return of_variable(expression)
    if isinstance(expression, Const) and isinstance(expression.imm, int):
        return lowest_bit(expression.imm)
    if op in _SHIFTS and isinstance(args[1], Const):
        count = cast(int, args[1].imm) % MASKS[expression.type].bit_length()
        return alignment_by(args[0], of_variable) << count
    if op in _CONJUNCTIONS:
        return max(alignment_by(arg, of_variable) for arg in args)
    if op in _PRODUCTS:
        a, b = (alignment_by(arg, of_variable) for arg in args)
        return a * b
    if op in _TERM_BY_TERM:
        return min(alignment_by(arg, of_variable) for arg in args)
    if op == "select":
        return min(alignment_by(arg, of_variable) for arg in args[1:])
    return 1


def lowest_bit(value: int) -> int:
    """The greatest power of two that divides an offset; of zero, one beyond all offsets."""
    return value & -value if value else 1 << 64
