"""Address space for memories, which lets them grow without moving.

A view of a memory's bytes is made from their address. So that it stays true, the address space
that a memory may come to need is reserved when it is made. Pages that are never touched cost
next to nothing: ten thousand reservations of 8 GiB take 10 MB.

Where address space is scarce (32 bits, a limit of the process, strict accounting of what is
promised, platforms without anonymous private mappings), no more is taken than is used, and a
memory that grows moves to a larger block.

Once there is native code in the process, it reserves the address space: Windows charges for what
Python can map, and elsewhere that takes imports.
"""

from __future__ import annotations

import gc
import sys

from .lean import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

_HAS_ROOM = sys.maxsize > 1 << 40
# What a 32-bit address and an offset of as much reach, and the widest access from there on:
# native code relies on the address space of a memory being so large. 0 where there is none.
_MAY_BE_NATIVE = sys.implementation.name == "cpython" and sys.hexversion >= 0x030B0000
GUARDED = (8 << 30) + 65536 if _MAY_BE_NATIVE and _HAS_ROOM else 0
# Where all copies of the native runtime in the process share what they have, and the attribute of
# their objects: a number for what these and the state look like in C.
SHARED = "_wasm2py_native_v4"
# Named by the mmap module from Python 3.11 on.
_NORESERVE = 0x4000 if sys.platform == "linux" else 0


def reserve(size: int, wanted: int) -> memoryview:
    """``size`` bytes of zeros, and as many more of ``wanted`` as are to be had.

    Raises MemoryError, whatever the reason.
    """
    if wanted > size and address_space_is_plentiful():
        block = _allocate(wanted)
        if block is not None:
            return block
    block = _allocate(size)
    if block is None:
        # Memories that nothing uses may be waiting for the collector.
        gc.collect()
        block = _allocate(size)
    if block is None:
        raise MemoryError(f"cannot allocate {size} bytes of memory")
    return block


def guarded_block(size: int, wanted: int) -> Optional[memoryview]:
    """``wanted`` bytes that native code guards, of which ``size`` are there, or None.

    What owns them has a method ``open``, for more of them.
    """
    new_guard = getattr(sys.modules.get(SHARED), "Guard", None)
    if new_guard is None:
        return None
    try:
        guard = new_guard(wanted)
        guard.open(size)
    except MemoryError:
        return None
    return memoryview(guard)


@once
def _mmap() -> Any:
    """The module, None where there is none; imported for the first memory that needs it."""
    try:
        import mmap
    except ImportError:  # not on every platform
        return None
    return mmap


def address_space_is_plentiful() -> bool:
    """Whether to reserve address space that may never be used."""
    if not _HAS_ROOM or not hasattr(_mmap(), "MAP_PRIVATE"):
        return False
    return not _is_strictly_accounted() and not _is_limited()


def _is_limited() -> bool:
    """Whether the process may not map as much as it wants."""
    try:
        import resource
    except ImportError:  # not POSIX
        return False
    limits = (getattr(resource, name, None) for name in ("RLIMIT_AS", "RLIMIT_DATA"))
    return any(
        limit is not None and resource.getrlimit(limit)[0] != resource.RLIM_INFINITY
        for limit in limits
    )


@once
def _is_strictly_accounted() -> bool:
    """Whether Linux counts what is mapped as if it were used (``vm.overcommit_memory``)."""
    try:
        with open("/proc/sys/vm/overcommit_memory", "rb") as file:
            return file.read(1) == b"2"
    except OSError:
        return False


def _allocate(size: int) -> Optional[memoryview]:
    """Zeros, or None."""
    size = max(size, 1)
    mmap = _mmap()
    try:
        if mmap is None:
            return memoryview(bytearray(size))
        if not hasattr(mmap, "MAP_PRIVATE"):
            return memoryview(mmap.mmap(-1, size))
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        flags |= getattr(mmap, "MAP_NORESERVE", _NORESERVE)
        block = mmap.mmap(-1, size, flags=flags)
    except (OSError, OverflowError, ValueError, MemoryError):
        return None
    # Lest the first byte that is touched take two megabytes.
    advice = getattr(mmap, "MADV_NOHUGEPAGE", None)
    if advice is not None:
        try:
            block.madvise(advice)
        except OSError:  # a kernel that has no huge pages
            pass
    return memoryview(block)
