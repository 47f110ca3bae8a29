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


def inner_lists(statement: Statement) -> list[list[Statement]]:
    """The lists of statements that a statement consists of."""
    if isinstance(statement, If):
        return [statement.then, statement.otherwise]
    if isinstance(statement, (Loop, Count)):
        return [statement.body]
    return statement.arms if isinstance(statement, Switch) else []


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


def every(statements: list[Statement]) -> Iterator[Statement]:
    """All statements, those inside of others after these."""
    waiting = [statements]
    while waiting:
        for statement in waiting.pop():
            yield statement
            waiting += inner_lists(statement)


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
