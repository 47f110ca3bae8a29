"""A checker for functions between two passes: what every pass must keep true. Tests run it after each."""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.definite import check_graph, check_tree
from wasm2py.ir.effects import (
    ANYTHING,
    BEYOND,
    WRITES_MEMORY,
    conflict,
    variable_bit,
)
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import (
    ABRUPT,
    TUPLE,
    Assign,
    AssignMany,
    Break,
    Const,
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
    Unreachable,
    Variable,
)
from wasm2py.ir.signatures import CELLS, is_access, operands, own_effects, signature
from wasm2py.ir.walk import every
from wasm2py.spec.environment import ModuleEnvironment

_NOTICED: Final = ANYTHING & ~7  # writes and traps


class BrokenCode(Exception):
    """The intermediate representation breaks a rule: the translator is at fault."""


def check(env: ModuleEnvironment, function: Function) -> None:
    """Raise `BrokenCode` unless a function is well-formed, as a graph or as structured code.

    Operands have the types that their instructions take, values those of their variables.
    Effects include all that an instruction and its operands do. What is not evaluated where it stands,
    or more than once, cannot be told from what is (see `wasm2py.ir.evaluation`). Variables are set before
    they are read, and no other one in their slot after that; those that are said to be set once are.
    Branches are inside loops, nothing follows a statement that does not go on, each label tested is set
    somewhere.
    """
    _check_slots(function)
    checker = _Checker(env, function)
    entry = sum(
        1 << variable for variable in (*range(function.params), *function.zeroed)
    )
    if function.blocks:
        checker.graph(function.blocks)
        check_graph(function.blocks, entry, _missing)
    else:
        checker.block(function.statements, in_loop=False)
        if not checker.tested <= checker.set:
            raise BrokenCode(f"labels {checker.tested - checker.set} are never set")
        check_tree(function.statements, entry, _missing, function.slots)
    _check_assigned_once(function)


def _missing(variable: int) -> None:
    raise BrokenCode(f"v{variable} is read and may not have been set")


def _check_assigned_once(function: Function) -> None:
    statements = every(function.statements)
    for block in function.blocks:
        statements += block.statements
    seen: set[int] = set(function.zeroed).union(range(function.params))
    for statement in statements:
        variables: tuple[int, ...] = ()
        if isinstance(statement, (Assign, Count)):
            variables = (statement.variable,)
        elif isinstance(statement, AssignMany):
            variables = statement.variables
        for variable in variables:
            if variable in seen and variable in function.assigned_once:
                raise BrokenCode(f"v{variable} is set more than once")
            seen.add(variable)


def _check_slots(function: Function) -> None:
    slots = function.slots
    for variable, slot in slots.items():
        if variable in function.zeroed or variable < function.params:
            raise BrokenCode(f"v{variable} begins in the slot of another variable")
        if slot in slots:
            raise BrokenCode(f"v{slot} has no slot of its own to share")


class _Checker:
    def __init__(self, env: ModuleEnvironment, function: Function) -> None:
        self.tested: set[int] = set()
        self.set: set[int] = set()
        self._env = env
        self._types = function.types
        self._results = function.type.results

    # Graphs

    def graph(self, blocks: list[Block]) -> None:
        for position, block in enumerate(blocks):
            if block.position != position:
                raise BrokenCode(f"block {position} is not in its place")
            for statement in block.statements:
                if not isinstance(statement, (Assign, AssignMany, Do)):
                    raise BrokenCode(f"{type(statement).__name__} in a block")
                self._statement(statement, in_loop=False)
            self._end(block)
            for target in block.targets:
                if target not in blocks or block not in target.predecessors:
                    raise BrokenCode(
                        f"block {position} leads to one that is not linked"
                    )

    def _end(self, block: Block) -> None:
        targets = {"jump": 1, "branch": 2, "return": 0, "unreachable": 0}
        if block.kind != "switch":
            fits = len(block.targets) == targets[block.kind]
        else:
            fits = len(block.targets) >= 2
        if not fits:
            raise BrokenCode(f"a {block.kind} with {len(block.targets)} targets")
        if (block.condition is not None) != (block.kind in ("branch", "switch")):
            raise BrokenCode(f"a {block.kind} and a condition do not go together")
        if block.condition is not None:
            self._value(block.condition, "i32")
        if block.kind == "switch":
            self._repeated(cast(Expression, block.condition))
        if block.kind == "return":
            self._return(block.values)

    # Structured code

    def block(self, statements: list[Statement], in_loop: bool) -> None:
        for statement in statements[:-1]:
            if isinstance(statement, ABRUPT):
                raise BrokenCode(f"unreachable code after {type(statement).__name__}")
        for statement in statements:
            self._statement(statement, in_loop)

    def _statement(self, statement: Statement, in_loop: bool) -> None:
        if isinstance(statement, Assign):
            self._value(statement.value, self._types[statement.variable])
        elif isinstance(statement, AssignMany):
            self._assign_many(statement)
        elif isinstance(statement, Do):
            self._expression(statement.value)
        elif isinstance(statement, Return):
            self._return(statement.values)
        elif isinstance(statement, If):
            self._value(statement.condition, "i32")
            self.block(statement.then, in_loop)
            self.block(statement.otherwise, in_loop)
        elif isinstance(statement, Loop):
            if statement.condition is not None:
                self._value(statement.condition, "i32")
            self.block(statement.body, in_loop=True)
        elif isinstance(statement, Count):
            for bound in (statement.start, statement.end):
                self._value(bound, self._types[statement.variable])
                self._atom(bound)
            self.block(statement.body, in_loop=True)
        elif isinstance(statement, Switch):
            self._switch(statement, in_loop)
        elif isinstance(statement, SetLabel):
            self.set.add(statement.label)
        elif isinstance(statement, (Break, Continue)):
            if not in_loop:
                raise BrokenCode(f"{type(statement).__name__} outside a loop")
        elif not isinstance(statement, Unreachable):
            raise BrokenCode(f"unknown statement: {type(statement).__name__}")

    def _switch(self, switch: Switch, in_loop: bool) -> None:
        self._value(switch.index, "i32")
        self._repeated(switch.index)
        bounds = switch.bounds
        if len(switch.arms) != len(bounds) + 1 or sorted(set(bounds)) != bounds:
            raise BrokenCode("the arms of a switch do not fit its bounds")
        for arm in switch.arms:
            self.block(arm, in_loop)

    # Parts of both

    def _return(self, values: tuple[Expression, ...]) -> None:
        if len(values) == 1 and values[0].type == TUPLE:
            self._value(values[0], TUPLE)
            return
        if len(values) != len(self._results):
            raise BrokenCode("wrong number of results")
        for value, result in zip(values, self._results):
            self._value(value, result)

    def _assign_many(self, statement: AssignMany) -> None:
        call = statement.value
        self._expression(call)
        if call.op == "call":
            results = self._env.func_type(cast(int, call.imm)).results
        elif call.op == "call_indirect":
            results = self._env.types[cast(int, call.imm)].results
        else:
            raise BrokenCode(f"{call.op} gives no several values")
        if tuple(self._types[variable] for variable in statement.variables) != results:
            raise BrokenCode("variables do not fit the results of a call")

    def _value(self, value: Expression, expected: str) -> None:
        if value.type != expected:
            raise BrokenCode(f"{value.op} is {value.type}, not {expected}")
        self._expression(value)

    def _expression(self, expression: Expression) -> None:
        if isinstance(expression, LabelTest):
            self.tested.add(expression.label)
        if isinstance(expression, Variable):
            if self._types[expression.index] != expression.type:
                raise BrokenCode(f"v{expression.index} is not {expression.type}")
            if not expression.effects & variable_bit(expression.index):
                raise BrokenCode("a variable's effects leave out that it is read")
        effects = own_effects(self._env, expression)
        for arg in expression.args:
            self._expression(arg)
            effects |= arg.effects
        if effects & ~expression.effects:
            raise BrokenCode(f"{expression.op} hides what it does, or its operands do")
        self._types_fit(expression)
        self._order(expression)

    def _types_fit(self, expression: Expression) -> None:
        params, result = signature(self._env, expression)
        args = operands(expression)
        if expression.op != "tuple.make" and (
            len(args) != len(params)
            or any(arg not in (None, param) for arg, param in zip(args, params))
        ):
            raise BrokenCode(f"{expression.op} takes {params}, not {args}")
        if expression.type != result:
            raise BrokenCode(f"{expression.op} gives {result}, not {expression.type}")

    # The order of evaluation

    def _order(self, expression: Expression) -> None:
        """What a target may evaluate at another time than the others must not be noticed."""
        op, args = expression.op, expression.args
        if op == "select":
            for arm in args[1:]:
                if arm.effects & _NOTICED or conflict(arm.effects, args[0].effects):
                    raise BrokenCode("it would be noticed which arm is evaluated")
        elif is_access(op) and args[0].effects & WRITES_MEMORY:
            raise BrokenCode(f"the address of {op} may let the memory grow")
        elif op in CELLS:
            for arg in args:
                self._repeated(arg)

    def _repeated(self, value: Expression) -> None:
        """Check what may be evaluated more than once, at any time until something is assigned."""
        if value.effects & BEYOND:
            raise BrokenCode(f"{value.op} is evaluated more than once")

    def _atom(self, value: Expression) -> None:
        if not isinstance(value, (Variable, Const)):
            raise BrokenCode(f"{value.op} is no variable or constant")
