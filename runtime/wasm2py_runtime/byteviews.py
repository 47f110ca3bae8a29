"""Views of a memory's bytes whose elements begin at every byte.

``view[a]`` is the element at address ``a``, aligned or not. No part of Python makes such
a view, but CPython's ``memoryview`` reads and writes one if it is told that the elements
are a byte apart, and checks its bounds as always: twice as fast as the division of an
address by the element's size, and the test of its low bits.
"""

from __future__ import annotations

import sys

from .lean import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional, Tuple

    Row = Tuple[Any, ...]  # views of whole elements that begin at successive bytes

    # The view from a byte on, with a format of ``memoryview`` and its width.
    MakeView = Callable[[int, str, int], Any]

    # What makes the views of some bytes.
    Overlapping = Callable[[memoryview], MakeView]


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
