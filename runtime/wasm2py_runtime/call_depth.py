"""How deep the calls of an instance may be nested, where that is limited.

Functions of such an instance are each called by one that counts, so that others need not. Calls in
different greenlets are not within each other, in whatever order these switch: where there are any, calls
are counted by greenlets, which makes each call slower once more by half.
"""

from __future__ import annotations

import sys

from .errors import CallDepthReached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict

    Raw = Callable[..., Any]


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
