"""Going through structured code."""

from __future__ import annotations

from collections.abc import Iterator

from wasm2py.ir.effects import BEYOND
from wasm2py.ir.nodes import (
    Assign,
    AssignMany,
    Count,
    Do,
    Expression,
    If,
    Loop,
    Return,
    Statement,
    Switch,
    Variable,
)


def own_expressions(statement: Statement) -> list[Expression]:
    """What a statement evaluates itself, without the statements inside."""
    if isinstance(statement, (Assign, AssignMany, Do)):
        return [statement.value]
    if isinstance(statement, Return):
        return list(statement.values)
    if isinstance(statement, If):
        return [statement.condition]
    if isinstance(statement, Loop):
        return [] if statement.condition is None else [statement.condition]
    if isinstance(statement, Count):
        return [statement.start, statement.end]
    return [statement.index] if isinstance(statement, Switch) else []


def every(statements: list[Statement]) -> list[Statement]:
    """All statements, those inside of others after these."""
    found = list(statements)
    for statement in found:  # which grows
        for part in statement.parts():
            found += part
    return found


def variables(expression: Expression) -> Iterator[Variable]:
    """The variables that an expression reads."""
    if isinstance(expression, Variable):
        yield expression
    for arg in expression.args:
        if arg.effects > BEYOND:
            yield from variables(arg)


def reads(statements: list[Statement]) -> dict[int, int]:
    """How often each variable is read."""
    times: dict[int, int] = {}
    for statement in every(statements):
        for expression in own_expressions(statement):
            for variable in variables(expression):
                times[variable.index] = times.get(variable.index, 0) + 1
    return times
