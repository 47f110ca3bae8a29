"""Trip counts that are known when a loop begins, so that it can be done as a whole.

A counter moves by a constant each iteration, and the loop is left when something linear that the counter is
part of becomes zero, modulo 2**32.

Why it is sound: let it change by `c` an iteration. If `c` divides the distance, the loop is left after
distance / `c` iterations. If not, or if the distance is zero, a counter modulo 2**32 gets there after
2**32 / `c` iterations or more, or never. An address that moves by `c` or more each iteration has by then
gone around the whole address space. The last 16 MiB of it belong to no memory (`spec.addresses`), and
a step of 16 MiB or less cannot jump over them: the loop has trapped. So there has to be such an
address, or the trip count must be known. Only loops over memories with 32-bit addresses are looked at
(`symbolic_iteration`).
"""

from __future__ import annotations

from math import gcd
from typing import Final, cast

from wasm2py.ir.nodes import Const, Expression, Statement, Variable
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.idioms.polynomials import (
    Polynomial,
    alignment,
    atoms,
    constant,
    difference,
    expression,
    is_linear,
    number,
    scaled,
    substituted,
    total,
    unknown,
    variable_of,
)
from wasm2py.targets.python.idioms.symbolic_iteration import Beyond, Round, Steps
from wasm2py.targets.python.tree.nodes import Count, If

_FULL: Final = MASKS[I32]
_LONGEST_STEP: Final = ADDRESS_TYPES[I32].longest_step


class Whole:
    """A loop and what is known of it."""

    def __init__(self, round: Round, types: list[str]) -> None:
        self.round = round
        self.types = types
        self.steps = Steps(round, types)
        self.starts: dict[int, Polynomial] = {}  # first values of variables
        # Rounds are the distance divided by the step, which is greater than zero.
        self.distance: Polynomial = {}
        self.step = 1
        # The distance is sure to be a multiple of the step, and not zero.
        self.is_exact = False
        self.is_multiple = False  # it is sure to be a multiple
        self.definitions: dict[int, Polynomial] = {}
        self.counted = -1  # a variable that is not defined after the loop

    def start(self, polynomial: Polynomial, type: str) -> Expression:
        """What something is before the first iteration, as an expression; raises `Beyond`."""
        return expression(self.started(polynomial, type), type, variable_of(self.types))

    def started(self, polynomial: Polynomial, type: str) -> Polynomial:
        """What something is before the first iteration; raises `Beyond`."""
        return _must(substituted(polynomial, self.starts, type))

    def expanded(self, polynomial: Polynomial) -> Polynomial:
        """An i32 with variables' definitions in their place, to find out whether two are the same."""
        for _ in range(4):
            if not any(atom in self.definitions for atom in atoms(polynomial)):
                break
            polynomial = _must(substituted(polynomial, self.definitions, "i32"))
        return polynomial

    def stride(self, address: Polynomial) -> Polynomial:
        """By how much an address moves each iteration; raises `Beyond`."""
        return _must(self.steps.change(address))

    def count(self, lanes: int) -> tuple[Expression, int, int]:
        """How many cells there are, with so many an iteration: a distance, divided by a step, times lanes."""
        step = self.step
        if number(self.distance) is not None:
            count = self.rounds() * lanes
            if count > _FULL:
                raise Beyond
            return Const("i32", count), 1, 1
        if self.is_multiple:
            common = gcd(step, lanes)
            step, lanes = step // common, lanes // common
        return expression(self.distance, "i32", variable_of(self.types)), step, lanes

    def rounds(self) -> int:
        """The trip count, or 0 if that is not known."""
        distance = number(self.distance)
        return (distance & _FULL) // self.step if distance else 0

    def begin(self, loop: Statement) -> None:
        """Find out when the loop is left; raises `Beyond`."""
        if isinstance(loop, Count):
            change, end = self._counted(loop)
        else:
            (body,) = loop.parts()
            change, end = self._ended(cast(If, body[-1]))
        # `end` is what gets zero, as it was before the iteration.
        self.step = abs(change)
        if self.step > _LONGEST_STEP:
            raise Beyond
        distance = scaled(end, -1 if change > 0 else 1, "i32")
        self.distance = self.started(distance, "i32")
        known = number(self.distance)
        if known is not None:
            if not known or (known & _FULL) % self.step:
                raise Beyond
            self.is_exact = True
        power = self.step & (self.step - 1) == 0
        aligned = alignment(self.distance, self.round.alignments) % self.step == 0
        self.is_multiple = self.is_exact or (power and aligned)
        self._check_addresses()

    def _counted(self, count: Count) -> tuple[int, Polynomial]:
        variable = count.variable
        if variable in self.round.values:
            raise Beyond
        for bound in (count.start, count.end):
            if isinstance(bound, Variable) and bound.index in self.round.values:
                raise Beyond
        start, end = self.round.value(count.start), self.round.value(count.end)
        self.round.values[variable] = _must(
            total(unknown(variable), constant(count.step, "i32"), "i32")
        )
        self.steps = Steps(self.round, self.types)
        if not self.steps.is_fixed(end) or self.types[variable] != "i32":
            raise Beyond
        if start != unknown(variable):
            self.starts[variable] = start
        self.is_exact = True
        self.counted = variable
        return count.step, difference(unknown(variable), end, "i32")

    def _ended(self, leaving: If) -> tuple[int, Polynomial]:
        condition, leaves_at_zero = leaving.condition, leaving.negated
        while condition.op == "i32.eqz":
            condition, leaves_at_zero = condition.args[0], not leaves_at_zero
        if condition.op in ("i32.eq", "i32.ne"):
            left = self.round.value(condition.args[0])
            right = self.round.value(condition.args[1])
            end = difference(left, right, "i32")
            if condition.op == "i32.eq":
                leaves_at_zero = not leaves_at_zero
        elif condition.type == "i32":
            end = self.round.value(condition)
        else:
            raise Beyond
        if not leaves_at_zero or not is_linear(end):
            raise Beyond
        change = number(self.stride(end))
        if not change:
            raise Beyond
        # It is tested behind the step.
        return change, difference(end, constant(change, "i32"), "i32")

    def _check_addresses(self) -> None:
        """A loop that is not left in time must trap, and no address may jump over the end."""
        places = [cell.place for cell in self.round.cells]
        places += [copy.place for copy in self.round.copies]
        traps = self.is_exact
        for place in places:
            stride = number(self.stride(place.address))
            if stride is not None:
                if abs(stride) > _LONGEST_STEP:
                    raise Beyond
                traps = traps or abs(stride) >= self.step
        if not traps:
            raise Beyond


def _must(polynomial: Polynomial | None) -> Polynomial:
    if polynomial is None:
        raise Beyond
    return polynomial
