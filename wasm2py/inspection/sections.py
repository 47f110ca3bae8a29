"""What the sections of a module say, read without validation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from wasm2py.binary.decoder import decode
from wasm2py.binary.reader import Reader
from wasm2py.errors import Malformed, UnexpectedEnd, Unimplemented, Unsupported
from wasm2py.inspection.type_forms import TypeForms, Unknown
from wasm2py.spec import features, limits
from wasm2py.spec.environment import Export, Import, ModuleEnvironment
from wasm2py.spec.types import ExternType, FuncType, TagType

_KINDS: Final = ("function", "table", "memory", "global", "tag")
_TABLE_WITH_INIT: Final = 0x40
_EXTENDED: Final = frozenset(
    f"{type}.{name}" for type in ("i32", "i64") for name in ("add", "sub", "mul")
)
# Bits of the number that an element segment begins with (section 5.5.12).
_NOT_ACTIVE: Final = 1
_EXPLICIT: Final = 2
_EXPRESSIONS: Final = 4
_PASSIVE_DATA: Final = 1
_NOT_A_FUNCTION: Final = FuncType((), ())


class Contents:
    """What a module consists of, as far as it can be told.

    `env` has the types of functions (in the place of others, one without parameters and
    results), `used` the proposals, `unknown` what could not be read, and where.
    """

    def __init__(self) -> None:
        self.env = ModuleEnvironment(features.ALL)
        self.used: set[str] = set()
        self.unknown: dict[str, None] = {}
        self._are_functions: list[bool] = []  # of the types

    def read(self, name: str, reader: Reader) -> None:
        """Take the contents of a section. Raises CompileError for malformed ones."""
        try:
            _READERS[name](self, TypeForms(reader, self.used))
        except (Unknown, Unimplemented, Unsupported) as error:
            if isinstance(error, Unsupported) and error.feature is not None:
                self.used.add(error.feature)
            self.unknown[f"the {name} section is not read to its end: {error}"] = None
            return
        if reader.remaining:
            message = f"section size mismatch: {reader.remaining} bytes are left"
            raise Malformed(message, reader.offset)

    def resolved(self, kind: str, described: ExternType | None) -> FullType:
        """The type of an import or export, None where it is not known."""
        if kind == "function":
            return self._function_type(described)
        if isinstance(described, int):
            functype = self._function_type(described)
            return None if functype is None else TagType(functype)
        return described

    def _function_type(self, typeidx: object) -> FuncType | None:
        if isinstance(typeidx, int) and typeidx < len(self._are_functions):
            return self.env.types[typeidx] if self._are_functions[typeidx] else None
        return None

    def exported(self, export: Export) -> FullType:
        """The type of what is exported, None where it is not known."""
        env = self.env
        spaces: dict[str, Sequence[ExternType]] = {
            "function": env.functions,
            "tag": env.tags,
            "table": env.tables,
            "memory": env.memories,
            "global": env.globals,
        }
        space = spaces[export.kind]
        if export.index >= len(space):
            return None
        return self.resolved(export.kind, space[export.index])

    # The sections.

    def _types(self, forms: TypeForms) -> None:
        for _ in _items(forms.reader, limits.TYPES, "types"):
            for found in forms.definitions():
                self._are_functions.append(found is not None)
                self.env.types.append(found or _NOT_A_FUNCTION)

    def _imports(self, forms: TypeForms) -> None:
        reader, env = forms.reader, self.env
        for _ in _items(reader, limits.IMPORTS, "imports"):
            module, name = reader.name(), reader.name()
            offset = reader.offset
            kind = reader.byte()
            if kind >= len(_KINDS):
                raise Unknown(f"unknown kind of import {kind:#04x}", offset)
            described = self._external(_KINDS[kind], forms)
            env.imports.append(Import(module, name, _KINDS[kind], described))
            env.imported_functions += _KINDS[kind] == "function"

    def _external(self, kind: str, forms: TypeForms) -> ExternType:
        """A type, put into its index space."""
        env, reader = self.env, forms.reader
        if kind == "function":
            env.functions.append(reader.u32())
            return env.functions[-1]
        if kind == "table":
            env.tables.append(forms.table())
            return env.tables[-1]
        if kind == "memory":
            env.memories.append(forms.memory())
            return env.memories[-1]
        if kind == "global":
            env.globals.append(forms.global_())
            return env.globals[-1]
        offset = reader.offset
        if reader.byte():
            raise Malformed("malformed tag attribute", offset)
        self.used.add(features.EXCEPTIONS)
        env.tags.append(reader.u32())
        return env.tags[-1]

    def _functions(self, forms: TypeForms) -> None:
        count = _count(forms.reader, limits.FUNCTIONS, "functions")
        self.env.functions.extend(forms.reader.u32s(count))

    def _tables(self, forms: TypeForms) -> None:
        for _ in _items(forms.reader, limits.TABLES, "tables"):
            initial = forms.reader.peek() == _TABLE_WITH_INIT
            if initial:
                self.used.add(features.FUNCTION_REFERENCES)
                forms.reader.take(2)
            self._external("table", forms)
            if initial:
                self._expression(forms.reader)

    def _memories(self, forms: TypeForms) -> None:
        for _ in _items(forms.reader, limits.MEMORIES, "memories"):
            self._external("memory", forms)

    def _tags(self, forms: TypeForms) -> None:
        for _ in _items(forms.reader, limits.TAGS, "tags"):
            self._external("tag", forms)

    def _globals(self, forms: TypeForms) -> None:
        for _ in _items(forms.reader, limits.GLOBALS, "globals"):
            self._external("global", forms)
            self._expression(forms.reader)

    def _exports(self, forms: TypeForms) -> None:
        reader = forms.reader
        for _ in _items(reader, limits.EXPORTS, "exports"):
            name = reader.name()
            offset = reader.offset
            kind = reader.byte()
            if kind >= len(_KINDS):
                raise Unknown(f"unknown kind of export {kind:#04x}", offset)
            self.env.exports.append(Export(name, _KINDS[kind], reader.u32()))

    def _start(self, forms: TypeForms) -> None:
        self.env.start = forms.reader.u32()

    def _elements(self, forms: TypeForms) -> None:
        reader = forms.reader
        for _ in _items(reader, limits.ELEMENT_SEGMENTS, "element segments"):
            offset = reader.offset
            flags = reader.u32()
            if flags > _NOT_ACTIVE | _EXPLICIT | _EXPRESSIONS:
                raise Unknown(f"unknown kind of element segment {flags}", offset)
            if flags & _NOT_ACTIVE:
                self.used.add(features.BULK_MEMORY)
            else:
                if flags & _EXPLICIT:
                    reader.u32()
                self._expression(reader)
            if flags & (_NOT_ACTIVE | _EXPLICIT):
                self._element_type(forms, flags)
            count = _count(reader, limits.SEGMENT_ELEMENTS, "elements in a segment")
            if flags & _EXPRESSIONS:
                for _ in range(count):
                    self._expression(reader)
            else:
                reader.u32s(count)

    def _element_type(self, forms: TypeForms, flags: int) -> None:
        if flags & _EXPRESSIONS:
            forms.element()
            return
        offset = forms.reader.offset
        if forms.reader.byte():
            raise Unknown("unknown kind of elements", offset)

    def _data_count(self, forms: TypeForms) -> None:
        self.env.data_count = forms.reader.u32()
        self.used.add(features.BULK_MEMORY)

    def segment(self, reader: Reader) -> None:
        """Take the beginning of a data segment."""
        kind = reader.u32()
        if kind == _PASSIVE_DATA:
            self.used.add(features.BULK_MEMORY)
            return
        if kind:
            reader.u32()
        self._expression(reader)

    def _expression(self, reader: Reader) -> None:
        """Go behind an expression."""
        try:
            for opcode, _, _ in decode(reader, self.env):
                self.used.add(opcode.feature)
                if opcode.name in _EXTENDED:
                    self.used.add(features.EXTENDED_CONST)
        except UnexpectedEnd:
            raise
        except Malformed as error:
            # Which instructions there are, proposals decide.
            raise Unknown(error.message, error.offset or 0) from None


FullType = ExternType | FuncType | None
"""The type of an import or export, a function's and a tag's resolved; None if it is not known."""


def _items(reader: Reader, limit: int, what: str) -> Iterator[int]:
    yield from range(_count(reader, limit, what))


def _count(reader: Reader, limit: int, what: str) -> int:
    offset = reader.offset
    count = reader.u32()
    limits.check(count, limit, what, offset)
    return count


_READERS: Final[dict[str, Callable[[Contents, TypeForms], None]]] = {
    "type": Contents._types,
    "import": Contents._imports,
    "function": Contents._functions,
    "table": Contents._tables,
    "memory": Contents._memories,
    "tag": Contents._tags,
    "global": Contents._globals,
    "export": Contents._exports,
    "start": Contents._start,
    "element": Contents._elements,
    "data count": Contents._data_count,
}
