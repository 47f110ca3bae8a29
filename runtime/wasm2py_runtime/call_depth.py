"""How deep the calls of an instance may be nested, where that is limited.

Functions of such an instance are each called by one that counts, so that others need not.
"""

from __future__ import annotations

from typing import Any, Callable

from .errors import CallDepthReached

Raw = Callable[..., Any]


class CallDepth:
    """Counts the functions of an instance that are active, and raises where they are too many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._active = 0

    def counted(self, function: Raw) -> Raw:
        """A function that is counted while another one is active, which it calls."""

        def counted(*args: Any) -> Any:
            active = self._active
            if active >= self._most:
                raise CallDepthReached(f"calls nested {self._most:,} deep")
            try:
                self._active = active + 1
                return function(*args)
            finally:
                self._active = active

        return counted
