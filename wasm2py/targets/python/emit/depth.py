"""The depth at which statements will be printed."""

from __future__ import annotations

from wasm2py.ir.nodes import Statement
from wasm2py.targets.python.tree.nodes import If, Switch, ends


def levels(statements: list[Statement]) -> int:
    """The levels within the one that a list of statements stands on.

    An `elif` counts as what it is, a switch as its tree of tests. The tests that the printer adds
    around single values (of a NaN, of a sign) are not counted.
    """
    deepest = 0
    for statement in statements:
        if statement.is_control():
            deepest = max(deepest, _levels(statement))
    return deepest


def _levels(statement: Statement) -> int:
    if isinstance(statement, If):
        return _levels_of_if(statement)
    if isinstance(statement, Switch):
        return _levels_of_switch(statement, 0, len(statement.arms))
    parts = statement.parts()
    return 1 + max(map(levels, parts)) if parts else 0


def _levels_of_if(statement: If) -> int:
    deepest = 1 + levels(statement.then)
    otherwise = statement.otherwise
    while len(otherwise) == 1 and isinstance(chained := otherwise[0], If):
        deepest = max(deepest, 1 + levels(chained.then))
        otherwise = chained.otherwise
    return max(deepest, 1 + levels(otherwise)) if otherwise else deepest


def _levels_of_switch(switch: Switch, first: int, last: int) -> int:
    """Those of the arms from `first` up to `last` (exclusive): see `Statements._switch`."""
    if last - first == 1:
        return levels(switch.arms[first])
    middle = (first + last) // 2
    below = _levels_of_switch(switch, first, middle)
    beyond = _levels_of_switch(switch, middle, last)
    if all(ends(arm) for arm in switch.arms[first:middle]):
        return max(1 + below, beyond)
    return 1 + max(below, beyond)
