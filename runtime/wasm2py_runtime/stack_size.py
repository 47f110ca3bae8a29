"""How large the stack of a thread is.

Python tells what the stacks of new threads will be, not what that of a thread is: the host
may have set another size since. POSIX has no function for it either, but most systems do.
"""

from __future__ import annotations

import sys
from _thread import stack_size as new_stack_size

from .lean import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional

# Where nobody says anything else.
_USUAL = 8 << 20


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
