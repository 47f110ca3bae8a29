"""Walks over statements and what they consist of, and over expressions."""

from __future__ import annotations

from wasm2py.ir.effects import BEYOND
from wasm2py.ir.nodes import (
    Expression,
    Statement,
    Variable,
)


def every(statements: list[Statement]) -> list[Statement]:
    """All statements, those inside of others after these."""
    found = list(statements)
    for statement in found:  # which grows
        for part in statement.parts():
            found += part
    return found


def variables(expression: Expression) -> list[Variable]:
    """The variables that an expression reads, in order."""
    found: list[Variable] = []
    if expression.effects > BEYOND:
        _find_variables(expression, found)
    return found


def _find_variables(expression: Expression, found: list[Variable]) -> None:
    if isinstance(expression, Variable):
        found.append(expression)
    for arg in expression.args:
        if arg.effects > BEYOND:
            _find_variables(arg, found)


def reads(statements: list[Statement]) -> dict[int, int]:
    """How often each variable is read."""
    times: dict[int, int] = {}
    for statement in every(statements):
        for expression in statement.own():
            for variable in variables(expression):
                times[variable.index] = times.get(variable.index, 0) + 1
    return times
