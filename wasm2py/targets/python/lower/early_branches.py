"""Branches in loops before what is done on both ways, where they are decided before it.

    v2 = i32.ne(v0, v1)                     unless i32.ne(v0, v1)
    v0 = v3                         ->        v0 = v3
    unless v2                                 return v4
      return v4                             v0 = v3

Compilers test what a variable was before it got its next value. Python compares and branches in one
instruction, and a truth value that is kept takes three.

A count down to zero is tested behind its last step by what comes below zero, where the step wraps around. Before
the step that is a test for zero, and where it is not zero nothing wraps around:

    v0 = i32.sub(v0, i32:1)                 if i32.eqz(v0)
    if i32.eq(v0, i32:4294967295)   ->        v0 = i32:4294967295
      v1 = v0                                 v1 = v0
      break                                   break
                                            v0 = i32.sub(v0, i32:1)

Why it is sound: the condition is evaluated where it was, and nothing else reads what it was kept in. What stood
between it and the branch comes after it on both ways, as before.
"""

from __future__ import annotations

from typing import Final

from wasm2py.analysis.ranges.induction_variables import (
    EQUALITIES,
    INEQUALITIES,
    ZERO_TESTS,
    own_step,
)
from wasm2py.ir.effects import BEYOND, PURE, may_throw, variable_bit
from wasm2py.ir.nodes import (
    FUNCTION,
    Assign,
    Const,
    Expression,
    Fact,
    Statement,
    Variable,
    binary,
    operation,
)
from wasm2py.ir.walk import reads
from wasm2py.spec.opcodes import NUMBERS, instructions
from wasm2py.spec.types import MASKS
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import If, ends

_TESTS: Final = (
    instructions("eq", "ne", "lt", "le", "gt", "ge", types=NUMBERS) | ZERO_TESTS
)

# What is written twice then: so many assignments at most, of values that are no larger.
_MOST_ASSIGNMENTS: Final = 2
_LARGEST_VALUE: Final = 24


def tests_late(assigns: list[Assign], once: set[int]) -> bool:
    """Whether the outcome of a test is kept in a variable that is assigned once, or one counts down."""
    return any(
        (assign.value.op in _TESTS and assign.variable in once)
        or own_step(assign.value, assign.variable) == -1
        for assign in assigns
    )


def branch_early(function: StructuredFunction) -> None:
    """Put branches in the loops of structured code before assignments."""
    _Branches(function).go_through(function.statements, False)


class _Branches:
    def __init__(self, function: StructuredFunction) -> None:
        self._function = function
        self._reads: dict[int, int] | None = None  # of variables, before any change

    def go_through(self, statements: list[Statement], in_loop: bool) -> None:
        """Rewrite a list of statements and those inside of them."""
        for statement in statements:
            for inner in statement.parts():
                self.go_through(inner, in_loop or statement.repeats())
        if in_loop:
            at = len(statements) - 1
            while at > 0:
                statement = statements[at]
                if isinstance(statement, If):
                    at -= self._decide_early(statement, statements, at)
                    at -= _step_late(statement, statements, at)
                at -= 1

    def _decide_early(self, branch: If, statements: list[Statement], at: int) -> int:
        """Put a branch in the place of the test that it reads, if it can be; how far it moves."""
        flag, negated = _flag(branch.condition)
        if flag not in self._function.assigned_once:
            return 0
        between: list[Assign] = []
        for statement in reversed(statements[max(0, at - _MOST_ASSIGNMENTS - 1) : at]):
            if not isinstance(statement, Assign):
                return 0
            if statement.variable == flag:
                test = statement.value
                break
            if not self._may_be_doubled(statement):
                return 0
            between.insert(0, statement)
        else:
            return 0
        if test.op not in _TESTS or not self._is_read_once(flag):
            return 0
        branch.condition = test
        branch.negated ^= negated
        has_one_way = ends(branch.then) and not branch.otherwise
        ways = [branch.then] if has_one_way else [branch.then, branch.otherwise]
        for way in ways:
            way[:0] = [again.again() for again in _needed(between, way)]
        behind = between if has_one_way else []
        distance = len(between) + 1
        statements[at - distance : at + 1] = [branch, *behind]
        return distance

    def _may_be_doubled(self, assign: Assign) -> bool:
        is_only = assign.variable in self._function.assigned_once
        return not is_only and assign.value.size <= _LARGEST_VALUE

    def _is_read_once(self, variable: int) -> bool:
        if self._reads is None:
            self._reads = reads(self._function.statements)
        return self._reads[variable] == 1


def _step_late(branch: If, statements: list[Statement], at: int) -> int:
    """Put a branch by what is below zero before the step there; how far it moves."""
    step = statements[at - 1]
    if at < 1 or not isinstance(step, Assign):
        return 0
    variable, value = step.variable, step.value
    if branch.otherwise or not ends(branch.then) or own_step(value, variable) != -1:
        return 0
    type, condition, negated = value.type, branch.condition, branch.negated
    while condition.op in ZERO_TESTS:
        condition, negated = condition.args[0], not negated
    if condition.op not in EQUALITIES | INEQUALITIES:
        return 0
    tested, end = condition.args
    if not isinstance(tested, Variable) or tested.index != variable:
        return 0
    if not isinstance(end, Const) or end.imm != MASKS[type]:
        return 0
    before = Variable(variable, type)
    branch.condition = operation(f"{type}.eqz", (before,), 6)
    branch.negated = negated ^ (condition.op in INEQUALITIES)
    above = Variable(variable, type)
    above.fact = Fact(1, MASKS[type], 1)
    less = Assign(variable, binary(f"{type}.sub", above, Const(type, 1)))
    below = Assign(variable, Const(type, MASKS[type]))
    inside, behind = (less, below) if branch.negated else (below, less)
    branch.then[:0] = _needed([inside], branch.then)
    statements[at - 1 : at + 1] = [branch, behind]
    return 1


def _flag(condition: Expression) -> tuple[int, bool]:
    """The variable that a condition tests, and whether for zero; or no variable's number."""
    negated = condition.op in ZERO_TESTS
    tested = condition.args[0] if negated else condition
    return (tested.index if isinstance(tested, Variable) else -1), negated


def _needed(assigns: list[Assign], way: list[Statement]) -> list[Assign]:
    """Which variables to assign on a way, which may only leave the function without reading them."""
    if len(way) != 1 or way[0].leaves() != FUNCTION:
        return assigns
    read = PURE
    for own in way[0].own():
        read |= own.effects
    if may_throw(read):
        return assigns
    needed: list[Assign] = []
    for assign in reversed(assigns):
        effects = assign.value.effects
        if effects & BEYOND or read & variable_bit(assign.variable):
            needed.insert(0, assign)
            read |= effects
    return needed
