"""What a module consists of, found out while it arrives."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest
from typing import NamedTuple

from wasm2py.binary.decoder import decode_body, read_local_runs
from wasm2py.binary.module_reader import FunctionJob, ModuleReader, SectionRange
from wasm2py.binary.reader import Reader
from wasm2py.errors import Unsupported
from wasm2py.package.info import function_names
from wasm2py.spec import features
from wasm2py.spec.environment import Export, Import, ModuleEnvironment
from wasm2py.spec.features import Features
from wasm2py.spec.types import (
    FUNCREF,
    VALUE_TYPES,
    ExternType,
    FuncType,
    GlobalType,
    MemoryType,
    TableType,
    TagType,
    ValType,
)

LARGEST = 10

_FEATURE_OF_TYPE = dict(VALUE_TYPES.values())


def _feature_of(type: ValType) -> str:
    """The proposal that has brought a type: one has brought all that have long forms."""
    if type in _FEATURE_OF_TYPE:
        return _FEATURE_OF_TYPE[type]
    return features.FUNCTION_REFERENCES


class FunctionSize(NamedTuple):
    """A function by its index; ``offset`` and ``size`` are its body's, in bytes."""

    funcidx: int
    name: str | None
    offset: int
    size: int


class Inspection(NamedTuple):
    """What is in a module.

    ``features`` are the proposals that it uses beyond the first version, and
    ``unsupported`` says which of its functions' needs cannot be met.
    """

    size: int
    sections: list[SectionRange]
    imports: list[tuple[Import, ExternType | FuncType]]
    exports: list[tuple[Export, ExternType | FuncType]]
    features: list[str]
    unsupported: list[str]
    functions: int
    largest: list[FunctionSize]


class Inspector:
    """Takes a module's bytes; gives an `Inspection` at the end."""

    def __init__(self) -> None:
        self._reader = ModuleReader(features.ALL, keep_contents=False)
        self._sizes: list[tuple[int, int, int]] = []  # size, -index, offset
        self._used: set[str] = set()
        self._unsupported: dict[str, None] = {}

    def receive(self, data: bytes) -> None:
        """Take the next bytes, b"" for the end; raises CompileError for bad ones.

        A function that cannot be decoded for want of an implementation is no error.
        """
        for job in self._reader.receive(data):
            self._sizes.append((len(job.body), -job.funcidx, job.offset))
            try:
                with self._reader.env.naming_functions():
                    self._used.update(_function_features(self._reader.env, job))
            except Unsupported as error:
                self._unsupported[error.message] = None
                if error.feature is not None:
                    self._used.add(error.feature)

    def finish(self) -> Inspection:
        """The result, after the end has been received."""
        env = self._reader.env
        self._used.update(_module_features(env))
        names = function_names(env)
        largest = [
            FunctionSize(-index, names.get(-index), offset, size)
            for size, index, offset in nlargest(LARGEST, self._sizes)
        ]
        return Inspection(
            size=self._reader.size,
            sections=self._reader.sections,
            imports=[(item, _resolved(env, item.type)) for item in env.imports],
            exports=[(item, _export_type(env, item)) for item in env.exports],
            features=sorted(self._used - {features.MVP}),
            unsupported=list(self._unsupported),
            functions=len(self._sizes),
            largest=largest,
        )


def _resolved(env: ModuleEnvironment, described: ExternType) -> ExternType | FuncType:
    return env.types[described] if isinstance(described, int) else described


def _export_type(env: ModuleEnvironment, export: Export) -> ExternType | FuncType:
    if export.kind == "function":
        return env.func_type(export.index)
    if export.kind == "tag":
        return TagType(env.types[env.tags[export.index]])
    spaces: dict[str, list[TableType] | list[MemoryType] | list[GlobalType]] = {
        "table": env.tables,
        "memory": env.memories,
        "global": env.globals,
    }
    return spaces[export.kind][export.index]


def _function_features(env: ModuleEnvironment, job: FunctionJob) -> Features:
    reader = Reader(job.body, job.offset, job.funcidx)
    locals = read_local_runs(reader, env.features, 0)
    used = {_feature_of(type) for count, type in locals if count}
    for opcode, imm, _ in decode_body(reader, env):
        used.add(opcode.feature)
        if isinstance(imm, FuncType):
            used.update(_feature_of(valtype) for valtype in imm.results)
            if imm.params or len(imm.results) > 1:
                used.add(features.MULTI_VALUE)
    return frozenset(used)


def _module_features(env: ModuleEnvironment) -> Iterable[str]:
    for functype in env.types:
        if len(functype.results) > 1:
            yield features.MULTI_VALUE
        for valtype in (*functype.params, *functype.results):
            yield _feature_of(valtype)
    for globaltype in env.globals:
        yield _feature_of(globaltype.type)
    elements = [table.element for table in env.tables]
    elements += [segment.type for segment in env.elements]
    # Functions as elements are older than references to them as values.
    yield from (_feature_of(type) for type in elements if type != FUNCREF)
    outside = [item.type for item in env.imports]
    outside += [
        env.globals[item.index] for item in env.exports if item.kind == "global"
    ]
    if any(isinstance(item, GlobalType) and item.mutable for item in outside):
        yield features.MUTABLE_GLOBALS
    if len(env.tables) > 1:
        yield features.REFERENCE_TYPES
    if len(env.memories) > 1:
        yield features.MULTI_MEMORY
    if env.data_count is not None or any(item.mode == "passive" for item in env.data):
        yield features.BULK_MEMORY
    if any(item.mode != "active" for item in env.elements):
        yield features.BULK_MEMORY
    if env.extends_constants:
        yield features.EXTENDED_CONST
