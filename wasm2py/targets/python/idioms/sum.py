"""The loop idiom that adds up cells of memory, or products of two of them, and does nothing else.

    loop
      v2 = i32.add(v2, i32.load(v0))
      v0 = i32.add(v0, i32:4)            ->   v2 = i32.add(v2, cells.sum(v0, i32:4, v1))
      v1 = i32.sub(v1, i32:1)
      unless v1
        return v2                             return v2

The sums become instructions, `cells.sum` and `cells.products`, which a target has a faster way to do.

Why it is sound
---------------
*One iteration* is executed with polynomials for values (`symbolic_iteration`), modulo 2**32 or 2**64, so
what a variable is after it, and where it loads from, is exact. Induction variables, sums, and values that
nothing reads later are all that there may be. Integers may be added up in any order. Floats may not;
they stay.

*The trip count* is known, or the loop traps: see `trip_count`.

*Traps.* All loads trap alike, and the loop writes nothing: it does not matter which is first. By the
argument of `trip_count`, cells that are not all in bounds mean a trap, unless the step is longer (a
variable, at run time): then the runtime goes from one to the next, and sums wrap around.

*Old values.* Sums, and what induction variables are in the end, are made of what the variables were before
the loop: of a sum, too, that a counter or an address began as. So they are one parallel assignment. They
are written in an order in which none is set that another one still needs; where each needs another, a
temporary keeps one of them.

*Lanes.* Unrolled loads become one row if they are equally far from each other and the first of the next
iteration follows in its turn. Places are compared as polynomials, with what variables were made of in
their place: matmul's inner loop steps by `8 * n` and its two loads are `4 * n` apart. All lanes have the
same offset, so that their addresses are the same numbers modulo 2**32. Or all have the same operand and
a constant step: an operand in bounds has not wrapped.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.ir.effects import READS_MEMORY, TRAPS
from wasm2py.ir.nodes import Const, Expression
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.idioms.polynomials import (
    Polynomial,
    Product,
    constant,
    difference,
    expression,
    number,
    scaled,
    total,
    unknown,
    variable_of,
)
from wasm2py.targets.python.idioms.recognition import Replacement, replace_loops
from wasm2py.targets.python.idioms.symbolic_iteration import Beyond, Cell
from wasm2py.targets.python.idioms.trip_count import Whole
from wasm2py.targets.python.tree.function import StructuredFunction

# More calls than these cost too much where there are few iterations.
_MOST_CALLS: Final = 3


class SumRow(NamedTuple):
    """The immediate of `cells.sum` (first address, stride, distance) and `cells.products` (two of each)."""

    kinds: tuple[str, ...]
    offsets: tuple[int, ...]
    memory: int
    step: int  # the distance divided by this, and multiplied by the next, is the number of cells
    lanes: int


class _Row(NamedTuple):
    """Cells, or pairs of them, at places that are equally far from each other."""

    cells: tuple[Cell, ...]  # the first ones
    strides: tuple[Polynomial, ...]
    lanes: int  # how many an iteration


# What they are multiplied with, what kind of cells they are: terms that differ in neither may be one row.
_Key = tuple[int, Product, tuple[str, ...]]


def find_reductions(function: StructuredFunction) -> None:
    """Replace such loops in structured code."""
    replace_loops(function, _sums)


def _sums(whole: Whole) -> Replacement:
    """The sums; raises `Beyond` if the loop does something else."""
    if whole.iteration.copies or not whole.iteration.cells:
        raise Beyond
    found: dict[int, list[tuple[_Key, _Row]]] = {}
    loaded: set[int] = set()
    calls = 0
    for variable, added in whole.steps.sums.items():
        terms: dict[_Key, list[tuple[int, ...]]] = {}
        if not _collect(whole, added, terms):
            continue  # a temporary
        for cells in terms.values():
            loaded.update(cell for pair in cells for cell in pair)
        found[variable] = [
            (key, row) for key, cells in terms.items() for row in _rows(whole, cells)
        ]
        calls += len(found[variable])
    # A load that is not needed may trap, too.
    if not 0 < calls <= _MOST_CALLS or len(loaded) != len(whole.iteration.cells):
        raise Beyond
    return Replacement([], {v: _sum(whole, v, rows) for v, rows in found.items()})


def _collect(
    whole: Whole, added: Polynomial, terms: dict[_Key, list[tuple[int, ...]]]
) -> bool:
    """Sort the products in a polynomial; whether they are all made of one or two cells."""
    for product, count in added.items():
        cells = tuple(-1 - atom for atom in product if atom < 0)
        factors = tuple(atom for atom in product if atom >= 0)
        if not 1 <= len(cells) <= 2 or not whole.steps.is_fixed({factors: 1}):
            return False
        # The first loaded first, and if kinds differ in the order of their names.
        cells = tuple(
            sorted(cells, key=lambda at: (whole.iteration.cells[at].kind, at))
        )
        kinds = tuple(whole.iteration.cells[at].kind for at in cells)
        if kinds[0][0] == "f" or kinds[-1][0] == "f":
            return False
        terms.setdefault((count, factors, kinds), []).append(cells)
    return bool(terms)


def _rows(whole: Whole, cells: list[tuple[int, ...]]) -> list[_Row]:
    """As few rows as possible of cells, or pairs of cells."""
    loaded = whole.iteration.cells
    terms = [tuple(loaded[at] for at in pair) for pair in cells]
    terms.sort(key=lambda term: [_height(whole, cell) for cell in term])
    for parts in range(1, _MOST_CALLS + 1):
        size, rest = divmod(len(terms), parts)
        if not rest:
            chunks = [terms[at * size : at * size + size] for at in range(parts)]
            rows = [_row(whole, c) or _row(whole, c[::-1]) for c in chunks]
            if None not in rows:
                return [row for row in rows if row is not None]
    raise Beyond


def _height(whole: Whole, cell: Cell) -> int:
    """A number that grows evenly with places that are equally far from each other."""
    place = cell.place
    return place.offset + sum(
        count * (1 if not product else 10007 * product[0] + 50021)
        for product, count in whole.expanded(place.address).items()
    )


def _row(whole: Whole, terms: list[tuple[Cell, ...]]) -> _Row | None:
    """One row of all terms, in their order, if they go on in the next iteration where they end."""
    strides = []
    for cells in zip(*terms):
        stride = _stride(whole, cells)
        if stride is None:
            return None
        strides.append(stride)
    first = terms[0]
    if any(cell.place.memory != first[0].place.memory for t in terms for cell in t):
        raise Beyond
    return _Row(first, tuple(strides), len(terms))


def _stride(whole: Whole, cells: tuple[Cell, ...]) -> Polynomial | None:
    """How far cells, and those of the next iteration, are from each other, if all are equally far."""
    first = cells[0].place
    whole_stride = whole.stride(first.address)
    if len(cells) == 1:
        return whole_stride
    second = cells[1].place
    stride = difference(second.address, first.address, "i32")
    same_offset = all(cell.place.offset == first.offset for cell in cells)
    if not same_offset:
        # An operand and another offset: addresses that wrap around would not be the same.
        distance = second.offset - first.offset
        moved = number(whole_stride)
        if stride or distance <= 0 or moved != distance * len(cells):
            return None
        stride = constant(distance, "i32")
    step = whole.expanded(stride)
    for at, cell in enumerate(cells):
        place = cell.place
        away = difference(place.address, first.address, "i32")
        if not same_offset:
            if away:
                return None
            away = constant(place.offset - first.offset, "i32")
        if whole.expanded(away) != scaled(step, at, "i32"):
            return None
        if whole.expanded(whole.stride(place.address)) != scaled(
            step, len(cells), "i32"
        ):
            return None
    return stride


def _sum(whole: Whole, variable: int, rows: list[tuple[_Key, _Row]]) -> Expression:
    """What a variable is after the loop."""
    type = whole.types[variable]
    atom = variable_of(whole.types)
    # As if the rows' sums were variables.
    sums: dict[int, Expression] = {}
    result: Polynomial | None = whole.started(unknown(variable), type)
    for (count, factors, _), row in rows:
        name = len(whole.types) + len(sums)
        sums[name] = _call(whole, row, type)
        if result is not None:
            result = total(result, {(*factors, name): count}, type)
    if result is None:
        raise Beyond
    return expression(result, type, lambda at: sums[at] if at in sums else atom(at))


def _call(whole: Whole, row: _Row, type: str) -> Expression:
    args: list[Expression] = []
    # Or it might go on for long while the loop has come to a trap in another row.
    if not any(map(number, row.strides)) and number(whole.distance) is None:
        raise Beyond
    for cell, stride in zip(row.cells, row.strides):
        args.append(whole.start(cell.place.address, "i32"))
        fixed = number(stride)
        args.append(
            Const("i32", fixed & MASKS[I32])
            if fixed is not None
            else whole.start(stride, "i32")
        )
    count, step, lanes = whole.count(row.lanes)
    args.append(count)
    kinds = tuple(cell.kind for cell in row.cells)
    offsets = tuple(cell.place.offset for cell in row.cells)
    imm = SumRow(kinds, offsets, row.cells[0].place.memory, step, lanes)
    op = "cells.sum" if len(kinds) == 1 else "cells.products"
    effects = READS_MEMORY | TRAPS
    for arg in args:
        effects |= arg.effects
    return Expression(op, tuple(args), imm, type, effects, 60)
