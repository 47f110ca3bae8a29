"""Memory: growing it, copying in it."""

from __future__ import annotations

from ..errors import MemoryLimitReached
from .state import State, aborted

_PAGE = 1 << 16
_MOST_BYTES = 1 << 31
# Growing costs: there is a fifth more than is asked for, but not more than this.
_MOST_MORE = 96 << 20
_MOST_ANY = (1 << 32) - _PAGE


def emscripten_get_heap_max(state: State) -> int:
    maximum = state.guest.memory._wasm_type.maximum
    return _MOST_BYTES if maximum is None else min(maximum * _PAGE, _MOST_ANY)


def emscripten_resize_heap(state: State, wanted: int) -> int:
    """Make the memory at least so large; 1, or 0 where that cannot be."""
    memory = state.guest.memory
    size = len(memory.buffer)
    most = emscripten_get_heap_max(state)
    if wanted <= size:
        return 1
    if wanted > most:
        return 0
    for part in (5, 10, 20):
        roomy = min(size + size // part, wanted + _MOST_MORE, most)
        pages = -(-(max(wanted, roomy) - size) // _PAGE)
        try:
            memory.grow(pages)
            return 1
        except (ValueError, MemoryError, MemoryLimitReached):
            continue
    try:
        memory.grow(-(-(wanted - size) // _PAGE))
    except (ValueError, MemoryError):
        return 0
    return 1


def emscripten_notify_memory_growth(state: State, index: int) -> None:
    """Nothing is kept that the growth of a memory would change."""


def emscripten_memcpy_js(state: State, target: int, source: int, length: int) -> int:
    memory = state.guest.memory
    size = len(memory.buffer)
    if source + length > size or target + length > size:
        raise aborted("a copy is out of bounds")
    # Overlapping or not: what is read is a copy.
    memory.write(target, memory.read(source, length))
    return target


_emscripten_memcpy_js = emscripten_memcpy_js
emscripten_memcpy_big = emscripten_memcpy_js
