"""How much an instance may take: `Limits`, and accounts of what it has taken."""

from __future__ import annotations

from .atomic import Changes
from .errors import MemoryLimitReached, TableLimitReached, Trap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Optional, Type

DEFAULT_TABLE_ELEMENTS = 10_000_000
"""Elements in all tables that an instance defines, where no limit is given.

Browsers allow as many in one table (JavaScript API, "Implementation-defined Limits")."""


MOST_FUEL = (1 << 63) - 1
"""So much fuel there can be; an instance has it where no limit is given."""


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
