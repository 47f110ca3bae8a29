"""Chooses the accumulators that add up unmasked.

A variable that a loop adds something to, and of which only low bits are used there, need not be masked
in each iteration: whoever wants its exact value masks it. The number then grows, but by no more than
the summands' size in each iteration, so in any time that a program can run for it stays short.
This needs that no summand grows likewise (`s += s`, or two sums that are added to each other, double each
iteration), so a sum with another unmasked sum in it is masked.
"""

from __future__ import annotations

from typing import Final

from wasm2py.analysis.ranges.induction_variables import ADDITIVE, SUBTRACTIONS
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Expression,
    Statement,
    Variable,
    signed_value,
)
from wasm2py.ir.walk import variables
from wasm2py.spec.types import MASKS
from wasm2py.targets.python.tree.function import StructuredFunction

# What printing assumes of such a variable: far outside of the types' ranges, so that it is masked
# wherever that matters, and short of what is masked because it is long.
WIDEST_SUM: Final = 1 << 80


class Addition:
    """A sum that a variable is given, and how often."""

    __slots__ = ("value", "variable", "weight")

    def __init__(self, variable: int, value: Expression, weight: int) -> None:
        self.variable = variable
        self.value = value
        self.weight = weight


def choose_sums(
    function: StructuredFunction,
    additions: list[Addition],
    low_bits: set[int],
    exact_weights: dict[int, int],
    factor_weights: dict[int, int],
) -> set[int]:
    """The variables to add up unmasked.

    `additions` are all sums and differences given to variables that are assigned several times;
    `low_bits` are the temporaries that are not masked, either; `exact_weights` say how often an exact value is
    wanted, and `factor_weights` how often a factor is, which would be masked as well, as it is long.
    """
    gains: dict[int, int] = {}
    for addition in additions:
        variable = addition.variable
        if variable >= function.params:
            if _adds_to(addition.value, variable) and _can_leave(addition.value):
                gains[variable] = gains.get(variable, 0) + addition.weight
    chosen = {
        variable
        for variable, gain in gains.items()
        if gain > exact_weights.get(variable, 0) + factor_weights.get(variable, 0)
    }
    return chosen - _growing(function, chosen, low_bits) if chosen else chosen


def _adds_to(value: Expression, variable: int) -> bool:
    """Whether a value is a sum of a variable and something that a mask would have to follow."""
    return value.op in ADDITIVE and any(
        (isinstance(arg, Variable) and arg.index == variable) or _adds_to(arg, variable)
        for arg in value.args
    )


def _can_leave(value: Expression) -> bool:
    """Whether a sum may be outside of its type's unsigned range."""
    low, high = _bounds(value)
    return low < 0 or high > MASKS[value.type]


def _bounds(value: Expression) -> tuple[int, int]:
    """What a sum can be before it is masked."""
    if value.op in ADDITIVE:
        (a, b), (c, d) = map(_bounds, value.args)
        return (a - d, b - c) if value.op in SUBTRACTIONS else (a + c, b + d)
    if isinstance(value, Const):
        return (signed_value(value),) * 2
    if isinstance(value, Variable) and value.fact is not None:
        return value.fact.low, value.fact.high
    return 0, MASKS[value.type]


def _growing(
    function: StructuredFunction, chosen: set[int], low_bits: set[int]
) -> set[int]:
    """The chosen ones that something may be added to which is unmasked itself."""
    growing: set[int] = set()
    unmasked = set(chosen)  # and the temporaries made of them
    assignments: list[Assign] = []
    _find_assigned(function.statements, function.types, assignments)
    for assign in assignments:
        variable = assign.variable
        if variable in chosen:
            if not _is_bounded(assign.value, variable, unmasked):
                growing.add(variable)
        elif variable in low_bits and _mentions(assign.value, unmasked):
            unmasked.add(variable)
    return growing


def _find_assigned(
    statements: list[Statement], types: list[str], found: list[Assign]
) -> None:
    """Find what variables are given that are integers, in the order of the code."""
    for statement in statements:
        if isinstance(statement, Assign) and types[statement.variable] in MASKS:
            found.append(statement)
        for part in statement.parts():
            _find_assigned(part, types, found)


def _is_bounded(value: Expression, variable: int, unmasked: set[int]) -> bool:
    """Whether a value is a masked one, at most added to the variable itself."""
    summands = [value]
    itself = 0
    while summands:
        summand = summands.pop()
        if summand.op in ADDITIVE:
            summands += summand.args
        elif isinstance(summand, Variable) and summand.index == variable:
            itself += 1
        elif _mentions(summand, unmasked):
            return False
    return itself <= 1


def _mentions(expression: Expression, indexes: set[int]) -> bool:
    return any(variable.index in indexes for variable in variables(expression))
