"""A checker for structured code: what every pass must keep true. Tests run it after each."""

from __future__ import annotations

from wasm2py.ir.effects import LOCALS, variable_bit
from wasm2py.ir.nodes import (
    ABRUPT,
    TUPLE,
    Assign,
    AssignMany,
    Break,
    Continue,
    Count,
    Do,
    Expression,
    If,
    LabelTest,
    Loop,
    Return,
    SetLabel,
    Statement,
    Switch,
    Variable,
)


class BrokenTree(Exception):
    """The intermediate representation breaks a rule: the translator is at fault."""


def check(
    statements: list[Statement], types: list[str], results: tuple[str, ...]
) -> None:
    """Raise `BrokenTree` unless the code is well-formed.

    Values have their variables' types, effects include those of the operands, branches are
    inside loops, nothing follows a statement that does not go on, each label tested is set somewhere.
    """
    checker = _Checker(types, results)
    checker.block(statements, in_loop=False)
    if not checker.tested <= checker.set:
        raise BrokenTree(f"labels {checker.tested - checker.set} are never set")


class _Checker:
    def __init__(self, types: list[str], results: tuple[str, ...]) -> None:
        self.tested: set[int] = set()
        self.set: set[int] = set()
        self._types = types
        self._results = results

    def block(self, statements: list[Statement], in_loop: bool) -> None:
        for statement in statements[:-1]:
            if isinstance(statement, ABRUPT):
                raise BrokenTree(f"unreachable code after {type(statement).__name__}")
        for statement in statements:
            self._statement(statement, in_loop)

    def _statement(self, statement: Statement, in_loop: bool) -> None:
        if isinstance(statement, Assign):
            self._value(statement.value, self._types[statement.variable])
        elif isinstance(statement, (Do, AssignMany)):
            self._expression(statement.value)
        elif isinstance(statement, Return):
            if any(value.type == TUPLE for value in statement.values):
                self._value(statement.values[0], TUPLE)
                return
            if len(statement.values) != len(self._results):
                raise BrokenTree("wrong number of results")
            for value, result in zip(statement.values, self._results):
                self._value(value, result)
        elif isinstance(statement, If):
            self._expression(statement.condition)
            self.block(statement.then, in_loop)
            self.block(statement.otherwise, in_loop)
        elif isinstance(statement, Loop):
            if statement.condition is not None:
                self._expression(statement.condition)
            self.block(statement.body, in_loop=True)
        elif isinstance(statement, Count):
            for bound in (statement.start, statement.end):
                self._value(bound, self._types[statement.variable])
            self.block(statement.body, in_loop=True)
        elif isinstance(statement, Switch):
            self._switch(statement, in_loop)
        elif isinstance(statement, SetLabel):
            self.set.add(statement.label)
        elif isinstance(statement, (Break, Continue)) and not in_loop:
            raise BrokenTree(f"{type(statement).__name__} outside a loop")

    def _switch(self, switch: Switch, in_loop: bool) -> None:
        self._value(switch.index, "i32")
        bounds = switch.bounds
        if len(switch.arms) != len(bounds) + 1 or sorted(set(bounds)) != bounds:
            raise BrokenTree("the arms of a switch do not fit its bounds")
        for arm in switch.arms:
            self.block(arm, in_loop)

    def _value(self, value: Expression, expected: str) -> None:
        if value.type != expected:
            raise BrokenTree(f"{value.op} is {value.type}, not {expected}")
        self._expression(value)

    def _expression(self, expression: Expression) -> None:
        if isinstance(expression, LabelTest):
            self.tested.add(expression.label)
        if isinstance(expression, Variable):
            if self._types[expression.index] != expression.type:
                raise BrokenTree(f"v{expression.index} is not {expression.type}")
            if not expression.effects & variable_bit(expression.index):
                raise BrokenTree("a variable's effects leave out that it is read")
        for arg in expression.args:
            if (arg.effects >> LOCALS) & ~(expression.effects >> LOCALS):
                raise BrokenTree(f"{expression.op} hides what {arg.op} reads")
            self._expression(arg)
