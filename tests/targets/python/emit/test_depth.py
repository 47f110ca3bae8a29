"""Functions that are nested deep have one space a level, and are told by their statements."""

from __future__ import annotations

import random

import pytest

from tests.package.modules import translate
from tests.wasm_tools import assemble
from wasm2py.ir.build.builder import Builder
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import Assign, Const, Counter, Statement, Variable
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import DEFAULT_FEATURES
from wasm2py.spec.opcodes import ROWS
from wasm2py.spec.types import FuncType
from wasm2py.targets.python.choose.representation import plain_forms
from wasm2py.targets.python.emit.expressions import Expressions
from wasm2py.targets.python.emit.function import MOST_LEVELS
from wasm2py.targets.python.emit.statements import Statements
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION
from wasm2py.targets.python.tree.depth import fits
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Count, If, Loop, Return, Switch

_VARIABLE = Variable(0, "i32")
_NUMBER = Const("i32", 7)


class _Trees:
    """Random statements, nested at most so deep."""

    def __init__(self, seed: int) -> None:
        self._chooser = random.Random(seed)

    def block(self, depth: int) -> list[Statement]:
        found = [self._statement(depth) for _ in range(self._chooser.randint(1, 3))]
        if self._chooser.random() < 0.2:
            found.append(Return(()))
        return found

    def _statement(self, depth: int) -> Statement:
        kind = self._chooser.randrange(6) if depth else 0
        if kind == 1:
            otherwise = self._chooser.choice([[], self.block(depth - 1)])
            return If(_VARIABLE, False, self.block(depth - 1), otherwise)
        if kind == 2:  # with an `elif`
            chained = If(_VARIABLE, False, self.block(depth - 1), self.block(depth - 1))
            return If(_VARIABLE, False, self.block(depth - 1), [chained])
        if kind == 3:
            return Loop(self.block(depth - 1))
        if kind == 4:
            return Count(_NUMBER, Counter(0, 1, _NUMBER), self.block(depth - 1))
        if kind == 5:
            arms = [self.block(depth - 1) for _ in range(self._chooser.randint(2, 9))]
            return Switch(_VARIABLE, list(range(1, len(arms))), arms)
        return Assign(0, _NUMBER)


def _printed(statements: list[Statement], step: int) -> list[str]:
    env = ModuleEnvironment(DEFAULT_FEATURES)
    builder = Builder(env, FuncType((), ()), ["i32"], LARGEST_EXPRESSION)
    builder.step(ROWS["end"], None)
    function = StructuredFunction(Function(FuncType((), ()), 0, 1, builder), statements)
    expressions = Expressions(env, function, plain_forms(function), False, True, True)
    writer = Statements(expressions, set(), step, 1 << 20)
    writer.block(statements, 0)
    return writer.lines


@pytest.mark.parametrize("seed", range(200))
def test_levels_are_those_that_are_printed(seed: int) -> None:
    statements = _Trees(seed).block(4)
    for step in (1, 4):
        indents = {
            len(line) - len(line.lstrip()) for line in _printed(statements, step)
        }
        levels = max(indents) // step
        assert fits(statements, levels)
        assert not levels or not fits(statements, levels - 1)


def _nested(depth: int, innermost: str) -> list[str]:
    """The lines of a function of so many loops, one in the other."""
    text = innermost
    for number in range(depth):
        text = f"""(loop $l{number} (i32.store (local.get $q) (i32.const {number})) {text}
          (br_if $l{number} (i32.load offset={number} (local.get $p))))"""
    wasm = assemble(f"(module (memory 1) (func (param $p i32) (param $q i32) {text}))")
    return translate(wasm).codes[0].source.splitlines()


def test_a_function_of_many_levels_has_narrow_ones() -> None:
    first, *lines = _nested(MOST_LEVELS - 2, "")
    assert first.startswith("def ")
    assert {len(line) - len(line.lstrip()) for line in lines} == {
        4 * level for level in range(1, MOST_LEVELS + 1)
    }
    first, *lines, last = _nested(MOST_LEVELS - 1, "")
    assert (first, last) == ("# fmt: off", "# fmt: on")
    assert {len(line) - len(line.lstrip()) for line in lines} == {
        *range(MOST_LEVELS + 2)
    }


def test_narrow_levels_leave_lines_their_length() -> None:
    """A line is cut by the column where it really stands."""
    terms = "(local.get $q)"
    for number in range(18):
        terms = f"(i32.xor (i32.load offset={number} (local.get $q)) {terms})"
    lines = _nested(MOST_LEVELS + 2, f"(i32.store (local.get $q) {terms})")
    assert 66 < max(map(len, lines)) <= 88
