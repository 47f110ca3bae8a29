"""Roundings to single precision in loops, through a cell, and divisions there."""

from __future__ import annotations

import pytest

from tests.package.modules import translate
from tests.targets.python.choose.test_representation import lines
from tests.wasm_tools import assemble
from wasm2py.targets.base import Options

X = "(f32.load (local.get $p))"


def loop(*body: str) -> list[str]:
    """The lines of a loop's body, and before them whether there is a cell."""
    text = f"""(func (param $p i32) (local $s f32)
      (loop $next
        {' '.join(body)}
        (local.set $p (i32.sub (local.get $p) (i32.const 4)))
        (br_if $next (local.get $p)))
      (f32.store (i32.const 0) (local.get $s)))"""
    found = lines(text)
    start = found.index("while True:")
    return [line for line in found[:start] if "cell" in line] + found[start + 1 : -4]


def test_what_is_assigned() -> None:
    square = f"(local.set $s (f32.mul {X} (local.get $s)))"
    assert loop(square) == ["r = rounding_cell()", "r[0] = mf32[v0] * v1", "v1 = r[0]"]


def test_what_is_inside() -> None:
    value = (
        f"(f32.add (f32.mul {X} (f32.const 2)) (f32.mul (local.get $s) (f32.const 3)))"
    )
    assert loop(f"(local.set $s {value})") == [
        "r = rounding_cell()",
        "r[0] = mf32[v0] * 2.0",
        "x0 = r[0]",
        "r[0] = v1 * 3.0",
        "x1 = r[0]",
        "r[0] = x0 + x1",
        "v1 = r[0]",
    ]


def test_what_is_stored_is_rounded_by_the_view() -> None:
    assert loop(f"(f32.store offset=4 (local.get $p) (f32.mul {X} {X}))") == [
        "mf32at4[v0] = mf32[v0] * mf32[v0]"
    ]


def test_what_is_compared() -> None:
    condition = f"(f32.lt (f32.add {X} (f32.const 1)) (f32.const 9))"
    assert loop(f"(if {condition} (then (local.set $s (f32.const 4))))") == [
        "r = rounding_cell()",
        "r[0] = mf32[v0] + 1.0",
        "x0 = r[0]",
        "if x0 < 9.0:",
        "v1 = 4.0",
    ]


def test_an_arm_that_may_not_be_evaluated() -> None:
    arm = "(f32.mul (local.get $s) (f32.const 3))"
    value = f"(select {arm} (f32.const 1) (i32.load (local.get $p)))"
    found = loop(f"(local.set $s {value})")
    assert found[0] == "v1 = fround(v1 * 3.0) if mu32[v0] else 1.0"


def test_the_order_of_a_call_and_a_load() -> None:
    text = f"""(func $f (result f32) (f32.store (i32.const 8) (f32.const 2)) (f32.const 1))
      (func (param $p i32) (local $s f32)
      (loop $next
        (local.set $s (f32.add (call $f) (f32.mul {X} (f32.const 2))))
        (br_if $next (i32.load (i32.const 0))))
      (f32.store (i32.const 0) (local.get $s)))"""
    found = translate(assemble(f"(module (memory 1) {text})")).codes[1].source
    assert found.index("f0()") < found.index("mf32[v0] * 2.0")


def test_what_a_call_must_not_change_is_read_before_it() -> None:
    # The rounded sum conflicts with the call, and the call with what stands before it.
    text = f"""(global $g (mut i32) (i32.const 1))
      (func $f (result i32) (global.set $g (i32.const 100)) (i32.const 0))
      (func $h (param i32 i32 f32) (result i32) (local.get 0))
      (func (param $p i32) (param $x f32) (result i32) (local $s i32)
        (loop $next
          (local.set $s (i32.add (local.get $s) (call $h
            (global.get $g) (call $f) (f32.add {X} (local.get $x)))))
          (br_if $next (local.tee $p (i32.sub (local.get $p) (i32.const 1)))))
        (local.get $s))"""
    found = translate(assemble(f"(module (memory 1) {text})")).codes[2].source
    order = [found.index(part) for part in ("g0.raw", "f0()", "mf32[v0] + v1", "f1(")]
    assert order == sorted(order)


def test_an_address_that_may_trap_is_evaluated_before_what_is_stored() -> None:
    stored = f"(f32.mul (f32.add {X} (f32.const 1)) (f32.const 2))"
    found = loop(f"(f32.store (i32.load (i32.const 64)) {stored})")
    assert found == [
        "r = rounding_cell()",
        "x0 = mu32[64]",
        "r[0] = mf32[v0] + 1.0",
        "x1 = r[0]",
        "mf32[x0] = x1 * 2.0",
    ]


def test_results_are_rounded_in_their_order() -> None:
    text = """(func $f (result i32) (f32.store (i32.const 8) (f32.const 2)) (i32.const 1))
      (func (param $p i32) (result i32 f32)
        (loop $next
          (br_if $next (i32.load (i32.const 0)))
          (return (call $f)
            (f32.mul (f32.add (f32.load (i32.const 8)) (f32.const 1)) (f32.const 2))))
        (i32.const 0) (f32.const 0))"""
    found = translate(assemble(f"(module (memory 1) {text})")).codes[1].source
    assert found.index("f0()") < found.index("mf32[8]")


@pytest.mark.parametrize(
    "options", [Options(tune="pypy"), Options(without=("rounding",))]
)
def test_without(options: Options) -> None:
    text = f"""(func (param $p i32) (local $s f32)
      (loop $next
        (local.set $s (f32.mul {X} (local.get $s)))
        (br_if $next (i32.load (i32.const 0))))
      (f32.store (i32.const 0) (local.get $s)))"""
    assert not any("cell" in line for line in lines(text, options))


def test_once_outside_of_loops() -> None:
    text = f"""(func (param $p i32) (local $s f32)
      (local.set $s (f32.mul {X} (local.get $s)))
      (f32.store (i32.const 0) (local.get $s))
      (f32.store (i32.const 4) (local.get $s)))"""
    assert any("fround(" in line for line in lines(text))


def test_a_small_integer_is_not_rounded() -> None:
    text = "(func (param $p i32) (result f32) (f32.convert_i32_u (i32.load{} (local.get $p))))"
    assert lines(text.format("16_u"))[1] == "return float(mu16[v0])"
    assert lines(text.format(""))[1] == "return fround(float(mu32[v0]))"


Y = "(f64.load (local.get $p))"


def double_loop(value: str) -> list[str]:
    """The lines of a loop that gives a double a value."""
    text = f"""(func (param $p i32) (param $d f64) (local $s f64)
      (loop $next
        (local.set $s {value})
        (local.set $p (i32.sub (local.get $p) (i32.const 4)))
        (br_if $next (local.get $p)))
      (f64.store (i32.const 0) (local.get $s)))"""
    found = lines(text)
    return found[found.index("while True:") + 1 : -4]


def test_a_dividend_has_a_name() -> None:
    value = f"(f64.div (f64.mul {Y} (local.get $s)) (local.get $d))"
    assert double_loop(value) == [
        "x0 = mf64[v0] * v2",
        "v2 = x0 / v1 if v1 else f64_div(x0, v1)",
    ]


def test_divisions_inside_of_others() -> None:
    value = f"(f64.add (f64.div {Y} (local.get $d)) (f64.const 1))"
    value = f"(f64.div (f64.const 2) {value})"
    assert double_loop(value) == [
        "x0 = mf64[v0]",
        "x2 = (x0 / v1 if v1 else f64_div(x0, v1)) + 1.0",
        "v2 = 2.0 / x2 if x2 else f64_div(2.0, x2)",
    ]


def test_a_dividend_may_be_divided_by_a_constant_where_it_stands() -> None:
    value = f"(f64.div (f64.mul {Y} (local.get $s)) (f64.const 3))"
    assert double_loop(value) == ["v2 = mf64[v0] * v2 / 3.0"]


def test_a_division_in_an_arm_that_may_not_be_evaluated() -> None:
    quotient = "(f64.div (f64.mul (local.get $s) (f64.const 2)) (local.get $d))"
    value = f"(select {quotient} (f64.const 1) (i32.load (local.get $p)))"
    (line,) = double_loop(value)
    assert line == "v2 = f64_div(v2 * 2.0, v1) if mu32[v0] else 1.0"


def test_quotients_and_roots_of_single_precision() -> None:
    value = "(f32.div (f32.sqrt (local.get $s)) (f32.load (local.get $p)))"
    assert loop(f"(local.set $s {value})") == [
        "r = rounding_cell()",
        "r[0] = sqrt(v1) if v1 >= 0.0 else f64_sqrt(v1)",
        "x0 = r[0]",
        "r[0] = x0 / x1 if (x1 := mf32[v0]) else f64_div(x0, x1)",
        "v1 = r[0]",
    ]
