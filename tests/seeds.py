"""Seeds that are others each day, for tests that look for what nobody has thought of.

WASM2PY_TEST_SEED chooses them, to repeat a run: a number, such as that of a day.
"""

from __future__ import annotations

import datetime
import os

# Beyond what tests use that are always the same.
_FIRST = 10_000_000
_EACH = 10_000  # a day


def day() -> int:
    """The number of the day: seeds are told by it."""
    configured = os.environ.get("WASM2PY_TEST_SEED")
    if configured is not None:
        return int(configured)
    return datetime.datetime.now(datetime.UTC).date().toordinal()


def rotating(at: int) -> int:
    """The seed of a number below 10,000, today."""
    return _FIRST + day() * _EACH + at
