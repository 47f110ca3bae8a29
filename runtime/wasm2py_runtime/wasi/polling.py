"""Waiting for clocks and descriptors: ``poll_oneoff``."""

from __future__ import annotations

import select
import time

from ..deadline import time_left
from ..lean import NamedTuple
from . import rights
from .errno import BADF, INVAL, NOTCAPABLE, SUCCESS, Refused, number_of
from .guest import Guest
from .layout import EVENT
from .process import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional

_CLOCK = 0
_FD_READ = 1
_FD_WRITE = 2
_ABSTIME = 1
_HANGUP = 1
# What poll_oneoff takes at once, as many as there may be descriptors.
_MOST = 4096
# Seconds to wait at a time: systems do not take any number.
_LONGEST = 3600.0
_NANOSECONDS = 1_000_000_000
# Elsewhere, streams count as ready.
_CAN_WAIT = hasattr(select, "poll")


class _Clock(NamedTuple):
    """A time, in nanoseconds from now, that somebody waits for."""

    userdata: int
    delay: int


class _Waiting(NamedTuple):
    """A descriptor of the host that somebody waits for."""

    userdata: int
    type: int
    fileno: int


class _Event(NamedTuple):
    userdata: int
    errno: int
    type: int
    size: int = 0
    flags: int = 0


class _Poll:
    def __init__(self, system: System, guest: Guest) -> None:
        self._system = system
        self._layout = guest.layout
        self.events: List[_Event] = []
        self.clocks: List[_Clock] = []
        self.waiting: List[_Waiting] = []

    def subscribe(self, data: bytes) -> None:
        """See to one subscription: it is due already, or waits."""
        userdata = int.from_bytes(data[:8], "little")
        type_ = data[8]
        try:
            if type_ == _CLOCK:
                self._subscribe_clock(userdata, data)
            elif type_ in (_FD_READ, _FD_WRITE):
                self._subscribe_fd(userdata, type_, data)
            else:
                raise Refused(INVAL)
        except Exception as error:
            errno = number_of(error)
            if errno is None:
                raise
            self.events.append(_Event(userdata, errno, type_))

    def _subscribe_clock(self, userdata: int, data: bytes) -> None:
        fields, start = self._layout.clock
        clock, timeout, _, flags = fields.unpack_from(data, start)
        if flags & ~_ABSTIME:
            raise Refused(INVAL)
        now = self._system.clocks.now(clock)
        delay = max(0, timeout - now) if flags & _ABSTIME else timeout
        self.clocks.append(_Clock(userdata, delay))

    def _subscribe_fd(self, userdata: int, type_: int, data: bytes) -> None:
        fd = int.from_bytes(data[16:20], "little")
        needed = rights.FD_READ if type_ == _FD_READ else rights.FD_WRITE
        descriptor = self._system.descriptors.get(fd)
        if descriptor.kind == "folder" or not descriptor.rights & needed:
            raise Refused(NOTCAPABLE)
        opened = descriptor.opened
        if descriptor.kind == "file":
            size = 0
            if type_ == _FD_READ:
                size = max(0, opened.status().size - opened.seek(0, rights.CUR))
            self.events.append(_Event(userdata, SUCCESS, type_, size))
        elif opened.fileno is not None and _CAN_WAIT:
            if opened.fileno < 0:  # the host has closed its socket
                raise Refused(BADF)
            self.waiting.append(_Waiting(userdata, type_, opened.fileno))
        else:
            size = opened.available() if type_ == _FD_READ else 0
            flags = _HANGUP if type_ == _FD_READ and not size else 0
            self.events.append(_Event(userdata, SUCCESS, type_, size, flags))

    def wait(self) -> None:
        """Wait for the first of them, unless something is due already."""
        delay = min((clock.delay for clock in self.clocks), default=None)
        self.events += self._wait_for_descriptors(0 if self.events else delay)
        due = 0 if self.events else delay or 0
        self.events += [
            _Event(clock.userdata, SUCCESS, _CLOCK)
            for clock in self.clocks
            if clock.delay <= due
        ]

    def _wait_for_descriptors(self, limit: Optional[int]) -> List[_Event]:
        """What is ready within so many nanoseconds; None is for ever."""
        end = None if limit is None else time.monotonic_ns() + limit
        while True:
            rest = _LONGEST
            if end is not None:
                left = max(0, end - time.monotonic_ns()) / _NANOSECONDS
                rest = min(rest, left)
            # At a deadline, the call ends when this function does.
            allowed = time_left()
            ready = _ready(self.waiting, min(rest, allowed))
            if (
                ready
                or allowed <= rest
                or (end is not None and time.monotonic_ns() >= end)
            ):
                return ready


def _ready(waiting: List[_Waiting], seconds: float) -> List[_Event]:
    if not waiting:
        time.sleep(seconds)
        return []
    wanted: Dict[int, int] = {}
    for item in waiting:
        mask = select.POLLIN if item.type == _FD_READ else select.POLLOUT
        wanted[item.fileno] = wanted.get(item.fileno, 0) | mask
    poll = select.poll()
    for fileno, mask in wanted.items():
        poll.register(fileno, mask)
    # Rounded up: to wait for less would be to wait again and again.
    found = dict(poll.poll(int(seconds * 1000) + (seconds % 0.001 > 0)))
    events = []
    for userdata, type_, fileno in waiting:
        mask = found.get(fileno, 0)
        done = mask & (select.POLLHUP | select.POLLERR | select.POLLNVAL)
        if mask & (select.POLLIN if type_ == _FD_READ else select.POLLOUT) or done:
            flags = _HANGUP if mask & select.POLLHUP else 0
            # Nobody knows how much there is.
            events.append(_Event(userdata, SUCCESS, type_, 1, flags))
    return events


def is_ready(fileno: Optional[int], to_write: bool) -> bool:
    """Whether a stream can be read, or written to, without waiting."""
    if fileno is None or not _CAN_WAIT:
        return True
    type_ = _FD_WRITE if to_write else _FD_READ
    return bool(_ready([_Waiting(0, type_, fileno)], 0))


def poll_oneoff(
    system: System, guest: Guest, subscriptions: int, events: int, count: int, out: int
) -> None:
    if not 0 < count <= _MOST:
        raise Refused(INVAL)
    size = guest.layout.subscription
    data = guest.read(subscriptions, count * size)
    guest.check(events, count * EVENT.size)
    guest.check(out, 4)
    poll = _Poll(system, guest)
    for start in range(0, len(data), size):
        poll.subscribe(data[start : start + size])
    poll.wait()
    found = b"".join(EVENT.pack(*event) for event in poll.events)
    guest.write(events, found)
    guest.put_u32(out, len(poll.events))
