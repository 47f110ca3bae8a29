"""Passes take a class of statements that they have never heard of by what it tells of itself."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from typing import Any

import pytest

import wasm2py
from tests.ir.interpreter import Frame, Machine, Namespace
from tests.ir.printed import block
from tests.ir.random_graphs import FUNCTION, Graph, read_module
from tests.outcomes import results
from tests.wasm_tools import assemble
from wasm2py.analysis.block_frequency import weighted
from wasm2py.analysis.forward_substitution import fold_temporaries
from wasm2py.analysis.liveness import find_live, remove_dead_assignments
from wasm2py.analysis.ranges.solver import find_ranges
from wasm2py.analysis.webs import split_variables
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.errors import Unimplemented
from wasm2py.ir.effects import variable_bits
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Counter,
    Expression,
    Statement,
    Variable,
    binary,
)
from wasm2py.ir.text import print_graph
from wasm2py.ir.walk import every, reads, variables
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import Options
from wasm2py.targets.python.choose.representation import choose_forms, plain_forms
from wasm2py.targets.python.emit.function import function_source
from wasm2py.targets.python.lower.counted_loops import count_loops
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION, Work, run_passes
from wasm2py.targets.python.tree.check import check
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Break, Count, If, Loop
from wasm2py.translation.function import linked_function


class Together(Statement):
    """Give several variables values that are all calculated before the first is set."""

    def __init__(self, names: tuple[int, ...], values: tuple[Expression, ...]) -> None:
        self.names = names
        self.values = values

    def again(self) -> Statement:
        return Together(self.names, self.values)

    def text(self) -> list[str]:
        names = ", ".join(f"v{name}" for name in self.names)
        return [f"{names} = {', '.join(value.text() for value in self.values)}"]

    def own(self) -> tuple[Expression, ...]:
        return self.values

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        self.values = expressions

    def defines(self) -> tuple[int, ...]:
        return self.names

    def rename(self, before: int, after: int) -> None:
        self.names = tuple(after if name == before else name for name in self.names)


# Alone


def function(text: str) -> tuple[ModuleEnvironment, Function]:
    """The linked graph of a function in a module with a memory, whose pairs of assignments are one."""
    reader = ModuleReader()
    module = f"(module (memory 1 4) (func {text}))"
    job, *_ = [*reader.receive(assemble(module)), *reader.receive(b"")]
    built = linked_function(reader.env, job, LARGEST_EXPRESSION)
    put_together(built)
    return reader.env, built


def put_together(built: Function, chooser: random.Random | None = None) -> int:
    """Make one statement of assignments that follow each other, or some of them; how many."""
    count = 0
    for each in built.blocks:
        statements: list[Statement] = []
        for statement in each.statements:
            before = statements[-1] if statements else None
            if (
                isinstance(statement, Assign)
                and isinstance(before, Assign)
                and before.variable != statement.variable
                and not statement.value.effects & variable_bits([before.variable])
                and (chooser is None or chooser.random() < 0.5)
            ):
                names = (before.variable, statement.variable)
                statements[-1] = Together(names, (before.value, statement.value))
                count += 1
            else:
                statements.append(statement)
        each.statements = statements
    return count


def shown(built: Function) -> str:
    """The statements of a graph's first block."""
    lines = print_graph("f", built.type, built.blocks[:1]).splitlines()
    return "\n".join(line.strip() for line in lines[2:-1])


PAIR = """(param $n i32) (result i32) (local $a i32) (local $b i32)
  (local.set $a (i32.load (local.get $n))) (local.set $b (i32.const 5))"""


def swept(text: str) -> str:
    _, built = function(text)
    live = find_live(built.blocks, built.locals)
    remove_dead_assignments(built.blocks, live, built.locals)
    return shown(built)


def test_liveness() -> None:
    both = "v1, v2 = i32.load[2 0 0](v0), i32:5"
    assert swept(f"{PAIR} (local.get $a)") == both
    assert swept(f"{PAIR} (local.get $b)") == both
    assert swept(f"{PAIR} (local.get $n)") == "i32.load[2 0 0](v0)"
    again = "(local.set $b (i32.load (local.get $b)))"
    assert swept(f"{PAIR} {again} (local.get $n)") == block("""
        v1, v2 = i32.load[2 0 0](v0), i32:5
        i32.load[2 0 0](v2)
        """)


def test_live_locals() -> None:
    """What it defines is not live before it, what it reads is."""
    _, built = function(f"{PAIR} (i32.add (local.get $a) (local.get $b))")
    assert find_live(built.blocks, built.locals)[0] == 0b001


def test_webs() -> None:
    text = f"""{PAIR}
      (i32.store (local.get $a) (local.get $b))
      (local.set $a (i32.load (local.get $b))) (local.set $b (i32.const 6))
      (i32.add (local.get $a) (local.get $b))"""
    _, built = function(text)
    split_variables(built.blocks, built, find_live(built.blocks, built.locals))
    assert shown(built) == block("""
        v1, v2 = i32.load[2 0 0](v0), i32:5
        i32.store[2 0 0](v1, v2)
        v3, v4 = i32.load[2 0 0](v2), i32:6
        """)
    assert built.assigned_once == {1, 2, 3, 4}


def folded(first: Expression, pair: tuple[Expression, Expression]) -> str:
    """What substitution makes of a temporary, v1, and a pair that reads it."""
    _, built = function("(param $n i32) (result i32) (local.get $n)")
    built.types += ["i32"] * 3
    built.assigned_once.add(1)
    built.blocks[0].statements[:] = [Assign(1, first), Together((2, 3), pair)]
    fold_temporaries(built.blocks, built)
    return shown(built)


def load(address: int) -> Expression:
    """A load, which may trap."""
    effects = 1 | 64
    return Expression(
        "i32.load", (Const("i32", address),), (2, 0, 0), "i32", effects, 9
    )


def test_forward_substitution() -> None:
    read = binary("i32.add", Variable(1, "i32"), Const("i32", 1))
    one, other = Const("i32", 7), load(4)
    assert (
        folded(load(0), (one, read))
        == "v2, v3 = i32:7, i32.add(i32.load[2 0 0](i32:0), i32:1)"
    )
    assert folded(load(0), (read, other)) == (
        "v2, v3 = i32.add(i32.load[2 0 0](i32:0), i32:1), i32.load[2 0 0](i32:4)"
    )
    # Of two that trap the first stays the first.
    assert folded(load(0), (other, read)).startswith("v1 = ")


def test_nothing_is_moved_behind_what_sets_what_it_reads() -> None:
    _, built = function("(param $n i32) (result i32) (local.get $n)")
    built.types += ["i32"] * 3
    built.assigned_once.add(1)
    statements = built.blocks[0].statements
    value = binary("i32.add", Variable(0, "i32"), Const("i32", 1))
    setting = Together((2, 0), (Const("i32", 7), Const("i32", 8)))
    statements[:] = [Assign(1, value), setting, Assign(3, Variable(1, "i32"))]
    fold_temporaries(built.blocks, built)
    assert len(statements) == 3 == len(built.blocks[0].statements)


def test_ranges() -> None:
    """It ends what was known of its variables, also in the loop of a counter."""
    text = """(param $n i32) (result i32) (local $i i32) (local $k i32)
      (local.set $i (i32.and (local.get $n) (i32.const 7)))
      (i32.store (i32.const 0) (local.get $i))
      (local.set $i (i32.load (i32.const 8))) (local.set $k (local.get $n))
      (i32.store (i32.const 4) (local.get $i))
      (local.get $k)"""
    env, built = function(text)
    statements = built.blocks[0].statements
    assert isinstance(statements[2], Together)
    find_ranges(env, built.blocks, built)
    before, after = (
        read.fact for at in (1, 3) for read in variables(statements[at].own()[0])
    )
    assert before is not None and before.high == 7
    assert after is not None and after.high == 0xFFFFFFFF


def test_walks() -> None:
    pair = Together((1, 2), (Variable(0, "i32"), Variable(0, "i32")))
    assert reads([pair]) == {0: 2}
    assert every([pair]) == [pair]
    assert weighted([pair]) == [(pair, 1)]


@pytest.mark.parametrize(("sets", "is_first"), [((1, 2), True), ((0, 1), False)])
def test_first_values_of_counters(sets: tuple[int, int], is_first: bool) -> None:
    """A constant is not the first value of a counter if something sets that again."""
    _, built = function("(param $n i32) (local i32 i32)")
    counter, end = Variable(0, "i32"), Const("i32", 99)
    step = Assign(0, binary("i32.add", counter, Const("i32", 1)))
    leave = If(binary("i32.ne", counter, end), True, [Break()], [])
    start = Const("i32", 3)
    statements: list[Statement] = [
        Assign(0, start),
        Together(sets, (Const("i32", 7), Const("i32", 8))),
        Loop([step, leave], counter=Counter(0, 1, end, rounds=96)),
    ]
    count_loops(StructuredFunction(built, statements))
    count = statements[-1]
    assert isinstance(count, Count)
    assert (count.start is start) == is_first


def test_what_python_has_no_text_for_is_refused() -> None:
    env, graph = function("(param $n i32)")
    built = StructuredFunction(graph, [Together((0,), (Const("i32", 7),))])
    forms = plain_forms(built)
    with pytest.raises(Unimplemented, match="Together"):
        function_source(
            env,
            0,
            built,
            forms,
            words=False,
            fields=True,
            rounding=True,
            most_source=1 << 20,
        )


# In functions of any shape, from the first pass to the last


class _Frame(Frame):
    def _statement(self, statement: Statement) -> None:
        if isinstance(statement, Together):
            values = [self.value(value) for value in statement.values]
            self._variables.update(zip(statement.names, values, strict=True))
        else:
            super()._statement(statement)


class _Machine(Machine):
    def function(self, index: int, namespace: Namespace) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            return _Frame(self._env, self._functions[index], namespace).run(args)

        return call


def outcomes(module: wasm2py.Module) -> list[Any]:
    """What calls do, each on an instance of its own."""
    found = []
    for args in ((0, 0, 0), (5, 12, -1), (-1, 3, 2**40)):
        exports = wasm2py.instantiate(module).exports
        try:
            outcome = results(exports["f"](*args))
        except wasm2py.Trap as trap:
            outcome = [str(trap)]
        memory = hashlib.sha256(exports["memory"].buffer).hexdigest()
        found.append((outcome, memory, exports["gi"].value))
    return found


@pytest.mark.parametrize("tune", ["cpython", "pypy"])
def test_the_whole_pipeline(tune: str) -> None:
    count = 0
    for seed in range(25):
        reader, jobs = read_module()
        env = reader.env
        functions = {
            job.funcidx: linked_function(env, job, LARGEST_EXPRESSION)
            for job in jobs[:FUNCTION]
        }
        built = functions[FUNCTION] = Graph(reader, random.Random(seed)).function()
        count += put_together(built, random.Random(seed))
        machine = _Machine(env, functions)
        module = machine.module(bytes(reader.data))
        wanted = outcomes(module)
        work = Work(env, built)
        for name in run_passes(work, Options(tune=tune)):
            check(env, work.function)
            functions[FUNCTION] = work.function
            assert outcomes(module) == wanted, (seed, name)
        assert choose_forms(work.structured, tune)
    assert count > 40
