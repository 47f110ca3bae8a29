"""Functions in C: the Python side of a native instance.

Modules, memories, tables, globals and references are the same objects whatever the target is. Native
code has the address of a memory's bytes, which do not move, and what it has found of a table. It asks
here for what it does not know, and for what Python carries out.

Between native code and everything else (the host, functions in Python, native code of another
version), values cross as the host's. Only for CPython >= 3.11.
"""

from __future__ import annotations

import sys
from _weakref import ref
from itertools import count

from . import memory, table
from .deadline import deadline_reached, watch
from .errors import MARK, StackExhausted, Trap, fuel_exhausted, own_trap
from .external import FunctionType, GlobalType
from .function_space import FunctionSpace
from .functions import Function, description, host_results, host_wrapper, renamed
from .global_ import Global
from .lean import FunctionType as PythonFunction
from .lean import ModuleType, TracebackType
from .limits import split_fuel
from .module import Module
from .reservation import SHARED
from .spaces import Spaces
from .values import value_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

_TRAPS = (
    "unreachable",
    "integer divide by zero",
    "integer overflow",
    "invalid conversion to integer",
    "out of bounds memory access",
)
# Those with classes of their own, after these.
_OTHER_TRAPS: Tuple[Callable[[], Trap], ...] = (
    lambda: StackExhausted("call stack exhausted"),
    fuel_exhausted,
    deadline_reached,
)
_KINDS = {"i32": "i", "i64": "l", "f32": "f", "f64": "d"}
_MOST_MASKED = 64


# C keeps there what it has in common, too.
_shared = vars(sys.modules.setdefault(SHARED, ModuleType(SHARED)))
_numbers: Dict[FunctionType, int]
_numbers, _next_number = _shared.setdefault("types", ({}, count(1)))


def type_number(type_: FunctionType) -> int:
    """The number of a function type in this process, the same in each copy of the runtime."""
    return _numbers.setdefault(type_, next(_next_number))


class NativeGlobal(Global):
    """A global whose value is in a cell of an instance."""

    __slots__ = ("_index", "_kind", "_wasm_cell", "_wasm_instance")

    def __init__(
        self, instance: Any, index: int, type_: GlobalType, unsigned: bool
    ) -> None:
        self._wasm_type = type_
        self._unsigned = unsigned
        self._wasm_instance = instance
        self._index = index
        self._kind = _KINDS[type_.type]
        # Its address, for native code that imports the global and keeps it.
        self._wasm_cell: int = instance.global_cell(index)

    @property
    def raw(self) -> Any:
        """The value in the form of the code."""
        return self._wasm_instance.global_get(self._index, self._kind)

    @raw.setter
    def raw(self, value: Any) -> None:
        self._wasm_instance.global_set(self._index, self._kind, value)


def _documentation(name: str, type_: FunctionType) -> str:
    """What `help` and `inspect.signature` show, as CPython wants it of a function in C."""
    params = ", ".join(["$self", *(f"a{i}" for i in range(len(type_.params))), "/"])
    signature = f"{name.rpartition('.')[2]}({params})"
    return f"{signature}\n--\n\n{description(type_)}"


def _externrefs(type_: FunctionType) -> int:
    """Which parameters and results are externrefs, by bits: they need no conversion."""
    kinds = (*type_.params, *type_.results)[:_MOST_MASKED]
    return sum(1 << place for place, kind in enumerate(kinds) if kind == "externref")


def _as_trap(error: BaseException) -> BaseException:
    return own_trap(error)


def _wrong_number(given: int, wanted: int) -> str:
    """What Python says of so many arguments of a function on the target Python."""
    if given > wanted:
        plural, verb = "" if wanted == 1 else "s", "was" if given == 1 else "were"
        return f"takes {wanted} positional argument{plural} but {given} {verb} given"
    names = [f"'a{place}'" for place in range(given, wanted)]
    plural, last = ("", "") if len(names) == 1 else ("s", " and ")
    if len(names) > 2:
        last = ", and "
    listed = ", ".join(names[:-1]) + last + names[-1]
    return f"missing {len(names)} required positional argument{plural}: {listed}"


def _from_host(handle: Function, args: Tuple[Any, ...]) -> Tuple[Any, ...]:
    """Arguments, as values of the code."""
    kinds = handle._wasm_type.params
    if len(args) != len(kinds):
        text = _wrong_number(len(args), len(kinds))
        raise TypeError(f"{handle._wasm_export().__name__}() {text}")
    return tuple(value_kind(kind).from_host(arg) for kind, arg in zip(kinds, args))


def _to_host(type_: FunctionType, place: int, raw: Any) -> Any:
    """The host's value for a parameter or, after those, a result."""
    kinds = (*type_.params, *type_.results)
    return value_kind(kinds[place]).to_host(raw)


class NativeFunctions(FunctionSpace):
    """The functions of one instance, which are in C.

    Where the memories cannot have guard pages, or calls are counted, their translation to Python is used instead.
    """

    # The instance as C has it; None where Python is used.
    _instance: Any = None

    def attach(self, spaces: Spaces, release_gil: bool) -> None:
        """Make the instance as C has it, from everything else that it consists of."""
        code: Any = self._module.native
        self._spaces = spaces
        guards = self._guards(spaces)
        if guards is None:
            super().attach(spaces, release_gil)
            return
        info = self._module.info
        self._code = code
        self._release_gil = release_gil
        code.tell_frames(frames_of(self._module))
        self._operations = self._all_operations()
        spaces.make_globals(self._new_global)
        types = [info.type(index) for index in range(len(info.type_ends))]
        indices = range(len(info.table_minimums))
        self._mirrors = [self._mirror(spaces.tables[index]) for index in indices]
        imports = [self._import(index) for index in range(len(self._imported))]
        shared = spaces.globals.imported
        cells = [getattr(item, "_wasm_cell", 0) for item in shared]
        # The cells stay as long as the instances that have them.
        owners = [getattr(item, "_wasm_instance", None) for item in shared]
        instance = code.Instance(
            self._operations,
            tuple(guards),
            tuple(self._mirrors),
            tuple(imports),
            tuple(map(type_number, types)),
            tuple(cells),
            tuple(owners),
            release_gil,
        )
        if self._deadline is not None:
            watch.native.setdefault(SHARED, code.time_left)
            instance.set_time(self._deadline.nanoseconds())
        self._instance = instance
        self._fill_cells()

    def _guards(self, spaces: Spaces) -> Optional[List[Any]]:
        """What guards the memories, None where the translation to Python is used."""
        if self._counted is not None:
            return None
        code: Any = self._module.native
        try:
            guards = [item._wasm_guard(code.Guard) for item in spaces.memories]
        except MemoryError:
            return None
        # (Only its own version's code knows of a guard.)
        return guards if all(hasattr(guard, SHARED) for guard in guards) else None

    def _mirror(self, table: Any) -> Any:
        """What native code knows of a table: without the GIL, nothing that others change."""
        if not self._release_gil:
            shared = table._wasm_mirror(self._code.Mirror)
            if hasattr(shared, SHARED):
                return shared  # not that of native code of another version
        mirror = self._code.Mirror()
        table._wasm_add_mirror(mirror)
        return mirror

    def _new_global(self, index: int) -> Any:
        type_ = self._module.info.global_type(index)
        if type_.type in _KINDS:
            return NativeGlobal(self._instance, index, type_, self._unsigned)
        return self._spaces.new_global(index)

    def _fill_cells(self) -> None:
        """Give globals their first values: those that are numbers have cells."""
        info, spaces = self._module.info, self._spaces
        imported = len(spaces.globals.imported)
        for index in range(len(info.global_types)):
            type_ = info.global_type(index)
            if type_.type not in _KINDS or (index < imported and type_.mutable):
                continue
            raw = (
                spaces.globals[index].raw
                if index < imported
                else spaces.initial_value(index)
            )
            self._instance.global_set(index, _KINDS[type_.type], raw)

    def _import(self, index: int) -> Any:
        """The owner of an imported function, for C."""
        info = self._module.info
        given = self._imported[index]
        type_ = info.function_type(index)
        if callable(given):
            name = self._host_functions.name(index)
            typeidx, unsigned = info.functions[index], self._unsigned
            return self._host_function(typeidx, given, type_, name, False, unsigned)
        return self._owner(given, info.functions[index], type_)

    def _owner(self, handle: Any, typeidx: int, type_: FunctionType) -> Any:
        """What owns the code of a function for native code of a type that matches."""
        export = handle._wasm_export()
        owner = getattr(export, "__self__", None)
        if owner is not None and self._calls(handle, owner):
            return owner
        # The callable itself, where the function is one of the host's (`Function`).
        host = getattr(export, "_wasm_host", None)
        given = export if host is None else host
        unsigned = getattr(export, "_wasm_unsigned", False)
        name, is_code = export.__name__, host is None
        return self._host_function(typeidx, given, type_, name, is_code, unsigned)

    def _calls(self, handle: Any, owner: Any) -> bool:
        """Whether native code calls a function as it is, and not by way of Python.

        Without the GIL, that is only for the instance's own.
        """
        if self._release_gil:
            return getattr(handle, "_owner", None) is self
        is_native: bool = self._code.is_native(owner)
        return is_native

    def _host_function(
        self,
        typeidx: int,
        given: Callable[..., Any],
        type_: FunctionType,
        name: str,
        is_code: bool,
        unsigned: bool,
    ) -> Any:
        return self._code.HostFunction(
            self._operations,
            typeidx,
            given,
            type_,
            _externrefs(type_),
            name,
            is_code,
            unsigned,
            self._instance,
        )

    def load(self, index: int) -> Callable[..., Any]:
        if self._instance is None or index < len(self._imported):
            return super().load(index)
        type_ = self._module.info.function_type(index)
        export = self.reference(index)._wasm_export()
        return host_wrapper(type_, export, self.name(index), False)

    def new_export(self, handle: Function, index: int) -> Callable[..., Any]:
        if self._instance is None:
            return super().new_export(handle, index)
        type_, name = handle._wasm_type, self.name(index)
        export: Callable[..., Any] = self._code.export(
            self._instance,
            index,
            handle,
            type_,
            _externrefs(type_),
            name.encode(),
            _documentation(name, type_).encode(),
            __name__,
            self._unsigned,
        )
        return export

    @property
    def fuel(self) -> int:
        """How many instructions may still be executed, in metered code."""
        if self._instance is None:
            return sum(self._namespace["fuel"])
        left: int = self._instance.fuel()
        return left

    @fuel.setter
    def fuel(self, amount: int) -> None:
        if self._instance is None:
            self._namespace["fuel"][:] = split_fuel(amount)
        else:
            self._instance.set_fuel(amount)

    # What C asks for.

    def _all_operations(self) -> Tuple[Callable[..., Any], ...]:
        """In the order in which C numbers them (host.h)."""
        return (
            self._trap,
            _as_trap,
            traced,
            _from_host,
            _to_host,
            host_results,
            self._resolve,
            self._memory_grow,
            self._memory_init,
            self._data_drop,
            self._table_get,
            self._table_set,
            self._table_size,
            self._table_grow,
            self._table_fill,
            self._table_copy,
            self._table_init,
            self._elem_drop,
            self.reference,
            self._global_get,
            self._global_set,
        )

    def _trap(self, kind: int) -> Trap:
        if kind <= len(_TRAPS):
            return Trap(_TRAPS[kind - 1])
        return _OTHER_TRAPS[kind - len(_TRAPS) - 1]()

    def _resolve(self, tableidx: int, index: int, typeidx: int) -> Any:
        """The owner of the function that a ``call_indirect`` calls, known from now on."""
        target = self._spaces.tables[tableidx]
        type_ = self._module.info.type(typeidx)
        mirror = self._mirrors[tableidx]
        while True:
            seen = target._changes.state()
            handle = table.called(target, index, type_)
            owner = self._owner(handle, typeidx, type_)
            if not mirror.prepare(index):
                return owner
            number = type_number(type_)
            steps = map(mirror.store, (index,), (owner,), (number,))
            # Nothing that has been replaced meanwhile.
            if target._changes.commit(seen, steps):
                return owner

    def _memory_grow(self, memidx: int, pages: int) -> int:
        grow = self._namespace["memory_grow"]
        old: int = grow(self._spaces.memories[memidx], pages)
        return old

    def _memory_init(
        self, memidx: int, dataidx: int, to: int, start: int, count: int
    ) -> None:
        spaces = self._spaces
        target, segment = spaces.memories[memidx], spaces.datas[dataidx]
        memory.memory_init(target, segment, to, start, count)

    def _data_drop(self, dataidx: int) -> None:
        memory.data_drop(self._spaces.datas[dataidx])

    def _table_get(self, tableidx: int, index: int) -> Any:
        return table.table_get(self._spaces.tables[tableidx], index)

    def _table_set(self, tableidx: int, index: int, value: Any) -> None:
        table.table_set(self._spaces.tables[tableidx], index, value)

    def _table_size(self, tableidx: int) -> int:
        return table.table_size(self._spaces.tables[tableidx])

    def _table_grow(self, tableidx: int, value: Any, count: int) -> int:
        return table.table_grow(self._spaces.tables[tableidx], value, count)

    def _table_fill(self, tableidx: int, to: int, value: Any, count: int) -> None:
        table.table_fill(self._spaces.tables[tableidx], to, value, count)

    def _table_copy(
        self, target: int, source: int, to: int, start: int, count: int
    ) -> None:
        tables = self._spaces.tables
        table.table_copy(tables[target], tables[source], to, start, count)

    def _table_init(
        self, tableidx: int, elemidx: int, to: int, start: int, count: int
    ) -> None:
        spaces = self._spaces
        target, segment = spaces.tables[tableidx], spaces.elements[elemidx]
        table.table_init(target, segment, to, start, count)

    def _elem_drop(self, elemidx: int) -> None:
        table.elem_drop(self._spaces.elements[elemidx])

    def _global_get(self, globalidx: int) -> Any:
        return self._spaces.globals[globalidx].raw

    def _global_set(self, globalidx: int, value: Any) -> None:
        self._spaces.globals[globalidx].raw = value


def _template() -> Iterator[None]:
    yield


def frames_of(module: Module) -> "NativeFrames":
    """The frames of a module's functions."""
    if module.native_frames is None:
        module.native_frames = NativeFrames(module)
    frames: NativeFrames = module.native_frames
    return frames


class NativeFrames:
    """The frames of a module's functions, by index, made when a traceback needs them.

    Such a frame is that of a generator which has not begun: nothing is in it, and nothing
    behind it.
    """

    def __init__(self, module: Module) -> None:
        name = module._wasm_name
        shown = "".join(letter if letter.isprintable() else "_" for letter in name[:50])
        self._module_name = f"<wasm {shown or 'module'}>"
        # It is there while its functions run; the extension module, which has this, stays.
        self._module = ref(module)
        self._frames: Dict[int, FrameType] = {}

    def __call__(self, index: int, offset: int) -> FrameType:
        frame = self._frames.get(index)
        if frame is None:
            module = self._module()
            names: Mapping[int, str] = {} if module is None else module.names()
            name = names.get(index, f"f{index}")
            place = f"{self._module_name}:wasm-function[{index}]:{offset:#x}"
            code = renamed(_template.__code__, name)
            code = code.replace(co_filename=place, co_firstlineno=1)
            namespace = {MARK: None, "__name__": self._module_name}
            generator = PythonFunction(code, namespace)()
            frame = self._frames.setdefault(index, generator.gi_frame)
        return frame


def traced(error: BaseException, frames: Tuple[FrameType, ...]) -> BaseException:
    """The error, with frames further out in its traceback; they come from the inside."""
    traceback = error.__traceback__
    for frame in frames:
        traceback = TracebackType(traceback, frame, frame.f_lasti, 1)
    return error.with_traceback(traceback)
