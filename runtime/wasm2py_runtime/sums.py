"""Loops that add up cells of memory, as a whole.

The sums are exact; code masks them. Such a loop writes nothing, so a trap may come at any
time. Where not all cells are in bounds it does come, unless the steps are so long that
they jump over what is beyond the memory.
"""

from __future__ import annotations

import math
from _operator import mul
from itertools import repeat

from .memory import LONGEST_STEP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable


def _multiplied(p: Any, q: Any) -> Any:
    return sum(map(mul, p, q))


# Of integers it is exact, and twice as fast. From Python 3.12 on.
_sum_of_products = getattr(math, "sumprod", _multiplied)

_FULL = 0xFFFFFFFF
# The views that have slices. A slice does not keep the bytes: it is gone when the function returns
# that holds the view (see `views`). One of a `bytearray` would be a copy.
SLICED = (memoryview, bytearray)


def sum_cells(
    view: Any, first: int, stride: int, count: int, step: int = 1, lanes: int = 1
) -> int:
    """The sum of the cells at addresses from ``first`` on by ``stride``, modulo 2**32.

    There are ``lanes`` of them for each ``step`` in ``count``. If that is no whole number
    greater than zero, the loop would go on to a trap.
    """
    if step > 1 or lanes > 1:
        count = number_of_cells(count, step, lanes)
    if count and not stride:
        return int(view[first]) * count
    past = first + count * stride
    if not (first < past and past - stride < len(view)):
        return sum(_row(view, first, stride, count))
    if isinstance(view, SLICED):
        return sum(memoryview(view)[first:past:stride])
    # PyPy makes this as fast as the loop was.
    total = 0
    while first < past:
        total += view[first]
        first += stride
    return total


def sum_products(
    view: Any,
    first: int,
    stride: int,
    other_view: Any,
    other_first: int,
    other_stride: int,
    count: int,
    step: int = 1,
    lanes: int = 1,
) -> int:
    """The sum of the products of cells in two rows, the first by the first and so on."""
    if step > 1 or lanes > 1:
        count = number_of_cells(count, step, lanes)
    if count and not stride and not other_stride:
        return int(view[first]) * int(other_view[other_first]) * count
    past = first + count * stride
    other_past = other_first + count * other_stride
    total: int
    if not (
        first < past
        and past - stride < len(view)
        and other_first < other_past
        and other_past - other_stride < len(other_view)
    ):
        total = _sum_of_products(
            _row(view, first, stride, count),
            _row(other_view, other_first, other_stride, count),
        )
    elif isinstance(view, SLICED) and isinstance(other_view, SLICED):
        total = _sum_of_products(
            memoryview(view)[first:past:stride],
            memoryview(other_view)[other_first:other_past:other_stride],
        )
    else:
        total = 0
        while first < past:
            total += view[first] * other_view[other_first]
            first += stride
            other_first += other_stride
    return total


def number_of_cells(distance: int, step: int, lanes: int) -> int:
    """``lanes`` for each ``step`` in a distance, or 0 if that is no whole number."""
    return 0 if distance % step else distance // step * lanes


def _row(view: Any, first: int, stride: int, count: int) -> Iterable[int]:
    """Cells, wherever they are."""
    if stride > _FULL >> 1:
        stride -= _FULL + 1
    last = first + (count - 1) * stride
    if count and 0 <= last < len(view) and first < len(view):
        if not stride:
            return repeat(view[first], count)
        return (view[at] for at in range(first, first + count * stride, stride))
    if count and abs(stride) > LONGEST_STEP:
        return (view[at & _FULL] for at in range(first, first + count * stride, stride))
    raise IndexError
