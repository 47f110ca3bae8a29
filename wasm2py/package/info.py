"""The description of a translated module that its runtime instantiates from."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from wasm2py.package.columns import (
    Column,
    bytes_columns,
    ends,
    pack,
    text_columns,
)
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.types import Constant, Limits
from wasm2py.targets.base import FunctionCode
from wasm2py_runtime.info import (
    ABSENT,
    ACTIVE,
    DECLARATIVE,
    EXPRESSION,
    KINDS,
    PASSIVE,
)

_MODES: Final = {"active": ACTIVE, "passive": PASSIVE, "declarative": DECLARATIVE}
_ABSENT: Final = Constant(ABSENT, 0)

SMALLEST_GROUP: Final = 16 * 1024
LARGEST_GROUP: Final = 64 * 1024
_GROUPS: Final = 256
"""Characters of source at which a group of functions is full: 25 to 100 functions.

Loading a group costs a file access and, the first time, Python's compiler; smaller groups
load less that is not called, larger ones need fewer files. So there are some 256, unless
they would be larger, or smaller, than this.
"""

SHALLOW_CALLS = 16
"""Calls nested at most so deep need no room made for them on Python's stack."""


def function_groups(codes: Sequence[FunctionCode]) -> Iterator[list[FunctionCode]]:
    """Successive functions, cut where a group is full."""
    total = sum(len(code.source) for code in codes)
    full = min(max(SMALLEST_GROUP, total // _GROUPS), LARGEST_GROUP)
    group: list[FunctionCode] = []
    size = 0
    for code in codes:
        if group and size + len(code.source) > full:
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


def describe(env: ModuleEnvironment, codes: Sequence[FunctionCode]) -> bytes:
    """The description of the module whose defined functions are ``codes``, in order.

    In the form that `wasm2py_runtime.info.ModuleInfo` reads.
    """
    expressions = _Expressions()
    value_types = _Numbering()
    columns: dict[str, Column] = {
        "name": (env.names.module or "").encode(),
        **_types(env, value_types),
        **_imports(env),
        "functions": env.functions,
        **_tables(env, value_types, expressions),
        **_memories(env, value_types),
        "global_types": [value_types.number(item.type) for item in env.globals],
        "global_mutable": bytes(item.mutable for item in env.globals),
        **expressions.columns("global_init", env.global_inits),
        "tags": env.tags,
        **_exports(env, codes),
        "metered": [1] if env.metered else [],
        "start": [] if env.start is None else [env.start],
        **_elements(env, expressions),
        **_data(env, expressions),
        "groups": [group[0].funcidx for group in function_groups(codes)],
    }
    columns |= expressions.whole() | text_columns("value_types", value_types.keys())
    return pack(columns)


class _Numbering(dict[str, int]):
    """Numbers for texts, in the order of their first occurrence."""

    def number(self, text: str) -> int:
        return self.setdefault(text, len(self))


class _Expressions:
    """What is left for instances to evaluate, by number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[tuple[int, int], ...], int] = {}

    def columns(
        self, name: str, constants: Iterable[Constant | None]
    ) -> dict[str, Column]:
        """The columns of constants' kinds and values."""
        kinds = bytearray()
        values = array("Q")
        for constant in constants:
            kind, value, parts = constant or _ABSENT
            if kind == EXPRESSION:
                value = self._numbers.setdefault(parts, len(self._numbers))
            kinds.append(kind)
            values.append(value)
        return {f"{name}_kinds": bytes(kinds), f"{name}_values": values}

    def whole(self) -> dict[str, Column]:
        """The columns of the expressions that have been found."""
        parts = [part for expression in self._numbers for part in expression]
        return {
            "expression_kinds": bytes(kind for kind, _ in parts),
            "expression_values": [value for _, value in parts],
            "expression_ends": ends(map(len, self._numbers)),
        }


def _types(env: ModuleEnvironment, value_types: _Numbering) -> dict[str, Column]:
    items: list[int] = []
    middles: list[int] = []
    type_ends: list[int] = []
    for params, results in env.types:
        items += map(value_types.number, params)
        middles.append(len(items))
        items += map(value_types.number, results)
        type_ends.append(len(items))
    return {
        "type_items": items,
        "type_params_ends": middles,
        "type_ends": type_ends,
    }


def _imports(env: ModuleEnvironment) -> dict[str, Column]:
    modules = _Numbering()
    owners = [modules.number(item.module) for item in env.imports]
    return {
        **text_columns("import_modules", modules),
        "import_owners": owners,
        **text_columns("import_names", [item.name for item in env.imports]),
        "import_kinds": bytes(KINDS.index(item.kind) for item in env.imports),
    }


def _limits(name: str, limits: Sequence[Limits]) -> dict[str, Column]:
    return {
        f"{name}_minimums": [item.minimum for item in limits],
        f"{name}_bounded": bytes(item.maximum is not None for item in limits),
        f"{name}_maximums": [item.maximum or 0 for item in limits],
    }


def _tables(
    env: ModuleEnvironment, value_types: _Numbering, expressions: _Expressions
) -> dict[str, Column]:
    return {
        "table_elements": [value_types.number(item.element) for item in env.tables],
        "table_addresses": [value_types.number(item.address) for item in env.tables],
        **_limits("table", [item.limits for item in env.tables]),
        **expressions.columns("table_init", env.table_inits),
    }


def _memories(env: ModuleEnvironment, value_types: _Numbering) -> dict[str, Column]:
    addresses = [value_types.number(item.address) for item in env.memories]
    return {
        "memory_addresses": addresses,
        **_limits("memory", [item.limits for item in env.memories]),
        "memory_shared": bytes(item.shared for item in env.memories),
    }


def _exports(
    env: ModuleEnvironment, codes: Sequence[FunctionCode]
) -> dict[str, Column]:
    exports = env.exports
    names = [item.name.encode() for item in exports]
    first: dict[int, int] = {}
    for position, item in enumerate(exports):
        if item.kind == "function":
            first.setdefault(item.index, position)
    functions = sorted(first)
    shallow = set(_shallow(functions, codes))
    return {
        **bytes_columns("export_names", names),
        "export_kinds": bytes(KINDS.index(item.kind) for item in exports),
        "export_indices": [item.index for item in exports],
        "export_order": sorted(range(len(names)), key=names.__getitem__),
        "exported_functions": functions,
        "exported_as": [first[index] for index in functions],
        "exported_shallow": bytes(index in shallow for index in functions),
    }


def _elements(env: ModuleEnvironment, expressions: _Expressions) -> dict[str, Column]:
    elements = env.elements
    items = array("I")
    for element in elements:
        items.frombytes(element.items)
    return {
        "element_modes": bytes(_MODES[item.mode] for item in elements),
        "element_tables": [item.table for item in elements],
        **expressions.columns("element_offset", [item.offset for item in elements]),
        "element_ends": ends(len(item.items) // items.itemsize for item in elements),
        "element_items": items,
    }


def _data(env: ModuleEnvironment, expressions: _Expressions) -> dict[str, Column]:
    return {
        "data_memories": [item.memory for item in env.data],
        **expressions.columns("data_offset", [item.offset for item in env.data]),
        "data_ends": ends(item.length for item in env.data),
    }


def _shallow(functions: Iterable[int], codes: Sequence[FunctionCode]) -> Iterator[int]:
    """Those of the functions below which calls cannot nest deeply.

    They call neither themselves, nor through tables, nor the host.
    """
    by_index = {code.funcidx: code for code in codes}
    depths: dict[int, int] = {}
    for index in functions:
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
