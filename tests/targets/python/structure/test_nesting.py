"""Code of any shape stands no deeper than Python's compiler takes."""

from __future__ import annotations

import pytest

import wasm2py
from tests.wasm_tools import assemble


@pytest.mark.parametrize("count", [20, 30, 150, 900])
def test_loops_that_are_left_for_behind_what_follows(count: int) -> None:
    """Each stands in the block that it is left for, behind the one before."""
    wat = _nested(count)
    exports = wasm2py.instantiate(wasm2py.compile(assemble(wat))).exports
    for left in (0, 1, 13, count - 1, count):
        assert exports["f"](left) == _expected(count, left)


def _nested(count: int) -> str:
    """A loop adds up to a multiple of 3, or is left at the number that is the argument."""
    heads = [
        f"""block loop (br_if 1 (i32.eq (local.get 0) (i32.const {number})))
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br_if 0 (i32.rem_u (local.get 1) (i32.const 3))) end"""
        for number in range(count)
    ]
    tails = [
        f"end (local.set 1 (i32.xor (local.get 1) (i32.const {number})))"
        for number in reversed(range(count))
    ]
    body = "\n".join(heads + tails)
    return f"""(module (func (export "f") (param i32) (result i32) (local i32)
        {body} (local.get 1)))"""


def _expected(count: int, left: int) -> int:
    entered = min(left + 1, count)
    value = 3 * min(left, count)
    for number in reversed(range(entered)):
        value ^= number
    return value
