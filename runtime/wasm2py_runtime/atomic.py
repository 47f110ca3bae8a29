"""Changes in several places that happen as one, whatever interrupts the program.

Between any two bytecodes, Python may run something else: a signal handler, a finaliser, another
thread; and each of them, or the end of the stack, may raise. What must agree (a memory's size and
the views that code has of it, a table's elements and the callables found for them) is therefore
changed by functions written in C, called from C by one that takes them from an iterator: in
between, no bytecode runs, no lock is held, and nothing can fail. So there is nothing to wait
for either.

What can fail is prepared before, from a state that may have changed when the time has come. Then
nothing is done, and the preparation starts again: `Changes.commit` compares first.
"""

from __future__ import annotations

from _operator import setitem
from itertools import chain

from .lean import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Deque, Iterable, List

_nothing: Deque[object] = deque(maxlen=0)
# Calls what an iterator calls, to its end, and keeps nothing.
exhaust = _nothing.extend


class Changes:
    """The succession of the states of one thing, in steps that cannot be torn apart."""

    __slots__ = ("_state",)

    def __init__(self) -> None:
        self._state: List[object] = [object()]

    def state(self) -> object:
        """What stands for the state as it is now. To be asked for before looking at it."""
        return self._state[0]

    def commit(self, seen: object, *steps: Iterable[Any]) -> bool:
        """Do the steps, unless the state is no longer the one that was seen; tell whether.

        A step is an iterator such as ``map(setitem, ...)`` over functions that are written in
        C, run no Python code and have what they need: they must not raise. (What they let go of
        may run finalisers, if it is the last step.)

        Raises RecursionError, before the first step, where the stack is too short.
        """
        state = self._state
        try:
            exhaust(
                chain(
                    map(_need_room, (None,)),
                    map(state.index, (seen,)),
                    map(setitem, (state,), (0,), (object(),)),
                    *steps,
                )
            )
        except ValueError:
            if state[0] is seen:  # not of the comparison: a step has failed
                raise
            return False
        return True


def _need_room(_: None) -> None:
    """Take more of the stack than any step does."""
    _take_room()


def _take_room() -> None:
    pass
