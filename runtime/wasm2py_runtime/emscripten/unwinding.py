"""Leaving functions: longjmp and C++ exceptions, where the module calls what may.

Such a call goes through a function ``invoke_...``, which is given a pointer. What is thrown
under it ends there: the module is told by a flag, which it looks at after the call.
"""

from __future__ import annotations

from ..errors import WasmError
from ..external import FunctionType
from ..table import called
from .state import State, exhausted, parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn, Optional


class Unwinding(WasmError):
    """What leaves functions of a module until one of its handlers is there."""


class Longjmp(Unwinding):
    """A ``longjmp`` whose ``setjmp`` is not below any longer, or was called elsewhere."""

    def __str__(self) -> str:
        return "longjmp to where no setjmp is waiting"


class CppException(Unwinding):
    """A C++ exception that nothing in the module has caught.

    ``pointer`` is the address of the object that was thrown, ``type`` the mangled name of
    its type, None where that is not known.
    """

    def __init__(self, pointer: int, type: Optional[str] = None) -> None:
        super().__init__(pointer, type)
        self.pointer = pointer
        self.type = type

    def __str__(self) -> str:
        return f"C++ exception: {self.type or 'object'} at {self.pointer:#x}"


def leave(state: State, error: Unwinding) -> NoReturn:
    """Raise what only handlers of this program end: others' may be between."""
    state.leaving = error
    raise error


def invoke(state: State, type_: FunctionType) -> Callable[..., Any]:
    """The function that calls a pointer, with a type that begins with the pointer's."""
    type_ = FunctionType(type_.params[1:], type_.results)
    nothing: Any = None
    if type_.results:
        nothing = 0.0 if type_.results[0].startswith("f") else 0
    save: Any = None
    table: Any = None

    # Programs that use it call most of their functions through it: it is kept short.
    def call(index: int, *args: Any) -> Any:
        nonlocal save, table
        if save is None:
            table = state.table
            save = state.export("stackSave", "emscripten_stack_get_current")
        try:
            stack = save()
            return called(table, index & 0xFFFFFFFF, type_)._wasm_export()(*args)
        except RecursionError as error:
            raise exhausted(error) from None
        except Exception as error:
            if error is not state.leaving:
                raise
            state.leaving = None
        state.export("stackRestore", "_emscripten_stack_restore")(stack)
        set_threw(state, 1)
        return nothing

    return call


def set_threw(state: State, threw: int, value: int = 0) -> None:
    """Set the module's flag, and what it is to find beside it."""
    function = state.export("setThrew")
    function(*(threw, value)[: parameters(function)])


def _emscripten_throw_longjmp(state: State) -> NoReturn:
    leave(state, Longjmp())


def emscripten_longjmp(state: State, buffer: int, value: int) -> NoReturn:
    set_threw(state, buffer, value or 1)
    leave(state, Longjmp())


def setTempRet0(state: State, value: int) -> None:
    """Keep the high half of a result, or what is found beside one."""
    function = state.find("_emscripten_tempret_set", "setTempRet0")
    if function is None:
        state.high_result = value
    else:
        function(value)


def getTempRet0(state: State) -> int:
    return state.high_result
