"""How often loops are done that are tested first, or for order: rows that are guarded, and long enough."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

WITH = only("webs", "folding", "ranges", "rows")
STORE = "(i32.store8 (local.get $d) (i32.const 7))"


def move(name: str, by: int) -> str:
    return f"(local.set ${name} (i32.add (local.get ${name}) (i32.const {by})))"


def first(test: str, *body: str, after: str = "") -> str:
    """`while (test) { body }`, and what is done when it is left."""
    leave = f"(if (i32.eqz {test}) (then {after} (br $end)))"
    return _function(f"(loop $next {leave} {' '.join(body)} (br $next))")


def last(test: str, *body: str, before: str = "") -> str:
    """`do { body } while (test);`"""
    return _function(f"{before} (loop $next {' '.join(body)} (br_if $next {test}))")


def _function(loop: str) -> str:
    return f"""(func (param $d i32) (param $n i32) (param $e i32) (result i32)
      (local $i i32) (block $end {loop}) (local.get $d))"""


N = "(local.get $n)"


def test_tested_first() -> None:
    text = first(N, STORE, move("d", 1), move("n", -1))
    assert printed(text, WITH) == block("""
        unless i32.eqz(v1)
          cells.fill[1 0 0 1 1](v0, i32:7, v1)
          v0 = i32.add(v0, v1)
        return v0
        """)


def test_what_is_done_when_the_loop_is_left() -> None:
    text = first(N, STORE, move("d", 1), move("n", -1), after=move("d", 5))
    assert printed(text, WITH) == block("""
        unless i32.eqz(v1)
          cells.fill[1 0 0 1 1](v0, i32:7, v1)
          v0 = i32.add(v0, v1)
        v4 = i32.add(v0, i32:5)
        return v4
        """)


def test_a_first_test_that_is_known() -> None:
    text = first("(i32.ne (local.get $i) (i32.const 64))", STORE, move("i", 1))
    text = text.replace("(local.get $d)", "(i32.add (local.get $d) (local.get $i))", 1)
    text = text.replace("(block $end", "(local.set $i (i32.const 0)) (block $end")
    assert printed(text, WITH) == block("""
        cells.fill[1 0 0 1 1](v0, i32:7, i32:64)
        return v0
        """)


def _distance(text: str) -> str:
    """How far the counter goes, and what is asked before."""
    lines = [line.strip() for line in printed(text, WITH).splitlines()]
    assert any("cells.fill" in line for line in lines)
    return "\n".join(lines[: next(i for i, s in enumerate(lines) if "cells." in s)])


def compared(relation: str, left: str = "i", right: str = "e") -> str:
    return f"(i32.{relation} (local.get ${left}) (local.get ${right}))"


STEPPED = (STORE, move("d", 1), move("i", 1))
FOUR = (STORE.replace("store8", "store"), move("d", 4), move("n", -4))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            first(compared("lt_u"), *STEPPED),
            "unless i32.eqz(i32.lt_u(v3, v2))",
            id="less",
        ),
        pytest.param(
            first(compared("gt_s", "e", "i"), *STEPPED),
            "unless i32.eqz(i32.gt_s(v2, v3))",
            id="the other side greater",
        ),
        pytest.param(
            last(compared("lt_u"), *STEPPED),
            "v4 = select(i32.lt_u(v3, v2), i32.sub(v2, v3), i32:1)",
            id="after the first iteration, from zero",
        ),
        pytest.param(
            last(compared("lt_u", "n"), STORE, move("d", 1), move("n", 1)),
            "v4 = select(i32.lt_u(i32.add(v1, i32:1), v2), i32.sub(v2, v1), i32:1)",
            id="after the first iteration",
        ),
        pytest.param(
            last(compared("gt_s", "n"), STORE, move("d", 1), move("n", -1)),
            "v4 = select(i32.gt_s(i32.add(v1, i32:4294967295), v2), i32.sub(v1, v2), i32:1)",
            id="downwards",
        ),
        pytest.param(
            last(
                "(i32.gt_u (local.get $n) (i32.const 3))",
                *FOUR,
                before=f"(br_if $end (i32.lt_u {N} (i32.const 4)))",
            ),
            "v4 = i32.add(i32.or(i32.add(v1, i32:4294967292), i32:3), i32:1)",
            id="a range that is known",
        ),
        pytest.param(
            last(
                "(i32.le_u (local.get $i) (i32.const 0))",
                *STEPPED,
                before=f"(local.set $i (i32.sub (i32.const 0) (i32.and {N} (i32.const 31))))",
            ),
            "v4 = select(i32.lt_u(i32.add(v3, i32:1), i32:1), i32.sub(i32:1, v3), i32:1)",
            id="from what is known as a signed number only",
        ),
    ],
)
def test_order(text: str, expected: str) -> None:
    assert _distance(text).splitlines()[-1] == expected


def test_a_first_test_of_something_else() -> None:
    """It says whether there is an iteration, but nothing of how many there are."""
    then = "(local.set $n (local.get $d))"
    for relation, expected in (
        ("lt_u", "v4 = select(i32.lt_u(v0, v2), i32.sub(v2, v0), i32:1)"),
        ("ne", "unless i32.eqz(i32.ne(v1, v2))"),
    ):
        text = first(compared(relation, "n"), STORE, move("d", 1), then)
        lines = _distance(text).splitlines()
        assert (lines[0], lines[-1]) == (
            f"unless i32.eqz(i32.{relation}(v1, v2))",
            expected,
        )


def test_a_first_test_of_something_else_with_known_rounds() -> None:
    then = "(local.set $n (local.get $i))"
    body = (STORE, move("d", 1), move("i", 1), then)
    text = first("(i32.ne (local.get $n) (i32.const 64))", *body)
    text = text.replace("(block $end", "(local.set $i (i32.const 0)) (block $end")
    assert _distance(text) == "unless i32.eqz(i32.ne(v1, i32:64))"


def test_a_loop_around_that_tests_what_the_last_iteration_has_set() -> None:
    then = "(local.set $i (local.get $d))"
    text = first(compared("ne"), STORE, move("d", 1), then)
    text = text.replace(
        "(block $end", "(loop $again (local.set $d (local.get $n)) (block $end"
    )
    text = text.replace("(br $next)))", "(br $next))) (br_if $again (local.get $n)))")
    assert "cells." not in printed(text, WITH)


def test_a_pointer_that_is_accessed_does_not_wrap_around() -> None:
    body = (STORE.replace("store8", "store"), move("d", 4))
    assert _distance(last(compared("lt_u", "d"), *body)) == (
        "v4 = select(i32.lt_u(v0, v2),"
        " i32.add(i32.or(i32.add(i32.sub(v2, v0), i32:4294967295), i32:3), i32:1), i32:4)"
    )


BY_FOUR = (STORE.replace("store8", "store"), move("d", 4), move("i", 4))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            last(compared("lt_u"), *BY_FOUR), id="a counter that may step over its end"
        ),
        pytest.param(
            last(
                "(i32.lt_u (i32.sub (local.get $d) (i32.const 8)) (local.get $e))",
                *BY_FOUR,
            ),
            id="what is before an address",
        ),
        pytest.param(
            last(compared("gt_u", "d"), *BY_FOUR), id="away from where it ends"
        ),
        pytest.param(
            last(compared("le_u"), *STEPPED), id="an end that may be the last number"
        ),
        pytest.param(
            last(compared("lt_u"), STORE, move("d", 1), move("i", 3)),
            id="a step that is no power of two",
        ),
        pytest.param(
            last(
                "(i32.lt_u (i32.mul (local.get $i) (local.get $n)) (local.get $e))",
                *STEPPED,
            ),
            id="a product",
        ),
        pytest.param(
            first(compared("lt_u"), STORE, move("d", 1), move("i", 1), move("e", 2)),
            id="an end that moves",
        ),
        pytest.param(
            first("(i32.load (local.get $e))", STORE, move("d", 1)),
            id="a test that reads memory",
        ),
        pytest.param(
            first(N, f"(if {N} (then (br $end)))", STORE, move("d", 1), move("n", -1)),
            id="two tests",
        ),
    ],
)
def test_loops_that_stay(text: str) -> None:
    assert "cells." not in printed(text, WITH)
