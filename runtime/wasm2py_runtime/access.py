"""What a host does with the bytes of a memory: the part of `Memory` for programs around a module.

Addresses and lengths are integers, or what has an ``__index__``. Nothing counts from the
end: what is negative is out of bounds, as is whatever does not lie within the memory whole.
"""

from __future__ import annotations

import _struct as struct
from _operator import index

from .lean import overload
from .views import FORMATS, move

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, SupportsIndex, Tuple, Union

_CODES = "".join(code for code, _ in FORMATS.values())
# Of a text without an end, no more than this is copied at a time.
_CHUNK = 1 << 16


class MemoryAccess:
    """Reading and writing bytes, texts, records and arrays by address."""

    __slots__ = ()

    _wasm_data: memoryview

    def __len__(self) -> int:
        """The size in bytes."""
        return len(self._wasm_data)

    def __bool__(self) -> bool:
        """True: a memory without pages is one, too."""
        return True

    @overload
    def __getitem__(self, address: SupportsIndex, /) -> int: ...

    @overload
    def __getitem__(self, address: slice, /) -> bytes: ...

    def __getitem__(self, address: Union[SupportsIndex, slice], /) -> Union[int, bytes]:
        """The byte at an address, or a copy of those from one address to another.

        Raises IndexError if out of bounds, and ValueError for steps.
        """
        if isinstance(address, slice):
            return self._part(address).tobytes()
        byte: int = self._range(address, 1)[0]
        return byte

    @overload
    def __setitem__(self, address: SupportsIndex, value: SupportsIndex, /) -> None: ...

    @overload
    def __setitem__(self, address: slice, value: Any, /) -> None: ...

    def __setitem__(self, address: Union[SupportsIndex, slice], value: Any, /) -> None:
        """Replace a byte, or those from one address to another by as many.

        Raises IndexError if out of bounds, and ValueError for steps, for another number of
        bytes and for what is no byte.
        """
        if not isinstance(address, slice):
            self._range(address, 1)[0] = index(value)
            return
        part, source = self._part(address), _bytes_of(value)
        if len(part) != len(source):
            raise ValueError(f"{len(source)} bytes are given for {len(part)}")
        move(part, 0, source, 0, len(source))

    def __buffer__(self, flags: int, /) -> memoryview:
        """The same as ``buffer``, for ``memoryview(memory)``; Python asks from 3.12 on."""
        return memoryview(self._wasm_data)

    def read(self, address: SupportsIndex, length: SupportsIndex) -> bytes:
        """A copy of ``length`` bytes from an address on; IndexError if out of bounds."""
        return self._range(address, length).tobytes()

    def write(self, address: SupportsIndex, data: Any) -> None:
        """Write bytes-like ``data`` at an address; IndexError if out of bounds."""
        source, start = _bytes_of(data), index(address)
        self._check_range(start, len(source))
        move(self._wasm_data, start, source, 0, len(source))

    def cstring(self, address: SupportsIndex) -> bytes:
        """The bytes from an address to the NUL that ends them, without it.

        Raises IndexError if there is none up to the end of the memory.
        """
        start = place = index(address)
        self._range(start, 0)
        data = self._wasm_data
        while place < len(data):
            found = data[place : place + _CHUNK].tobytes().find(0)
            if found >= 0:
                return data[start : place + found].tobytes()
            place += _CHUNK
        size = len(data)
        raise IndexError(f"no NUL ends the text at {start} in a memory of {size} bytes")

    def unpack(self, format: str, address: SupportsIndex) -> Tuple[Any, ...]:
        """What ``struct.unpack`` makes of the bytes at an address.

        A ``format`` without a prefix stands for the machine's alignment: WebAssembly's
        records want ``"<"``. Raises IndexError if out of bounds, and ``struct.error``.
        """
        return struct.unpack(format, self._range(address, struct.calcsize(format)))

    def pack_into(self, format: str, address: SupportsIndex, *values: Any) -> None:
        """Write what ``struct.pack`` makes of values at an address.

        Raises IndexError if out of bounds, and ``struct.error``; then nothing is written.
        """
        self.write(address, struct.pack(format, *values))

    def array(
        self, address: SupportsIndex, length: SupportsIndex, code: str
    ) -> "memoryview[Any]":
        """A view of ``length`` numbers from an address on, which may be any.

        ``code`` is one of bBhHiIqQfd, as ``struct`` has them. The bytes are the memory's own:
        what is written to the view is in the memory. Ask for the view when it is
        needed rather than keep it: see ``buffer``. Raises IndexError if out of bounds and
        ValueError for any other code.
        """
        if len(code) != 1 or code not in _CODES:
            raise ValueError(f"code must be one of {_CODES}, not {code!r}")
        count = index(length)
        part = self._range(address, count * struct.calcsize(code))
        return part.cast(code)  # type: ignore[call-overload, no-any-return]

    def _part(self, part: slice) -> memoryview:
        """The bytes from one address to another."""
        if part.step is not None and index(part.step) != 1:
            raise ValueError("the bytes of a memory have no steps")
        start = 0 if part.start is None else index(part.start)
        end = len(self._wasm_data) if part.stop is None else index(part.stop)
        return self._range(start, end - start)

    def _range(self, address: SupportsIndex, length: SupportsIndex) -> memoryview:
        """That many bytes from an address on."""
        start, count = index(address), index(length)
        self._check_range(start, count)
        return self._wasm_data[start : start + count]

    def _check_range(self, start: int, count: int) -> None:
        size = len(self._wasm_data)
        if start < 0 or count < 0 or start + count > size:
            text = f"{count} bytes at {start} are out of bounds"
            raise IndexError(f"{text} of a memory of {size} bytes")


def _bytes_of(data: Any) -> memoryview:
    """The bytes of a bytes-like object, whatever its items are."""
    source = memoryview(data)
    # Items that do not adjoin become a copy of bytes; so do none, of which Python casts no rows.
    adjoin = source.c_contiguous and source.nbytes
    return source.cast("B") if adjoin else memoryview(source.tobytes())
