"""Random functions with handlers, and functions that throw: edges that leave in the middle of a block."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

from tests.ir.interpreter import Frame, Machine, Namespace
from tests.ir.random_graphs import NAMES, Graph
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block, JumpEnd, ReturnEnd
from wasm2py.ir.nodes import Assign, Do, Expression, Variable
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.types import MASKS
from wasm2py_runtime.errors import Trap
from wasm2py_runtime.tag import Tag, WasmException


class HandlerGraph(Graph):
    """A function that is dense with calls, in blocks whose exceptions are handled."""

    def __init__(self, reader: ModuleReader, chooser: random.Random) -> None:
        self._handlers: list[Block] = []  # of what is around
        super().__init__(reader, chooser)

    def _begin(self, block: Block) -> Block:
        if self._handlers:
            block.handler = self._handlers[-1]
        return super()._begin(block)

    def _statement(self) -> None:
        """Often a variable is one thing when a call may throw, and another behind it."""
        super()._statement()
        if self._chance(0.3):
            variable = self._pick(*NAMES["i32"])
            self._block.statements += [
                Assign(variable, self._leaf("i32")),
                Do(self._call("i32", 1)),
                Assign(variable, self._leaf("i32")),
            ]

    def _kinds(self) -> list[Callable[[int], None]]:
        return [*super()._kinds(), self._try, self._try, self._try]

    def _try(self, depth: int) -> None:
        """Code and its handler, behind which they meet, if the handler does not leave a loop."""
        handler, body, meeting = Block(), Block(), Block()
        known = set(self._once)
        self._block.end = JumpEnd(body)
        self._handlers.append(handler)
        self._block = self._begin(body)
        # Nothing has been thrown before the handler can read this.
        value, first = self._load("i32", 0), self._new("i32")
        self._block.statements.append(Assign(first.index, value))
        certain = {*known, first}
        self._code(depth)
        self._handlers.pop()
        self._block.end = JumpEnd(meeting)
        self._once = [v for v in self._once if v in certain]
        self._block = self._begin(handler)
        self._take()
        if self._chance(0.7):
            self._code(depth)
        self._block.end = self._pick(
            JumpEnd(meeting),
            JumpEnd(self._pick(*self._loops[-1]) if self._loops else meeting),
            ReturnEnd((self._leaf("i64"),)),
        )
        self._once = [v for v in self._once if v in known]
        self._block = self._begin(meeting)

    def _take(self) -> None:
        """What has been thrown, perhaps."""
        caught = self._make("caught", (), "exnref")
        if self._chance(0.3):
            self._block.statements.append(Do(caught))
        elif self._chance(0.5):
            thrown = Variable(self._builder.new_variable("exnref"), "exnref")
            self._builder.assigned_once.add(thrown.index)
            is_null: Expression = self._make("ref.is_null", (thrown,), "i32")
            self._block.statements += [Assign(thrown.index, caught), Assign(0, is_null)]


class CheckedFrame(Frame):
    """What is known of a variable is true where it is read, unless an access traps later on."""

    def run(self, args: tuple[Any, ...]) -> Any:
        self._untrue: list[tuple[Expression, Any]] = []
        try:
            return super().run(args)
        except Trap:
            self._untrue.clear()
            raise
        finally:
            assert self._untrue == []

    def value(self, expression: Expression) -> Any:
        value = super().value(expression)
        if isinstance(expression, Variable) and expression.fact is not None:
            fact = expression.fact
            low, high, alignment = fact.low, fact.high, fact.alignment
            number = value
            if low < 0 and number > high:
                number -= MASKS[expression.type] + 1
            if not low <= number <= high or number % alignment:
                self._untrue.append((expression, value))
        return value


class ThrowingMachine(Machine):
    """Some of its functions, once they have been executed, throw: in every so many calls."""

    frame = CheckedFrame

    def __init__(
        self, env: ModuleEnvironment, functions: dict[int, Function], throwing: set[int]
    ) -> None:
        super().__init__(env, functions)
        self._throwing = throwing
        self.every = 1

    def function(self, index: int, namespace: Namespace) -> Callable[..., Any]:
        called = super().function(index, namespace)
        if index not in self._throwing:
            return called
        times = itertools.count(1)

        def call(*args: Any) -> Any:
            result = called(*args)
            if next(times) % self.every == 0:
                raise WasmException(Tag())
            return result

        return call
