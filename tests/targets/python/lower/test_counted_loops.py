"""Loops that go through a range, and those that must not."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, built, only, printed
from wasm2py.ir.nodes import Fact, Variable
from wasm2py.ir.walk import every
from wasm2py.targets.python.tree.nodes import Count

WITH = only("ranges", "counting")
WITHOUT = only("ranges")


def counted(text: str) -> list[int]:
    """The variables that go through ranges."""
    statements = every(built(text, WITH).statements)
    return [item.variable for item in statements if isinstance(item, Count)]


def loop(
    body: str = "(local.set $s (i32.add (local.get $s) (local.get $i)))",
    start: str = "i32.const 0",
    step: str = "i32.const 1",
    test: str = "(i32.ne (local.get $i) (i32.const 100))",
    after: str = "(local.get $s)",
) -> str:
    """`i = start; do { body; i += step; } while (test); return after;`"""
    return f"""(func (param $n i32) (result i32) (local $i i32) (local $s i32)
      (local.set $i ({start}))
      (block $out
        (loop $again
          {body}
          (local.set $i (i32.add (local.get $i) ({step})))
          (br_if $again {test})))
      {after})"""


def test_with_and_without() -> None:
    assert printed(loop(), WITHOUT) == block("""
        v1 = i32:0
        loop
          v2 = i32.add(v2, v1)
          v1 = i32.add(v1, i32:1)
          unless i32.ne(v1, i32:100)
            return v2
        """)
    assert printed(loop(), WITH) == block("""
        count v1 from i32:0 to i32:100 by 1
          v2 = i32.add(v2, v1)
        return v2
        """)


def test_down_to_zero() -> None:
    text = loop(start="i32.const 64", step="i32.const -4", test="(local.get $i)")
    assert "count v1 from i32:64 to i32:0 by -4" in printed(text, WITH)


@pytest.mark.parametrize(("end", "hit"), [(-61, True), (-62, False), (-60, False)])
def test_past_zero_by_three(end: int, hit: bool) -> None:
    """The unsigned distance from 62 to -62 is a multiple of 3, the signed one is not."""
    text = loop(
        start="i32.const 62",
        step="i32.const -3",
        test=f"(i32.ne (local.get $i) (i32.const {end}))",
    )
    assert bool(counted(text)) == hit


def test_a_counter_that_is_read_afterwards_has_reached_its_end() -> None:
    text = loop(after="(i32.add (local.get $s) (local.get $i))")
    assert printed(text, WITH) == block("""
        count v1 from i32:0 to i32:100 by 1
          v2 = i32.add(v2, v1)
        v1 = i32:100
        return i32.add(v2, v1)
        """)


def test_a_counter_that_is_read_behind_what_is_around_the_loop() -> None:
    text = """(func (param $n i32) (result i32) (local $i i32)
      (if (local.get $n)
        (then
          (loop $again
            (call $call)
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $again (i32.ne (local.get $i) (i32.const 100))))))
      (i32.store (i32.const 0) (local.get $i))
      (local.get $i))"""
    assert printed(text, WITH) == block("""
        if v0
          count v1 from v1 to i32:100 by 1
            call[0]()
          v1 = i32:100
        i32.store[2 0 0](i32:0, v1)
        return v1
        """)


def test_a_counter_that_the_condition_of_the_loop_around_reads() -> None:
    text = """(func (param $n i32) (result i32) (local $i i32) (local $s i32)
      (if (local.get $n)
        (then
          (block $out
            (loop $next
              (br_if $out (i32.gt_s (local.get $i) (local.get $n)))
              (local.set $n (i32.sub (local.get $n) (i32.const 7)))
              (local.set $i (i32.const 0))
              (loop $again
                (local.set $s (i32.add (local.get $s) (local.get $i)))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $again (i32.ne (local.get $i) (i32.const 100))))
              (br $next)))))
      (i32.store (i32.const 0) (local.get $s))
      (local.get $s))"""
    assert printed(text, WITH) == block("""
        if v0
          loop until i32.gt_s(v1, v0)
            v0 = i32.sub(v0, i32:7)
            count v1 from i32:0 to i32:100 by 1
              v2 = i32.add(v2, v1)
            v1 = i32:100
        i32.store[2 0 0](i32:0, v2)
        return v2
        """)


def carried(before: str) -> str:
    """A loop around one that traps before its counter has come to its end, as the ranges know.

    The counter goes on from there in the next round, as far as the order of the code tells.
    """
    inner = """(loop $again
      (i32.store (i32.const 0) (i32.load8_u offset=200000 (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $again (i32.ne (local.get $i) (i32.const 100000))))"""
    return f"""(func (param $n i32) (local $i i32)
      (loop $next {before.format(inner)}
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"""


def test_a_counter_that_goes_on_in_the_next_round_of_the_loop_around() -> None:
    assert printed(carried("(call $call) {}"), WITH) == block("""
        loop
          call[0]()
          count v1 from v1 to i32:100000 by 4
            i32.store[2 0 0](i32:0, i32.load8_u[0 200000 0](v1))
          v1 = i32:100000
          v0 = i32.sub(v0, i32:1)
          unless v0
            return
        """)


@pytest.mark.parametrize(
    ("before", "goes_on"),
    [
        ("(local.set $i (i32.const 0)) {}", False),
        ("(local.set $i (i32.const 0)) (if (local.get $n) (then {}))", False),
        ("(if (local.get $n) (then (local.set $i (i32.const 0)))) {}", True),
    ],
)
def test_whether_a_counter_is_set_in_each_round_of_the_loop_around(
    before: str, goes_on: bool
) -> None:
    text = printed(carried(before), WITH)
    assert ("v1 = i32:100000" in text) == goes_on


def test_one_variable_counts_in_one_reading() -> None:
    """As an unsigned number in the one loop, as a signed one in the other."""
    text = """(func (param $n i32) (local $i i32)
      (local.set $i (i32.const 0x7fffffe0))
      (loop $again
        (call $call)
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $again (i32.ne (local.get $i) (i32.const 0x80000020))))
      (local.set $i (i32.const -64))
      (loop $again
        (call $call)
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $again (i32.ne (local.get $i) (i32.const 64)))))"""
    assert len(counted(text)) == 1
    split = built(text, only("webs", "ranges", "counting"))
    counts = [item for item in every(split.statements) if isinstance(item, Count)]
    assert sorted(count.signed for count in counts) == [False, True]
    assert len({count.variable for count in counts}) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(loop(step="i32.const 3"), id="the end is passed"),
        pytest.param(loop(start="local.get $n"), id="the start is not known"),
        pytest.param(
            loop(test="(i32.ne (local.get $i) (local.get $n))"),
            id="the end is not known",
        ),
        pytest.param(loop(step="local.get $n"), id="the step is not known"),
        pytest.param(
            loop(test="(i32.ne (local.get $i) (i32.const 7))"), id="few rounds"
        ),
        pytest.param(
            loop(body="(br_if $out (local.get $n)) (call $call)"), id="another exit"
        ),
        pytest.param(
            loop(body="(if (local.get $n) (then (return (i32.const 1))))"),
            id="a return inside",
        ),
        pytest.param(
            loop(body="(local.set $i (i32.add (local.get $i) (i32.const 1)))"),
            id="two steps",
        ),
        pytest.param(
            loop(
                body="(if (local.get $n) (then (local.set $i (i32.const 7))))",
            ),
            id="another assignment",
        ),
        pytest.param(
            loop(test="(i32.eq (local.get $i) (i32.const 100))"),
            id="goes on where equal",
        ),
        pytest.param(
            loop(
                start="i32.const 100",
                test="(i32.ne (local.get $i) (i32.const 0))",
                step="i32.const 8",
            ),
            id="moves away from the end",
        ),
    ],
)
def test_loops_that_stay(text: str) -> None:
    assert not counted(text)


def test_what_is_known_of_the_end_where_the_loop_begins() -> None:
    """An access in the loop tells more of it, but only if there is a first round."""
    end = "(local.set $n (i32.or (local.get $n) (i32.const 64)))"
    text = loop(
        "(i32.store8 (local.get $n) (i32.const 1))",
        test="(i32.ne (local.get $i) (local.get $n))",
    )
    (count,) = [
        item
        for item in every(
            built(text.replace("(block", end + "(block"), WITH).statements
        )
        if isinstance(item, Count)
    ]
    assert isinstance(count.end, Variable) and count.end.fact == Fact(64, 2**32 - 1, 1)


def test_an_end_that_the_loop_assigns() -> None:
    end = "(local.set $s (i32.const 100))"
    changed = "(local.set $s (i32.load (local.get $s)))"
    test = "(i32.ne (local.get $i) (local.get $s))"
    assert counted(loop("(call $call)", test=test).replace("(block", end + "(block"))
    text = loop("(call $call)" + changed, test=test)
    assert not counted(text.replace("(block", end + "(block"))


def test_a_counter_that_is_read_between_step_and_test() -> None:
    text = """(func (result i32) (local $i i32) (local $s i32)
      (loop $again
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (local.set $s (i32.xor (local.get $s) (local.get $i)))
        (br_if $again (i32.ne (local.get $i) (i32.const 100))))
      (local.get $s))"""
    assert not counted(text)
