"""Takes roundings to single precision out of expressions, in loops.

Rounding is a call, `fround(x)`, or a cell of a view of floats, which rounds what is stored in it: that takes a
third of the time, but a statement of its own. So what is to be rounded is given a name first.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.evaluation import to_be_named_first
from wasm2py.ir.nodes import (
    Assign,
    Expression,
    Statement,
    Variable,
)
from wasm2py.targets.python.tree.function import StructuredFunction

# What `floats.unrounded` writes as a calculation with doubles.
ROUNDED: Final = frozenset(["f32.add", "f32.sub", "f32.mul", "f32.demote_f64"])


def name_roundings(function: StructuredFunction) -> None:
    """Have roundings in loops stand alone, in assignments and stores."""
    if "f32" in function.types:
        _Namer(function).go_through(function.statements, False)


class _Namer:
    def __init__(self, function: StructuredFunction) -> None:
        self._types = function.types
        self._assigned_once = function.assigned_once
        self._named: list[Statement] = []  # before the statement that is looked at

    def go_through(self, statements: list[Statement], in_loop: bool) -> None:
        """Rewrite a list of statements and those inside of them."""
        rewritten: list[Statement] = []
        for statement in statements:
            if in_loop and not statement.evaluates_each_round():
                self._rewrite(statement)
                rewritten += self._named
                self._named.clear()
            rewritten.append(statement)
            inside = in_loop or statement.repeats()
            for inner in statement.parts():
                self.go_through(inner, inside)
        statements[:] = rewritten

    def _rewrite(self, statement: Statement) -> None:
        own = statement.own()
        if any(map(_is_rounded_inside, own)):
            statement.replace_own(self._in_turn(own, True))

    def _without_roundings(self, expression: Expression) -> Expression:
        """An expression in which at most the root is rounded."""
        if expression.op == "select":
            return expression  # an arm may not be evaluated at all
        # The view that an f32 is stored in rounds it.
        stores = expression.op == "f32.store"
        for at, arg in enumerate(self._in_turn(expression.args, stores)):
            if arg is not expression.args[at]:
                expression = expression.with_arg(at, arg)
        return expression

    def _in_turn(
        self, values: tuple[Expression, ...], roots: bool
    ) -> tuple[Expression, ...]:
        """Values that are evaluated one after the other, without roundings but, with `roots`, of them."""
        result = list(values)
        for at, value in enumerate(values):
            named = value.op in ROUNDED and not roots
            if not named and not any(map(_is_rounded_inside, value.args)):
                continue
            for before in to_be_named_first(result, 0, at, value.effects):
                result[before] = self._name(result[before])
            value = self._without_roundings(value)
            result[at] = self._name(value) if named else value
        return tuple(result)

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
