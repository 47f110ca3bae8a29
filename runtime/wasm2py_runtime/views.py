"""Typed views of a memory's bytes, and moving bytes between memories.

Generated code reads and writes cells through views: ``mu32[address]``, or, by the number
of an element, ``eu32[address >> 2]``. Indexing past the end raises ``IndexError``, which
an export turns into a trap. On CPython the views of elements are casts of a
``memoryview``; on PyPy an item of one costs a microsecond, but an item of a cffi array,
which PyPy carries, two nanoseconds. CPython's views of unsigned bytes are the fastest of all.
"""

from __future__ import annotations

import sys
from _operator import setitem
from _struct import calcsize

from .bytearrays import find_overlay
from .byteviews import find_overlapping, view_of_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator, Optional

    from .byteviews import MakeView

if sys.byteorder != "little":
    raise ImportError("WebAssembly memory needs a little-endian machine")

# The kinds of elements -> format of memoryview, and C type of cffi.
FORMATS = {
    "u8": ("B", "uint8_t[]"),
    "i8": ("b", "int8_t[]"),
    "u16": ("H", "uint16_t[]"),
    "i16": ("h", "int16_t[]"),
    "u32": ("I", "uint32_t[]"),
    "i32": ("i", "int32_t[]"),
    "u64": ("Q", "uint64_t[]"),
    "i64": ("q", "int64_t[]"),
    "f32": ("f", "float[]"),
    "f64": ("d", "double[]"),
}
_UNSIGNED = {1: "B", 2: "H", 4: "I", 8: "Q"}  # by width
_CTYPES = dict(FORMATS.values())

_ffi: Any = None
if sys.implementation.name == "pypy":
    try:
        from _cffi_backend import FFI  # type: ignore[import-untyped, unused-ignore]

        _ffi = FFI()
    except ImportError:  # a PyPy without cffi: slow, but the same results
        pass


def typed_views(data: memoryview, names: Iterable[str]) -> Dict[str, Any]:
    """The views of a memory whose bytes are ``data``, by their names.

    ``mu32`` has an element at every byte, ``eu32`` those that adjoin. ``mu32at8`` begins
    eight bytes further on. What follows a ``_`` is the number of the memory.
    """
    overlapping: Optional[MakeView] = None
    views = {}
    for name in names:
        view, _, distance = name.partition("_")[0].partition("at")
        code, _ = FORMATS[view[1:]]
        start, width = int(distance or 0), calcsize(code)
        if code == "B" and _ffi is None:
            views[name] = find_overlay()(data[start:])
        elif view[0] == "e" or width == 1:
            views[name] = elements(data[start:], code)
        else:
            overlapping = overlapping or (find_overlapping() or _rows)(data)
            views[name] = overlapping(start, code, width)
    return views


def _rows(data: memoryview) -> MakeView:
    """What makes views of overlapping elements where Python has none."""

    def view(start: int, code: str, width: int) -> Any:
        starts = range(start, start + width)
        rows = (elements(data[first:], code) for first in starts)
        return view_of_rows(tuple(rows))

    return view


def elements(data: memoryview, code: str) -> Any:
    """The view of the whole elements from the first byte on; ``code`` is their format."""
    if _ffi is not None:
        return _ffi.from_buffer(_CTYPES[code], data)
    whole = len(data) // calcsize(code) * calcsize(code)
    return data[:whole].cast(code)  # type: ignore[call-overload]


def move(
    target: memoryview, to: int, source: memoryview, start: int, count: int
) -> None:
    """Copy ``count`` bytes, which may overlap; both ranges are within bounds."""
    if _ffi is not None:
        # PyPy copies slices of a memoryview byte by byte.
        end = start + count
        _ffi.memmove(target[to : to + count], source[start:end], count)
    else:
        target[to : to + count] = source[start : start + count]


def put(target: memoryview, to: int, data: bytes) -> None:
    """Copy all of ``data``; its place is within bounds."""
    if _ffi is not None:
        _ffi.memmove(target[to : to + len(data)], data, len(data))
    else:
        target[to : to + len(data)] = data


def copying(target: memoryview, source: memoryview) -> Iterator[Any]:
    """A step that copies ``source`` to the beginning of ``target`` (see `atomic`)."""
    if _ffi is not None:
        return map(_ffi.memmove, (target,), (source,), (len(source),))
    put: Any = setitem
    return map(put, (target,), (slice(len(source)),), (source,))


def fill_places(data: memoryview, places: range, cell: bytes) -> None:
    """Store a cell at places that are a fixed distance apart: upwards, and a multiple of its size."""
    width, count = len(cell), len(places)
    code = _UNSIGNED[width]
    past = places[-1] + width
    if _ffi is not None:
        view = elements(data[places.start : past], code)
        value = int.from_bytes(cell, "little")
        step = places.step // width
        for at in range(0, count * step, step):
            view[at] = value
    else:
        view = data[places.start : past].cast(code)  # type: ignore[call-overload]
        view[:: places.step // width] = memoryview(cell * count).cast(code)  # type: ignore[call-overload]
