"""Turns loops that count up or down to an end into ones that go through a range.

Which loops hit their end exactly, and so leave after a number of rounds that is known when they
begin, has been found by `ranges`. Such a loop must do nothing with its counter between the step
and the test, and have no other way out: a search that ends early is faster as it is.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.nodes import (
    Assign,
    Break,
    Const,
    Continue,
    Count,
    Counter,
    Expression,
    If,
    Loop,
    Return,
    Statement,
    Variable,
)
from wasm2py.ir.walk import inner_lists, leaves, own_expressions, reads, variables

# A range costs as much as some rounds' steps and tests.
_FEWEST_ROUNDS: Final = 4
# How far before the loop its counter's first value is looked for.
_NEAR: Final = 32


def count_loops(statements: list[Statement]) -> None:
    """Replace, in structured code, the loops whose counters have been found."""
    _Counting().block(statements, set())


class _Counting:
    def block(self, statements: list[Statement], later: set[int]) -> set[int]:
        """Replace loops in a list, behind which some variables may be read; those read from it on."""
        result: list[Statement] = []
        for statement in reversed(statements):
            inner_later = later
            if isinstance(statement, Loop):
                inner_later = later | set(reads(statement.body))
            before = later
            for inner in inner_lists(statement):
                before = before | self.block(inner, inner_later)
            replaced = [statement]
            if isinstance(statement, Loop) and statement.counter is not None:
                replaced = self._counted(statement, statement.counter, later)
            result += reversed(replaced)
            for expression in own_expressions(replaced[0]):
                before = before | {v.index for v in variables(expression)}
            later = before
        result.reverse()
        _take_starts(result)
        statements[:] = result
        return later

    def _counted(
        self, loop: Loop, counter: Counter, later: set[int]
    ) -> list[Statement]:
        """What does the same as a loop: it, if it cannot be counted."""
        variable, end = counter.variable, counter.end
        body, ending = loop.body, loop.body[-1]
        at = _step_at(body, variable)
        if counter.rounds < _FEWEST_ROUNDS or loop.condition is not None or at < 0:
            return [loop]
        stepped = cast(Assign, body[at]).value
        tested = stepped.index if isinstance(stepped, Variable) else variable
        if not isinstance(ending, If) or not _leaves_at_end(ending, tested, end):
            return [loop]
        behind = body[at + 1 : -1]
        rest = body[:at] + behind
        if leaves(rest, (Break, Continue)) or variable in reads(behind):
            return [loop]
        after = ending.then
        if isinstance(after[-1], Break):
            after = after[:-1]
        if variable in later or variable in reads(after):
            after = [Assign(variable, end), *after]
        return [Count(Variable(variable, end.type), counter, rest), *after]


def _step_at(body: list[Statement], variable: int) -> int:
    """Where in a list a variable is assigned, or -1."""
    for at, statement in enumerate(body):
        if isinstance(statement, Assign) and statement.variable == variable:
            return at
    return -1


def _leaves_at_end(statement: If, variable: int, end: Expression) -> bool:
    """Whether a statement leaves a loop where a variable is at the end, and does nothing else."""
    if statement.otherwise or not isinstance(statement.then[-1], (Break, Return)):
        return False
    condition, negated = statement.condition, statement.negated
    if condition.op[4:] == "eqz":
        condition, negated = condition.args[0], not negated
    tested = Variable(variable, end.type)
    if _is(condition, tested):
        return negated and _is(end, Const(end.type, 0))
    if condition.op[4:] != ("ne" if negated else "eq"):
        return False
    left, right = condition.args
    return (_is(left, tested) and _is(right, end)) or (
        _is(right, tested) and _is(left, end)
    )


def _is(a: Expression, b: Expression) -> bool:
    """Whether two expressions are the same variable or constant."""
    if isinstance(a, Variable):
        return isinstance(b, Variable) and a.index == b.index
    return isinstance(a, Const) and isinstance(b, Const) and a.imm == b.imm


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
        if inner_lists(statement) or variable in reads([statement]):
            return -1
    return -1
