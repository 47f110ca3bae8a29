"""Callables of the host as references to functions."""

from __future__ import annotations

from .external import FunctionType
from .functions import Function as Handle
from .functions import async_host_function, exported, host_wrapper
from .linking import is_async
from .recursion import ANYBODY
from .values import find_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, NoReturn, Tuple

    from .functions import Raw


class Function:
    """A callable as a function of WebAssembly, to be put in tables and globals.

    ``type`` has the parameters' types and the results': ``"i32 i32 -> i32"``, ``"-> f64"``,
    ``"i32 ->"``. The callable gets and gives what one that is imported does, its exceptions
    pass through WebAssembly code unchanged, and calling it from there costs the same. Called by
    the host, the function checks its arguments as an exported one does. Integers are signed, with
    ``unsigned`` they are not.

    Raises TypeError for what is not callable, or async, and ValueError for another type.
    """

    __slots__ = (
        "__name__",
        "__weakref__",
        "_call",
        "_wasm_function",
        "_wasm_host",
        "_wasm_unsigned",
    )

    def __init__(
        self, function: Callable[..., Any], type: str, *, unsigned: bool = False
    ) -> None:
        name = getattr(function, "__name__", None)
        self.__name__ = name if isinstance(name, str) else function.__class__.__name__
        if not callable(function):
            raise TypeError(f"function must be callable, not {self.__name__}")
        if is_async(function):
            raise TypeError(async_host_function(self.__name__))
        # For native code, which calls it as one that is imported.
        self._wasm_host = function
        self._wasm_unsigned = unsigned
        handle = Handle(_function_type(type), _Owner(self), 0)
        handle._wasm_exported = self
        self._wasm_function = handle
        self._call = exported(handle, self.__name__, False, unsigned, ANYBODY)

    def __call__(self, *args: Any) -> Any:
        return self._call(*args)

    def __repr__(self) -> str:
        return repr(self._wasm_function)

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle a WebAssembly function")


class _Owner:
    """What the handle of the function asks (`FunctionOwner`)."""

    __slots__ = ("_function", "exported")

    def __init__(self, function: Function) -> None:
        self._function = function
        self.exported: Dict[int, Raw] = {0: function}

    def load(self, index: int) -> Raw:
        function = self._function
        type_ = function._wasm_function._wasm_type
        host, name = function._wasm_host, function.__name__
        return host_wrapper(type_, host, name, function._wasm_unsigned)

    def name(self, index: int) -> str:
        return self._function.__name__

    def is_shallow(self, index: int) -> bool:
        return False

    def new_export(self, handle: Handle, index: int) -> Raw:
        return self._function


def _function_type(text: object) -> FunctionType:
    """The type that is written as its parameters, an arrow, and its results."""
    if not isinstance(text, str):
        raise TypeError(f"type must be a str, not {type(text).__name__}")
    params, arrow, results = text.partition("->")
    if not arrow:
        raise ValueError(f"type must be like 'i32 i32 -> i32', not {text!r}")
    return FunctionType(_value_types(params), _value_types(results))


def _value_types(text: str) -> Tuple[str, ...]:
    import re

    # Its long form has spaces in parentheses.
    value_type = re.compile(r"\([^()]*\)|[^\s()]+")
    types: List[str] = value_type.findall(text)
    if value_type.sub("", text).strip():
        raise ValueError(f"{text.strip()!r} is no list of value types")
    for type_ in types:
        if find_kind(type_) is None:
            raise ValueError(f"there are no values of type {type_!r}")
    return tuple(types)
