"""Labels that nothing asks for."""

from __future__ import annotations

from wasm2py.ir.nodes import Assign, Const, Statement
from wasm2py.targets.python.structure.dead_labels import remove_unused_labels
from wasm2py.targets.python.tree.nodes import (
    Continue,
    If,
    LabelTest,
    Loop,
    SetLabel,
)

DEPTH = 12


class Asked(Assign):
    """An assignment that counts how often a walk comes to it."""

    __slots__ = ("times",)

    def __init__(self) -> None:
        super().__init__(0, Const("i32", 0))
        self.times = 0

    def is_control(self) -> bool:
        self.times += 1
        return super().is_control()


def endless(body: list[Statement]) -> Statement:
    return Loop(body, endless=True)


def guarded(label: int, body: list[Statement]) -> Statement:
    return If(LabelTest(label), False, body, [])


def shown(statements: list[Statement]) -> list[object]:
    """The labels that are set, and what is inside of others, as lists."""
    return [
        (
            statement.label
            if isinstance(statement, SetLabel)
            else [shown(part) for part in statement.parts()]
        )
        for statement in statements
    ]


def test_nested_loops_are_gone_through_once() -> None:
    innermost = Asked()
    code: list[Statement] = [innermost]
    for label in range(DEPTH):
        code = [endless([*code, SetLabel(label), Continue()])]
    assert not remove_unused_labels(code)
    assert innermost.times == 1


def test_a_label_that_the_next_round_asks_for_stays() -> None:
    code = [endless([guarded(1, [SetLabel(2), Continue()]), SetLabel(1)])]
    before = shown(code)
    assert remove_unused_labels(code)
    assert shown(code) == before


def test_a_label_that_the_next_round_sets_first_goes() -> None:
    code = [endless([SetLabel(3), guarded(1, [SetLabel(2), Continue()]), SetLabel(1)])]
    assert remove_unused_labels(code)
    assert shown(code) == [[[3, [[[]], []]]]]
