"""Gives names to what is rounded to single precision, and to what is divided, in loops.

Rounding is a call, `fround(x)`, or a cell of a view of floats, which rounds what is stored in it: that takes a
third of the time, but a statement of its own. A dividend is written twice, as Python's own division does not
divide by zero; so a calculation would be a call, which evaluates it once. With a name it is neither.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.evaluation import to_be_named_first
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Expression,
    Statement,
    Variable,
)
from wasm2py.spec.opcodes import instructions
from wasm2py.targets.python.tree.function import StructuredFunction

# What `floats.unrounded` writes as a calculation with doubles.
ROUNDED: Final = instructions("add", "sub", "mul", "div", "sqrt", types=("f32",)) | {
    "f32.demote_f64"
}
_DIVISIONS: Final = instructions("div", types=("f32", "f64"))


def name_floats(function: StructuredFunction) -> None:
    """Have roundings in loops stand alone, in assignments and stores, and divisions divide variables."""
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
        if any(map(_is_concerned, own)):
            statement.replace_own(self._in_turn(own, [False] * len(own)))

    def _without_inner(self, expression: Expression) -> Expression:
        """An expression in which nothing but the root is to be named."""
        if expression.op == "select":
            return expression  # an arm may not be evaluated at all
        named = [_is_named(expression, at) for at in range(len(expression.args))]
        for at, arg in enumerate(self._in_turn(expression.args, named)):
            if arg is not expression.args[at]:
                expression = expression.with_arg(at, arg)
        return expression

    def _in_turn(
        self, values: tuple[Expression, ...], named: list[bool]
    ) -> tuple[Expression, ...]:
        """Values that are evaluated one after the other, with names for those that are to be named."""
        result = list(values)
        for at, value in enumerate(values):
            if not named[at] and not _is_concerned(value):
                continue
            for before in to_be_named_first(result, 0, at, value.effects):
                result[before] = self._name(result[before])
            value = self._without_inner(value)
            result[at] = self._name(value) if named[at] else value
        return tuple(result)

    def _name(self, value: Expression) -> Expression:
        if isinstance(value, Variable):
            return value
        variable = len(self._types)
        self._types.append(value.type)
        self._assigned_once.add(variable)
        self._named.append(Assign(variable, value))
        return Variable(variable, value.type)


def _is_named(expression: Expression, at: int) -> bool:
    """Whether an operand is to be named."""
    if expression.args[at].op in ROUNDED:
        return expression.op != "f32.store"  # the view that it is stored in rounds it
    return at == 0 and _divides_a_calculation(expression)


def _divides_a_calculation(expression: Expression) -> bool:
    """Whether a dividend would be written twice."""
    if expression.op not in _DIVISIONS or isinstance(expression.args[1], Const):
        return False
    return not isinstance(expression.args[0], (Const, Variable))


def _is_concerned(expression: Expression) -> bool:
    """Whether there may be something to be named in an expression."""
    if expression.op in ROUNDED or _divides_a_calculation(expression):
        return True
    return any(map(_is_concerned, expression.args))
