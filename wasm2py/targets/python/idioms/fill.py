"""The loop idiom that stores one value in cell after cell, and does nothing else.

    count v1 from v1 to i32:256 by 4     ->   cells.fill (i32.add(v1, i32:64), v0, i32.sub(i32:256, v1))
      i32.store offset=64 (v1, v0)

It becomes one instruction, `cells.fill`, or `cells.fill_while` for a step that is a variable (the inner loop
of a sieve), which a target has a faster way to do.

Why it is sound: what `sum` says of iterations holds here, too: where the cells are, and how often, is known when the
loop begins. What a loop has stored before it traps can be seen, and sums wrap around: where either could
happen the runtime makes the stores one by one, in their order. Where they are all in bounds the order does not
matter, as they do not overlap: neither in an iteration, nor does one reach into the next. The value is made of what
the loop leaves alone. The trip count is `trip_count`'s.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.linear_address import LinearAddress, linear_address
from wasm2py.ir.effects import TRAPS, WRITES_MEMORY
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import (
    Assign,
    Break,
    Const,
    Do,
    Expression,
    If,
    Loop,
    Statement,
    Variable,
)
from wasm2py.spec.opcodes import INTEGERS, STORES
from wasm2py.targets.python.idioms.polynomials import (
    constant,
    difference,
    number,
    total,
)
from wasm2py.targets.python.idioms.recognition import Replacement, replace_loops
from wasm2py.targets.python.idioms.symbolic_iteration import Beyond, Filled
from wasm2py.targets.python.idioms.trip_count import Whole

_WIDTHS: Final = {
    name: store.width for name, store in STORES.items() if store.type in INTEGERS
}
_MOST_STORES: Final = 16
_FULL: Final = 0xFFFFFFFF


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


class FillWhile(NamedTuple):
    """The immediate of `cells.fill_while` (base, index, step, end, value)."""

    width: int
    offset: int
    memory: int


def fill_rows(function: Function) -> None:
    """Replace such loops in structured code."""
    replace_loops(function, _fills)
    _fill_in(function.statements)


def _fill_in(statements: list[Statement]) -> None:
    for at, statement in enumerate(statements):
        for inner in statement.parts():
            _fill_in(inner)
        filled = _while(statement) if isinstance(statement, Loop) else None
        if filled is not None:
            statements[at] = filled


def _fills(whole: Whole) -> Replacement:
    """The row of cells; raises `Beyond` if the loop does something else."""
    fills = whole.round.fills
    if whole.round.cells or len(fills) > _MOST_STORES:
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
        filled = _fill("cells.fill", args, row, "")
    else:
        apart = FillPlaces(first.width, moved, stride, memory, step)
        filled = _fill("cells.fill_places", args, apart, "")
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


def _while(loop: Loop) -> Assign | None:
    """`do { store; index += step; } while (index < end);`"""
    if len(loop.body) != 3 or loop.condition is not None:
        return None
    store, step, test = loop.body
    if not (
        isinstance(store, Do) and isinstance(step, Assign) and isinstance(test, If)
    ):
        return None
    index, access = step.variable, store.value
    if access.op not in _WIDTHS or step.value.op != "i32.add" or test.otherwise:
        return None
    if len(test.then) != 1 or not isinstance(test.then[0], Break):
        return None
    address, value = access.args
    base = _address(address, index)
    left, right = step.value.args
    if isinstance(left, Variable) and left.index != index:
        left, right = right, left
    end = _least_end(test, index)
    if not (isinstance(left, Variable) and left.index == index) or end is None:
        return None
    if (
        base is None
        or base.shift
        or not _is_fixed(right, index)
        or not _is_fixed(value, index)
    ):
        return None
    _, offset, memory = cast("tuple[int, int, int]", access.imm)
    # Not the index that is stepped: of that more is known, since the access did not trap.
    first = base.variable
    args = (Const("i32", base.constant & _FULL), first, right, end, value)
    imm = FillWhile(_WIDTHS[access.op], offset, memory)
    return Assign(index, _fill("cells.fill_while", args, imm, "i32"))


def _least_end(test: If, index: int) -> Expression | None:
    """What an index has reached where a loop is left, as an unsigned number."""
    condition = test.condition
    if condition.op != ("i32.lt_u" if test.negated else "i32.ge_u"):
        return None
    left, right = condition.args
    if isinstance(left, Variable) and left.index == index and _is_fixed(right, index):
        return right
    return None


def _fill(op: str, args: tuple[Expression, ...], imm: object, type: str) -> Expression:
    effects = WRITES_MEMORY | TRAPS
    for arg in args:
        effects |= arg.effects
    return Expression(op, args, imm, type, effects, 40)


def _address(expression: Expression, variable: int) -> LinearAddress | None:
    """An address as a multiple of a variable."""
    found = linear_address(expression)
    return found if found is not None and found.variable.index == variable else None


def _is_fixed(value: Expression, variable: int) -> bool:
    """Whether a value is the same in each iteration of a loop that assigns one variable only."""
    if isinstance(value, Variable):
        return value.index != variable
    return isinstance(value, Const)
