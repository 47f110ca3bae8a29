"""Whether every variable has a value where it is read, as a check of graphs and structured code.

Sets of variables are integers, one bit each. In structured code what has been set may depend on the label that
a path has set, so there is a set for each label that there may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import (
    Assign,
    AssignMany,
    Break,
    Continue,
    Count,
    Do,
    Expression,
    If,
    LabelTest,
    Loop,
    Return,
    SetLabel,
    Statement,
    Switch,
    Unreachable,
)
from wasm2py.ir.walk import variables

Missing = Callable[
    [int], None
]  # is told of a variable that is read and need not be set
_Paths = dict[int, int]  # what is set, by label; none if there is no path

_NO_LABEL: Final = -1


def check_graph(blocks: list[Block], entry: int, missing: Missing) -> None:
    """Look at linked blocks; `entry` is what is set at the beginning."""
    everything = -1
    before = [everything] * len(blocks)
    before[0] = entry
    changed = True
    while changed:
        changed = False
        for block in blocks:
            after = before[block.position]
            for statement in block.statements:
                after |= _bits(_set_by(statement))
            for target in block.targets:
                met = before[target.position] & after
                if met != before[target.position]:
                    before[target.position] = met
                    changed = True
    for block in blocks:
        at = before[block.position]
        for statement in block.statements:
            _read(statement.own(), at, missing)
            at |= _bits(_set_by(statement))
        ending = () if block.condition is None else (block.condition,)
        _read((*ending, *block.values), at, missing)


def check_tree(
    statements: list[Statement], entry: int, missing: Missing, slots: dict[int, int]
) -> None:
    """Look at structured code; `entry` is what is set at the beginning.

    `slots` are where variables are kept that share: setting one leaves the others without a value.
    """
    _Walk(missing, slots).block(statements, {_NO_LABEL: entry})


def _set_by(statement: Statement) -> tuple[int, ...]:
    if isinstance(statement, Assign):
        return (statement.variable,)
    if isinstance(statement, AssignMany):
        return statement.variables
    return ()


def _bits(variables: Iterable[int]) -> int:
    bits = 0
    for variable in variables:
        bits |= 1 << variable
    return bits


def _read(expressions: tuple[Expression, ...], known: int, missing: Missing) -> None:
    for expression in expressions:
        for variable in variables(expression):
            if not known >> variable.index & 1:
                missing(variable.index)


def _met(*ways: _Paths) -> _Paths:
    """What is set where several ways meet."""
    result: _Paths = {}
    for way in ways:
        for label, known in way.items():
            result[label] = result.get(label, -1) & known
    return result


class _Walk:
    def __init__(self, missing: Missing, slots: dict[int, int]) -> None:
        self._missing = missing
        self._slots = slots
        self._sharing: dict[int, int] = {}  # the variables that are in a slot
        for variable, slot in slots.items():
            bits = self._sharing.get(slot, 1 << slot)
            self._sharing[slot] = bits | 1 << variable
        self._breaks: list[_Paths] = []  # of the loops around
        self._continues: list[_Paths] = []
        # What is set where a round begins, on all ways so far, where the loop is left then, and where
        # a round ends.
        self._loops: dict[Statement, tuple[_Paths, _Paths, _Paths]] = {}

    def block(self, statements: list[Statement], paths: _Paths) -> _Paths:
        """What is set behind a list of statements."""
        for statement in statements:
            paths = self._statement(statement, paths)
        return paths

    def _statement(self, statement: Statement, paths: _Paths) -> _Paths:
        if not isinstance(statement, Loop):
            for known in paths.values():
                _read(statement.own(), known, self._missing)
        if isinstance(statement, SetLabel):
            anyhow = [{statement.label: known} for known in paths.values()]
            return _met(*anyhow)
        if isinstance(statement, (Assign, AssignMany, Do)):
            return self._set(_set_by(statement), paths)
        if isinstance(statement, If):
            held, other = _split(statement.condition, statement.negated, paths)
            return _met(
                self.block(statement.then, held), self.block(statement.otherwise, other)
            )
        if isinstance(statement, Switch):
            return _met(*(self.block(arm, paths) for arm in statement.arms))
        if isinstance(statement, Loop):
            return self._loop(statement, paths)
        if isinstance(statement, Count):
            return self._count(statement, paths)
        if isinstance(statement, Break):
            self._breaks[-1] = _met(self._breaks[-1], paths)
        elif isinstance(statement, Continue):
            self._continues[-1] = _met(self._continues[-1], paths)
        elif not isinstance(statement, (Return, Unreachable)):
            raise TypeError(f"unknown statement: {type(statement).__name__}")
        return {}

    def _loop(self, loop: Loop, paths: _Paths) -> _Paths:
        def enter(head: _Paths) -> tuple[_Paths, _Paths]:
            if loop.condition is None:
                return head, {}
            for known in head.values():
                _read((loop.condition,), known, self._missing)
            return _split(loop.condition, loop.negated, head)

        return self._repeated(loop, loop.body, paths, enter)[0]

    def _count(self, count: Count, paths: _Paths) -> _Paths:
        variable = count.variable

        def enter(head: _Paths) -> tuple[_Paths, _Paths]:
            return self._set((variable,), head), {}

        # There is a round at least; what the variable is afterwards is not defined.
        ended = _met(*self._repeated(count, count.body, paths, enter))
        return {label: known & ~(1 << variable) for label, known in ended.items()}

    def _set(self, variables: tuple[int, ...], paths: _Paths) -> _Paths:
        """What is set when variables have been given values, one after the other."""
        for variable in variables:
            gone = self._sharing.get(self._slots.get(variable, variable), 0)
            paths = {
                label: known & ~gone | 1 << variable for label, known in paths.items()
            }
        return paths

    def _repeated(
        self,
        loop: Statement,
        body: list[Statement],
        paths: _Paths,
        enter: Callable[[_Paths], tuple[_Paths, _Paths]],
    ) -> tuple[_Paths, _Paths]:
        """What is set where a loop is left within a round, and at the end of a round.

        `enter` gives what is set where the body begins, and where the loop is left before that.
        """
        known, left, end = self._loops.get(loop, ({}, {}, {}))
        head = _met(known, paths)
        while head != known:
            self._breaks.append({})
            self._continues.append({})
            inside, behind = enter(head)
            end = _met(self.block(body, inside), self._continues.pop())
            left = _met(behind, self._breaks.pop())
            known, head = head, _met(head, end)
        self._loops[loop] = known, left, end
        return left, end


def _split(
    condition: Expression, negated: bool, paths: _Paths
) -> tuple[_Paths, _Paths]:
    """The paths on which a condition may hold, and on which it may not."""
    if not isinstance(condition, LabelTest):
        return paths, paths
    relation, wanted = condition.relation, condition.label
    held, other = {}, {}
    for label, known in paths.items():
        holds = {"==": label == wanted, "<": label < wanted, ">=": label >= wanted}
        if label == _NO_LABEL:
            held[label] = other[label] = known
        elif holds[relation] != negated:
            held[label] = known
        else:
            other[label] = known
    return held, other
