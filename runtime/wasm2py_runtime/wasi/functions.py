"""WASI's functions as callables to import: preview 1, and the version before it."""

from __future__ import annotations

from ..errors import LinkError
from ..external import FunctionType
from ..lean import NamedTuple
from . import process, signatures
from .errno import SUCCESS, number_of
from .guest import Guest
from .layout import PREVIEW1, UNSTABLE, Layout
from .process import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Tuple

MODULES: Dict[str, Layout] = {
    signatures.PREVIEW1: PREVIEW1,
    signatures.UNSTABLE: UNSTABLE,
}
_TYPES = {"i": "i32", "I": "i64"}
_MASKS = {"i": 0xFFFFFFFF, "I": 0xFFFFFFFFFFFFFFFF}


class Signature(NamedTuple):
    """A function's type, and how its arguments become unsigned."""

    type: FunctionType
    masks: Tuple[int, ...]


def _signature(name: str, letters: str) -> Signature:
    results = () if name in signatures.WITHOUT_RESULT else ("i32",)
    type_ = FunctionType(tuple(_TYPES[letter] for letter in letters), results)
    return Signature(type_, tuple(_MASKS[letter] for letter in letters))


SIGNATURES: Dict[str, Signature] = {
    name: _signature(name, letters) for name, letters in signatures.PARAMETERS.items()
}


def implementation(name: str) -> Callable[..., None]:
    """What a function does. Few programs call functions of every kind."""
    kind = name.partition("_")[0]
    if kind == "fd":
        from . import fd_functions

        return vars(fd_functions)[name]  # type: ignore[no-any-return]
    if kind == "path":
        from . import path_functions

        return vars(path_functions)[name]  # type: ignore[no-any-return]
    if kind == "poll":
        from . import polling

        return vars(polling)[name]  # type: ignore[no-any-return]
    if kind == "sock":
        from . import socket_functions

        return vars(socket_functions)[name]  # type: ignore[no-any-return]
    return vars(process)[name]  # type: ignore[no-any-return]


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
        name, system = self._name, self._system
        masks = SIGNATURES[name].masks
        function: Any = None

        def call(*args: int) -> int:
            nonlocal function
            if function is None:
                function = implementation(name)
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
    return {
        name: WasiFunction(name, system, guest) for name in signatures.names_in(module)
    }
