"""Signed comparisons of numbers that are kept without a sign."""

from __future__ import annotations

import pytest

import wasm2py
from tests.targets.python.choose.test_representation import lines
from tests.wasm_tools import assemble

RELATIONS = ("lt_s", "le_s", "gt_s", "ge_s")
NUMBERS = (0, 1, 41, 42, 2**30, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)


def function(relation: str, left: str, right: str) -> str:
    test = f"(i32.{relation} {left} {right})"
    return f"(func (param $n i32) (param $m i32) (result i32) {test})"


def test_two_numbers_of_which_nothing_is_known() -> None:
    text = function("lt_s", "(local.get $n)", "(local.get $m)")
    assert lines(text)[1:] == [
        "return v0 < v1 if v0 < 0x3FFFFFFF > v1 else (v0 ^ 0x80000000) < (v1 ^ 0x80000000)"
    ]


POSITIVE = "(local.set $m (i32.shr_u (local.get $m) (i32.const 1)))"
SUM = "(i32.add (local.get $n) (i32.const 9))"


def compared(relation: str, left: str, right: str) -> str:
    """Another function is called with the number so that it is kept."""
    body = f"{POSITIVE} (call 0 (local.get $m) (local.get $m)) (drop)"
    return function(relation, left, right).replace(
        "(i32." + relation, f"{body} (i32.{relation}"
    )


@pytest.mark.parametrize(
    ("relation", "text"),
    [
        ("gt_s", "w0 < v0 < 0x80000000"),
        ("ge_s", "w0 <= v0 < 0x80000000"),
        ("lt_s", "not w0 <= v0 < 0x80000000"),
        ("le_s", "not w0 < v0 < 0x80000000"),
    ],
)
def test_a_number_that_is_not_negative(relation: str, text: str) -> None:
    found = lines(compared(relation, "(local.get $n)", "(local.get $m)"))
    assert found[-1] == f"return {text}"
    mirrored = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}[relation[:2]] + "_s"
    found = lines(compared(mirrored, "(local.get $m)", "(local.get $n)"))
    assert found[-1] == f"return {text}"


def test_a_sum_is_compared_with_it() -> None:
    found = lines(compared("gt_s", SUM, "(local.get $m)"))
    assert found[-1] == "return w0 < (v0 + 9) % 0x100000000 < 0x80000000"


@pytest.mark.parametrize("relation", RELATIONS)
def test_what_comes_of_it(relation: str) -> None:
    tests = [
        function(relation, "(local.get $n)", "(local.get $m)"),
        compared(relation, "(local.get $n)", "(local.get $m)"),
        compared(relation, "(local.get $m)", SUM),
    ]
    exports = " ".join(f'(export "{at}" (func {at}))' for at in range(3))
    module = wasm2py.compile(assemble(f"(module {' '.join(tests)} {exports})"))
    functions = list(wasm2py.instantiate(module).exports.values())
    compare = {
        "lt_s": int.__lt__,
        "le_s": int.__le__,
        "gt_s": int.__gt__,
        "ge_s": int.__ge__,
    }[relation]
    for n in NUMBERS:
        for m in NUMBERS:
            sum = signed(n + 9)
            assert functions[0](n, m) == compare(signed(n), signed(m)), (n, m)
            assert functions[1](n, m) == compare(signed(n), m >> 1), (n, m)
            assert functions[2](n, m) == compare(m >> 1, sum), (n, m)


def signed(number: int) -> int:
    return (number + 2**31) % 2**32 - 2**31
