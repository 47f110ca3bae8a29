"""What a branch says of variables that its block has given other values since they were compared.

    v1 = v0                         v1 = i32.gt_u(v0, i32:3)
    v0 = i32.sub(v1, i32:2)         v0 = i32.sub(v0, i32:2)
    branch i32.gt_u(v1, i32:3)      branch v1

Compilers compare what a variable was before an update and branch after it. In both blocks `v0 + 2` is greater than
3 where the branch is taken.

Why it is sound: within a block statements follow each other. A variable that was given another one and a
constant differs from that by the constant as long as neither is assigned, and by that much less if the other one
is given itself and a constant; so it does at the block's end, where the branch looks at them. A condition that a
variable was given is still that of the variables in it, less what they have been given more since. It is dropped
where they have been given anything else. All that is modulo 2**32 (or 2**64): who learns from a difference sees to
it that nothing wraps around (`state`). A comparison of a variable that was given a square is one of that square.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.analysis.ranges.branch_facts import (
    RELATIONS,
    Comparison,
    Outcomes,
    Root,
    Span,
    Told,
    comparisons,
    squared,
)
from wasm2py.analysis.ranges.differences import Relations
from wasm2py.analysis.ranges.induction_variables import (
    ZERO_TESTS,
    own_step,
    without_negations,
)
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Assign, Const, Expression, Variable
from wasm2py.ir.walk import variables

_CONDITIONS: Final = frozenset([*RELATIONS, *ZERO_TESTS])


class _Place(NamedTuple):
    """Which value of a variable is meant: how often it had been set, and how far it had moved since."""

    times: int
    moved: int


_FIRST: Final = _Place(0, 0)


class Updates:
    """What a block that ends with a branch does to its variables."""

    def __init__(self, block: Block) -> None:
        self._relations = Relations()
        self._places: dict[int, _Place] = {}
        # What variables were given, conditions and squares, and what was meant by the variables in it.
        self._conditions: dict[int, tuple[Expression, dict[int, _Place]]] = {}
        self._squares: dict[int, tuple[Expression, dict[int, _Place]]] = {}
        for statement in block.statements:
            if isinstance(statement, Assign):
                self._assign(statement.variable, statement.value)
                continue
            for variable in statement.defines():
                self._set(variable)

    def _assign(self, variable: int, value: Expression) -> None:
        step = own_step(value, variable)
        if step:
            self._forget(variable)
            self._relations.move(variable, step)
            times, moved = self._places.get(variable, _FIRST)
            self._places[variable] = _Place(times, moved + step)
            return
        is_condition = value.op in _CONDITIONS
        if is_condition or squared(value) is not None:
            read = {v.index: self._place(v.index) for v in variables(value)}
            self._set(variable)
            given = self._conditions if is_condition else self._squares
            given[variable] = value, read
        else:
            self._set(variable)
            self._relations.note(variable, value)

    def _forget(self, variable: int) -> None:
        self._conditions.pop(variable, None)
        self._squares.pop(variable, None)

    def _set(self, variable: int) -> None:
        self._forget(variable)
        self._relations.forget(variable)
        self._places[variable] = _Place(self._place(variable).times + 1, 0)

    def _place(self, variable: int) -> _Place:
        return self._places.get(variable, _FIRST)

    def of(self, variable: int) -> list[tuple[int, int]]:
        """The variables that differ from one by a constant at the block's end, and how much greater they are."""
        return self._relations.of(variable)

    def comparisons(self, condition: Expression) -> Outcomes:
        """What is true at the block's end if a condition is, or is not, that was given to a variable before."""
        condition, truth = without_negations(condition)
        if isinstance(condition, Variable):
            found = self._conditions.get(condition.index)
        else:
            found = self._compared_square(condition) if self._squares else None
        if found is None:
            return [], []
        given, read = found
        true, false = (self._all_moved(tests, read) for tests in comparisons(given))
        return (true, false) if truth else (false, true)

    def _compared_square(
        self, condition: Expression
    ) -> tuple[Expression, dict[int, _Place]] | None:
        """A comparison of a variable as one of the square that it was given."""
        if condition.op not in RELATIONS:
            return None
        now = {v.index: self._place(v.index) for v in variables(condition)}
        for at, side in enumerate(condition.args):
            if isinstance(side, Variable) and side.index in self._squares:
                square, read = self._squares[side.index]
                # What the square is compared with is what it is now.
                return condition.with_arg(at, square), {**now, **read}
        return None

    def _all_moved(self, tests: list[Told], read: dict[int, _Place]) -> list[Told]:
        moved = [self._moved(test, read) for test in tests]
        return [test for test in moved if test is not None]

    def _moved(self, test: Told, read: dict[int, _Place]) -> Told | None:
        """What a test of an earlier value says of the one that the variable has now, if it does."""
        variable = test.variable.index
        times, moved = self._place(variable)
        before = read[variable]
        operand = test.operand
        if times != before.times or not (
            isinstance(operand, Const)
            or self._place(operand.index) == read[operand.index]
        ):
            return None
        if moved == before.moved:
            return test
        if isinstance(test, Span):
            return None
        distance = test.distance - (moved - before.moved)
        if isinstance(test, Root):
            return test._replace(distance=distance)
        return Comparison(test.variable, distance, test.relation, operand)
