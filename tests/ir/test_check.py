"""The checker finds what is broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from tests.ir.printed import only
from tests.wasm_tools import assemble
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.ir.check import BrokenCode
from wasm2py.ir.effects import (
    ANYTHING,
    PURE,
    READS_GLOBAL,
    READS_MEMORY,
    TRAPS,
    WRITES_MEMORY,
)
from wasm2py.ir.function import Function
from wasm2py.ir.graph import BranchEnd, End, ReturnEnd, SwitchEnd
from wasm2py.ir.nodes import (
    Assign,
    AssignMany,
    Const,
    Counter,
    Do,
    Expression,
    Statement,
    Variable,
)
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import Options
from wasm2py.targets.python.idioms.fill import FillRow
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION, Work, run_passes
from wasm2py.targets.python.tree.check import check
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import (
    Break,
    Continue,
    Count,
    If,
    LabelTest,
    Loop,
    Return,
    SetLabel,
    Switch,
)
from wasm2py.translation.function import linked_function

_TEXT = """(module (memory 1) (global (mut i32) (i32.const 0))
  (func (param $n i32) (result i32) (local $t i32) (local $l i64)
    (loop $next
      (local.set $t (i32.add (local.get $t) (i32.load (local.get $n))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $t)))"""

T_End = TypeVar("T_End", bound=End)
N, T, L = Variable(0, "i32"), Variable(1, "i32"), Variable(2, "i64")
ONE, LONG = Const("i32", 1), Const("i64", 1)


def load(address: Expression, effects: int = READS_MEMORY | TRAPS) -> Expression:
    return Expression(
        "i32.load", (address,), (2, 0, 0), "i32", effects | address.effects, 9
    )


def call() -> Expression:
    return Expression("call", (ONE,), 0, "i32", ANYTHING, 9)


def graph(text: str = _TEXT) -> tuple[ModuleEnvironment, Function]:
    """A function that is well-formed."""
    reader = ModuleReader()
    job, *_ = [*reader.receive(assemble(text)), *reader.receive(b"")]
    built = linked_function(reader.env, job, LARGEST_EXPRESSION)
    check(reader.env, built)
    return reader.env, built


def tree() -> tuple[ModuleEnvironment, StructuredFunction]:
    """The same as structured code."""
    work = Work(*graph())
    for _ in run_passes(work, only()):
        pass
    check(work.env, work.structured)
    return work.env, work.structured


def silent(variable: Variable) -> Variable:
    """A variable that does not say that it is read."""
    result = Variable(variable.index, variable.type)
    result.effects = PURE
    return result


def read_global() -> Expression:
    return Expression("global.get", (), 0, "i32", READS_GLOBAL, 8)


def fill(address: Expression) -> Expression:
    effects = WRITES_MEMORY | TRAPS | address.effects
    row = FillRow(4, 0, 0, 1, 1)
    return Expression("cells.fill", (address, ONE, ONE), row, "", effects, 40)


BROKEN_ANYWHERE: dict[str, Statement] = {
    "v1 is i64|local is i64, not i32": Assign(1, L),
    "v1 is not i64": Do(
        Expression("i64.eqz", (Variable(1, "i64"),), None, "i32", 1 << 8, 9)
    ),
    "i32.add takes": Do(Expression("i32.add", (N, LONG), None, "i32", N.effects, 9)),
    "i32.eqz takes": Do(Expression("i32.eqz", (), None, "i32", PURE, 9)),
    "i64.eqz gives i32": Assign(
        2, Expression("i64.eqz", (LONG,), None, "i64", PURE, 9)
    ),
    "i32.load hides": Do(load(ONE, PURE)),
    "i32.eqz hides": Do(Expression("i32.eqz", (load(ONE),), None, "i32", PURE, 9)),
    "i32.sub hides": Do(Expression("i32.sub", (N, T), None, "i32", N.effects, 9)),
    "the address of i32.load": Do(load(call(), ANYTHING)),
    "noticed which arm": Do(
        Expression("select", (N, load(ONE), ONE), None, "i32", ANYTHING | N.effects, 9)
    ),
    "variables do not fit the results of a call": AssignMany((1, 2), call()),
    "i32.load gives no several values": AssignMany((1, 2), load(ONE)),
    "a variable's effects leave out": Do(
        Expression("i32.eqz", (silent(N),), None, "i32", PURE, 9)
    ),
    "noticed which arm is": Do(
        Expression("select", (call(), read_global(), ONE), None, "i32", ANYTHING, 9)
    ),
    "may not have been set": Assign(1, Variable(3, "i32")),
}


@pytest.mark.parametrize("as_graph", [True, False], ids=["graph", "tree"])
@pytest.mark.parametrize(("message", "statement"), BROKEN_ANYWHERE.items())
def test_a_statement(message: str, statement: Statement, as_graph: bool) -> None:
    env, built = graph() if as_graph else tree()
    built.types.append("i32")
    if isinstance(built, StructuredFunction):
        built.statements.insert(0, statement)
    else:
        built.blocks[0].statements.insert(0, statement)
    with pytest.raises(BrokenCode, match=message):
        check(env, built)


def _unlinked(built: Function) -> None:
    built.blocks[-1].predecessors.clear()


def _end(built: Function, kind: type[T_End]) -> T_End:
    """The first end of a kind."""
    return next(b.end for b in built.blocks if isinstance(b.end, kind))


def _without_target(built: Function) -> None:
    _end(built, BranchEnd).targets.pop()


def _long_condition(built: Function) -> None:
    _end(built, BranchEnd).condition = LONG


def _switch(built: Function, index: Expression) -> None:
    block = next(b for b in built.blocks if isinstance(b.end, BranchEnd))
    block.end = SwitchEnd(index, block.end.targets)


def _loaded_index(built: Function) -> None:
    _switch(built, load(ONE))


def _without_choice(built: Function) -> None:
    _switch(built, ONE)
    _end(built, SwitchEnd).targets.pop()


def _other_results(built: Function) -> None:
    _end(built, ReturnEnd).values = (LONG,)


def _no_results(built: Function) -> None:
    _end(built, ReturnEnd).values = ()


def _out_of_place(built: Function) -> None:
    built.blocks[0].position = 1


def _control_in_a_block(built: Function) -> None:
    built.blocks[0].statements.append(Break())


def _unknown_end(built: Function) -> None:
    class Elsewhere(End):
        pass

    built.blocks[0].end = Elsewhere(built.blocks[0].end.targets)


def _never_set(built: Function) -> None:
    built.zeroed.clear()


def _set_once(built: Function) -> None:
    built.assigned_once.add(1)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_unlinked, "not linked"),
        (_without_target, "a BranchEnd with 1 targets"),
        (_long_condition, "const is i64, not i32"),
        (_loaded_index, "evaluated more than once"),
        (_without_choice, "a SwitchEnd with 1 targets"),
        (_other_results, "const is i64"),
        (_no_results, "wrong number of results"),
        (_out_of_place, "block 0 is not in its place"),
        (_control_in_a_block, "Break in a block"),
        (_unknown_end, "unknown end: Elsewhere"),
        (_never_set, "v1 is read and may not have been set"),
        (_set_once, "v1 is set more than once"),
    ],
)
def test_a_graph(spoil: Callable[[Function], None], message: str) -> None:
    env, built = graph()
    spoil(built)
    with pytest.raises(BrokenCode, match=message):
        check(env, built)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (If(N, False, [Break()], []), "Break outside a loop"),
        (If(LabelTest(7), False, [SetLabel(8)], []), "labels .7. are never set"),
        (Return(()), "unreachable code after Return"),
        (Switch(load(ONE), [1], [[], []]), "evaluated more than once"),
        (Switch(ONE, [1], [[]]), "do not fit its bounds"),
        (If(LONG, False, [], []), "const is i64, not i32"),
        (Do(fill(load(ONE))), "i32.load is evaluated more than once"),
    ],
)
def test_a_tree(statement: Statement, message: str) -> None:
    env, built = tree()
    built.statements.insert(0, statement)
    with pytest.raises(BrokenCode, match=message):
        check(env, built)


@pytest.mark.parametrize("ways", [(0,), (1,), (0, 1)])
def test_where_ways_meet_is_known_what_all_have_set(ways: tuple[int, ...]) -> None:
    env, built = graph("""(module (memory 1) (func (param i32)
      (if (local.get 0) (then (i32.store (i32.const 0) (i32.const 1)))
        (else (i32.store (i32.const 4) (i32.const 2))))
      (i32.store (i32.const 8) (i32.const 3))))""")
    built.types.append("i32")
    _, *arms, meeting = built.blocks
    assert all(arm.end.targets == [meeting] for arm in arms)
    for way in ways:
        arms[way].statements.append(Assign(1, ONE))
    read = Do(Expression("i32.eqz", (T,), None, "i32", T.effects, 5))
    meeting.statements.insert(0, read)
    if len(ways) == 2:
        check(env, built)
        return
    with pytest.raises(BrokenCode, match="v1 is read and may not have been set"):
        check(env, built)


@pytest.mark.parametrize("leave", [Break, Continue])
@pytest.mark.parametrize("ways", [(0,), (1,), (0, 1)])
def test_behind_a_loop_is_known_what_all_ways_out_have_set(
    leave: type[Statement], ways: tuple[int, ...]
) -> None:
    env, built = tree()
    built.types += ["i32", "i32"]
    first, second = (
        [Assign(3, ONE), leave()] if way in ways else [leave()] for way in (0, 1)
    )
    body = [If(N, False, first, []), *second]
    loop: Statement = Loop(body)
    if leave is Continue:
        loop = Count(ONE, Counter(4, 1, Const("i32", 9)), body)
    third = Variable(3, "i32")
    read = Do(Expression("i32.eqz", (third,), None, "i32", third.effects, 5))
    built.statements[:0] = [loop, read]
    if len(ways) == 2:
        check(env, built)
        return
    with pytest.raises(BrokenCode, match="v3 is read and may not have been set"):
        check(env, built)


@pytest.mark.parametrize("is_set", [False, True])
def test_what_a_loop_tests_has_been_set_before(is_set: bool) -> None:
    env, built = tree()
    built.types.append("i32")
    loop = Loop([Assign(3, ONE)], condition=Variable(3, "i32"))
    built.statements[:0] = [Assign(3, N), loop] if is_set else [loop]
    if is_set:
        check(env, built)
        return
    with pytest.raises(BrokenCode, match="v3 is read and may not have been set"):
        check(env, built)


def test_what_is_set_on_the_way_to_a_label_is_known_behind_its_test() -> None:
    env, built = tree()
    built.types.append("i32")
    set_there = [Assign(3, ONE), SetLabel(5)]
    read = If(LabelTest(5), False, [Assign(1, Variable(3, "i32"))], [])
    built.statements[:0] = [If(N, False, list(set_there), [SetLabel(6)]), read]
    check(env, built)
    built.statements[0] = If(N, False, list(set_there), [SetLabel(5)])
    with pytest.raises(BrokenCode, match="v3 is read"):
        check(env, built)


def test_slots() -> None:
    env, built = tree()
    built.types += ["i32", "i32"]
    set_both: list[Statement] = [Assign(3, ONE), Assign(4, ONE)]
    third = Variable(3, "i32")
    read = Do(Expression("i32.eqz", (third,), None, "i32", third.effects, 5))
    built.statements[:0] = [*set_both, read]
    check(env, built)
    built.slots = {4: 3}
    with pytest.raises(BrokenCode, match="v3 is read"):
        check(env, built)
    built.statements[:2] = reversed(set_both)
    check(env, built)
    built.slots = {0: 3}
    with pytest.raises(BrokenCode, match="v0 begins in the slot"):
        check(env, built)
    built.slots = {4: 3, 3: 1}
    with pytest.raises(BrokenCode, match="v3 has no slot"):
        check(env, built)


def test_every_pass_is_named() -> None:
    env, built = graph()
    names = list(run_passes(Work(env, built), Options()))
    assert names[:3] == ["liveness", "webs", "folding"]
    assert names[-3:] == ["reductions", "copies", "slots"]
