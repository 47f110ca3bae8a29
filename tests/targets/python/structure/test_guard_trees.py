"""Rows of guards as trees: the same code is executed, after fewer tests."""

from __future__ import annotations

import random
import re

import pytest

from tests.ir.printed import only, printed
from tests.targets.python.structure.test_label_threading import row
from wasm2py.ir.nodes import Assign, Const, Statement, Variable
from wasm2py.targets.python.structure.flat_guards import without_trees
from wasm2py.targets.python.structure.guard_trees import (
    arrange_labels,
    gather_guards,
    guard_label,
)
from wasm2py.targets.python.tree.depth import fits
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import If, LabelTest, SetLabel


class Row:
    """Guards, of which each notes its label and may set another one, and what is executed from a label on."""

    def __init__(self, leads: dict[int, int]) -> None:
        self.leads = leads  # where a guard leads, on one of two ways; -1: nowhere

    def guards(self) -> list[Statement]:
        """The guards, one after the other."""
        return [
            If(LabelTest(label), False, self._guarded(label, target), [])
            for label, target in self.leads.items()
        ]

    def _guarded(self, label: int, target: int) -> list[Statement]:
        visited = Assign(0, Const("i32", label))
        if target < 0:
            return [visited]
        return [visited, If(Variable(1, "i32"), False, [SetLabel(target)], [])]


class Walk:
    """Executes guards; the condition in them holds if `leads` says so."""

    def __init__(self, label: int, leads: bool) -> None:
        self.label = label
        self.leads = leads
        self.visited: list[int] = []
        self.tests = 0

    def block(self, statements: list[Statement]) -> Walk:
        for statement in statements:
            if isinstance(statement, SetLabel):
                self.label = statement.label
            elif isinstance(statement, Assign):
                self.visited.append(self.label)
            elif isinstance(statement, If):
                holds = self.leads
                if isinstance(statement.condition, LabelTest):
                    self.tests += 1
                    holds = statement.condition.holds(self.label)
                self.block(statement.then if holds else statement.otherwise)
        return self


def weighed(statements: list[Statement], times: dict[int, int]) -> list[Statement]:
    """Statements as the pass leaves them if so many paths, besides those in them, lead to labels."""
    function = StructuredFunction.__new__(StructuredFunction)
    paths: list[Statement] = [
        SetLabel(label) for label, count in times.items() for _ in range(count)
    ]
    function.statements = [*paths, *statements]
    arrange_labels(function)
    return function.statements[len(paths) :]


def passed_to(statements: list[Statement], label: int) -> int:
    """How many tests of the label there are for a path that leads to one."""
    return Walk(label, False).block(statements).tests


@pytest.mark.parametrize("seed", range(40))
def test_the_same_is_executed(seed: int) -> None:
    chosen = random.Random(seed)
    labels = range(chosen.randrange(1, 60))
    leads = {label: chosen.choice([-1, -1, *labels]) for label in labels}
    guards = Row(leads)
    begin = range(len(labels) + 1)
    expected = [
        Walk(label, way).block(guards.guards()).visited
        for label in begin
        for way in (False, True)
    ]
    times = {label: chosen.randrange(4) for label in labels}
    for rows in (guards.guards(), gather_guards(guards.guards())):
        tree = weighed(rows, times)
        assert expected == [
            Walk(label, way).block(tree).visited
            for label in begin
            for way in (False, True)
        ]
        assert fits(tree, 2 + len(labels).bit_length() + 2)
        flat = without_trees(tree)
        assert expected == [
            Walk(label, way).block(flat).visited
            for label in begin
            for way in (False, True)
        ]
        assert len(flat) == len(labels) and all(guard_label(each) >= 0 for each in flat)


def test_what_is_no_tree_is_left_alone() -> None:
    """Guards of which one leads to another behind its `else`, and tests around something else."""
    first, second = Row({0: 1, 1: -1}).guards()
    assert isinstance(first, If)
    leading = If(first.condition, False, first.then, [second])
    mixed = If(LabelTest(5, "<"), False, [SetLabel(3)], [])
    for statement in (leading, mixed, SetLabel(3)):
        assert without_trees([statement]) == [statement]


def test_no_tests_behind_the_one_that_holds() -> None:
    leads = dict.fromkeys(range(8), -1)
    tree = weighed(Row(leads).guards(), dict.fromkeys(leads, 1))
    assert [passed_to(tree, label) for label in leads] == [3, 4] * 4


def test_where_guards_lead_to_others_both_halves_are_tested_for() -> None:
    tree = weighed(Row({0: 1, 1: -1}).guards(), {})
    assert [passed_to(tree, 0), passed_to(tree, 1)] == [2, 2]


def test_what_many_paths_lead_to_is_found_first() -> None:
    leads = dict.fromkeys(range(32), -1)
    even = weighed(Row(leads).guards(), dict.fromkeys(leads, 1))
    times = {**dict.fromkeys(leads, 1), 31: 300}
    uneven = weighed(Row(leads).guards(), times)
    assert passed_to(uneven, 31) < passed_to(even, 31)


def test_behind_a_switch() -> None:
    lines = printed(row("(br $b5)", 8), only("webs", "folding", "guards")).splitlines()
    tests = [line.strip() for line in lines if "if to" in line]
    assert tests == [
        "if to < 3",
        *("if to == 0", "if to == 1", "if to == 2"),
        "if to >= 3",
        *("if to == 3", "if to == 4", "if to == 5"),
    ]


def test_labels_are_numbered_in_the_same_order() -> None:
    text = row("(br $b3)", 5)
    before = printed(text, only("webs", "folding"))
    after = printed(text, only("webs", "folding", "guards"))
    labels = sorted(set(map(int, re.findall(r"\bto (?:== )?(\d+)", before))))
    assert labels[0] > 0

    def numbered(found: re.Match[str]) -> str:
        return f"{found[1]}{labels.index(int(found[2]))}"

    assert after == re.sub(r"(\bto (?:== )?)(\d+)", numbered, before)
