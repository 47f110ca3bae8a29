"""Absolute values are found where nothing has changed between the sign and its use."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

WITH = only("webs", "folding", "signs")
WITHOUT = only("webs", "folding")
X, S = "(local.get $x)", "(local.get $s)"
SHIFT = f"(local.set $s (i32.shr_s {X} (i32.const 31)))"


def function(*statements: str, value: str) -> str:
    return f"""(func (param $x i32) (param $y i32) (result i32) (local $s i32)
      {" ".join(statements)} {value})"""


def magnitude(text: str) -> str:
    """What is returned."""
    lines = printed(text, WITH).splitlines()
    assert not any("shr_s" in line for line in lines)
    return lines[-1].removeprefix("return ")


ABSOLUTE = "select(i32.lt_s(v0, i32:0), i32.sub(i32:0, v0), v0)"
FORMS = [
    (f"(i32.xor (i32.add {X} {S}) {S})", ABSOLUTE),
    (f"(i32.xor {S} (i32.add {S} {X}))", ABSOLUTE),
    (f"(i32.sub (i32.xor {X} {S}) {S})", ABSOLUTE),
    (f"(i32.sub {S} (i32.xor {S} {X}))", f"i32.sub(i32:0, {ABSOLUTE})"),
]


@pytest.mark.parametrize(("value", "expected"), FORMS)
def test_forms(value: str, expected: str) -> None:
    assert magnitude(function(SHIFT, value=value)) == expected


def test_long_ones() -> None:
    text = """(func (param $x i64) (result i64) (local $s i64)
      (local.set $s (i64.shr_s (local.get $x) (i64.const 63)))
      (i64.sub (i64.xor (local.get $x) (local.get $s)) (local.get $s)))"""
    assert magnitude(text) == "select(i64.lt_s(v0, i64:0), i64.sub(i64:0, v0), v0)"


def test_a_sign_that_is_read_again_stays() -> None:
    text = function(SHIFT, value=f"(i32.mul {S} (i32.sub (i32.xor {X} {S}) {S}))")
    assert printed(text, WITH) == block(f"""
        v2 = i32.shr_s(v0, i32:31)
        return i32.mul(v2, {ABSOLUTE})
        """)


OTHERS = {
    "another shift": function(
        SHIFT.replace("31", "30"), value=f"(i32.sub (i32.xor {X} {S}) {S})"
    ),
    "unsigned": function(
        SHIFT.replace("shr_s", "shr_u"), value=f"(i32.sub (i32.xor {X} {S}) {S})"
    ),
    "another number": function(
        SHIFT, value=f"(i32.sub (i32.xor (local.get $y) {S}) {S})"
    ),
    "the number has changed": function(
        SHIFT,
        "(local.set $x (local.get $y))",
        value=f"(i32.sub (i32.xor {X} {S}) {S})",
    ),
    "the sign has changed": function(
        SHIFT,
        "(if (local.get $y) (then (local.set $s (local.get $y))))",
        value=f"(i32.sub (i32.xor {X} {S}) {S})",
    ),
    "its own sign": function(
        f"(local.set $x (i32.shr_s {X} (i32.const 31)))",
        value=f"(i32.sub (i32.xor {X} {X}) {X})",
    ),
    "added twice": function(SHIFT, value=f"(i32.sub (i32.add {X} {S}) {S})"),
    "the other way": function(SHIFT, value=f"(i32.xor {X} (i32.add {S} {S}))"),
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_what_is_no_absolute_value(text: str) -> None:
    assert printed(text, WITH) == printed(text, WITHOUT)
