"""Rotations of one variable in one statement share a product."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

WITH = only("rotates")
WITHOUT = only()


def store(value: str) -> str:
    return f"""(func (param $x i32) (param $y i32)
      (i32.store (i32.const 8) {value}))"""


def rotated(op: str, count: int, variable: str = "$x") -> str:
    return f"(i32.{op} (local.get {variable}) (i32.const {count}))"


def test_with_and_without() -> None:
    text = store(f"(i32.xor {rotated('rotl', 7)} {rotated('rotr', 3)})")
    assert printed(text, WITHOUT) == block("""
        i32.store[2 0 0](i32:8, i32.xor(i32.rotl(v0, i32:7), i32.rotr(v0, i32:3)))
        return
        """)
    left = "i32.wrap_i64(i64.shr_u(v2, i64:25))"
    right = "i32.wrap_i64(i64.shr_u(v2, i64:3))"
    assert printed(text, WITH) == block(f"""
        v2 = i64.mul(i64.extend_i32_u(v0), i64:4294967297)
        i32.store[2 0 0](i32:8, i32.xor({left}, {right}))
        return
        """)


@pytest.mark.parametrize(
    ("op", "count", "shift"),
    [
        ("rotl", 0, 0),
        ("rotl", 1, 31),
        ("rotl", 31, 1),
        ("rotl", 32, 0),
        ("rotl", 33, 31),
        ("rotr", 0, 0),
        ("rotr", 31, 31),
        ("rotr", 32, 0),
        ("rotr", -1, 31),
    ],
)
def test_how_far_the_product_is_shifted(op: str, count: int, shift: int) -> None:
    text = store(f"(i32.add {rotated(op, count)} {rotated('rotl', 16)})")
    first = f"i32.wrap_i64(i64.shr_u(v2, i64:{shift}))"
    assert f"i32.add({first}, " in printed(text, WITH)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(rotated("rotl", 7), id="a single one"),
        pytest.param(
            f"(i32.xor {rotated('rotl', 7)} {rotated('rotl', 7, '$y')})",
            id="of different variables",
        ),
        pytest.param(
            f"(i32.xor {rotated('rotl', 7)} (i32.rotl (local.get $x) (local.get $y)))",
            id="by what is not constant",
        ),
        pytest.param(
            f"(i32.xor {rotated('rotl', 7)} (i32.wrap_i64 (i64.rotl"
            " (i64.extend_i32_u (local.get $x)) (i64.const 7))))",
            id="of 64 bits",
        ),
    ],
)
def test_rotations_that_stay(value: str) -> None:
    assert printed(store(value), WITH) == printed(store(value), WITHOUT)


def test_not_across_statements() -> None:
    text = f"""(func (param $x i32)
      (i32.store (i32.const 8) {rotated('rotl', 7)})
      (local.set $x (i32.load (i32.const 4)))
      (i32.store (i32.const 8) {rotated('rotl', 9)}))"""
    assert printed(text, WITH) == printed(text, WITHOUT)
