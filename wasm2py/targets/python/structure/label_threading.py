"""Leads a path that has set its label straight to the next round of the loop, past tests of labels.

    if ...:                         if ...:
        to = 17                         v1 = v1 + 1
    else: ...                           continue
    if to == 3: ...                 else: ...
    if to == 8: ...          =>     if to == 3: ...
    if to == 11: ...                if to == 8: ...
    if to == 15: ...                if to == 11: ...
    v1 = v1 + 1                     if to == 15: ...
                                    v1 = v1 + 1

What the tests find is known where the label is set, so the path executes the same statements, in the same
order; they are copied. An interpreter's loop is the case in point: each of its instructions would pass the places
of others that stand in between.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, NamedTuple

from wasm2py.ir.nodes import NOTHING, Statement
from wasm2py.ir.walk import every
from wasm2py.targets.python.structure.dead_labels import remove_unused_labels
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Continue, If, LabelTest, SetLabel

# Fewer tests cost less than what the longer code does.
FEWEST_TESTS: Final = 4
MOST_COPIED: Final = 10
_MOST_TESTS: Final = 200  # that are looked at for one label


class _Place(NamedTuple):
    """A place in structured code: before a statement of a list, or at the list's end.

    `outer` is where control goes from there: None for the next round of a loop.
    """

    statements: list[Statement]
    at: int
    outer: _Place | None


# What follows the function's last statement: nothing that could be copied.
_END: Final = _Place([], 0, None)


def thread_labels(function: StructuredFunction) -> None:
    """Replace settings of labels in loops by what the path does up to its end, if that is little."""
    threading = _Threading()
    threading.block(function.statements, _END)
    if threading.replaced:
        function.assigned_once -= threading.assigned
        remove_unused_labels(function.statements)
        _remove_unreached(function.statements)


class _Threading:
    def __init__(self) -> None:
        self.replaced = False
        self.assigned: set[int] = set()  # variables, in more than one place now

    def block(self, statements: list[Statement], outer: _Place | None) -> None:
        """Look at a list; `outer` is what follows it, as in `_Place`."""
        for at, statement in enumerate(statements):
            if not statement.is_control():
                continue
            if isinstance(statement, SetLabel):
                path = _path(statement.label, statements, at + 1, outer)
                if path is not None:
                    # What follows in the list is reached on this path only.
                    statements[at:] = path
                    self.replaced = True
                    self.assigned.update(*(copied.defines() for copied in path))
                    return
                continue
            parts = statement.parts()
            if parts:
                repeats = statement.repeats()
                inner = None if repeats else _Place(statements, at + 1, outer)
                for part in parts:
                    self.block(part, inner)


def _path(
    label: int, statements: list[Statement], at: int, outer: _Place | None
) -> list[Statement] | None:
    """What is done from a place on, up to where the round is left, with a known label; None to leave it."""
    done: list[Statement] = []
    passed = 0
    while len(done) <= MOST_COPIED and passed <= _MOST_TESTS:
        if at == len(statements):
            if outer is None:
                return _unless_short(label, [*done, Continue()], passed)
            if outer is _END:
                return None
            statements, at, outer = outer
            continue
        statement = statements[at]
        at += 1
        arm = _arm(statement, label)
        if arm is not None:
            passed += 1
            if arm:
                statements, at, outer = arm, 0, _Place(statements, at, outer)
        elif isinstance(statement, SetLabel):
            label = statement.label
        elif statement.leaves() != NOTHING:
            return _unless_short(label, [*done, statement], passed)
        elif _is_simple(statement):
            done.append(statement)
        else:
            return None
    return None


def _arm(statement: Statement, label: int) -> list[Statement] | None:
    """What is done of a statement that tests the label."""
    if not isinstance(statement, If) or not isinstance(statement.condition, LabelTest):
        return None
    holds = statement.condition.holds(label) != statement.negated
    return statement.then if holds else statement.otherwise


def _is_simple(statement: Statement) -> bool:
    """Whether a statement may leave the round, but contains nothing else."""
    if not isinstance(statement, If):
        return not statement.is_control()
    if statement.otherwise or len(statement.then) != 1:
        return False
    return statement.then[0].leaves() != NOTHING


def _copied(statement: Statement) -> Statement:
    """A copy of a simple statement."""
    if isinstance(statement, If):
        way = statement.then[0].again()
        return If(statement.condition, statement.negated, [way], [])
    return statement.again()


def _unless_short(
    label: int, path: list[Statement], passed: int
) -> list[Statement] | None:
    """A copy of the path, with the label for those behind it; None if too few tests are spared."""
    if passed < FEWEST_TESTS:
        return None
    return [SetLabel(label), *map(_copied, path)]


def _remove_unreached(statements: list[Statement]) -> None:
    """Take out what is guarded by a label that nothing sets any more."""
    times = Counter(
        label for statement in every(statements) for label in _set_by(statement)
    )
    _Reached(times).block(statements)


def _set_by(statement: Statement) -> tuple[int, ...]:
    """The label that a statement sets, if it sets one."""
    return (statement.label,) if isinstance(statement, SetLabel) else ()


class _Reached:
    """Goes on in the order of the code: what a guard has set is gone before other guards ask for it."""

    def __init__(self, times: Counter[int]) -> None:
        self._times = times  # how often each label is set

    def block(self, statements: list[Statement]) -> None:
        kept: list[Statement] = []
        for statement in statements:
            if self._is_out_of_reach(statement):
                gone = [inner for part in statement.parts() for inner in every(part)]
                for inner in gone:
                    self._times.subtract(_set_by(inner))
                continue
            for part in statement.parts():
                self.block(part)
            if not isinstance(statement, If) or statement.then or statement.otherwise:
                kept.append(statement)
        statements[:] = kept

    def _is_out_of_reach(self, guard: Statement) -> bool:
        """Whether it is guarded by a label that is not set any more."""
        if not isinstance(guard, If) or guard.otherwise or guard.negated:
            return False
        test = guard.condition
        if not isinstance(test, LabelTest) or test.relation != "==":
            return False
        return not self._times[test.label]
