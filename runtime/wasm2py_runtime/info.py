"""What a module is, apart from the code of its functions and its data."""

from __future__ import annotations

from .abi import RT_ABI
from .columns import Columns, Texts, place_of
from .external import (
    FunctionType,
    GlobalType,
    MemoryType,
    TableType,
    TagType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple, Type

    from .external import ExternalType


KINDS = ("function", "table", "memory", "global", "tag")
"""Kinds of externals, in the order of their numbers in the binary format."""

# Kinds of constants (columns ``..._kinds``), and what stands beside them in ``..._values``.
ABSENT = 0
NUMBER = 1  # an unsigned integer, or the bits of a float
NULL = 2
FUNCTION = 3  # its index
GLOBAL = 4  # its index
EXPRESSION = 5  # its number among the expressions
ADD, SUB, MUL = 6, 7, 8  # only in expressions, which are in postfix form

# Modes of element segments.
ACTIVE, PASSIVE, DECLARATIVE = 0, 1, 2

_TEXTS = frozenset(("import_modules", "import_names", "export_names"))


class ModuleInfo:
    """A module's description, read from its columns as they are asked for.

    Each column is an attribute (docs/packages.md has the list). Index spaces hold
    imports first, as in WebAssembly. Raises ImportError for a damaged content, and
    for one that was made for another version of the runtime.
    """

    name: str
    value_types: Texts
    type_items: Sequence[int]
    type_params_ends: Sequence[int]
    type_ends: Sequence[int]
    import_modules: Texts
    import_owners: Sequence[int]
    import_names: Texts
    import_kinds: Sequence[int]
    functions: Sequence[int]
    table_elements: Sequence[int]
    table_addresses: Sequence[int]
    table_minimums: Sequence[int]
    table_bounded: Sequence[int]
    table_maximums: Sequence[int]
    table_init_kinds: Sequence[int]
    table_init_values: Sequence[int]
    memory_addresses: Sequence[int]
    memory_minimums: Sequence[int]
    memory_bounded: Sequence[int]
    memory_maximums: Sequence[int]
    memory_shared: Sequence[int]
    global_types: Sequence[int]
    global_mutable: Sequence[int]
    global_init_kinds: Sequence[int]
    global_init_values: Sequence[int]
    tags: Sequence[int]
    export_names: Texts
    export_kinds: Sequence[int]
    export_indices: Sequence[int]
    export_order: Sequence[int]
    exported_functions: Sequence[int]
    exported_as: Sequence[int]
    exported_shallow: Sequence[int]
    metered: Sequence[int]
    start: Sequence[int]
    element_modes: Sequence[int]
    element_tables: Sequence[int]
    element_offset_kinds: Sequence[int]
    element_offset_values: Sequence[int]
    element_ends: Sequence[int]
    element_items: Sequence[int]
    data_memories: Sequence[int]
    data_offset_kinds: Sequence[int]
    data_offset_values: Sequence[int]
    data_ends: Sequence[int]
    expression_kinds: Sequence[int]
    expression_values: Sequence[int]
    expression_ends: Sequence[int]
    groups: Sequence[int]

    def __init__(self, content: bytes) -> None:
        self._columns = Columns(content, RT_ABI)
        self._types: Dict[int, FunctionType] = {}
        # Which imports are functions, once something has asked.
        self._function_imports: Optional[Sequence[int]] = None
        self.value_types = self._columns.texts("value_types")
        try:
            self.name = bytes(self._columns.numbers("name")).decode()
            self._value_types = list(self.value_types)
        except UnicodeDecodeError:
            raise ImportError("a module's description is damaged") from None

    def __getattr__(self, name: str) -> Any:
        if name not in ModuleInfo.__annotations__:
            raise AttributeError(f"a module's description has no {name!r}")
        read = self._columns.texts if name in _TEXTS else self._columns.numbers
        column: Any = read(name)
        setattr(self, name, column)
        return column

    def type(self, index: int) -> FunctionType:
        """A function type, always the same object."""
        found = self._types.get(index)
        if found is None:
            start = self.type_ends[index - 1] if index else 0
            middle, end = self.type_params_ends[index], self.type_ends[index]
            found = self._types.setdefault(
                index,
                FunctionType(
                    self._value_type_list(start, middle),
                    self._value_type_list(middle, end),
                ),
            )
        return found

    def _value_type_list(self, start: int, end: int) -> Tuple[str, ...]:
        names = self._value_types
        return tuple([names[item] for item in self.type_items[start:end]])

    def function_type(self, index: int) -> FunctionType:
        """The type of a function."""
        number = self.functions[index]
        return self._types.get(number) or self.type(number)

    def external_type(self, kind: str, index: int) -> ExternalType:
        """The type of a function, table, memory, global or tag."""
        if kind == "function":
            return self.function_type(index)
        if kind == "table":
            return self.table_type(index)
        if kind == "memory":
            return self.memory_type(index)
        if kind == "global":
            return self.global_type(index)
        return TagType(self.type(self.tags[index]).params)

    def table_type(self, index: int) -> TableType:
        """The type of a table."""
        bounded = self.table_bounded[index]
        return TableType(
            self._value_types[self.table_elements[index]],
            self._value_types[self.table_addresses[index]],
            self.table_minimums[index],
            self.table_maximums[index] if bounded else None,
        )

    def memory_type(self, index: int) -> MemoryType:
        """The type of a memory."""
        bounded = self.memory_bounded[index]
        return MemoryType(
            self._value_types[self.memory_addresses[index]],
            self.memory_minimums[index],
            self.memory_maximums[index] if bounded else None,
            bool(self.memory_shared[index]),
        )

    def global_type(self, index: int) -> GlobalType:
        """The type of a global."""
        type_ = self._value_types[self.global_types[index]]
        return GlobalType(type_, bool(self.global_mutable[index]))

    def imports(self) -> Iterator[Tuple[str, str, str, int]]:
        """Module, name, kind, and index in the space of the kind, of each import."""
        modules = list(self.import_modules)
        counts = [0] * len(KINDS)
        owners, names, kinds = self.import_owners, self.import_names, self.import_kinds
        for owner, name, kind in zip(owners, names, kinds):
            yield modules[owner], name, KINDS[kind], counts[kind]
            counts[kind] += 1

    def imported_function(self, index: int) -> Tuple[str, str]:
        """Module and name of an imported function."""
        places = self._function_imports
        if places is None:
            kinds = enumerate(self.import_kinds)
            places = [place for place, kind in kinds if not kind]
            self._function_imports = places
        place = places[index]
        return self.import_modules[self.import_owners[place]], self.import_names[place]

    def exports(self) -> Iterator[Tuple[str, str, int]]:
        """Name, kind, and index in the space of the kind, of each export."""
        for name, kind, index in zip(
            self.export_names, self.export_kinds, self.export_indices
        ):
            yield name, KINDS[kind], index

    def find_export(self, name: object) -> int:
        """The position of the export of that name, or -1."""
        if not isinstance(name, str):
            return -1
        wanted = name.encode("utf-8", "surrogatepass")
        names, order = self.export_names, self.export_order
        low, high = 0, len(order)
        while low < high:
            middle = (low + high) // 2
            if names.encoded(order[middle]) < wanted:
                low = middle + 1
            else:
                high = middle
        if low < len(order) and names.encoded(order[low]) == wanted:
            return order[low]
        return -1

    def _exported(self, function: int) -> int:
        """The place of a function among those that are exported, or -1."""
        place = place_of(function, self.exported_functions)
        found = self.exported_functions[place : place + 1]
        return place if len(found) and found[0] == function else -1

    def is_shallow(self, function: int) -> bool:
        """Whether a function is exported, and calls in it nest but a little."""
        place = self._exported(function)
        return place >= 0 and bool(self.exported_shallow[place])

    def first_export(self, function: int) -> Optional[str]:
        """The name of the first export of a function, if it is exported."""
        place = self._exported(function)
        return None if place < 0 else self.export_names[self.exported_as[place]]

    def expression(self, number: int) -> List[Tuple[int, int]]:
        """Kinds and values of what an expression consists of."""
        start = self.expression_ends[number - 1] if number else 0
        end = self.expression_ends[number]
        kinds, values = self.expression_kinds, self.expression_values
        return list(zip(kinds[start:end], values[start:end]))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ModuleInfo):
            return NotImplemented
        return self._columns.content == other._columns.content

    def __hash__(self) -> int:
        return hash(self._columns.content)

    def __reduce__(self) -> Tuple[Type["ModuleInfo"], Tuple[bytes]]:
        return type(self), (self._columns.content,)
