"""Content encodings: how the body of a response is compressed on its way.

A body is untrusted until it has been decoded, so an `Inflater` gives pieces of bounded
size, and looks at each step how long the body has become.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from wasm2py.errors import LimitExceeded

SUPPORTED: Final = ("gzip", "deflate")

RATIO: Final = 100
"""How many times as long decoding may make a body."""

FREE_LENGTH: Final = 4 << 20
"""Bytes that a decoded body may have whatever its ratio: small ones harm nobody."""

_PIECE: Final = 1 << 16
_ALIASES: Final = {"x-gzip": "gzip", "x-deflate": "deflate"}

# Compressed bytes that decode to nothing: headers, empty blocks, empty members, padding.
_IDLE_LENGTH: Final = 1 << 20
_IDLE_RATIO: Final = 10


class EncodingError(OSError):
    """A body is not encoded as its header says; the message is one line."""


def encodings(field: str) -> list[str]:
    """The encodings that a Content-Encoding header field names, in their order."""
    names = [name.strip(" \t").lower() for name in field.split(",")]
    return [_ALIASES.get(name, name) for name in names if name not in ("", "identity")]


def check_growth(received: int, produced: int) -> None:
    """Raise LimitExceeded where decoding makes too many bytes out of those received."""
    if produced > max(FREE_LENGTH, RATIO * received):
        raise LimitExceeded(
            f"the compressed body grows too much: {received:,} bytes have become"
            f" {produced:,}, and at most {RATIO} times as many are allowed"
        )


class Inflater:
    """Undoes one of the `SUPPORTED` encodings, a piece of the body at a time."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._stream: zlib._Decompress | None = None
        self._complete = False  # Up to here: a gzip body may have several members.
        self._undecided = b""
        self._received = 0
        self._produced = 0

    def decode(self, data: bytes) -> Iterator[bytes]:
        """The next piece of the body decoded, in pieces of at most 64 KiB.

        Raises EncodingError for damaged data, and LimitExceeded where the body grows
        out of all proportion, or does not grow at all.
        """
        self._received += len(data)
        data = self._undecided + data
        self._undecided = b""
        while data:
            if self._stream is None:
                data = self._begin(data)
            if self._stream is None:
                break
            yield from self._inflate(self._stream, data)
            data = self._stream.unused_data
            if self._stream.eof:
                self._stream, self._complete = None, True
        self._check_idleness()

    def finish(self) -> None:
        """Raise EncodingError unless the body is complete."""
        if self._stream is not None or (self._received and not self._complete):
            raise EncodingError(f"{self._encoding}: the data ends early")

    def _begin(self, data: bytes) -> bytes:
        """Begin a stream, if there are the bytes to tell which; what is left of them."""
        if self._complete:
            # As gzip itself does: zeros are padding, all else is another member.
            data = data.lstrip(b"\0")
            if not data:
                return b""
            if self._encoding == "deflate":
                raise EncodingError(
                    "deflate: there are bytes after the end of the data"
                )
        if self._encoding == "gzip":
            self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        elif len(data) < 2:
            self._undecided = data
        else:
            # The standard means zlib's format by "deflate"; some servers leave out its
            # header, of which RFC 1950 says how it is told.
            wrapped = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            bits = zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
            self._stream = zlib.decompressobj(bits)
        return data

    def _inflate(self, stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
        """What a stream makes of the data, as far as it is the stream's."""
        more = True
        while more:
            try:
                piece = stream.decompress(data, _PIECE)
            except zlib.error as error:
                raise EncodingError(f"{self._encoding}: {error}") from None
            data = stream.unconsumed_tail
            # A full piece: there may be output that is held back, without any input.
            more = not stream.eof and (bool(data) or len(piece) == _PIECE)
            self._produced += len(piece)
            check_growth(self._received, self._produced)
            if piece:
                yield piece

    def _check_idleness(self) -> None:
        if self._received > _IDLE_LENGTH + _IDLE_RATIO * self._produced:
            raise LimitExceeded(
                f"the compressed body holds next to nothing: {self._received:,} bytes"
                f" have become {self._produced:,}"
            )
