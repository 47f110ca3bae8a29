"""Code of any shape stands no deeper than Python's compiler takes."""

from __future__ import annotations

import random

import pytest

import wasm2py
from tests.reference import Reference, encode_value, engine
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


@pytest.mark.parametrize("optimize", [0, 2])
def test_rows_of_guards_within_rows(optimize: int) -> None:
    """Each row is a tree of tests, and stands in a leaf of the one around it."""
    wasm = assemble(f"""(module (func (export "f") (param i32) (result i32)
        (local $x i32) (local $rounds i32)
        (local.set $x (local.get 0)) (local.set $rounds (i32.const 400))
        {_rows(random.Random(3), 15, 100)} (local.get $x)))""")
    exports = wasm2py.instantiate(wasm2py.compile(wasm, optimize=optimize)).exports
    reference = Reference(engine(), wasm)
    for argument in range(20):
        wanted = reference.call("f", [argument])
        assert encode_value(exports["f"](argument)) == wanted["result"][0]


def test_switches_in_dispatchers() -> None:
    """A loop that stands too deep is a tree of tests of its blocks, and has another one in it."""
    count = 8500
    wasm = assemble(_dispatched(count))
    exports = wasm2py.instantiate(wasm2py.compile(wasm, optimize=0)).exports
    for argument in (0, 1, 77, count - 1, count, -1):
        assert exports["f"](argument) == (
            count - argument if 0 < argument < count else 0
        )


def _dispatched(count: int) -> str:
    """Loops around conditions, and in the innermost one a switch into blocks one in the other."""
    ends = "(local.set 1 (i32.xor (local.get 1) (i32.const 0))) end "
    turn = "(br_if 0 (i32.eq (local.get 0) (i32.const -2))) end "
    left = """(br_if 0 (i32.eqz (local.get 0)))
        (local.set 1 (i32.add (local.get 1) (i32.const 1))) end\n"""
    inner = f"loop {'block ' * count} block local.get 0 br_table {' '.join(map(str, range(count + 1)))} end {left * count} {turn}"
    body = inner
    for conditions in (10, 4, 10, 10, 10, 10, 10):
        body = f"{'local.get 0 if ' * conditions} {body} {ends * conditions}"
        body = f"loop {body} {turn}"
    return f"""(module (func (export "f") (param i32) (result i32) (local i32)
        {body} (local.get 1)))"""


def _rows(chooser: random.Random, depth: int, length: int) -> str:
    """A loop around blocks one in the other, each left for behind some other; one has such a loop behind it."""
    if not depth:
        return ""
    at = chooser.randrange(length)
    parts = [
        "block loop (br_if 1 (i32.eqz (local.get $rounds)))",
        "(local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))",
        "block " * length,
        *(_left(chooser, length) for _ in range(4)),
    ]
    for number in range(length):
        step = f"(i32.add (i32.mul (local.get $x) (i32.const 5)) (i32.const {number}))"
        parts.append(f"end (local.set $x {step})")
        if number == at:
            parts.append(_rows(chooser, depth - 1, length))
        if number < length - 1:
            parts.append(_left(chooser, length - 1 - number))
    return "\n".join(
        [*parts, "(br_if 0 (i32.lt_s (local.get $x) (i32.const 0))) end end"]
    )


def _left(chooser: random.Random, labels: int) -> str:
    """A branch out of one of so many blocks."""
    bit = 1 << chooser.randrange(12)
    test = f"(i32.and (local.get $x) (i32.const {bit}))"
    return f"(br_if {chooser.randrange(labels)} {test})"
