"""Calls that end when their time is up.

A thread of its own, the watchdog, raises `Expired` in the thread whose call has lasted too long: CPython
does so where a function begins or a loop turns. (PyPy can interrupt nothing but the main thread, with a
KeyboardInterrupt.) What must not happen is that it is raised anywhere else, so

- a call is watched only while WebAssembly code runs: not while that is in a function of the host;
- whether a call is still watched, and raising the exception, is one step (see `atomic`);
- who ends watching a call then takes back an exception that has not been raised yet.

An exception may get lost where Python ignores it, in a finaliser for example. So it is raised again
after a while.

Entering and leaving may be interrupted anywhere, and what leaves is therefore repeated, as in
`recursion`. Whoever is interrupted each time stays among the calls; but a call counts only while
it is on the stack of its thread. The state is shared by all copies of the runtime in the process.
"""

from __future__ import annotations

import os
import sys
from _thread import (
    TIMEOUT_MAX,
    allocate_lock,
    get_ident,
    interrupt_main,
    start_new_thread,
)
from itertools import starmap
from time import monotonic, sleep

from .errors import DeadlineReached
from .lean import ModuleType, once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

    Raw = Callable[..., Any]

_NEVER = float("inf")
_SHARED = "_wasm2py_deadlines_v1"
# Seconds until an exception that has not ended a call is raised again.
_AGAIN = 0.25
# Seconds for which the watchdog looks after calls that may come, without being told of them.
_LINGER = 1.0
# Seconds until the watchdog tries again what there was no memory for.
_WITHOUT_MEMORY = 0.01
# Seconds that an interruption of PyPy's main thread may take to arrive.
_MOST_DELAY = 1.0
# As many as 64 bits have nanoseconds for, 292 years.
_MOST_SECONDS = 9_200_000_000


class Expired(BaseException):
    """The time of a call is up. Nothing catches it but that call."""


class Call:
    """A call from the host that has a deadline."""

    __slots__ = ("arrived", "due", "fired", "thread", "when")

    def __init__(self, thread: int, when: float) -> None:
        self.thread = thread
        self.when = when
        self.due = when  # when the next exception is
        self.fired = False  # an exception may be on its way
        self.arrived: Optional[BaseException] = None

    def notice(self, error: BaseException) -> None:
        """Tell an exception that is for this call from what else may leave it."""
        if isinstance(error, watch.expired) or (
            self.fired
            and isinstance(error, KeyboardInterrupt)
            and asynchronous() is None
        ):
            self.fired = False
            self.arrived = error


@once
def asynchronous() -> Optional[Tuple[Raw, Raw]]:
    """What raises an exception in a thread, and what takes it back; None where nothing does."""
    if sys.implementation.name != "cpython":
        return None
    try:
        from ctypes import PYFUNCTYPE, c_int, c_ulong, c_void_p, py_object, pythonapi
    except ImportError:
        return None
    place: Any = ("PyThreadState_SetAsyncExc", pythonapi)
    raise_in: Any = PYFUNCTYPE(c_int, c_ulong, py_object)(place)
    take_back: Any = PYFUNCTYPE(c_int, c_ulong, c_void_p)(place)
    return raise_in, take_back


class Watch:
    """The calls that are watched, and the thread that does so."""

    def __init__(self) -> None:
        self.expired = Expired
        # The call that a thread is in, unless it is in a function of the host.
        self.current: Dict[int, Call] = {}
        # All calls that are active, also if the host is.
        self.calls: Dict[Call, None] = {}
        # Those that are watched, and their threads.
        self.watched: Dict[Call, int] = {}
        # What native code has, which watches by itself: the nanoseconds left to this thread's
        # call, or None; one function for each version.
        self.native: Dict[str, Callable[[], Optional[int]]] = {}
        self._bell = allocate_lock()
        self._wake = _NEVER  # when the watchdog looks next, unless it is told to
        self._watching: Dict[None, int] = {}  # the thread that does
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def _after_fork(self) -> None:
        # There is no watchdog, and no other thread.
        self._watching.clear()
        self._bell = allocate_lock()
        self._wake = _NEVER
        mine = get_ident()
        for call in [*self.calls, *self.watched, *self.current.values()]:
            if call.thread != mine:
                self._forget(call)
        if self.watched:
            self._ring()

    # In the threads that are watched

    def active(self) -> List[Call]:
        """The calls that this thread is in, one within the other."""
        thread = get_ident()
        calls = [call for call in list(self.calls) if call.thread == thread]
        if calls:
            found = [id(call) for call in _calls_on(sys._getframe())]
            calls = [call for call in calls if id(call) in found]
        return calls

    def begin(self, call: Call, outer: Optional[Call]) -> None:
        """Watch a call, within another one or none, which is not watched meanwhile."""
        if outer is not None:
            self._suspend(outer)
        self._resume(call)

    def end(self, call: Call, outer: Optional[Call]) -> None:
        """Watch a call no more, but the one around it. May be repeated."""
        self._suspend(call)
        if outer is None:
            self.current.pop(call.thread, None)
        else:
            self._resume(outer)

    def suspended(self, host: Raw, args: Tuple[Any, ...]) -> Any:
        """Call a function of the host, whose code has all the time that it wants."""
        call = self.current.get(get_ident())
        if call is None:
            return host(*args)
        try:
            self.end(call, None)
            result = host(*args)
        except BaseException:
            self._resume(call)
            raise
        # (One whose end was interrupted each time may be over.)
        if monotonic() >= call.when and call in self.active():
            raise self.expired
        self._resume(call)
        return result

    def _suspend(self, call: Call) -> None:
        self.watched.pop(call, None)
        if call.fired:
            _take_back(call)

    def _resume(self, call: Call) -> None:
        self.current[call.thread] = call
        self.watched[call] = call.thread
        if call.due < self._wake:
            self._ring()

    def _ring(self) -> None:
        if not self._watching:
            # In one step: where none can be started, whoever comes next tries again.
            threads = map(start_new_thread, (self._watch,), ((),))
            self._watching.update(zip((None,), threads))
        try:
            self._bell.release()
        except RuntimeError:
            pass  # it has been rung

    # The watchdog

    def _watch(self) -> None:
        mine = get_ident()
        lingers = False
        # Of two that were started at the same time, one stays.
        while self._watching.get(None, mine) == mine:
            try:
                lingers = self._look(lingers)
            except MemoryError:  # code that is watched may have taken it all
                sleep(_WITHOUT_MEMORY)

    def _look(self, lingers: bool) -> bool:
        """Wait, and end what is due. Whether to look after calls once more that nobody tells of."""
        soonest, now = self._soonest(), monotonic()
        lingers = soonest == _NEVER and not lingers
        if lingers:
            soonest = now + _LINGER
        self._wake = soonest
        # Whoever has come before that was said has not rung.
        if self._soonest() >= soonest:
            wait = min(max(0.0, soonest - now), TIMEOUT_MAX)
            self._bell.acquire(True, -1 if soonest == _NEVER else wait)
        now = monotonic()
        for call in list(self.watched):
            if call.due <= now:
                self._expire(call, now)
        return lingers

    def _soonest(self) -> float:
        return min([call.due for call in list(self.watched)], default=_NEVER)

    def _expire(self, call: Call, now: float) -> None:
        stack = sys._current_frames().get(call.thread)
        if all(found is not call for found in _calls_on(stack)):
            self._forget(call)
            return
        # First: whoever ends the call from now on takes it back.
        call.fired = True
        try:
            done = _interrupt(self.watched, call)
        except KeyError:
            call.fired = False
            return
        if done:
            call.due = now + _AGAIN
        else:
            self._forget(call)  # its thread is no more

    def _forget(self, call: Call) -> None:
        """Leave out a call that is over."""
        self.calls.pop(call, None)
        try:
            # In one step, as its thread may be in another one by now.
            found = map(self.current.__getitem__, (call.thread,))
            threads = map({call: call.thread}.__getitem__, found)
            list(map(self.current.pop, threads))
        except KeyError:
            pass
        self.watched.pop(call, None)


def _calls_on(frame: Optional[FrameType]) -> Iterator[object]:
    """The calls on a stack; there may be other things of that name."""
    while frame is not None:
        if frame.f_code.co_name == Deadline._run.__name__:
            yield frame.f_locals.get("call")
        frame = frame.f_back


def _interrupt(watched: Dict[Call, int], call: Call) -> bool:
    """Raise an exception in the thread of a call; KeyError if it is not watched any more."""
    threads = map(watched.__getitem__, (call,))
    exceptions = asynchronous()
    # In one step: no bytecode runs between looking up the call and raising.
    if exceptions is not None:
        return any(list(map(exceptions[0], threads, (Expired,))))
    list(starmap(interrupt_main, map({call.thread: ()}.__getitem__, threads)))
    return True


def _take_back(call: Call) -> None:
    """Take back an exception that has not been raised yet, or else await it."""
    exceptions = asynchronous()
    if exceptions is None:
        _await_interrupt(call)
    else:
        exceptions[1](call.thread, None)
    call.fired = False


def _await_interrupt(call: Call) -> None:
    """Let an interruption of the main thread arrive, which cannot be taken back."""
    try:
        end = monotonic() + _MOST_DELAY
        while call.fired and monotonic() < end:
            sleep(0.001)
    except KeyboardInterrupt:
        pass


def _shared() -> Any:
    """The state of the process; created by whichever copy of the runtime is first."""
    module = ModuleType(_SHARED, "State shared by the copies of wasm2py's runtime.")
    module.__dict__["watch"] = Watch()
    return sys.modules.setdefault(_SHARED, module).__dict__["watch"]


watch = _shared()


def time_left() -> float:
    """The seconds that are left to the call that this thread is in; there may be no end to them."""
    ends = [call.when for call in watch.active()]
    left = [max(0.0, end - monotonic()) for end in ends]
    for native in watch.native.values():
        nanoseconds = native()
        if nanoseconds is not None:
            left.append(nanoseconds / 1e9)
    return min(left, default=_NEVER)


def deadline_reached() -> DeadlineReached:
    return DeadlineReached("the deadline has passed")


class Deadline:
    """The seconds that each call of an instance from the host may take.

    A call from within another one has at most what is left to that. Raises RuntimeError, when a
    call begins, where nothing could interrupt it.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = min(seconds, _MOST_SECONDS)

    def nanoseconds(self) -> int:
        """The time in nanoseconds, which there is some of."""
        return max(1, int(self._seconds * 1e9))

    def limited(self, raw: Raw) -> Raw:
        """A function that calls another one, and raises DeadlineReached if that takes too long."""

        def limited(*args: Any) -> Any:
            return self._run(raw, args)

        return limited

    def _run(self, raw: Raw, args: Tuple[Any, ...]) -> Any:
        thread = get_ident()
        around = watch.active()
        ends = [each.when for each in around]
        outer = watch.current.get(thread)
        if outer not in around:
            outer = None
        call = Call(thread, min([monotonic() + self._seconds, *ends]))
        _check_thread()
        try:
            try:
                try:
                    watch.calls[call] = None
                    watch.begin(call, outer)
                    result = raw(*args)
                    self._end(call, outer)
                    return result
                except BaseException as error:
                    call.notice(error)
                    self._end(call, outer)
                    raise
            except BaseException as error:
                call.notice(error)
                self._end(call, outer)
                raise
        except BaseException as error:
            call.notice(error)
            self._end(call, outer)
            if error is not call.arrived:
                raise
            traceback = error.__traceback__
            # Less the frame that raises it, which adds itself.
            raise deadline_reached().with_traceback(
                traceback and traceback.tb_next
            ) from None

    def _end(self, call: Call, outer: Optional[Call]) -> None:
        watch.end(call, outer)
        watch.calls.pop(call, None)


@once
def _is_main_interpreter() -> bool:
    from importlib import import_module

    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            interpreters: Any = import_module(name)
        except ImportError:
            continue
        return bool(interpreters.get_current() == interpreters.get_main())
    return True  # there are no others


def _check_thread() -> None:
    """Raise RuntimeError where this thread cannot be interrupted."""
    if sys.is_finalizing():
        raise RuntimeError("a deadline needs a thread, and Python is shutting down")
    if not _is_main_interpreter():
        raise RuntimeError(
            "a deadline needs the main interpreter: in others, threads may be forbidden,"
            " and their stacks cannot be seen"
        )
    if asynchronous() is not None:
        return
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError(
            "a deadline needs the main thread here: other threads cannot be interrupted"
        )
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        raise RuntimeError(
            "a deadline needs Python's own handler of SIGINT here, to interrupt a call"
        )
