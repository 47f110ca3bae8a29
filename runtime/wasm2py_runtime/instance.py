"""Instances: allocation, initialisation and exports (section 4.5.4)."""

from __future__ import annotations

from _collections_abc import Iterator, Mapping

from .errors import MARK
from .function_space import FunctionSpace
from .info import KINDS, ModuleInfo
from .lean import ModuleType, partial
from .limits import (
    Limits,
    check_fuel,
    check_limits,
    fuel_names,
    memory_account,
    table_account,
)
from .linking import Imports, for_instance, resolve
from .memory import Memory, memory_grow
from .module import Module, check_module
from .spaces import Spaces
from .table import Table

TYPE_CHECKING = False

if TYPE_CHECKING:
    from threading import RLock
    from typing import (
        Any,
        Callable,
        ContextManager,
        List,
        NoReturn,
        Optional,
        Tuple,
        Type,
    )


# Exports of which a representation tells the names.
_SHOWN = 10


def _function_space(module: Module) -> Type[FunctionSpace]:
    """What the functions of an instance are in: Python, or C where there is any."""
    if module.native is None:
        return FunctionSpace
    from .native import NativeFunctions

    return NativeFunctions


class Exports(Mapping[str, "Any"]):
    """An instance's exports by name, in declaration order; they cannot be changed.

    An export is an attribute, too, unless its name is one of the mapping's own.
    """

    if TYPE_CHECKING:
        # Type checkers would find these in __getattr__.
        __setitem__: None
        __delitem__: None

    def __init__(self, module: Module, resolve: Callable[[str, int], Any]) -> None:
        # Exports may have any name: attributes of ours must not look like theirs.
        self.__dict__["__info__"] = module.info
        self.__dict__["__resolve__"] = resolve
        self.__dict__["__found__"] = {}

    def __getitem__(self, name: str) -> Any:
        found = self.__found__.get(name)
        if found is None:
            info = self.__info__
            position = info.find_export(name)
            if position < 0:
                raise KeyError(name)
            kind = KINDS[info.export_kinds[position]]
            found = self.__resolve__(kind, info.export_indices[position])
            self.__found__[name] = found
        return found

    def __getattr__(self, name: str) -> Any:
        try:
            value = self[name]
        except KeyError:
            text = f"the instance has no export {name!r}"
            private = name[name.find("__", 1) :]
            if name.startswith("_") and private in self:
                # What Python makes of an attribute like this within a class.
                text += f": within a class, write exports[{private!r}]"
            raise AttributeError(text) from None
        # From now on found without this function. (It is called only for names that
        # the class does not have.)
        self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value: NoReturn) -> NoReturn:
        raise AttributeError("exports cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("exports cannot be changed")

    def __iter__(self) -> Iterator[str]:
        return iter(self.__info__.export_names)

    def __len__(self) -> int:
        return len(self.__info__.export_kinds)

    def __contains__(self, name: object) -> bool:
        info: ModuleInfo = self.__info__
        return info.find_export(name) >= 0

    def __dir__(self) -> List[str]:
        return [*super().__dir__(), *self]

    def __repr__(self) -> str:
        names = [repr(name) for name in self.__info__.export_names[:_SHOWN]]
        if len(self) > _SHOWN:
            names.append(f"and {len(self) - _SHOWN} more")
        return f"<exports {', '.join(names) or 'nothing'}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle the exports of an instance")


class Instance:
    """A module with its imports, in memory and initialised.

    With ``unsigned``, the host gets integers as unsigned numbers: results of exports, arguments of
    functions that it has given, and values of the globals that the module defines. (Addresses are
    what they are for.)

    With ``release_gil``, code in C runs while other threads run Python, or other instances: each
    thread has an instance of its own then. A call from a second thread, while one runs, raises RuntimeError, and
    so does a change to a table that is in use. Code in Python needs the GIL: for it, this means nothing.

    Raises LinkError for imports that do not fit, TypeError where ``imports`` is not a
    mapping of mappings, MemoryError if there is no room, MemoryLimitReached or
    TableLimitReached if ``limits`` leave none, ValueError for a limit on fuel where the
    module is not metered, and what the module's initialisation
    raises: Trap, or what a host function raises.
    """

    __slots__ = (
        "__weakref__",
        "_allocator",
        "_exports",
        "_functions",
        "_info",
        "_limits",
        "_name",
        "_python_module",
        "_spaces",
    )

    def __init__(
        self,
        module: Module,
        imports: Optional[Imports] = None,
        *,
        limits: Optional[Limits] = None,
        unsigned: bool = False,
        release_gil: bool = False,
    ) -> None:
        check_module(module)
        given = self._limits = check_limits(limits)
        info = self._info = module.info
        fuel = fuel_names(given, bool(info.metered))
        self._name = module._wasm_name
        self._allocator: Optional[Tuple[str, Optional[str]]] = None
        externals = resolve(info, imports, module.provided)
        for_instance(info, externals["function"], self)
        # Generated code runs in a real module's namespace: PyPy makes it fast.
        self._python_module = ModuleType(info.name)
        namespace = self._python_module.__dict__
        # Imported memories know the module weakly; it lives as long as its functions.
        namespace[MARK] = self._python_module
        namespace.update(fuel)
        namespace["memory_grow"] = partial(memory_grow, caller=self._python_module)
        self._functions = _function_space(module)(
            module,
            namespace,
            externals["function"],
            lambda name: spaces.bound(name),
            unsigned,
            given,
        )
        accounts = memory_account(given), table_account(given)
        spaces = self._spaces = Spaces(
            info,
            externals,
            self._functions.reference,
            module.data,
            accounts,
            self._python_module,
            unsigned,
        )
        namespace["ref_func"] = self._functions.reference
        for index, item in enumerate(spaces.memories):
            namespace[f"m{index}"] = item
        self._exports = Exports(module, self._export)
        self._functions.attach(spaces, release_gil)
        if fuel:
            self._functions.fuel = sum(fuel["fuel"])
        spaces.copy_elements()
        spaces.copy_data()
        for index in info.start:
            self._functions.reference(index)._wasm_export()()

    @property
    def exports(self) -> Exports:
        """The exports by name, in declaration order."""
        return self._exports

    @property
    def memory(self) -> Memory:
        """The memory: the export of that name, or the only one that is exported or imported.

        Raises AttributeError if there is none, or several.
        """
        only: Memory = self._only("memory")
        return only

    @property
    def table(self) -> Table:
        """The table: the export of that name, or the only one that is exported or imported.

        Raises AttributeError if there is none, or several.
        """
        only: Table = self._only("table")
        return only

    def _only(self, kind: str) -> Any:
        info, number = self._info, KINDS.index(kind)
        exports = list(zip(info.export_kinds, info.export_indices))
        position = info.find_export(kind)
        if position >= 0 and exports[position][0] == number:
            return self._spaces.external(kind, exports[position][1])
        known = {index for given, index in exports if given == number}
        known.update(range(list(info.import_kinds).count(number)))
        if len(known) != 1:
            found = f"{len(known)} of them" if known else "none"
            text = f"the instance has no {kind} of its own: it exports and imports"
            raise AttributeError(f"{text} {found}")
        return self._spaces.external(kind, known.pop())

    @property
    def fuel(self) -> Optional[int]:
        """How many instructions may still be executed, None if the module is not metered.

        It is what `Limits` say, less what has been executed; set it for more, at any time.
        Raises ValueError, when it is set, where the module is not metered or the number cannot
        be, TypeError for what is no ``int``.
        """
        return self._functions.fuel if self._info.metered else None

    @fuel.setter
    def fuel(self, amount: int) -> None:
        check_fuel(amount)
        if not self._info.metered:
            raise ValueError("the module is not metered: it has no fuel")
        self._functions.fuel = amount

    @property
    def allocator(self) -> Optional[Tuple[str, Optional[str]]]:
        """The exports by which `alloc` allocates and frees, if they have been named.

        Set it where the module follows none of the conventions: ``instance.allocator =
        ("allocate_bytes", "free_bytes")``. The second is None if nothing is to be freed.
        """
        return self._allocator

    @allocator.setter
    def allocator(self, names: Optional[Tuple[str, Optional[str]]]) -> None:
        self._allocator = names

    def alloc(self, data: object) -> ContextManager[int]:
        """Room in the module's memory: ``with instance.alloc(data) as address``.

        ``data`` is a number of bytes, or bytes-like and copied there. The module's own
        allocator is used, and frees the room at the end of the block, also after an exception:
        ``malloc`` and ``free``, ``__wbindgen_malloc`` and ``__wbindgen_free``, ``allocate``
        and ``deallocate``, ``alloc`` and ``dealloc``, ``cabi_realloc`` (which has nothing to
        free with), or those named by ``allocator``. Raises LookupError if there is none, and,
        at the beginning of the block, MemoryError if it gives null.

        What a function takes over and frees itself, as those of wasm-bindgen do with what they
        are given, is not for this: it would be freed twice.
        """
        from .allocation import allocated, find_allocator

        allocator = find_allocator(self._exports, self._allocator)
        return allocated(allocator, self.memory, data)

    def cstring(self, text: str) -> ContextManager[int]:
        """Room for a text in UTF-8 that a NUL ends, as `alloc` makes it.

        Raises ValueError for a text with a NUL in it.
        """
        from .allocation import terminated

        return self.alloc(terminated(text))

    @property
    def lock(self) -> "RLock":
        """A lock for programs with several threads: ``with instance.lock``.

        An instance is not for two threads at once. Nothing takes the lock by itself. It is
        always the same one.
        """
        from threading import RLock

        lock: RLock = self._python_module.__dict__.setdefault("__lock__", RLock())
        return lock

    def _export(self, kind: str, index: int) -> Any:
        if kind == "function":
            return self._functions.reference(index)._wasm_export()
        return self._spaces.external(kind, index)

    def __repr__(self) -> str:
        shown = f" of {self._name!r}" if self._name else ""
        return f"<Instance{shown}: {self._exports!r}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle an Instance")


def instantiate(
    module: Module,
    imports: Optional[Imports] = None,
    *,
    limits: Optional[Limits] = None,
    unsigned: bool = False,
    release_gil: bool = False,
) -> Instance:
    """A new instance of a module: the same as ``Instance(module, imports, ...)``."""
    return Instance(
        module, imports, limits=limits, unsigned=unsigned, release_gil=release_gil
    )
