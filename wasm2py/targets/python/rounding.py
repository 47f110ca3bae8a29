"""Takes roundings to single precision out of expressions, in loops.

Rounding is a call, `fround(x)`, or a cell of a view of floats, which rounds what is stored in it: that takes a
third of the time, but a statement of its own. So what is to be rounded is given a name first.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.effects import conflict
from wasm2py.ir.function import Function
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
    Variable,
)

# What `floats.unrounded` writes as a calculation with doubles.
ROUNDED: Final = frozenset(["f32.add", "f32.sub", "f32.mul", "f32.demote_f64"])


def name_roundings(function: Function) -> None:
    """Have roundings in loops stand alone, in assignments and stores."""
    if "f32" in function.types:
        _Namer(function).go_through(function.statements, False)


class _Namer:
    def __init__(self, function: Function) -> None:
        self._types = function.types
        self._assigned_once = function.assigned_once
        self._named: list[Statement] = []  # before the statement that is looked at

    def go_through(self, statements: list[Statement], in_loop: bool) -> None:
        """Rewrite a list of statements and those inside of them."""
        rewritten: list[Statement] = []
        for statement in statements:
            if in_loop:
                self._rewrite(statement)
                rewritten += self._named
                self._named.clear()
            rewritten.append(statement)
            inside = in_loop or isinstance(statement, (Loop, Count))
            for inner in statement.parts():
                self.go_through(inner, inside)
        statements[:] = rewritten

    def _rewrite(self, statement: Statement) -> None:
        if isinstance(statement, (Assign, AssignMany, Do)):
            value = statement.value
            if value.op == "f32.store":
                address, stored = (self._without_roundings(arg) for arg in value.args)
                value = value.with_arg(0, address).with_arg(1, stored)
            else:
                value = self._without_roundings(value)
            statement.value = value
        elif isinstance(statement, If):
            statement.condition = self._without_roundings(statement.condition)
        elif isinstance(statement, Return):
            statement.values = tuple(map(self._without_roundings, statement.values))

    def _without_roundings(self, expression: Expression) -> Expression:
        """An expression in which at most the root is rounded."""
        args = list(expression.args)
        for at, arg in enumerate(args):
            if not _is_rounded_inside(arg):
                continue
            if expression.op == "select":
                break  # an arm may not be evaluated at all
            for before in range(at):
                if conflict(args[before].effects, arg.effects):
                    args[before] = self._name(args[before])
            arg = self._without_roundings(arg)
            args[at] = self._name(arg) if arg.op in ROUNDED else arg
        for at, arg in enumerate(args):
            if arg is not expression.args[at]:
                expression = expression.with_arg(at, arg)
        return expression

    def _name(self, value: Expression) -> Expression:
        if isinstance(value, Variable):
            return value
        variable = len(self._types)
        self._types.append(value.type)
        self._assigned_once.add(variable)
        self._named.append(Assign(variable, value))
        return Variable(variable, value.type)


def _is_rounded_inside(expression: Expression) -> bool:
    return expression.op in ROUNDED or any(map(_is_rounded_inside, expression.args))
