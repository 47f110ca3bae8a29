"""Loops over rows of cells as Python `for` statements."""

from __future__ import annotations

from wasm2py.ir.nodes import Expression
from wasm2py.spec.opcodes import INTEGERS, LOADS
from wasm2py.targets.python.emit.code import TERNARY, signed_range
from wasm2py.targets.python.emit.expressions import Expressions
from wasm2py.targets.python.emit.memory import LOADED
from wasm2py.targets.python.tree.nodes import EachCell, Row


def cell_loop(e: Expressions, each: EachCell) -> str:
    """The head of a loop."""
    rows = [_row(e, row, at, each.rounds) for row, at in zip(each.rows, each.own())]
    cells = rows[0] if len(rows) == 1 else f"zip({', '.join(rows)})"
    return f"for {', '.join(e.name(row.variable) for row in each.rows)} in {cells}:"


def _row(e: Expressions, row: Row, first: Expression, rounds: int) -> str:
    """The call that gives the cells of a row, in the form in which its variable is kept."""
    load = LOADS[row.op]
    kind, low, high = LOADED[row.op]
    whole = load.signed is None and load.type in INTEGERS
    if whole and row.variable in e.signed_variables:
        kind, (low, high) = f"i{kind[1:]}", signed_range(load.type)
    e.note_range(row.variable, low, high)
    # Where addresses wrap around, the offset is added afterwards: by the view.
    view = e.view(row.memory, f"m{kind}", row.offset)
    return f"each_cell({view}, {e.value(first).at(TERNARY)}, {row.stride}, {rounds})"
