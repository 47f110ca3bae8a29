"""`Emscripten`: the imports of a module that Emscripten has made, and running it."""

from __future__ import annotations

from _collections_abc import Iterable, Mapping
from collections import ChainMap

from ..instance import Instance
from ..limits import Account
from ..linking import Imports, check_imports
from ..memory import PAGE_SIZE, Memory
from ..module import Module, check_module
from ..table import Table
from ..wasi.program import WASI, ProcExit
from .functions import functions
from .process import start_main
from .side_modules import Linker
from .signatures import ENV, MEMORY, OLD_TABLE, TABLE, imports_of
from .stat import stat_layout
from .state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, Optional

    from ..wasi.program import Preopen, Stream

# What prepares a module, in this order. Each may be missing.
_FIRST = ("emscripten_stack_init", "__wasm_apply_data_relocs")
_CONSTRUCTORS = ("__wasm_call_ctors", "_initialize")


class Emscripten(Mapping[str, "Mapping[str, Any]"]):
    """The imports of a module that Emscripten has made, as far as they are generic.

    It is a mapping of module names to what is imported, to be given to ``instantiate``, for
    one instance of the ``module``. The other arguments are those of `WASI`: the program sees
    the same files and streams, and nothing else. ``imports`` are what the module needs
    besides, in the form that ``instantiate`` takes; they come first.

    Raises what `WASI` does, TypeError for what is no module, and LinkError, MemoryError
    and ValueError for a section ``dylink.0`` that is damaged or asks for too much.
    """

    _wasm_kind = "emscripten"

    def __init__(
        self,
        module: Module,
        args: "Iterable[str | bytes]" = (),
        env: "Optional[Mapping[str, str]]" = None,
        stdin: Stream = None,
        stdout: Stream = None,
        stderr: Stream = None,
        preopens: Optional[Mapping[str, Preopen]] = None,
        *,
        imports: Optional[Imports] = None,
        clock: Optional[Callable[[], int]] = None,
        random: Optional[Callable[[int], bytes]] = None,
    ) -> None:
        check_module(module)
        check_imports(imports)
        self._wasi = WASI(
            args, env, stdin, stdout, stderr, preopens, clock=clock, random=random
        )
        wanted = imports_of(module.info)
        objects = _objects(module)
        self._state = State(
            self._wasi._system, stat_layout(wanted), objects.get(MEMORY)
        )
        self._imports: Dict[str, Mapping[str, Any]] = {}
        self._imports.update(functions(wanted, self._state))
        self._linker = Linker(self._state)
        for owner, found in (
            (ENV, objects),
            *self._linker.main_objects(module, objects.get(TABLE)).items(),
        ):
            if found:
                self._imports[owner] = {**self._imports.get(owner, {}), **found}
        for name in imports or ():
            self._imports[name] = _joined(imports[name], self._imports.get(name, {}))  # type: ignore[index]
        self._is_initialized = False

    @property
    def imports(self) -> Dict[str, Dict[str, Any]]:
        """The imports, by module and name, to merge with others."""
        return {module: dict(self[module]) for module in self}

    def initialize(self, instance: Any) -> None:
        """Prepare an instance: call its constructors, once.

        Raises ValueError where it is another than these are the imports of, or a program
        that begins with ``_start``, LinkError for constructors that take arguments, and what
        they raise.
        """
        self._check(instance)
        if "_start" in instance.exports:
            raise ValueError("the instance exports '_start': start it, it is a command")
        if self._is_initialized:
            return
        self._is_initialized = True
        self._linker.add_main()
        for name in _FIRST:
            function = self._state.find(name)
            if function is not None:
                function()
        self._limit_stack()
        constructors = self._state.find(*_CONSTRUCTORS)
        if constructors is not None:
            constructors()

    def _limit_stack(self) -> None:
        """Tell a module that checks its stack pointer where its stack is."""
        limit = self._state.find("__set_stack_limits")
        if limit is not None:
            base = self._state.export("emscripten_stack_get_base")
            limit(base(), self._state.export("emscripten_stack_get_end")())

    def start(self, instance: Any) -> int:
        """Run a program, from its ``main`` or ``_start`` on: its exit status.

        Afterwards what was opened for it is closed. Raises ValueError for an instance that
        exports neither, and what leaves the program: a `Trap`, a `CppException`, or what a
        function of the host raises.
        """
        self._check(instance)
        if "_start" in instance.exports:
            return self._wasi.start(instance)
        try:
            self.initialize(instance)
            return start_main(self._state)
        except ProcExit as end:
            if end._wasm_owner is not self._state.system:
                raise
            return end.code
        finally:
            self.close()

    def load_side(
        self,
        module: Module,
        *,
        imports: Optional[Imports] = None,
        libraries: Optional[Mapping[str, Module]] = None,
    ) -> Instance:
        """Load a side module over the memory and table of the instance; its own instance.

        A side module has a section ``dylink.0``. It finds the functions and data of the
        instance and of those loaded before, and what Emscripten gives; ``imports`` come
        first. ``libraries`` are the modules that it needs, by the names that it has for them;
        each is loaded once.

        Raises LinkError for what is no side module, and for names that nobody has,
        MemoryError and ValueError where memory or table has no room, IndexError where the
        instance's ``malloc`` gives it out of bounds, and what the module's constructors raise.
        """
        check_module(module)
        check_imports(imports)
        if self._state.instance is None:
            raise ValueError("there is no instance to load it into, yet")
        self._linker.add_main()
        return self._linker.load(module, imports, libraries or {})

    def _check(self, instance: Any) -> None:
        if self._state.instance is None:
            self._state.instance = instance
        if self._state.instance is not instance:
            raise ValueError("these are the imports of another instance")

    def close(self) -> None:
        """Close what was opened for the program. What the host gave stays open."""
        self._wasi.close()

    def __getitem__(self, module: str) -> Mapping[str, Any]:
        return self._imports[module]

    def __iter__(self) -> Iterator[str]:
        return iter(self._imports)

    def __len__(self) -> int:
        return len(self._imports)

    def __repr__(self) -> str:
        count = sum(map(len, self._imports.values()))
        return f"<Emscripten: {count} imports>"


def _joined(given: Mapping[str, Any], provided: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the caller gives, before what Emscripten does."""
    if isinstance(given, dict):
        return {**provided, **given}
    if not isinstance(given, Mapping):
        raise TypeError(f"imports must have mappings, not {type(given).__name__}")
    return ChainMap(given, dict(provided))  # type: ignore[arg-type]


def _objects(module: Module) -> Dict[str, Any]:
    """The memory and the table that a module imports, made as it wants them."""
    found: Dict[str, Any] = {}
    info = module.info
    for owner, name, kind, index in info.imports():
        type_: Any = info.external_type(kind, index)
        if (owner, name, kind) == (ENV, MEMORY, "memory"):
            found[name] = Memory(
                type_.minimum,
                type_.maximum,
                shared=type_.shared,
                address=type_.address,
            )
        elif owner == ENV and kind == "table" and name in (TABLE, OLD_TABLE):
            found[name] = Table(
                type_.element, type_.minimum, type_.maximum, address=type_.address
            )
    for item, size in ((MEMORY, PAGE_SIZE), (TABLE, 1)):
        if item in found:
            # The limits of the instance are for what is made for it, too.
            account = Account()
            account.taken = found[item]._wasm_type.minimum * size
            found[item]._wasm_join(account)
    return found
