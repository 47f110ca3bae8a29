"""Cells that a loop goes through: what loads would have given, one by one, until one traps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from wasm2py_runtime import Memory, cells
from wasm2py_runtime.cells import each_cell
from wasm2py_runtime.views import typed_views

PAGE = 65536
MEMORY = Memory(1)
MEMORY.write(0, bytes(at * 7 + at // 256 & 0xFF for at in range(PAGE)))
STRIDES = (1, 2, 4, 20, -1, -4, 1 << 24, -(1 << 24))
PLACES = (0, 3, 1000, PAGE - 64, PAGE - 8, PAGE - 1, PAGE, 2**31, 2**32 - 1)


@pytest.fixture(params=["slices", "cells"], autouse=True)
def way(request: Any, monkeypatch: Any) -> None:
    """Views with slices, and views without."""
    if request.param == "cells":
        monkeypatch.setattr(cells, "SLICED", ())


def gone_through(row: Any) -> list[Any]:
    """The cells of a row, and whether a trap follows them."""
    found: list[Any] = []
    try:
        found.extend(iter_all(row))
    except IndexError:
        found.append("trap")
    return found


def iter_all(row: Any) -> Iterator[Any]:
    yield from row


@pytest.mark.parametrize("name", ["mu8", "mi16", "mu32at4", "mi64", "mf64"])
@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("count", [1, 2, 9])
def test_cells(name: str, stride: int, count: int) -> None:
    view = typed_views(MEMORY._wasm_data, [name])[name]
    for first in PLACES:
        expected: list[Any] = []
        for at in range(first, first + count * stride, stride):
            if not 0 <= at < len(view):
                expected.append("trap")
                break
            expected.append(view[at])
        found = gone_through(each_cell(view, first, stride, count))
        # A list that stops at a trap has the cells before it.
        assert repr(found[-1:]) == repr(expected[-1:])
        if expected[-1] != "trap":
            assert repr(found) == repr(expected)


def test_a_cell_is_loaded_when_its_turn_comes() -> None:
    memory = Memory(1)
    view = typed_views(memory._wasm_data, ["mu32"])["mu32"]
    seen = []
    for cell in each_cell(view, 0, 4, 5):
        seen.append(cell)
        view[len(seen) * 4] = len(seen) + 10
    assert seen == [0, 11, 12, 13, 14]
