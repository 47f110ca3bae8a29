"""The transfer functions of ranges are sound: tried out on all numbers of four bits.

A fact stands for a set of numbers. What an operation makes of members must be a member of the
fact that it makes of the facts.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Iterable
from itertools import product

import pytest

from wasm2py.analysis.ranges import domain as intervals
from wasm2py.analysis.ranges.induction_variables import _counted, _moved
from wasm2py.ir.nodes import Fact

BITS = 4
SIZE = 1 << BITS
HALF = SIZE // 2
MASK = SIZE - 1
PAIRS = 3000


def signed(number: int) -> int:
    return number - SIZE if number >= HALF else number


def members(fact: Fact) -> set[int]:
    """The unsigned numbers that a fact stands for."""
    step = min(fact.alignment, SIZE)
    return {n % SIZE for n in range(fact.low, fact.high + 1) if n % step == 0}


def all_facts() -> list[Fact]:
    """Those that stand for something: bounds in either reading, and divisors."""
    bounds = [(low, high) for low, high in product(range(-HALF, SIZE), range(SIZE))]
    bounds += product(range(-HALF, 0), range(-HALF, 0))
    facts = [
        Fact(low, high, alignment)
        for alignment in (1, 2, 4)
        for low, high in bounds
        if low <= high and (low >= 0 or high < HALF)
    ]
    facts.append(intervals.of_constant(0))
    return [fact for fact in facts if members(fact)]


FACTS = all_facts()


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Fact, Fact]]:
    """Pairs drawn from all; and all with constants, for which there are special cases."""
    chooser = random.Random(1)
    drawn = [(chooser.choice(FACTS), chooser.choice(FACTS)) for _ in range(PAIRS)]
    constants = [intervals.of_constant(n) for n in range(SIZE)]
    return drawn + list(product(FACTS[::7], constants))


def assert_sound(values: Iterable[int], fact: Fact, *where: object) -> None:
    """The fact is in one of the two readings, and the values are among its members."""
    lowest, highest = (0, MASK) if fact.low >= 0 else (-HALF, HALF - 1)
    assert lowest <= fact.low <= fact.high <= highest, (*where, fact)
    assert set(values) <= members(fact), (*where, fact)


BINARY: dict[str, Callable[[int, int], int | None]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "shl": lambda a, b: a << b % BITS,
    "shr_u": lambda a, b: a >> b % BITS,
    "shr_s": lambda a, b: signed(a) >> b % BITS,
    "div_u": lambda a, b: a // b if b else None,
    "rem_u": lambda a, b: a % b if b else None,
}


def test_all_operations_are_tried() -> None:
    assert set(BINARY) == set(intervals._BINARY)


@pytest.mark.parametrize("op", BINARY)
def test_operations(op: str, pairs: list[tuple[Fact, Fact]]) -> None:
    function, transfer = BINARY[op], intervals._BINARY[op]
    for a, b in pairs:
        found = {function(x, y) for x in members(a) for y in members(b)} - {None}
        values = {value % SIZE for value in found if value is not None}
        if values:
            assert_sound(values, transfer(MASK, a, b), op, a, b)


RELATIONS: dict[str, Callable[[int, int], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt_u": operator.lt,
    "le_u": operator.le,
    "gt_u": operator.gt,
    "ge_u": operator.ge,
    "lt_s": lambda a, b: signed(a) < signed(b),
    "le_s": lambda a, b: signed(a) <= signed(b),
    "gt_s": lambda a, b: signed(a) > signed(b),
    "ge_s": lambda a, b: signed(a) >= signed(b),
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_comparisons(relation: str, pairs: list[tuple[Fact, Fact]]) -> None:
    holds = RELATIONS[relation]
    for a, b in pairs:
        others = members(b)
        values = {x for x in members(a) if any(holds(x, y) for y in others)}
        fact = intervals.refined(relation, a, b, MASK)
        if fact is None:
            assert not values, (a, b)
        else:
            assert_sound(values, fact, a, b)


def test_either_and_both(pairs: list[tuple[Fact, Fact]]) -> None:
    for a, b in pairs:
        assert_sound(members(a) | members(b), intervals.union(a, b, MASK), a, b)
        both = members(a) & members(b)
        if both:
            assert_sound(both, intervals.common(a, b), a, b)
        if intervals.covers(a, b):
            assert members(b) <= members(a)


def test_readings() -> None:
    for fact in FACTS:
        unsigned = intervals.as_unsigned(fact, MASK)
        assert_sound(members(fact), unsigned)
        assert unsigned.low >= 0
        as_signed = intervals.as_signed(fact, MASK)
        assert_sound(members(fact), as_signed)
        assert as_signed.high < HALF
        extended = {signed((n & 3) << 2) >> 2 & MASK for n in members(fact)}
        assert_sound(extended, intervals._extended(3, fact))


def test_bounds_are_not_just_anything() -> None:
    """Sound is also what says nothing: some results are as close as they can be."""
    small, aligned = Fact(1, 3, 1), Fact(4, 8, 4)
    assert intervals._BINARY["add"](MASK, small, small) == Fact(2, 6, 1)
    assert intervals._BINARY["sub"](MASK, small, aligned) == Fact(9, 15, 1)
    assert intervals._BINARY["mul"](MASK, small, Fact(4, 4, 4)) == Fact(4, 12, 4)
    assert intervals._BINARY["and"](MASK, Fact(0, MASK, 1), Fact(12, 12, 4)) == Fact(
        0, 12, 4
    )
    # Only low bits of what there is are cleared.
    assert intervals._BINARY["and"](MASK, Fact(5, 7, 1), Fact(6, 6, 2)) == Fact(4, 6, 2)
    # So are they where all have the same bits above.
    assert intervals._BINARY["and"](MASK, Fact(13, 15, 1), Fact(6, 6, 2)) == Fact(
        4, 6, 2
    )
    assert intervals._BINARY["shr_u"](MASK, aligned, Fact(1, 1, 1)) == Fact(2, 4, 2)
    assert intervals.refined("lt_u", Fact(0, MASK, 1), aligned, MASK) == Fact(0, 7, 1)
    assert intervals.refined("ge_s", Fact(-4, 4, 1), small, MASK) == Fact(1, 4, 1)
    assert intervals.refined("eq", small, aligned, MASK) is None
    assert intervals.union(small, aligned, MASK) == Fact(1, 8, 1)
    assert intervals.common(Fact(0, 9, 1), aligned) == aligned


# Counters

STEPS = (-4, -3, -2, -1, 1, 2, 3, 4)
STARTS = [fact for fact in FACTS if fact.high - fact.low <= 4]


def rounds_of(start: int, end: int, step: int) -> list[int]:
    """The values at a loop's header: until the end is hit, or all there are."""
    values = [start]
    while (start := (start + step) % SIZE) != end and len(values) < SIZE:
        values.append(start)
    return values


def test_counters() -> None:
    chooser = random.Random(2)
    found = 0
    for _ in range(4000):
        start, end = chooser.choice(STARTS), chooser.choice(STARTS)
        step = chooser.choice(STEPS)
        counted = _counted(start, end, step, MASK)
        if counted is None:
            continue
        found += 1
        is_signed, fact = counted
        for first, last in product(members(start), members(end)):
            values = rounds_of(first, last, step)
            assert_sound(values, fact, start, end, step)
            # It goes straight there, in the reading that was named.
            way = list(map(signed, values)) if is_signed else values
            assert way == sorted(way, reverse=step < 0)
            assert len(values) <= (fact.high - fact.low) // abs(step) + 1
    assert found > 400


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_variables_that_move_with_a_counter(step: int, rounds: int) -> None:
    found = 0
    for before in FACTS:
        moved = _moved(before, step, rounds, MASK)
        if moved is not None:
            found += 1
            values = {
                (first + step * done) % SIZE
                for first in members(before)
                for done in range(rounds + 1)
            }
            assert_sound(values, moved, before)
    assert found
