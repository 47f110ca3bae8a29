"""Takes trees of guards apart where code would stand deeper than Python's compiler takes.

    if to < 9:                     if to == 3: ...
     if to == 3: ...               if to == 5: ...
     elif to == 5: ...      =>     if to == 9: ...
    else:
     if to == 9: ...

Structuring bounds how deep code is nested, but not the trees (see
`wasm2py.targets.python.structure.guard_trees`) of rows that stand within rows.

Why it is sound: the tests that are left out hold for all labels in their arm and for none in the
other one, and no guard leads to one that stood behind its `else`.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.nodes import Statement
from wasm2py.ir.walk import every
from wasm2py.targets.python.structure.guard_trees import guard_label
from wasm2py.targets.python.tree.depth import fits
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import If, LabelTest, SetLabel

# Python's compiler takes 98; the printer adds some, where it tests single values or conditions are long.
MOST_LEVELS: Final = 80


def flatten_guards(function: StructuredFunction) -> None:
    """Let a function's code have at most so many levels, as far as trees are at fault."""
    _flatten(function.statements, MOST_LEVELS)


def _flatten(statements: list[Statement], levels: int) -> None:
    if fits(statements, levels):
        return
    statements[:] = without_trees(statements)
    for statement in statements:
        for part in statement.parts():
            _flatten(part, levels - 1)


def without_trees(statements: list[Statement]) -> list[Statement]:
    """A list with the guards themselves in place of the trees that they are in."""
    result: list[Statement] = []
    for statement in statements:
        result += _guards(statement) or [statement]
    return result


def _guards(statement: Statement) -> list[Statement]:
    """The guards of a tree; none of what is no such thing."""
    if not isinstance(statement, If) or statement.negated:
        return []
    test = statement.condition
    if not isinstance(test, LabelTest):
        return []
    first: list[Statement] = [If(test, False, statement.then, [])]
    if test.relation != "==":
        first = without_trees(statement.then)
    second = without_trees(statement.otherwise)
    labels, behind = [[*map(guard_label, guards)] for guards in (first, second)]
    if min(labels + behind, default=-1) < 0 or not all(map(test.holds, labels)):
        return []
    if any(map(test.holds, behind)) or _leads_to(first, behind):
        return []
    return first + second


def _leads_to(guards: list[Statement], labels: list[int]) -> bool:
    """Whether some guards set one of the labels."""
    if not labels:
        return False
    settings = (each for each in every(guards) if isinstance(each, SetLabel))
    return not {each.label for each in settings}.isdisjoint(labels)
