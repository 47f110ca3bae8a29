"""What is known of integer variables at a place in the code, and what moves that on.

A state holds what is known there beyond what holds anywhere. It belongs to all who look at it: who
knows more makes a copy.
"""

from __future__ import annotations

from typing import cast

from wasm2py.analysis.ranges.branch_facts import Comparison, Span, comparisons
from wasm2py.analysis.ranges.domain import (
    DEPENDENT,
    FULL,
    as_unsigned,
    common,
    independent_result,
    of_constant,
    refined,
    result,
    union,
)
from wasm2py.analysis.ranges.induction_variables import State
from wasm2py.analysis.ranges.transfer import Bound, Related, Step, Test
from wasm2py.ir.effects import BEYOND
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import Const, Expression, Fact, Variable
from wasm2py.spec.types import MASKS


class Knowledge:
    """What holds anywhere in a function, and what follows for a place."""

    def __init__(self, function: Function) -> None:
        self.types = function.types
        # What holds wherever a variable is read: more than its type says of those that are
        # assigned once.
        self._anywhere = [FULL.get(type, FULL["i64"]) for type in function.types]
        self._assigned_once = function.assigned_once
        self.changed = False  # what holds anywhere, since the walk began

    def known(self, variable: int, state: State) -> Fact:
        """What is known of an integer variable."""
        return state.get(variable) or self._anywhere[variable]

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
        if variable not in self._assigned_once:
            state[variable] = fact
            return
        state.pop(variable, None)
        if fact != self._anywhere[variable]:
            self._anywhere[variable] = fact
            self.changed = True

    def _set_facts(self, args: tuple[Expression, ...], state: State) -> None:
        for arg in args:
            if isinstance(arg, Variable):
                self._set_fact(arg, state)
            elif arg.effects > BEYOND:
                self._set_facts(arg.args, state)

    def _set_fact(self, variable: Variable, state: State) -> None:
        if variable.type in MASKS:
            fact, known = self.known(variable.index, state), variable.fact
            if known is not None:
                fact = union(known, fact, MASKS[variable.type])
            variable.fact = fact

    def _fact(self, expression: Expression, state: State) -> Fact:
        """The fact of an integer expression."""
        if isinstance(expression, Variable):
            return self.known(expression.index, state)
        if isinstance(expression, Const):
            return of_constant(cast(int, expression.imm))
        if expression.op not in DEPENDENT:
            return independent_result(expression)
        return result(expression, [self._fact(arg, state) for arg in expression.args])

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
        for test in comparisons(condition, truth):
            if isinstance(test, Comparison) and not test.distance:
                variable, _, relation, operand = test
                known = self.known(variable.index, state)
                mask = MASKS[variable.type]
                bound = self._operand(operand, state)
                if refined(relation, known, bound, mask) is None:
                    return True
        return False

    def _learn_from(self, bound: Bound, state: State) -> None:
        """An access that does not trap bounds the variable that it gets its address from."""
        variable, most = bound.variable, bound.most
        known = state.get(variable) or self._anywhere[variable]
        low, high = known.low, known.high
        if not low <= most < high:
            return
        _, shift, constant, _, greatest, is_past, related = bound
        alignment = known.alignment
        if low < 0 or (low << shift) + constant < 0:
            return
        if (high << shift) + constant > greatest:
            return  # the sum may have wrapped around
        if not is_past and low > greatest >> 1:
            return  # what is left of its range would be small
        aligned = most - most % min(alignment, greatest + 1)
        self._learn(variable, Fact(low, max(aligned, low), alignment), related, state)

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
        variable, distance, relation, operand = comparison
        mask = MASKS[variable.type]
        before = a = self.known(variable.index, state)
        if distance:
            # Either reading of the variable, moved, is the sum if that is not below zero.
            a = Fact(before.low + distance, before.high + distance, 1)
            if a.low < 0 or a.high > mask:
                return None
        fact = refined(relation, a, self._operand(operand, state), mask)
        if fact is None or fact == a:
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

    def _operand(self, operand: Variable | Const, state: State) -> Fact:
        if isinstance(operand, Const):
            return of_constant(cast(int, operand.imm))
        return self.known(operand.index, state)
