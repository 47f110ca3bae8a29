"""From the parser's events to the environment and the function bodies of a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, Final, NamedTuple

from wasm2py.binary.budget import Budget
from wasm2py.binary.data_segments import read_segment_header
from wasm2py.binary.decoder import decode, read_local_runs
from wasm2py.binary.events import (
    NEED_DATA,
    Chunk,
    CodeStart,
    DataStart,
    FunctionBody,
    ModuleEnd,
    SectionContents,
    SectionEnd,
    SectionStart,
    SegmentStart,
)
from wasm2py.binary.names import NAME_SECTION, read_names
from wasm2py.binary.parser import CUSTOM, DATA, SECTIONS, Parser
from wasm2py.binary.reader import Reader
from wasm2py.binary.sections import SECTION_READERS
from wasm2py.errors import CompileError, Malformed, UnexpectedEnd
from wasm2py.spec import limits
from wasm2py.spec.environment import DataSegment, ModuleEnvironment
from wasm2py.spec.features import DEFAULT_FEATURES, Features

# What the parser is given at a time, so that it never buffers much more than a frame.
_PIECE: Final = 1 << 16


class FunctionJob(NamedTuple):
    """A function's body, to be translated. `offset` is that of `body` in the module."""

    funcidx: int
    offset: int
    body: bytes


class SectionRange(NamedTuple):
    """Where a section's contents are in the module; see `SectionStart`."""

    id: int
    name: str
    offset: int
    size: int


class ModuleReader:
    """Fills an environment with what arrives, and gives out the function bodies.

    With `keep_contents`, the bytes of data segments and custom sections are collected
    in `data` and `env.custom_sections`; else only their extents are looked at, and the
    names for people. `budget` is told of each section as it begins.
    """

    def __init__(
        self,
        features: Features = DEFAULT_FEATURES,
        *,
        keep_contents: bool = True,
        budget: Budget | None = None,
    ) -> None:
        self.env = ModuleEnvironment(features)
        self.sections: list[SectionRange] = []
        self.complete = False
        self.size = 0  # of the module, once it is complete
        self._keeps_contents = keep_contents
        self._budget = budget
        self._data = BytesIO()
        self._sink: BytesIO | None = None  # of the chunks of this section
        self._parser = Parser(features)
        self._error: CompileError | None = None
        # The function whose body is arriving, or has turned out to lack its end.
        self._function: int | None = None
        self._data_size = 0
        self._bodies = 0

    @property
    def data(self) -> bytes:
        """The contents of all data segments so far, one after the other."""
        # Not a copy: segments may be as large as a module.
        return self._data.getvalue()

    def receive(self, data: bytes) -> Iterator[FunctionJob]:
        """Take the next bytes, empty ones for the end of the input.

        Gives the function bodies as they become complete; the rest of the module goes
        into `env`. The iterator is to be exhausted before the next call. Raises
        CompileError where the module turns out to be wrong, and from then on.
        """
        if self._error is not None:
            raise self._error
        view = memoryview(data)
        with self.env.naming_functions():
            try:
                for start in range(0, len(data), _PIECE):
                    self._parser.receive_data(view[start : start + _PIECE])
                    yield from self._drain()
                if not data:
                    self._parser.receive_data(b"")
                    yield from self._drain()
            except CompileError as error:
                if error.function is None:
                    error.function = self._function
                self._error = error
                raise

    def _drain(self) -> Iterator[FunctionJob]:
        while not self.complete:
            event = self._parser.next_event()
            if event is NEED_DATA:
                return
            handler = _HANDLERS.get(type(event))
            if handler is not None:
                handler(self, event)
            elif isinstance(event, FunctionBody):
                if not event.terminated:
                    self._find_fault(event)
                    continue
                funcidx = self.env.imported_functions + event.index
                last = event.index + 1 == self._bodies
                self._function = None if last else funcidx + 1
                yield FunctionJob(funcidx, event.offset, event.body)

    def _find_fault(self, event: FunctionBody) -> None:
        """Raise what is wrong within a body that has no `end`, if anything is.

        That comes first; the missing `end` is the parser's to report.
        """
        reader = Reader(event.body, event.offset, self._function)
        try:
            read_local_runs(reader, self.env.features, 0)
            for _ in decode(reader, self.env):
                pass
        except UnexpectedEnd as error:
            if error.instruction is not None:
                raise

    def _on_section_start(self, event: SectionStart) -> None:
        self.sections.append(
            SectionRange(event.id, event.name, event.offset, event.size)
        )
        limits.check(len(self.sections), limits.SECTIONS, "sections", event.offset)
        if self._budget is not None:
            self._budget.begin_section(event.id, event.name, event.size, event.offset)
        self._sink = self._sink_of(event)

    def _sink_of(self, section: SectionStart) -> BytesIO | None:
        if section.id == CUSTOM and section.name == NAME_SECTION:
            return BytesIO()
        if not self._keeps_contents:
            return None
        return self._data if section.id == DATA else BytesIO()

    def _on_contents(self, event: SectionContents) -> None:
        reader = Reader(event.contents, event.offset)
        SECTION_READERS[SECTIONS[event.id].name](reader, self.env)
        if reader.remaining:
            message = f"section size mismatch: {reader.remaining} bytes are left"
            raise Malformed(message, reader.offset)

    def _on_code_start(self, event: CodeStart) -> None:
        self._bodies = event.count
        # Too few bodies are for the end to report: another code section may follow,
        # and the official tests want to hear of that.
        if event.count > self._declared_functions:
            raise self._inconsistent_functions(event.offset)
        if event.count:
            self._function = self.env.imported_functions

    @property
    def _declared_functions(self) -> int:
        return len(self.env.functions) - self.env.imported_functions

    def _inconsistent_functions(self, offset: int) -> Malformed:
        return Malformed(
            "function and code section have inconsistent lengths: "
            f"{self._declared_functions} and {self._bodies}",
            offset,
        )

    def _on_data_start(self, event: DataStart) -> None:
        self._check_data_count(event.count, event.offset)

    def _check_data_count(self, count: int, offset: int) -> None:
        declared = self.env.data_count
        if declared is not None and declared != count:
            raise Malformed(
                "data count and data section have inconsistent lengths: "
                f"{declared} and {count}",
                offset,
            )

    def _on_segment(self, event: SegmentStart) -> None:
        reader = Reader(event.header, event.offset)
        header = read_segment_header(reader, self.env)
        mode = "passive" if header.offset is None else "active"
        segment = DataSegment(
            mode, header.memory, header.offset, self._data_size, header.size
        )
        self.env.data.append(segment)
        self._data_size += header.size

    def _on_chunk(self, event: Chunk) -> None:
        if self._sink is not None:
            self._sink.write(event.data)

    def _on_section_end(self, event: SectionEnd) -> None:
        if event.id != CUSTOM or self._sink is None:
            return
        name, contents = self.sections[-1].name, self._sink.getvalue()
        self.env.custom_sections.append((name, contents))
        if name == NAME_SECTION:
            self.env.names = read_names(contents)

    def _on_module_end(self, event: ModuleEnd) -> None:
        if self._bodies != self._declared_functions:
            raise self._inconsistent_functions(event.size)
        self._check_data_count(len(self.env.data), event.size)
        self.size = event.size
        self.complete = True


_HANDLERS: Final[dict[type, Callable[[ModuleReader, Any], None]]] = {
    SectionStart: ModuleReader._on_section_start,
    SectionContents: ModuleReader._on_contents,
    CodeStart: ModuleReader._on_code_start,
    DataStart: ModuleReader._on_data_start,
    SegmentStart: ModuleReader._on_segment,
    Chunk: ModuleReader._on_chunk,
    SectionEnd: ModuleReader._on_section_end,
    ModuleEnd: ModuleReader._on_module_end,
}
