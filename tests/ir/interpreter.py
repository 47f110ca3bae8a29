"""An interpreter of the intermediate representation, as a graph and as structured code.

It is what `wasm2py.ir.nodes` and `wasm2py.ir.evaluation` say, and nothing else: operands are evaluated in
order, each once, statements are executed one after the other. What an instruction does with its operands
is the runtime's function of its name; memories, tables and globals are the runtime's, too. A variable
that is read before it is set is an error here.
"""

from __future__ import annotations

import itertools
import struct
import sys
import weakref
from collections.abc import Callable, Iterator, Sized
from typing import Any, cast

from tests.ir.cells import CELLS
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
    Const,
    Do,
    Elements,
    Expression,
    Statement,
    Variable,
)
from wasm2py.ir.signatures import is_access
from wasm2py.options import settings
from wasm2py.package.memory_module import memory_module
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import FunctionCode
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import (
    Break,
    Continue,
    Count,
    EachCell,
    If,
    LabelTest,
    Loop,
    Return,
    SetLabel,
    Switch,
    Unreachable,
)
from wasm2py.translation.translator import Translation
from wasm2py_runtime.module import Module
from wasm2py_runtime.tag import WasmException

FRAMES = 30_000
MOST_STATEMENTS = 1_000_000  # in a call; with more, something loops for ever

Namespace = dict[str, Any]


class _Leave(Exception):
    """A `break`, `continue` or `return` on its way."""


class _Break(_Leave):
    pass


class _Continue(_Leave):
    pass


class _Return(_Leave):
    pass


class Frame:
    """A function that is being executed."""

    def __init__(
        self, env: ModuleEnvironment, function: Function, namespace: Namespace
    ) -> None:
        self._env = env
        self._function = function
        self._namespace = namespace
        self._slots: dict[int, int] = {}
        if isinstance(function, StructuredFunction):
            self._slots = function.slots
        self._variables: dict[int, Any] = {}
        self._kept: dict[int, int] = {}  # the variable that is in a slot
        self._label = -1
        self._thrown: WasmException | None = None  # until it is caught
        self._left = MOST_STATEMENTS

    def run(self, args: tuple[Any, ...]) -> Any:
        """Call the function, as generated code does: its results are one value, or a tuple."""
        arguments = self._function.arguments
        for param, at in enumerate(arguments):
            self._set(param, args[at])
        for variable in self._function.zeroed:
            type = self._function.types[variable]
            zeros = {"i": 0, "f": 0.0} if type in ("i32", "i64", "f32", "f64") else {}
            self._set(variable, zeros.get(type[0]))
        results: list[Any] = []
        if isinstance(self._function, StructuredFunction):
            try:
                self._block(self._function.statements)
            except _Return as left:
                results = list(left.args)
        else:
            results = self._run_graph(self._function.blocks[0])
        if len(results) < 2:
            return results[0] if results else None
        return tuple(results)

    # Graphs

    def _run_graph(self, block: Block) -> list[Any]:
        while True:
            try:
                self._block(block.statements)
                if isinstance(block.end, ReturnEnd):
                    return self._results(block.end.values)
                block = self._following(block.end)
            except WasmException as thrown:
                if block.handler is None:
                    raise
                self._thrown = thrown
                block = block.handler

    def _following(self, end: End) -> Block:
        """Where an end leads that does not leave the function."""
        if isinstance(end, JumpEnd):
            return end.targets[0]
        if isinstance(end, BranchEnd):
            return end.targets[0 if self.value(end.condition) else 1]
        if isinstance(end, SwitchEnd):
            index: int = self.value(end.index)
            return end.targets[min(index, len(end.targets) - 1)]
        if isinstance(end, UnreachableEnd):
            raise self._namespace["unreachable"]()
        raise TypeError(type(end).__name__)

    # Structured code

    def _block(self, statements: list[Statement]) -> None:
        for statement in statements:
            self._left -= 1
            if not self._left:
                raise AssertionError("this goes on for ever")
            self._statement(statement)

    def _statement(self, statement: Statement) -> None:
        if isinstance(statement, Assign):
            self._set(statement.variable, self.value(statement.value))
        elif isinstance(statement, AssignMany):
            values = self.value(statement.value)
            for variable, value in zip(statement.variables, values, strict=True):
                self._set(variable, value)
        elif isinstance(statement, Do):
            self.value(statement.value)
        elif isinstance(statement, Return):
            raise _Return(*self._results(statement.values))
        elif isinstance(statement, Unreachable):
            raise self._namespace["unreachable"]()
        elif isinstance(statement, SetLabel):
            self._label = statement.label
        elif isinstance(statement, If):
            holds = bool(self.value(statement.condition)) != statement.negated
            self._block(statement.then if holds else statement.otherwise)
        elif isinstance(statement, Switch):
            index = self.value(statement.index)
            arm = sum(bound <= index for bound in statement.bounds)
            self._block(statement.arms[arm])
        elif isinstance(statement, Loop):
            self._repeat(statement.body, self._rounds(statement))
        elif isinstance(statement, Count):
            self._repeat(statement.body, self._counted(statement))
            self._variables.pop(statement.variable, None)
        elif isinstance(statement, EachCell):
            self._repeat(statement.body, self._cells(statement))
        elif isinstance(statement, Break):
            raise _Break
        elif isinstance(statement, Continue):
            raise _Continue
        else:
            raise TypeError(type(statement).__name__)

    def _repeat(self, body: list[Statement], rounds: Iterator[object]) -> None:
        for _ in rounds:
            try:
                self._block(body)
            except _Break:
                return
            except _Continue:
                pass

    def _rounds(self, loop: Loop) -> Iterator[object]:
        while loop.condition is None or (
            bool(self.value(loop.condition)) != loop.negated
        ):
            yield None

    def _counted(self, count: Count) -> Iterator[object]:
        mask = 0xFFFFFFFF if count.start.type == "i32" else 0xFFFFFFFFFFFFFFFF
        value, end = self.value(count.start), self.value(count.end)
        while True:
            self._set(count.variable, value)
            yield None
            value = value + count.step & mask
            if value == end:
                return

    def _cells(self, each: EachCell) -> Iterator[object]:
        firsts = list(map(self.value, each.own()))
        for at in range(each.rounds):
            for row, first in zip(each.rows, firsts):
                place = (first + at * row.stride & 0xFFFFFFFF) + row.offset
                load = _instruction(row.op, self._namespace)
                cell = load(self._namespace[f"m{row.memory}"], place)
                self._set(row.variable, cell)
            yield None

    def _set(self, variable: int, value: Any) -> None:
        """Give a variable a value; another one in its slot has none any more."""
        slot = self._slots.get(variable, variable)
        self._variables.pop(self._kept.get(slot, variable), None)
        self._kept[slot] = variable
        self._variables[variable] = value

    # Expressions

    def value(self, expression: Expression) -> Any:
        """Evaluate an expression."""
        op, args = expression.op, expression.args
        if isinstance(expression, Variable):
            return self._variables[expression.index]
        if isinstance(expression, Const):
            return _number(expression)
        if isinstance(expression, LabelTest):
            label, wanted = self._label, expression.label
            tests = {"==": label == wanted, "<": label < wanted, ">=": label >= wanted}
            return int(tests[expression.relation])
        if op == "select":
            test, then, otherwise = args
            return self.value(then if self.value(test) else otherwise)
        return self._done(expression, self._operands(args))

    def _operands(self, args: tuple[Expression, ...]) -> list[Any]:
        """The values of operands, of which some may be elements of a tuple."""
        values: list[Any] = []
        for arg in args:
            if isinstance(arg, Elements):
                elements = self._variables[arg.index]
                values += elements[arg.first : arg.first + arg.count]
            else:
                values.append(self.value(arg))
        return values

    def _results(self, values: tuple[Expression, ...]) -> list[Any]:
        """The results of a function, which may be in a tuple."""
        if len(values) == 1 and values[0].type == TUPLE:
            return list(self.value(values[0]))
        return self._operands(values)

    def _done(self, expression: Expression, values: list[Any]) -> Any:
        """What an instruction gives, whose operands have been evaluated."""
        op, names = expression.op, self._namespace
        imm: Any = expression.imm
        if op == "call":
            return names[f"f{imm}"](*values)
        if op == "callee":
            typeidx, tableidx = imm
            return names[f"t{tableidx}_{typeidx}"][values[0]]
        if op == "call_indirect":
            return values[0](*values[1:])
        if op == "global.get":
            mutable = self._env.globals[imm].mutable
            return names[f"g{imm}"].raw if mutable else names[f"g{imm}"]
        if op == "global.set":
            names[f"g{imm}"].raw = values[0]
            return None
        if op == "tuple.make":
            return tuple(values)
        if op == "tuple.get":
            return values[0][imm]
        if op == "switch.arm":
            return imm[min(values[0], len(imm) - 1)]
        if op == "caught":
            thrown, self._thrown = self._thrown, None
            assert thrown is not None
            return thrown
        if op == "ref.func":
            return names["ref_func"](imm)
        if op == "ref.is_null":
            return int(values[0] is None)
        if op.startswith("fuel."):
            return self._fuel(op[5:], imm, values)
        if op in CELLS:
            return CELLS[op](names, imm, values, expression.type)
        if is_access(op):
            _, offset, memory = imm
            objects = [names[f"m{memory}"]]
            values[0] += offset
        else:
            objects = [names[name] for name in _objects(op, imm)]
        return _instruction(op, names)(*objects, *values)

    def _fuel(self, op: str, amount: Any, values: list[Any]) -> Any:
        """What an instruction on fuel gives."""
        fuel = self._namespace["fuel"]
        if op == "get":
            return fuel[0]
        if op == "pay":
            fuel[0] = (
                values[0] if values[0] >= 0 else self._namespace["refuel"](values[0])
            )
            return fuel[0]
        return values[0] - (amount if op == "less" else values[1])


def _number(constant: Const) -> Any:
    """A constant's value; of a null None."""
    if constant.imm is None or constant.type[0] == "i":
        return constant.imm
    integer, floating = ("<I", "<f") if constant.type == "f32" else ("<Q", "<d")
    bits = cast(int, constant.imm)
    if constant.type == "f32" and bits & 0x7FFFFFFF > 0x7F800000:
        # As a float that has the payload of a NaN, which `struct` might make quiet.
        integer, floating = "<Q", "<d"
        bits = bits >> 31 << 63 | 0x7FF << 52 | (bits & 0x7FFFFF) << 29
    return struct.unpack(floating, struct.pack(integer, bits))[0]


def _objects(op: str, imm: Any) -> tuple[str, ...]:
    """The names of the objects that the immediate of an instruction names."""
    kind, _, what = op.partition(".")
    if kind not in ("memory", "table", "data", "elem"):
        return ()
    letter = kind[0]
    if what == "init":
        segment, object = imm
        return f"{letter}{object}", f"{'d' if letter == 'm' else 'e'}{segment}"
    if what == "copy":
        return f"{letter}{imm[0]}", f"{letter}{imm[1]}"
    return (f"{letter}{imm}",)


def _instruction(op: str, names: Namespace) -> Callable[..., Any]:
    """The runtime's function for an instruction, whose truth values are numbers."""
    function: Callable[..., Any] = names[op.replace(".", "_")]

    def execute(*args: Any) -> Any:
        result = function(*args)
        return int(result) if isinstance(result, bool) else result

    return execute


class Machine:
    """A module's environment and its functions, which are interpreted as they are when called."""

    frame = Frame

    def __init__(self, env: ModuleEnvironment, functions: dict[int, Function]) -> None:
        self._env = env
        self._functions = functions
        self._number = next(_numbers)
        _machines[self._number] = self

    def module(self, data: bytes) -> Module:
        """The module, with its data segments, to be instantiated as others are.

        It is of use for as long as there is the machine.
        """
        codes = []
        for index, function in self._functions.items():
            source = (
                "from tests.ir.interpreter import function\n"
                f"f{index} = function({self._number}, {index}, globals())\n"
                # A module binds the names that its code has.
                f"def names{index}(): return [{', '.join(self._names(function))}]\n"
            )
            views = tuple(sorted(function.views))
            codes.append(FunctionCode(index, 0, 1, source, (), views))
        return memory_module(Translation(self._env, codes, data), settings({}))

    def _names(self, function: Function) -> list[str]:
        """What the instructions of a function may name."""
        env = self._env
        spaces: dict[str, Sized] = {
            "f": env.functions,
            "g": env.globals,
            "t": env.tables,
            "e": env.elements,
            "d": env.data,
        }
        names = [f"{kind}{at}" for kind in spaces for at in range(len(spaces[kind]))]
        return names + [f"t{table}_{type}" for table, type in function.views]

    def function(self, index: int, namespace: Namespace) -> Callable[..., Any]:
        """What takes the place of a function of generated code."""

        def call(*args: Any) -> Any:
            # Each call takes more frames than one of generated code.
            sys.setrecursionlimit(max(sys.getrecursionlimit(), FRAMES))
            return self.frame(self._env, self._functions[index], namespace).run(args)

        return call


_machines: weakref.WeakValueDictionary[int, Machine] = weakref.WeakValueDictionary()
_numbers = itertools.count()


def function(number: int, index: int, namespace: Namespace) -> Callable[..., Any]:
    """A function of the machine of a number: what a module's source calls."""
    return _machines[number].function(index, namespace)
