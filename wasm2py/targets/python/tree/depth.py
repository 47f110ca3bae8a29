"""The depth at which statements will be printed."""

from __future__ import annotations

from wasm2py.ir.nodes import Statement
from wasm2py.targets.python.tree.nodes import If, Switch, ends


def fits(statements: list[Statement], levels: int) -> bool:
    """Whether there are at most so many levels within the one that a list of statements stands on.

    An `elif` counts as what it is, a switch as its tree of tests. The tests that the printer adds
    around single values (of a NaN, of a sign) are not counted.
    """
    for statement in statements:
        if isinstance(statement, If):
            if not _if_fits(statement, levels):
                return False
        elif isinstance(statement, Switch):
            if not _switch_fits(statement, 0, len(statement.arms), levels):
                return False
        else:
            for part in statement.parts():
                if levels < 1 or not fits(part, levels - 1):
                    return False
    return True


def _if_fits(statement: If, levels: int) -> bool:
    if levels < 1 or not fits(statement.then, levels - 1):
        return False
    otherwise = statement.otherwise
    while len(otherwise) == 1 and isinstance(chained := otherwise[0], If):
        if not fits(chained.then, levels - 1):
            return False
        otherwise = chained.otherwise
    return fits(otherwise, levels - 1)


def _switch_fits(switch: Switch, first: int, last: int, levels: int) -> bool:
    """Whether the arms from `first` up to `last` (exclusive) do: see `Statements._switch`."""
    if last - first == 1:
        return fits(switch.arms[first], levels)
    middle = (first + last) // 2
    if levels < 1 or not _switch_fits(switch, first, middle, levels - 1):
        return False
    if not all(ends(arm) for arm in switch.arms[first:middle]):
        levels -= 1
    return _switch_fits(switch, middle, last, levels)
