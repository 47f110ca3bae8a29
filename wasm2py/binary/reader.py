"""Decoding of the binary format's primitives from a complete slice of a module."""

from __future__ import annotations

from array import array

from wasm2py.errors import Malformed, UnexpectedEnd


class Reader:
    """A cursor over `data`, whose first byte is the module's byte `base`.

    The slice is complete: its end is the end of the section, function body or segment
    that is being read, so that reading beyond it is always an error of the module.
    `function` is the index of the function whose body it is, for errors.
    """

    __slots__ = ("base", "data", "function", "pos")

    def __init__(self, data: bytes, base: int = 0, function: int | None = None) -> None:
        self.data = data
        self.base = base
        self.function = function
        self.pos = 0

    @property
    def offset(self) -> int:
        """Where the cursor is in the module."""
        return self.base + self.pos

    @property
    def remaining(self) -> int:
        """Number of bytes from the cursor to the end of the slice."""
        return len(self.data) - self.pos

    def unexpected_end(self) -> UnexpectedEnd:
        """The error of reading on at the end of the slice."""
        return UnexpectedEnd(
            "unexpected end of section or function",
            self.base + len(self.data),
            function=self.function,
        )

    def byte(self) -> int:
        """The next byte."""
        try:
            byte = self.data[self.pos]
        except IndexError:
            raise self.unexpected_end() from None
        self.pos += 1
        return byte

    def peek(self) -> int:
        """The next byte, which stays where it is."""
        try:
            return self.data[self.pos]
        except IndexError:
            raise self.unexpected_end() from None

    def take(self, length: int) -> bytes:
        """The next `length` bytes."""
        if length > self.remaining:
            raise self.unexpected_end()
        start = self.pos
        self.pos += length
        return self.data[start : self.pos]

    def unsigned(self, bits: int) -> int:
        """An unsigned integer of `bits` bits in LEB128."""
        start = self.offset
        data, pos = self.data, self.pos
        result = shift = 0
        while True:
            if pos == len(data):
                raise self._cut_short(start)
            byte = data[pos]
            pos += 1
            payload = byte & 0x7F
            if bits - shift < 7 and payload >> (bits - shift):
                raise Malformed("integer too large", start)
            result |= payload << shift
            if byte < 0x80:
                self.pos = pos
                return result
            shift += 7
            if shift >= bits:
                raise Malformed("integer representation too long", start)

    def u32(self) -> int:
        """An unsigned 32-bit integer in LEB128."""
        data, pos = self.data, self.pos
        if pos < len(data) and data[pos] < 0x80:
            self.pos = pos + 1
            return data[pos]
        return self.unsigned(32)

    def u32s(self, count: int) -> array[int]:
        """That many unsigned 32-bit integers in LEB128."""
        short = self.data[self.pos : self.pos + count]
        if len(short) == count and max(short, default=0) < 0x80:
            self.pos += count
            return array("I", list(short))
        if count > self.remaining:
            raise self.unexpected_end()
        return array("I", [self.u32() for _ in range(count)])

    def u64(self) -> int:
        """An unsigned 64-bit integer in LEB128."""
        return self.unsigned(64)

    def s33(self) -> int:
        """A signed 33-bit integer in LEB128."""
        return self._signed(33)

    def i32(self) -> int:
        """A 32-bit integer, encoded as signed, in the unsigned range."""
        return self._signed(32) & 0xFFFF_FFFF

    def i64(self) -> int:
        """A 64-bit integer, encoded as signed, in the unsigned range."""
        return self._signed(64) & 0xFFFF_FFFF_FFFF_FFFF

    def f32(self) -> int:
        """The bit pattern of an f32."""
        return int.from_bytes(self.take(4), "little")

    def f64(self) -> int:
        """The bit pattern of an f64."""
        return int.from_bytes(self.take(8), "little")

    def name(self) -> str:
        """A length and that many bytes of UTF-8."""
        length = self.u32()
        start = self.offset
        if length > self.remaining:
            raise UnexpectedEnd(
                f"length out of bounds: a name of {length} bytes", start
            )
        return decode_utf8(self.take(length), start)

    def _cut_short(self, start: int) -> UnexpectedEnd:
        """The error of an integer that begins at the offset `start` and goes on at the end."""
        if self.pos == len(self.data):
            return self.unexpected_end()
        message = "integer representation too long for what is left"
        return UnexpectedEnd(message, start)

    def _signed(self, bits: int) -> int:
        start = self.offset
        data, pos = self.data, self.pos
        result = shift = 0
        while True:
            if pos == len(data):
                raise self._cut_short(start)
            byte = data[pos]
            pos += 1
            payload = byte & 0x7F
            if bits - shift < 7:
                # The bits beyond the integer's own must all equal its sign.
                sign = payload >> (bits - shift - 1)
                if sign not in (0, 0x7F >> (bits - shift - 1)):
                    raise Malformed("integer too large", start)
            result |= payload << shift
            shift += 7
            if byte < 0x80:
                self.pos = pos
                return result - (1 << shift) if byte & 0x40 else result
            if shift >= bits:
                raise Malformed("integer representation too long", start)


def decode_utf8(data: bytes, offset: int) -> str:
    """The text of a name whose bytes are at `offset` in the module."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        message = f"malformed UTF-8 encoding: {error.reason}"
        raise Malformed(message, offset + error.start) from None
