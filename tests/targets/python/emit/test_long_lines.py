"""What is too long for a line is computed in few parts, as long as they may be."""

from __future__ import annotations

import wasm2py
from tests.targets.python.choose.test_representation import lines
from tests.wasm_tools import assemble

POLYNOMIAL = "(f64.const 0)"
for _number in range(10):
    _product = f"(f64.mul {POLYNOMIAL} (local.get 0))"
    POLYNOMIAL = f"(f64.add {_product} (f64.const {_number}.0625))"


def function(result: str, value: str) -> str:
    return f"""(func (export "f") (param f64) (result {result})
      (local $x f64) (local.set $x (local.get 0)) {value})"""


def test_parts_fill_lines() -> None:
    found = lines(function("f64", POLYNOMIAL))[1:]
    assert all(len(line) > 40 for line in found[:-1])
    assert len(found) == 3


def test_tests_are_named_with_what_they_choose() -> None:
    choice = f"(select (f64.const 1) {POLYNOMIAL} (f64.lt {POLYNOMIAL} (local.get 0)))"
    assert not any(
        " < " in line and " if " not in line for line in lines(function("f64", choice))
    )


def test_what_comes_before_stays_before() -> None:
    """Of two calls in a long sum, and a memory's cell that they change."""
    sum = "(i32.load (i32.const 0))"
    for number in range(9):
        called = f"(call $next (i32.const {number}))"
        sum = f"(i32.xor (i32.mul (i32.load (i32.const 0)) {called}) (i32.add {sum} (i32.const 5)))"
    text = f"""(module (memory 1)
      (func $next (param i32) (result i32)
        (i32.store (i32.const 0)
          (i32.add (i32.mul (i32.load (i32.const 0)) (i32.const 7)) (local.get 0)))
        (i32.load (i32.const 0)))
      (func (export "f") (result i32) {sum}))"""
    compiled = wasm2py.compile(assemble(text), optimize=0), wasm2py.compile(
        assemble(text)
    )
    first, second = (wasm2py.instantiate(module).exports.f() for module in compiled)
    assert first == second == _expected()


def _expected() -> int:
    cell = 0

    def sum(number: int) -> int:
        nonlocal cell
        if number < 0:
            return cell
        before = cell
        cell = (cell * 7 + number) % 2**32
        return (before * cell ^ sum(number - 1) + 5) % 2**32

    value = sum(8)
    return value - 2**32 if value >= 2**31 else value
