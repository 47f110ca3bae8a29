"""Signed divisions by constants, which Python rounds the other way."""

from __future__ import annotations

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
