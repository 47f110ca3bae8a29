"""Loops that add up cells become sums, if these are what the loops would have come to."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, built, only, printed
from wasm2py.targets.base import Options

WITH = only("webs", "folding", "ranges", "reductions")
WITHOUT = only("webs", "folding", "ranges")

ADD = "(local.set $s (i32.add (local.get $s) {}))"


def load(pointer: str, place: int = 0, op: str = "i32.load", offset: int = 0) -> str:
    at = f"(local.get ${pointer})"
    if place:
        at = f"(i32.add {at} (i32.const {place}))"
    return f"({op} offset={offset} {at})"


def add(value: str) -> str:
    return ADD.format(value)


def mul(a: str, b: str) -> str:
    return f"(i32.mul {a} {b})"


def move(pointer: str, by: int | str = 4) -> str:
    step = f"(i32.const {by})" if isinstance(by, int) else by
    return f"(local.set ${pointer} (i32.add (local.get ${pointer}) {step}))"


def function(
    *body: str,
    before: str = "(local.set $i (i32.const 0))",
    step: int = 1,
    test: str = "(i32.ne (local.get $i) (local.get $n))",
    result: str = "(local.get $s)",
) -> str:
    """`do { body; i += step; } while (test); return result;`"""
    return f"""(func (param $p i32) (param $q i32) (param $n i32) (param $d i32)
        (result i32) (local $s i32) (local $i i32) (local $x i32) (local $t i64)
      {before}
      (loop $again
        {" ".join(body)}
        {move("i", step)}
        (br_if $again {test}))
      {result})"""


def sums(text: str, options: Options = WITH) -> str:
    """The lines with sums."""
    lines = [line.strip() for line in printed(text, options).splitlines()]
    return "\n".join(line for line in lines if "cells." in line)


def test_with_and_without() -> None:
    text = function(add(load("p")), move("p"))
    assert printed(text, WITHOUT) == block("""
        v5 = i32:0
        loop
          v4 = i32.add(v4, i32.load[2 0 0](v0))
          v0 = i32.add(v0, i32:4)
          v5 = i32.add(v5, i32:1)
          unless i32.ne(v5, v2)
            return v4
        """)
    assert printed(text, WITH) == block("""
        v4 = i32.add(v4, cells.sum[('i32',) (0,) 0 1 1](v0, i32:4, v2))
        return v4
        """)


def test_what_is_read_afterwards_is_set() -> None:
    text = function(
        add(load("p")),
        move("p", 8),
        move("q", "(local.get $d)"),
        result="(i32.add (local.get $p) (i32.add (local.get $q) (local.get $i)))",
    )
    assert printed(text, WITH) == block("""
        v4 = i32.add(v4, cells.sum[('i32',) (0,) 0 1 1](v0, i32:8, v2))
        v0 = i32.add(v0, i32.shl(v2, i32:3))
        v1 = i32.add(v1, i32.mul(v2, v3))
        v5 = v2
        return i32.add(v0, i32.add(v1, v5))
        """)


def test_in_a_loop_a_variable_may_be_carried_to_its_next_round() -> None:
    """Nothing reads the pointer afterwards but the loop itself."""
    inner = function(add(load("p")), move("p")).split("(local $t i64)")[1]
    inner = inner.strip().removesuffix("(local.get $s))")
    text = f"""(func (param $p i32) (param $q i32) (param $n i32) (param $d i32)
        (result i32) (local $s i32) (local $i i32)
      (loop $outer {inner} (br_if $outer (local.get $d))) (local.get $s))"""
    assert "v0 = i32.add(v0, i32.shl(v2, i32:2))" in printed(text, WITH)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            function(add(load("p")), add(load("p", 4)), move("p", 8)),
            "cells.sum[('i32',) (0,) 0 1 2](v0, i32:4, v2)",
            id="two cells a round",
        ),
        pytest.param(
            function(add(load("p", 4)), add(load("p")), move("p", 8)),
            "cells.sum[('i32',) (0,) 0 1 2](v0, i32:4, v2)",
            id="in another order",
        ),
        pytest.param(
            function(add(load("p")), add(load("p", offset=4)), move("p", 8)),
            "cells.sum[('i32',) (0,) 0 1 2](v0, i32:4, v2)",
            id="two offsets",
        ),
        pytest.param(
            function(
                add(load("p")),
                add(load("p", 4)),
                move("p", 8),
                step=2,
                test="(i32.ne (local.get $i) (i32.and (local.get $n) (i32.const -2)))",
            ),
            None,
            id="an end that is computed each time",
        ),
        pytest.param(
            function(add(load("p")), add(load("p", 4)), move("p", 8), step=2),
            "cells.sum[('i32',) (0,) 0 2 2](v0, i32:4, v2)",
            id="an end that may be missed",
        ),
        pytest.param(
            function(
                add(load("p")),
                add(load("p", 4)),
                move("p", 8),
                step=2,
                before="(local.set $n (i32.shl (local.get $n) (i32.const 1)))",
            ),
            "cells.sum[('i32',) (0,) 0 1 1](v0, i32:4, i32.sub(v8, v5))",
            id="an end that is hit",
        ),
        pytest.param(
            function(
                add(load("p")),
                move("p"),
                before="(local.set $i (local.get $n))",
                step=-1,
                test="(local.get $i)",
            ),
            "cells.sum[('i32',) (0,) 0 1 1](v0, i32:4, v2)",
            id="downwards to zero",
        ),
        pytest.param(
            function(
                add(load("p")),
                move("p"),
                test="(i32.add (local.get $i) (i32.sub (local.get $d) (local.get $n)))",
            ),
            "cells.sum[('i32',) (0,) 0 1 1](v0, i32:4, i32.sub(v2, v3))",
            id="to a sum that is zero",
        ),
        pytest.param(
            function(add(load("p", op="i32.load8_s")), move("p", -1)),
            "cells.sum[('i8',) (0,) 0 1 1](v0, i32:4294967295, v2)",
            id="backwards",
        ),
        pytest.param(
            function(add(mul(load("p"), load("q"))), move("p"), move("q")),
            "cells.products[('i32', 'i32') (0, 0) 0 1 1](v0, i32:4, v1, i32:4, v2)",
            id="products",
        ),
        pytest.param(
            function(
                add(mul(load("p", offset=8), load("q", op="i32.load8_u"))),
                move("p", "(local.get $d)"),
                move("q", 1),
            ),
            "cells.products[('i32', 'u8') (8, 0) 0 1 1](v0, v3, v1, i32:1, v2)",
            id="products of different cells",
        ),
        pytest.param(
            function(
                f"(local.set $x {load('p')})",
                add(mul("(local.get $x)", "(local.get $x)")),
                move("p"),
            ),
            "cells.products[('i32', 'i32') (0, 0) 0 1 1](v0, i32:4, v0, i32:4, v2)",
            id="squares",
        ),
        pytest.param(
            function(add(mul(load("p"), "(local.get $d)")), move("p")),
            "i32.mul(v3, cells.sum[('i32',) (0,) 0 1 1](v0, i32:4, v2))",
            id="times something fixed",
        ),
        pytest.param(
            function(f"(local.set $s (i32.sub (local.get $s) {load('p')}))", move("p")),
            "i32.sub(v4, cells.sum[('i32',) (0,) 0 1 1](v0, i32:4, v2))",
            id="differences",
        ),
        pytest.param(
            function(
                "(local.set $t (i64.add (local.get $t)"
                " (i64.load32_u (i32.add (local.get $p) (i32.shl (local.get $i)"
                " (i32.const 2))))))",
                result="(i32.wrap_i64 (local.get $t))",
            ),
            "cells.sum[('u32',) (0,) 0 1 1](v0, i32:4, v2)",
            id="64 bits, and an index that is scaled",
        ),
        pytest.param(
            function(
                add(load("p")),
                move("p"),
                before="(local.set $i (i32.const 40))",
                test="(i32.ne (local.get $i) (i32.const 100))",
                step=3,
            ),
            "cells.sum[('i32',) (0,) 0 1 1](v0, i32:4, i32:20)",
            id="a number of rounds that is known",
        ),
    ],
)
def test_sums(text: str, expected: str | None) -> None:
    if expected is None:
        assert not sums(text)
    else:
        assert expected in sums(text)
        assert "loop" not in printed(text, WITH)


MATMUL = """(func (param $p i32) (param $q i32) (param $n i32) (result i32)
    (local $s i32) (local $i i32) (local $row i32) (local $two i32) (local $end i32)
  (local.set $row (i32.shl (local.get $n) (i32.const 2)))
  (local.set $two (i32.shl (local.get $n) (i32.const 3)))
  (local.set $end (i32.and (local.get $n) (i32.const -2)))
  (loop $again
    (local.set $s (i32.add (local.get $s) (i32.mul (i32.load (local.get $p))
      (i32.load (local.get $q)))))
    (local.set $s (i32.add (local.get $s) (i32.mul
      (i32.load (i32.add (local.get $p) (local.get $row)))
      (i32.load (i32.add (local.get $q) (i32.const 4))))))
    (local.set $p (i32.add (local.get $p) (local.get $two)))
    (local.set $q (i32.add (local.get $q) (i32.const 8)))
    (local.set $i (i32.add (local.get $i) (i32.const 2)))
    (br_if $again (i32.ne (local.get $i) (local.get $end))))
  (local.get $s))"""


def test_lanes_that_are_apart_by_a_variable() -> None:
    """Two rounds of the original loop: the step is twice what is between the two cells."""
    assert "(v0, v5, v1, i32:4, i32.sub(v7, v4))" in sums(MATMUL)
    other = MATMUL.replace("(i32.const 3)", "(i32.const 4)")
    assert sums(other).count("cells.products") == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(function(add(load("p"))), id="one address"),
        pytest.param(
            function(add(load("p")), move("p"), step=8),
            id="a longer step than the cells'",
        ),
        pytest.param(
            function(add(load("p")), move("p", 1 << 25)),
            id="cells too far from each other",
        ),
        pytest.param(
            function(add(load("p")), move("p", "(local.get $d)")),
            id="cells of which it is not known how far they are from each other",
        ),
        pytest.param(
            function(add(load("p")), move("p", "(local.get $i)")),
            id="a step that changes",
        ),
        pytest.param(
            function(add(load("p")), move("p"), move("n", 1)),
            id="an end that moves along",
        ),
        pytest.param(
            function(
                "(i32.store (local.get $q) (local.get $d))",
                add(load("p")),
                move("p"),
                move("q"),
            ),
            id="a store before the load",
        ),
        pytest.param(
            function(
                add(load("p")),
                "(i32.store (local.get $q) (local.get $d))",
                move("p"),
                move("q"),
            ),
            id="a store after the load",
        ),
        pytest.param(
            function(
                add(load("p")),
                move("p"),
                step=3,
                test="(i32.lt_u (local.get $i) (local.get $n))",
            ),
            id="an end that may be passed",
        ),
        pytest.param(
            function(
                add(load("p")), move("p"), test="(i32.eq (local.get $i) (local.get $n))"
            ),
            id="until it is no more equal",
        ),
        pytest.param(
            function(
                add(load("p")),
                move("p"),
                test="(i32.ne (i32.mul (local.get $i) (local.get $i)) (local.get $n))",
            ),
            id="a square that is tested",
        ),
        pytest.param(
            function(
                add(load("p")), move("p"), test="(i32.ne (local.get $s) (local.get $n))"
            ),
            id="a sum that is tested",
        ),
        pytest.param(
            function(
                add(load("p")),
                move("p"),
                test="(i32.ne (local.get $i) (i32.const 7))",
                step=2,
            ),
            id="an end that is sure to be missed",
        ),
        pytest.param(
            function(
                add(load("p")), move("p"), test="(i32.ne (local.get $i) (i32.const 0))"
            ),
            id="all numbers",
        ),
        pytest.param(
            function(
                add(load("p")), move("p"), test="(i32.ne (local.get $i) (i32.const 7))"
            ),
            id="few rounds",
        ),
        pytest.param(
            function(
                add(load("p")),
                move("p"),
                before="(local.set $i (i32.and (local.get $n) (i32.const 3)))",
                step=-1,
                test="(local.get $i)",
            ),
            id="what another loop has left",
        ),
        pytest.param(
            function(add(load("p")), move("p"), add("(i32.const 3)")),
            id="something else that is added",
        ),
        pytest.param(
            function(add(load("p")), move("p"), add("(local.get $i)")),
            id="the index that is added",
        ),
        pytest.param(
            function(add(mul(load("p"), "(local.get $i)")), move("p")),
            id="times the index",
        ),
        pytest.param(
            function(add(mul(load("p"), "(local.get $s)")), move("p")),
            id="times the sum",
        ),
        pytest.param(
            function(add(load("p")), add("(local.get $s)"), move("p")), id="doubled"
        ),
        pytest.param(
            function(add(mul(mul(load("p"), load("q")), load("p", 4))), move("p")),
            id="three cells",
        ),
        pytest.param(
            function(add("(i32.load (i32.load (local.get $p)))"), move("p")),
            id="an address from memory",
        ),
        pytest.param(
            function(add(load("p")), move("p"), f"(local.set $q {load('q')})"),
            id="a load that changes an address",
        ),
        pytest.param(
            function(add(load("p")), move("p"), f"(drop {load('q')})"),
            id="a load that is dropped",
        ),
        pytest.param(
            function(
                f"(local.set $x {load('q')})", add(load("p")), move("p"), move("q")
            ),
            id="a load that nothing needs",
        ),
        pytest.param(
            function(
                f"(local.set $x {load('p')})",
                add("(local.get $x)"),
                move("p"),
                result="(i32.add (local.get $s) (local.get $x))",
            ),
            id="a cell that is read again afterwards",
        ),
        pytest.param(
            function(add("(local.get $x)"), f"(local.set $x {load('p')})", move("p")),
            id="the cell of the round before",
        ),
        pytest.param(
            function(
                add(load("p")), "(i32.store (local.get $q) (local.get $d))", move("p")
            ),
            id="a store",
        ),
        pytest.param(function(add(load("p")), "(call $call)", move("p")), id="a call"),
        pytest.param(
            function(add(load("p")), "(br_if $again (local.get $d))", move("p")),
            id="another way back",
        ),
        pytest.param(
            function(add(f"(i32.xor {load('p')} (i32.const 1))"), move("p")),
            id="another operation",
        ),
        pytest.param(
            function(
                add(load("p")),
                f"(local.set $x (i32.xor (local.get $x) {load('p')}))",
                move("p"),
            ),
            id="another combination",
        ),
    ],
)
def test_loops_that_stay(text: str) -> None:
    assert printed(text, WITH) == printed(text, WITHOUT)


def test_floats_keep_their_order() -> None:
    text = function(
        f"(local.set $f (f64.add (local.get $f) {load('p', op='f64.load')}))",
        move("p", 8),
    ).replace("(local $t i64)", "(local $f f64)")
    assert not sums(text)


def test_offsets_and_places_that_are_not_the_same_way_apart() -> None:
    """One may wrap around where the other does not."""
    text = function(add(load("p")), add(load("p", -8, offset=12)), move("p", 8))
    assert sums(text).count("cells.sum") == 2


def test_with_other_tuning_the_loops_stay() -> None:
    text = function(add(load("p")), move("p"))
    assert sums(text, Options())
    assert not sums(text, Options(tune="pypy")) and not sums(text, Options(optimize=1))
    assert built(text, Options()).statements


# What is set is made of what was there before the loop, whatever began as what.


def test_a_counter_that_began_as_the_sum() -> None:
    text = function(
        add(load("p", op="i32.load8_u")),
        move("p", 1),
        before="(local.set $s (local.get $q)) (local.set $i (local.tee $x (local.get $s)))",
        step=-1,
        test="(local.get $i)",
        result="(i32.add (i32.mul (local.get $s) (i32.const 1000)) (local.get $p))",
    )
    # Each is made of what the other has been: a temporary keeps one.
    assert printed(text, WITH) == block("""
        v4 = v1
        v8 = i32.add(v1, cells.sum[('u8',) (0,) 0 1 1](v0, i32:1, v4))
        v0 = i32.add(v0, v4)
        v4 = v8
        return i32.add(i32.mul(v4, i32:1000), v0)
        """)


def test_two_sums_of_which_each_began_as_the_others_address() -> None:
    text = """(func (param $p i32) (param $q i32) (param $n i32) (result i32)
        (local $s i32) (local $t i32) (local $a i32) (local $b i32)
      (local.set $s (local.get $p)) (local.set $t (local.get $q))
      (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
      (local.set $a (local.get $t)) (local.set $b (local.get $s))
      (loop $again
        (local.set $s (i32.add (local.get $s) (i32.load (local.get $a))))
        (local.set $t (i32.add (local.get $t) (i32.load (local.get $b))))
        (local.set $a (i32.add (local.get $a) (i32.const 4)))
        (local.set $b (i32.add (local.get $b) (i32.const 4)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (i32.sub (local.get $s) (local.get $t)))"""
    lines = [line.strip() for line in printed(text, WITH).splitlines()]
    sums = [line.split(" = ") for line in lines if "cells.sum" in line]
    assert len(sums) == 2
    # Of the second one nothing has been set before.
    (first, _), (_, second) = sums
    assert first not in second
