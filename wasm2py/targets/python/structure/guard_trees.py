"""Rows of code that is guarded by tests of the label, as trees: a path passes few tests on its way.

    if to == 3: ...            if to < 9:
    if to == 5: ...             if to == 3: ...
    if to == 9: ...       =>    elif to == 5: ...
    if to == 11: ...           else:
                                if to == 9: ...
                                elif to == 11: ...

A test is left out where what stands before it cannot lead to what it guards: there is `else`. Where it
can, both halves are tested for, one after the other. What many paths lead to is found first.

Why it is sound: a row's labels ascend, so a test for those below one holds for no guard behind it. The order of
the guarded code stays. Behind `else` stands what a path would have found false: it comes with another label,
and no statement of what it has passed sets one of these.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from math import log2
from typing import Final

from wasm2py.ir.nodes import Expression, Statement
from wasm2py.ir.walk import every
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import If, LabelTest, SetLabel

GUARDS_IN_A_ROW: Final = 6
_SPARE_LEVELS: Final = 2  # that a tree may have more than one whose halves are equal


def gather_guards(statements: list[Statement]) -> list[Statement]:
    """Put the long rows of guards in a list into trees with equal halves."""
    if len(statements) <= GUARDS_IN_A_ROW:
        return statements
    result: list[Statement] = []
    for row in _rows(statements):
        result += _halved(row) if isinstance(row, _Row) else [row]
    return result


def arrange_labels(function: StructuredFunction) -> None:
    """Put all rows of guards into trees by how many paths lead where, and number labels from 0 on.

    CPython reaches a function's first 256 constants sooner than others, and labels have been thousands.
    """
    labels = _Labels(function.statements)
    labels.number()
    times = Counter(setting.label for setting in labels.settings)
    for statements in labels.tested:
        _weigh(statements, times)


class _Labels:
    """Where labels are set and tested."""

    def __init__(self, statements: list[Statement]) -> None:
        self.settings: list[SetLabel] = []
        self.tests: list[tuple[Statement, LabelTest]] = []
        # The lists with statements that choose by tests, those within others after them.
        self.tested: list[list[Statement]] = []
        blocks = [statements]
        for block in blocks:  # which grows
            tests = len(self.tests)
            for statement in block:
                if not statement.is_control():
                    continue
                if isinstance(statement, SetLabel):
                    self.settings.append(statement)
                    continue
                blocks += statement.parts()
                if statement.is_condition():
                    for test in statement.own():
                        if isinstance(test, LabelTest):
                            self.tests.append((statement, test))
            if len(self.tests) > tests:
                self.tested.append(block)

    def number(self) -> None:
        """Count the labels from 0 on, in the same order."""
        used = {setting.label for setting in self.settings}
        used.update(test.label for _, test in self.tests)
        numbers = {label: number for number, label in enumerate(sorted(used))}
        for setting in self.settings:
            setting.label = numbers[setting.label]
        for statement, test in self.tests:
            number = numbers[test.label]
            statement.replace_own((LabelTest(number, test.relation),))


class _Row:
    """Guards that follow each other, and their labels, which ascend."""

    def __init__(self) -> None:
        self.guards: list[If] = []
        self.labels: list[int] = []


def guard_label(statement: Statement) -> int:
    """The label that a statement as a whole is guarded by, or -1."""
    if isinstance(statement, If) and not statement.otherwise and not statement.negated:
        test = statement.condition
        if isinstance(test, LabelTest) and test.relation == "==":
            return test.label
    return -1


def _rows(statements: list[Statement]) -> list[Statement | _Row]:
    """A list whose guards have been put together."""
    result: list[Statement | _Row] = []
    row = _Row()
    for statement in statements:
        label = guard_label(statement)
        if row.labels and label <= row.labels[-1]:
            row = _Row()
        if label < 0 or not isinstance(statement, If):
            result.append(statement)
            continue
        if not row.labels:
            result.append(row)
        row.guards.append(statement)
        row.labels.append(label)
    return result


def _halved(row: _Row, first: int = 0, last: int = -1) -> list[Statement]:
    """The guards from `first` up to `last` (exclusive)."""
    last = len(row.guards) if last < 0 else last
    if last - first <= GUARDS_IN_A_ROW:
        return list(row.guards[first:last])
    middle = (first + last) // 2
    return _parted(
        row.labels[middle],
        _halved(row, first, middle),
        _halved(row, middle, last),
    )


def _parted(
    label: int, below: list[Statement], beyond: list[Statement]
) -> list[Statement]:
    """Guards of labels below one, which may lead to those that follow, and these."""
    test: Expression = LabelTest(label, ">=")
    return [If(LabelTest(label, "<"), False, below, []), If(test, False, beyond, [])]


def _weigh(statements: list[Statement], times: Counter[int]) -> None:
    """Arrange the guards in a list; `times` says how often each label is set."""
    rows = _rows(_without_trees(statements))
    statements.clear()
    for row in rows:
        if not isinstance(row, _Row):
            statements.append(row)
        elif len(row.guards) == 1:
            statements += row.guards
        else:
            statements += _WeighedRow(row, times).tree()


def _without_trees(statements: list[Statement]) -> list[Statement]:
    """A list with the guards themselves in place of the trees that they are in."""
    result: list[Statement] = []
    for statement in statements:
        result += _taken_apart(statement) or [statement]
    return result


def _taken_apart(statement: Statement) -> list[Statement]:
    """The guards in a half of a tree; none of what is no such thing."""
    if not isinstance(statement, If) or statement.otherwise or statement.negated:
        return []
    test = statement.condition
    if not isinstance(test, LabelTest) or test.relation == "==":
        return []
    inner = _without_trees(statement.then)
    labels = map(guard_label, inner)
    are_guards = all(label >= 0 and test.holds(label) for label in labels)
    return inner if are_guards else []


class _WeighedRow:
    """A row, how many paths lead to each of its guards, and which guards lead to others of it."""

    def __init__(self, row: _Row, times: Counter[int]) -> None:
        self._row = row
        counted = accumulate((times[label] for label in row.labels), initial=0)
        self._paths = list(counted)  # to all guards before one
        at = {label: index for index, label in enumerate(row.labels)}
        self._leads = [_led_to(guard, at) for guard in row.guards]

    def tree(self) -> list[Statement]:
        """The row's code."""
        count = len(self._row.guards)
        return self._part(0, count, (count - 1).bit_length() + _SPARE_LEVELS)

    def _part(self, first: int, last: int, levels: int) -> list[Statement]:
        """The guards from `first` up to `last` (exclusive), in so many levels of tests."""
        if last - first <= 2:
            return self._chain(first, last)
        crossed = self._crossed(first, last)
        paths = self._paths[last] - self._paths[first]
        costs: dict[int, float] = {}
        for at in range(first + 1, last):
            if max(at - first, last - at) <= 1 << (levels - 1):
                tests = paths * (2 if crossed[at - first] else 1)
                costs[at] = tests + self._cost(first, at) + self._cost(at, last)
        middle = min(costs, key=lambda at: (costs[at], abs(2 * at - first - last)))
        if costs[middle] >= paths * (last - first) and last - first <= GUARDS_IN_A_ROW:
            return self._chain(first, last)
        below = self._part(first, middle, levels - 1)
        beyond = self._part(middle, last, levels - 1)
        label = self._row.labels[middle]
        if crossed[middle - first]:
            return _parted(label, below, beyond)
        return [If(LabelTest(label, "<"), False, below, beyond)]

    def _crossed(self, first: int, last: int) -> list[bool]:
        """For each place in a part: whether guards before it lead to some behind it."""
        ways = [0] * (last - first + 1)
        for at in range(first, last):
            # Ways to earlier ones go around a loop: no guard of this row follows.
            ahead = (to for to in self._leads[at] if at < to < last)
            farthest = max(ahead, default=at)
            ways[at - first + 1] += 1
            ways[farthest - first + 1] -= 1
        return [count > 0 for count in accumulate(ways)]

    def _cost(self, first: int, last: int) -> float:
        """About how many tests paths pass in a part, all together, if it is a tree."""
        return (self._paths[last] - self._paths[first]) * (1 + log2(last - first))

    def _chain(self, first: int, last: int) -> list[Statement]:
        """A few guards one after the other, by `elif` where none leads to the others."""
        chain: list[Statement] = []
        for at in reversed(range(first, last)):
            guard = self._row.guards[at]
            if len(chain) == 1 and not any(to < last for to in self._leads[at]):
                guard = If(guard.condition, False, guard.then, chain)
                chain = [guard]
            else:
                chain.insert(0, guard)
        return chain


def _led_to(guard: If, at: dict[int, int]) -> list[int]:
    """Which guards of a row one may lead to."""
    return [
        at[statement.label]
        for statement in every(guard.then)
        if isinstance(statement, SetLabel) and statement.label in at
    ]
