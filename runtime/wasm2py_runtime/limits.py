"""How much an instance may take: `Limits`, and how what it takes is counted.

Memories and tables have accounts. How many instructions it may still execute, metered
code has in a list, ``fuel``: so much that calculating is fast, and the rest. When the first
is used up, code calls ``refuel``.

Where calls may be nested only so deep, functions are each called by one that counts, so that others need
not. Calls in different greenlets are not within each other, in whatever order these switch: where there are
any, calls are counted by greenlets, which makes each call slower once more by half.
"""

from __future__ import annotations

import sys

from .atomic import Changes
from .errors import (
    CallDepthReached,
    MemoryLimitReached,
    TableLimitReached,
    Trap,
    fuel_exhausted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, Type

    Raw = Callable[..., Any]

DEFAULT_TABLE_ELEMENTS = 10_000_000
"""Elements in all tables that an instance defines, where no limit is given.

Browsers allow as many in one table (JavaScript API, "Implementation-defined Limits")."""


MOST_FUEL = (1 << 63) - 1
"""So much fuel there can be; an instance has it where no limit is given."""

# Integers of CPython that have one digit are faster than others.
_AT_HAND = (1 << 30) - 1
_FULL = 0xFFFFFFFF


class Limits:
    """How much an instance may take; None is no limit of its own.

    ``memory`` is in bytes, ``table`` in elements: what all memories and all tables
    that the instance defines have together, at instantiation and by growth. (Those
    that it imports count for the instance that made them.) Whoever exceeds one gets a
    `MemoryLimitReached` or `TableLimitReached`. Without a limit for tables, they have
    at most 10,000,000 elements together: instantiation beyond that is a MemoryError,
    growth fails as it does for want of memory.

    ``call_depth`` is how many of its functions may be active, one within the other: then
    there is a `CallDepthReached`. It is counted by functions in Python, which an instance
    of a native package uses then, too.

    ``fuel`` is how many instructions it may execute, in all calls together, until
    ``instance.fuel`` is set anew; then there is a `FuelExhausted`. The module has to be
    metered. ``deadline`` is how many seconds each call from the host may take, as is
    instantiation's of the start function: then there is a `DeadlineReached`.

    Raises TypeError for what is no ``int`` (or, for seconds, no ``float`` either),
    ValueError for what is negative, no number, or too large.
    """

    __slots__ = ("call_depth", "deadline", "fuel", "memory", "table")
    _wasm_kind = "limits"

    def __init__(
        self,
        *,
        memory: Optional[int] = None,
        table: Optional[int] = None,
        call_depth: Optional[int] = None,
        fuel: Optional[int] = None,
        deadline: Optional[float] = None,
    ) -> None:
        numbers = {"memory": memory, "table": table, "call_depth": call_depth}
        for name, value in {**numbers, "fuel": fuel}.items():
            if value is None:
                continue
            if type(value) is not int:
                raise TypeError(f"{name} must be an int, not {type(value).__name__}")
            if value < 0:
                raise ValueError(f"{name} must not be negative")
        if fuel is not None:
            check_fuel(fuel)
        if deadline is not None:
            if type(deadline) not in (int, float):
                given = type(deadline).__name__
                raise TypeError(f"deadline must be a number of seconds, not {given}")
            if not 0 <= deadline < float("inf"):
                raise ValueError(
                    "deadline must be a number of seconds, and not negative"
                )
        self.memory = memory
        self.table = table
        self.call_depth = call_depth
        self.fuel = fuel
        self.deadline = deadline

    def __repr__(self) -> str:
        values = [f"{name}={getattr(self, name)}" for name in _NAMES]
        return f"Limits({', '.join(values)})"


_NAMES = ("memory", "table", "call_depth", "fuel", "deadline")


def check_fuel(amount: object) -> None:
    """Raise TypeError or ValueError for what cannot be fuel."""
    if type(amount) is not int:
        raise TypeError(f"fuel must be an int, not {type(amount).__name__}")
    if not 0 <= amount <= MOST_FUEL:
        raise ValueError("fuel must be neither negative nor 2**63 or more")


NO_LIMITS = Limits()


def check_limits(limits: object) -> Any:
    """The limits, of whichever copy of the runtime; TypeError for anything else."""
    if limits is None:
        return NO_LIMITS
    if getattr(limits, "_wasm_kind", None) != Limits._wasm_kind:
        raise TypeError(f"limits must be Limits, not {type(limits).__name__}")
    if type(limits) is Limits:
        return limits
    return Limits(**{name: getattr(limits, name, None) for name in _NAMES})


class Account:
    """What the memories or the tables of an instance have taken, and may take.

    They share their `Changes` with it: what it says they have taken changes as they do.
    Without a class of trap, wanting more is refused, and no error. One that has no limit is
    of what has been made for an instance that is to come, and that takes it over.
    """

    def __init__(
        self,
        limit: Optional[int] = None,
        unit: str = "",
        trap: Optional[Type[Trap]] = None,
    ) -> None:
        self.changes = Changes()
        self.taken = 0
        self._limit = limit
        self._unit = unit
        self._trap = trap

    def taken_over(self, objects: Iterable[Any]) -> "Account":
        """The account of an instance whose own this is, and that imports these objects."""
        for item in objects:
            found: Optional[Account] = item._wasm_account
            if found is not None and found._limit is None:
                found._limit, found._unit, found._trap = (
                    self._limit,
                    self._unit,
                    self._trap,
                )
                return found
        return self

    def allows(self, amount: int) -> bool:
        """Whether there is as much left. Raises the trap if not."""
        if self._limit is None:
            return True
        left = self._limit - self.taken
        if amount <= left:
            return True
        if self._trap is None:
            return False
        text = f"{amount:,} more {self._unit} are wanted, {left:,} are left"
        raise self._trap(f"{text} of {self._limit:,}")

    def taking(self, amount: int) -> Iterable[Any]:
        """The step that takes some (see `atomic`)."""
        return map(setattr, (self,), ("taken",), (self.taken + amount,))


def memory_account(limits: Any) -> Optional[Account]:
    """The account of an instance's memories, in bytes; None without a limit.

    Room that is reserved and not used costs nothing, hence no default.
    """
    if limits.memory is None:
        return None
    return Account(limits.memory, "bytes of memory", MemoryLimitReached)


def table_account(limits: Any) -> Account:
    """The account of an instance's tables, in elements."""
    unit = "elements in tables"
    if limits.table is None:
        return Account(DEFAULT_TABLE_ELEMENTS, unit, None)
    return Account(limits.table, unit, TableLimitReached)


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


def counting_calls(most: int) -> Callable[[Raw], Raw]:
    """What makes of a function one that is counted while another one is active, which it calls.

    Those that it has made raise CallDepthReached where they are too many.
    """
    current = getattr(sys.modules.get("greenlet"), "getcurrent", None)
    if current is None:
        return _Stack(most).counted
    return _Greenlets(most, current).counted


def _too_many(most: int) -> CallDepthReached:
    return CallDepthReached(f"calls nested {most:,} deep")


class _Stack:
    """Functions that are active one within the other."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._active = 0

    def counted(self, function: Raw) -> Raw:
        def counted(*args: Any) -> Any:
            active = self._active
            if active >= self._most:
                raise _too_many(self._most)
            try:
                self._active = active + 1
                return function(*args)
            finally:
                self._active = active

        return counted


class _Greenlets:
    """Functions that are active in greenlets, of which ``current`` gives the one that runs."""

    def __init__(self, most: int, current: Callable[[], object]) -> None:
        self._most = most
        self._current = current
        self._active: Dict[object, int] = {}

    def counted(self, function: Raw) -> Raw:
        most, current, counts = self._most, self._current, self._active

        def counted(*args: Any) -> Any:
            greenlet = current()
            active = counts.get(greenlet, 0)
            if active >= most:
                raise _too_many(most)
            try:
                counts[greenlet] = active + 1
                return function(*args)
            finally:
                if active:
                    counts[greenlet] = active
                else:
                    counts.pop(greenlet, None)

        return counted
