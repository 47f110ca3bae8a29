"""The loop idiom that copies cells to others, one after the other, and does nothing else.

    loop
      i32.store(v0, i32.load(v1))
      v0 = i32.add(v0, i32:4)
      v1 = i32.add(v1, i32:4)            ->   cells.copy(v0, v1, v2)
      v2 = i32.sub(v2, i32:1)
      unless v2
        return                                return

`d[i] = s[i]` stays a loop in C where the two might overlap. It becomes one instruction, `cells.copy`, which
a target has a faster way to do.

Why it is sound: what `sum` says of iterations and of lanes holds here, too; but what a loop has written can
be seen, so the order counts. The loads and stores of an iteration alternate, each store of the cell just
loaded, and both go on where the iteration before has ended: then cell after cell is copied, and where
an iteration begins does not matter. A loop that does not come to its end copies the cells before the first
that is out of bounds, and traps; addresses do not wrap around before. Bytes that are copied to a place
behind them, closer than the length of the copy, are a pattern that is repeated. If they are closer than
the width of a cell, the runtime copies cells one by one.

Downwards it is `cells.copy_down`, each cell before the last one. An operand that wraps around below zero is among
the last bytes, which no memory has; but an offset would be added after that, so then there must be none. What is
repeated there is what is copied to a place before it.
"""

from __future__ import annotations

from typing import NamedTuple

from wasm2py.ir.effects import READS_MEMORY, TRAPS, WRITES_MEMORY
from wasm2py.ir.nodes import Do, Expression
from wasm2py.targets.python.idioms.polynomials import constant, difference, number
from wasm2py.targets.python.idioms.recognition import Replacement, replace_loops
from wasm2py.targets.python.idioms.symbolic_iteration import Beyond, Place
from wasm2py.targets.python.idioms.trip_count import Whole
from wasm2py.targets.python.tree.function import StructuredFunction


class CopyRow(NamedTuple):
    """The immediate of `cells.copy` and `cells.copy_down` (first address to store at, first to load from, distance)."""

    width: int
    offsets: tuple[int, int]
    memory: int
    step: int  # the distance divided by this, and multiplied by the next, is the number of cells
    lanes: int


def find_copies(function: StructuredFunction) -> None:
    """Replace such loops in structured code."""
    replace_loops(function, _copy)


def _copy(whole: Whole) -> Replacement:
    copies = whole.iteration.copies
    if not copies or len(copies) != len(whole.iteration.cells):
        raise Beyond
    width = copies[0].width
    if any(copy.width != width for copy in copies):
        raise Beyond
    down = (number(whole.stride(copies[0].place.address)) or 0) < 0
    away = -width if down else width
    to = _row(whole, [copy.place for copy in copies], away)
    start = _row(whole, [copy.cell.place for copy in copies], away)
    if to.memory != start.memory or (down and (to.offset or start.offset)):
        raise Beyond
    count, step, lanes = whole.count(len(copies))
    args = (whole.start(to.address, "i32"), whole.start(start.address, "i32"), count)
    imm = CopyRow(width, (to.offset, start.offset), to.memory, step, lanes)
    op = "cells.copy_down" if down else "cells.copy"
    effects = READS_MEMORY | WRITES_MEMORY | TRAPS
    for arg in args:
        effects |= arg.effects
    return Replacement([Do(Expression(op, args, imm, "", effects, 50))], {})


def _row(whole: Whole, places: list[Place], distance: int) -> Place:
    """The first of places so far away from each other, in this order, and go on in the next iteration where they end.

    Either all operands are equal, or all offsets: with both, addresses might wrap around before
    others do.
    """
    first = places[0]
    same_offset = all(place.offset == first.offset for place in places)
    for at, place in enumerate(places):
        away = difference(place.address, first.address, "i32")
        if not same_offset:
            if away:
                raise Beyond
            away = constant(place.offset - first.offset, "i32")
        if number(away) != at * distance or place.memory != first.memory:
            raise Beyond
        if number(whole.stride(place.address)) != len(places) * distance:
            raise Beyond
    return first
