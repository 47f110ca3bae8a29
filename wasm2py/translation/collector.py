"""The garbage collector, while functions are translated.

A translation makes many objects, and leaves none of them in cycles. The collector would go through them again
and again, which takes up to two fifths of the time for a large function.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

_Result = TypeVar("_Result")

# The thresholds of the three generations.
_RARE_COLLECTIONS: Final = (100_000, 50, 50)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for cycles less often. A host that never does, or as rarely, has its way."""
    before = gc.get_threshold()
    if not 0 < before[0] < _RARE_COLLECTIONS[0]:
        yield
        return
    collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def collect_rarely() -> None:
    """The same, for good: in a process that does nothing but translate."""
    gc.set_threshold(*_RARE_COLLECTIONS)


def with_few_objects(work: Callable[[], _Result]) -> _Result:
    """Do the work; the collector looks at nothing but its objects meanwhile.

    A collection stops all threads, and the many objects of a large function bring about
    one that goes through everything there is. So what was there before is set aside,
    and what the work leaves behind is collected before it comes back.
    """
    if not gc.isenabled() or gc.get_freeze_count():
        # As the host wants it, or for another thread that does the same.
        return work()
    gc.freeze()
    try:
        return work()
    finally:
        gc.collect()
        gc.unfreeze()
