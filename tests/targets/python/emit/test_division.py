"""Signed divisions, which Python rounds the other way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import black
import pytest

import wasm2py
from tests.package.modules import translate
from tests.targets.python.choose.test_representation import lines
from tests.wasm_tools import assemble
from wasm2py.targets.base import DEFAULT_OPTIONS

DIVISORS = (1, 2, 3, 7, 10, 1000)


def test_by_a_negative_number() -> None:
    text = """(func (param $n i32) (result i32)
      (i32.div_s (i32.and (local.get $n) (i32.const 255)) (i32.const -3)))"""
    assert lines(text)[1:] == ["return -((v0 & 255) // 3) % 0x100000000"]
    assert lines(
        text.replace("(i32.and (local.get $n) (i32.const 255))", "(local.get $n)")
    ) == [
        "def f0(v0):",
        "return (-(v0 // 3) if v0 < 0x80000000 else (0x100000000 - v0) // 3) % 0x100000000",
    ]
    assert lines(text.replace("div", "rem"))[1:] == ["return (v0 & 255) % 3"]


@pytest.mark.parametrize("sign", ["", "-"])
def test_long_lines_are_as_black_breaks_them(sign: str) -> None:
    """What does not fit at one of these depths is cut, or broken in brackets."""
    divided = (
        f"(i32.div_s (i32.add (local.get $n) (i32.const 5)) (i32.const {sign}1000000))"
    )
    body = f"(local.set $n (i32.mul {divided} (i32.const 3)))"
    for _ in range(8):
        body = f"(if (local.get $n) (then {body}))"
        wasm = assemble(
            f"(module (func (param $n i32) {body} (call 0 (local.get $n))))"
        )
        source = translate(wasm, DEFAULT_OPTIONS).codes[0].source
        assert source == black.format_str(source, mode=black.Mode())


@pytest.mark.parametrize("bits", [32, 64])
def test_by_every_kind_of_constant(bits: int) -> None:
    half = 1 << bits - 1
    divisors = [
        sign * divisor
        for divisor in (*DIVISORS, half - 1, half)
        for sign in (1, -1)
        if sign * divisor not in (-1, half)
    ]
    functions = " ".join(
        f"""(func (export "{op} {divisor}") (param i{bits}) (result i{bits})
          (i{bits}.{op}_s (local.get 0) (i{bits}.const {divisor})))"""
        for op in ("div", "rem")
        for divisor in divisors
    )
    exports = wasm2py.instantiate(
        wasm2py.compile(assemble(f"(module {functions})"))
    ).exports
    near = {edge + at for edge in (-half, 0, half, *divisors) for at in range(-3, 4)}
    for value in sorted(n for n in near if -half <= n < half):
        for divisor in divisors:
            quotient = abs(value) // abs(divisor)
            if (value < 0) != (divisor < 0):
                quotient = -quotient
            rest = value - quotient * divisor
            assert exports[f"div {divisor}"](value) == quotient, (value, divisor)
            assert exports[f"rem {divisor}"](value) == rest, (value, divisor)


def test_of_two_variables() -> None:
    text = """(func (param i32 i32) (result i32)
      (i32.rem_s (local.get 0) (local.get 1)))"""
    assert lines(text)[1:] == [
        "return v0 % v1 if (v0 | v1) < 0x80000000 else i32_rem_s(v0, v1)"
    ]


def test_of_numbers_that_are_not_negative() -> None:
    text = """(func (param i32 i32) (result i32)
      (i32.div_s (i32.shr_u (local.get 0) (i32.const 1))
        (i32.or (i32.and (local.get 1) (i32.const 7)) (i32.const 1))))"""
    assert lines(text)[1:] == ["return (v0 >> 1) // ((v1 & 7) | 1)"]


def test_by_a_signed_reading() -> None:
    text = """(func (export "f") (param i32) (result i32)
      (i32.div_s (i32.const 100) (i32.extend8_s (local.get 0))))"""
    assert any(" >= 0 else i32_div_s(100, " in line for line in lines(text))
    divided = _exports(f"(module {text})")["f"]
    for divisor in (1, 7, -1, -7, 127, -128):
        quotient = 100 // abs(divisor)
        assert divided(divisor) == (quotient if divisor > 0 else -quotient)


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("op", ["div", "rem"])
def test_by_every_kind_of_variable(bits: int, op: str) -> None:
    """As an unsigned number, as a signed one, and as what a call returns."""
    type, half = f"i{bits}", 1 << bits - 1
    a, b, divided = "(local.get 0)", "(local.get 1)", f"{type}.{op}_s"
    compared = f"(i32.or ({type}.lt_s {a} {b}) ({type}.gt_s {b} {a}))"
    signed = f"(loop (drop (i32.eqz {compared})) (drop (i32.eqz {compared})))"
    exports = _exports(f"""(module
      (func $same (param {type}) (result {type}) {a})
      (func (export "plain") (param {type} {type}) (result {type}) ({divided} {a} {b}))
      (func (export "signed") (param {type} {type}) (result {type})
        (local $x {type}) (local $y {type})
        (loop
          (local.set $x ({type}.shr_s {a} ({type}.const 0)))
          (local.set $y ({type}.shr_s {b} ({type}.const 0)))
          (br_if 0 ({type}.lt_s (local.get $x) ({type}.const {-half})))
          (br_if 0 ({type}.lt_s (local.get $y) ({type}.const {-half}))))
        ({divided} (local.get $x) (local.get $y)))
      (func (export "calls") (param {type} {type}) (result {type}) {signed}
        ({divided} (call $same {a}) (call $same {b}))))""")
    numbers = (0, 1, 2, 7, half - 1, half - 2, -1, -2, -7, -half, 1 - half)
    for name in ("plain", "signed", "calls"):
        for x in numbers:
            for y in numbers:
                if y == 0 or (op == "div" and (x, y) == (-half, -1)):
                    with pytest.raises(wasm2py.Trap):
                        exports[name](x, y)
                    continue
                quotient = abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)
                expected = quotient if op == "div" else x - quotient * y
                assert exports[name](x, y) == expected, (name, x, y)


def _exports(text: str) -> Mapping[str, Any]:
    return wasm2py.instantiate(wasm2py.compile(assemble(text))).exports
