"""Whether every variable has a value where it is read, as a check of graphs.

Sets of variables are integers, one bit each.
"""

from __future__ import annotations

from collections.abc import Callable

from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Expression, Statement
from wasm2py.ir.walk import variables

Missing = Callable[
    [int], None
]  # is told of a variable that is read and need not be set


def check_graph(blocks: list[Block], entry: int, missing: Missing) -> None:
    """Look at linked blocks; `entry` is what is set at the beginning."""
    everything = -1
    before = [everything] * len(blocks)
    before[0] = entry
    changed = True
    while changed:
        changed = False
        for block in blocks:
            at = before[block.position]
            after = at | _set_by_all(block.statements)
            ways = [(target, after) for target in block.end.targets]
            if block.handler is not None:
                ways.append((block.handler, at | _set_by_all(block.certain())))
            for target, known in ways:
                met = before[target.position] & known
                if met != before[target.position]:
                    before[target.position] = met
                    changed = True
    for block in blocks:
        at = before[block.position]
        for statement in block.statements:
            read(statement.own(), at, missing)
            at |= set_by(statement)
        read(block.end.own(), at, missing)


def set_by(statement: Statement) -> int:
    """The variables that a statement gives values."""
    return sum(1 << variable for variable in statement.defines())


def _set_by_all(statements: list[Statement]) -> int:
    found = 0
    for statement in statements:
        found |= set_by(statement)
    return found


def read(expressions: tuple[Expression, ...], known: int, missing: Missing) -> None:
    """Tell of the variables that expressions read, if they are not among the known ones."""
    for expression in expressions:
        for variable in variables(expression):
            if not known >> variable.index & 1:
                missing(variable.index)
