"""What a module consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import nlargest
from typing import Any, Final, NamedTuple

from wasm2py.binary.decoder import decode_body, read_local_runs
from wasm2py.binary.events import (
    NEED_DATA,
    Chunk,
    FunctionBody,
    ModuleEnd,
    SectionContents,
    SectionEnd,
    SectionStart,
    SegmentStart,
)
from wasm2py.binary.module_reader import SectionRange
from wasm2py.binary.names import NAME_SECTION, read_names
from wasm2py.binary.parser import CUSTOM, SECTIONS
from wasm2py.binary.reader import Reader
from wasm2py.errors import (
    CompileError,
    Invalid,
    Malformed,
    UnexpectedEnd,
    Unimplemented,
    Unsupported,
)
from wasm2py.inspection.parser import TolerantParser
from wasm2py.inspection.sections import Contents, FullType
from wasm2py.package.info import function_names
from wasm2py.spec import features, limits
from wasm2py.spec.environment import Export, Import, ModuleEnvironment
from wasm2py.spec.types import VALUE_TYPES, FuncType, GlobalType, ValType

LARGEST = 10
# What the parser is given at a time, so that it never buffers much more than a frame.
_PIECE: Final = 1 << 16
# What is not supported may be different in each function.
_MOST_NOTES: Final = 100

_FEATURE_OF_TYPE = dict(VALUE_TYPES.values())


class FunctionSize(NamedTuple):
    """A function by its index; ``offset`` and ``size`` are its body's, in bytes."""

    funcidx: int
    name: str | None
    offset: int
    size: int


class Inspection(NamedTuple):
    """What is in a module.

    ``features`` are the proposals that it uses beyond the first version, and
    ``unsupported`` says which of its needs cannot be met, and what could not be read. A type is
    None where it is not known. ``native`` is how many of the ``functions`` the target c makes
    machine code of: all but those that need what is not supported.
    """

    size: int
    sections: list[SectionRange]
    imports: list[tuple[Import, FullType]]
    exports: list[tuple[Export, FullType]]
    features: list[str]
    unsupported: list[str]
    functions: int
    native: int
    largest: list[FunctionSize]


class ModuleInspector:
    """Takes a module's bytes; gives an `Inspection` at the end."""

    def __init__(self) -> None:
        self._parser = TolerantParser()
        self._contents = Contents()
        self._sections: list[SectionRange] = []
        self._size: int | None = None
        self._sizes: list[tuple[int, int, int]] = []  # size, -index, offset
        self._names: bytearray | None = None  # of the name section, while it arrives
        # By the proposals that they name, so that there is one for each, or else by themselves.
        self._unsupported: dict[str, str] = {}
        self._native = 0

    def receive(self, data: bytes) -> None:
        """Take the next bytes, b"" for the end; raises CompileError for malformed ones."""
        view = memoryview(data)
        with self._contents.env.naming_functions():
            for start in range(0, len(data), _PIECE):
                self._parser.receive_data(view[start : start + _PIECE])
                self._drain()
            if not data:
                self._parser.receive_data(b"")
                self._drain()

    def _drain(self) -> None:
        while self._size is None:
            event = self._parser.next_event()
            if event is NEED_DATA:
                return
            handler = _HANDLERS.get(type(event))
            if handler is not None:
                handler(self, event)

    def finish(self) -> Inspection:
        """The result, after the end has been received."""
        if self._size is None:
            raise ValueError("the end has not been received")
        contents, env = self._contents, self._contents.env
        used = contents.used | set(_module_features(env))
        names = function_names(env)
        largest = [
            FunctionSize(-index, names.get(-index), offset, size)
            for size, index, offset in nlargest(LARGEST, self._sizes)
        ]
        missing = used - features.IMPLEMENTED - self._unsupported.keys()
        return Inspection(
            size=self._size,
            sections=self._sections,
            imports=[(i, contents.resolved(i.kind, i.type)) for i in env.imports],
            exports=[(item, contents.exported(item)) for item in env.exports],
            features=sorted(used - {features.MVP}),
            unsupported=[
                *self._unsupported.values(),
                *contents.unknown,
                *_not_supported(missing),
            ],
            functions=len(self._sizes),
            native=self._native,
            largest=largest,
        )

    # Events.

    def _on_section_start(self, event: SectionStart) -> None:
        self._sections.append(
            SectionRange(event.id, event.name, event.offset, event.size)
        )
        limits.check(len(self._sections), limits.SECTIONS, "sections", event.offset)
        if event.id not in SECTIONS:
            self._note(f"what section {event.id} is for is not known")
        is_names = event.id == CUSTOM and event.name == NAME_SECTION
        self._names = bytearray() if is_names else None

    def _on_contents(self, event: SectionContents) -> None:
        reader = Reader(event.contents, event.offset)
        self._contents.read(SECTIONS[event.id].name, reader)

    def _on_body(self, event: FunctionBody) -> None:
        funcidx = self._contents.env.imported_functions + event.index
        self._sizes.append((len(event.body), -funcidx, event.offset))
        try:
            reader = Reader(event.body, event.offset, funcidx)
            used = set(_used_by_body(self._contents.env, reader))
            self._contents.used.update(used)
            self._native += used <= features.IMPLEMENTED
        except UnexpectedEnd:
            raise
        except Invalid:
            pass  # it is well-formed all the same
        except (Malformed, Unimplemented, Unsupported) as error:
            # Which instructions and types there are, proposals decide.
            feature = error.feature if isinstance(error, Unsupported) else None
            if feature is not None:
                self._contents.used.add(feature)
            self._note(error.message, feature)

    def _note(self, text: str, feature: str | None = None) -> None:
        """Remember what is not supported, and the proposal that it needs."""
        if len(self._unsupported) < _MOST_NOTES:
            self._unsupported.setdefault(feature or text, text)

    def _on_segment(self, event: SegmentStart) -> None:
        self._contents.segment(Reader(event.header, event.offset))

    def _on_chunk(self, event: Chunk) -> None:
        if self._names is not None:
            self._names += event.data

    def _on_section_end(self, event: SectionEnd) -> None:
        if self._names is not None:
            self._contents.env.names = read_names(bytes(self._names))
            self._names = None

    def _on_module_end(self, event: ModuleEnd) -> None:
        self._size = event.size


_HANDLERS: Final[dict[type, Callable[[ModuleInspector, Any], None]]] = {
    SectionStart: ModuleInspector._on_section_start,
    SectionContents: ModuleInspector._on_contents,
    FunctionBody: ModuleInspector._on_body,
    SegmentStart: ModuleInspector._on_segment,
    Chunk: ModuleInspector._on_chunk,
    SectionEnd: ModuleInspector._on_section_end,
    ModuleEnd: ModuleInspector._on_module_end,
}


def _not_supported(missing: Iterable[str]) -> Iterable[str]:
    """Texts about proposals that no instruction has named already."""
    for feature in sorted(missing):
        yield f"it needs the proposal {feature!r}, which is not supported"


def _feature_of(type: ValType) -> str:
    """The proposal that has brought a type: one has brought all that have long forms."""
    return _FEATURE_OF_TYPE.get(type, features.FUNCTION_REFERENCES)


def _used_by_body(env: ModuleEnvironment, reader: Reader) -> Iterable[str]:
    """The proposals that a function's body uses."""
    used: set[str] = set()
    try:
        locals = read_local_runs(reader, env.features, 0)
        used.update(_feature_of(type) for count, type in locals if count)
        for opcode, imm, _ in decode_body(reader, env):
            used.add(opcode.feature)
            if isinstance(imm, FuncType):
                used.update(_feature_of(valtype) for valtype in imm.results)
                if imm.params or len(imm.results) > 1:
                    used.add(features.MULTI_VALUE)
    except CompileError:
        yield from used
        raise
    yield from used


def _module_features(env: ModuleEnvironment) -> Iterable[str]:
    """The proposals that are told by what there is, not by its form."""
    if any(len(functype.results) > 1 for functype in env.types):
        yield features.MULTI_VALUE
    exported = [item.index for item in env.exports if item.kind == "global"]
    outside = [item.type for item in env.imports]
    outside += [env.globals[index] for index in exported if index < len(env.globals)]
    if any(isinstance(item, GlobalType) and item.mutable for item in outside):
        yield features.MUTABLE_GLOBALS
    if len(env.tables) > 1:
        yield features.REFERENCE_TYPES
    if len(env.memories) > 1:
        yield features.MULTI_MEMORY
