"""The garbage collector, while a large function is translated.

A translation makes many objects, and leaves none of them in cycles. The collector would go through them again
and again, which takes up to two fifths of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

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
