"""Finds the f32 variables whose NaNs need no care.

A view of floats makes a signalling NaN quiet on its way, so loads, stores and copies that must keep it
take a test. They need none where a value can be no signalling NaN, because it has been calculated,
and none where nobody but arithmetic reads it, which may make it quiet anyway.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.nodes import (
    Assign,
    Const,
    Expression,
    Variable,
)
from wasm2py.ir.walk import every
from wasm2py.spec.opcodes import instructions
from wasm2py.spec.types import F32
from wasm2py.targets.python.tree.function import StructuredFunction

_CALCULATIONS: Final = instructions(
    "add", "sub", "mul", "div", "sqrt", "min", "max", types=(F32,)
)

# What these give is no signalling NaN.
ARITHMETIC: Final = _CALCULATIONS | instructions("demote", "convert", types=(F32,))

# What these make of a NaN does not depend on whether it is signalling.
_INDIFFERENT: Final = _CALCULATIONS | {
    "f64.promote_f32",
    *instructions("eq", "ne", "lt", "gt", "le", "ge", types=(F32,)),
}


def find_careless(function: StructuredFunction) -> tuple[set[int], set[int]]:
    """The f32 variables that are never a signalling NaN, and those of which it does not matter."""
    if "f32" not in function.types:
        return set(), set()
    calculated = set(range(function.params, len(function.types)))
    read_exactly: set[int] = set()
    for statement in every(function.statements):
        value = statement.value if isinstance(statement, Assign) else None
        if value is None or not is_calculated(value):
            calculated.difference_update(statement.defines())
        for expression in statement.own():
            _visit(expression, read_exactly)
    singles = {v for v, type in enumerate(function.types) if type == "f32"}
    return calculated & singles, singles - read_exactly


def is_calculated(value: Expression) -> bool:
    """Whether an f32 is the result of arithmetic, or a number."""
    if isinstance(value, Const) and isinstance(value.imm, int):
        return value.imm & 0x7FFFFFFF <= 0x7F800000
    return value.op in ARITHMETIC


def _visit(expression: Expression, read_exactly: set[int]) -> None:
    if isinstance(expression, Variable):
        read_exactly.add(expression.index)
    for arg in expression.args:
        if not (isinstance(arg, Variable) and expression.op in _INDIFFERENT):
            _visit(arg, read_exactly)
