"""Typed views of a memory's bytes, and moving bytes between memories.

Generated code reads and writes cells through views: ``mu32[address]``, or, by the number
of an element, ``eu32[address >> 2]``. Indexing past the end raises ``IndexError``, which
an export turns into a trap. On CPython the views of elements are casts of a
``memoryview``; on PyPy an item of one costs a microsecond, but an item of a cffi array,
which PyPy carries, two nanoseconds.

In views whose elements begin at every byte, ``view[a]`` is the element at address ``a``, aligned or not. No part of Python makes such
a view, but CPython's ``memoryview`` reads and writes one if it is told that the elements
are a byte apart, and checks its bounds as always: twice as fast as the division of an
address by the element's size, and the test of its low bits.

A ``bytearray`` of bytes that are elsewhere is CPython's fastest view of single ones: an item
takes two to four nanoseconds less than one of any other buffer, a
fifth of an access, but Python makes none of bytes that exist already. On the versions whose
``bytearray`` is known, one that is empty is therefore told where other bytes are. It does not
own them, as it knows no block to give back; and nothing but single items of it may be used, as
it must not be resized.
"""

from __future__ import annotations

import sys
from _operator import setitem
from _struct import calcsize

from .lean import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, Iterator, Optional, Tuple

    Row = Tuple[Any, ...]  # views of whole elements that begin at successive bytes

    # The view from a byte on, with a format of ``memoryview`` and its width.
    MakeView = Callable[[int, str, int], Any]

    # What makes the views of some bytes.
    Overlapping = Callable[[memoryview], MakeView]

    # What makes the view of single ones.
    Overlay = Callable[[memoryview], bytearray]

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

# Those whose `bytearray` is known.
_KNOWN = ((3, 9), (3, 14))


class _Rows:
    """A view of rows of elements. Each width has a class of its own: PyPy compiles its numbers."""

    __slots__ = ("_aligned", "_length", "_rows")

    def __init__(self, rows: Row) -> None:
        self._aligned = rows[0]
        self._length = sum(map(len, rows))
        self._rows = rows

    def __len__(self) -> int:
        return self._length


class Halves(_Rows):
    """The elements of two bytes."""

    __slots__ = ()

    def __getitem__(self, address: int) -> Any:
        if address & 1:
            return self._rows[address & 1][address >> 1]
        return self._aligned[address >> 1]

    def __setitem__(self, address: int, value: Any) -> None:
        if address & 1:
            self._rows[address & 1][address >> 1] = value
        else:
            self._aligned[address >> 1] = value


class Words(_Rows):
    """The elements of four bytes."""

    __slots__ = ()

    def __getitem__(self, address: int) -> Any:
        if address & 3:
            return self._rows[address & 3][address >> 2]
        return self._aligned[address >> 2]

    def __setitem__(self, address: int, value: Any) -> None:
        if address & 3:
            self._rows[address & 3][address >> 2] = value
        else:
            self._aligned[address >> 2] = value


class Doubles(_Rows):
    """The elements of eight bytes."""

    __slots__ = ()

    def __getitem__(self, address: int) -> Any:
        if address & 7:
            return self._rows[address & 7][address >> 3]
        return self._aligned[address >> 3]

    def __setitem__(self, address: int, value: Any) -> None:
        if address & 7:
            self._rows[address & 7][address >> 3] = value
        else:
            self._aligned[address >> 3] = value


_CLASSES = {2: Halves, 4: Words, 8: Doubles}


def view_of_rows(rows: Row) -> Any:
    """The view, on any Python: ``rows`` has one for each byte of an element."""
    return _CLASSES[len(rows)](rows)


def _make_overlapping() -> Overlapping:
    """See `find_overlapping`.

    Raises ImportError where there is no ``ctypes``, and AttributeError or ValueError
    where it does not do what is wanted of it.
    """
    import ctypes

    size = ctypes.c_ssize_t

    class Buffer(ctypes.Structure):
        """``Py_buffer``, of CPython's stable interface."""

        _fields_ = (
            ("buf", ctypes.c_void_p),
            ("obj", ctypes.c_void_p),
            ("len", size),
            ("itemsize", size),
            ("readonly", ctypes.c_int),
            ("ndim", ctypes.c_int),
            ("format", ctypes.c_char_p),
            ("shape", ctypes.POINTER(size)),
            ("strides", ctypes.POINTER(size)),
            ("suboffsets", ctypes.POINTER(size)),
            ("internal", ctypes.c_void_p),
        )

    api = ctypes.pythonapi
    # Prototypes of our own: those of `pythonapi` are shared with everybody.
    prototype = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.POINTER(Buffer))
    from_buffer = prototype(("PyMemoryView_FromBuffer", api))
    keep = ctypes.PYFUNCTYPE(None, ctypes.py_object)(("Py_IncRef", api))
    one_dimension = size * 1
    formats = {code: code.encode() for code in "HhIiQqfd"}
    keep(formats)  # views point to them, as long as there are any

    def overlapping(data: memoryview) -> MakeView:
        length = len(data)
        address = ctypes.addressof(ctypes.c_char.from_buffer(data)) if length else 0

        def view(start: int, code: str, width: int) -> Any:
            count = length - start - width + 1
            if count <= 0:
                return memoryview(bytearray()).cast(code)  # type: ignore[call-overload]
            buffer = Buffer(address + start, None, count * width, width, 0, 1)
            buffer.format = formats[code]
            # Copied into the view.
            buffer.shape, buffer.strides = one_dimension(count), one_dimension(1)
            try:
                return from_buffer(ctypes.byref(buffer))
            except ctypes.ArgumentError:
                # The argument is right: to look at it, Python calls a function.
                raise RecursionError("maximum recursion depth exceeded") from None

        return view

    trial = memoryview(bytearray(range(12)))
    view = overlapping(trial)(1, "I", 4)
    view[5] = 0x12345678
    if len(view) != 8 or view[4] != 0x34567805 or trial[9] != 0x12:
        raise ValueError("memoryview does not overlap elements")
    return overlapping


@once
def find_overlapping() -> Optional[Overlapping]:
    """What makes views of overlapping elements: each a ``memoryview``, which owns nothing.

    The bytes must stay where they are as long as anybody may use such a view.

    None where there is nothing of the kind. `ctypes` is imported when a memory needs it.
    """
    if sys.implementation.name != "cpython":
        return None
    try:
        return _make_overlapping()
    except (ImportError, AttributeError, ValueError):
        return None  # a Python without ctypes: slower, but the same results


def _make_overlay() -> Overlay:
    """See `find_overlay`.

    Raises ImportError where there is no ``ctypes``, and ValueError where a ``bytearray`` is
    not what it is known to be.
    """
    import ctypes

    size = ctypes.c_ssize_t

    class Fields(ctypes.Structure):
        """``PyByteArrayObject``."""

        _fields_ = (
            ("head", ctypes.c_char * object.__basicsize__),
            ("size", size),
            ("allocated", size),
            ("block", ctypes.c_void_p),
            ("start", ctypes.c_void_p),
            ("exports", size),
        )

    def address(data: object) -> int:
        first: object = ctypes.c_char.from_buffer(data)  # type: ignore[arg-type]
        return ctypes.addressof(first)  # type: ignore[arg-type]

    def overlay(data: memoryview) -> bytearray:
        new = bytearray()
        if data:
            fields = Fields.from_address(id(new))
            fields.start = address(data)
            fields.size = len(data)
        return new

    if ctypes.sizeof(Fields) != bytearray.__basicsize__:
        raise ValueError("bytearray is of another size")
    # Only what is as it should be is written to.
    seen = []
    for trial in (bytearray(), bytearray(range(12))):
        fields = Fields.from_address(id(trial))
        place = address(trial) if trial else None
        seen.append((fields.size, fields.block == fields.start == place))
        with memoryview(trial):
            seen.append((fields.exports, fields.allocated >= len(trial)))
    if seen != [(0, True), (1, True), (12, True), (1, True)]:
        raise ValueError("bytearray has other fields")
    return overlay


@once
def find_overlay() -> Callable[[memoryview], "bytearray | memoryview"]:
    """What makes the fastest view of single bytes: a ``bytearray``, or else a ``memoryview``.

    The bytes must stay where they are as long as anybody may use such a view.
    """
    known = _KNOWN[0] <= sys.version_info[:2] < _KNOWN[1]
    if sys.implementation.name == "cpython" and known:
        try:
            return _make_overlay()
        except (ImportError, ValueError):
            pass
    return memoryview


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
