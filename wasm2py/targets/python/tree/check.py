"""A checker for functions of the target Python between two passes. Tests run it after each."""

from __future__ import annotations

from wasm2py.ir.check import (
    BrokenCode,
    Checker,
    check_assigned_once,
    missing,
    set_at_entry,
)
from wasm2py.ir.check import check as check_blocks
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import LOOP, ROUND, Const, Expression, Statement, Variable
from wasm2py.ir.signatures import Operations
from wasm2py.ir.walk import every
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.opcodes import LOADS
from wasm2py.targets.python.tree.definite import check_tree
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import (
    Count,
    EachCell,
    LabelTest,
    Return,
    SetLabel,
    Switch,
)
from wasm2py.targets.python.tree.operations import OPERATIONS


def check(env: ModuleEnvironment, function: Function) -> None:
    """Raise `BrokenCode` unless a function is well-formed, as a graph or as structured code.

    Of structured code holds what `wasm2py.ir.check` says of graphs. Besides, branches are inside loops,
    nothing follows a statement that does not go on, each label tested is set somewhere. No variable is
    read after another one in its slot has been set.
    """
    if not isinstance(function, StructuredFunction):
        check_blocks(env, function)
        return
    checker = _TreeChecker(env, function, OPERATIONS)
    checker.block(function.statements)
    if not checker.tested <= checker.set:
        raise BrokenCode(f"labels {checker.tested - checker.set} are never set")
    _check_slots(function)
    check_tree(function.statements, set_at_entry(function), missing, function.slots)
    check_assigned_once(function, every(function.statements))


def _check_slots(function: StructuredFunction) -> None:
    slots = function.slots
    for variable, slot in slots.items():
        if variable in function.zeroed or variable < function.params:
            raise BrokenCode(f"v{variable} begins in the slot of another variable")
        if slot in slots:
            raise BrokenCode(f"v{slot} has no slot of its own to share")


class _TreeChecker(Checker):
    def __init__(
        self, env: ModuleEnvironment, function: Function, added: Operations
    ) -> None:
        super().__init__(env, function, added)
        self.tested: set[int] = set()
        self.set: set[int] = set()
        self._loops = 0  # around what is looked at

    def block(self, statements: list[Statement]) -> None:
        for statement in statements[:-1]:
            if statement.leaves():
                raise BrokenCode(f"unreachable code after {type(statement).__name__}")
        for statement in statements:
            self.statement(statement)

    def statement(self, statement: Statement) -> None:
        if statement.is_condition():
            for expression in statement.own():
                self.value(expression, "i32")
        elif isinstance(statement, Return):
            self.results(statement.values)
        elif isinstance(statement, Count):
            for bound in statement.own():
                self.value(bound, self.types[statement.variable])
                _check_atom(bound)
        elif isinstance(statement, EachCell):
            self._each_cell(statement)
        elif isinstance(statement, Switch):
            self._switch(statement)
        elif isinstance(statement, SetLabel):
            self.set.add(statement.label)
        else:
            super().statement(statement)
        if statement.leaves() in (ROUND, LOOP) and not self._loops:
            raise BrokenCode(f"{type(statement).__name__} outside a loop")
        self._loops += statement.repeats()
        for part in statement.parts():
            self.block(part)
        self._loops -= statement.repeats()

    def _each_cell(self, each: EachCell) -> None:
        for row, first in zip(each.rows, each.own()):
            self.value(first, "i32")
            if self.types[row.variable] != LOADS[row.op].type:
                raise BrokenCode(f"v{row.variable} does not fit {row.op}")

    def _switch(self, switch: Switch) -> None:
        self.value(switch.index, "i32")
        self.repeated(switch.index)
        bounds = switch.bounds
        if len(switch.arms) != len(bounds) + 1 or sorted(set(bounds)) != bounds:
            raise BrokenCode("the arms of a switch do not fit its bounds")

    def expression(self, expression: Expression) -> None:
        if isinstance(expression, LabelTest) and expression.relation == "==":
            self.tested.add(expression.label)
        super().expression(expression)


def _check_atom(value: Expression) -> None:
    if not isinstance(value, (Variable, Const)):
        raise BrokenCode(f"{value.op} is no variable or constant")
