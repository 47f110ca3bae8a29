"""Whether every variable has a value where it is read, as a check of structured code.

Sets of variables are integers, one bit each. What has been set may depend on the label that a path has set, so
there is a set for each label that there may be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wasm2py.ir.definite import Missing, read, set_by
from wasm2py.ir.nodes import FUNCTION, LOOP, ROUND, Statement
from wasm2py.targets.python.tree.nodes import If, LabelTest, Loop, SetLabel

_Paths = dict[int, int]  # what is set, by label; none if there is no path

_NO_LABEL: Final = -1


def check_tree(
    statements: list[Statement], entry: int, missing: Missing, slots: dict[int, int]
) -> None:
    """Look at structured code; `entry` is what is set at the beginning.

    `slots` are where variables are kept that share: setting one leaves the others without a value.
    """
    _Walk(missing, slots).block(statements, {_NO_LABEL: entry})


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
        if not statement.evaluates_each_round():
            self._read(statement, paths)
        if isinstance(statement, SetLabel):
            return _met(*({statement.label: known} for known in paths.values()))
        if statement.repeats():
            return self._loop(statement, paths)
        if statement.leaves() == LOOP:
            self._breaks[-1] = _met(self._breaks[-1], paths)
            return {}
        if statement.leaves() == ROUND:
            self._continues[-1] = _met(self._continues[-1], paths)
            return {}
        if statement.leaves() == FUNCTION:
            return {}
        parts = statement.parts()
        if parts:
            ways = _split(statement, paths)
            return _met(*(self.block(part, way) for part, way in zip(parts, ways)))
        return self._set(statement, paths)

    def _set(self, statement: Statement, paths: _Paths) -> _Paths:
        """What is set when a statement has given its variables values, one after the other."""
        for variable in statement.defines():
            gone = self._sharing.get(self._slots.get(variable, variable), 0)
            paths = {
                label: known & ~gone | 1 << variable for label, known in paths.items()
            }
        return paths

    def _read(self, statement: Statement, paths: _Paths) -> None:
        for known in paths.values():
            read(statement.own(), known, self._missing)

    def _loop(self, loop: Statement, paths: _Paths) -> _Paths:
        new = set_by(loop)
        (body,) = loop.parts()

        def enter(head: _Paths) -> tuple[_Paths, _Paths]:
            if not loop.evaluates_each_round():
                return self._set(loop, head), {}
            self._read(loop, head)
            first, second = _split(loop, head)
            return first, second if loop.own() else {}

        left, end = self._repeated(loop, body, paths, enter)
        if not loop.evaluates_each_round():
            # There is a round at least; what its variables are afterwards is not defined.
            left = _met(left, end)
        return {label: known & ~new for label, known in left.items()}

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


def _split(statement: Statement, paths: _Paths) -> list[_Paths]:
    """The paths on which a statement's parts may be executed, or a loop's body and what follows it."""
    ways = [paths for _ in statement.parts()]
    if not isinstance(statement, (If, Loop)):
        return ways
    condition, negated = statement.condition, statement.negated
    if not isinstance(condition, LabelTest):
        return [paths, paths]
    relation, wanted = condition.relation, condition.label
    held: _Paths = {}
    other: _Paths = {}
    for label, known in paths.items():
        holds = {"==": label == wanted, "<": label < wanted, ">=": label >= wanted}
        if label == _NO_LABEL:
            held[label] = other[label] = known
        elif holds[relation] != negated:
            held[label] = known
        else:
            other[label] = known
    return [held, other]
