"""The outermost structure of a module, from bytes that arrive in pieces of any size.

The parser does no input or output: bytes go in, events come out. It frames; what is
inside the frames is for others. It keeps no more than the frame that is arriving, and
never makes room for bytes on the word of a length field.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from wasm2py.binary.data_segments import read_segment_size
from wasm2py.binary.events import (
    NEED_DATA,
    Chunk,
    CodeStart,
    DataStart,
    Event,
    FunctionBody,
    ModuleEnd,
    ModuleStart,
    NeedData,
    SectionContents,
    SectionEnd,
    SectionStart,
    SegmentStart,
)
from wasm2py.binary.reader import Reader, decode_utf8
from wasm2py.errors import (
    CompileError,
    LimitExceeded,
    Malformed,
    UnexpectedEnd,
    Unsupported,
)
from wasm2py.spec import limits
from wasm2py.spec.features import BULK_MEMORY, EXCEPTIONS, MVP, Features, require

MAGIC: Final = b"\0asm"
VERSION: Final = 1
COMPONENT_LAYER: Final = 1  # the upper half of the version field of a component

CHUNK_SIZE: Final = 1 << 16
_LONGEST_U32: Final = 5
# A data segment's header is nearly always shorter.
_HEADER_GUESS: Final = 32


class Section(NamedTuple):
    """A kind of section: `order` is its place among the others."""

    name: str
    order: int
    feature: str


CUSTOM: Final = 0
CODE: Final = 10
DATA: Final = 11

SECTIONS: Final = {
    CUSTOM: Section("custom", 0, MVP),
    1: Section("type", 1, MVP),
    2: Section("import", 2, MVP),
    3: Section("function", 3, MVP),
    4: Section("table", 4, MVP),
    5: Section("memory", 5, MVP),
    13: Section("tag", 6, EXCEPTIONS),
    6: Section("global", 7, MVP),
    7: Section("export", 8, MVP),
    8: Section("start", 9, MVP),
    9: Section("element", 10, MVP),
    12: Section("data count", 11, BULK_MEMORY),
    CODE: Section("code", 12, MVP),
    DATA: Section("data", 13, MVP),
}

_State = Callable[[], "Event | NeedData"]


class Parser:
    """Turns the bytes of a module into events.

    Call `next_event` until it returns `NEED_DATA`, give more bytes to `receive_data`,
    empty bytes for the end of the input, and so on until `ModuleEnd`, which is
    returned from then on. After an error every call raises it again.
    """

    def __init__(self, features: Features) -> None:
        self._features = features
        self._buffer = bytearray()
        self._pos = 0  # in the buffer
        self._base = 0  # of the buffer in the module
        self._ended = False
        self._error: CompileError | None = None
        self._state: _State = self._header
        self._order = 0  # of the last section that is not a custom one
        self._section = CUSTOM
        self._section_end = 0  # offset in the module
        self._count = 0  # of bodies or segments
        self._index = 0  # of the next body or segment
        self._size = 0  # of the body that is arriving
        self._streamed_to = 0  # offset of the end of what is passed on in chunks
        self._wanted = _HEADER_GUESS  # bytes to wait for before a segment's header

    def receive_data(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes of the module; empty bytes for its end.

        Raises ValueError when bytes follow after the end.
        """
        if self._error is not None:
            raise self._error
        if self._ended and data:
            raise ValueError("data after the end of the input")
        if not data:
            self._ended = True
        if self._pos:
            # Deleting in front costs nothing that grows with what is left.
            del self._buffer[: self._pos]
            self._base += self._pos
            self._pos = 0
        self._buffer += data

    def next_event(self) -> Event | NeedData:
        """The next event, or NEED_DATA; raises CompileError."""
        if self._error is not None:
            raise self._error
        try:
            return self._state()
        except CompileError as error:
            self._error = error
            raise

    # The buffer.

    @property
    def _offset(self) -> int:
        return self._base + self._pos

    @property
    def _available(self) -> int:
        return len(self._buffer) - self._pos

    def _take(self, length: int) -> bytes:
        start = self._pos
        self._pos += length
        return bytes(self._buffer[start : self._pos])

    def _truncated(self, message: str) -> NeedData:
        """What to return where bytes are missing, unless there will be no more."""
        if self._ended:
            raise UnexpectedEnd(message, self._base + len(self._buffer))
        return NEED_DATA

    def _u32(self, end: int | None) -> int | None:
        """An integer that ends before the offset `end`, or None if it is incomplete."""
        window = bytes(self._buffer[self._pos : self._pos + _LONGEST_U32])
        complete = self._ended
        if end is not None:
            window = window[: end - self._offset]
            complete = complete or self._base + len(self._buffer) >= end
        reader = Reader(window, self._offset)
        try:
            value = reader.u32()
        except UnexpectedEnd:
            if complete:
                raise
            return None
        self._pos += reader.pos
        return value

    # The states. Each returns an event, or NEED_DATA after having changed nothing.

    def _header(self) -> Event | NeedData:
        buffer = self._buffer
        if len(buffer) < 4:
            return self._truncated("unexpected end of the header")
        if buffer[:4] != MAGIC:
            raise Malformed("magic header not detected", 0)
        if len(buffer) < 8:
            return self._truncated("unexpected end of the header")
        version = int.from_bytes(buffer[4:6], "little")
        layer = int.from_bytes(buffer[6:8], "little")
        if layer == COMPONENT_LAYER:
            message = "unknown binary version: this is a component, not a module"
            raise Unsupported(message, 4)
        if version != VERSION or layer:
            raise Malformed(f"unknown binary version {version | layer << 16}", 4)
        self._pos = 8
        self._state = self._section_header
        return ModuleStart(version)

    def _section_header(self) -> Event | NeedData:
        if not self._available:
            if not self._ended:
                return NEED_DATA
            self._state = self._end
            return self._end()
        start = self._pos
        offset = self._offset
        section = self._buffer[start]
        self._check_section(section, offset)
        self._pos += 1
        size = self._u32(None)
        if size is None:
            self._pos = start
            return NEED_DATA
        self._section = section
        self._section_end = self._offset + size
        if self._section_end > limits.MODULE_SIZE:
            message = f"module size must be at most {limits.MODULE_SIZE:,} bytes"
            raise LimitExceeded(message, offset)
        return self._begin_section(section, size)

    def _begin_section(self, section: int, size: int) -> Event | NeedData:
        if section == CUSTOM:
            self._state = self._custom_name
            return self._custom_name()
        self._order = SECTIONS[section].order
        states = {CODE: self._code_start, DATA: self._data_start}
        self._state = states.get(section, self._contents)
        return SectionStart(section, SECTIONS[section].name, self._offset, size)

    def _check_section(self, section: int, offset: int) -> None:
        known = SECTIONS.get(section)
        if known is None:
            raise Malformed(f"malformed section id {section}", offset)
        construct = f"the {known.name} section"
        disabled = f"malformed section id {section}"
        require(self._features, known.feature, construct, offset, disabled)
        if section != CUSTOM and known.order <= self._order:
            again = "again" if known.order == self._order else "out of order"
            message = f"unexpected content after last section: {construct} {again}"
            raise Malformed(message, offset)

    def _missing(self) -> NeedData:
        """NEED_DATA within a section, unless there will be no more."""
        return self._truncated("length out of bounds: the module ends in a section")

    def _contents(self) -> Event | NeedData:
        size = self._section_end - self._offset
        if self._available < size:
            return self._missing()
        offset = self._offset
        self._state = self._section_complete
        return SectionContents(self._section, offset, self._take(size))

    def _section_complete(self) -> Event | NeedData:
        if self._offset != self._section_end:
            left = self._section_end - self._offset
            message = f"section size mismatch: {left} bytes are left in the section"
            raise Malformed(message, self._offset)
        self._state = self._section_header
        return SectionEnd(self._section, self._offset)

    # Custom sections.

    def _custom_name(self) -> Event | NeedData:
        start, offset = self._pos, self._offset
        length = self._u32(self._section_end)
        if length is None:
            return NEED_DATA
        if length > self._section_end - self._offset:
            raise UnexpectedEnd("length out of bounds: a custom section's name", offset)
        if length > self._available:
            self._pos = start
            return self._missing()
        name = decode_utf8(self._take(length), self._offset - length)
        self._streamed_to = self._section_end
        self._state = self._custom_chunk
        return SectionStart(CUSTOM, name, offset, self._section_end - offset)

    def _custom_chunk(self) -> Event | NeedData:
        if self._offset == self._section_end:
            return self._section_complete()
        return self._chunk()

    def _chunk(self) -> Event | NeedData:
        size = min(CHUNK_SIZE, self._streamed_to - self._offset)
        if self._available < size:
            return self._missing()
        return Chunk(self._take(size))

    # The code section.

    def _code_start(self) -> Event | NeedData:
        offset = self._offset
        count = self._u32(self._section_end)
        if count is None:
            return NEED_DATA
        limits.check(count, limits.FUNCTIONS, "functions", offset)
        self._count, self._index = count, 0
        self._state = self._body_size
        return CodeStart(count, offset)

    def _body_size(self) -> Event | NeedData:
        if self._index == self._count:
            return self._section_complete()
        offset = self._offset
        size = self._u32(self._section_end)
        if size is None:
            return NEED_DATA
        limits.check(size, limits.BODY_SIZE, "bytes in a function body", offset)
        if size > self._section_end - self._offset:
            raise UnexpectedEnd("unexpected end of section or function", offset)
        self._size = size
        self._state = self._body
        return self._body()

    def _body(self) -> Event | NeedData:
        if self._available < self._size:
            return self._missing()
        event = FunctionBody(self._index, self._offset, self._take(self._size))
        self._index += 1
        self._state = self._body_size if event.terminated else self._missing_end
        return event

    def _missing_end(self) -> NeedData:
        """Refuse a body without its `end`.

        A decoder that reads on into what follows the body is what the words of the
        official tests come from: they depend on what that is.
        """
        if self._index < self._count:
            raise Malformed(
                "END opcode expected at a function body's end", self._offset
            )
        if self._available:
            message = "section size mismatch: the last function body has no end"
            raise Malformed(message, self._offset)
        return self._truncated("unexpected end of section or function")

    # The data section.

    def _data_start(self) -> Event | NeedData:
        offset = self._offset
        count = self._u32(self._section_end)
        if count is None:
            return NEED_DATA
        limits.check(count, limits.DATA_SEGMENTS, "data segments", offset)
        self._count, self._index = count, 0
        self._state = self._segment_header
        return DataStart(count, offset)

    def _segment_header(self) -> Event | NeedData:
        """The header's extent is known only by decoding it.

        While it is incomplete, twice as many bytes are awaited each time, so that the
        attempts together cost time linear in the header's length.
        """
        if self._index == self._count:
            return self._section_complete()
        offset = self._offset
        left = self._section_end - offset
        while self._available >= min(left, self._wanted):
            window = self._buffer[self._pos : self._pos + min(left, self._wanted)]
            reader = Reader(bytes(window), offset)
            try:
                size = read_segment_size(reader, self._features)
            except UnexpectedEnd:
                if left <= self._wanted:
                    raise
                self._wanted *= 2
            else:
                return self._segment_start(reader.pos, size)
        return self._missing()

    def _segment_start(self, header_size: int, size: int) -> Event:
        offset = self._offset
        header = self._take(header_size)
        self._streamed_to = self._offset + size
        if self._streamed_to > self._section_end:
            raise UnexpectedEnd("unexpected end of section or function", offset)
        self._wanted = _HEADER_GUESS
        self._index += 1
        self._state = self._segment_chunk
        return SegmentStart(self._index - 1, offset, header, size)

    def _segment_chunk(self) -> Event | NeedData:
        if self._offset == self._streamed_to:
            self._state = self._segment_header
            return self._segment_header()
        return self._chunk()

    # The end.

    def _end(self) -> Event:
        return ModuleEnd(self._offset)
