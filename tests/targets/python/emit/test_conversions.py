"""Integers that Python converts itself, where they meet floats."""

from __future__ import annotations

import pytest

import wasm2py
from tests.targets.python.choose.test_representation import lines
from tests.wasm_tools import assemble
from wasm2py.targets.base import Options

NUMBER = "(f64.convert_i32_u (local.get $n))"
ANOTHER = "(f64.convert_i32_u (local.get $m))"


def function(value: str, type: str = "f64") -> str:
    params = "(param $n i32) (param $m i32) (param $x f64) (param $v i64)"
    return f"(func {params} (result {type}) {value})"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (f"(f64.mul {NUMBER} (f64.const 0.5))", "v0 * 0.5"),
        (f"(f64.sub (local.get $x) {NUMBER})", "v2 - v0"),
        (f"(f64.add {NUMBER} {ANOTHER})", "float(v0) + v1"),
        (f"(f64.div {NUMBER} (f64.const 3))", "v0 / 3.0"),
        (
            f"(f64.div (local.get $x) {NUMBER})",
            "v2 / v0 if v0 else f64_div(v2, v0)",
        ),
        (
            "(f64.add (local.get $x) (f64.convert_i64_u (local.get $v)))",
            "v2 + v3",
        ),
        (f"(f64.neg {NUMBER})", "-float(v0)"),
        (f"(f64.min {NUMBER} (local.get $x))", "f64_min(float(v0), v2)"),
    ],
)
def test_operands(value: str, text: str) -> None:
    assert lines(function(value))[1:] == [f"return {text}"]


def test_the_least_float_of_single_precision_that_is_not_an_integer() -> None:
    small = "(f32.convert_i32_u (i32.shr_u (local.get $n) (i32.const 8)))"
    large = "(f32.convert_i32_u (local.get $n))"
    texts = [
        lines(function(f"(f32.add {number} (f32.const 0.5))", "f32"))[1]
        for number in (small, large)
    ]
    assert texts == [
        "return fround((v0 >> 8) + 0.5)",
        "return fround(fround(float(v0)) + 0.5)",
    ]


def test_what_is_stored() -> None:
    store = f"(f64.store (i32.const 8) {NUMBER}) (local.get $x)"
    assert "mf64[8] = v0" in lines(function(store))


def test_pypy_knows_the_type_of_an_operand() -> None:
    found = lines(function(f"(f64.mul {NUMBER} (f64.const 0.5))"), Options(tune="pypy"))
    assert found[-1] == "return float(v0) * 0.5"


@pytest.mark.parametrize("number", [0, 1, 2**53 + 1, 2**63, 2**64 - 1])
def test_what_comes_of_it(number: int) -> None:
    converted = "(f64.convert_i64_u (local.get $v))"
    text = function(f"(f64.div (local.get $x) {converted})")
    module = wasm2py.compile(assemble(f'(module {text} (export "f" (func 0)))'))
    quotient = wasm2py.instantiate(module).exports["f"]
    expected = 3.0 / float(number) if number else float("inf")
    assert quotient(0, 0, 3.0, number) == expected
    assert quotient(0, 0, -3.0, number) == -expected
