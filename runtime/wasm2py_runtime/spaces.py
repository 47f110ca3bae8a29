"""The index spaces of an instance: what it imports and what it defines.

A module may define a million globals, tables and segments of which its code uses a
few. So what is defined is made when something first asks for it: code that is loaded,
an export, a segment that is copied. That cannot be observed: initial values depend on
nothing that changes.
"""

from __future__ import annotations

from _operator import add, mul, sub

from .float_bits import f32_reinterpret_i32, f64_reinterpret_i64
from .functions import Function
from .global_ import new_global
from .info import (
    ABSENT,
    ACTIVE,
    ADD,
    EXPRESSION,
    FUNCTION,
    GLOBAL,
    MUL,
    NULL,
    NUMBER,
    PASSIVE,
    SUB,
    ModuleInfo,
)
from .limits import Account
from .memory import PAGE_SIZE, DataSegment, Memory, copy_segment
from .table import ElementSegment, Table, out_of_bounds
from .tag import Tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

    from .module import Name


# Elements of a segment that are made at a time.
_STEP = 1 << 16

_OPERATIONS: Dict[int, Callable[[int, int], int]] = {ADD: add, SUB: sub, MUL: mul}
_MASKS = {"i32": 0xFFFFFFFF, "i64": 0xFFFFFFFFFFFFFFFF}


class Space:
    """Things by index: imported ones, and others, made when first asked for."""

    __slots__ = ("_made", "_make", "imported")

    def __init__(self, imported: Sequence[Any], make: Callable[[int], Any]) -> None:
        self.imported = imported
        self._made: Dict[int, Any] = {}
        self._make = make

    def __getitem__(self, index: int) -> Any:
        if index < len(self.imported):
            return self.imported[index]
        found = self._made.get(index)
        if found is None:
            # Two threads may make it; it is the one that was first.
            found = self._made.setdefault(index, self._make(index))
        return found


class Spaces:
    """What belongs to one instance, apart from its functions.

    ``reference`` gives the handle of a function, ``data`` the bytes of all data
    segments, ``home`` is the module in whose namespace the code runs, ``unsigned`` whether the host's
    integers are. Raises MemoryError where a memory cannot be allocated, and a trap where
    an account does not suffice for it.
    """

    def __init__(
        self,
        info: ModuleInfo,
        imported: Dict[str, List[Any]],
        reference: Callable[[int], Function],
        data: Callable[[], memoryview],
        accounts: "Tuple[Optional[Account], Account]",
        home: ModuleType,
        unsigned: bool,
    ) -> None:
        self._info = info
        self._reference = reference
        self._data = data
        memories, tables = accounts
        self._memory_account = memories and memories.taken_over(imported["memory"])
        self._table_account = tables.taken_over(imported["table"])
        self._home = home
        self._unsigned = unsigned
        self._imported = {kind: len(items) for kind, items in imported.items()}
        # Segments before these are dropped, unless they are passive.
        self._elements_done = self._data_done = 0
        # Defined globals before this one have been made if they are expressions.
        self._expressions_done = 0
        self.globals = Space(imported["global"], self.new_global)
        self.tables = Space(imported["table"], self._new_table)
        self.tags = Space(imported["tag"], self._new_tag)
        self.memories: List[Memory] = imported["memory"]
        self.elements = Space((), self._new_elements)
        self.datas = Space((), self._new_data)
        self._allocate()

    def make_globals(self, make: Callable[[int], Any]) -> None:
        """Let something else make the globals that are defined; before there is any."""
        self.globals = Space(self.globals.imported, make)

    def external(self, kind: str, index: int) -> Any:
        """A table, memory, global or tag."""
        if kind == "memory":
            return self.memories[index]
        if kind == "table":
            return self.tables[index]
        return self.globals[index] if kind == "global" else self.tags[index]

    def bound(self, name: Name) -> Any:
        """What a name in generated code means."""
        kind, index = name.kind, name.number
        if kind == "g":
            return self._global_for_code(index)
        if kind == "t":
            table = self.tables[index]
            return (
                table._wasm_view(self._info.type(name.type))
                if name.type >= 0
                else table
            )
        if kind == "tag":
            return self.tags[index]
        return self.elements[index] if kind == "e" else self.datas[index]

    def _global_for_code(self, index: int) -> Any:
        """The cell of a global that may change, the value of another."""
        if index >= self._imported["global"] and not self._info.global_mutable[index]:
            return self.initial_value(index)
        cell = self.globals[index]
        return cell if cell._wasm_type.mutable else cell.raw

    # Allocation.

    def _allocate(self) -> None:
        """See that there is room for the tables, and make the memories."""
        info = self._info
        wanted = sum(info.table_minimums[self._imported["table"] :])
        if not self._table_account.allows(wanted):
            raise MemoryError(f"cannot allocate tables of {wanted:,} elements together")
        self._table_account.taken += wanted
        first = self._imported["memory"]
        account = self._memory_account
        if account is not None:
            wanted = PAGE_SIZE * sum(info.memory_minimums[first:])
            account.allows(wanted)
            account.taken += wanted
        for index in range(first, len(info.memory_minimums)):
            address, minimum, maximum, shared = info.memory_type(index)
            memory = Memory(minimum, maximum, shared=shared, address=address)
            memory._wasm_home = self._home
            if account is not None:
                memory._wasm_join(account)
            self.memories.append(memory)

    def _new_table(self, index: int) -> Table:
        info = self._info
        element, address, minimum, maximum = info.table_type(index)
        new = Table(element, minimum, maximum, address=address)
        own = index - self._imported["table"]
        if info.table_init_kinds[own] != ABSENT:
            kind, value = info.table_init_kinds[own], info.table_init_values[own]
            new._wasm_set(0, [self._constant(kind, value, element)] * minimum)
        new._unsigned = self._unsigned
        new._wasm_join(self._table_account)
        return new

    def new_global(self, index: int) -> Any:
        """A global that is defined, with its first value."""
        type_, value = self._info.global_type(index), self.initial_value(index)
        return new_global(type_, value, self._unsigned)

    def initial_value(self, index: int) -> Any:
        """What a global that is defined is at first, in the form of the code."""
        info = self._info
        own = index - self._imported["global"]
        kind, value = info.global_init_kinds[own], info.global_init_values[own]
        if kind == EXPRESSION:
            self._make_expressions(own)
        return self._constant(kind, value, info.global_type(index).type)

    def _make_expressions(self, end: int) -> None:
        """Make the defined globals before one that are expressions, in order.

        It may name one of them, which may name another, and so on a million times.
        """
        kinds = self._info.global_init_kinds
        first = self._imported["global"]
        while self._expressions_done < end:
            own = self._expressions_done
            if kinds[own] == EXPRESSION:
                self.globals[first + own]
            self._expressions_done = own + 1

    def _new_tag(self, index: int) -> Tag:
        info = self._info
        return Tag(info.type(info.tags[index]).params)

    # Constants.

    def _constant(self, kind: int, value: int, type_: str) -> Any:
        """The value of a constant of a type, in the form of the code."""
        if kind == NUMBER:
            if type_ == "f32":
                return f32_reinterpret_i32(value)
            return f64_reinterpret_i64(value) if type_ == "f64" else value
        if kind == NULL:
            return None
        if kind == FUNCTION:
            return self._reference(value)
        if kind == GLOBAL:
            return self.globals[value].raw
        assert kind == EXPRESSION
        return self._evaluate(value, type_)

    def _evaluate(self, number: int, type_: str) -> int:
        stack: List[int] = []
        for kind, value in self._info.expression(number):
            if kind in (NUMBER, GLOBAL):
                stack.append(self._constant(kind, value, type_))
            else:
                second, first = stack.pop(), stack.pop()
                stack.append(_OPERATIONS[kind](first, second) & _MASKS[type_])
        return stack.pop()

    # Element segments.

    def _item(self, item: int) -> Any:
        """An element, from its number: 0 is null, then functions and globals by turns."""
        if not item:
            return None
        index = (item - 1) >> 1
        return self._reference(index) if item & 1 else self.globals[index].raw

    def _references(self, start: int, end: int) -> List[Any]:
        items = self._info.element_items[start:end]
        reference, other = self._reference, self._item
        return [reference(item >> 1) if item & 1 else other(item) for item in items]

    def _new_elements(self, index: int) -> ElementSegment:
        info = self._info
        start = info.element_ends[index - 1] if index else 0
        length = info.element_ends[index] - start
        if index < self._elements_done and info.element_modes[index] != PASSIVE:
            length = 0
        return ElementSegment(
            length, lambda first, n: self._references(start + first, start + first + n)
        )

    def copy_elements(self) -> None:
        """Copy active segments. A trap leaves what the ones before it have written."""
        info = self._info
        start = 0
        for index, (mode, kind, to, end) in enumerate(
            zip(
                info.element_modes,
                info.element_offset_kinds,
                info.element_offset_values,
                info.element_ends,
            )
        ):
            if mode == ACTIVE:
                table = self.tables[info.element_tables[index]]
                if kind != NUMBER:
                    to = self._constant(kind, to, table._wasm_address)
                self._fill(table, to, start, end)
            start = end
            self._elements_done = index + 1

    def _fill(self, table: Table, to: int, start: int, end: int) -> None:
        if to + end - start > len(table._wasm_elements):
            raise out_of_bounds()
        while start < end:
            step = min(end - start, _STEP)
            table._wasm_set(to, self._references(start, start + step))
            to += step
            start += step

    # Data segments.

    def _new_data(self, index: int) -> DataSegment:
        info = self._info
        passive = info.data_offset_kinds[index] == ABSENT
        if index < self._data_done and not passive:
            return DataSegment(memoryview(b""))
        start = info.data_ends[index - 1] if index else 0
        return DataSegment(self._data()[start : info.data_ends[index]])

    def copy_data(self) -> None:
        """Copy active segments. A trap leaves what the ones before it have written."""
        info = self._info
        start = 0
        for index, (kind, to, end) in enumerate(
            zip(info.data_offset_kinds, info.data_offset_values, info.data_ends)
        ):
            if kind != ABSENT:
                memory = self.memories[info.data_memories[index]]
                if kind != NUMBER:
                    to = self._constant(kind, to, memory._wasm_address)
                copy_segment(memory, self._data(), to, start, end - start)
            start = end
            self._data_done = index + 1
