"""Emscripten's functions as callables to import, each made for the type that is wanted."""

from __future__ import annotations

from functools import partial
from importlib import import_module

from ..errors import LinkError
from ..external import FunctionType
from ..wasi.errno import NOTCAPABLE, SUCCESS, number_of
from ..wasi.functions import SIGNATURES, implementation
from . import signatures
from .signatures import find_signature, is_invoke, is_matching_catch
from .state import State, aborted, exhausted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple

_FILES = {
    "heap": signatures.HEAP,
    "mapping": signatures.MAPPING,
    "clocks": signatures.CLOCKS,
    "dates": signatures.DATES,
    "process": signatures.PROCESS,
    "unwinding": signatures.UNWINDING,
    "exceptions": signatures.EXCEPTIONS,
    "descriptor_calls": signatures.DESCRIPTOR_CALLS,
    "path_calls": signatures.PATH_CALLS,
}
_FILE_OF = {name: file for file, names in _FILES.items() for name in names}
_MASKS = {"i": 0xFFFFFFFF, "I": 0xFFFFFFFFFFFFFFFF}
_LOW = 0xFFFFFFFF
# Emscripten's C library knows no such error: it is one of permission.
_ACCES = 2
_MOST_ERRNO = 4095


class EmscriptenFunction:
    """A function to import, of one program: by one instance, unless it ``is_shared``."""

    __slots__ = ("_call", "_is_shared", "_name", "_state", "_type")

    def __init__(
        self, name: str, type_: FunctionType, state: State, is_shared: bool = False
    ) -> None:
        self._is_shared = is_shared
        self._name = name
        self._type = type_
        self._state = state
        self._call = _bound(name, type_, state)

    def __call__(self, *args: Any) -> Any:
        return self._call(*args)

    def _wasm_for_instance(
        self, instance: Any, wanted: FunctionType
    ) -> Callable[..., Any]:
        """The function for an instance. Raises LinkError."""
        if (wanted.params, wanted.results) != (self._type.params, self._type.results):
            text = f"incompatible import type: Emscripten's {self._name!r}"
            raise LinkError(f"{text}: expected function {wanted}, given {self._type}")
        state = self._state
        if state.instance is None:
            state.instance = instance
        if state.instance is not instance and not self._is_shared:
            text = "these imports are those of another instance: make new ones"
            raise LinkError(f"incompatible import: {self._name!r}: {text}")
        return self._call

    def __repr__(self) -> str:
        return f"<Emscripten function {self._name} {self._type}>"


def _bound(name: str, type_: FunctionType, state: State) -> Callable[..., Any]:
    """What is called with values in the form of the host's."""
    if is_invoke(name):
        from .unwinding import invoke

        return invoke(state, type_)
    if is_matching_catch(name):
        from .exceptions import find_matching_catch

        return _guarded(lambda *types: find_matching_catch(state, types))
    found = find_signature(name, type_.params, type_.results)
    if found is None:
        raise LinkError(f"Emscripten's {name!r} is no function {type_}")
    signature, halved = found
    convert = _converter(signature.letters, halved)
    if name in SIGNATURES:
        return _of_wasi(name, state, convert)
    function: Optional[Callable[..., Any]] = None
    is_syscall = name.startswith("__syscall_") or name in signatures.MAPPING
    no_result = not type_.results

    def call(*args: Any) -> Any:
        nonlocal function
        if function is None:
            module = import_module(f".{_FILE_OF[name]}", __package__)
            function = vars(module)[signature.function]
        try:
            result = function(state, *convert(args))
        except Exception as error:
            number = number_of(error)
            if number is None:
                raise
            if not is_syscall:
                raise aborted(f"{name} has failed, errno {number}") from error
            return -_errno(number)
        return None if no_result else result

    return _guarded(call)


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function in which calls nest: there may be no room for more of them."""

    def call(*args: Any) -> Any:
        try:
            return function(*args)
        except RecursionError as error:
            raise exhausted(error) from None

    return call


def _of_wasi(
    name: str, state: State, convert: Callable[[Tuple[Any, ...]], List[Any]]
) -> Callable[..., Any]:
    function: Optional[Callable[..., Any]] = None

    def call(*args: Any) -> Any:
        nonlocal function
        if function is None:
            function = _wasi_function(name, state)
        try:
            function(*convert(args))
        except Exception as error:
            number = number_of(error)
            if number is None:
                raise
            return _errno(number)
        return SUCCESS

    return call


def _wasi_function(name: str, state: State) -> Callable[..., Any]:
    if name == "fd_seek":
        from .descriptor_calls import fd_seek

        return partial(fd_seek, state)
    return partial(implementation(name), state.system, state.guest)


def _errno(number: int) -> int:
    return _ACCES if number == NOTCAPABLE else number


def _converter(letters: str, halved: bool) -> Callable[[Tuple[Any, ...]], List[Any]]:
    """What makes a function's arguments unsigned, and joins halves."""
    masks = [_MASKS.get(letter) for letter in letters]

    def convert(args: Tuple[Any, ...]) -> List[Any]:
        return [arg if mask is None else arg & mask for arg, mask in zip(args, masks)]

    def join(args: Tuple[Any, ...]) -> List[Any]:
        values = iter(args)
        return [
            (
                (next(values) & _LOW) | (next(values) & _LOW) << 32
                if letter == "I"
                else next(values) if mask is None else next(values) & mask
            )
            for letter, mask in zip(letters, masks)
        ]

    return join if halved else convert


def functions(
    wanted: List[signatures.Wanted], state: State
) -> Dict[str, Dict[str, Any]]:
    """The functions among a module's imports that Emscripten gives, by module and name."""
    found: Dict[str, Dict[str, Any]] = {}
    for item in wanted:
        if item.kind == "function" and item.type is not None and item.is_provided:
            type_ = FunctionType(*item.type)
            function = EmscriptenFunction(item.name, type_, state)
            found.setdefault(item.module, {})[item.name] = function
    return found
