"""Decoding and validation of the sections that arrive whole.

Each function reads one kind of section into the environment. A count is never trusted:
the items are read one after the other, and each takes at least a byte.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import Final

from wasm2py.binary.constexpr import read_constant_expression
from wasm2py.binary.reader import Reader
from wasm2py.binary.type_reader import (
    read_func_type,
    read_global_type,
    read_memory_type,
    read_reference_type,
    read_table_type,
)
from wasm2py.errors import Invalid, Malformed, UnexpectedEnd, Unimplemented
from wasm2py.spec import limits
from wasm2py.spec.environment import (
    ElementSegment,
    Export,
    Import,
    ModuleEnvironment,
)
from wasm2py.spec.features import (
    BULK_MEMORY,
    EXCEPTIONS,
    FUNCTION_REFERENCES,
    MULTI_MEMORY,
    MUTABLE_GLOBALS,
    REFERENCE_TYPES,
    require,
)
from wasm2py.spec.matching import has_default, matches
from wasm2py.spec.types import (
    FUNCREF,
    Constant,
    FuncType,
    GlobalType,
    MemoryType,
    TableType,
    ValType,
)
from wasm2py_runtime.info import FUNCTION, NULL

_KINDS: Final = ("function", "table", "memory", "global", "tag")
_TAG: Final = 4

_SHOWN: Final = 100  # characters of a name in a message

# Begins a table that has an initial value.
_TABLE_WITH_INIT: Final = 0x40

# The shortest export: an empty name, kind and index.
_SHORTEST_EXPORT: Final = 3


def _items(reader: Reader, limit: int, what: str, already: int = 0) -> Iterator[int]:
    """The positions of a vector's items, after its count has been checked."""
    yield from range(_count(reader, limit, what, already))


def _count(reader: Reader, limit: int, what: str, already: int = 0) -> int:
    """The number of a vector's items, checked."""
    offset = reader.offset
    count = reader.u32()
    limits.check(already + count, limit, what, offset)
    return count


def _indices(reader: Reader, count: int, end: int, what: str) -> array[int]:
    """Indices of what there is; raises Invalid for one that is not below `end`."""
    start = reader.pos
    indices = reader.u32s(count)
    if max(indices, default=-1) >= end:
        reader.pos = start
        for index in indices:
            if index >= end:
                raise Invalid(f"unknown {what} {index}", reader.offset)
            reader.u32()
    return indices


def read_types(reader: Reader, env: ModuleEnvironment) -> None:
    """The type section."""
    # Equal ones are one object: there may be a million.
    known: dict[FuncType, FuncType] = {}
    for _ in _items(reader, limits.TYPES, "types"):
        type = read_func_type(reader, env.features)
        env.types.append(known.setdefault(type, type))


def _type_index(reader: Reader, env: ModuleEnvironment) -> int:
    offset = reader.offset
    index = reader.u32()
    if index >= len(env.types):
        raise Invalid(f"unknown type {index}", offset)
    return index


def read_imports(reader: Reader, env: ModuleEnvironment) -> None:
    """The import section."""
    for _ in _items(reader, limits.IMPORTS, "imports"):
        module, name = reader.name(), reader.name()
        offset = reader.offset
        kind = reader.byte()
        if kind >= len(_KINDS):
            raise Malformed(f"malformed import kind {kind}", offset)
        item = Import(module, name, _KINDS[kind], _IMPORTERS[kind](reader, env))
        env.imports.append(item)


def _import_function(reader: Reader, env: ModuleEnvironment) -> int:
    index = _type_index(reader, env)
    env.functions.append(index)
    env.imported_functions += 1
    return index


def _import_table(reader: Reader, env: ModuleEnvironment) -> TableType:
    type = read_table_type(reader, env.features)
    _add_table(env, type, reader.offset)
    env.imported_tables += 1
    return type


def _import_memory(reader: Reader, env: ModuleEnvironment) -> MemoryType:
    type = read_memory_type(reader, env.features)
    _add_memory(env, type, reader.offset)
    env.imported_memories += 1
    return type


def _import_global(reader: Reader, env: ModuleEnvironment) -> GlobalType:
    offset = reader.offset
    type = read_global_type(reader, env.features)
    if type.mutable:
        construct = "the import of a mutable global"
        require(
            env.features, MUTABLE_GLOBALS, construct, offset, "mutable global", Invalid
        )
    env.globals.append(type)
    env.imported_globals += 1
    return type


def _import_tag(reader: Reader, env: ModuleEnvironment) -> int:
    message = f"malformed import kind {_TAG}"
    require(env.features, EXCEPTIONS, "a tag", reader.offset - 1, message)
    index = _tag_type(reader, env)
    env.imported_tags += 1
    return index


_IMPORTERS: Final[
    tuple[
        Callable[
            [Reader, ModuleEnvironment], int | TableType | MemoryType | GlobalType
        ],
        ...,
    ]
] = (_import_function, _import_table, _import_memory, _import_global, _import_tag)


def _add_table(env: ModuleEnvironment, type: TableType, offset: int) -> None:
    env.tables.append(type)
    if len(env.tables) > 1:
        construct, message = "a second table", "multiple tables"
        require(env.features, REFERENCE_TYPES, construct, offset, message, Invalid)
    limits.check(len(env.tables), limits.TABLES, "tables", offset)


def _add_memory(env: ModuleEnvironment, type: MemoryType, offset: int) -> None:
    env.memories.append(type)
    if len(env.memories) > 1:
        construct, message = "a second memory", "multiple memories"
        require(env.features, MULTI_MEMORY, construct, offset, message, Invalid)
    limits.check(len(env.memories), limits.MEMORIES, "memories", offset)


def read_functions(reader: Reader, env: ModuleEnvironment) -> None:
    """The function section: the types of the functions whose bodies follow."""
    count = _count(reader, limits.FUNCTIONS, "functions")
    env.functions.extend(_indices(reader, count, len(env.types), "type"))


def read_tables(reader: Reader, env: ModuleEnvironment) -> None:
    """The table section."""
    for _ in _items(reader, limits.TABLES, "tables", len(env.tables)):
        offset = reader.offset
        if reader.peek() == _TABLE_WITH_INIT:
            construct, message = "a table's initial value", "malformed reference type"
            require(env.features, FUNCTION_REFERENCES, construct, offset, message)
            raise Unimplemented(construct, offset)
        type = read_table_type(reader, env.features)
        if not has_default(type.element):
            message = f"type mismatch: the elements of a table of {type.element} have no initial value"
            raise Invalid(message, offset)
        _add_table(env, type, offset)
        env.table_inits.append(None)


def read_memories(reader: Reader, env: ModuleEnvironment) -> None:
    """The memory section."""
    for _ in _items(reader, limits.MEMORIES, "memories", len(env.memories)):
        offset = reader.offset
        _add_memory(env, read_memory_type(reader, env.features), offset)


def read_globals(reader: Reader, env: ModuleEnvironment) -> None:
    """The global section."""
    known: dict[GlobalType, GlobalType] = {}
    for _ in _items(reader, limits.GLOBALS, "globals"):
        type = read_global_type(reader, env.features)
        type = known.setdefault(type, type)
        env.global_inits.append(read_constant_expression(reader, env, type.type))
        env.globals.append(type)


def _tag_type(reader: Reader, env: ModuleEnvironment) -> int:
    offset = reader.offset
    if reader.byte():
        raise Malformed("malformed tag attribute", offset)
    index = _type_index(reader, env)
    if env.types[index].results:
        raise Invalid("non-empty tag result type", offset)
    env.tags.append(index)
    return index


def read_tags(reader: Reader, env: ModuleEnvironment) -> None:
    """The tag section."""
    for _ in _items(reader, limits.TAGS, "tags"):
        _tag_type(reader, env)


def read_exports(reader: Reader, env: ModuleEnvironment) -> None:
    """The export section."""
    spaces = (env.functions, env.tables, env.memories, env.globals, env.tags)
    names: set[str] = set()
    for _ in _items(reader, limits.EXPORTS, "exports"):
        start = reader.offset
        if reader.remaining < _SHORTEST_EXPORT:
            message = "length out of bounds: an export is missing"
            raise UnexpectedEnd(message, start)
        name = reader.name()
        offset = reader.offset
        kind = reader.byte()
        if kind >= len(_KINDS):
            raise Malformed(f"malformed export kind {kind}", offset)
        index = reader.u32()
        if index >= len(spaces[kind]):
            raise Invalid(f"unknown {_KINDS[kind]} {index}", offset)
        if name in names:
            raise Invalid(f"duplicate export name {name[:_SHOWN]!r}", start)
        if _KINDS[kind] == "global" and env.globals[index].mutable:
            construct = "the export of a mutable global"
            require(
                env.features,
                MUTABLE_GLOBALS,
                construct,
                offset,
                "mutable global",
                Invalid,
            )
        names.add(name)
        if _KINDS[kind] == "function":
            env.declared_functions.add(index)
        env.exports.append(Export(name, _KINDS[kind], index))


def read_start(reader: Reader, env: ModuleEnvironment) -> None:
    """The start section."""
    offset = reader.offset
    index = reader.u32()
    if index >= len(env.functions):
        raise Invalid(f"unknown function {index}", offset)
    params, results = env.func_type(index)
    if params or results:
        raise Invalid("start function takes or returns values", offset)
    env.start = index


# Bits of the number that an element segment begins with.
_NOT_ACTIVE: Final = 1
_EXPLICIT: Final = 2  # of an active one: the table is given; of others: declarative
_EXPRESSIONS: Final = 4


def read_elements(reader: Reader, env: ModuleEnvironment) -> None:
    """The element section."""
    for _ in _items(reader, limits.ELEMENT_SEGMENTS, "element segments"):
        offset = reader.offset
        flags = reader.u32()
        message = f"malformed elements segment kind {flags}"
        if flags > _NOT_ACTIVE | _EXPLICIT | _EXPRESSIONS:
            raise Malformed(message, offset)
        if flags:
            construct = "an element segment of this kind"
            require(env.features, BULK_MEMORY, construct, offset, message)
        env.elements.append(_element_segment(reader, env, flags))


def _element_segment(
    reader: Reader, env: ModuleEnvironment, flags: int
) -> ElementSegment:
    mode, table = "active", 0
    offset: Constant | None = None
    start = reader.offset
    if flags & _NOT_ACTIVE:
        mode = "declarative" if flags & _EXPLICIT else "passive"
    else:
        table = reader.u32() if flags & _EXPLICIT else 0
        if table >= len(env.tables):
            raise Invalid(f"unknown table {table}", start)
        offset = read_constant_expression(reader, env, env.tables[table].address)
    type = FUNCREF
    if flags & (_NOT_ACTIVE | _EXPLICIT):
        type = _element_type(reader, env, flags)
    if mode == "active" and not matches(type, env.tables[table].element):
        message = f"type mismatch: {type} in a table of {env.tables[table].element}"
        raise Invalid(message, start)
    items = _element_expressions if flags & _EXPRESSIONS else _element_functions
    return ElementSegment(mode, table, offset, type, items(reader, env, type))


def _element_type(reader: Reader, env: ModuleEnvironment, flags: int) -> ValType:
    if flags & _EXPRESSIONS:
        return read_reference_type(reader, env.features)
    offset = reader.offset
    if reader.byte():
        raise Malformed("malformed element kind", offset)
    return FUNCREF


def _element_functions(reader: Reader, env: ModuleEnvironment, type: ValType) -> bytes:
    count = _count(reader, limits.SEGMENT_ELEMENTS, "elements in a segment")
    indices = _indices(reader, count, len(env.functions), "function")
    env.declared_functions.update(indices)
    return array("I", [1 + 2 * index for index in indices]).tobytes()


def _element_expressions(
    reader: Reader, env: ModuleEnvironment, type: ValType
) -> bytes:
    items = array("I")
    for _ in _items(reader, limits.SEGMENT_ELEMENTS, "elements in a segment"):
        constant = read_constant_expression(reader, env, type)
        if constant.kind == NULL:
            items.append(0)
        else:
            items.append((1 if constant.kind == FUNCTION else 2) + 2 * constant.value)
    return items.tobytes()


def read_data_count(reader: Reader, env: ModuleEnvironment) -> None:
    """The data count section."""
    offset = reader.offset
    env.data_count = reader.u32()
    limits.check(env.data_count, limits.DATA_SEGMENTS, "data segments", offset)


SECTION_READERS: Final[dict[str, Callable[[Reader, ModuleEnvironment], None]]] = {
    "type": read_types,
    "import": read_imports,
    "function": read_functions,
    "table": read_tables,
    "memory": read_memories,
    "tag": read_tags,
    "global": read_globals,
    "export": read_exports,
    "start": read_start,
    "element": read_elements,
    "data count": read_data_count,
}
