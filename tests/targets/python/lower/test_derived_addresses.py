"""Addresses that are sums with counters are stepped themselves, and the loop does what it did."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

WITH = only("webs", "folding", "ranges", "derived")
WITHOUT = only("webs", "folding", "ranges")

SUM = "(i32.add (local.get $p) (local.get $i))"
STEP = "(local.set $i (i32.add (local.get $i) (i32.const 1)))"


def loop(body: str, test: str = "(i32.ne (local.get $i) (local.get $n))") -> str:
    return f"""(func (param $p i32) (param $n i32) (result i32) (local $i i32) (local $k i32)
      (loop $next {body} (br_if $next {test}))
      (local.get $i))"""


def store(address: str = SUM) -> str:
    return f"(i32.store8 {address} (i32.mul (i32.load8_u {address}) (i32.const 3)))"


def test_an_address_of_its_own() -> None:
    assert printed(loop(store() + STEP), WITH) == block("""
        v4 = i32.add(v2, v0)
        loop
          i32.store8[0 0 0](v4, i32.mul(i32.load8_u[0 0 0](v4), i32:3))
          v2 = i32.add(v2, i32:1)
          v4 = i32.add(v4, i32:1)
          unless i32.ne(v2, v1)
            return v2
        """)


def test_a_variable_that_is_the_address_gives_its_place() -> None:
    body = f"(local.set $k {SUM})" + store("(local.get $k)") + STEP
    found = printed(loop(body), WITH)
    assert "i32.store8[0 0 0](v4, i32.mul(i32.load8_u[0 0 0](v4), i32:3))" in found
    assert "v3" not in found


def test_a_variable_that_is_read_behind_the_step_is_kept() -> None:
    body = f"(local.set $k {SUM})" + store("(local.get $k)") + STEP
    text = loop(body, "(i32.ne (local.get $k) (local.get $n))")
    assert "v3 = v4" in printed(text, WITH)
    text = loop(body).removesuffix("(local.get $i))") + "(local.get $k))"
    assert "v3 = v4" in printed(text, WITH)


def test_a_counter_of_sums_only_goes() -> None:
    pointer = "(local.set $k (i32.add (local.get $k) (i32.const 1)))"
    text = loop(store() + STEP + pointer, "(i32.ne (local.get $k) (local.get $n))")
    text = text.removesuffix("(local.get $i))") + "(local.get $k))"
    found = printed(text, WITH)
    assert "v2 = i32.add(v2, i32:1)" not in found
    assert "v4 = i32.add(v4, i32:1)" in found


def test_a_sum_that_is_read_behind_the_step_too() -> None:
    text = loop(store() + STEP, f"(i32.ne {SUM} (local.get $n))")
    assert "unless i32.ne(v4, v1)" in printed(text, WITH)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(loop(STEP + store()), id="behind the step"),
        pytest.param(
            loop(f"(if (local.get $n) (then {store()}))" + STEP), id="not in each round"
        ),
        pytest.param(
            loop(store() + f"(if (local.get $n) (then {STEP}))" + STEP),
            id="a counter that is stepped twice",
        ),
        pytest.param(
            loop(store() + STEP + "(local.set $p (i32.load (i32.const 0)))"),
            id="a place that changes",
        ),
        pytest.param(
            loop(store(f"(i32.add {SUM} (i32.const 64))") + STEP), id="a field"
        ),
        pytest.param(
            loop(store() + STEP.replace("const 1", "const 0x1000001")), id="a long step"
        ),
        # The sum does not wrap around.
        pytest.param(
            loop(store() + STEP).replace(
                "(local.get $p)", "(i32.load8_u (i32.const 0))"
            ),
            id="not a variable",
        ),
        pytest.param(
            loop(store() + STEP, "(i32.ne (local.get $i) (i32.const 100))").replace(
                "(loop $next",
                "(local.set $p (i32.and (local.get $p) (i32.const 1023))) (loop $next",
            ),
            id="small numbers",
        ),
    ],
)
def test_loops_that_stay(text: str) -> None:
    assert printed(text, WITH) == printed(text, WITHOUT)
