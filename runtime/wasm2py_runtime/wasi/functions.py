"""All functions of WASI preview 1, with their types, and of the version before it."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Tuple

from ..errors import LinkError
from ..external import FunctionType
from . import fd_functions, path_functions, polling, process, socket_functions
from .errno import SUCCESS, number_of
from .guest import Guest
from .layout import PREVIEW1, UNSTABLE, Layout
from .process import System

PREVIEW1_MODULE = "wasi_snapshot_preview1"
UNSTABLE_MODULE = "wasi_unstable"
MODULES: Dict[str, Layout] = {PREVIEW1_MODULE: PREVIEW1, UNSTABLE_MODULE: UNSTABLE}

# Parameters: i is an i32, I an i64. The result is an i32, the error number; proc_exit has none.
_PARAMETERS = {
    "args_get": "ii",
    "args_sizes_get": "ii",
    "environ_get": "ii",
    "environ_sizes_get": "ii",
    "clock_res_get": "ii",
    "clock_time_get": "iIi",
    "fd_advise": "iIIi",
    "fd_allocate": "iII",
    "fd_close": "i",
    "fd_datasync": "i",
    "fd_fdstat_get": "ii",
    "fd_fdstat_set_flags": "ii",
    "fd_fdstat_set_rights": "iII",
    "fd_filestat_get": "ii",
    "fd_filestat_set_size": "iI",
    "fd_filestat_set_times": "iIIi",
    "fd_pread": "iiiIi",
    "fd_prestat_get": "ii",
    "fd_prestat_dir_name": "iii",
    "fd_pwrite": "iiiIi",
    "fd_read": "iiii",
    "fd_readdir": "iiiIi",
    "fd_renumber": "ii",
    "fd_seek": "iIii",
    "fd_sync": "i",
    "fd_tell": "ii",
    "fd_write": "iiii",
    "path_create_directory": "iii",
    "path_filestat_get": "iiiii",
    "path_filestat_set_times": "iiiiIIi",
    "path_link": "iiiiiii",
    "path_open": "iiiiiIIii",
    "path_readlink": "iiiiii",
    "path_remove_directory": "iii",
    "path_rename": "iiiiii",
    "path_symlink": "iiiii",
    "path_unlink_file": "iii",
    "poll_oneoff": "iiii",
    "proc_exit": "i",
    "proc_raise": "i",
    "random_get": "ii",
    "sched_yield": "",
    "sock_accept": "iii",
    "sock_recv": "iiiiii",
    "sock_send": "iiiii",
    "sock_shutdown": "ii",
}
_WITHOUT_RESULT = frozenset(("proc_exit",))
_NEW_IN_PREVIEW1 = frozenset(("sock_accept",))
_TYPES = {"i": "i32", "I": "i64"}
_MASKS = {"i": 0xFFFFFFFF, "I": 0xFFFFFFFFFFFFFFFF}


class Signature(NamedTuple):
    """A function's type, and how its arguments become unsigned."""

    type: FunctionType
    masks: Tuple[int, ...]


def _signature(name: str, letters: str) -> Signature:
    results = () if name in _WITHOUT_RESULT else ("i32",)
    type_ = FunctionType(tuple(_TYPES[letter] for letter in letters), results)
    return Signature(type_, tuple(_MASKS[letter] for letter in letters))


SIGNATURES: Dict[str, Signature] = {
    name: _signature(name, letters) for name, letters in _PARAMETERS.items()
}


def names_in(module: str) -> List[str]:
    """The functions of a module, by its name; none where it is not one of WASI's."""
    if module not in MODULES:
        return []
    old = module == UNSTABLE_MODULE
    return [name for name in SIGNATURES if not (old and name in _NEW_IN_PREVIEW1)]


def _implementation(name: str) -> Callable[..., None]:
    for module in (
        fd_functions,
        path_functions,
        process,
        polling,
        socket_functions,
    ):
        if hasattr(module, name):
            function: Callable[..., None] = getattr(module, name)
            return function
    raise AssertionError(name)


class WasiFunction:
    """A function to import, of one program.

    An instance that imports it gets one of its own, for the memory that it exports. Called
    directly, it is for ``guest``'s.
    """

    __slots__ = ("_call", "_layout", "_name", "_system")

    def __init__(self, name: str, system: System, guest: Guest) -> None:
        self._name = name
        self._system = system
        self._layout = guest.layout
        self._call = self._bound(guest)

    def __call__(self, *args: int) -> Any:
        return self._call(*args)

    def _bound(self, guest: Guest) -> Callable[..., Any]:
        function, system = _implementation(self._name), self._system
        masks = SIGNATURES[self._name].masks

        def call(*args: int) -> int:
            try:
                unsigned = [arg & mask for arg, mask in zip(args, masks)]
                function(system, guest, *unsigned)
            except Exception as error:
                number = number_of(error)
                if number is None:
                    raise
                return number
            return SUCCESS

        return call

    def _wasm_for_instance(
        self, instance: Any, wanted: FunctionType
    ) -> Callable[..., Any]:
        """The function for an instance. Raises LinkError."""
        type_ = SIGNATURES[self._name].type
        if wanted != type_:
            text = f"incompatible import type: WASI's {self._name!r}"
            raise LinkError(f"{text}: expected function {wanted}, given {type_}")
        return self._bound(Guest(lambda: instance.exports.get("memory"), self._layout))

    def __repr__(self) -> str:
        return f"<WASI function {self._name} {SIGNATURES[self._name].type}>"


def functions(
    module: str, system: System, find_memory: Callable[[], Any]
) -> Dict[str, WasiFunction]:
    """The functions of a module, for one program."""
    guest = Guest(find_memory, MODULES[module])
    return {name: WasiFunction(name, system, guest) for name in names_in(module)}
