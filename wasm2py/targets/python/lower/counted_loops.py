"""Turns loops with an induction variable that hits its end into loops over a `range`.

    loop                                       count v0 from v0 to i32:100 by 1
      v1 = i32.xor(i32.mul(v1, i32:5), v0)       v1 = i32.xor(i32.mul(v1, i32:5), v0)
      v0 = i32.add(v0, i32:1)            ->
      unless i32.ne(v0, i32:100)               v0 = i32:100
        return i32.add(v1, v0)                 return i32.add(v1, v0)

Why it is sound: which loops hit their end exactly, and so have a trip count that is known when they begin,
has been found by `analysis.ranges.induction_variables`. Such a loop must do nothing with its induction
variable between the step and the test, and have no other way out. Behind the loop the variable gets its
end, if it is read there. Loops of few iterations, or with much in them, are faster as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from wasm2py.analysis.ranges.induction_variables import (
    EQUALITIES,
    INEQUALITIES,
    ZERO_TESTS,
)
from wasm2py.ir.nodes import (
    LOOP,
    Assign,
    Const,
    Counter,
    Do,
    Expression,
    Statement,
    Variable,
    same_atom,
)
from wasm2py.ir.walk import reads, variables
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Break, Count, If, Loop

# A range costs as much as some iterations' steps and tests.
_FEWEST_ROUNDS: Final = 8
_MOST_STATEMENTS: Final = 4
# How far before the loop its counter's first value is looked for.
_NEAR: Final = 32


def count_loops(function: StructuredFunction) -> None:
    """Replace, in structured code, the loops whose counters have been found."""
    _Counting().block(function.statements)


def has_counter(loop: Statement) -> bool:
    """Whether a loop's counter has been found."""
    return isinstance(loop, Loop) and loop.counter is not None


class _Counting:
    """Goes through the code from its end, and knows which variables are read behind a place."""

    def __init__(self) -> None:
        self._later: set[int] = set()
        self._around: dict[int, int] = {}  # reads in the outermost loop around
        # The loops in that which go on from where the round before has left them.
        self._carried: set[Loop] = set()
        # Whether variables count as signed numbers. It decides in which form they are kept.
        self._readings: dict[int, bool] = {}

    def block(self, statements: list[Statement]) -> None:
        """Replace loops in a list."""
        result: list[Statement] = []
        for statement in reversed(statements):
            replaced = self._statement(statement)
            for expression in replaced[0].own():
                self._later.update(variable.index for variable in variables(expression))
            result += reversed(replaced)
        result.reverse()
        _take_starts(result)
        statements[:] = result

    def _statement(self, statement: Statement) -> list[Statement]:
        if not isinstance(statement, Loop):
            for inner in reversed(statement.parts()):
                self.block(inner)
            return [statement]
        outermost = not self._around
        if outermost:
            self._around = reads([statement])
            self._carried = set(_carried(statement.body, set()))
        counter = statement.counter
        wanted = counter is not None and self._is_wanted(statement, counter.variable)
        self.block(statement.body)
        if outermost:
            self._around, self._carried = {}, set()
        if counter is None:
            return [statement]
        return self._counted(statement, counter, wanted)

    def _is_wanted(self, loop: Loop, variable: int) -> bool:
        """Whether a counter is read outside of its loop, after it, or where that begins again."""
        if variable in self._later or loop in self._carried:
            return True
        inside = reads(loop.body).get(variable, 0)
        return self._around.get(variable, 0) > inside

    def _counted(self, loop: Loop, counter: Counter, wanted: bool) -> list[Statement]:
        """A counted loop in place of one; the loop itself if it has another way out.

        `wanted`: the counter is read afterwards.
        """
        variable, end, body = counter.variable, counter.end, loop.body
        at = _step_at(body, variable)
        if counter.rounds < _FEWEST_ROUNDS or loop.condition is not None or at < 0:
            return [loop]
        if self._readings.get(variable, counter.signed) != counter.signed:
            return [loop]
        stepped, ending = cast(Assign, body[at]).value, body[-1]
        tested = stepped.index if isinstance(stepped, Variable) else variable
        if not isinstance(ending, If) or not _leaves_at_end(ending, tested, end):
            return [loop]
        behind = body[at + 1 : -1]
        rest = body[:at] + behind
        short = _is_short(rest) or all(isinstance(item, Do) for item in rest)
        if not short or variable in reads(behind):
            return [loop]
        self._readings[variable] = counter.signed
        after = ending.then
        if isinstance(after[-1], Break):
            after = after[:-1]
        if wanted or variable in reads(after):
            after = [Assign(variable, end), *after]
        return [Count(Variable(variable, end.type), counter, rest), *after]


def _carried(statements: list[Statement], given: set[int]) -> Iterator[Loop]:
    """The loops in the body of one whose counters may begin with what they had in the round before.

    `given` are the variables that the round has set.
    """
    new = []
    for statement in statements:
        defined = statement.defines()
        if isinstance(statement, Loop) and statement.counter is not None:
            defined = (statement.counter.variable,)
            if given.isdisjoint(defined):
                yield statement
        for part in statement.parts():
            yield from _carried(part, set() if statement.repeats() else given)
        new += [variable for variable in defined if variable not in given]
        given.update(defined)
    given.difference_update(new)


def _is_short(statements: list[Statement]) -> bool:
    return len(statements) <= _MOST_STATEMENTS and not any(
        item.parts() for item in statements
    )


def _step_at(body: list[Statement], variable: int) -> int:
    """Where in a list a variable is assigned, or -1."""
    for at, statement in enumerate(body):
        if isinstance(statement, Assign) and statement.variable == variable:
            return at
    return -1


def _leaves_at_end(statement: If, variable: int, end: Expression) -> bool:
    """Whether a statement leaves a loop where a variable is at the end, and does nothing else."""
    if statement.otherwise or statement.then[-1].leaves() < LOOP:
        return False
    condition, negated = statement.condition, statement.negated
    if condition.op in ZERO_TESTS:
        condition, negated = condition.args[0], not negated
    tested = Variable(variable, end.type)
    if same_atom(condition, tested):
        return negated and same_atom(end, Const(end.type, 0))
    if condition.op not in (INEQUALITIES if negated else EQUALITIES):
        return False
    left, right = condition.args
    return (same_atom(left, tested) and same_atom(right, end)) or (
        same_atom(right, tested) and same_atom(left, end)
    )


def _take_starts(statements: list[Statement]) -> None:
    """Take counters' first values, if they are constants, from the statements before the loops."""
    at = 0
    while at < len(statements):
        count = statements[at]
        if isinstance(count, Count) and isinstance(count.start, Variable):
            found = _first_value(statements, at, count.variable)
            if found >= 0:
                count.start = cast(Assign, statements.pop(found)).value
                continue
        at += 1


def _first_value(statements: list[Statement], end: int, variable: int) -> int:
    """Where before a place a variable gets a constant that nothing else reads, or -1."""
    for at in range(end - 1, max(-1, end - 1 - _NEAR), -1):
        statement = statements[at]
        if isinstance(statement, Assign) and statement.variable == variable:
            return at if isinstance(statement.value, Const) else -1
        if statement.parts() or variable in statement.defines():
            return -1
        if variable in reads([statement]):
            return -1
    return -1
