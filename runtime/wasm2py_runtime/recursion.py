"""Room on the stack for nested WebAssembly calls.

A WebAssembly call is a Python call. Python's recursion limit of 1,000 is too low for
programs in WebAssembly, and the limit is one for all threads. So it is raised while
any thread is inside of WebAssembly code, and restored when the last one leaves.

How far it can be raised depends on what a Python call needs of the C stack: nothing
on CPython from 3.11 on, up to 460 bytes before, and about as much on PyPy, which counts
``sys.setrecursionlimit(n)`` as ``n * 768`` bytes of stack. (All measured.) The frames
of C functions that call back need more; those between WebAssembly and the host are
counted, which bounds them also where Python does not.

The state is shared by all copies of the runtime in the process.
"""

from __future__ import annotations

import sys
import threading
from types import ModuleType
from typing import Any, Optional

from .errors import StackExhausted

# 10,000 nested calls, the 1,000 frames that the host may have in use by default, and
# some of the runtime.
_FRAMES = 11_500
_BYTES_PER_FRAME = 560
_PYPY_UNIT = 768
# In those units: 10,000 calls and the same to spare, well below the usual 8 MB.
_PYPY_LIMIT = 8_500
# Entries from the host, one within the other in one thread. Where they go through a
# function written in C, each needs a kilobyte or more of stack.
_ENTRIES = 400
_SHARED = "_wasm2py_stack_v1"


def _main_stack_size() -> int:
    """Bytes of C stack of the main thread, and of others unless the host says."""
    try:
        import resource
    except ImportError:  # not POSIX
        return 1 << 20
    size = resource.getrlimit(resource.RLIMIT_STACK)[0]
    unlimited = size == resource.RLIM_INFINITY
    return 8 << 20 if unlimited else min(size, 8 << 20)


_MAIN_STACK_SIZE = _main_stack_size()
_IMPLEMENTATION = sys.implementation.name


def _limit() -> int:
    """The recursion limit that uses at most four fifths of any thread's stack."""
    if _IMPLEMENTATION == "cpython" and sys.hexversion >= 0x030B0000:
        return _FRAMES
    size = threading.stack_size()
    if size:
        # Asking has made it the default again.
        threading.stack_size(size)
    size = min(_MAIN_STACK_SIZE, size or _MAIN_STACK_SIZE)
    room = size // 5 * 4
    if _IMPLEMENTATION == "pypy":
        return min(_PYPY_LIMIT, room // _PYPY_UNIT)
    return min(_FRAMES, room // _BYTES_PER_FRAME)


class _Depth(threading.local):
    """Of one thread: how many entries are active, one within the other."""

    entries = 0


class _Stack:
    """Raises the recursion limit while there are entries, in whatever thread."""

    def __init__(self) -> None:
        self.depth = _Depth()
        self.lock = threading.Lock()
        self.threads = 0
        self.raised: Optional[int] = None
        self.saved = 0

    def enter(self) -> None:
        """Account for an entry. Each that returns must be followed by a ``leave``."""
        depth = self.depth
        entries = depth.entries
        if entries >= _ENTRIES:
            raise StackExhausted("call stack exhausted")
        if not entries:
            with self.lock:
                self._raise_limit()
                self.threads += 1
        depth.entries = entries + 1

    def leave(self) -> None:
        depth = self.depth
        depth.entries -= 1
        if not depth.entries:
            with self.lock:
                self.threads -= 1
                if not self.threads:
                    self._restore_limit()

    def _raise_limit(self) -> None:
        current, limit = sys.getrecursionlimit(), _limit()
        if current < limit:
            # Someone may have set it while it was raised: that is then the one to
            # go back to.
            self.saved = current
            sys.setrecursionlimit(limit)
            self.raised = limit

    def _restore_limit(self) -> None:
        if self.raised is not None and sys.getrecursionlimit() == self.raised:
            try:
                sys.setrecursionlimit(self.saved)
            except RecursionError:
                # The host itself is that deep in calls. The next entry that ends at
                # a lesser depth restores it.
                return
        self.raised = None


def _shared() -> Any:
    """The state of the process; created by whichever copy of the runtime is first."""
    module = ModuleType(_SHARED, "State shared by the copies of wasm2py's runtime.")
    module.__dict__["stack"] = _Stack()
    return sys.modules.setdefault(_SHARED, module).__dict__["stack"]


_stack = _shared()
enter = _stack.enter
leave = _stack.leave
