"""Tests for a span, written as one unsigned comparison, are two comparisons in Python."""

from __future__ import annotations

import itertools
import operator

import pytest

import wasm2py
from tests.targets.python.choose.test_representation import lines
from tests.wasm_tools import assemble
from wasm2py.targets.base import Options

RELATIONS = {
    "lt_u": operator.lt,
    "le_u": operator.le,
    "gt_u": operator.gt,
    "ge_u": operator.ge,
}
BYTE = "(i32.and (local.get $x) (i32.const 255))"


def digit(value: str = "(i32.load8_u (local.get $p))") -> str:
    span = f"(i32.and (i32.sub {value} (i32.const 48)) (i32.const 255))"
    return f"""(func (param $p i32) (result i32) (local $c i32)
      (local.set $c {value})
      (if (i32.lt_u {span.replace(value, '(local.get $c)')} (i32.const 10))
        (then (return (i32.sub (local.get $c) (i32.const 48)))))
      (i32.const -1))"""


def test_a_digit() -> None:
    assert lines(digit()) == [
        "def f0(v0):",
        "v1 = mu8[v0]",
        "if not 48 <= v1 <= 57:",
        "return 0xFFFFFFFF",
        "return v1 - 48",
    ]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("(local.get $p)", id="of a number that may be larger"),
        pytest.param("(i32.load16_u (local.get $p))", id="of sixteen bits"),
        pytest.param("(i32.load8_s (local.get $p))", id="with a sign"),
    ],
)
def test_not_of_what_has_more_bits(value: str) -> None:
    assert not any(" <= " in line for line in lines(digit(value)))


def test_without_ranges_nothing_is_known() -> None:
    found = lines(digit(), Options(without=("ranges", "webs")))
    assert "if ((v1 - 48) & 255) >= 10:" in found
    assert "return v1 - 48 if v1 >= 48 else v1 + 0xFFFFFFD0" in found


@pytest.mark.parametrize(
    "op,mask", [("add", 255), ("sub", 255), ("add", 0), ("sub", 0)]
)
def test_every_byte(op: str, mask: int) -> None:
    """For spans within the bytes, around their ends, and beyond."""
    starts = (0, 1, 48, 65, 128, 200, 255, 256, 300, -1, -48, -200, 2**31)
    counts = (0, 1, 10, 26, 128, 255, 256, 257, 2**31, -1)
    cases = list(itertools.product(starts, counts, RELATIONS))
    functions = []
    for number, (start, count, relation) in enumerate(cases):
        span = f"(i32.{op} {BYTE} (i32.const {start}))"
        if mask:
            span = f"(i32.and {span} (i32.const {mask}))"
        test = f"(i32.{relation} {span} (i32.const {count}))"
        functions.append(
            f'(func (export "t{number}") (param $x i32) (result i32) (i32.add {test}'
            f" (if (result i32) {test} (then (i32.const 2)) (else (i32.const 0)))))"
        )
    module = wasm2py.compile(assemble(f"(module {' '.join(functions)})"))
    exports = wasm2py.instantiate(module).exports
    for number, (start, count, relation) in enumerate(cases):
        function = exports[f"t{number}"]
        for x in (0, 1, 47, 48, 57, 58, 65, 127, 128, 199, 200, 254, 255):
            moved = getattr(operator, op)(x, start) & (mask or 0xFFFFFFFF)
            expected = 3 * RELATIONS[relation](moved, count & 0xFFFFFFFF)
            assert function(x) == expected, (x, start, count, relation)
