"""Sums of cells: what a loop of loads would come to, traps included."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wasm2py_runtime import Memory, Trap, sums
from wasm2py_runtime.sums import sum_cells, sum_products
from wasm2py_runtime.views import FORMATS, typed_views

PAGE = 65536
FULL = 0xFFFFFFFF
CONTENT = bytes(at * 7 + at // 256 & 0xFF for at in range(PAGE))
KINDS = [kind for kind in FORMATS if kind[0] != "f"]
PLACES = (0, 3, 1000, PAGE - 64, PAGE - 8, PAGE - 1, PAGE, 2**31, FULL - 3, FULL)
STRIDES = (1, 2, 4, 8, 12, -1, -4, -8, FULL, FULL - 11, 1 << 24, 1 << 25, -(1 << 25))

MEMORY = Memory(1)
MEMORY.write(0, CONTENT)


def view(name: str) -> Any:
    return typed_views(MEMORY._wasm_data, [f"m{name}"])[f"m{name}"]


def row(name: str, first: int, stride: int, count: int) -> Iterator[int]:
    """The cells, one by one."""
    kind, _, offset = name.partition("at")
    width = int(kind[1:]) // 8
    for at in range(count):
        place = (first + at * stride & FULL) + int(offset or 0)
        if place + width > PAGE:
            raise IndexError
        cell = CONTENT[place : place + width]
        yield int.from_bytes(cell, "little", signed=kind[0] == "i")


def outcome(call: Callable[[], Any]) -> Any:
    """What a call returns, or that it traps."""
    try:
        return call()
    except (IndexError, Trap):
        return "trap"


@pytest.fixture(params=["slices", "cells"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "cells":
        monkeypatch.setattr(sums, "SLICED", ())


def assert_same_sum(name: str, first: int, stride: int, count: int) -> None:
    made = outcome(lambda: sum_cells(view(name), first, stride, count))
    expected = outcome(lambda: sum(row(name, first, stride, count)))
    assert made == expected, (name, first, stride, count)


@pytest.mark.parametrize("kind", KINDS)
def test_sums(kind: str) -> None:
    for first, stride, count in itertools.product(PLACES, STRIDES, (1, 2, 7, 30)):
        assert_same_sum(kind, first, stride, count)
        assert_same_sum(f"{kind}at8", first, stride, count)


def assert_same_products(
    a: tuple[str, int, int], b: tuple[str, int, int], count: int
) -> None:
    made = outcome(lambda: sum_products(view(a[0]), *a[1:], view(b[0]), *b[1:], count))
    # One row after the other: in which of them a trap is does not matter.
    rows = [
        outcome(lambda: list(row(*a, count))),
        outcome(lambda: list(row(*b, count))),
    ]
    expected: object = "trap"
    if "trap" not in rows:
        expected = sum(x * y for x, y in zip(*rows))
    assert made == expected, (a, b, count)


@pytest.mark.parametrize("kind", ["u8", "i16", "i32", "i64"])
def test_products(kind: str) -> None:
    others = itertools.product((3, 1000, PAGE - 40, FULL), (1, -2, 4, 0, 1 << 25))
    rows = itertools.product((0, 1001, PAGE - 64, PAGE), (4, -8, 8, 20))
    for (first, stride), (other, apart) in itertools.product(rows, others):
        for count in (1, 2, 9):
            assert_same_products((kind, first, stride), ("i16at2", other, apart), count)


def test_a_stride_of_zero() -> None:
    assert sum_cells(view("u8"), 3, 0, 5) == 5 * CONTENT[3]


def test_cells_for_each_step() -> None:
    whole = sum(CONTENT[:24])
    assert sum_cells(view("u8"), 0, 1, 12, 2, 4) == whole
    assert sum_cells(view("u8"), 0, 1, 3, 1, 8) == whole
    squares = sum(byte * byte for byte in CONTENT[:24])
    assert sum_products(view("u8"), 0, 1, view("u8"), 0, 1, 12, 2, 4) == squares


@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_no_whole_number_of_steps(count: int) -> None:
    with pytest.raises(IndexError):
        sum_cells(view("u8"), 0, 1, count, 4)
    with pytest.raises(IndexError):
        sum_products(view("u8"), 0, 1, view("u8"), 0, 1, count, 4, 4)


def test_no_rounds() -> None:
    """They are 2**32: the loop is left when its counter is back where it was."""
    with pytest.raises(IndexError):
        sum_cells(view("u8"), 0, 1, 0)


def test_the_whole_memory() -> None:
    assert sum_cells(view("u8"), 0, 1, PAGE) == sum(CONTENT)
    assert sum_cells(view("i32"), PAGE - 4, -4, PAGE // 4) == sum(
        row("i32", 0, 4, PAGE // 4)
    )
