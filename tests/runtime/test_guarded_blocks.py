"""Memories whose address space native code has reserved, as on Windows: a stand-in for that."""

from __future__ import annotations

import mmap
import sys
from types import ModuleType

import pytest

from wasm2py_runtime import Memory
from wasm2py_runtime.memory import memory_grow
from wasm2py_runtime.reservation import SHARED

PAGE = 65536
ROOM = 8 * PAGE


class Guard(mmap.mmap):
    """A block that says how much of it is there; of which there are so many pages."""

    there = 0

    def __new__(cls, size: int) -> Guard:
        if size > 1 << 40:
            raise MemoryError
        return super().__new__(cls, -1, ROOM)

    def open(self, size: int) -> None:
        """Have more of it."""
        if size > 4 * PAGE:
            raise MemoryError
        self.there = size


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """What native code shares with the process."""
    module = ModuleType(SHARED)
    monkeypatch.setattr(module, "Guard", Guard, raising=False)
    monkeypatch.setitem(sys.modules, SHARED, module)


def owner(target: Memory) -> Guard:
    """What has the bytes of a memory."""
    guard = target.buffer.obj
    assert isinstance(guard, Guard)
    return guard


def test_pages_are_there_before_they_are_used() -> None:
    target = Memory(2)
    guard = owner(target)
    assert guard.there == 2 * PAGE == len(target.buffer)
    target.grow(2)
    assert guard.there == 4 * PAGE == len(target.buffer)
    assert owner(target) is guard


def test_pages_that_are_not_to_be_had() -> None:
    target = Memory(2)
    assert memory_grow(target, 3) == 0xFFFFFFFF
    assert owner(target).there == 2 * PAGE == len(target.buffer)
    assert memory_grow(target, 1) == 2


def test_its_guard_is_that_of_native_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasm2py_runtime.memory.GUARDED", PAGE)
    target = Memory(1)

    def make(block: object) -> object:
        raise AssertionError(block)

    assert target._wasm_guard(make) is owner(target)


def test_where_there_is_no_room() -> None:
    target = Memory(5)
    assert type(target.buffer.obj) is mmap.mmap
    target.grow(1)
    assert len(target.buffer) == 6 * PAGE


def test_a_memory_from_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not moved to a block whose bytes are not all there."""
    monkeypatch.delattr(sys.modules[SHARED], "Guard")
    target = Memory(1)
    monkeypatch.setattr(sys.modules[SHARED], "Guard", Guard, raising=False)
    target.grow(7)
    assert type(target.buffer.obj) is mmap.mmap
