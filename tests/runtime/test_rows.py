"""Rows of cells, equal or copied: what a loop of stores would leave, traps included."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from wasm2py_runtime import Memory, Trap
from wasm2py_runtime.rows import (
    copy_row,
    copy_row_down,
    store_row,
    store_row_while,
    store_rows,
)

PAGE = 65536
FULL = 0xFFFFFFFF
FULL_64 = 0xFFFFFFFFFFFFFFFF
WIDTHS = (1, 2, 4, 8)
Places = tuple[tuple[int, int], ...]
# Each of its bytes is another.
VALUE = 0x1122334455667788


class Naive:
    """A memory of one page whose cells are stored one by one."""

    def __init__(self) -> None:
        self.data = bytearray(PAGE)

    def store(self, address: int, width: int, value: int) -> None:
        if address + width > PAGE:
            raise IndexError
        cell = (value & (1 << 8 * width) - 1).to_bytes(width, "little")
        self.data[address : address + width] = cell

    def rows(
        self, width: int, places: Places, first: int, stride: int, rounds: int
    ) -> None:
        for at in range(rounds):
            for moved, offset in places:
                base = first + at * stride + moved & FULL
                self.store(base + offset, width, VALUE)

    def row_while(
        self,
        width: int,
        offset: int,
        address: int,
        stride: int,
        index: int,
        step: int,
        end: int,
        mask: int,
    ) -> int:
        while True:
            self.store(address + offset, width, VALUE)
            address = address + stride & FULL
            index = index + step & mask
            if index >= end:
                return index


def outcome(call: Callable[[], object]) -> object:
    """What a call returns, or that it traps."""
    try:
        return call()
    except (IndexError, Trap):
        return "trap"


def assert_same_rows(
    width: int, places: Places, first: int, stride: int, rounds: int
) -> None:
    memory, naive = Memory(1), Naive()
    made = outcome(
        lambda: store_rows(memory, width, places, first, stride, VALUE, rounds)
    )
    expected = outcome(lambda: naive.rows(width, places, first, stride, rounds))
    assert made == expected
    assert bytes(memory.buffer) == naive.data
    if places == ((0, places[0][1]),) and stride == width:
        memory = Memory(1)
        to = first + places[0][1]
        assert expected == outcome(
            lambda: store_row(memory, width, to, VALUE, rounds * 3, 3)
        )
        assert bytes(memory.buffer) == naive.data


def rows(width: int) -> Iterator[tuple[Places, int]]:
    """Places and strides of rows: without gaps, in any order, with gaps; upwards and downwards."""
    for count in (1, 2, 3):
        for order in itertools.permutations(range(count)):
            for stride in (width * count, -width * count):
                yield tuple((0, 4 + place * width) for place in order), stride
                yield tuple((place * width, 4) for place in order), stride
    for gap in (1, width, 16):
        yield ((0, 4),), width + gap
        yield ((width, 0), (0, 4 + 2 * width)), -4 * width - 4 - gap


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("first", [3, 1000])
def test_rows_in_bounds(width: int, first: int) -> None:
    for (places, stride), rounds in itertools.product(rows(width), (1, 2, 7)):
        start = first - min(0, rounds * stride)
        assert_same_rows(width, places, start, stride, rounds)


@pytest.mark.parametrize("width", WIDTHS)
def test_rows_at_the_ends_of_memory(width: int) -> None:
    """The cells before the one that does not fit are stored."""
    for places, stride in rows(width):
        size = abs(stride)
        for missing in range(-1, 2 * size + 1):
            past = max(moved + offset for moved, offset in places) + width
            first = PAGE - past - 3 * size + missing
            if stride < 0:
                assert_same_rows(width, places, first + 3 * size, stride, 4)
                first = 3 * size - missing
            assert_same_rows(width, places, first, stride, 4)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("first", [0, 3, 2**31, 2**32 - 64, 2**32 - 1])
def test_rows_that_begin_outside(width: int, first: int) -> None:
    for places, stride in rows(width):
        assert_same_rows(width, places, first, stride, 200)


@pytest.mark.parametrize("count", [0, 7])
def test_rows_without_an_end(count: int) -> None:
    """A count that is no multiple of the step: all of memory from there on."""
    memory = Memory(1)
    with pytest.raises(Trap):
        store_row(memory, 2, PAGE - 5, 0x0101, count, 2)
    assert memory.read(PAGE - 6, 6) == b"\0\1\1\1\1\0"
    with pytest.raises(Trap):
        store_rows(memory, 1, ((0, 0),), PAGE - 6, 3, 0x02, count, 2)
    assert memory.read(PAGE - 6, 6) == b"\2\1\1\2\1\0"


def test_a_row_longer_than_what_is_made_at_once() -> None:
    memory = Memory(40)
    size = 40 * PAGE - 8
    store_row(memory, 1, 4, 5, size)
    assert bytes(memory.buffer) == bytes(4) + b"\5" * size + bytes(4)
    store_row(memory, 4, 4, 0x01020304, size // 4)
    expected = bytes(4) + b"\4\3\2\1" * (size // 4) + bytes(4)
    assert bytes(memory.buffer) == expected


def test_a_value_is_cut_to_its_cell() -> None:
    memory = Memory(1)
    store_row(memory, 1, 0, -2, 2)
    assert memory.read(0, 3) == b"\xfe\xfe\0"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("step", [1, 2, 4, 7, 8, PAGE - 8, FULL])
@pytest.mark.parametrize("mask", [FULL, FULL_64])
def test_rows_up_to_an_end(width: int, step: int, mask: int) -> None:
    """Overlapping cells, wraps of index and address, the end of memory."""
    strides = {step, step * 8 & FULL, 8, 2**31}
    places = itertools.product(
        (0, 5, 9, PAGE - 20, FULL, FULL - 9, 2**31),
        strides,
        (0, 1, 9, PAGE - 16, mask - 3),
        (0, 1, 16, 31, PAGE, mask, mask + 1),
        (0, 6, FULL, FULL - 6),
    )
    for address, stride, index, end, offset in places:
        if end - index > 40 * step:
            continue  # too many rounds
        memory, naive = Memory(1), Naive()
        cell = (width, offset, address, stride, index, step, end)
        made = outcome(partial(store_row_while, memory, *cell, VALUE, mask))
        assert made == outcome(partial(naive.row_while, *cell, mask)), cell
        assert bytes(memory.buffer) == naive.data, cell


def test_a_step_of_zero() -> None:
    """The end has been reached before, or never is."""
    memory = Memory(1)
    assert store_row_while(memory, 1, 0, 11, 0, 3, 0, 3, 9) == 3
    assert memory.read(11, 1) == b"\x09"


def test_one_cell_again_and_again() -> None:
    memory = Memory(1)
    assert store_row_while(memory, 4, 0, 8, 0, 0, 5, 99, 7) == 100
    assert memory.read(4, 12) == b"\0\0\0\0\7\0\0\0\0\0\0\0"


PLACES = (0, 1, 5, 64, 1000, 1003, PAGE - 24, PAGE - 8, PAGE - 1, PAGE, 2**31, FULL)
PATTERN = bytes(at * 7 + at // 256 & 0xFF for at in range(PAGE))


def assert_same_copy(width: int, to: int, start: int, count: int) -> None:
    memory, expected = Memory(1), bytearray(PATTERN)
    memory.write(0, PATTERN)
    made = outcome(lambda: copy_row(memory, width, to, start, count))
    for at in range(0, count * width, width):
        if max(to, start) + at + width > PAGE:
            assert made == "trap"
            break
        cell = expected[start + at : start + at + width]
        expected[to + at : to + at + width] = cell
    else:
        assert made is None
    assert bytes(memory.buffer) == expected, (width, to, start, count)


@pytest.mark.parametrize("width", WIDTHS)
def test_copies(width: int) -> None:
    for to, start, count in itertools.product(PLACES, PLACES, (1, 2, 9)):
        assert_same_copy(width, to, start, count)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_copies_of_what_has_been_copied(width: int, count: int) -> None:
    """Less apart than a cell, than all of them, and at the end of memory."""
    for distance in range(-20, 21):
        assert_same_copy(width, 500 + distance, 500, count)
        start = PAGE - width * count // 2 - max(distance, 0)
        assert_same_copy(width, start + distance, start, count)


def test_a_pattern_longer_than_what_is_made_at_once() -> None:
    memory = Memory(40)
    memory.write(1, b"abcdefg")
    copy_row(memory, 1, 8, 1, 39 * PAGE)
    assert memory.read(1, 39 * PAGE) == (b"abcdefg" * (39 * PAGE // 7 + 1))[: 39 * PAGE]
    assert memory.read(39 * PAGE + 8, 1) == b"\0"


def test_cells_for_each_step() -> None:
    memory = Memory(1)
    memory.write(0, PATTERN)
    copy_row(memory, 2, 1000, 0, 12, 3, 4)
    assert memory.read(1000, 33) == PATTERN[:32] + PATTERN[1032:1033]


@pytest.mark.parametrize("rest", [(0,), (3, 2), (0, 4, 4)])
def test_no_whole_number_of_steps(rest: tuple[int, ...]) -> None:
    """All is copied that there is."""
    memory = Memory(1)
    memory.write(0, PATTERN)
    with pytest.raises(Trap):
        copy_row(memory, 4, PAGE - 18, 0, *rest)
    assert bytes(memory.buffer) == PATTERN[:-18] + PATTERN[:16] + PATTERN[-2:]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_copies_downwards(width: int, count: int) -> None:
    """Apart, overlapping either way, and at both ends of memory."""
    span = width * count
    for distance in (*range(-20, 21), 1000):
        for start in (2000, span // 2 + max(distance, 0), PAGE - width // 2 - 24):
            assert_same_copy_down(width, start - distance, start, count)


def assert_same_copy_down(width: int, to: int, start: int, count: int) -> None:
    memory, expected = Memory(1), bytearray(PATTERN)
    memory.write(0, PATTERN)
    made = outcome(lambda: copy_row_down(memory, width, to, start, count))
    for at in range(0, -width * count, -width):
        low, high = sorted((to + at, start + at))
        if low < 0 or high + width > PAGE:
            assert made == "trap"
            break
        cell = expected[start + at : start + at + width]
        expected[to + at : to + at + width] = cell
    else:
        assert made is None
    assert bytes(memory.buffer) == expected, (to, start)
