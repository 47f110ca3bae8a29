"""The exceptions of the runtime.

Every exception that WebAssembly itself raises is a :class:`WasmError`. Exceptions
that a host function raises pass through WebAssembly frames unchanged and are
none of these.
"""

from __future__ import annotations

from typing import Sequence


class WasmError(Exception):
    """Base class of every error that WebAssembly defines."""


class LinkError(WasmError):
    """An import is missing, or is not of the type that the module asks for.

    The message names the module, the field, what was expected and what was given.
    """


class Trap(WasmError, RuntimeError):
    """WebAssembly code was aborted, for instance by an access out of bounds.

    The message begins with the words that the specification's tests use.
    """


class StackExhausted(Trap, RecursionError):
    """Calls were nested deeper than the stack allows."""


class WasmException(WasmError):
    """An exception that WebAssembly code throws and catches.

    ``tag`` is its :class:`Tag`, ``payload`` the tuple of its values as a host sees
    them.
    """

    def __init__(self, tag: object, payload: Sequence[object] = ()) -> None:
        super().__init__(tag, tuple(payload))
        self.tag = tag
        self.payload = tuple(payload)
