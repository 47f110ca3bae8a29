"""What operations do to a slot, by a plain model that shows each effect.

Standard library only and Python 3.9: it runs under other interpreters too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Optional

from tests.moments.operations import (
    DATA,
    LOADS,
    PASSIVE,
    RAISE,
    SET,
    SLOT_BYTES,
    STORES,
    TABLE_RANGE,
    WRONG_TYPE,
    Operation,
    float_of,
)

MASK = 0xFFFFFFFF
# A function by the slot of its instance and its number.
Element = Optional[tuple[int, int]]  # noqa: UP045, evaluated by Python 3.9
# Whose function the host puts into tables.
GUEST = 1
HOST_RAISED = "the host's own"
TRAPS = {
    "zero": "integer divide by zero",
    "far": "out of bounds memory access",
    "unreachable": "unreachable",
}


class ModelTrap(Exception):
    """The operation traps, with these words, and has had no effect that is not shown."""


def host_value(argument: int) -> int:
    """What the host answers, in the signed form."""
    value = (argument * 5 + 1) & MASK
    return value - (1 << 32) if value >> 31 else value


def called(element: Element, argument: int) -> int:
    """The outcome of ``call_indirect``."""
    if element is None:
        raise ModelTrap("uninitialized element")
    slot, target = element
    base = slot * SLOT_BYTES
    if target == WRONG_TYPE:
        raise ModelTrap("indirect call type mismatch")
    if target == 3:
        return host_value(argument) & MASK
    if target == 2:
        argument &= ~7
    return (base + argument * (target + 3)) & MASK


class State:
    """A slot as it is after some effects."""

    def __init__(self, slot: int) -> None:
        self.slot = slot
        self.data = bytearray(DATA)
        self.table: list[Element] = [None] * TABLE_RANGE
        self.globals: list[Any] = [0, 0, 0.0]

    def copy(self) -> State:
        other = State(self.slot)
        other.data[:] = self.data
        other.table[:] = self.table
        other.globals[:] = self.globals
        return other

    def key(self) -> tuple[Any, ...]:
        """Equal for equal states."""
        return bytes(self.data), tuple(self.table), tuple(self.globals)

    def effects(self, operation: Operation) -> Iterator[None]:
        """Do an operation, giving control after each effect. Raises ModelTrap."""
        kind, *rest = operation
        method = getattr(self, "_" + kind.replace(".", "_"))
        yield from method(*rest)

    def _write(self, to: int, width: int, value: int) -> None:
        masked = value & ((1 << 8 * width) - 1)
        self.data[to : to + width] = masked.to_bytes(width, "little")

    def _target(self, target: int | None) -> Element:
        return None if target is None else (self.slot, target)

    # What follows is called by the names of operations.

    def _store(self, store: str, to: int, value: int) -> Iterator[None]:
        type_, width = STORES[store]
        if type_ in ("i32", "i64"):
            self._write(to, width, value)
        else:
            form = "<f" if width == 4 else "<d"
            struct.pack_into(form, self.data, to, float_of(value))
        yield

    def _move(
        self, load: str, start: int, store: str, to: int, more: int
    ) -> Iterator[None]:
        _, width, signed = LOADS[load]
        cell = self.data[start : start + width]
        value = int.from_bytes(cell, "little", signed=signed) + more
        self._write(to, STORES[store][1], value)
        yield

    def _loop(
        self, store: str, start: int, count: int, value: int, step: int
    ) -> Iterator[None]:
        width = STORES[store][1]
        for i in range(count):
            self._write(start + i * width, width, value + i * step)
            yield

    def _sum(self, start: int, count: int, to: int) -> Iterator[None]:
        self._write(to, 4, sum(self.data[start : start + count]))
        yield

    def _global(self, index: int, value: int) -> Iterator[None]:
        if index == 2:
            self.globals[2] += float(value)
        else:
            bits = 32 if index == 0 else 64
            total = (self.globals[index] + value) & ((1 << bits) - 1)
            self.globals[index] = total - (1 << bits) if total >> bits - 1 else total
        yield

    def _memory_fill(self, to: int, value: int, count: int) -> Iterator[None]:
        self.data[to : to + count] = bytes([value]) * count
        yield

    def _memory_copy(self, to: int, start: int, count: int) -> Iterator[None]:
        self.data[to : to + count] = bytes(self.data[start : start + count])
        yield

    def _memory_init(self, to: int, start: int, count: int) -> Iterator[None]:
        self.data[to : to + count] = PASSIVE[start : start + count]
        yield

    def _memory_grow(self, pages: int) -> Iterator[None]:
        yield  # what is no slot's own is checked by itself

    def _table_grow(self, count: int, target: int | None) -> Iterator[None]:
        yield

    def _edge(self, load: str) -> Iterator[None]:
        yield

    def _table_set(self, index: int, target: int | None) -> Iterator[None]:
        self.table[index] = self._target(target)
        yield

    def _table_get(self, to: int, start: int) -> Iterator[None]:
        self.table[to] = self.table[start]
        yield

    def _table_fill(self, to: int, target: int | None, count: int) -> Iterator[None]:
        self.table[to : to + count] = [self._target(target)] * count
        yield

    def _table_copy(self, to: int, start: int, count: int) -> Iterator[None]:
        self.table[to : to + count] = self.table[start : start + count]
        yield

    def _table_init(self, to: int, start: int, count: int) -> Iterator[None]:
        targets = range(start, start + count)
        self.table[to : to + count] = [(self.slot, target) for target in targets]
        yield

    def _call(
        self, index: int, argument: int, to: int, known: int | None
    ) -> Iterator[None]:
        if known is not None:
            self.table[index] = (self.slot, known)
            yield
        self._write(to, 4, called(self.table[index], argument))
        yield

    def _host(self, code: int, argument: int, to: int) -> Iterator[None]:
        if code == RAISE:
            raise ModelTrap(HOST_RAISED)
        if code == SET:
            self.table[argument % TABLE_RANGE] = (GUEST, 1)
            yield
        self._write(to, 4, host_value(argument))
        yield

    def _trap(self, kind: str) -> Iterator[None]:
        yield from ()
        raise ModelTrap(TRAPS[kind])

    def _deep(self, depth: int, operation: Operation) -> Iterator[None]:
        yield from self.effects(operation)

    _brink = _deep
