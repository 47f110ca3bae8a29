"""Walks over statements and what they consist of, and over expressions."""

from __future__ import annotations

from collections.abc import Callable

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
    if isinstance(expression, Variable):
        return [expression]
    found: list[Variable] = []
    if expression.effects > BEYOND:
        _find_variables(expression.args, found)
    return found


def _find_variables(args: tuple[Expression, ...], found: list[Variable]) -> None:
    for arg in args:
        if isinstance(arg, Variable):
            found.append(arg)
        elif arg.effects > BEYOND:
            _find_variables(arg.args, found)


def with_changed_args(
    expression: Expression, change: Callable[[Expression], Expression]
) -> Expression:
    """The same with what each operand is changed to; the expression itself if none is."""
    for at, arg in enumerate(expression.args):
        changed = change(arg)
        if changed is not arg:
            expression = expression.with_arg(at, changed)
    return expression


def reads(statements: list[Statement], wanted: int = -1) -> dict[int, int]:
    """How often each variable is read.

    Where `wanted` are the effects of reading some, nothing need be right for others.
    """
    times: dict[int, int] = {}
    for statement in every(statements):
        for expression in statement.own():
            if expression.effects & wanted:
                for variable in variables(expression):
                    times[variable.index] = times.get(variable.index, 0) + 1
    return times
