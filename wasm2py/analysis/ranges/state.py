"""What is known of integer variables at a place in the code, and what moves that on.

A state holds what is known there beyond what holds anywhere. It belongs to all who look at it: who
knows more makes a copy.
"""

from __future__ import annotations

from math import isqrt
from typing import cast

from wasm2py.analysis.ranges.access_facts import Bound, Related
from wasm2py.analysis.ranges.branch_facts import Comparison, Root, Span, comparisons
from wasm2py.analysis.ranges.domain import (
    FULL,
    TRANSFERS,
    as_unsigned,
    common,
    independent_result,
    of_constant,
    refined,
    union,
)
from wasm2py.analysis.ranges.induction_variables import State
from wasm2py.analysis.ranges.transfer import Step, Test
from wasm2py.ir.effects import BEYOND, PURE, variable_bit
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import Const, Expression, Fact, Variable
from wasm2py.spec.types import MASKS


class Knowledge:
    """What holds anywhere in a function, and what follows for a place."""

    def __init__(self, function: Function) -> None:
        self.types = function.types
        # What holds wherever a variable is read: more than its type says of those that are
        # assigned once.
        self.anywhere = [FULL.get(type, FULL["i64"]) for type in function.types]
        self._assigned_once = function.assigned_once
        # The effects of reading the variables of which something else has come to hold anywhere
        # since the walk began.
        self.changed = PURE

    def known(self, variable: int, state: State) -> Fact:
        """What is known of an integer variable."""
        return state.get(variable) or self.anywhere[variable]

    def through(self, steps: list[Step], state: State) -> None:
        """Take a state of one's own through steps."""
        for bounds, value, variable in steps:
            for bound in bounds:
                self._learn_from(bound, state)
            if variable >= 0:
                self._assign(variable, value, state)

    def set_facts(self, steps: list[Step], state: State) -> None:
        """The same, and note at variables what is known of them where they are read."""
        for bounds, value, variable in steps:
            for bound in bounds:
                self._learn_from(bound, state)
            if value is not None and value.effects > BEYOND:
                if isinstance(value, Variable):
                    self._set_fact(value, state)
                else:
                    self._set_facts(value.args, state)
            if variable >= 0:
                self._assign(variable, value, state)

    def where(self, tests: list[Test], state: State) -> State:
        """What is known where comparisons are true."""
        known = state
        for test, related, derived in tests:
            if isinstance(test, Span):
                fact = self._spanned(test, known)
            elif isinstance(test, Root):
                fact = self._rooted(test, known)
            else:
                fact = self._compared(test, known)
            if fact is not None:
                if known is state:
                    known = dict(state)
                self._learn(test.variable.index, fact, related, known)
                for variable, value in derived:
                    closer = self._calculated(value, known)
                    known[variable] = common(self.known(variable, known), closer)
        return known

    # Steps

    def _assign(self, variable: int, value: Expression | None, state: State) -> None:
        if value is None:
            state.pop(variable, None)
            return
        fact = self._fact(value, state)
        before = self.anywhere[variable]
        if variable not in self._assigned_once:
            if fact is before:
                state.pop(variable, None)
            else:
                state[variable] = fact
            return
        state.pop(variable, None)
        if fact is not before and fact != before:
            self.anywhere[variable] = fact
            self.changed |= variable_bit(variable)

    def _set_facts(self, args: tuple[Expression, ...], state: State) -> None:
        for arg in args:
            if isinstance(arg, Variable):
                self._set_fact(arg, state)
            elif arg.effects > BEYOND:
                self._set_facts(arg.args, state)

    def _set_fact(self, variable: Variable, state: State) -> None:
        if variable.type in MASKS:
            index, known = variable.index, variable.fact
            fact = state.get(index) or self.anywhere[index]
            if known is not None and known is not fact:
                fact = union(known, fact, MASKS[variable.type])
            variable.fact = fact

    def _fact(self, expression: Expression, state: State) -> Fact:
        """The fact of an integer expression."""
        if isinstance(expression, Variable):
            index = expression.index
            return state.get(index) or self.anywhere[index]
        if isinstance(expression, Const):
            return of_constant(cast(int, expression.imm))
        transfer = TRANSFERS.get(expression.op)
        if transfer is None:
            if expression.op != "select":
                return independent_result(expression)
            _, then, otherwise = expression.args
            mask = MASKS[expression.type]
            return union(self._fact(then, state), self._fact(otherwise, state), mask)
        function, mask = transfer
        args = expression.args
        first = self._fact(args[0], state)
        if len(args) == 1:
            return function(mask, first)
        return function(mask, first, self._fact(args[1], state))

    def _calculated(self, value: Expression, state: State) -> Fact:
        """The fact of what a variable was given; of a choice, of what was taken if that is known now."""
        if value.op == "select":
            condition, one, other = value.args
            for arm, truth in ((one, False), (other, True)):
                if self._is_impossible(condition, truth, state):
                    return self._fact(arm, state)
        return self._fact(value, state)

    def _is_impossible(self, condition: Expression, truth: bool, state: State) -> bool:
        """Whether a comparison of a variable with a constant cannot be true, or false."""
        true, false = comparisons(condition)
        for test in true if truth else false:
            if isinstance(test, Comparison) and not test.distance:
                known = self.known(test.variable.index, state)
                mask = MASKS[test.variable.type]
                bound = self._operand(test.operand, state)
                if refined(test.relation, known, bound, mask) is None:
                    return True
        return False

    def _learn_from(self, bound: Bound, state: State) -> None:
        """An access that does not trap bounds the variable that it gets its address from."""
        variable, most = bound.variable, bound.most
        known = state.get(variable) or self.anywhere[variable]
        high = known.high
        if most >= high:
            return  # it is known, as mostly
        low, alignment = known.low, known.alignment
        if low > most:
            return
        shift, constant = bound.address.shift, bound.address.constant
        greatest = bound.greatest
        if low < 0 or (low << shift) + constant < 0:
            return
        if (high << shift) + constant > greatest:
            return  # the sum may have wrapped around
        if not bound.is_past and low > greatest >> 1:
            return  # what is left of its range would be small
        aligned = most - most % min(alignment, greatest + 1)
        fact = Fact(low, max(aligned, low), alignment)
        self._learn(variable, fact, bound.related, state)

    def _learn(self, variable: int, fact: Fact, related: Related, state: State) -> None:
        """Note a closer fact, and what follows for variables that differ by a constant."""
        for other, distance in related:
            # Only of an unsigned reading is it known that the sum does not wrap around.
            low, high = fact.low + distance, fact.high + distance
            if fact.low >= 0 and low >= 0 and high <= MASKS[self.types[other]]:
                alignment = min(fact.alignment, distance & -distance or fact.alignment)
                moved = Fact(low, high, alignment)
                state[other] = common(self.known(other, state), moved)
        state[variable] = fact

    # Branches

    def _compared(self, comparison: Comparison, state: State) -> Fact | None:
        """What a comparison says of its variable, if that is more than is known."""
        variable, distance = comparison.variable, comparison.distance
        mask = MASKS[variable.type]
        before = a = self.known(variable.index, state)
        if distance:
            # Either reading of the variable, moved, is the sum if that is not below zero.
            a = Fact(before.low + distance, before.high + distance, 1)
            if a.low < 0 or a.high > mask:
                return None
        operand = self._operand(comparison.operand, state)
        fact = refined(comparison.relation, a, operand, mask)
        if fact is None or fact is a or fact == a:
            return None
        if not distance:
            return fact
        if fact.low < 0:
            return None
        return Fact(fact.low - distance, fact.high - distance, before.alignment)

    def _spanned(self, span: Span, state: State) -> Fact | None:
        """What follows of a span's variable, if its start does not wrap around."""
        variable, start, mask, relation, operand = span
        bound = as_unsigned(self._operand(operand, state), MASKS[variable.type])
        most = bound.high - (relation == "lt_u")
        known = self.known(variable.index, state)
        if most < 0 or start + most > mask or known.low < 0 or known.high > mask:
            return None
        return common(known, Fact(start, start + most, 1))

    def _rooted(self, root: Root, state: State) -> Fact | None:
        """What follows of a variable whose square is bounded, if that does not wrap around."""
        variable, distance, relation, operand = root
        mask = MASKS[variable.type]
        bound = as_unsigned(self._operand(operand, state), mask)
        most = bound.high - (relation == "lt_u")
        known = self.known(variable.index, state)
        low, high = known.low + distance, known.high + distance
        if most < 0 or low < 0 or high > isqrt(mask):
            return None
        closer = Fact(known.low, isqrt(most) - distance, 1)
        return common(known, closer) if known.low <= closer.high < known.high else None

    def _operand(self, operand: Variable | Const, state: State) -> Fact:
        if isinstance(operand, Const):
            return of_constant(cast(int, operand.imm))
        return self.known(operand.index, state)
