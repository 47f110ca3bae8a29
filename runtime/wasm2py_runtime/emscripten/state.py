"""What an Emscripten program knows while it runs."""

from __future__ import annotations

from _collections_abc import Mapping

from ..errors import LinkError, StackExhausted, Trap
from ..external import FunctionType
from ..table import called
from ..values import function_handle
from ..wasi.guest import Guest
from ..wasi.layout import PREVIEW1
from ..wasi.process import System
from .signatures import TABLE
from .stat import STAT, StatLayout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple

ROOT = b"/"
_MOST = 0xFFFFFFFF

_INTEGERS = {"i32", "i64"}
# What is called of a module: how many parameters it may have, and whether a result is needed.
SHAPES: Dict[str, Tuple[Tuple[int, ...], bool]] = {
    **dict.fromkeys(
        (
            *("emscripten_stack_init", "__wasm_apply_data_relocs"),
            *("__wasm_call_ctors", "_initialize"),
        ),
        ((0,), False),
    ),
    **dict.fromkeys(
        (
            *("stackSave", "emscripten_stack_get_current"),
            *("emscripten_stack_get_base", "emscripten_stack_get_end"),
        ),
        ((0,), True),
    ),
    "__set_stack_limits": ((2,), False),
    **dict.fromkeys(
        (
            *("stackRestore", "_emscripten_stack_restore", "fflush"),
            *("free", "emscripten_builtin_free"),
            *("setTempRet0", "_emscripten_tempret_set"),
            "__cxa_increment_exception_refcount",
            "__cxa_decrement_exception_refcount",
        ),
        ((1,), False),
    ),
    **dict.fromkeys(
        (
            *("malloc", "emscripten_builtin_malloc"),
            *("stackAlloc", "_emscripten_stack_alloc"),
            *("__cxa_get_exception_ptr", "__cxa_is_pointer_type"),
        ),
        ((1,), True),
    ),
    **dict.fromkeys(("memalign", "emscripten_builtin_memalign"), ((2,), True)),
    **dict.fromkeys(
        ("__main_argc_argv", "main", "__main_void", "__original_main"), ((0, 2), False)
    ),
    "setThrew": ((1, 2), False),
    "__cxa_can_catch": ((3,), True),
}


class State:
    """A program: its instance, what it sees of the world, and what it is at.

    ``memory`` is what is imported; else the instance's own is looked up.
    """

    def __init__(
        self, system: System, stat: StatLayout = STAT, memory: Any = None
    ) -> None:
        self.system = system
        self.stat = stat
        self.cwd = ROOT
        self.umask = 0o022
        self.guest = Guest(self._find_memory, PREVIEW1)
        self.instance: Any = None
        self.high_result = 0
        self.keepalive = 0
        # What is on its way to a handler.
        self.leaving: Optional[BaseException] = None
        # Of exceptions: the one that was thrown last, and those that are being handled.
        self.thrown: Any = None
        self.caught: List[int] = []
        self.uncaught = 0
        self._memory = memory
        self._exports: Dict[Tuple[str, ...], Optional[Callable[..., Any]]] = {}

    def _find_memory(self) -> Any:
        if self._memory is not None or self.instance is None:
            return self._memory
        try:
            return self.instance.memory
        except AttributeError:
            return None

    def find(self, *names: str) -> Optional[Callable[..., Any]]:
        """The first of these functions that the module exports, None if it has none.

        Raises LinkError where it is something else than Emscripten makes.
        """
        if names not in self._exports:
            exports = {} if self.instance is None else self.instance.exports
            self._exports[names] = exported(exports, *names)
        return self._exports[names]

    def export(self, *names: str) -> Callable[..., Any]:
        """The same; LinkError if there is none."""
        function = self.find(*names)
        if function is None:
            text = f"Emscripten needs an instance that exports {names[0]!r}"
            raise LinkError(f"{text}; if its names are short, use --names-from")
        return function

    def function(self, index: int, type_: FunctionType) -> Callable[..., Any]:
        """The function behind a pointer. Raises `Trap` if there is none of that type."""
        found: Callable[..., Any] = called(self.table, index, type_)._wasm_export()
        return found

    @property
    def table(self) -> Any:
        """The table of functions that have pointers."""
        table = self.instance.exports.get(TABLE)
        if getattr(table, "_wasm_kind", None) == "table":
            return table
        try:
            return self.instance.table
        except AttributeError as error:
            raise LinkError(f"Emscripten needs a table: {error}") from None

    def allocate(self, size: int) -> int:
        """The address of new bytes of the module's own allocator, 0 if it has no room."""
        malloc = self.export("malloc", "emscripten_builtin_malloc")
        return int(malloc(size)) & _MOST if size <= _MOST else 0

    def free(self, address: int) -> None:
        self.export("free", "emscripten_builtin_free")(address)

    def text(self, address: int, most: int = 1 << 16) -> bytes:
        """The text at an address, up to the zero that ends it, or ``most`` bytes of it.

        Raises `Refused` with FAULT for an address out of bounds.
        """
        if not address:
            return b""
        available = len(self.guest.memory.buffer) - address
        start, piece = address, 256
        found = b""
        while True:
            data = self.guest.read(start, max(0, min(piece, available - len(found))))
            end = data.find(b"\0")
            if end >= 0:
                return found + data[:end]
            found += data
            if not data or len(found) >= most:
                return found[:most]
            start += len(data)
            piece *= 2


def exported(exports: Mapping[str, Any], *names: str) -> Optional[Callable[..., Any]]:
    """The first of these functions among exports; as `State.find`."""
    name = next(filter(exports.__contains__, names), None)
    if name is None:
        return None
    handle = function_handle(exports[name])
    if handle is None:
        raise LinkError(f"the instance's {name!r} is no function")
    type_: FunctionType = handle._wasm_type
    counts, has_result = SHAPES[name]
    if (
        not {*type_.params, *type_.results} <= _INTEGERS
        or len(type_.params) not in counts
        or not has_result <= len(type_.results) <= 1
    ):
        raise LinkError(f"the instance's {name!r} is none of Emscripten's: {type_}")
    function: Callable[..., Any] = exports[name]
    return function


def aborted(why: str) -> Trap:
    """The trap of a program that gives up."""
    return Trap(f"aborted: {why}" if why else "aborted")


def parameters(function: Callable[..., Any]) -> int:
    """How many parameters an exported function has."""
    return len(function_handle(function)._wasm_type.params)


def exhausted(error: RecursionError) -> RecursionError:
    """The trap that there is no room for more calls, which may be one already."""
    if type(error) is RecursionError:
        return StackExhausted("call stack exhausted")
    return error
