"""The loop idiom that stores one value in cell after cell, and does nothing else.

    count v1 from v1 to i32:256 by 4     ->   cells.fill (i32.add(v1, i32:64), v0, i32.sub(i32:256, v1))
      i32.store offset=64 (v1, v0)

It becomes one instruction, `cells.fill`, or `cells.fill_places` where it is not cell after cell, which a target has
a faster way to do.

Why it is sound: what `sum` says of iterations holds here, too: where the cells are, and how often, is known when the
loop begins. What a loop has stored before it traps can be seen, and sums wrap around: where either could
happen the runtime makes the stores one by one, in their order. Where they are all in bounds the order does not
matter, as they do not overlap: neither in an iteration, nor does one reach into the next. The value is made of what
the loop leaves alone. The trip count is `trip_count`'s.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.ir.effects import TRAPS, WRITES_MEMORY
from wasm2py.ir.nodes import Do, Expression
from wasm2py.targets.python.idioms.polynomials import (
    constant,
    difference,
    number,
    total,
)
from wasm2py.targets.python.idioms.recognition import Replacement, replace_loops
from wasm2py.targets.python.idioms.symbolic_iteration import Beyond, Filled
from wasm2py.targets.python.idioms.trip_count import Whole
from wasm2py.targets.python.tree.function import StructuredFunction

_MOST_STORES: Final = 16


class FillRow(NamedTuple):
    """The immediate of `cells.fill` (first address, value, distance): cell after cell."""

    width: int
    offset: int
    memory: int
    step: int  # the distance divided by this, and multiplied by the next, is the number of cells
    lanes: int


class FillPlaces(NamedTuple):
    """The immediate of `cells.fill_places` (first address, value, distance): cells in any order, or with gaps.

    They are told by what is added to an iteration's address, modulo 2**32, and what is added to that.
    """

    width: int
    places: tuple[tuple[int, int], ...]
    stride: int
    memory: int
    step: int  # the distance divided by this is the number of iterations


def fill_rows(function: StructuredFunction) -> None:
    """Replace such loops in structured code."""
    replace_loops(function, _fills)


def _fills(whole: Whole) -> Replacement:
    """The row of cells; raises `Beyond` if the loop does something else."""
    fills = whole.iteration.fills
    if whole.iteration.cells or len(fills) > _MOST_STORES:
        raise Beyond
    first = fills[0]
    stride = number(whole.stride(first.place.address))
    if not stride or not whole.steps.is_fixed(first.value):
        raise Beyond
    places = [_away(whole, fill, first, stride) for fill in fills]
    _check_overlaps(places, first.width, abs(stride))
    lowest = min(away for away, _ in places)
    address = total(first.place.address, constant(lowest, "i32"), "i32")
    if address is None:
        raise Beyond
    moved = tuple((away - lowest, offset) for away, offset in places)
    in_order = _is_in_order(moved, first.width, stride)
    distance, step, lanes = whole.count(len(places) if in_order else 1)
    args = (
        whole.start(address, "i32"),
        whole.start(first.value, first.type),
        distance,
    )
    memory = first.place.memory
    if in_order:
        row = FillRow(first.width, places[0][1], memory, step, lanes)
        filled = _fill("cells.fill", args, row)
    else:
        apart = FillPlaces(first.width, moved, stride, memory, step)
        filled = _fill("cells.fill_places", args, apart)
    return Replacement([Do(filled)], {})


def _away(whole: Whole, fill: Filled, first: Filled, stride: int) -> tuple[int, int]:
    """How far an address is from the first one, and its offset; raises `Beyond` if that is not known."""
    place = fill.place
    if fill._replace(place=first.place) != first or place.memory != first.place.memory:
        raise Beyond
    away = number(difference(place.address, first.place.address, "i32"))
    if away is None or number(whole.stride(place.address)) != stride:
        raise Beyond
    return away, place.offset


def _is_in_order(places: tuple[tuple[int, int], ...], width: int, stride: int) -> bool:
    """Whether cell after cell is stored, upwards.

    Either all addresses are equal, or all offsets: with both, some might wrap around before others do.
    """
    moved, offset = places[0]
    apart = range(0, stride, width)
    return len(places) * width == stride and places in (
        tuple((moved + away, offset) for away in apart),
        tuple((moved, offset + away) for away in apart),
    )


def _check_overlaps(places: list[tuple[int, int]], width: int, stride: int) -> None:
    """Raise `Beyond` if cells of an iteration overlap, or reach into those of the next one."""
    starts = sorted(away + offset for away, offset in places)
    for start, after in zip(starts, [*starts[1:], starts[0] + stride]):
        if start + width > after:
            raise Beyond


def _fill(op: str, args: tuple[Expression, ...], imm: object) -> Expression:
    effects = WRITES_MEMORY | TRAPS
    for arg in args:
        effects |= arg.effects
    return Expression(op, args, imm, "", effects, 40)
