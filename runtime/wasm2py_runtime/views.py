"""Typed views of a memory's bytes, and moving bytes between memories.

Generated code reads and writes cells through views: ``mu32[address]``, or, by the number
of an element, ``eu32[address >> 2]``. Indexing past the end raises ``IndexError``, which
an export turns into a trap. On CPython the views of elements are casts of a
``memoryview``; on PyPy an item of one costs a microsecond, but an item of a cffi array,
which PyPy carries, two nanoseconds.
"""

from __future__ import annotations

import sys
from struct import calcsize
from typing import Any, Optional

from .byteviews import find_overlapping, view_of_rows

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

_ffi: Any = None
if sys.implementation.name == "pypy":
    try:
        from _cffi_backend import FFI  # type: ignore[import-untyped, unused-ignore]

        _ffi = FFI()
    except ImportError:  # a PyPy without cffi: slow, but the same results
        pass


def typed_view(data: memoryview, name: str) -> Any:
    """The view of a memory whose bytes are ``data`` with such a name.

    ``mu32`` has an element at every byte, ``eu32`` those that adjoin. ``mu32at8`` begins
    eight bytes further on. What follows a ``_`` is the number of the memory.
    """
    view, _, distance = name.partition("_")[0].partition("at")
    code, ctype = FORMATS[view[1:]]
    width = calcsize(code)
    if distance:
        data = data[int(distance) :]
    if view[0] == "e":
        return _elements(data, code, ctype, width)
    if width == 1:
        return _whole(data, code) or _elements(data, code, ctype, width)
    overlapping = find_overlapping()
    if overlapping is not None:
        return overlapping(data, code, width)
    rows = (_elements(data[start:], code, ctype, width) for start in range(width))
    return view_of_rows(tuple(rows))


def _whole(data: memoryview, code: str) -> Optional[bytearray]:
    """What holds the bytes, if that is a ``bytearray``: CPython reads it faster."""
    block = data.obj
    if _ffi is None and code == "B" and type(block) is bytearray:
        if len(block) == len(data):
            return block
    return None


def _elements(data: memoryview, code: str, ctype: str, width: int) -> Any:
    """The whole elements from the first byte on."""
    if _ffi is not None:
        return _ffi.from_buffer(ctype, data)
    return data[: len(data) // width * width].cast(code)  # type: ignore[call-overload]


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


def fill_places(data: memoryview, places: range, byte: int) -> None:
    """Set bytes that are a fixed distance apart."""
    if _ffi is not None:
        view = _ffi.from_buffer("uint8_t[]", data)
        for place in places:
            view[place] = byte
    else:
        data[places.start : places.stop : places.step] = bytes((byte,)) * len(places)
