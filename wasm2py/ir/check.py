"""A checker for functions between two passes: what every pass must keep true. Tests run it after each."""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.definite import check_graph
from wasm2py.ir.effects import (
    ANYTHING,
    BEYOND,
    WRITES_MEMORY,
    conflict,
    variable_bit,
)
from wasm2py.ir.function import Function
from wasm2py.ir.graph import (
    Block,
    BranchEnd,
    End,
    JumpEnd,
    ReturnEnd,
    SwitchEnd,
    UnreachableEnd,
)
from wasm2py.ir.nodes import (
    TUPLE,
    Assign,
    AssignMany,
    Expression,
    Statement,
    Variable,
)
from wasm2py.ir.signatures import (
    NONE,
    Operations,
    is_access,
    operands,
    own_effects,
    signature,
)
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.matching import all_match, matches

_NOTICED: Final = ANYTHING & ~7  # writes and traps
# How many targets each end has.
_TARGETS: Final[dict[type[End], range]] = {
    JumpEnd: range(1, 2),
    BranchEnd: range(2, 3),
    SwitchEnd: range(2, 1 << 32),
    ReturnEnd: range(1),
    UnreachableEnd: range(1),
}


class BrokenCode(Exception):
    """The intermediate representation breaks a rule: the translator is at fault."""


def check(env: ModuleEnvironment, function: Function) -> None:
    """Raise `BrokenCode` unless a function is well-formed, as a graph.

    Operands have the types that their instructions take, values those of their variables.
    Effects include all that an instruction and its operands do. What is not evaluated where it stands,
    or more than once, cannot be told from what is (see `wasm2py.ir.evaluation`). Variables are set before
    they are read, and those that are said to be set once are. Only exceptions lead to handlers.
    """
    Checker(env, function).graph(function.blocks)
    check_graph(function.blocks, set_at_entry(function), missing)
    check_assigned_once(function, [s for b in function.blocks for s in b.statements])


def set_at_entry(function: Function) -> int:
    """The variables that have values at the beginning, one bit each."""
    return sum(
        1 << variable for variable in (*range(function.params), *function.zeroed)
    )


def missing(variable: int) -> None:
    """Tell of a variable that is read and need not have been set."""
    raise BrokenCode(f"v{variable} is read and may not have been set")


def check_assigned_once(function: Function, statements: list[Statement]) -> None:
    """Check that those variables are set once that are said to be."""
    seen: set[int] = set(function.zeroed).union(range(function.params))
    for statement in statements:
        for variable in statement.defines():
            if variable in seen and variable in function.assigned_once:
                raise BrokenCode(f"v{variable} is set more than once")
            seen.add(variable)


class Checker:
    """Checks what a function consists of; `added` are instructions of a target's own."""

    def __init__(
        self, env: ModuleEnvironment, function: Function, added: Operations = NONE
    ) -> None:
        self.types = function.types
        self._env = env
        self._added = added
        # What the handler begins with that is being looked at.
        self._takes_exception: list[Expression] = []
        self._results = function.type.results

    # Graphs

    def graph(self, blocks: list[Block]) -> None:
        """Check linked blocks."""
        handlers = {block.handler for block in blocks}
        for position, block in enumerate(blocks):
            if block.position != position:
                raise BrokenCode(f"block {position} is not in its place")
            first = block.statements[:1] if block in handlers else []
            self._takes_exception = [value for s in first for value in s.own()]
            for statement in block.statements:
                if statement.is_control():
                    raise BrokenCode(f"{type(statement).__name__} in a block")
                self.statement(statement)
            self._end(block.end)
            for target in block.followers():
                if target not in blocks or block not in target.predecessors:
                    raise BrokenCode(
                        f"block {position} leads to one that is not linked"
                    )
            if block.handler is not None and block.handler.position <= position:
                raise BrokenCode(f"the handler of block {position} stands before it")
            if not handlers.isdisjoint(block.end.targets):
                raise BrokenCode(f"block {position} goes to a handler")

    def _end(self, end: End) -> None:
        name, count = type(end).__name__, len(end.targets)
        if type(end) not in _TARGETS:
            raise BrokenCode(f"unknown end: {name}")
        if count not in _TARGETS[type(end)]:
            raise BrokenCode(f"a {name} with {count} targets")
        if isinstance(end, BranchEnd):
            self.value(end.condition, "i32")
        elif isinstance(end, SwitchEnd):
            self.value(end.index, "i32")
            self.repeated(end.index)
        elif isinstance(end, ReturnEnd):
            self.results(end.values)

    # Statements

    def statement(self, statement: Statement) -> None:
        """Check what a statement evaluates, and that its variables can have the values."""
        if isinstance(statement, Assign):
            self.value(statement.value, self.types[statement.variable])
        elif isinstance(statement, AssignMany):
            self._assign_many(statement)
        else:
            for expression in statement.own():
                self.expression(expression)

    def results(self, values: tuple[Expression, ...]) -> None:
        """Check what a function returns."""
        if len(values) == 1 and values[0].type == TUPLE:
            self.value(values[0], TUPLE)
            return
        if len(values) != len(self._results):
            raise BrokenCode("wrong number of results")
        for value, result in zip(values, self._results):
            self.value(value, result)

    def _assign_many(self, statement: AssignMany) -> None:
        call = statement.value
        self.expression(call)
        if call.op == "call":
            results = self._env.func_type(cast(int, call.imm)).results
        elif call.op == "call_indirect":
            results = self._env.types[cast(int, call.imm)].results
        else:
            raise BrokenCode(f"{call.op} gives no several values")
        types = [self.types[variable] for variable in statement.variables]
        if not all_match(results, types):
            raise BrokenCode("variables do not fit the results of a call")

    def value(self, value: Expression, expected: str) -> None:
        """Check an expression of which the type is known."""
        if not matches(value.type, expected):
            raise BrokenCode(f"{value.op} is {value.type}, not {expected}")
        self.expression(value)

    def expression(self, expression: Expression) -> None:
        """Check an expression and its operands."""
        if isinstance(expression, Variable):
            if not matches(self.types[expression.index], expression.type):
                raise BrokenCode(f"v{expression.index} is not {expression.type}")
            if not expression.effects & variable_bit(expression.index):
                raise BrokenCode("a variable's effects leave out that it is read")
        effects = own_effects(self._env, expression, self._added)
        for arg in expression.args:
            self.expression(arg)
            effects |= arg.effects
        if expression.op == "caught" and expression not in self._takes_exception:
            raise BrokenCode("caught is not what a handler begins with")
        if effects & ~expression.effects:
            raise BrokenCode(f"{expression.op} hides what it does, or its operands do")
        self._types_fit(expression)
        self._order(expression)

    def _types_fit(self, expression: Expression) -> None:
        params, result = signature(self._env, expression, self._added)
        args = operands(expression)
        if expression.op != "tuple.make" and (
            len(args) != len(params)
            or any(arg and not matches(arg, param) for arg, param in zip(args, params))
        ):
            raise BrokenCode(f"{expression.op} takes {params}, not {args}")
        if not matches(result, expression.type):
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
        elif op in self._added and self._added[op].repeats:
            for arg in args:
                self.repeated(arg)

    def repeated(self, value: Expression) -> None:
        """Check what may be evaluated more than once, at any time until something is assigned."""
        if value.effects & BEYOND:
            raise BrokenCode(f"{value.op} is evaluated more than once")
