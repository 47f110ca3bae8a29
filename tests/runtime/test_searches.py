"""Searches for bytes: what a loop of loads would come to, traps included."""

from __future__ import annotations

from typing import Any

import pytest

from wasm2py_runtime import Memory, Trap
from wasm2py_runtime.searches import find_byte

PAGE = 65536


class Owner:
    """A memory whose bytes belong to what has no way to find one."""

    def __init__(self, memory: Memory) -> None:
        self._wasm_size = PAGE
        self._wasm_data = Data(bytes(memory.buffer))


class Data(bytes):
    obj = None


def memory() -> Memory:
    made = Memory(1)
    made.write(0, b"\x01" * PAGE)
    for at in (3, 4, 700, PAGE - 1):
        made.write(at, b"\xfe")
    return made


@pytest.mark.parametrize("owned", [False, True])
@pytest.mark.parametrize(
    ("first", "found"),
    [(0, 3), (3, 3), (4, 4), (5, 700), (701, PAGE - 1), (PAGE - 1, PAGE - 1)],
)
def test_the_first_one_is_found(first: int, found: int, owned: bool) -> None:
    where: Any = Owner(memory()) if owned else memory()
    assert find_byte(where, first, 254) == found


@pytest.mark.parametrize("owned", [False, True])
@pytest.mark.parametrize(
    ("byte", "first"),
    [
        (254, PAGE),
        (0, 0),
        (0, PAGE - 1),
        (254, 2**32 - 1),
        (254 + 256, 0),
        (2**32 - 2, 0),
    ],
)
def test_none_is_a_trap(byte: int, first: int, owned: bool) -> None:
    where: Any = Owner(memory()) if owned else memory()
    with pytest.raises(Trap, match="out of bounds memory access"):
        find_byte(where, first, byte)


def test_bytes_behind_the_end_are_not_looked_at() -> None:
    grown = Memory(1, 2)
    with pytest.raises(Trap):
        find_byte(grown, 0, 7)
    grown.grow(1)
    grown.write(PAGE + 5, b"\x07")
    assert find_byte(grown, 0, 7) == PAGE + 5
