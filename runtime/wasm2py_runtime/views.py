"""Typed views of a memory's bytes, and moving bytes between memories.

Generated code reads and writes cells through views: ``mu32[address >> 2]``.
Indexing past the end raises ``IndexError``, which an export turns into a trap. On
CPython the views are casts of a ``memoryview``; on PyPy an item of one costs a
microsecond, but an item of a cffi array, which PyPy carries, two nanoseconds.
"""

from __future__ import annotations

import sys
from struct import calcsize
from typing import Any, Dict

if sys.byteorder != "little":
    raise ImportError("WebAssembly memory needs a little-endian machine")

# Name in generated code -> format of memoryview, and C type of cffi.
FORMATS = {
    "mu8": ("B", "uint8_t[]"),
    "mi8": ("b", "int8_t[]"),
    "mu16": ("H", "uint16_t[]"),
    "mi16": ("h", "int16_t[]"),
    "mu32": ("I", "uint32_t[]"),
    "mi32": ("i", "int32_t[]"),
    "mu64": ("Q", "uint64_t[]"),
    "mi64": ("q", "int64_t[]"),
    "mf32": ("f", "float[]"),
    "mf64": ("d", "double[]"),
}

_ffi: Any = None
if sys.implementation.name == "pypy":
    try:
        from _cffi_backend import FFI  # type: ignore[import-untyped, unused-ignore]

        _ffi = FFI()
    except ImportError:  # a PyPy without cffi: slow, but the same results
        pass


def typed_views(data: memoryview) -> Dict[str, Any]:
    """The views of a memory whose bytes are ``data``, by their names.

    For each view of elements of several bytes, as ``mu32``, there is a row of views
    that begin at successive bytes, ``pu32``: the cell at any address ``a`` is
    ``pu32[a & 3][a >> 2]``.
    """
    views: Dict[str, Any] = {}
    for name, (code, ctype) in FORMATS.items():
        width = calcsize(code)
        row = tuple(_view(data[start:], code, ctype, width) for start in range(width))
        views[name] = row[0]
        if width > 1:
            views["p" + name[1:]] = row
    return views


def _view(data: memoryview, code: str, ctype: str, width: int) -> Any:
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
