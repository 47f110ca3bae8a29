"""The exceptions of the runtime, and which of Python's are traps.

Every exception that WebAssembly itself raises is a :class:`WasmError`. Exceptions
that a host function raises pass through WebAssembly frames unchanged and are
none of these.

Generated code does not test what Python tests anyway: an index beyond a view, a
division by zero and calls nested too deep raise Python's exceptions, which become
traps where WebAssembly code returns to the host. So do the traps of another copy of
the runtime, to which a table or function may belong: a host catches those of the
package that it calls. The same exceptions of a host function are its own: they pass
as they are.
"""

from __future__ import annotations

from .lean import FunctionType

TYPE_CHECKING = False

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Optional

    from .places import Place

MARK = "__wasm__"
"""The name that the globals of WebAssembly functions' frames have, and no others."""


class WasmError(Exception):
    """Base class of every error that WebAssembly defines."""


class LinkError(WasmError):
    """An import is missing, or is not of the type that the module asks for.

    The message names the module, the field, what was expected and what was given.
    """


class Trap(WasmError, RuntimeError):
    """WebAssembly code was aborted, for instance by an access out of bounds.

    The message begins with the words that the specification's tests use. The place is
    that of the innermost WebAssembly frame of the traceback; it is None where there is
    no traceback (yet), or none that shows generated source text.
    """

    _wasm_kind = "trap"

    @property
    def function(self) -> Optional[int]:
        """Index of the function that trapped, imported functions counted."""
        place = self._place()
        return None if place is None else place.function

    @property
    def function_name(self) -> Optional[str]:
        """Name of that function, as tracebacks show it."""
        place = self._place()
        return None if place is None else place.name

    @property
    def offset(self) -> Optional[int]:
        """Byte offset, in the module, of the body of that function."""
        place = self._place()
        return None if place is None else place.offset

    def _place(self) -> "Optional[Place]":
        # Imported here because it needs parts of the standard library that nothing
        # else does.
        from .places import innermost_place

        return innermost_place(self.__traceback__)


class StackExhausted(Trap, RecursionError):
    """Calls were nested deeper than the stack allows."""


class CallDepthReached(StackExhausted):
    """Calls were nested deeper than an instance's `Limits` allow."""


class FuelExhausted(Trap):
    """An instance has executed as many instructions as its fuel was for; there is none left."""


class DeadlineReached(Trap):
    """A call has taken longer than an instance's `Limits` allow."""


class MemoryLimitReached(Trap):
    """An instance's memories would have more bytes than its `Limits` allow."""


class TableLimitReached(Trap):
    """An instance's tables would have more elements than its `Limits` allow."""


# Global name that marks the code between WebAssembly and a host function.
HOST_CALL = "_wasm_host_call"

# Frames that the traceback of an exhausted stack has at most.
_SHOWN = 100

# Traps of other copies, which are known by their names.
_TRAPS = {
    kind.__name__: kind
    for kind in (
        CallDepthReached,
        DeadlineReached,
        FuelExhausted,
        MemoryLimitReached,
        TableLimitReached,
    )
}

# RuntimeError is for RecursionError and the traps of other copies.
HIDDEN_TRAPS = (IndexError, ZeroDivisionError, RuntimeError)


def unreachable() -> Trap:
    return Trap("unreachable")


def fuel_exhausted() -> FuelExhausted:
    return FuelExhausted("all fuel consumed")


def is_plain(error: Exception) -> bool:
    """Whether an exception that leaves WebAssembly code goes on as it is.

    To be called where it leaves that code. ``error`` is one of HIDDEN_TRAPS.
    """
    if isinstance(error, Trap) or _of_host(error):
        return True
    means_trap = (IndexError, ZeroDivisionError, RecursionError)
    return not isinstance(error, means_trap) and not _is_foreign_trap(error)


def as_trap(error: Exception) -> Trap:
    """The trap that an exception means which is not plain."""
    if isinstance(error, IndexError):
        trap = Trap("out of bounds memory access")
    elif isinstance(error, ZeroDivisionError):
        trap = Trap("integer divide by zero")
    elif isinstance(error, RecursionError):
        trap = StackExhausted("call stack exhausted")
        _shorten(error.__traceback__)
    else:
        trap = _TRAPS.get(type(error).__name__, Trap)(*error.args)
    traceback = error.__traceback__
    # Less the frame that will raise the trap, which adds itself.
    return trap.with_traceback(traceback and traceback.tb_next)


def own_trap(error: BaseException) -> BaseException:
    """What another copy's trap is here; any other exception as it is."""
    if isinstance(error, RuntimeError) and not isinstance(error, Trap):
        if _is_foreign_trap(error):
            return as_trap(error)
    return error


def _is_foreign_trap(error: Exception) -> bool:
    """Whether it is the trap of another copy of the runtime."""
    return getattr(error, "_wasm_kind", None) == Trap._wasm_kind


def _shorten(traceback: Optional[TracebackType]) -> None:
    """Drop all but the outer frames of a traceback of thousands.

    From the inside out, one by one: each frame holds the one that called it, and to
    free such a chain at once takes a lot of stack.
    """
    entries = []
    while traceback is not None:
        entries.append(traceback)
        traceback = traceback.tb_next
    while len(entries) > _SHOWN:
        entries.pop()
        entries[-1].tb_next = None


def _of_host(error: Exception) -> bool:
    traceback = error.__traceback__
    while traceback is not None:
        frame, inner = traceback.tb_frame, traceback.tb_next
        if HOST_CALL in frame.f_globals:
            # With no frame further in, a function written in C raised it, or
            # there was no room for the frame of one written in Python.
            no_room = inner is None and isinstance(error, RecursionError)
            return not (no_room and type(frame.f_locals.get("host")) is FunctionType)
        traceback = inner
    return False
