"""What a component consists of (component model, "Binary Format"): modules, and what joins them."""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.binary.module_reader import SectionRange
from wasm2py.binary.reader import Reader, decode_utf8
from wasm2py.errors import CompileError, LimitExceeded, Malformed, UnexpectedEnd
from wasm2py.inspection.module import Inspection, ModuleInspector
from wasm2py.spec import limits

_HEADER: Final = 8
_CUSTOM: Final = 0
_MODULE: Final = 1
_IMPORTS: Final = 10
_EXPORTS: Final = 11
_SECTIONS: Final = {
    _CUSTOM: "custom",
    _MODULE: "core module",
    2: "core instance",
    3: "core type",
    4: "component",
    5: "instance",
    6: "alias",
    7: "type",
    8: "canon",
    9: "start",
    _IMPORTS: "import",
    _EXPORTS: "export",
    12: "value",
}
_LONGEST_U32: Final = 5
# Only these are kept until they are complete, and no more of them.
_MOST_KEPT: Final = 1 << 20


class ComponentInspection(NamedTuple):
    """What is in a component.

    ``modules`` are the core modules in it, each with the offset at which it begins; components
    within it are not looked into. ``unread`` says what has no form that is known.
    """

    size: int
    sections: list[SectionRange]
    imports: list[str]
    exports: list[str]
    modules: list[tuple[int, Inspection]]
    unread: list[str]


class ComponentInspector:
    """Takes a component's bytes; gives a `ComponentInspection` at the end."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._base = 0  # of the buffer in the component
        self._begun = False
        self._left = 0  # bytes of the section that is arriving
        self._section = _CUSTOM
        self._module: ModuleInspector | None = None
        self._kept: bytearray | None = None
        self._size: int | None = None
        self._sections: list[SectionRange] = []
        self._modules: list[tuple[int, Inspection]] = []
        self._names: dict[int, list[str]] = {_IMPORTS: [], _EXPORTS: []}
        self._unread: dict[str, None] = {}

    def receive(self, data: bytes) -> None:
        """Take the next bytes, b"" for the end; raises CompileError for malformed ones."""
        self._buffer += data
        while self._step(not data):
            pass
        if not data and self._size is None:
            self._finish()

    def finish(self) -> ComponentInspection:
        """The result, after the end has been received."""
        if self._size is None:
            raise ValueError("the end has not been received")
        return ComponentInspection(
            self._size,
            self._sections,
            self._names[_IMPORTS],
            self._names[_EXPORTS],
            self._modules,
            list(self._unread),
        )

    def _finish(self) -> None:
        if self._left or self._buffer or not self._begun:
            message = "unexpected end: the component ends in a section or its header"
            raise UnexpectedEnd(message, self._base + len(self._buffer))
        self._size = self._base

    def _take(self, length: int) -> bytes:
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._base += len(taken)
        return taken

    def _step(self, ended: bool) -> bool:
        """Go on by a header or a piece of a section, if there is one; whether there was."""
        if not self._begun:
            if len(self._buffer) < _HEADER:
                return False
            self._take(_HEADER)
            self._begun = True
        if self._left:
            return self._receive_contents()
        return self._begin_section(ended)

    def _begin_section(self, ended: bool) -> bool:
        if not self._buffer:
            return False
        start = self._base
        reader = Reader(bytes(self._buffer[: 1 + _LONGEST_U32]), start)
        number = reader.byte()
        try:
            size = reader.u32()
        except UnexpectedEnd:
            if ended or len(self._buffer) > _LONGEST_U32:
                raise
            return False
        if number not in _SECTIONS:
            raise Malformed(f"malformed section id {number}", start)
        self._take(reader.pos)
        if self._base + size > limits.MODULE_SIZE:
            message = f"component size must be at most {limits.MODULE_SIZE:,} bytes"
            raise LimitExceeded(message, start)
        section = SectionRange(number, _SECTIONS[number], self._base, size)
        self._sections.append(section)
        limits.check(len(self._sections), limits.SECTIONS, "sections", start)
        self._section, self._left = number, size
        self._module = ModuleInspector() if number == _MODULE else None
        keeps = number in self._names and size <= _MOST_KEPT
        self._kept = bytearray() if keeps or number == _CUSTOM else None
        if not size:
            self._end_section()
        return True

    def _receive_contents(self) -> bool:
        if not self._buffer:
            return False
        piece = self._take(self._left)
        self._left -= len(piece)
        if self._module is not None:
            self._receive_module(piece)
        # Of a custom section the name is kept, which it begins with.
        if self._kept is not None and len(self._kept) <= _MOST_KEPT:
            self._kept += piece
        if not self._left:
            self._end_section()
        return True

    def _receive_module(self, piece: bytes) -> None:
        """Let the module have its bytes; what is wrong is told by its place in the component."""
        assert self._module is not None
        try:
            self._module.receive(piece)
        except CompileError as error:
            if error.offset is not None:
                error.offset += self._sections[-1].offset
            raise

    def _end_section(self) -> None:
        section = self._sections[-1]
        if self._module is not None:
            self._receive_module(b"")
            self._modules.append((section.offset, self._module.finish()))
        elif self._kept is not None:
            reader = Reader(bytes(self._kept), section.offset)
            if section.id == _CUSTOM:
                self._sections[-1] = section._replace(name=reader.name())
            else:
                self._read_names(section, reader)
        elif section.id in self._names:
            self._unread[f"the {section.name} section is too long to be shown"] = None
        self._module = self._kept = None

    def _read_names(self, section: SectionRange, reader: Reader) -> None:
        read = _import if section.id == _IMPORTS else _export
        for _ in range(reader.u32()):
            try:
                self._names[section.id].append(read(reader))
            except _Unknown as error:
                text = f"the {section.name} section is not read to its end: {error}"
                self._unread[text] = None
                return


class _Unknown(CompileError):
    """Something has no form that is known here."""


def _name(reader: Reader) -> str:
    offset = reader.offset
    if reader.byte() > 1:
        raise _Unknown("unknown form of a name", offset)
    length = reader.u32()
    start = reader.offset
    return decode_utf8(reader.take(length), start)


def _import(reader: Reader) -> str:
    name = _name(reader)
    _skip_description(reader)
    return name


def _export(reader: Reader) -> str:
    name = _name(reader)
    offset = reader.offset
    sort = reader.byte()
    if sort > 5:
        raise _Unknown(f"unknown sort {sort:#04x}", offset)
    if not sort:
        reader.byte()  # that of a core export
    reader.u32()
    if reader.byte():
        _skip_description(reader)
    return name


def _skip_description(reader: Reader) -> None:
    """Go behind what an import or export is to be."""
    offset = reader.offset
    sort = reader.byte()
    if sort > 5:
        raise _Unknown(f"unknown sort {sort:#04x}", offset)
    if not sort:
        reader.byte()
    if sort == 2:  # a value: equal to another one, or of a type
        if reader.byte():
            reader.s33()
        else:
            reader.u32()
    elif sort != 3 or not reader.byte():  # a type may be abstract
        reader.u32()
