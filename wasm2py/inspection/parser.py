"""The parser of modules, for sections that it does not know."""

from __future__ import annotations

from wasm2py.binary.events import Event, NeedData, SectionStart
from wasm2py.binary.parser import SECTIONS, Parser
from wasm2py.errors import CompileError, UnexpectedEnd, Unsupported
from wasm2py.spec import features

UNKNOWN = "unknown"
"""What a section is called whose number means nothing here."""


class TolerantParser(Parser):
    """Gives the contents of unknown sections in pieces, as those of custom ones.

    So it does with what is left of a data section, from a segment on whose offset cannot be read.
    """

    def __init__(self) -> None:
        super().__init__(features.ALL)

    def _check_section(self, section: int, offset: int) -> None:
        try:
            if section in SECTIONS:
                super()._check_section(section, offset)
        except Unsupported:
            pass

    def _begin_section(self, section: int, size: int) -> Event | NeedData:
        if section in SECTIONS:
            return super()._begin_section(section, size)
        self._pass_on()
        return SectionStart(section, UNKNOWN, self._offset, size)

    def _segment_header(self) -> Event | NeedData:
        try:
            return super()._segment_header()
        except UnexpectedEnd:
            raise
        except CompileError:
            if self._index == self._count:
                raise  # it is behind the last one
            # Which instructions its offset may have, proposals decide.
            self._pass_on()
            return self._chunk()

    def _pass_on(self) -> None:
        self._streamed_to = self._section_end
        self._state = self._custom_chunk
