"""Loops that store one value in cell after cell, or copy cells, as a whole.

What such a loop does before it traps can be seen afterwards, so where one would trap or
wrap around, its stores are made one by one.
"""

from __future__ import annotations

from typing import Sequence

from .errors import Trap
from .memory import Memory, store_bytes
from .sums import number_of_cells
from .views import fill_places, move

_FULL = 0xFFFFFFFF
# So many bytes are made at once.
_CHUNK = 1 << 20


def _cell(value: int, width: int) -> bytes:
    return (value & (1 << 8 * width) - 1).to_bytes(width, "little")


def store_row(
    memory: Memory,
    width: int,
    offsets: Sequence[int],
    first: int,
    span: int,
    stride: int,
    value: int,
) -> None:
    """For each address from ``first`` on by ``stride``, up to ``span`` bytes further:
    store ``value``, of ``width`` bytes, at each of the offsets from it."""
    cell = _cell(value, width)
    start = first + min(offsets)
    past = start + (span - 1) // stride * stride + max(offsets) - min(offsets) + width
    if first + span > _FULL or past > memory._wasm_size:
        for base in range(first, first + span, stride):
            for offset in offsets:
                store_bytes(memory, (base & _FULL) + offset, cell)
    elif stride == width * len(offsets):
        piece = memoryview(cell * min(_CHUNK // width, (past - start) // width))
        for at in range(start, past, len(piece)):
            move(memory._wasm_data, at, piece, 0, min(len(piece), past - at))
    else:
        _store_apart(
            memory._wasm_data, cell, offsets, range(first, first + span, stride)
        )


def _store_apart(
    data: memoryview, cell: bytes, offsets: Sequence[int], bases: range
) -> None:
    """Store cells with gaps between them, all of which are in bounds."""
    for offset in offsets:
        for at, byte in enumerate(cell, offset):
            places = range(bases.start + at, bases.stop + at, bases.step)
            fill_places(data, places, byte)


def store_row_while(
    memory: Memory,
    width: int,
    offset: int,
    base: int,
    index: int,
    step: int,
    end: int,
    value: int,
) -> int:
    """Store ``value`` at ``base + index`` and add ``step`` to the index, once and then
    for as long as it is less than ``end``; returns the index. Sums wrap around."""
    fits = end + step <= _FULL and base + end <= _FULL
    # Cells that overlap are left to the loop: in which order they are stored matters.
    if index < end and step >= width and fits:
        rounds = (end - index + step - 1) // step
        first = base + index
        store_row(memory, width, (offset,), first, rounds * step, step, value)
        return index + rounds * step
    cell = _cell(value, width)
    while True:
        store_bytes(memory, (base + index & _FULL) + offset, cell)
        index = index + step & _FULL
        if index >= end:
            return index


def copy_row(
    memory: Memory,
    width: int,
    to: int,
    start: int,
    count: int,
    step: int = 1,
    lanes: int = 1,
) -> None:
    """Copy cells of ``width`` bytes from address ``start`` on to ``to``, one after the other.

    There are ``lanes`` of them for each ``step`` in ``count``. If that is no whole number
    greater than zero, the loop would go on to a trap.
    """
    if step > 1 or lanes > 1:
        count = number_of_cells(count, step, lanes)
    length = count * width
    past = to + length
    size = memory._wasm_size
    if not length or past > size or start + length > size:
        fitting = max(0, (size - max(to, start)) // width)
        if fitting:
            copy_row(memory, width, to, start, fitting)
        raise Trap("out of bounds memory access")
    data = memory._wasm_data
    if not start < to < start + length:
        move(data, to, data, start, length)
    elif to - start < width:
        for at in range(to, past, width):
            cell = bytes(data[at - to + start : at - to + start + width])
            data[at : at + width] = cell
    else:
        # The bytes up to where they are copied to are repeated.
        pattern = bytes(data[start:to])
        pattern *= min(length, _CHUNK) // len(pattern) + 1
        for at in range(to, past, len(pattern)):
            data[at : min(past, at + len(pattern))] = pattern[: past - at]
