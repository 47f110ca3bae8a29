"""Standard input, output and error: what the host gives for them."""

from __future__ import annotations

import io

from . import rights
from .errno import AGAIN, NOTSUP, Refused
from .tree import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

# What a stream tells poll_oneoff about the bytes that it has: that nobody knows.
UNKNOWN_AMOUNT = 1


class Stream:
    """One of them. ``fileno`` is None unless the host's system can wait for it."""

    fileno: Optional[int] = None
    type = rights.UNKNOWN

    def status(self) -> Status:
        return Status(0, 0, self.type, 0, 0, 0, 0, 0)

    def available(self) -> int:
        """How many bytes can be read without waiting, where there is no ``fileno``."""
        return 0

    def read(self, count: int) -> bytes:
        raise Refused(NOTSUP)

    def write(self, data: bytes) -> int:
        raise Refused(NOTSUP)


class _BytesInput(Stream):
    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    def available(self) -> int:
        return len(self._data)

    def read(self, count: int) -> bytes:
        data, self._data = self._data[:count], self._data[count:]
        return bytes(data)


class _FileInput(Stream):
    """A binary file. What it has is given at once, without waiting for ``count`` bytes."""

    def __init__(self, file: Any, given: Any) -> None:
        # A text file that goes away closes the one below it.
        self._given = given
        self._read: Callable[[int], Optional[bytes]] = getattr(file, "read1", file.read)
        self.fileno, self.type = _fileno(file), _type(file)

    def available(self) -> int:
        return UNKNOWN_AMOUNT

    def read(self, count: int) -> bytes:
        data = self._read(count)
        if data is None:
            raise Refused(AGAIN)
        return _checked_bytes(data)


class _NoOutput(Stream):
    def write(self, data: bytes) -> int:
        return len(data)


class _CallableOutput(Stream):
    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take

    def write(self, data: bytes) -> int:
        self._take(data)
        return len(data)


class _FileOutput(Stream):
    """A binary file, or the one below a text file, whose text goes first."""

    def __init__(self, file: Any, text: Any) -> None:
        self._write: Callable[[bytes], Optional[int]] = file.write
        self._flush: Optional[Callable[[], object]] = getattr(file, "flush", None)
        self._flush_text = None if text is None else text.flush
        self.fileno, self.type = _fileno(file), _type(file)

    def write(self, data: bytes) -> int:
        if self._flush_text is not None:
            self._flush_text()
        try:
            written = self._write(data)
        except BlockingIOError as error:
            # Of a buffered file: what it has taken must not be written again.
            written = getattr(error, "characters_written", 0)
            if not written:
                raise
        self._flush_what_goes()
        if written is None:
            # Of a raw file: it would have to wait. Others need not tell how much.
            if isinstance(getattr(self._write, "__self__", None), io.RawIOBase):
                raise Refused(AGAIN)
            return len(data)
        if not 0 <= written <= len(data):
            raise ValueError(f"a stream took {written} bytes of {len(data)}")
        return written

    def _flush_what_goes(self) -> None:
        """What would have to wait stays in the file's buffer, for the next time."""
        if self._flush is not None:
            try:
                self._flush()
            except BlockingIOError:
                pass


def input_stream(given: Any) -> Stream:
    """The stream that is read from what the host gives; TypeError for what is none."""
    if given is None:
        return _BytesInput(b"")
    if isinstance(given, (bytes, bytearray, memoryview)):
        return _BytesInput(bytes(given))
    file = _binary(given)
    if not hasattr(file, "read"):
        kind = type(given).__name__
        raise TypeError(f"stdin must be bytes or a binary file, not {kind}")
    return _FileInput(file, given)


def output_stream(given: Any, name: str) -> Stream:
    """The stream that is written to what the host gives; TypeError for what is none."""
    if given is None:
        return _NoOutput()
    file = _binary(given)
    if hasattr(file, "write"):
        return _FileOutput(file, None if file is given else given)
    if callable(given):
        return _CallableOutput(given)
    kind = type(given).__name__
    raise TypeError(f"{name} must be a binary file or a callable, not {kind}")


def _binary(given: Any) -> Any:
    """The binary file below a text file; TypeError where there is none."""
    if not isinstance(given, io.TextIOBase):
        return given
    file = getattr(given, "buffer", None)
    if file is None:
        raise TypeError("a stream must be a binary file; this text file has none below")
    return file


def _checked_bytes(data: Any) -> bytes:
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"stdin must give bytes, not {type(data).__name__}")
    return bytes(data)


def _fileno(file: Any) -> Optional[int]:
    try:
        number = file.fileno()
    except (AttributeError, OSError, ValueError):
        return None
    return number if isinstance(number, int) else None


def _type(file: Any) -> int:
    """Programs ask for it to see whether they write to a terminal."""
    try:
        return rights.CHARACTER_DEVICE if file.isatty() else rights.UNKNOWN
    except (AttributeError, ValueError):
        return rights.UNKNOWN
