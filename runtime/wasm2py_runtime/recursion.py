"""Room on the stack for nested WebAssembly calls.

A WebAssembly call is a Python call. Python's recursion limit of 1,000 is too low for
programs in WebAssembly, and the limit is one for all threads. So it is raised while
any thread is inside of WebAssembly code, and restored when the last one leaves.

How far it can be raised depends on what a Python call needs of the C stack: nothing
on CPython from 3.11 on, up to 460 bytes before, and about as much on PyPy, which counts
``sys.setrecursionlimit(n)`` as ``n * 768`` bytes of stack. (All measured.) The frames
of C functions that call back need more; those between WebAssembly and the host are
counted, which bounds them also where Python does not: as many as the thread's stack has
room for, whatever they are made of (``list.sort`` needs 5 KB).

Signal handlers, finalisers and exceptions may come at any bytecode, and all of them may
enter again; a host may even leave in another order than it has entered (greenlets). So
nothing is locked, and no count is kept. Each entry is a number of its own in a dictionary (PyPy
takes four times as long for an object), and to take it out twice does no harm: an exception in
the middle of leaving makes the wrapper leave again.

On CPython from 3.11 on, a thread gives way to another, and signal handlers run, only where a
function begins, a loop turns or a call has returned. So a wrapper can see that no other
entry is alone and write that it is, as one. Most calls are of this kind, and need no number.

An entry also says whose it is: one instance is not for two threads at once. Whoever enters while
others are inside looks whether another thread is in the same instance. Who is alone does not say
in which thread it is, as that would take longer than the rest; the threads' frames tell.

Python tells what the stacks of new threads will be, not what that of a thread is: the host
may have set another size since. POSIX has no function for it either, but most systems do.

The state is shared by all copies of the runtime in the process.
"""

from __future__ import annotations

import os
import sys
from _thread import _count as other_threads  # all but the main one
from _thread import _local, get_ident
from _thread import stack_size as new_stack_size
from itertools import count
from sys import getrecursionlimit, setrecursionlimit

from .atomic import exhaust
from .errors import StackExhausted
from .lean import ModuleType, once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Dict, List, Optional, Tuple

# 10,000 nested calls, the 1,000 frames that the host may have in use by default, and
# some of the runtime. A number that nobody else sets: the limit has it when it is raised.
_FRAMES = 11_513
_BYTES_PER_FRAME = 560
_PYPY_UNIT = 768
# In those units: 10,000 calls and the same to spare, well below the usual 8 MB.
_PYPY_LIMIT = 8_513
# Of a stack, this is for what does not nest: compilation of a group of functions, for example.
_RESERVED = 1 << 17
# Entries from the host, one within the other in one thread, the bytes of C stack that each of
# them may take, and as many as any stack has room for.
_ENTRIES = 400
_BYTES_PER_ENTRY = 1 << 14
_FEW_ENTRIES = 2
# A recursion limit on which the runtime gets by.
_LEAST_LIMIT = 100
_SHARED = "_wasm2py_stack_v4"
# Bytes of stack where nobody says anything else.
_USUAL = 8 << 20
# From this on, an int is an object of its own each time (on CPython).
_FIRST_OWN_INT = 257
_IN_USE = (
    "the instance is in use by another thread, and is for one at a time"
    " (instance.lock, or an instance for each thread)"
)
# Global name that marks the frames of exports' wrappers.
ENTRY = "_wasm_entry"

_IMPLEMENTATION = sys.implementation.name
# Frames are not on the C stack, and what is said above holds.
_MODERN = _IMPLEMENTATION == "cpython" and sys.hexversion >= 0x030B0000
# The limits with which an entry can be alone.
ALONE = range(_FIRST_OWN_INT, _FRAMES) if _MODERN else range(0)


def _room(size: int) -> int:
    """What nested calls may take of a stack: four fifths of what is not for others."""
    return max(0, size - _RESERVED) // 5 * 4


def _limit_for(size: int) -> int:
    """The recursion limit that stacks of a size have room for."""
    if _IMPLEMENTATION == "pypy":
        limit = min(_PYPY_LIMIT, _room(size) // _PYPY_UNIT)
    else:
        limit = min(_FRAMES, _room(size) // _BYTES_PER_FRAME)
    return max(_LEAST_LIMIT, limit)


@once
def main_stack_size() -> int:
    """Bytes of stack of the main thread, and of others unless the host says."""
    try:
        import resource
    except ImportError:  # not POSIX
        return 1 << 20
    size = resource.getrlimit(resource.RLIMIT_STACK)[0]
    return _USUAL if size == resource.RLIM_INFINITY else min(size, _USUAL)


@once
def _system_call() -> Optional[Callable[[], int]]:
    """What tells the bytes of stack of the current thread, 0 if it fails."""
    if sys.implementation.name != "cpython":
        return None  # there, `ctypes` takes longer still to import
    try:
        import ctypes  # takes as long as all the rest

        library = ctypes.CDLL(None)
        describe = library.pthread_getattr_np
        this_thread = library.pthread_self
        get_size = library.pthread_attr_getstacksize
        destroy = library.pthread_attr_destroy
    except (AttributeError, ImportError, OSError, TypeError):
        return None
    this_thread.restype = ctypes.c_ulong
    describe.argtypes = [ctypes.c_ulong, ctypes.c_void_p]
    get_size.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    destroy.argtypes = [ctypes.c_void_p]

    def size_of_this_thread() -> int:
        attributes = ctypes.create_string_buffer(1024)  # more than any system's
        size = ctypes.c_size_t()
        if describe(this_thread(), attributes):
            return 0
        get_size(attributes, ctypes.byref(size))
        destroy(attributes)
        return size.value

    return size_of_this_thread


def stack_size() -> int:
    """Bytes of stack of the current thread; where the system does not say, of new ones."""
    ask_system = _system_call()
    size = 0 if ask_system is None else ask_system()
    if not size:
        size = new_stack_size()
        if size:
            # Asking has made it the default again.
            new_stack_size(size)
    return size or main_stack_size()


class _Thread(_local):
    """What is known of the current thread, once something has asked."""

    limit = 0  # the recursion limit that its stack has room for
    entries = 0  # how many entries, one within the other

    def measure(self) -> int:
        """Find out, and give the limit."""
        size = stack_size()
        most = _room(size) // _BYTES_PER_ENTRY
        self.entries = max(_FEW_ENTRIES, min(_ENTRIES, most))
        self.limit = limit = min(_USUAL_LIMIT, _limit_for(size))
        return limit


class Users:
    """Those who are in one instance; known by identity."""

    __slots__ = ()


ANYBODY = Users()
"""In place of an instance: functions of the host, which many threads may call."""

_thread = _Thread()
_USUAL_LIMIT = _FRAMES if _MODERN else _limit_for(main_stack_size())


def _limit() -> int:
    """The recursion limit that the stacks of this thread and of new ones have room for."""
    if _MODERN:
        return _FRAMES
    limit = _thread.limit or _thread.measure()
    size = new_stack_size()
    if not size:
        return limit
    # Asking has made it the default again.
    new_stack_size(size)
    return min(limit, _limit_for(size))


def _has_room(entries: int) -> bool:
    """Whether this thread's stack has room for an entry within so many."""
    if not _thread.entries:
        _thread.measure()
    return entries < _thread.entries


class _Stack:
    """Who is inside, and the recursion limit, which is raised meanwhile."""

    def __init__(self) -> None:
        # The active entries of all threads but for the one below, each by a number of its own:
        # into which instance, in which thread.
        self.inside: Dict[int, Tuple[Users, int]] = {}
        self.numbers = count(1)
        # The entry that is alone, if there is one: whose it is, and the limit that it has found.
        self.alone: Dict[Users, int] = {}
        # What the limit was before it was raised, and what it was raised to.
        self.limits: List[int] = [_FRAMES, _FRAMES]
        # What entries have found that are alone, and stay so in the child of a fork.
        self._staying: List[int] = []
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self._before_fork, after_in_child=self._after_fork
            )

    def _before_fork(self) -> None:
        self._staying = [
            limit
            for users, limit in [*self.alone.items()]
            if not _is_entered_elsewhere(users)
        ]

    def _after_fork(self) -> None:
        # Other threads are no more, and never leave what they were in.
        mine = get_ident()
        for users, limit in [*self.alone.items()]:
            if all(limit is not each for each in self._staying):
                self.leave(limit, None, users)
        for entry, (users, thread) in [*self.inside.items()]:
            if thread != mine:
                self.leave(0, entry, users)

    def enter(self, entry: int, users: Users) -> None:
        """Account for an entry into the instance of these users.

        Must be followed by a ``leave``, also if it is interrupted. Raises StackExhausted where
        there are too many, one within the other, and RuntimeError where another thread is in
        the same instance.
        """
        # Those of all threads, at first: it takes no time.
        entries = len(self.inside)
        if entries >= _FEW_ENTRIES and not _has_room(entries):
            if not _has_room(_active_entries()):
                raise StackExhausted("call stack exhausted")
        _need_room()
        if other_threads() and users is not ANYBODY:
            self._check_thread(users)
        # First of all: whoever leaves now must not lower the limit any more.
        self.inside[entry] = users, get_ident()
        current, limit = getrecursionlimit(), _limit()
        saved, raised = self.limits
        if current == raised:
            # An entry that is alone now leaves what it has found to the last one.
            self.limits[0] = saved = (*self.alone.values(), saved)[0]
        elif self.alone:
            return  # the host has set it meanwhile, and goes back to nothing else
        if current == raised and len(self.inside) > 1:
            limit = min(limit, raised)  # who is inside may have less room
        if current < limit or limit < min(current, _USUAL_LIMIT):
            # (The second: Python's own is too high for a small stack.) Unless it has been changed
            # before, the host has set it: that is then the one to go back to.
            self.limits[:] = saved if current == raised else current, limit
            setrecursionlimit(limit)

    def _check_thread(self, users: Users) -> None:
        """Raise RuntimeError if another thread is in an instance."""
        mine = get_ident()
        for entered, thread in [*self.inside.values()]:
            if entered is users and thread != mine:
                raise RuntimeError(_IN_USE)
        if users not in self.alone or _is_entered(sys._getframe(2).f_back, users):
            return
        if _is_entered_elsewhere(users):
            raise RuntimeError(_IN_USE)

    def leave(self, limit: int, entry: Optional[int], users: Users) -> None:
        """Take back an entry, wherever it was interrupted. May be repeated.

        ``entry`` is None for one that would be alone; it found ``limit``.
        """
        if entry is not None:
            self.inside.pop(entry, None)
        elif self.alone.get(users) is limit:
            self.limits[0] = limit
            self.alone.pop(users, None)
        try:
            self._lower_limit()
        except RecursionError:
            # Once more, in case it was only an interruption. Else the host itself is that deep
            # in calls, and the next entry that ends at a lesser depth restores the limit.
            try:
                self._lower_limit()
            except RecursionError:
                pass

    def _lower_limit(self) -> None:
        """Restore the limit, unless any thread is inside, or the host has set it meanwhile."""
        if self.inside or self.alone:
            return  # it is for the last one to do
        saved, raised = self.limits
        if getrecursionlimit() == raised:
            _lower(self, saved, raised)


def _need_room(frames: int = 5) -> None:
    """Raise RecursionError where there is no room to leave."""
    if frames:
        _need_room(frames - 1)


def _is_entered(frame: Optional[FrameType], users: Users) -> bool:
    """Whether there is an entry into an instance on a stack."""
    while frame is not None:
        if ENTRY in frame.f_globals and frame.f_locals.get("users") is users:
            return True
        frame = frame.f_back
    return False


def _is_entered_elsewhere(users: Users) -> bool:
    """Whether another thread is in an instance."""
    mine = get_ident()
    frames = sys._current_frames().items()
    return any(thread != mine and _is_entered(frame, users) for thread, frame in frames)


def _active_entries() -> int:
    """How many exports' wrappers are on the stack of this thread, less the current one."""
    frame: Optional[FrameType] = sys._getframe()
    count = -1
    while frame is not None:
        count += ENTRY in frame.f_globals
        frame = frame.f_back
    return count


def _lower_at_once(stack: _Stack, saved: int, raised: int) -> None:
    if not stack.inside and not stack.alone:
        # Nothing can come between the test and the call.
        setrecursionlimit(saved)


def _lower_in_steps(stack: _Stack, saved: int, raised: int) -> None:
    if other_threads():
        # As `atomic` explains: between a test and the call one of them could enter.
        lengths = map(len, (stack.inside,))
        limit = map({0: saved}.get, lengths, (raised,))
        exhaust(map(setrecursionlimit, limit))
    elif not stack.inside:
        setrecursionlimit(saved)


_lower: Callable[[_Stack, int, int], None] = (
    _lower_at_once if _MODERN else _lower_in_steps
)


def _shared() -> Any:
    """The state of the process; created by whichever copy of the runtime is first."""
    module = ModuleType(_SHARED, "State shared by the copies of wasm2py's runtime.")
    module.__dict__["stack"] = _Stack()
    return sys.modules.setdefault(_SHARED, module).__dict__["stack"]


_stack = _shared()


def entering() -> Dict[str, Any]:
    """What the wrappers of exports need, by name."""
    return {
        "alone": _stack.alone,
        "enter": _stack.enter,
        "getrecursionlimit": getrecursionlimit,
        "inside": _stack.inside,
        "leave": _stack.leave,
        "numbers": _stack.numbers,
        "setrecursionlimit": setrecursionlimit,
    }
