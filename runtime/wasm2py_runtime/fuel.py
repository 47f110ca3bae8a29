"""Fuel: how many instructions an instance may still execute, where its code counts them.

Metered code has it in a list, ``fuel``: so much that calculating is fast, and the rest. When the first
is used up, code calls ``refuel``.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Tuple

from .errors import FuelExhausted
from .limits import MOST_FUEL

# Integers of CPython that have one digit are faster than others.
_AT_HAND = (1 << 30) - 1


def fuel_exhausted() -> FuelExhausted:
    return FuelExhausted("all fuel consumed")


def fuel_names(limits: Any, is_metered: bool) -> Dict[str, Any]:
    """What metered code calls and uses, by name; raises ValueError for fuel without it."""
    if not is_metered:
        if limits.fuel is None:
            return {}
        raise ValueError(
            "a limit on fuel needs metered code: compile the module with"
            " metered=True (on the command line with --metered)"
        )
    fuel = list(split_fuel(MOST_FUEL if limits.fuel is None else limits.fuel))
    return {"fuel": fuel, "refuel": _refueling(fuel)}


def split_fuel(amount: int) -> Tuple[int, int]:
    """What is at hand of an amount, and the rest."""
    return min(amount, _AT_HAND), max(0, amount - _AT_HAND)


def _refueling(fuel: List[int]) -> Callable[[int], int]:
    def refuel(left: int) -> int:
        """What is at hand from now on, where so much is left, which is less than nothing."""
        amount = fuel[1] + left
        # Both at once: whatever interrupts this, none gets lost.
        fuel[:] = split_fuel(max(0, amount))
        if amount < 0:
            raise fuel_exhausted()
        return fuel[0]

    return refuel
