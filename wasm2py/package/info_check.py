"""Whether a description, which anybody may have written, is that of a module.

What a module in memory consists of is read from a folder. Its checksum tells what has been damaged by accident;
anything else that is wrong would be an error of any kind, wherever it is first used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import le, lt
from typing import Any, Final

from wasm2py_runtime.external import FunctionType
from wasm2py_runtime.info import (
    ABSENT,
    ACTIVE,
    ADD,
    DECLARATIVE,
    EXPRESSION,
    FUNCTION,
    GLOBAL,
    KINDS,
    MUL,
    NULL,
    NUMBER,
    ModuleInfo,
)
from wasm2py_runtime.values import find_kind

# The column that has an item for each of an index space.
_SPACES: Final[Mapping[str, str]] = {
    "function": "functions",
    "table": "table_minimums",
    "memory": "memory_minimums",
    "global": "global_types",
    "tag": "tags",
}
# Columns that have an item for each of the same things.
_BESIDE: Final = (
    ("type_ends", "type_params_ends"),
    ("import_kinds", "import_owners", "import_names"),
    (
        "table_minimums",
        "table_elements",
        "table_addresses",
        "table_bounded",
        "table_maximums",
    ),
    (
        "memory_minimums",
        "memory_addresses",
        "memory_bounded",
        "memory_maximums",
        "memory_shared",
    ),
    ("global_types", "global_mutable"),
    ("export_kinds", "export_names", "export_indices", "export_order"),
    ("exported_functions", "exported_as", "exported_shallow"),
    ("element_modes", "element_tables", "element_ends", "element_offset_kinds"),
    ("data_memories", "data_ends", "data_offset_kinds"),
    ("expression_kinds", "expression_values"),
)
# Columns of numbers, and the column whose items they number.
_NUMBERS_OF: Final = (
    ("type_items", "value_types"),
    ("import_owners", "import_modules"),
    ("functions", "type_ends"),
    ("tags", "type_ends"),
    ("table_elements", "value_types"),
    ("table_addresses", "value_types"),
    ("memory_addresses", "value_types"),
    ("global_types", "value_types"),
    ("export_order", "export_names"),
    ("exported_functions", "functions"),
    ("exported_as", "export_names"),
    ("start", "functions"),
    ("groups", "functions"),
)
# Columns of where things end in others. (Those of data end in the segments.)
_ENDS_IN: Final = (
    ("type_params_ends", "type_items"),
    ("type_ends", "type_items"),
    ("element_ends", "element_items"),
    ("expression_ends", "expression_kinds"),
)
_CONSTANTS: Final = ("table_init", "global_init", "element_offset", "data_offset")
_MOST_PAGES: Final = {"i32": 1 << 16, "i64": 1 << 48}
_MOST_ELEMENTS: Final = {"i32": (1 << 32) - 1, "i64": (1 << 64) - 1}


def is_sound(info: ModuleInfo, defined: int) -> bool:
    """Whether instances can be made of a description, if so many functions are defined."""
    try:
        made = _size(info, "function") - _imported(info, "function")
        return made == defined and all(_checks(info))
    except UnicodeDecodeError:
        return False


def _checks(info: ModuleInfo) -> Iterator[bool]:
    """Each needs the ones before it."""
    yield all(find_kind(name) is not None for name in info.value_types)
    for names in _BESIDE:
        yield len({len(_column(info, name)) for name in names}) == 1
    for name, other in _NUMBERS_OF:
        yield _below(_column(info, name), len(_column(info, other)))
    for name, other in _ENDS_IN:
        yield _are_ends(_column(info, name), len(_column(info, other)))
    yield all(map(le, info.type_params_ends, info.type_ends))
    for texts in (info.import_modules, info.import_names, info.export_names):
        yield sum(map(len, texts)) >= 0  # they are UTF-8
    yield _below(info.import_kinds, len(KINDS))
    yield from _externals(info)
    yield from _limits(info)
    yield from _constants(info)
    yield from _segments(info)
    yield all(_is_computed(info, number) for number in range(len(info.expression_ends)))
    yield all(info.function_type(index) == FunctionType((), ()) for index in info.start)


def _column(info: ModuleInfo, name: str) -> Sequence[Any]:
    column: Sequence[Any] = getattr(info, name)
    return column


def _below(numbers: Sequence[int], count: int) -> bool:
    return max(numbers, default=-1) < count


def _are_ends(numbers: Sequence[int], length: int) -> bool:
    ascending = all(map(le, numbers, numbers[1:]))
    return ascending and _below(numbers[-1:], length + 1)


def _imported(info: ModuleInfo, kind: str) -> int:
    return bytes(info.import_kinds).count(KINDS.index(kind))


def _size(info: ModuleInfo, kind: str) -> int:
    return len(_column(info, _SPACES[kind]))


def _externals(info: ModuleInfo) -> Iterator[bool]:
    """Imports come first in their spaces; exports are of what is there."""
    for kind in KINDS:
        yield _imported(info, kind) <= _size(info, kind)
    # The functions of the first group, and so on.
    yield list(info.groups[:1]) in ([], [_imported(info, "function")])
    yield all(map(lt, info.groups, info.groups[1:]))
    sizes = [_size(info, kind) for kind in KINDS]
    yield _below(info.export_kinds, len(KINDS))
    yield all(
        index < sizes[kind]
        for kind, index in zip(info.export_kinds, info.export_indices)
    )
    for index, position in zip(info.exported_functions, info.exported_as):
        yield (info.export_kinds[position], info.export_indices[position]) == (0, index)
    names = [info.export_names.encoded(position) for position in info.export_order]
    yield all(map(lt, names, names[1:]))


def _limits(info: ModuleInfo) -> Iterator[bool]:
    """Memories and tables are as large as they may be, and of types that there are."""
    types = list(info.value_types)
    addresses = (*info.table_addresses, *info.memory_addresses)
    yield all(types[address] in _MOST_PAGES for address in addresses)
    yield all("ref" in types[element] for element in info.table_elements)
    for index in range(len(info.memory_minimums)):
        memory = info.memory_type(index)
        yield _fits(memory.minimum, memory.maximum, _MOST_PAGES[memory.address])
    for index in range(len(info.table_minimums)):
        table = info.table_type(index)
        yield _fits(table.minimum, table.maximum, _MOST_ELEMENTS[table.address])
    yield all(map(le, info.memory_shared, info.memory_bounded))


def _fits(minimum: int, maximum: int | None, most: int) -> bool:
    return minimum <= (most if maximum is None else maximum) <= most


def _constants(info: ModuleInfo) -> Iterator[bool]:
    """What constants name is there; a global names those before it."""
    limits = {
        ABSENT: 1,
        NUMBER: 1 << 64,
        NULL: 1,
        FUNCTION: len(info.functions),
        GLOBAL: len(info.global_types),
        EXPRESSION: len(info.expression_ends),
    }
    for name in _CONSTANTS:
        kinds, values = (
            _column(info, f"{name}_{part}") for part in ("kinds", "values")
        )
        yield len(kinds) == len(values)
        yield all(value < limits.get(kind, 0) for kind, value in zip(kinds, values))
    for kind in ("table", "global"):
        made = _size(info, kind) - _imported(info, kind)
        yield len(_column(info, f"{kind}_init_kinds")) == made
    inits = zip(info.global_init_kinds, info.global_init_values)
    for index, (init, value) in enumerate(inits, _imported(info, "global")):
        yield init != ABSENT
        yield init != GLOBAL or value < index
        named = info.expression(value) if init == EXPRESSION else ()
        yield all(part != GLOBAL or number < index for part, number in named)


def _segments(info: ModuleInfo) -> Iterator[bool]:
    yield _below(info.element_modes, DECLARATIVE + 1)
    modes = zip(info.element_modes, info.element_tables)
    tables = [table for mode, table in modes if mode == ACTIVE]
    yield _below(tables, len(info.table_minimums))
    functions, globals_ = len(info.functions), len(info.global_types)
    for item in info.element_items:
        if item >> 1 >= functions if item & 1 else item > 2 * globals_:
            yield False
    kinds = zip(info.data_offset_kinds, info.data_memories)
    memories = [memory for kind, memory in kinds if kind != ABSENT]
    yield _below(memories, len(info.memory_minimums))
    yield _are_ends(info.data_ends, 1 << 63)


def _is_computed(info: ModuleInfo, number: int) -> bool:
    """Whether an expression leaves one value."""
    depth = 0
    for kind, value in info.expression(number):
        if kind == NUMBER or (kind == GLOBAL and value < len(info.global_types)):
            depth += 1
        elif ADD <= kind <= MUL and depth > 1:
            depth -= 1
        else:
            return False
    return depth == 1
