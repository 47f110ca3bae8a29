"""Instances: allocation, initialisation and exports (section 4.5.4)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import partial
from math import inf, nan, sqrt, trunc
from types import FrameType, ModuleType
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    List,
    NoReturn,
    Optional,
    Sequence,
    Tuple,
)

from . import floats, integers, memory, rows, sums, table, traps, words
from .external import FunctionType, GlobalType
from .functions import Function
from .global_ import new_global
from .linking import Imports, resolve
from .memory import (
    DataSegment,
    Memory,
    copy_segments,
    data_drop,
    memory_grow,
    memory_init,
)
from .module import ConstExpr, Module, check_module
from .table import ElementSegment, Table, elem_drop, table_init
from .tag import Tag


def _instructions() -> Dict[str, Any]:
    """Everything that generated code calls and that does not depend on the instance."""
    found: Dict[str, Any] = {"fround": floats.fround, "unreachable": traps.unreachable}
    found.update(
        inf=inf, nan=nan, sqrt=sqrt, trunc=trunc, rounding_cell=floats.rounding_cell
    )
    prefixes = (
        *("i32_", "i64_", "f32_", "f64_", "int_", "uint_", "memory_", "data_"),
        *("table_", "elem_", "store_row", "copy_row", "sum_", "bind_views"),
    )
    for module in (integers, floats, memory, rows, sums, table, words):
        found.update(
            (name, value)
            for name, value in vars(module).items()
            if name.startswith(prefixes) and callable(value)
        )
    return found


_INSTRUCTIONS = _instructions()

# First calls, one within the other, before everything is loaded, so that there are no more of
# them: each takes a kilobyte of C stack, also where other calls take none.
_MOST_FIRST_CALLS = 100

# Exports of which a representation tells the names.
_SHOWN = 10


class FunctionSpace:
    """The functions of one instance, by index; handles and code are made when needed.

    Nothing is locked: what two threads, or a thread and a finaliser that runs in it, make at the
    same time is the same, and the first is kept where identity matters.
    """

    def __init__(
        self, module: Module, namespace: Dict[str, Any], imported: List[Function]
    ) -> None:
        info = module.info
        self._module = module
        self._namespace = namespace
        self._imported = len(imported)
        self._handles: Dict[int, Function] = dict(enumerate(imported))
        self._types = [FunctionType(*type_) for type_ in info.types]
        self._shallow = frozenset(info.shallow)
        self._loaded: List[bool] = [False] * len(info.groups)
        names = module.function_names()
        stubs = [_Stub(self, index) for index in range(len(names))]
        namespace.update(zip(names, stubs))
        # What the host has of the functions that are not imported, by index.
        self.exported: Dict[int, Callable[..., Any]] = {}

    def load(self, index: int) -> Callable[..., Any]:
        """The function itself, in the namespace from now on in place of its stub."""
        name = f"f{index}"
        if index < self._imported:
            self._namespace[name] = self._handles[index]._wasm_load()
        else:
            group = self._module.group_of(index)
            if not self._loaded[group]:
                exec(self._module.group_code(group), self._namespace)
                self._loaded[group] = True
        function: Callable[..., Any] = self._namespace[name]
        return function

    def load_all(self) -> None:
        """Load everything that has not been loaded yet."""
        for index in range(self._imported):
            self.load(index)
        for first, loaded in zip(self._module.info.groups, self._loaded):
            if not loaded:
                self.load(first)

    def reference(self, index: int) -> Function:
        """The handle of a function (``ref.func``), always the same."""
        return self._handles.get(index) or self.references((index,))[0]

    def references(self, indices: Sequence[int]) -> List[Function]:
        """The handles of several functions."""
        handles = self._handles
        types, functions = self._types, self._module.info.functions
        imported = self._imported
        found = []
        for index in indices:
            handle = handles.get(index)
            if handle is None:
                type_ = types[functions[index - imported]]
                handle = handles.setdefault(index, Function(type_, self, index))
            found.append(handle)
        return found

    def is_shallow(self, index: int) -> bool:
        return index in self._shallow

    def name(self, index: int) -> str:
        """The name of the first export of the function, for people."""
        for name, kind, exported in self._module.info.exports:
            if exported == index and kind == "function":
                return name
        return f"f{index}"


class _Stub:
    """What stands for a function until it is first called."""

    __slots__ = ("_index", "_space")

    def __init__(self, space: FunctionSpace, index: int) -> None:
        self._space = space
        self._index = index

    def __call__(self, *args: Any) -> Any:
        if _first_calls() > _MOST_FIRST_CALLS:
            self._space.load_all()
        return self._space.load(self._index)(*args)


def _first_calls() -> int:
    """How many first calls are active in this thread, one within the other."""
    frame: Optional[FrameType] = sys._getframe()
    code = _Stub.__call__.__code__
    count = 0
    while frame is not None:
        count += frame.f_code is code
        frame = frame.f_back
    return count


class Exports(Mapping[str, Any]):
    """An instance's exports by name, in declaration order; they cannot be changed.

    An export is an attribute, too, unless its name is one of the mapping's own.
    """

    if TYPE_CHECKING:
        # Type checkers would find these in __getattr__.
        __setitem__: None
        __delitem__: None

    def __init__(self, resolve: Callable[[str], Any], names: Sequence[str]) -> None:
        # Exports may have any name: attributes of ours must not look like theirs.
        self.__dict__["__resolve__"] = resolve
        self.__dict__["__names__"] = dict.fromkeys(names)

    def __getitem__(self, name: str) -> Any:
        if name not in self.__names__:
            raise KeyError(name)
        return self.__resolve__(name)

    def __getattr__(self, name: str) -> Any:
        if name not in self.__dict__["__names__"]:
            raise AttributeError(f"the instance has no export {name!r}")
        # From now on found without this function. (It is called only for names that
        # the class does not have.)
        value = self.__dict__[name] = self.__resolve__(name)
        return value

    def __setattr__(self, name: str, value: NoReturn) -> NoReturn:
        raise AttributeError("exports cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("exports cannot be changed")

    def __iter__(self) -> Iterator[str]:
        return iter(self.__names__)

    def __len__(self) -> int:
        return len(self.__names__)

    def __contains__(self, name: object) -> bool:
        return name in self.__names__

    def __dir__(self) -> List[str]:
        return [*super().__dir__(), *self.__names__]

    def __repr__(self) -> str:
        names = [repr(name) for name in self.__names__]
        if len(names) > _SHOWN:
            names[_SHOWN:] = [f"and {len(names) - _SHOWN} more"]
        return f"<exports {', '.join(names) or 'nothing'}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle the exports of an instance")


class Instance:
    """A module with its imports, in memory and initialised.

    Raises LinkError for imports that do not fit, TypeError where ``imports`` is not a
    mapping of mappings, MemoryError if there is no room, and what the module's
    initialisation raises: Trap, or what a host function raises.
    """

    __slots__ = (
        "__weakref__",
        "_exports",
        "_externals",
        "_functions",
        "_python_module",
    )

    def __init__(self, module: Module, imports: Optional[Imports] = None) -> None:
        check_module(module)
        info = module.info
        externals = resolve(info.types, info.imports, imports, module.provided)
        # Generated code runs in a real module's namespace: PyPy makes it fast.
        self._python_module = ModuleType(info.name)
        namespace = self._python_module.__dict__
        # Imported memories know the module weakly; it lives as long as its functions.
        namespace["__wasm__"] = self._python_module
        namespace.update(_INSTRUCTIONS)
        namespace["memory_grow"] = partial(memory_grow, caller=self._python_module)
        self._externals = externals
        self._functions = FunctionSpace(module, namespace, externals["function"])
        namespace["ref_func"] = self._functions.reference
        self._allocate(module, namespace)
        self._bind(module, namespace)
        index = {name: (kind, i) for name, kind, i in info.exports}
        self._exports = Exports(lambda name: self._export(*index[name]), list(index))
        self._initialise(module, namespace)
        if info.start is not None:
            self._functions.reference(info.start)._wasm_export()()

    @property
    def exports(self) -> Exports:
        """The exports by name, in declaration order."""
        return self._exports

    def _allocate(self, module: Module, namespace: Dict[str, Any]) -> None:
        """Create what the module defines, after what it imports, in order of index."""
        info, externals = module.info, self._externals
        evaluate = self._evaluate
        for kind, mutable, initial in info.globals:
            type_ = GlobalType(kind, mutable)
            externals["global"].append(new_global(type_, evaluate(initial)))
        for element, address, minimum, maximum, value in info.tables:
            new = Table(element, minimum, maximum, address=address)
            if value is not None:
                new._wasm_set(0, [evaluate(value)] * minimum)
            externals["table"].append(new)
        for address, minimum, maximum, shared in info.memories:
            memory = Memory(minimum, maximum, shared=shared, address=address)
            memory._wasm_home = self._python_module
            externals["memory"].append(memory)
        for index in info.tags:
            externals["tag"].append(Tag(info.types[index][0]))

    def _bind(self, module: Module, namespace: Dict[str, Any]) -> None:
        """Give generated code its names for everything but functions."""
        info, externals = module.info, self._externals
        for index, cell in enumerate(externals["global"]):
            namespace[f"g{index}"] = cell if cell._wasm_type.mutable else cell.raw
        for index, item in enumerate(externals["table"]):
            namespace[f"t{index}"] = item
        for index, item in enumerate(externals["memory"]):
            namespace[f"m{index}"] = item
        for index, tag in enumerate(externals["tag"]):
            namespace[f"tag{index}"] = tag
        for index, type_ in info.views:
            view = externals["table"][index]._wasm_view(
                FunctionType(*info.types[type_])
            )
            namespace[f"t{index}_{type_}"] = view
        for index, (_, _, _, _, items) in enumerate(info.elements):
            namespace[f"e{index}"] = ElementSegment(len(items), self._maker(items))
        content = module.data() if info.data else memoryview(b"")
        for index, (_, _, _, start, length) in enumerate(info.data):
            if isinstance(length, int):
                namespace[f"d{index}"] = DataSegment(content[start : start + length])

    def _initialise(self, module: Module, namespace: Dict[str, Any]) -> None:
        """Copy active segments. A trap leaves what the ones before it have written."""
        for index, (mode, target, offset, _, items) in enumerate(module.info.elements):
            segment = namespace[f"e{index}"]
            if offset is not None:
                to = self._evaluate(offset)
                table_init(namespace[f"t{target}"], segment, to, 0, len(items))
            if mode != "passive":
                elem_drop(segment)
        for index, (_, target, offset, start, length) in enumerate(module.info.data):
            if offset is None:
                continue
            memory = namespace[f"m{target}"]
            if isinstance(length, int):
                segment = namespace[f"d{index}"]
                memory_init(memory, segment, self._evaluate(offset), 0, length)
                data_drop(segment)
            else:
                copy_segments(memory, module.data(), offset, start, length)

    def _maker(self, items: Tuple[Any, ...]) -> Callable[[int, int], List[Any]]:
        plain = all(type(item) is int for item in items)

        def make(start: int, count: int) -> List[Any]:
            wanted = items[start : start + count]
            if plain:
                return list(self._functions.references(wanted))
            return [self._reference(item) for item in wanted]

        return make

    def _reference(self, item: Any) -> Any:
        """The reference that an item of an element segment describes."""
        if item is None:
            return None
        if isinstance(item, int):
            return self._functions.reference(item)
        return self._evaluate(item)

    def _evaluate(self, expression: ConstExpr) -> Any:
        """The value of a constant expression, in the form of the code."""
        stack: List[Any] = []
        for mnemonic, *immediates in expression:
            if mnemonic == "global.get":
                stack.append(self._externals["global"][immediates[0]].raw)
            elif mnemonic == "ref.func":
                stack.append(self._functions.reference(immediates[0]))
            elif mnemonic == "ref.null":
                stack.append(None)
            elif mnemonic == "f32.const":
                stack.append(floats.f32_reinterpret_i32(immediates[0]))
            elif mnemonic == "f64.const":
                stack.append(floats.f64_reinterpret_i64(immediates[0]))
            elif mnemonic in ("i32.const", "i64.const"):
                stack.append(immediates[0])
            else:
                second, first = stack.pop(), stack.pop()
                operation = _INSTRUCTIONS[mnemonic.replace(".", "_")]
                stack.append(operation(first, second))
        return stack.pop()

    def _export(self, kind: str, index: int) -> Any:
        if kind == "function":
            return self._functions.reference(index)._wasm_export()
        return self._externals[kind][index]

    def __repr__(self) -> str:
        return f"<Instance of {self._python_module.__name__!r}: {self._exports!r}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle an Instance")


def instantiate(module: Module, imports: Optional[Imports] = None) -> Instance:
    """A new instance of a module: the same as ``Instance(module, imports)``."""
    return Instance(module, imports)
