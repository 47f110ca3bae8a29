"""What a branch on one variable says of others that were calculated from it.

    v1 = i32.and(v0, i32:-4)            v1 = i32.lt_u(v0, i32:4)
    branch i32.ge_u(v0, i32:4)          branch v1

Compilers unroll loops: the rounds that are done four at a time are counted before it is asked whether there are any,
and often outside of the loop around them, as the question is. Where the first branch is taken, `v1` is at least 4, and
where the second one is not, `v0` is.

Why it is sound: only variables that are assigned once enter, where they are assigned, and what is noted is forgotten
when a variable in it is assigned, or at the head of a loop that assigns it. Until then the variable is what it was
calculated to be, whatever is learnt of the variables in that since. That depends on the order of the code only, as in
`differences`.
"""

from __future__ import annotations

from itertools import islice
from typing import Final, NamedTuple

from wasm2py.analysis.ranges.branch_facts import (
    RELATIONS,
    Outcomes,
    comparisons,
)
from wasm2py.analysis.ranges.induction_variables import ZERO_TESTS, without_negations
from wasm2py.ir.nodes import Const, Expression, Variable
from wasm2py.ir.walk import variables
from wasm2py.spec.opcodes import instructions

# So many variables at most are calculated again for one of which something is learnt.
_MOST: Final = 8

_BY_CONSTANTS: Final = instructions("and", "shr", "shl")
_DIFFERENCES: Final = instructions("sub")
_CONDITIONS: Final = frozenset([*RELATIONS, *ZERO_TESTS])


class Derived(NamedTuple):
    """A variable, and what it was calculated from."""

    variable: int
    value: Expression


class Derivations:
    """What is known at the place in the code that a pass has come to."""

    def __init__(self) -> None:
        # By the variables that each was calculated from, and its own.
        self._derived: dict[int, dict[int, Derived]] = {}
        self._conditions: dict[int, Expression] = {}
        self._read: dict[int, list[int]] = {}  # variables, by those in their conditions

    def note(self, variable: int, value: Expression) -> None:
        """A variable gets its only value."""
        if value.op in _CONDITIONS:
            self._conditions[variable] = value
            for read in variables(value):
                self._read.setdefault(read.index, []).append(variable)
        elif _may_tell(value):
            for index in {read.index for read in variables(value)}:
                if index != variable:
                    found = self._derived.setdefault(index, {})
                    found[variable] = Derived(variable, value)

    def forget(self, variable: int) -> None:
        """A variable may have got another value."""
        if self._derived:
            for derived in self._derived.pop(variable, {}).values():
                for read in variables(derived.value):
                    self._derived.get(read.index, {}).pop(derived.variable, None)
        if self._conditions:
            self._conditions.pop(variable, None)
            for other in self._read.pop(variable, ()):
                self._conditions.pop(other, None)

    def of(self, variable: int) -> list[Derived]:
        """The variables that were calculated from one, and from those in turn, in order."""
        found = self._derived.get(variable)
        if not found:
            return []
        every = list(islice(found.values(), _MOST))
        for derived in every:  # which grows
            more = self._derived.get(derived.variable, {})
            every += islice(more.values(), _MOST - len(every))
        return every

    def comparisons(self, condition: Expression) -> Outcomes:
        """What is true if a condition is, or is not, that was given to a variable before."""
        condition, truth = without_negations(condition)
        if not isinstance(condition, Variable):
            return [], []
        if condition.index not in self._conditions:
            return [], []
        true, false = comparisons(self._conditions[condition.index])
        return (true, false) if truth else (false, true)


def _may_tell(value: Expression) -> bool:
    """Whether closer bounds of a variable are likely to give closer ones of what is made of it."""
    op, args = value.op, value.args
    if op in _BY_CONSTANTS:
        return isinstance(args[1], Const)
    if op in _DIFFERENCES:
        return isinstance(args[0], Const)
    return op == "select" and isinstance(args[2], Const)
