"""The clocks, in nanoseconds."""

from __future__ import annotations

import time

from .errno import INVAL, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Optional

REALTIME = 0
MONOTONIC = 1
PROCESS_CPUTIME = 2
THREAD_CPUTIME = 3

_CLOCKS = {
    REALTIME: ("time", time.time_ns),
    MONOTONIC: ("monotonic", time.monotonic_ns),
    PROCESS_CPUTIME: ("process_time", time.process_time_ns),
}
if hasattr(time, "thread_time_ns"):
    _CLOCKS[THREAD_CPUTIME] = ("thread_time", time.thread_time_ns)
_MOST = (1 << 64) - 1


class Clocks:
    """The host's clocks, or the host's function in place of all of them."""

    def __init__(self, clock: Optional[Callable[[], int]]) -> None:
        self._now: Dict[int, Callable[[], int]] = {
            id_: function if clock is None else clock
            for id_, (_, function) in _CLOCKS.items()
        }

    def now(self, clock: int) -> int:
        function = self._now.get(clock)
        if function is None:
            raise Refused(INVAL)
        return int(function()) & _MOST

    def realtime(self) -> int:
        return self.now(REALTIME)

    def resolution(self, clock: int) -> int:
        if clock not in self._now:
            raise Refused(INVAL)
        name: "str" = _CLOCKS[clock][0]
        seconds = time.get_clock_info(name).resolution  # type: ignore[arg-type]
        return max(1, round(seconds * 1e9))
