"""The description of a translated module that its runtime instantiates from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import cast

from wasm2py.environment import DataSegment, Import, ModuleEnvironment
from wasm2py.function import FunctionCode
from wasm2py.types import FuncType, GlobalType, MemoryType, TableType
from wasm2py_runtime.abi import RT_ABI
from wasm2py_runtime.module import DataRow, ModuleInfo

GROUP_SIZE = 64 * 1024
"""Characters of source at which a group of functions is full: about 100 functions.

Loading a group costs a file access and the execution of one definition a function;
smaller groups load less that is not called, larger ones need fewer files.
"""

SHALLOW_CALLS = 16
"""Calls nested at most so deep need no room made for them on Python's stack."""


def function_groups(codes: Sequence[FunctionCode]) -> Iterator[list[FunctionCode]]:
    """Successive functions, cut where a group has reached ``GROUP_SIZE``."""
    group: list[FunctionCode] = []
    size = 0
    for code in codes:
        if group and size + len(code.source) > GROUP_SIZE:
            yield group
            group, size = [], 0
        group.append(code)
        size += len(code.source)
    if group:
        yield group


def function_names(env: ModuleEnvironment) -> dict[int, str]:
    """A name for each function that has one, by function index.

    The name section's, else the first export's, else that of the import.
    """
    names: dict[int, str] = {}
    imported = (item for item in env.imports if item.kind == "function")
    for index, item in enumerate(imported):
        names[index] = f"{item.module}.{item.name}"
    exported: set[int] = set()
    for export in env.exports:
        if export.kind == "function" and export.index not in exported:
            exported.add(export.index)
            names[export.index] = export.name
    count = len(env.functions)
    names.update(
        (index, name) for index, name in env.names.functions.items() if index < count
    )
    return {index: names[index] for index in sorted(names)}


def module_info(env: ModuleEnvironment, codes: Sequence[FunctionCode]) -> ModuleInfo:
    """The description of the module whose defined functions are ``codes``, in order."""
    views = {view for code in codes for view in code.views}
    return ModuleInfo(
        abi=RT_ABI,
        name=env.names.module or "",
        types=tuple(_plain_type(functype) for functype in env.types),
        imports=tuple(_plain_import(item) for item in env.imports),
        functions=tuple(env.functions[env.imported_functions :]),
        tables=tuple(
            (*_plain_table(table), init)
            for table, init in zip(env.tables[env.imported_tables :], env.table_inits)
        ),
        memories=tuple(map(_plain_memory, env.memories[env.imported_memories :])),
        globals=tuple(
            (*_plain_global(globaltype), init)
            for globaltype, init in zip(
                env.globals[env.imported_globals :], env.global_inits
            )
        ),
        tags=tuple(env.tags[env.imported_tags :]),
        exports=tuple((item.name, item.kind, item.index) for item in env.exports),
        start=env.start,
        elements=tuple(
            (item.mode, item.table, item.offset, item.type, item.items)
            for item in env.elements
        ),
        data=tuple(_data_rows(env)),
        groups=tuple(group[0].funcidx for group in function_groups(codes)),
        views=tuple(sorted(views)),
        shallow=tuple(_shallow_exports(env, codes)),
    )


def _data_rows(env: ModuleEnvironment) -> Iterator[DataRow]:
    """The data segments.

    Go's compiler leaves out zeros, and so makes 100,000 segments. Those at constant
    addresses are written as few rows of numbers, where no instruction can name them:
    that takes a data count section.
    """
    for at, group in groupby(env.data, _run_of):
        items = list(group)
        if at is None or env.data_count is not None:
            for item in items:
                yield item.mode, item.memory, item.offset, item.start, item.length
        else:
            addresses = tuple(map(_address, items))
            lengths = tuple(item.length for item in items)
            yield "active", at, addresses, items[0].start, lengths


def _run_of(item: DataSegment) -> int | None:
    """The memory of a segment at a constant address."""
    return None if _address(item) is None else item.memory


def _address(item: DataSegment) -> int | None:
    if item.offset is not None and len(item.offset) == 1:
        mnemonic, *values = item.offset[0]
        if mnemonic in ("i32.const", "i64.const"):
            return cast(int, values[0])
    return None


def _plain_type(functype: FuncType) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(functype.params), tuple(functype.results)


def _plain_table(table: TableType) -> tuple[str, str, int, int | None]:
    limits = table.limits
    return table.element, table.address, limits.minimum, limits.maximum


def _plain_memory(memory: MemoryType) -> tuple[str, int, int | None, bool]:
    limits = memory.limits
    return memory.address, limits.minimum, limits.maximum, memory.shared


def _plain_global(globaltype: GlobalType) -> tuple[str, bool]:
    return globaltype.type, globaltype.mutable


def _plain_import(item: Import) -> tuple[str, str, str, object]:
    described: object = item.type
    if isinstance(item.type, TableType):
        described = _plain_table(item.type)
    elif isinstance(item.type, MemoryType):
        described = _plain_memory(item.type)
    elif isinstance(item.type, GlobalType):
        described = _plain_global(item.type)
    return item.module, item.name, item.kind, described


def _shallow_exports(
    env: ModuleEnvironment, codes: Sequence[FunctionCode]
) -> Iterator[int]:
    """The exported functions below which calls cannot nest deeply.

    They call neither themselves, nor through tables, nor the host.
    """
    by_index = {code.funcidx: code for code in codes}
    depths: dict[int, int] = {}
    exported = {item.index for item in env.exports if item.kind == "function"}
    for index in sorted(exported):
        if _call_depth(index, by_index, depths) <= SHALLOW_CALLS:
            yield index


def _call_depth(
    root: int, codes: Mapping[int, FunctionCode], depths: dict[int, int]
) -> int:
    """How deep calls may nest from function ``root``, up to SHALLOW_CALLS + 1.

    ``depths`` holds what is known of other functions, and is added to.
    """
    too_deep = SHALLOW_CALLS + 1
    pending = [root]
    path: set[int] = set()
    while pending:
        index = pending[-1]
        code = codes.get(index)
        if index in depths:
            pending.pop()
        elif code is None or code.views or path.intersection(code.calls):
            # The host may do anything; a table may hold anything; a cycle never ends.
            depths[index] = too_deep
        elif index not in path:
            path.add(index)
            pending.extend(callee for callee in code.calls if callee not in depths)
        else:
            path.discard(index)
            deepest = max((depths[callee] for callee in code.calls), default=0)
            depths[index] = min(too_deep, deepest + 1)
    return depths[root]
