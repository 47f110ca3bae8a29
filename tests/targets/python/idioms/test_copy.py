"""Loops that copy cells become rows, if each cell is copied as the loop would have done it."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed
from wasm2py.targets.base import Options

WITH = only("webs", "folding", "ranges", "copies")
WITHOUT = only("webs", "folding", "ranges")


def at(pointer: str, place: int = 0) -> str:
    address = f"(local.get ${pointer})"
    return f"(i32.add {address} (i32.const {place}))" if place else address


def copy(
    to: int = 0,
    start: int | None = None,
    op: str = "i32.store",
    load: str = "i32.load",
    offsets: tuple[int, int] = (0, 0),
) -> str:
    """`*(d + to) = *(s + start);`"""
    value = f"({load} offset={offsets[1]} {at('s', to if start is None else start)})"
    return f"({op} offset={offsets[0]} {at('d', to)} {value})"


def move(pointer: str, by: int = 4) -> str:
    return f"(local.set ${pointer} (i32.add (local.get ${pointer}) (i32.const {by})))"


def both(by: int = 4) -> str:
    return move("d", by) + move("s", by)


def function(
    *body: str,
    before: str = "(local.set $i (i32.const 0))",
    step: int = 1,
    test: str = "(i32.ne (local.get $i) (local.get $n))",
    after: str = "",
) -> str:
    """`do { body; i += step; } while (test);`"""
    return f"""(func (param $d i32) (param $s i32) (param $n i32)
        (local $i i32) (local $x i32)
      {before}
      (loop $again
        {" ".join(body)}
        {move("i", step)}
        (br_if $again {test}))
      {after})"""


def row(text: str, options: Options = WITH) -> str:
    """The lines with rows."""
    lines = [line.strip() for line in printed(text, options).splitlines()]
    return "\n".join(line for line in lines if "cells." in line)


def test_with_and_without() -> None:
    text = function(copy(), both())
    assert printed(text, WITHOUT) == block("""
        v3 = i32:0
        loop
          i32.store[2 0 0](v0, i32.load[2 0 0](v1))
          v0 = i32.add(v0, i32:4)
          v1 = i32.add(v1, i32:4)
          v3 = i32.add(v3, i32:1)
          unless i32.ne(v3, v2)
            return
        """)
    assert printed(text, WITH) == block("""
        cells.copy[4 (0, 0) 0 1 1](v0, v1, v2)
        return
        """)


def test_what_is_read_afterwards_is_set() -> None:
    text = function(copy(), both(), after="(i32.store (local.get $d) (local.get $i))")
    assert printed(text, WITH) == block("""
        cells.copy[4 (0, 0) 0 1 1](v0, v1, v2)
        v0 = i32.add(v0, i32.shl(v2, i32:2))
        v3 = v2
        i32.store[2 0 0](v0, v3)
        return
        """)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            function(copy(), copy(4), both(8)),
            "[4 (0, 0) 0 1 2](v0, v1, v2)",
            id="two cells a round",
        ),
        pytest.param(
            function(copy(), copy(offsets=(4, 4)), both(8)),
            "[4 (0, 0) 0 1 2](v0, v1, v2)",
            id="two offsets",
        ),
        pytest.param(
            function(copy(8, 20), copy(12, 24), both(8), step=2),
            "[4 (0, 0) 0 2 2](i32.add(v0, i32:8), i32.add(v1, i32:20), v2)",
            id="an end that may be missed",
        ),
        pytest.param(
            function(
                copy(offsets=(1024, 0), op="i32.store8", load="i32.load8_s"), both(1)
            ),
            "[1 (1024, 0) 0 1 1](v0, v1, v2)",
            id="bytes",
        ),
        pytest.param(
            function(copy(op="f64.store", load="f64.load"), both(8)),
            "[8 (0, 0) 0 1 1](v0, v1, v2)",
            id="floats",
        ),
        pytest.param(
            function(copy(op="f32.store", load="f32.load"), both()),
            "[4 (0, 0) 0 1 1](v0, v1, v2)",
            id="single precision",
        ),
        pytest.param(
            function(copy(op="i64.store32", load="i64.load32_u"), both()),
            "[4 (0, 0) 0 1 1](v0, v1, v2)",
            id="halves of words",
        ),
        pytest.param(
            function(
                "(i32.store8 (local.get $i) (i32.load8_u offset=7 (local.get $i)))"
            ),
            "[1 (0, 7) 0 1 1](i32:0, i32:0, v2)",
            id="an index",
        ),
        pytest.param(
            function(
                f"(local.set $x (i32.load {at('s')}))",
                f"(i32.store {at('d')} (local.get $x))",
                both(),
            ),
            "[4 (0, 0) 0 1 1](v0, v1, v2)",
            id="through a variable",
        ),
        pytest.param(
            function(
                copy(),
                both(),
                before="(local.set $i (local.get $n))",
                step=-1,
                test="(local.get $i)",
            ),
            "[4 (0, 0) 0 1 1](v0, v1, v2)",
            id="downwards to zero",
        ),
    ],
)
def test_copies(text: str, expected: str) -> None:
    assert row(text) == f"cells.copy{expected}"
    assert "loop" not in printed(text, WITH)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(function(copy(), copy(8), both(8)), id="a gap"),
        pytest.param(function(copy(4), copy(), both(8)), id="the second cell first"),
        pytest.param(function(copy(), copy(4, 0), both(8)), id="one cell twice"),
        pytest.param(function(copy(), both(8)), id="gaps between rounds"),
        pytest.param(
            function(copy(offsets=(4, 4)), both(-4)), id="backwards, with offsets"
        ),
        pytest.param(function(copy(), both(2)), id="cells that overlap"),
        pytest.param(function(copy(), move("d", 4), move("s", 8)), id="two strides"),
        pytest.param(function(copy(), move("d")), id="one cell to many"),
        pytest.param(function(copy(), move("s")), id="many cells to one"),
        pytest.param(
            function(copy(load="i32.load16_u"), move("d"), move("s", 2)), id="widened"
        ),
        pytest.param(
            function(copy(op="i32.store8"), both()), id="the low bytes of words"
        ),
        pytest.param(
            function(copy(), copy(-4, offsets=(8, 8)), both(8)),
            id="places and offsets",
        ),
        pytest.param(
            function(
                f"(local.set $x (i32.load {at('s')}))",
                f"(i32.store {at('d', 4)} (i32.load {at('s', 4)}))",
                f"(i32.store {at('d')} (local.get $x))",
                both(8),
            ),
            id="a load before another store",
        ),
        pytest.param(
            function(
                f"(local.set $x (i32.load {at('s')}))",
                f"(i32.store {at('d')} (local.get $x))",
                f"(i32.store {at('d', 4)} (local.get $x))",
                both(8),
            ),
            id="a value stored twice",
        ),
        pytest.param(
            function(
                f"(i32.store {at('d')} (i32.and (i32.load {at('s')}) (i32.const 127)))",
                both(),
            ),
            id="a value that is changed",
        ),
        pytest.param(
            function(f"(i32.store {at('d')} (local.get $i))", both()), id="no load"
        ),
        pytest.param(
            function(copy(), both(), "(local.set $x (i32.load (local.get $s)))"),
            id="another load",
        ),
        pytest.param(
            function(
                copy(),
                both(),
                step=3,
                test="(i32.lt_u (local.get $i) (local.get $n))",
            ),
            id="an end that may be passed",
        ),
        pytest.param(
            function(copy(), both(), step=8), id="a longer step than the cells'"
        ),
        pytest.param(
            function(copy(), both(), test="(i32.ne (local.get $i) (i32.const 5))"),
            id="few rounds",
        ),
        pytest.param(
            function(
                copy(), both(), test="(i32.ne (local.get $i) (i32.load (i32.const 0)))"
            ),
            id="an end in memory",
        ),
        pytest.param(
            function(
                f"(local.set $x (i32.load {at('s')}))",
                f"(i32.store {at('d')} (local.get $x))",
                both(),
                after="(i32.store (i32.const 0) (local.get $x))",
            ),
            id="a cell that is read again afterwards",
        ),
        pytest.param(
            function(
                f"(i32.store {at('d')} (i32.load {at('x')}))",
                both(),
                f"(local.set $x {at('s')})",
            ),
            id="an address of the round before",
        ),
        pytest.param(function(copy(), both(), "(call $call)"), id="a call"),
    ],
)
def test_loops_that_stay(text: str) -> None:
    assert printed(text, WITH) == printed(text, WITHOUT)


def test_with_other_tuning_the_loops_stay() -> None:
    text = function(copy(), both())
    assert row(text, Options())
    assert not row(text, Options(tune="pypy")) and not row(text, Options(optimize=1))
