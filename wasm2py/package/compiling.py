"""A module in memory that is made while its bytes arrive, or is at hand."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

from wasm2py.native.compilers import Compiler
from wasm2py.options import Settings
from wasm2py.package.known_module import Known, is_of_bytes_alone, known_module
from wasm2py.translation.cache import Lookup
from wasm2py_runtime.module import Module

if TYPE_CHECKING:
    from wasm2py.package.translating import Translating
    from wasm2py.translation.translator import Translation


class Compiling:
    """Makes a module of the bytes that it is given; a context manager.

    `compiler` is where functions are to be built as well, `lookup` where they may be known. With
    `changed`, the caller changes the translation. The methods raise what `wasm2py.compile` does.
    """

    def __init__(
        self,
        chosen: Settings,
        compiler: Compiler | None,
        lookup: Lookup,
        *,
        changed: bool = False,
    ) -> None:
        self._chosen = chosen
        self._compiler = compiler
        self._lookup = lookup
        self._is_plain = not changed and is_of_bytes_alone(chosen)
        self._is_begun = False
        self._known: Known | None = None
        self._exits = ExitStack()

    def __enter__(self) -> Compiling:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._exits.close()

    @cached_property
    def _translating(self) -> Translating:
        """What translates, from the first bytes on that are not known."""
        # What takes long to import, and modules that are known do without.
        from wasm2py.package.translating import Translating, native_build

        self._is_begun = True
        building = native_build(self._chosen, self._compiler)
        return Translating(self._chosen, self._exits.enter_context(building))

    @property
    def functions(self) -> int:
        """How many functions there are so far."""
        if self._known is not None:
            return self._known.functions
        return self._translating.functions if self._is_begun else 0

    def receive(self, data: bytes) -> None:
        """Take the next bytes, b"" for the end."""
        if data:
            for piece in self._lookup.receive(data):
                self._translating.receive(piece)
            return
        if self._is_plain and not self._is_begun:
            self._known = known_module(self._lookup, self._chosen, self._compiler)
        if self._known is None:
            self._translating.end(self._lookup)

    @property
    def translation(self) -> Translation:
        """What is to be changed, after the end."""
        return self._translating.translation

    def finish(self) -> Module:
        """The module, after the end."""
        if self._known is not None:
            return self._known.module
        return self._translating.finish(self._lookup.keep if self._is_plain else None)
