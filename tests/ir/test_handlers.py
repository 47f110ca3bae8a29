"""Handlers: an edge that leaves a block wherever an exception is thrown in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import wasm2py
from tests.ir.handlers import ThrowingMachine
from tests.ir.stages import printed
from tests.targets.graph_reader import read_function
from tests.targets.graph_target import GraphTarget
from tests.wasm_tools import assemble
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.errors import Unimplemented
from wasm2py.ir.build.builder import Builder
from wasm2py.ir.check import BrokenCode, check
from wasm2py.ir.effects import (
    ANYTHING,
    PURE,
    READS_GLOBAL,
    READS_MEMORY,
    TRAPS,
    WRITES_GLOBAL,
)
from wasm2py.ir.function import Function
from wasm2py.ir.graph import (
    Block,
    BranchEnd,
    End,
    JumpEnd,
    ReturnEnd,
    find_dominators,
    find_loops,
)
from wasm2py.ir.nodes import (
    Assign,
    AssignMany,
    Const,
    Do,
    Expression,
    Statement,
    Variable,
    operation,
)
from wasm2py.ir.walk import variables
from wasm2py.targets.base import Options
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION, Work, run_passes
from wasm2py.translation.function import linked_function

_MODULE = """(module
  (memory (export "memory") 1)
  (func $risky (param i32) (result i32) (local.get 0))
  (func $pair (param i32) (result i32 i32) (local.get 0) (i32.const 6))
  (func (export "f") (param i32 i32) (result i32) (i32.const 0)))"""
_RISKY, _PAIR, FUNCTION = 0, 1, 2
PARAMS, LOCALS = 2, 5
NEVER = 1 << 30
T, U, E = LOCALS, LOCALS + 1, LOCALS + 2  # temporaries; E is an exception
ALL = (Options(), Options(0), Options(tune="pypy"), Options(without=("folding",)))


def v(index: int) -> Variable:
    return Variable(index, "exnref" if index == E else "i32")


def number(value: int) -> Const:
    return Const("i32", value)


def sum_of(left: Expression, right: Expression) -> Expression:
    return operation("i32.add", (left, right), left.size + right.size + 4)


def risky(arg: Expression) -> Expression:
    return Expression("call", (arg,), _RISKY, "i32", ANYTHING | arg.effects, 9)


def caught() -> Expression:
    return Expression("caught", (), None, "exnref", READS_GLOBAL | WRITES_GLOBAL, 3)


def fill(block: Block, statements: list[Statement], end: End) -> None:
    block.statements, block.end = statements, end


class Case:
    """A function that consists of some blocks, in a module that can be executed."""

    def __init__(self, *blocks: Block) -> None:
        reader = ModuleReader()
        jobs = [*reader.receive(assemble(_MODULE)), *reader.receive(b"")]
        self.env, self.job = reader.env, jobs[FUNCTION]
        self._functions = {
            job.funcidx: linked_function(self.env, job, LARGEST_EXPRESSION)
            for job in jobs[:FUNCTION]
        }
        type = self.env.func_type(FUNCTION)
        builder = Builder(self.env, type, ["i32"] * LOCALS, LARGEST_EXPRESSION)
        builder.blocks[:] = blocks
        for position, block in enumerate(blocks):
            block.position = position
        for variable in (T, U, E):
            assert builder.new_variable(v(variable).type) == variable
            builder.assigned_once.add(variable)
        self.function = Function(type, PARAMS, LOCALS, builder)
        self.function.arguments = list(range(PARAMS))
        find_loops(self.function.blocks)

    def results(self, *args: int) -> list[int | str]:
        """What a call gives where the first call in it throws, the second, and none."""
        machine = ThrowingMachine(
            self.env, {**self._functions, FUNCTION: self.function}, {_RISKY, _PAIR}
        )
        module = machine.module(b"")
        found: list[int | str] = []
        for machine.every in (1, 2, NEVER):
            try:
                found.append(wasm2py.instantiate(module).exports["f"](*args))
            except wasm2py.WasmException:
                found.append("thrown")
        return found

    def passes(self, options: Options) -> Iterator[str]:
        """Run the passes before code is structured, which is refused; check after each."""
        check(self.env, self.function)
        yield "builder"
        with pytest.raises(Unimplemented, match="does not catch exceptions"):
            for name in run_passes(Work(self.env, self.function), options):
                check(self.env, self.function)
                yield name


def assert_results(
    make: Callable[[], Case], wanted: list[int | str], *args: int
) -> None:
    """A function's results are as wanted before each pass and after the last."""
    for options in ALL:
        case = make()
        for name in case.passes(options):
            assert case.results(*args) == wanted, (name, options)
    case = make()
    target = GraphTarget()
    code = target.translate(case.env, case.job, case.function, Options(), 1 << 20)
    case.function = read_function(code.source, code.views)
    assert case.results(*args) == wanted


def guarded(
    statements: list[Statement], handled: list[Statement], result: Expression
) -> tuple[Block, Block, Block]:
    """Statements, the handler that gives a result behind others, and else 100."""
    body, handler, after = Block(), Block(), Block()
    body.handler = handler
    fill(body, statements, JumpEnd(after))
    fill(handler, handled, ReturnEnd((result,)))
    fill(after, [], ReturnEnd((number(100),)))
    return body, handler, after


# The graph


def test_the_printed_form() -> None:
    case = Case(*guarded([Do(risky(v(0)))], [Assign(2, number(7))], v(2)))
    assert printed(case.function).splitlines()[1:] == [
        "  block 0 handler 1",
        "    call[0](v0)",
        "    jump 2",
        "  block 1",
        "    v2 = i32:7",
        "    return v2",
        "  block 2",
        "    return i32:100",
    ]


def test_what_cannot_throw_has_no_handler() -> None:
    case = Case(*guarded([Assign(2, v(0))], [], v(2)))
    assert len(case.function.blocks) == 2
    assert case.function.blocks[0].handler is None
    check(case.env, case.function)


def test_a_branch_that_is_decided_may_still_throw() -> None:
    body, handler, after = guarded([], [], v(2))
    body.end = BranchEnd(risky(v(0)), after, after)
    case = Case(body, handler, after)
    assert body.handler is handler
    assert body.predecessors == []
    assert handler.predecessors == after.predecessors == [body]
    assert case.results(1, 2) == [0, 100, 100]


def test_a_handler_may_be_part_of_a_loop() -> None:
    entry, header, latch, handler, after = (Block() for _ in range(5))
    fill(entry, [], JumpEnd(header))
    fill(header, [Assign(2, sum_of(v(2), number(1)))], JumpEnd(latch))
    fill(latch, [], BranchEnd(risky(v(2)), after, header))
    latch.handler = handler
    again = operation("i32.lt_u", (v(2), number(9)), 9)
    fill(handler, [], BranchEnd(again, header, after))
    fill(after, [], ReturnEnd((v(2),)))

    def make() -> Case:
        return Case(entry, header, latch, handler, after)

    case = make()
    find_dominators(case.function.blocks)
    assert handler.loop is header
    assert handler.dominator is latch
    assert after.dominator is latch
    assert case.results(0, 0) == [9, 1, 1]


# Passes


def test_assignments_that_a_handler_reads_are_kept() -> None:
    def make() -> Case:
        statements = [
            Assign(2, number(1)),
            Do(risky(v(0))),
            Assign(2, number(2)),
            Do(risky(v(0))),
            Assign(2, number(3)),
        ]
        return Case(*guarded(statements, [], v(2)))

    assert_results(make, [1, 2, 100], 5, 6)


def test_what_a_block_begins_with_reaches_its_handler() -> None:
    """From a web of its own otherwise: nothing else reads it."""

    def make() -> Case:
        entry = Block()
        statements: list[Statement] = [
            Assign(3, risky(v(1))),
            Assign(2, number(4)),
            Do(risky(sum_of(v(2), v(3)))),
        ]
        body, handler, after = guarded(statements, [], v(2))
        fill(entry, [Assign(2, sum_of(v(0), number(1)))], JumpEnd(body))
        return Case(entry, body, handler, after)

    assert_results(make, [6, 4, 100], 5, 6)


def test_the_end_of_a_block_may_throw() -> None:
    def make() -> Case:
        body, handler, after = guarded([Assign(2, number(1))], [], v(2))
        other = Block()
        body.end = BranchEnd(risky(v(0)), after, other)
        fill(other, [], ReturnEnd((v(2),)))
        return Case(body, handler, after, other)

    assert_results(make, [1, 100, 100], 5, 6)
    assert_results(make, [1, 1, 1], 0, 6)


def test_initial_zeros_that_only_a_handler_reads() -> None:
    def make() -> Case:
        statements: list[Statement] = [Do(risky(v(0))), Assign(2, number(1))]
        return Case(*guarded([*statements, Do(risky(v(0)))], [], v(2)))

    assert_results(make, [0, 1, 100], 5, 6)


def test_a_throwing_assignment_assigns_nothing() -> None:
    def make() -> Case:
        statements: list[Statement] = [Assign(2, number(7)), Assign(2, risky(v(0)))]
        return Case(*guarded([*statements, Do(risky(v(2)))], [], v(2)))

    assert_results(make, [7, 5, 100], 5, 6)


def test_several_results_are_not_assigned_either() -> None:
    def make() -> Case:
        call = Expression("call", (v(0),), _PAIR, "i32", ANYTHING | v(0).effects, 9)
        statements: list[Statement] = [Assign(2, number(7)), AssignMany((T, U), call)]
        statements += [Assign(2, sum_of(v(T), v(U))), Do(risky(v(2)))]
        return Case(*guarded(statements, [], v(2)))

    assert_results(make, [7, 100, 100], 5, 6)


def test_values_move_past_what_may_throw() -> None:
    """But not the assignments that the handler sees: of a temporary that is read behind the call only."""

    def make() -> Case:
        statements: list[Statement] = [
            Assign(T, sum_of(v(0), number(1))),
            Assign(2, number(8)),
            Do(risky(v(1))),
            Assign(2, v(T)),
            Do(risky(v(1))),
        ]
        return Case(*guarded(statements, [], v(2)))

    assert_results(make, [8, 6, 100], 5, 6)
    case = make()
    for name in case.passes(Options()):
        if name == "folding":
            assert "v5" not in printed(case.function)


def test_copies_that_a_handler_reads() -> None:
    def make() -> Case:
        statements: list[Statement] = [
            Assign(T, sum_of(v(0), v(1))),
            Assign(U, v(T)),
            Do(risky(v(U))),
        ]
        return Case(*guarded(statements, [], v(U)))

    assert_results(make, [11, 100, 100], 5, 6)


def test_a_handler_takes_what_was_thrown() -> None:
    def make() -> Case:
        is_null = Expression("ref.is_null", (v(E),), None, "i32", v(E).effects, 9)
        handled: list[Statement] = [
            Assign(E, caught()),
            Assign(2, number(3)),
            Assign(3, sum_of(is_null, v(2))),
        ]
        return Case(*guarded([Do(risky(v(0)))], handled, v(3)))

    assert_results(make, [3, 100, 100], 5, 6)


def _ranged() -> Case:
    """A handler that reads a variable that is 8, 16, 1024 or, where nothing throws any more, 3."""
    entry = Block()
    statements: list[Statement] = [
        Do(risky(v(0))),
        Assign(2, number(16)),
        Assign(2, number(1024)),
        Do(risky(v(0))),
        Assign(2, number(3)),
    ]
    body, handler, after = guarded(statements, [], v(2))
    fill(entry, [Assign(2, number(8))], JumpEnd(body))
    return Case(entry, body, handler, after)


def test_ranges_at_a_handler() -> None:
    assert_results(_ranged, [8, 1024, 100], 5, 6)
    case = _ranged()
    handler = case.function.blocks[2]
    assert [*case.passes(Options())][-1] == "ranges"
    (read,) = variables(handler.end.own()[0])
    assert read.fact is not None
    assert read.fact.low <= 8
    assert 1024 <= read.fact.high < 1 << 31


def _indexed(handles: bool) -> Case:
    """An index that is an address for most of its uses, and is also set where the base is not."""
    body, handler, header, after = (Block() for _ in range(4))
    first: list[Statement] = [Assign(T, risky(v(1))), Assign(2, number(0))]
    fill(body, first, JumpEnd(header))
    effects = READS_MEMORY | TRAPS | v(2).effects | v(T).effects
    round: list[Statement] = [
        Do(
            Expression(
                "i32.load8_u", (sum_of(v(2), v(T)),), (0, at, 0), "i32", effects, 9
            )
        )
        for at in range(9)
    ]
    round.append(Assign(2, sum_of(v(2), number(1))))
    going_on = operation("i32.ne", (v(2), number(20)), 9)
    fill(header, round, BranchEnd(going_on, header, after))
    fill(handler, [Assign(2, number(5))], JumpEnd(after))
    fill(after, [], ReturnEnd((v(2),)))
    if not handles:
        return Case(body, header, after)
    body.handler = handler
    return Case(body, handler, header, after)


def test_a_base_is_not_there_where_the_entry_has_thrown() -> None:
    """See `wasm2py.targets.python.lower.strength_reduction`."""
    case = _indexed(False)
    assert "rebasing" in run_passes(Work(case.env, case.function), Options())
    assert "i32.load8_u[0 8 0](v2)" in printed(case.function)
    assert_results(lambda: _indexed(True), [5, 20, 20], 5, 6)


# The checker


@pytest.mark.parametrize("first", [True, False])
def test_what_a_handler_reads_has_been_set_wherever_that_may_be(first: bool) -> None:
    statements: list[Statement] = [Do(risky(v(0))), Do(risky(v(0)))]
    statements.insert(0 if first else 1, Assign(T, number(1)))
    case = Case(*guarded(statements, [], v(T)))
    if first:
        check(case.env, case.function)
    else:
        with pytest.raises(BrokenCode, match="v5 is read and may not have been set"):
            check(case.env, case.function)


def _to_the_handler(blocks: list[Block]) -> None:
    body, handler, _ = blocks
    body.end = JumpEnd(handler)


def _handled_before(blocks: list[Block]) -> None:
    body, handler, after = blocks
    body.handler = None
    handler.predecessors.clear()
    after.handler = handler
    handler.predecessors.append(after)


def _not_linked(blocks: list[Block]) -> None:
    blocks[1].predecessors.clear()


def _taken_late(blocks: list[Block]) -> None:
    blocks[1].statements = [Assign(2, number(1)), Assign(E, caught())]


def _taken_within(blocks: list[Block]) -> None:
    is_null = Expression("ref.is_null", (caught(),), None, "i32", 18, 9)
    blocks[1].statements = [Assign(2, is_null)]


def _taken_elsewhere(blocks: list[Block]) -> None:
    blocks[2].statements = [Assign(E, caught())]


def _taken_at_the_end(blocks: list[Block]) -> None:
    is_null = Expression("ref.is_null", (caught(),), None, "i32", 18, 9)
    blocks[1].end = ReturnEnd((is_null,))


def _pure(blocks: list[Block]) -> None:
    exception = Expression("caught", (), None, "exnref", PURE, 3)
    blocks[1].statements = [Assign(E, exception)]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_to_the_handler, "block 0 goes to a handler"),
        (_handled_before, "the handler of block 2 stands before it"),
        (_not_linked, "leads to one that is not linked"),
        (_taken_late, "caught is not what a handler begins with"),
        (_taken_within, "caught is not what a handler begins with"),
        (_taken_elsewhere, "caught is not what a handler begins with"),
        (_taken_at_the_end, "caught is not what a handler begins with"),
        (_pure, "caught hides what it does"),
    ],
)
def test_what_is_broken(spoil: Callable[[list[Block]], None], message: str) -> None:
    case = Case(*guarded([Do(risky(v(0)))], [], v(2)))
    check(case.env, case.function)
    spoil(case.function.blocks)
    with pytest.raises(BrokenCode, match=message):
        check(case.env, case.function)
