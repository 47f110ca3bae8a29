"""Random functions of the intermediate representation, as graphs that no module has been decoded to.

They have what the builder never makes: expressions of any shape, temporaries that are read in other blocks,
variables that are given each other's values at any place.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.wasm_tools import assemble
from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.ir.build.builder import Builder
from wasm2py.ir.effects import ANYTHING, WRITES_MEMORY, conflict
from wasm2py.ir.function import Function
from wasm2py.ir.graph import (
    Block,
    BranchEnd,
    JumpEnd,
    ReturnEnd,
    SwitchEnd,
    find_loops,
)
from wasm2py.ir.nodes import (
    CALLEE,
    Assign,
    AssignMany,
    Const,
    Do,
    Expression,
    Statement,
    Variable,
)
from wasm2py.ir.signatures import own_effects
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION

_NOTICED = ANYTHING & ~7  # writes and traps
_MODULE = """(module
  (type $bump (func (param i32) (result i32)))
  (type $pair (func (param i32 i64) (result i32 i64)))
  (type $f (func (param i32 i32 i64) (result i64)))
  (memory (export "memory") 1 2)
  (table (export "table") 4 4 funcref)
  (global (export "gi") (mut i32) (i32.const 4))
  (global (export "gl") (mut i64) (i64.const 5))
  (elem (i32.const 0) $bump $bump)
  (data (i32.const 0) "\\04\\00\\00\\00\\08\\00\\00\\00\\01\\02\\03\\04\\05\\06\\07\\08\\ff\\fe")
  (func $bump (type $bump)
    (global.set 0 (i32.add (global.get 0) (local.get 0)))
    (i32.store8 offset=3 (i32.and (local.get 0) (i32.const 60)) (global.get 0))
    (i32.and (global.get 0) (i32.const 60)))
  (func $pair (type $pair)
    (i64.store (i32.and (local.get 0) (i32.const 60)) (local.get 1))
    (i32.load (i32.const 4)) (global.get 1))
  (func (export "f") (type $f) (i64.const 0)))"""
FUNCTION = 2  # which of the module's is the random one

_BUMP, _PAIR = 0, 1  # types and functions
_LOCALS = ("i32", "i32", "i64", "i32", "i32", "i32", "i32", "i64")
_COUNTERS = (8, 9, 10)  # locals, too, one for each loop around
NAMES = {"i32": (0, 1, 3, 4, 5, 6), "i64": (2, 7)}
_BINARY = ("add", "add", "add", "sub", "mul", "and", "or", "xor", "shl", "shr_u")
_TESTS = ("eq", "ne", "lt_s", "lt_u", "ge_u", "gt_s")
_LOADS = {
    "i32": ("i32.load", "i32.load8_u", "i32.load16_s"),
    "i64": ("i64.load", "i64.load32_u", "i64.load8_s"),
}
_STORES = (("i32.store", "i32"), ("i32.store8", "i32"), ("i64.store", "i64"))
_NUMBERS = (0, 1, 2, 3, 4, 8, 31, 64, 255, 65532, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def read_module() -> tuple[ModuleReader, list[FunctionJob]]:
    """The module that random functions are part of, and all its functions."""
    reader = ModuleReader()
    jobs = list(reader.receive(assemble(_MODULE)))
    return reader, jobs + list(reader.receive(b""))


class Graph:
    """One function, drawn by a generator of random numbers."""

    def __init__(self, reader: ModuleReader, chooser: random.Random) -> None:
        self._random = chooser
        self._env = reader.env
        self._type = reader.env.func_type(FUNCTION)
        types = [*_LOCALS, *("i32" for _ in _COUNTERS)]
        self._locals = len(types)
        self._builder = Builder(reader.env, self._type, types, LARGEST_EXPRESSION)
        self._builder.blocks.clear()
        self._builder.views.add((0, _BUMP))
        self._once: list[Variable] = (
            []
        )  # temporaries that have been set on the way to here
        self._loops: list[tuple[Block, Block]] = []  # header and exit of those around
        self._block = self._begin(Block())

    def function(self) -> Function:
        """The function, linked, and its loops found."""
        self._code(2)
        mixed: Expression = Variable(7, "i64")
        for name in (*NAMES["i32"], 2):
            value: Expression = Variable(name, _LOCALS[name])
            if value.type == "i32":
                value = self._make("i64.extend_i32_u", (value,), "i64")
            mixed = self._make("i64.mul", (mixed, Const("i64", 31)), "i64")
            mixed = self._make("i64.add", (mixed, value), "i64")
        self._block.end = ReturnEnd((mixed,))
        params = len(self._type.params)
        function = Function(self._type, params, self._locals, self._builder)
        function.arguments = list(range(params))
        find_loops(function.blocks)
        return function

    def _pick(self, *options: Any) -> Any:
        return self._random.choice(options)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    # Control flow

    def _begin(self, block: Block) -> Block:
        block.position = len(self._builder.blocks)
        self._builder.blocks.append(block)
        return block

    def _code(self, depth: int) -> None:
        for _ in range(self._pick(1, 2)):
            for _ in range(self._random.randint(2, 9)):
                self._statement()
            if depth:
                self._random.choice(self._kinds())(depth - 1)

    def _kinds(self) -> list[Callable[[int], None]]:
        """What code may consist of, besides statements."""
        kinds: list[Callable[[int], None]] = [self._if, self._if, self._switch]
        return kinds + ([self._loop, self._loop] if len(self._loops) < 2 else [])

    def _arms(self, arms: list[Block], depth: int) -> None:
        """Code for each of some blocks, behind which all meet, but for what leaves a loop."""
        known, meeting = set(self._once), Block()
        for arm in arms:
            self._block = self._begin(arm)
            if self._chance(0.8):
                self._code(depth)
            way = meeting
            if self._loops and arm is not arms[0] and self._chance(0.2):
                way = self._pick(*self._loops[-1])
            self._block.end = JumpEnd(way)
            self._once = [v for v in self._once if v in known]
        self._block = self._begin(meeting)

    def _if(self, depth: int) -> None:
        arms = [Block(), Block()]
        self._block.end = BranchEnd(self._value("i32", 3), *arms)
        self._arms(arms, depth)

    def _switch(self, depth: int) -> None:
        index = Variable(self._pick(0, 1, 3), "i32")
        arms = [Block() for _ in range(self._pick(2, 3, 4))]
        self._block.end = SwitchEnd(index, [*arms, self._random.choice(arms)])
        self._arms(arms, depth)

    def _loop(self, depth: int) -> None:
        """A few rounds: the counter is stepped and tested before anything else, or behind it."""
        counter = _COUNTERS[len(self._loops)]
        header, body, exit = Block(), Block(), Block()
        step = self._pick(1, 1, 2, 4, -1)
        start = self._pick(0, 8, 1024)
        end = Const("i32", start + step * self._pick(1, 2, 3, 18) & 0xFFFFFFFF)
        self._block.statements.append(Assign(counter, Const("i32", start)))
        self._block.end = JumpEnd(header)
        known = set(self._once)
        self._block = self._begin(header)
        if self._chance(0.5):
            going_on = self._step(counter, step, end)
            self._block.end = BranchEnd(going_on, body, exit)
            self._block = self._begin(body)
            self._loops.append((header, exit))
            self._code(depth)
            self._block.end = JumpEnd(header)
        else:
            self._loops.append((exit, exit))
            self._code(self._pick(0, 0, depth))
            going_on = self._step(counter, step, end)
            self._block.end = BranchEnd(going_on, header, exit)
        self._loops.pop()
        self._once = [v for v in self._once if v in known]
        self._block = self._begin(exit)

    def _step(self, counter: int, step: int, end: Const) -> Expression:
        """Step a counter; gives whether it is not at its end."""
        variable = Variable(counter, "i32")
        sum = (variable, Const("i32", step & 0xFFFFFFFF))
        self._block.statements.append(
            Assign(counter, self._make("i32.add", sum, "i32"))
        )
        return self._make("i32.ne", (Variable(counter, "i32"), end), "i32")

    # Statements

    def _statement(self) -> None:
        kinds = [self._assign, self._assign, self._alias, self._store]
        kinds += [self._name] * 3 + [self._set_global, self._several, self._do]
        self._block.statements += self._random.choice(kinds)()

    def _assign(self) -> list[Statement]:
        type = self._pick("i32", "i32", "i64")
        value = self._value(type, self._pick(1, 2, 3))
        return [Assign(self._pick(*NAMES[type]), value)]

    def _alias(self) -> list[Statement]:
        type = self._pick("i32", "i32", "i64")
        to, source = self._random.sample(NAMES[type], 2)
        return [Assign(to, Variable(source, type))]

    def _name(self) -> list[Statement]:
        """A temporary."""
        type = self._pick("i32", "i32", "i64")
        kinds = (self._load, self._load, self._global, self._value)
        value = self._random.choice(kinds)(type, self._pick(0, 1, 2))
        return [Assign(self._new(type).index, value)]

    def _new(self, type: str) -> Variable:
        variable = Variable(self._builder.new_variable(type), type)
        self._builder.assigned_once.add(variable.index)
        self._once.append(variable)
        return variable

    def _store(self) -> list[Statement]:
        op, type = self._pick(*_STORES)
        args = (
            self._address(self._pick(0, 1, 2)),
            self._value(type, self._pick(0, 1, 3)),
        )
        return [Do(self._make(op, args, "", (0, self._pick(0, 4, 8), 0)))]

    def _set_global(self) -> list[Statement]:
        at = self._pick(0, 1)
        value = self._value(("i32", "i64")[at], self._pick(0, 1, 3))
        return [Do(self._make("global.set", (value,), "", at))]

    def _several(self) -> list[Statement]:
        args = (self._value("i32", 2), self._value("i64", 2))
        call = self._make("call", args, "i32", _PAIR)
        variables = (self._new("i32").index, self._new("i64").index)
        return [AssignMany(variables, call)]

    def _do(self) -> list[Statement]:
        return [Do(self._value("i32", 3))]

    # Expressions

    def _make(
        self, op: str, args: tuple[Expression, ...], type: str, imm: object = None
    ) -> Expression:
        size = 5 + sum(arg.size for arg in args)
        bare = Expression(op, args, imm, type, 0, size)
        effects = own_effects(self._env, bare)
        for arg in args:
            effects |= arg.effects
        self._builder.ops.add(op)
        return Expression(op, args, imm, type, effects, size)

    def _value(self, type: str, depth: int) -> Expression:
        if not depth or self._chance(0.2):
            return self._leaf(type)
        kinds = [self._load, self._binary, self._binary, self._select, self._global]
        if type == "i32":
            kinds += [self._test, self._call, self._call_indirect, self._divide]
        made: Expression = self._random.choice(kinds)(type, depth - 1)
        return made

    def _leaf(self, type: str) -> Expression:
        if type == "i32" and self._loops and self._chance(0.15):
            return Variable(_COUNTERS[len(self._loops) - 1], type)
        once = [variable for variable in self._once if variable.type == type]
        if once and self._chance(0.25):
            chosen = once[-1]
            if self._chance(0.8):
                self._once.remove(chosen)  # so that nothing else reads it
            return Variable(chosen.index, type)
        if self._chance(0.3):
            return Const(type, self._pick(*_NUMBERS))
        return Variable(self._pick(*NAMES[type]), type)

    def _address(self, depth: int) -> Expression:
        if self._loops and self._chance(0.4):
            index: Expression = Variable(_COUNTERS[len(self._loops) - 1], "i32")
            if self._chance(0.5):
                index = self._make("i32.shl", (index, Const("i32", 2)), "i32")
            place = Const("i32", self._pick(0, 4, 64, 4096))
            return self._make("i32.add", (index, place), "i32")
        value = self._value("i32", depth)
        if value.effects & WRITES_MEMORY:
            value = self._leaf("i32")
        if self._chance(0.01):
            return value
        return self._make("i32.and", (value, Const("i32", 60)), "i32")

    def _load(self, type: str, depth: int) -> Expression:
        imm = (0, self._pick(0, 4, 8), 0)
        op = self._pick(*_LOADS[type])
        return self._make(op, (self._address(depth),), type, imm)

    def _binary(self, type: str, depth: int) -> Expression:
        args = (self._value(type, depth), self._value(type, depth))
        return self._make(f"{type}.{self._pick(*_BINARY)}", args, type)

    def _divide(self, type: str, depth: int) -> Expression:
        divisor = self._value("i32", depth)
        if self._chance(0.97):
            divisor = self._make("i32.or", (divisor, Const("i32", 1)), "i32")
        args = (self._value("i32", depth), divisor)
        return self._make(f"i32.{self._pick('div_u', 'rem_u', 'rem_s')}", args, "i32")

    def _test(self, type: str, depth: int) -> Expression:
        side = self._pick("i32", "i64")
        args = (self._value(side, depth), self._value(side, depth))
        return self._make(f"{side}.{self._pick(*_TESTS)}", args, "i32")

    def _select(self, type: str, depth: int) -> Expression:
        args = [self._value("i32", depth)]
        for _ in range(2):
            arm = self._value(type, depth)
            if arm.effects & _NOTICED or conflict(arm.effects, args[0].effects):
                arm = self._leaf(type)
            args.append(arm)
        return self._make("select", tuple(args), type)

    def _global(self, type: str, depth: int) -> Expression:
        return self._make("global.get", (), type, 0 if type == "i32" else 1)

    def _call(self, type: str, depth: int) -> Expression:
        return self._make("call", (self._value("i32", depth),), "i32", _BUMP)

    def _call_indirect(self, type: str, depth: int) -> Expression:
        index = self._value("i32", depth)
        if self._chance(0.99):
            index = self._make("i32.and", (index, Const("i32", 1)), "i32")
        callee = self._make("callee", (index,), CALLEE, (_BUMP, 0))
        args = (callee, self._value("i32", depth))
        return self._make("call_indirect", args, "i32", _BUMP)
