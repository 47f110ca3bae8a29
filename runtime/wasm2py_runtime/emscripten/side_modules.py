"""Dynamic linking: modules that are loaded over the memory and table of another."""

from __future__ import annotations

from _collections_abc import Mapping
from contextlib import contextmanager

from ..errors import LinkError, Trap
from ..external import FunctionType
from ..global_ import Global
from ..instance import Instance, instantiate
from ..linking import Imports
from ..module import Module
from ..table import Table
from ..values import function_handle
from .dylink import Dylink, read_dylink
from .functions import EmscriptenFunction
from .signatures import (
    ENV,
    GOT_FUNC,
    GOT_MEM,
    MEMORY,
    MEMORY_BASE,
    STACK_POINTER,
    TABLE,
    TABLE_BASE,
    Wanted,
    imports_of,
)
from .state import State, exported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Optional, Set

_HEAP_BASE = "__heap_base"
# Where a main module's static data begins, and its elements.
_GLOBAL_BASE, _FIRST_ELEMENT = 1024, 1
_STACK_SIZE = 1 << 20
_OWN_STACK_SIZE = 1 << 16
_ALIGNMENT = 16
_PAGE = 1 << 16
_MOST = 0xFFFFFFFF
# What each module has for itself.
_INTERNAL = frozenset(
    (
        *("__wasm_call_ctors", "__wasm_apply_data_relocs", "__dso_handle"),
        *("_initialize", MEMORY, TABLE, STACK_POINTER, MEMORY_BASE, TABLE_BASE),
    )
)


class Linker:
    """The modules of a program that have one memory, and the names that they share."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._functions: Dict[str, Callable[..., Any]] = {}
        self._addresses: Dict[str, int] = {}
        # The places where modules look for addresses and for pointers.
        self._tables: Dict[str, Dict[str, Global]] = {GOT_MEM: {}, GOT_FUNC: {}}
        self._pointers: Dict[str, int] = {}
        self._stack: Optional[Global] = None
        self._loaded: Dict[str, Instance] = {}
        self._loading: Set[str] = set()
        self._memory_base = 0
        self._has_main = False

    def main_objects(
        self, module: Module, table: Optional[Table]
    ) -> Dict[str, Dict[str, Any]]:
        """The globals that a main module imports which others may be loaded into.

        The memory and the ``table`` that it imports get room for what is its own.
        """
        wanted = imports_of(module.info)
        found: Dict[str, Dict[str, Any]] = {}
        for item in wanted:
            if item.kind == "global" and item.module in self._tables:
                globals_ = found.setdefault(item.module, {})
                globals_[item.name] = self._place(item.module, item.name)
        names = {i.name for i in wanted if i.kind == "global" and i.module == ENV}
        if MEMORY_BASE not in names:
            return found
        sizes = read_dylink(module) or Dylink()
        end = -(-(_GLOBAL_BASE + sizes.memory_size) // _ALIGNMENT) * _ALIGNMENT
        if end + _STACK_SIZE > _MOST:
            raise MemoryError(f"there is no room for {sizes.memory_size} bytes")
        self._memory_base = _GLOBAL_BASE
        self._stack = Global("i32", end + _STACK_SIZE, mutable=True)
        self._addresses[_HEAP_BASE] = end + _STACK_SIZE
        given = {
            STACK_POINTER: self._stack,
            MEMORY_BASE: _GLOBAL_BASE,
            TABLE_BASE: _FIRST_ELEMENT,
        }
        found[ENV] = {name: given[name] for name in names if name in given}
        self._make_room(end + _STACK_SIZE)
        if table is not None:
            table.grow(max(0, _FIRST_ELEMENT + sizes.table_size - len(table)))
        return found

    def _make_room(self, size: int) -> None:
        memory = self._state.guest.memory
        missing = size - len(memory.buffer)
        if missing > 0:
            memory.grow(-(-missing // _PAGE))

    def _place(self, table: str, name: str) -> Global:
        places = self._tables[table]
        if name not in places:
            places[name] = Global("i32", 0, mutable=True)
        return places[name]

    def add_main(self) -> None:
        """Let the instance of the main module be found, which is about to begin."""
        if not self._has_main:
            self._has_main = True
            self._add_exports(self._state.instance, self._memory_base)

    def _add_exports(self, instance: Instance, base: int) -> None:
        for name, value in instance.exports.items():
            if name in _INTERNAL:
                continue
            if getattr(value, "_wasm_kind", None) == "global":
                type_ = value._wasm_type
                if type_.type == "i32" and not type_.mutable:
                    address = (value.value + base) & 0xFFFFFFFF
                    self._addresses.setdefault(name, address)
            elif function_handle(value) is not None:
                self._functions.setdefault(name, value)
        self._fill_places()

    def _fill_places(self) -> None:
        for name, place in self._tables[GOT_MEM].items():
            if not place.value and name in self._addresses:
                place.value = self._addresses[name]
        for name, place in self._tables[GOT_FUNC].items():
            if not place.value and name in self._functions:
                place.value = self._pointer(name)

    def _pointer(self, name: str) -> int:
        if name not in self._pointers:
            self._pointers[name] = self._state.table.add(self._functions[name])
        return self._pointers[name]

    def load(
        self,
        module: Module,
        imports: Optional[Imports],
        libraries: Mapping[str, Module],
    ) -> Instance:
        """Load a module and, before it, the libraries that it needs."""
        # A library each that waits for others, which it needs, and they for others again.
        waiting = [_Waiting("", module)]
        try:
            while True:
                last = waiting[-1]
                name = next(filter(self._is_missing, last.needed), None)
                if name is not None:
                    if name not in libraries:
                        raise LinkError(f"the module needs the library {name!r}")
                    waiting.append(_Waiting(name, libraries[name]))
                    self._loading.add(name)
                    continue
                with self._all_or_nothing():
                    instance = self._instantiate(last.module, last.sizes, imports or {})
                if len(waiting) == 1:
                    return instance
                self._loaded[last.name] = instance
                self._loading.discard(waiting.pop().name)
        finally:
            self._loading.difference_update(item.name for item in waiting[1:])

    def _is_missing(self, name: str) -> bool:
        return name not in self._loaded and name not in self._loading

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Within, a module that cannot be loaded leaves no names, and looks for none."""
        known: List[Dict[str, Any]] = [*self._tables.values()]
        known += (self._functions, self._addresses, self._pointers)
        before = [dict(names) for names in known]
        values = [
            (place, place.value)
            for places in self._tables.values()
            for place in places.values()
        ]
        try:
            yield
        except BaseException:
            for names, old in zip(known, before):
                names.clear()
                names.update(old)
            for place, value in values:
                place.value = value
            raise

    def _instantiate(self, module: Module, sizes: Dylink, imports: Imports) -> Instance:
        memory_base = self._allocate(sizes.memory_size, 1 << sizes.memory_alignment)
        table = self._state.table
        table_base = len(table)
        if sizes.table_size:
            table.grow(sizes.table_size)
        given = _Imports(self, imports, memory_base, table_base)
        # What it is called for by the host, by ``invoke_...`` too, has no more than the main module.
        limits = self._state.instance._limits
        wanted = imports_of(module.info)
        instance = instantiate(module, given.of(wanted), limits=limits)
        self._add_exports(instance, memory_base)
        given.resolve(instance.exports, sizes.weak)
        for name in ("__wasm_apply_data_relocs", "__wasm_call_ctors", "_initialize"):
            function = exported(instance.exports, name)
            if function is not None:
                function()
        return instance

    def _allocate(self, size: int, alignment: int) -> int:
        """The address of zeros for static data, which stays where it is."""
        if not size:
            return 0
        alignment = max(alignment, _ALIGNMENT)
        address = self._state.allocate(size + alignment)
        if not address:
            raise MemoryError(f"the module has no room for {size} bytes")
        start = -(-address // alignment) * alignment
        memory = self._state.guest.memory
        memory.read(start + size, 0)  # before zeros are made
        memory.write(start, bytes(size))
        return start

    def stack(self) -> Any:
        """The stack pointer: the main module's or, where that shows none, of a new stack."""
        if self._stack is None:
            shown = self._state.instance.exports.get(STACK_POINTER)
            if getattr(shown, "_wasm_kind", None) == "global":
                self._stack = shown
            else:
                end = self._allocate(_OWN_STACK_SIZE, _ALIGNMENT) + _OWN_STACK_SIZE
                self._stack = Global("i32", end, mutable=True)
        return self._stack

    def find(self, item: Wanted, given: "_Imports") -> Any:
        """What a module imports under a name, None if nobody has it."""
        state = self._state
        if item.module in self._tables and item.kind == "global":
            return self._place(item.module, item.name)
        objects: Dict[str, Callable[[], Any]] = {
            MEMORY: lambda: state.guest.memory,
            TABLE: lambda: state.table,
            STACK_POINTER: self.stack,
            MEMORY_BASE: lambda: given.memory_base,
            TABLE_BASE: lambda: given.table_base,
        }
        if item.kind != "function":
            return objects[item.name]() if item.name in objects else None
        if item.module == ENV and item.name in self._functions:
            return self._functions[item.name]
        if item.is_provided and item.type is not None:
            return EmscriptenFunction(item.name, FunctionType(*item.type), state, True)
        return given.later(item) if item.module == ENV else None

    @property
    def unresolved(self) -> Set[str]:
        """The names that modules look for, and nobody has."""
        tables = self._tables.values()
        return {name for t in tables for name, place in t.items() if not place.value}


class _Waiting:
    """A module that is loaded when those have been that it needs."""

    def __init__(self, name: str, module: Module) -> None:
        sizes = read_dylink(module)
        if sizes is None:
            raise LinkError(
                "the module has no section 'dylink.0': it is no side module"
            )
        self.name = name
        self.module = module
        self.sizes = sizes
        self.needed = iter(sizes.needed)


class _Imports:
    """The imports of one module that is being loaded."""

    def __init__(
        self, linker: Linker, imports: Imports, memory_base: int, table_base: int
    ) -> None:
        self.memory_base = memory_base
        self.table_base = table_base
        self._linker = linker
        self._given = imports
        # Functions that may be the module's own: what it imports, and what was found.
        self._later: List[Wanted] = []
        self._found: Dict[str, Callable[..., Any]] = {}

    def of(self, wanted: "list[Wanted]") -> Dict[str, Dict[str, Any]]:
        found: Dict[str, Dict[str, Any]] = {}
        for item in wanted:
            fields = self._given.get(item.module, {})
            if item.name in fields:
                value = fields[item.name]
            else:
                value = self._linker.find(item, self)
            if value is not None:
                found.setdefault(item.module, {})[item.name] = value
        return found

    def later(self, item: Wanted) -> Callable[..., Any]:
        """A function that the module exports itself: it may be replaced from outside."""
        name = item.name
        self._later.append(item)

        def call(*args: Any) -> Any:
            function = self._found.get(name)
            if function is None:
                raise Trap(f"nobody has the function {name!r}, or not yet")
            return function(*args)

        return call

    def resolve(self, exports: Mapping[str, Any], weak: FrozenSet[str]) -> None:
        """Find the functions that the module exports itself.

        Raises LinkError for those that it does not export, either, or with another type.
        """
        missing = self._linker.unresolved
        for _, name, _, type_ in self._later:
            handle = function_handle(exports.get(name))
            if handle is None:
                missing.add(name)
            elif handle._wasm_type != type_:
                text = f"incompatible import type: {ENV!r} {name!r}"
                raise LinkError(f"{text}: the module's own is {handle._wasm_type}")
            else:
                self._found[name] = exports[name]
        if missing - weak:
            names = ", ".join(map(repr, sorted(missing - weak)[:20]))
            raise LinkError(f"nobody has what the module imports: {names}")
