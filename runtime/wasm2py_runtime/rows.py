"""Loops that store one value in many cells, or copy cells, as a whole.

What such a loop does before it traps can be seen afterwards, so where one would trap or
wrap around, its stores are made one by one.
"""

from __future__ import annotations

import itertools
import math

from .errors import Trap
from .memory import Memory, store_bytes
from .sums import number_of_cells
from .views import fill_places, move, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence, Tuple

_FULL = 0xFFFFFFFF
_MASKS = {1: 0xFF, 2: 0xFFFF, 4: 0xFFFFFFFF, 8: 0xFFFFFFFFFFFFFFFF}
# So many bytes, or cells, are made at once.
_CHUNK = 1 << 20


def _cell(value: int, width: int) -> bytes:
    return (value & _MASKS[width]).to_bytes(width, "little")


def store_row(
    memory: Memory,
    width: int,
    to: int,
    value: int,
    count: int,
    step: int = 1,
    lanes: int = 1,
) -> None:
    """Store ``value`` in cells of ``width`` bytes from address ``to`` on, one after the other.

    There are ``lanes`` of them for each ``step`` in ``count``. If that is no whole number
    greater than zero, the loop would go on to a trap.
    """
    if step > 1 or lanes > 1:
        count = number_of_cells(count, step, lanes)
    size = memory._wasm_size
    if not count or to + count * width > size:
        fitting = (size - to) // width
        if fitting > 0:
            store_row(memory, width, to, value, fitting)
        raise Trap("out of bounds memory access")
    cell = _cell(value, width)
    while count > _CHUNK:
        put(memory._wasm_data, to, cell * _CHUNK)
        count -= _CHUNK
        to += _CHUNK * width
    put(memory._wasm_data, to, cell * count)


def store_rows(
    memory: Memory,
    width: int,
    places: Sequence[Tuple[int, int]],
    first: int,
    stride: int,
    value: int,
    count: int,
    step: int = 1,
) -> None:
    """Store ``value`` in cells that may be in any order and have gaps between them.

    There is an address for each ``step`` in ``count``: the first, and then always one that is
    further by ``stride``, modulo 2**32. From each of them, what the first numbers of the places
    say is added, modulo 2**32, and then the second. The cells do not overlap. If the count is no
    multiple of the step greater than zero, the loop would go on to a trap.
    """
    rounds = 0 if count % step else count // step
    last = first + (rounds - 1) * stride
    bottom, top = (first, last) if stride > 0 else (last, first)
    away = [moved + offset for moved, offset in places]
    past = top + max(away) + width
    if rounds and bottom >= 0 and past <= memory._wasm_size:
        if width * len(places) == abs(stride):
            to = bottom + min(away)
            store_row(memory, width, to, value, rounds * len(places))
        else:
            bases = range(bottom, top + 1, abs(stride))
            _store_apart(memory._wasm_data, _cell(value, width), away, bases)
        return
    cell = _cell(value, width)
    for at in range(rounds) if rounds else itertools.count():
        for moved, offset in places:
            base = first + at * stride + moved & _FULL
            store_bytes(memory, base + offset, cell)


def _store_apart(
    data: memoryview, cell: bytes, away: Sequence[int], bases: range
) -> None:
    """Store cells with gaps between them, all of which are in bounds."""
    # A part of the cell is stored at once, if the places are multiples of its size apart.
    size = math.gcd(bases.step, len(cell))
    for distance in away:
        for at in range(0, len(cell), size):
            first = distance + at
            places = range(bases.start + first, bases.stop + first, bases.step)
            fill_places(data, places, cell[at : at + size])


def store_row_while(
    memory: Memory,
    width: int,
    offset: int,
    address: int,
    stride: int,
    index: int,
    step: int,
    end: int,
    value: int,
    mask: int = _FULL,
) -> int:
    """Store ``value`` at the address and move that by ``stride`` and the index by ``step``,
    once and then for as long as the index is less than ``end``; returns the index. Sums wrap
    around: the index's at ``mask``, which is less than ``end`` by one at most.
    """
    cell = _cell(value, width)
    # Cells that overlap are left to the loop: in which order they are stored matters.
    if index < end and stride >= width and step and end + step <= mask:
        rounds = (end - index + step - 1) // step
        first = address + offset
        past = first + (rounds - 1) * stride + width
        if past <= memory._wasm_size and not stride % width:
            fill_places(memory._wasm_data, range(first, past, stride), cell)
        else:
            store_rows(memory, width, ((0, offset),), address, stride, value, rounds)
        return index + rounds * step
    while True:
        store_bytes(memory, address + offset, cell)
        address = address + stride & _FULL
        index = index + step & mask
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


def copy_row_down(
    memory: Memory,
    width: int,
    to: int,
    start: int,
    count: int,
    step: int = 1,
    lanes: int = 1,
) -> None:
    """The same from the cells at ``to`` and ``start`` down, each before the last one."""
    if step > 1 or lanes > 1:
        count = number_of_cells(count, step, lanes)
    length = count * width
    last = width - length  # how far the last cell is from the first one
    past = memory._wasm_size - width
    begins = to <= past and start <= past
    if not length or not begins or to + last < 0 or start + last < 0:
        if begins:
            fitting = min(to, start) // width + 1
            copy_row_down(memory, width, to, start, fitting)
        raise Trap("out of bounds memory access")
    data = memory._wasm_data
    if to < start < to + length:
        # What is read has been written before.
        for at in range(to, to - length, -width):
            cell = bytes(data[at - to + start : at - to + start + width])
            data[at : at + width] = cell
    else:
        move(data, to + last, data, start + last, length)
