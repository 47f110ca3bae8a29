"""Loops of equal stores become rows, if the row does what each round would have done."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, built, only, printed
from wasm2py.ir.nodes import Assign, Variable
from wasm2py.ir.walk import every

WITH = only("ranges", "counting", "rows", "strides")
WITHOUT = only("ranges", "counting")


def fill(
    *stores: str,
    start: str = "(i32.const 0)",
    step: str = "(i32.const 4)",
    end: str = "(i32.const 400)",
    relation: str = "ne",
) -> str:
    """`i = start; do { stores; i += step; } while (i relation end);`"""
    return f"""(func (param $n i32) (param $v i32) (param $w i32) (local $i i32)
      (if (local.get $w) (then
        (local.set $i {start})
        (loop $again
          {"".join(stores)}
          (local.set $i (i32.add (local.get $i) {step}))
          (br_if $again (i32.{relation} (local.get $i) {end})))))
      (i32.store (i32.const 0) (i32.const 1)))"""


def store(place: int = 0, value: str = "(local.get $v)", op: str = "i32.store") -> str:
    return f"({op} (i32.add (local.get $i) (i32.const {place})) {value})"


def row(text: str) -> str:
    """What the row is, or nothing."""
    lines = [line.strip() for line in printed(text, WITH).splitlines()]
    return "\n".join(line for line in lines if "cells.fill" in line)


def test_with_and_without() -> None:
    assert printed(fill(store(8)), WITHOUT) == block("""
        if v2
          count v3 from i32:0 to i32:400 by 4
            i32.store[2 0 0](i32.add(v3, i32:8), v1)
        i32.store[2 0 0](i32:0, i32:1)
        return
        """)
    assert printed(fill(store(8)), WITH) == block("""
        if v2
          cells.fill[4 0 0 1 1](i32:8, v1, i32:100)
        i32.store[2 0 0](i32:0, i32:1)
        return
        """)


def test_several_stores_a_round_in_any_order() -> None:
    text = fill(
        store(4), store(8), store(0), step="(i32.const 12)", end="(i32.const 600)"
    )
    assert (
        row(text)
        == "cells.fill_places[4 ((4, 0), (8, 0), (0, 0)) 12 0 1](i32:0, v1, i32:50)"
    )


def test_cells_with_gaps() -> None:
    text = fill(store(op="i32.store16"), step="(i32.const 8)")
    assert row(text) == "cells.fill_places[2 ((0, 0),) 8 0 1](i32:0, v1, i32:50)"


def test_a_scaled_index_that_counts_up_to_zero() -> None:
    place = "(i32.add (i32.shl (local.get $i) (i32.const 2)) (i32.const 256))"
    text = fill(
        f"(i32.store {place} (local.get $v))",
        start="(i32.const -64)",
        step="(i32.const 1)",
        end="(i32.const 0)",
    )
    assert row(text) == "cells.fill[4 0 0 1 1](i32:0, v1, i32:64)"


def test_a_start_that_is_not_constant() -> None:
    text = fill(
        "(i32.store8 (local.get $i) (i32.const 7))",
        start="(i32.and (local.get $n) (i32.const 255))",
        step="(i32.const 1)",
    )
    assert row(text) == "cells.fill[1 0 0 1 1](v3, i32:7, i32.sub(i32:400, v3))"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            fill(store(-8)),
            "cells.fill[4 0 0 1 1](i32:4294967288, v1, i32:100)",
            id="addresses that wrap around",
        ),
        pytest.param(
            fill(
                store(),
                start="(i32.const 400)",
                step="(i32.const -4)",
                end="(i32.const 0)",
            ),
            "cells.fill_places[4 ((0, 0),) -4 0 1](i32:400, v1, i32:100)",
            id="downwards",
        ),
        pytest.param(
            fill(store(), store(4), step="(i32.const 16)"),
            "cells.fill_places[4 ((0, 0), (4, 0)) 16 0 1](i32:0, v1, i32:25)",
            id="two cells and a gap",
        ),
        pytest.param(
            fill("(f32.store (local.get $i) (f32.const 1))"),
            "cells.fill[4 0 0 1 1](i32:0, i32:1065353216, i32:100)",
            id="floats",
        ),
        pytest.param(
            fill(store(0, "(i32.add (local.get $v) (local.get $n))")),
            "cells.fill[4 0 0 1 1](i32:0, i32.add(v1, v0), i32:100)",
            id="a value that is calculated",
        ),
    ],
)
def test_rows(text: str, expected: str) -> None:
    assert row(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(fill(store(), step="(i32.const 2)"), id="overlapping rounds"),
        pytest.param(
            fill(store(), store(2), step="(i32.const 8)"), id="overlapping stores"
        ),
        pytest.param(
            fill(store(), store(), step="(i32.const 8)"), id="the same cell twice"
        ),
        pytest.param(
            fill(store(), store(4, "(local.get $n)"), step="(i32.const 8)"),
            id="different values",
        ),
        pytest.param(
            fill(store(), store(4, op="i32.store8"), step="(i32.const 8)"),
            id="different widths",
        ),
        pytest.param(fill(store(value="(local.get $i)")), id="a value that changes"),
        pytest.param(
            fill(store(value="(i32.load (i32.const 0))")), id="a value from memory"
        ),
        pytest.param(fill(store(), "(call $call)"), id="something else"),
        pytest.param(
            fill("(i32.store (local.get $n) (local.get $v))"), id="one address"
        ),
        pytest.param(
            fill("(f32.store (local.get $i) (f32.convert_i32_s (local.get $v)))"),
            id="floats that are calculated",
        ),
    ],
)
def test_loops_that_stay(text: str) -> None:
    assert not row(text)
    assert printed(text, WITH) == printed(text, WITHOUT)


VARIABLE_STEP = {
    "start": "(local.get $n)",
    "step": "(local.get $w)",
    "relation": "lt_u",
}


def test_up_to_an_end_that_may_be_passed() -> None:
    text = fill(store(8), **VARIABLE_STEP)
    assert (
        row(text)
        == "v3 = cells.fill_while[4 0 0 0 i32](i32.add(v3, i32:8), v2, v3, v2, i32:400, v1)"
    )


SIGNED = (
    "i32.add(cells.fill_while[4 0 0 {} i32](i32.add(v3, i32:8), v2,"
    " i32.add(v3, i32:2147483648), v2, i32.add(v0, i32:2147483648), v1), i32:2147483648)"
)


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        (
            "le_u",
            "cells.fill_while[4 0 0 1 i32](i32.add(v3, i32:8), v2, v3, v2, v0, v1)",
        ),
        ("lt_s", SIGNED.format(0)),
        ("le_s", SIGNED.format(1)),
    ],
)
def test_an_end_that_is_compared_otherwise(relation: str, expected: str) -> None:
    text = fill(
        store(8), **{**VARIABLE_STEP, "relation": relation}, end="(local.get $n)"
    )
    assert row(text) == f"v3 = {expected}"


def test_a_base_that_is_a_variable() -> None:
    text = fill(
        "(i32.store offset=4 (i32.add (local.get $n) (local.get $i)) (i32.const 0))",
        **VARIABLE_STEP,
    )
    assert row(text) == (
        "v3 = cells.fill_while[4 4 0 0 i32](i32.add(v0, v3), v2, v3, v2, i32:400, i32:0)"
    )


def test_nothing_is_known_of_the_index_before_the_first_store() -> None:
    text = fill(store(), **VARIABLE_STEP)
    statements = every(built(text, WITH).statements)
    (filled,) = [
        item.value
        for item in statements
        if isinstance(item, Assign) and item.value.op == "cells.fill_while"
    ]
    index = filled.args[2]
    assert isinstance(index, Variable) and index.fact is None


def strides(
    body: str,
    test: str,
    behind: str = "(i32.const 0)",
    type: str = "i32",
    before: str = "",
) -> str:
    """A loop over an address in $a and an index in $i, which goes on while $i passes the test."""
    return f"""(func (param $a i32) (param $i {type}) (param $s {type}) (param $w i32) (param $v i32)
        (result i32) (local $k i32)
      {before}
      (loop $again {body} (br_if $again {test}))
      {behind})"""


STORE = "(i32.store (local.get $a) (local.get $v))"
MOVE = "(local.set $a (i32.add (local.get $a) (local.get $w)))"
STEP = "(local.set $i (i32.add (local.get $i) (local.get $s)))"
TEST = "(i32.lt_u (local.get $i) (i32.const 400))"


def test_an_address_that_moves_beside_the_index() -> None:
    expected = "v1 = cells.fill_while[4 0 0 0 i32](v0, v3, v1, v2, i32:400, v4)"
    assert row(strides(STORE + MOVE + STEP, TEST)) == expected
    assert row(strides(STORE + STEP + MOVE, TEST)) == expected


def test_a_scaled_index_of_64_bits() -> None:
    scaled = "(i32.shl (i32.wrap_i64 (local.get $i)) (i32.const 3))"
    body = STORE + MOVE + STEP.replace("i32.add", "i64.add")
    test = "(i64.gt_u (i64.const 400) (local.get $i))"
    assert row(strides(body, test, type="i64")) == (
        "v1 = cells.fill_while[4 0 0 0 i64](v0, v3, v1, v2, i64:400, v4)"
    )
    assert not row(strides(body.replace("(local.get $a)", scaled, 1), test, type="i64"))


def test_a_loop_that_is_tested_first() -> None:
    text = """(func (param $a i32) (param $i i32) (param $s i32)
      (block $out (loop $again
        (br_if $out (i32.gt_s (local.get $i) (i32.const 99)))
        (i32.store16 (i32.add (i32.shl (local.get $i) (i32.const 1)) (local.get $a)) (i32.const 5))
        (local.set $i (i32.add (local.get $i) (local.get $s)))
        (br $again))))"""
    lines = [line.strip() for line in printed(text, WITH).splitlines()]
    assert lines[0] == "unless i32.gt_s(v1, i32:99)"
    assert "cells.fill_while[2 0 0 1 i32](" in lines[1]


def test_what_other_variables_are_behind_the_loop() -> None:
    copy = "(local.set $k (i32.add (local.get $i) (i32.const 3)))"
    text = strides(STORE + MOVE + copy + STEP, TEST, behind="(local.get $k)")
    assert "v5 = i32.add(i32.sub(v1, v2), i32:3)" in printed(text, WITH)
    # An address that is read behind the loop would take the number of rounds.
    assert not row(strides(STORE + MOVE + STEP, TEST, behind="(local.get $a)"))


def test_an_address_with_which_an_outer_loop_goes_on() -> None:
    inner = strides(STORE + MOVE + STEP, TEST)
    begin = "(loop $outer (local.set $i (i32.const 0))"
    end = "(br_if $outer (i32.load (i32.const 0))))"
    outer = inner.replace("(loop $again", begin + "(loop $again")
    outer = outer.replace("(i32.const 0))", "(i32.const 0))", 1)
    text = outer.replace(TEST + "))", TEST + "))" + end)
    assert not row(text)
    again = begin + "(local.set $a (i32.const 64))"
    assert row(text.replace(begin, again))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            fill(store(value="(local.get $i)"), **VARIABLE_STEP),
            id="a value that changes",
        ),
        pytest.param(
            fill(store(), **{**VARIABLE_STEP, "step": "(local.get $i)"}),
            id="a step that changes",
        ),
        pytest.param(
            fill(store(), end="(local.get $i)", **VARIABLE_STEP),
            id="an end that changes",
        ),
        pytest.param(fill(store(), store(4), **VARIABLE_STEP), id="two stores"),
        pytest.param(
            fill(store(), **{**VARIABLE_STEP, "relation": "gt_s"}),
            id="another relation",
        ),
        pytest.param(
            fill("(i32.store (local.get $n) (local.get $v))", **VARIABLE_STEP),
            id="one address",
        ),
    ],
)
def test_loops_with_other_ends_that_stay(text: str) -> None:
    assert not row(text)
