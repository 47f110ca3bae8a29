"""The exceptions of the runtime.

Every exception that WebAssembly itself raises is a :class:`WasmError`. Exceptions
that a host function raises pass through WebAssembly frames unchanged and are
none of these.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Optional

    from .places import Place


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
