"""How often code is expected to run."""

from __future__ import annotations

from typing import Final

from wasm2py.ir.nodes import FUNCTION, LOOP, NOTHING, Statement

# How much more often than the code around it a loop's body runs, for so many loops at most.
_LOOP_WEIGHT: Final = 8
_DEEPEST: Final = 4


_WEIGHTS: Final = tuple(int(_LOOP_WEIGHT**depth) for depth in range(_DEEPEST + 1))


def loop_weight(depth: int) -> int:
    """How often code runs that so many loops are around."""
    return _WEIGHTS[depth] if depth < _DEEPEST else _WEIGHTS[_DEEPEST]


_MOST: Final = loop_weight(_DEEPEST)


def weighted(statements: list[Statement]) -> list[tuple[Statement, int]]:
    """All statements, those inside of others after these, as `every` gives them.

    With each goes how often what it evaluates itself is evaluated. What leaves the function
    runs once at most, what leaves a loop as often as the code around that.
    """
    found: list[tuple[Statement, int]] = []
    # Lists, how often they run, and how often the code around the innermost loop does.
    lists = [(statements, 1, 1)]
    for block, weight, outside in lists:  # which grows
        left = block[-1].leaves() if block else NOTHING
        if left == FUNCTION:
            weight = 1
        elif left == LOOP:
            weight = outside
        for statement in block:
            parts = statement.parts()
            if not parts:
                found.append((statement, weight))
                continue
            inner, around = weight, outside
            if statement.repeats():
                inner, around = min(weight * _LOOP_WEIGHT, _MOST), weight
            each_round = statement.evaluates_each_round()
            found.append((statement, inner if each_round else weight))
            lists += [(part, inner, around) for part in parts if part]
    return found
