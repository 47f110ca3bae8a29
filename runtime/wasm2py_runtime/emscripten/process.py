"""The program itself: its end, what it prints, random numbers."""

from __future__ import annotations

from struct import Struct

from ..errors import LinkError
from ..external import FunctionType
from ..wasi import rights
from ..wasi.process import random_get
from ..wasi.program import ProcExit
from .state import State, aborted, parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_STDOUT, _STDERR = 1, 2
_U32 = Struct("<I")
_ENOSYS = 52
_MOST_RANDOM = 256


def _abort_js(state: State) -> NoReturn:
    raise aborted("")


abort = _abort_js


def __assert_fail(
    state: State, condition: int, file: int, line: int, function: int
) -> NoReturn:
    texts = [state.text(text).decode("utf-8", "replace") for text in (condition, file)]
    where = state.text(function).decode("utf-8", "replace")
    text = f"assertion failed: {texts[0]}, at {texts[1]}:{line}"
    raise aborted(f"{text}, {where}" if where else text)


def __handle_stack_overflow(state: State, wanted: int) -> NoReturn:
    raise aborted("the module's stack overflows")


def segfault(state: State) -> NoReturn:
    raise aborted("segmentation fault")


def alignfault(state: State) -> NoReturn:
    raise aborted("alignment fault")


def exit(state: State, code: int) -> NoReturn:
    raise ProcExit(code, state.system)


_exit = exit
emscripten_force_exit = exit


def _emscripten_runtime_keepalive_clear(state: State) -> None:
    state.keepalive = 0


def emscripten_runtime_keepalive_push(state: State) -> None:
    state.keepalive += 1


def emscripten_runtime_keepalive_pop(state: State) -> None:
    state.keepalive -= 1


def emscripten_runtime_keepalive_check(state: State) -> int:
    return int(state.keepalive > 0)


def _emscripten_system(state: State, command: int) -> int:
    """There is no shell: 0 says so, and running something fails."""
    return -_ENOSYS if command else 0


def system(state: State, command: int) -> int:
    return -1 if command else 0


def getentropy(state: State, buffer: int, length: int) -> int:
    if length > _MOST_RANDOM:
        return -1
    random_get(state.system, state.guest, buffer, length)
    return 0


def emscripten_math_random(state: State) -> float:
    bits = int.from_bytes(state.system.random(8)[:8], "little") >> 11
    return bits / (1 << 53)


def emscripten_random(state: State) -> float:
    # Not all bits: rounded to an f32, it must stay below 1.
    return (int.from_bytes(state.system.random(4)[:4], "little") >> 8) / (1 << 24)


def _emscripten_get_progname(state: State, result: int, size: int) -> None:
    if size:
        name = state.system.args[0] if state.system.args else b"./this.program"
        state.guest.write(result, name[: size - 1] + b"\0")


def emscripten_has_asyncify(state: State) -> int:
    return 0


emscripten_has_threading_support = emscripten_has_asyncify


def pthread_rwlock_init(state: State, lock: int, attributes: int) -> int:
    return 0


def pthread_rwlock_rdlock(state: State, lock: int) -> int:
    """There is one thread, which has all locks."""
    return 0


pthread_rwlock_wrlock = pthread_rwlock_unlock = pthread_rwlock_rdlock
pthread_rwlock_destroy = pthread_rwlock_rdlock


def emscripten_out(state: State, text: int) -> None:
    _print(state, _STDOUT, state.text(text))


def emscripten_err(state: State, text: int) -> None:
    _print(state, _STDERR, state.text(text))


_emscripten_out = emscripten_console_log = emscripten_out
_emscripten_err = emscripten_console_warn = emscripten_console_error = emscripten_err


def emscripten_outn(state: State, text: int, length: int) -> None:
    _print(state, _STDOUT, state.guest.read(text, length))


def emscripten_errn(state: State, text: int, length: int) -> None:
    _print(state, _STDERR, state.guest.read(text, length))


def _print(state: State, fd: int, text: bytes) -> None:
    state.system.descriptors.get(fd, rights.FD_WRITE).opened.write(text + b"\n")


def atexit(state: State, function: int) -> int:
    """What is to run at the end: nothing does, the instance may be used further."""
    return 0


def __cxa_atexit(state: State, function: int, argument: int, owner: int) -> int:
    return 0


__cxa_thread_atexit = __cxa_atexit


def __call_sighandler(state: State, handler: int, signal: int) -> None:
    state.function(handler, FunctionType(("i32",), ()))(signal)


def start_main(state: State) -> int:
    """Call ``main`` with the program's arguments; its result.

    Raises ValueError if the module has none, and LinkError for one of another type.
    """
    main = state.find("__main_argc_argv", "main", "__main_void", "__original_main")
    if main is None:
        raise ValueError("the instance exports no 'main': it is no program")
    result = main(*_arguments(state)) if parameters(main) else main()
    flush = state.find("fflush")
    if flush is not None:
        flush(0)
    return int(result or 0)


def _arguments(state: State) -> "tuple[int, int]":
    """How many there are, and the address of their addresses, on the module's stack."""
    texts = [text + b"\0" for text in state.system.args or [b"./this.program"]]
    size = 4 * (len(texts) + 1)
    make = state.find("stackAlloc", "_emscripten_stack_alloc") or state.find("malloc")
    if make is None:
        raise LinkError("the instance exports nothing that makes room for arguments")
    array = int(make(size + sum(map(len, texts)))) & 0xFFFFFFFF
    at = array + size
    pointers = []
    for text in texts:
        pointers.append(at)
        at += len(text)
    memory = state.guest.memory
    memory.write(array, b"".join(map(_U32.pack, [*pointers, 0])) + b"".join(texts))
    return len(texts), array
