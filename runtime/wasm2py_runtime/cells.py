"""The cells of memory that a loop goes through, one a round."""

from __future__ import annotations

from .sums import SLICED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Iterator


def each_cell(view: Any, first: int, stride: int, count: int) -> Iterable[Any]:
    """The cells at ``count`` addresses from ``first`` on by ``stride``, each as it is when it is asked for.

    One that is not in bounds is an IndexError, then. The slice owns nothing: it is for a loop
    in generated code, whose names keep the memory (see `views`).
    """
    last = first + (count - 1) * stride
    size = len(view)
    if not isinstance(view, SLICED) or first >= size or not 0 <= last < size:
        return _cells(view, first, stride, count)
    if stride > 0:
        return memoryview(view)[first : last + 1 : stride]
    return memoryview(view)[last : first + 1 : -stride][::-1]


def _cells(view: Any, at: int, stride: int, count: int) -> Iterator[Any]:
    for _ in range(count):
        if not 0 <= at < len(view):
            raise IndexError
        yield view[at]
        at += stride
