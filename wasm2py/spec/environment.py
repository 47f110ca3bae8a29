"""What is known of a module apart from its code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from wasm2py.errors import CompileError
from wasm2py.spec.features import GC, Features
from wasm2py.spec.types import (
    Constant,
    ExternType,
    FuncType,
    GlobalType,
    MemoryType,
    TableType,
    ValType,
)


class Import(NamedTuple):
    """`kind` is "function", "table", "memory", "global" or "tag"."""

    module: str
    name: str
    kind: str
    type: ExternType


class Export(NamedTuple):
    """`kind` is as an import's, `index` is in the index space of the kind."""

    name: str
    kind: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs


class ElementSegment(NamedTuple):
    """References to be put into a table.

    `mode` is "active", "passive" or "declarative"; `offset` is None unless it is
    active. `items` are numbers of 32 bits, in the machine's order of bytes: 0 for null,
    1 + 2 * f for a function, 2 + 2 * g for the value of a global.
    """

    mode: str
    table: int
    offset: Constant | None
    type: ValType
    items: bytes


class DataSegment(NamedTuple):
    """Bytes to be put into a memory.

    `mode` is "active" or "passive"; `offset` is None unless it is active. The bytes
    are the `length` ones from `start` on in all segments' contents, joined.
    """

    mode: str
    memory: int
    offset: Constant | None
    start: int
    length: int


class NameSection(NamedTuple):
    """Names for people, from the custom section "name". They need not be unique."""

    module: str | None
    functions: dict[int, str]
    locals: dict[int, dict[int, str]]


class ModuleEnvironment:
    """The context of validation, and whatever else translation has to know.

    It is filled section by section while the module arrives, and can be pickled.
    Index spaces hold imported items first; the counts `imported_...` tell how many.
    """

    def __init__(self, features: Features) -> None:
        self.features = features
        self.metered = False  # whether instructions are counted
        self.types: list[FuncType] = []
        self.imports: list[Import] = []
        self.functions: list[int] = []  # index of the type of each
        self.imported_functions = 0
        self.tables: list[TableType] = []
        self.table_inits: list[Constant | None] = []  # of defined ones
        self.imported_tables = 0
        self.memories: list[MemoryType] = []
        self.imported_memories = 0
        self.globals: list[GlobalType] = []
        self.global_inits: list[Constant] = []  # of defined ones
        self.imported_globals = 0
        self.extends_constants = False  # whether a constant expression calculates
        self.tags: list[int] = []  # index of the type of each
        self.imported_tags = 0
        self.exports: list[Export] = []
        self.start: int | None = None
        self.elements: list[ElementSegment] = []
        self.data_count: int | None = None
        self.data: list[DataSegment] = []
        self.declared_functions: set[int] = set()  # the specification's C.refs
        self.names = NameSection(None, {}, {})
        self.custom_sections: list[tuple[str, bytes]] = []

    def func_type(self, funcidx: int) -> FuncType:
        """The type of a function that exists."""
        return self.types[self.functions[funcidx]]

    def function_name(self, funcidx: int | None) -> str | None:
        """What a function is called, as far as is known: the name section comes last."""
        if funcidx in self.names.functions:
            return self.names.functions[funcidx]
        for export in self.exports:
            if export.kind == "function" and export.index == funcidx:
                return export.name
        return None

    @contextmanager
    def naming_functions(self) -> Iterator[None]:
        """Give errors the name of the function that they are in, if it is known."""
        try:
            yield
        except CompileError as error:
            if error.function_name is None:
                error.function_name = self.function_name(error.function)
            raise

    @property
    def constant_globals(self) -> int:
        """How many of the first globals a constant expression may name at this point.

        Until garbage collection came, these were only imported ones.
        """
        return len(self.globals) if GC in self.features else self.imported_globals
