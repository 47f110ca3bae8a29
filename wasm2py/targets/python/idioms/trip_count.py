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

A loop that is tested before its first iteration, too, is the same in an `if` that makes this test once:

    loop                                      if v1
      unless v1                                 loop
        return                     ->             ...
      ...                                         unless v1
                                                    break
                                              return

What this test finds says something of the trip count only if it compares what the others do, as that was before
the first iteration: a variable that an iteration sets to what is compared may have been anything before. Then the
test is left out where it is known.
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import Final, NamedTuple

from wasm2py.ir.nodes import Assign, Const, Expression, Statement, Variable, binary
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.idioms.ordered_exits import (
    ORDERS,
    OrderedExit,
    distance,
    ordered_exit,
)
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
from wasm2py.targets.python.idioms.symbolic_iteration import (
    Beyond,
    InductionVariables,
    Iteration,
)
from wasm2py.targets.python.tree.nodes import Count

_FULL: Final = MASKS[I32]
_LONGEST_STEP: Final = ADDRESS_TYPES[I32].longest_step
_EQUALITIES: Final = ("i32.eq", "i32.ne")


class Test(NamedTuple):
    """What leaves a loop: a condition, where it is true or where it is not."""

    condition: Expression
    leaves: bool
    is_first: bool  # it is tested before the first iteration, and that has been done


class Whole:
    """A loop and what is known of it."""

    def __init__(
        self,
        iteration: Iteration,
        types: list[str],
        definition: Callable[[int], Polynomial | None],
    ) -> None:
        self.iteration = iteration
        self.types = types
        # What a variable is that gets one value, anywhere in the function.
        self._definition = definition
        self.steps = InductionVariables(iteration, types)
        self.starts: dict[int, Polynomial] = {}  # first values of variables
        # Rounds are the distance divided by the step, which is greater than zero.
        self.distance: Polynomial = {}
        self.step = 1
        # The distance is sure to be a multiple of the step, and not zero.
        self.is_exact = False
        self.is_multiple = False  # it is sure to be a multiple
        self.counted = -1  # a variable that is not defined after the loop
        self.before: list[Statement] = []  # what the distance is made of
        self.may_be_skipped = False  # the loop may have no iteration at all

    def start(self, polynomial: Polynomial, type: str) -> Expression:
        """What something is before the first iteration, as an expression; raises `Beyond`."""
        return expression(self.started(polynomial, type), type, variable_of(self.types))

    def started(self, polynomial: Polynomial, type: str) -> Polynomial:
        """What something is before the first iteration; raises `Beyond`."""
        return _must(substituted(polynomial, self.starts, type))

    def expanded(self, polynomial: Polynomial) -> Polynomial:
        """An i32 with variables' definitions in their place, to find out whether two are the same."""
        for _ in range(4):
            definitions = self._definitions(polynomial)
            if not definitions:
                break
            polynomial = _must(substituted(polynomial, definitions, "i32"))
        return polynomial

    def _definitions(self, polynomial: Polynomial) -> dict[int, Polynomial]:
        """Those of its variables that have nothing to do with what the loop assigns."""
        changed = self.iteration.values
        found = {
            atom: self._definition(atom)
            for atom in atoms(polynomial)
            if atom not in changed
        }
        return {
            atom: value
            for atom, value in found.items()
            if value is not None and not any(of in changed for of in atoms(value))
        }

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

    def begin_counted(self, count: Count) -> None:
        """Find out how often such a loop is executed; raises `Beyond`."""
        self._go(*self._counted(count))

    def begin(self, test: Test) -> None:
        """Find out when a test leaves the loop; raises `Beyond`."""
        condition, leaves_at_zero = test.condition, not test.leaves
        self.may_be_skipped = test.is_first
        while condition.op == "i32.eqz":
            condition, leaves_at_zero = condition.args[0], not leaves_at_zero
        entered = test.is_first and self._is_known_before(condition)
        if condition.op in ORDERS:
            exit = ordered_exit(
                self.iteration, self.steps, condition, not leaves_at_zero, entered
            )
            self._go_on(exit)
        else:
            self._go(*self._ended(condition, leaves_at_zero))
            if self.is_exact and entered:
                self.may_be_skipped = False

    def _is_known_before(self, condition: Expression) -> bool:
        """Whether the first test compares what the others do, as it was before the first iteration; raises `Beyond`."""
        is_comparison = condition.op in ORDERS or condition.op in _EQUALITIES
        for operand in condition.args if is_comparison else (condition,):
            behind = self.iteration.value(operand)
            before = difference(behind, self.stride(behind), "i32")
            first = Iteration().value(operand)
            if self.started(before, "i32") != self.started(first, "i32"):
                return False
        return True

    def _go_on(self, exit: OrderedExit) -> None:
        """As long as something is less than a bound, or greater."""
        self.step, self.is_multiple = abs(exit.change), True
        moving = self.started(exit.moving, "i32")
        bound = self.started(exit.bound, "i32")
        sign = 1 if exit.change > 0 else -1
        way = scaled(difference(bound, moving, "i32"), sign, "i32")
        if exit.entered and self._is_aligned(way):
            self.distance = way
        else:
            test: Expression | None = None
            if not exit.entered:
                if not exit.steps_safely:
                    moving = _must(total(moving, constant(exit.change, "i32"), "i32"))
                sides = (self._written(moving), self._written(bound))
                test = binary(exit.relation, *sides)
            less = difference(way, constant(1, "i32"), "i32")
            written = distance(self._written(way), self._written(less), self.step, test)
            self.types.append("i32")
            variable = len(self.types) - 1
            self.before.append(Assign(variable, written))
            self.distance = unknown(variable)
        self._check_addresses()

    def _written(self, polynomial: Polynomial) -> Expression:
        return expression(polynomial, "i32", variable_of(self.types))

    def _is_aligned(self, distance: Polynomial) -> bool:
        """Whether a distance is sure to be a multiple of the step, which is a power of two."""
        return alignment(distance, self.iteration.alignments) % self.step == 0

    def _go(self, change: int, end: Polynomial) -> None:
        """Until something gets zero; it is given as it was before the iteration."""
        self.step = abs(change)
        if self.step > _LONGEST_STEP:
            raise Beyond
        self.distance = self.started(scaled(end, -1 if change > 0 else 1, "i32"), "i32")
        known = number(self.distance)
        if known is not None:
            if not known or (known & _FULL) % self.step:
                raise Beyond
            self.is_exact = True
        power = self.step & (self.step - 1) == 0
        self.is_multiple = self.is_exact or (power and self._is_aligned(self.distance))
        self._check_addresses()

    def _counted(self, count: Count) -> tuple[int, Polynomial]:
        variable = count.variable
        if variable in self.iteration.values:
            raise Beyond
        for bound in (count.start, count.end):
            if isinstance(bound, Variable) and bound.index in self.iteration.values:
                raise Beyond
        start, end = self.iteration.value(count.start), self.iteration.value(count.end)
        self.iteration.values[variable] = _must(
            total(unknown(variable), constant(count.step, "i32"), "i32")
        )
        self.steps = InductionVariables(self.iteration, self.types)
        if not self.steps.is_fixed(end) or self.types[variable] != "i32":
            raise Beyond
        if start != unknown(variable):
            self.starts[variable] = start
        self.is_exact = True
        self.counted = variable
        return count.step, difference(unknown(variable), end, "i32")

    def _ended(
        self, condition: Expression, leaves_at_zero: bool
    ) -> tuple[int, Polynomial]:
        if condition.op in _EQUALITIES:
            left = self.iteration.value(condition.args[0])
            right = self.iteration.value(condition.args[1])
            end = difference(left, right, "i32")
            if condition.op == "i32.eq":
                leaves_at_zero = not leaves_at_zero
        elif condition.type == "i32":
            end = self.iteration.value(condition)
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
        traps = self.is_exact
        for place in self.iteration.places():
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
