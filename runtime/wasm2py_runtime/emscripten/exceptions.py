"""C++ exceptions, where they are not WebAssembly's own.

An object that is thrown has a header in front of it: how many refer to it, its type,
its destructor, whether it has been caught or thrown again, and the address that its handler
gets.
"""

from __future__ import annotations

from struct import Struct

from ..errors import WasmError
from ..external import FunctionType
from ..wasi.errno import Refused
from .state import State, aborted
from .unwinding import CppException, leave, set_threw, setTempRet0

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, Optional, Sequence

_HEADER = 24
_U32 = Struct("<I")
_REFERENCES, _TYPE, _DESTRUCTOR, _CAUGHT, _RETHROWN, _ADJUSTED = 0, 4, 8, 12, 13, 16
# Names of types are mangled, and may be long.
_MOST_NAME = 4096
# Each is a number of the host's; calls cannot be nested so deep.
_MOST_CAUGHT = 1 << 16


def _get(state: State, exception: int, field: int) -> int:
    (value,) = _U32.unpack(state.guest.read(_field(exception, field), 4))
    return int(value)


def _set(state: State, exception: int, field: int, value: int) -> None:
    state.guest.put_u32(_field(exception, field), value)


def _field(exception: int, field: int) -> int:
    address = exception - _HEADER + field
    if address < 0:
        raise aborted("an exception has no header")
    return address


def _flag(state: State, exception: int, field: int) -> bool:
    return state.guest.read(_field(exception, field), 1) != b"\0"


def _set_flag(state: State, exception: int, field: int, value: bool) -> None:
    state.guest.write(_field(exception, field), bytes((value,)))


def __cxa_allocate_exception(state: State, size: int) -> int:
    address = state.allocate(size + _HEADER)
    if not address:
        raise aborted("there is no memory for an exception")
    state.guest.write(address, bytes(_HEADER))
    return address + _HEADER


def __cxa_free_exception(state: State, exception: int) -> int:
    state.free(_field(exception, 0))
    return 0


def __cxa_increment_exception_refcount(state: State, exception: int) -> None:
    if not exception:
        return
    function = state.find("__cxa_increment_exception_refcount")
    if function is not None:
        function(exception)
        return
    count = _get(state, exception, _REFERENCES)
    _set(state, exception, _REFERENCES, count + 1 & 0xFFFFFFFF)


def __cxa_decrement_exception_refcount(state: State, exception: int) -> None:
    """Let go of an object. The last one who does destroys it."""
    if not exception:
        return
    function = state.find("__cxa_decrement_exception_refcount")
    if function is not None:
        function(exception)
        return
    count = _get(state, exception, _REFERENCES)
    _set(state, exception, _REFERENCES, max(count - 1, 0))
    if count > 1 or _flag(state, exception, _RETHROWN):
        return
    destructor = _get(state, exception, _DESTRUCTOR)
    if destructor:
        # It gives back the object that it has destroyed.
        state.function(destructor, FunctionType(("i32",), ("i32",)))(exception)
    __cxa_free_exception(state, exception)


def __cxa_throw(state: State, exception: int, type: int, destructor: int) -> NoReturn:
    _set(state, exception, _REFERENCES, 0)
    _set(state, exception, _TYPE, type)
    _set(state, exception, _DESTRUCTOR, destructor)
    _set(state, exception, _ADJUSTED, 0)
    _set_flag(state, exception, _CAUGHT, False)
    _set_flag(state, exception, _RETHROWN, False)
    _throw(state, exception)


def __cxa_rethrow(state: State) -> NoReturn:
    if not state.caught:
        raise aborted("no exception to throw again")
    __cxa_rethrow_primary_exception(state, state.caught[-1])
    raise AssertionError


def __cxa_rethrow_primary_exception(state: State, exception: int) -> None:
    if not exception:
        return
    _set_flag(state, exception, _RETHROWN, True)
    _set_flag(state, exception, _CAUGHT, False)
    _throw(state, exception)


def _throw(state: State, exception: int) -> NoReturn:
    __cxa_increment_exception_refcount(state, exception)
    state.uncaught += 1
    state.thrown = _described(state, exception)
    leave(state, state.thrown)


def _described(state: State, exception: int) -> CppException:
    """The exception as the host sees it: what is known of it now."""
    try:
        return CppException(exception, _type_name(state, exception))
    except (Refused, WasmError):
        return CppException(exception)


def _type_name(state: State, exception: int) -> Optional[str]:
    # A type's description begins with a pointer to functions, and one to its name.
    type_ = _get(state, exception, _TYPE)
    if not type_:
        return None
    (name,) = _U32.unpack(state.guest.read(type_ + 4, 4))
    return state.text(name, _MOST_NAME).decode("utf-8", "replace") or None


def __resumeException(state: State, exception: int) -> NoReturn:
    if state.thrown is None:
        state.thrown = _described(state, exception)
    leave(state, state.thrown.with_traceback(None))


def __cxa_call_unexpected(state: State, exception: int) -> NoReturn:
    raise aborted("an exception was thrown that is not among those that are allowed")


def __cxa_begin_catch(state: State, exception: int) -> int:
    if not _flag(state, exception, _CAUGHT):
        _set_flag(state, exception, _CAUGHT, True)
        state.uncaught -= 1
    _set_flag(state, exception, _RETHROWN, False)
    if len(state.caught) >= _MOST_CAUGHT:
        raise aborted("too many handlers within each other")
    state.caught.append(exception)
    return __cxa_get_exception_ptr(state, exception)


def __cxa_end_catch(state: State) -> None:
    set_threw(state, 0)
    if not state.caught:
        raise aborted("the end of a handler, where none has begun")
    exception = state.caught.pop()
    __cxa_decrement_exception_refcount(state, exception)
    state.thrown = None


def __cxa_get_exception_ptr(state: State, exception: int) -> int:
    """What the handler gets: the object, its base, or the pointer that was thrown."""
    function = state.find("__cxa_get_exception_ptr")
    if function is not None:
        return int(function(exception))
    is_pointer = state.export("__cxa_is_pointer_type")
    if is_pointer(_get(state, exception, _TYPE)):
        (pointer,) = _U32.unpack(state.guest.read(exception, 4))
        return int(pointer)
    return _get(state, exception, _ADJUSTED) or exception


def __cxa_uncaught_exceptions(state: State) -> int:
    return state.uncaught


__cxa_uncaught_exception = __cxa_uncaught_exceptions


def __cxa_current_primary_exception(state: State) -> int:
    if not state.caught:
        return 0
    __cxa_increment_exception_refcount(state, state.caught[-1])
    return state.caught[-1]


def __cxa_current_exception_type(state: State) -> int:
    return _get(state, state.caught[-1], _TYPE) if state.caught else 0


def llvm_eh_typeid_for(state: State, type: int) -> int:
    return type


def find_matching_catch(state: State, types: Sequence[int]) -> int:
    """The object that was thrown; beside it, the first of the types that catches it."""
    exception: int = 0 if state.thrown is None else state.thrown.pointer
    thrown = _get(state, exception, _TYPE) if exception else 0
    if not thrown:
        setTempRet0(state, 0)
        return exception
    _set(state, exception, _ADJUSTED, exception)
    for type_ in types:
        caught = type_ & 0xFFFFFFFF
        if caught in (0, thrown):
            break
        can_catch = state.export("__cxa_can_catch")
        if can_catch(caught, thrown, _field(exception, _ADJUSTED)):
            setTempRet0(state, caught)
            return exception
    setTempRet0(state, thrown)
    return exception
