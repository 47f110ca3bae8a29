"""Assignments that may leave a variable as it is, and choices by one condition, as branches.

    v1 = i32.gt_s(v0, v2)                        if i32.gt_s(v0, v2)
    v2 = select(v1, v0, v2)               ->       v2 = v0
    v3 = select(v1, v4, v3)                        v3 = v4
    v5 = i32.add(v5, i32.lt_u(v4, v2))           if i32.lt_u(v4, v2)
                                                   v5 = i32.add(v5, i32:1)

Compilers choose and count without branches, which machines foresee badly. Python has a truth value made, kept and
tested for each of them, and adds it slower than an integer; a comparison and its branch are one instruction.

Why it is sound: what is chosen from has no effects, or a choice could not be written as Python's, which evaluates one
side only. A condition is evaluated where it was: it moves only past nothing, and nothing else reads what it was kept in.
"""

from __future__ import annotations

from typing import Final

from wasm2py.analysis.ranges.induction_variables import ZERO_TESTS
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Expression,
    Statement,
    Variable,
    same_atom,
)
from wasm2py.ir.walk import reads
from wasm2py.spec.opcodes import NUMBERS, instructions
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import If

_TESTS: Final = (
    instructions("eq", "ne", "lt", "le", "gt", "ge", types=NUMBERS) | ZERO_TESTS
)
_EXTENSION: Final = "i64.extend_i32_u"
# They leave the other operand as it is, if one is zero.
_ADDING: Final = instructions("add", "or", "xor")
_SUBTRACTING: Final = instructions("sub")


# What such an operand is, apart from a zero that is chosen.
_CHANGING: Final = _TESTS | {_EXTENSION, "select"}


def may_branch(assign: Assign) -> bool:
    """Whether an assignment may become a branch in structured code, by itself or with others."""
    value = assign.value
    if value.op in _ADDING or value.op in _SUBTRACTING:
        left, right = value.args
        return left.op in _CHANGING or right.op in _CHANGING
    return value.op == "select"


def branch_on_choices(function: StructuredFunction) -> None:
    """Put branches in the place of choices in structured code."""
    _Choices(function).go_through(function.statements, False)


class _Choices:
    def __init__(self, function: StructuredFunction) -> None:
        self._function = function
        self._reads: dict[int, int] | None = None  # of variables, before any change

    def go_through(self, statements: list[Statement], in_loop: bool) -> None:
        """Rewrite a list of statements and those inside of them."""
        is_concerned = False
        for statement in statements:
            if isinstance(statement, Assign):
                is_concerned = is_concerned or may_branch(statement)
                continue
            for inner in statement.parts():
                if inner:
                    self.go_through(inner, in_loop or statement.repeats())
        if is_concerned:
            statements[:] = self._rewritten(statements, in_loop)

    def _rewritten(self, statements: list[Statement], in_loop: bool) -> list[Statement]:
        result: list[Statement] = []
        once = self._function.assigned_once
        at = 0
        while at < len(statements):
            statement = statements[at]
            found = _choices(statements, at)
            at += max(1, len(found))
            branch = _branch(found) if found else _conditional(statement, in_loop)
            if branch is None:
                result.append(statement)
                continue
            self._take_test(branch, result, max(1, len(found)))
            for way in branch.parts() if branch.otherwise else ():
                for assign in way:
                    once.difference_update(assign.defines())
            result.append(branch)
        return result

    def _take_test(self, branch: If, before: list[Statement], times: int) -> None:
        """Test what was kept just before a branch, if it was kept for that only."""
        test, last = branch.condition, before[-1] if before else None
        if not isinstance(test, Variable) or not isinstance(last, Assign):
            return
        if last.variable != test.index or last.value.op not in _TESTS:
            return
        if test.index not in self._function.assigned_once:
            return
        if self._reads is None:
            self._reads = reads(self._function.statements)
        if self._reads[test.index] == times:
            branch.condition = last.value
            before.pop()


def _choices(statements: list[Statement], at: int) -> list[Assign]:
    """The choices by one variable from a place on, or one choice that may leave a variable as it is."""
    found: list[Assign] = []
    while at < len(statements):
        statement = statements[at]
        if not isinstance(statement, Assign) or statement.value.op != "select":
            break
        test = statement.value.args[0]
        if found and not same_atom(test, found[0].value.args[0]):
            break
        found.append(statement)
        if not isinstance(test, Variable) or statement.variable == test.index:
            break
        at += 1
    return found if len(found) > 1 or any(map(_may_keep, found)) else []


def _may_keep(choice: Assign) -> bool:
    return any(_is(choice.variable, arm) for arm in choice.value.args[1:])


def _is(variable: int, expression: Expression) -> bool:
    return isinstance(expression, Variable) and expression.index == variable


def _branch(choices: list[Assign]) -> If:
    """A branch in the place of choices by one condition."""
    ways: tuple[list[Statement], list[Statement]] = ([], [])
    for choice in choices:
        for way, arm in zip(ways, choice.value.args[1:]):
            if not _is(choice.variable, arm):
                way.append(Assign(choice.variable, arm))
    return _if(choices[0].value.args[0], *ways)


def _if(test: Expression, then: list[Statement], otherwise: list[Statement]) -> If:
    return If(test, False, then, otherwise) if then else If(test, True, otherwise, [])


def _conditional(statement: Statement, in_loop: bool) -> If | None:
    """A branch in the place of a sum of a variable and of what may be zero."""
    if not isinstance(statement, Assign):
        return None
    value = statement.value
    if value.op not in _ADDING and value.op not in _SUBTRACTING:
        return None
    for at in (1, 0) if value.op in _ADDING else (1,):
        other = value.args[1 - at]
        keeps = _is(statement.variable, other)
        if not keeps and not (in_loop and isinstance(other, Variable)):
            continue
        found = _added(value, at)
        if found is not None:
            test, negated, changed = found
            ways: tuple[list[Statement], list[Statement]] = ([], [])
            ways[0].append(Assign(statement.variable, changed))
            if not keeps:
                ways[1].append(Assign(statement.variable, other))
            return If(test, negated, *ways)
    return None


def _added(value: Expression, at: int) -> tuple[Expression, bool, Expression] | None:
    """A test of an operand of a sum, whether that is to fail, and the sum if it does not; it is the other one else."""
    operand = value.args[at]
    while operand.op == _EXTENSION:
        operand = operand.args[0]
    if operand.op in _TESTS:
        return operand, False, value.with_arg(at, Const(value.type, 1))
    if operand is value.args[at] and operand.op == "select":
        test, *arms = operand.args
        for way, (arm, other) in enumerate((arms, arms[::-1])):
            if isinstance(other, Const) and other.imm == 0:
                return test, way == 1, value.with_arg(at, arm)
    return None
