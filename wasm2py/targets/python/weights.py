"""How often code is expected to run."""

from typing import Final

# How much more often than the code around it a loop's body runs.
_LOOP_WEIGHT: Final = 8
_MOST: Final = _LOOP_WEIGHT**4


def inner_weight(weight: int) -> int:
    """The weight of a loop's body, from that of the code around it."""
    return min(weight * _LOOP_WEIGHT, _MOST)
