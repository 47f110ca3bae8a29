"""The next integers of floats, without calls."""

from __future__ import annotations

import math
import struct

import pytest

import wasm2py
from tests.targets.python.choose.test_representation import lines
from tests.wasm_tools import assemble
from wasm2py.targets.base import Options

FLOOR = "(func (param f64) (result f64) (f64.floor (local.get 0)))"


def test_below_and_above() -> None:
    assert lines(FLOOR)[1:] == ["return v0 // 1.0 if v0 - v0 == 0.0 else f64_floor(v0)"]
    sum = "(func (param f64) (result f64) (f64.ceil (f64.add (local.get 0) (local.get 0))))"
    assert lines(sum)[1:] == [
        "return -(-x0 // 1.0) if (x0 := v0 + v0) - x0 == 0.0 else f64_ceil(x0)"
    ]


def test_by_the_runtime_on_pypy() -> None:
    assert lines(FLOOR, Options(tune="pypy"))[1:] == ["return f64_floor(v0)"]


@pytest.mark.parametrize("type", ["f32", "f64"])
def test_all_kinds_of_numbers(type: str) -> None:
    functions = " ".join(f"""(func (export "{op}") (param {type}) (result {type})
          ({type}.{op} (local.get 0)))""" for op in ("floor", "ceil"))
    exports = wasm2py.instantiate(
        wasm2py.compile(assemble(f"(module {functions})"))
    ).exports
    smallest = 2.0**-149 if type == "f32" else 5e-324
    numbers = [0.0, smallest, 0.25, 0.5, 1 - 2.0**-24, 1.0, 1.5, 7.0, 2.0**22 + 0.5]
    numbers += [2.0**23 - 0.5, 2.0**24, 2.0**100, math.inf]
    if type == "f64":
        numbers += [1 - 2.0**-53, 2.0**51 + 0.5, 2.0**52 - 0.5, 2.0**53, 1.7e308]
    for number in numbers:
        for x in (number, -number):
            for op, rounded in (("floor", math.floor), ("ceil", math.ceil)):
                expected = x if math.isinf(x) else math.copysign(float(rounded(x)), x)
                found = exports[op](x)
                assert struct.pack("<d", found) == struct.pack("<d", expected), (op, x)
    assert math.isnan(exports["floor"](math.nan))
    assert math.isnan(exports["ceil"](math.nan))
