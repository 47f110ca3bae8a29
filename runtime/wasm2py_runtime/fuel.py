"""Fuel: how many instructions an instance may still execute, where its code counts them.

Metered code has it in a list, ``fuel``: so much that calculating is fast, and the rest. When the first
is used up, code calls ``refuel``.
"""

from __future__ import annotations

from .limits import MOST_FUEL
from .traps import fuel_exhausted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Tuple

# Integers of CPython that have one digit are faster than others.
_AT_HAND = (1 << 30) - 1
_FULL = 0xFFFFFFFF


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
    paying = _paying(fuel)
    return {
        "fuel": fuel,
        "refuel": _refueling(fuel),
        "pay_rounds": paying,
        "pay_while": _paying_while(paying),
    }


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


def _paying(fuel: List[int]) -> Callable[..., bool]:
    def pay_rounds(
        left: int,
        cost: int,
        distance: int,
        step: int,
        memory: Any,
        *rows: Tuple[int, int, int],
    ) -> bool:
        """Pay for a loop that is done as a whole, if nothing stops it before its end; whether that is so.

        ``left`` is the fuel at hand, ``cost`` what each round takes; there is one for each ``step`` in
        ``distance``. Of a row the first address is told, how far it moves each round, and how far behind
        an address the last byte ends that is accessed there.
        """
        rounds, rest = divmod(distance, step)
        if rest or not rounds:
            return False
        size = memory._wasm_size
        for first, stride, reach in rows:
            last = first + (rounds - 1) * stride
            if first + reach > size or last + reach > size or last < 0:
                return False
        left -= rounds * cost
        if left >= 0:
            fuel[0] = left
            return True
        left += fuel[1]
        if left < 0:
            return False
        fuel[:] = split_fuel(left)
        return True

    return pay_rounds


def _paying_while(pay_rounds: Callable[..., bool]) -> Callable[..., bool]:
    def pay_while(
        left: int,
        cost: int,
        memory: Any,
        width: int,
        offset: int,
        address: int,
        stride: int,
        index: int,
        step: int,
        end: int,
        mask: int = _FULL,
    ) -> bool:
        """The same for stores at an address that moves by ``stride``, as long as an index is less than
        ``end`` that moves by ``step`` and wraps around at ``mask``.
        """
        if index >= end or not step or end + step > mask:
            return False
        rounds = (end - index + step - 1) // step
        row = address, stride, offset + width
        return pay_rounds(left, cost, rounds, 1, memory, row)

    return pay_while
