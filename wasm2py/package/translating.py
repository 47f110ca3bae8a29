"""Modules in memory that are translated."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from warnings import warn

from wasm2py.binary.budget import Budget
from wasm2py.native.build import NativeBuild
from wasm2py.native.compilers import Compiler
from wasm2py.native.extension import DEFAULT_LEVEL
from wasm2py.options import Settings
from wasm2py.package.known_module import kept_for, options_of
from wasm2py.package.memory_module import memory_module
from wasm2py.targets.registry import SOURCE_TARGETS
from wasm2py.translation.cache import Lookup
from wasm2py.translation.translator import Translation, Translator, check_output
from wasm2py_runtime.module import Module


def native_build(
    chosen: Settings, compiler: Compiler | None
) -> AbstractContextManager[NativeBuild | None]:
    """What compiles functions while they arrive, where there is a compiler for that."""
    if compiler is None:
        return nullcontext()
    target, kept = SOURCE_TARGETS["c"], kept_for(chosen)
    return NativeBuild(target, compiler, DEFAULT_LEVEL, kept)


class Translating:
    """Translates what it is given, and has it built.

    The methods raise what `wasm2py.compile` does.
    """

    translation: Translation
    """After the end."""

    def __init__(self, chosen: Settings, build: NativeBuild | None) -> None:
        self._chosen = chosen
        self._build = build
        options = options_of(chosen)
        budget = Budget(chosen.max_output, chosen.max_memory)
        self._translator = Translator(chosen.features, options, chosen.executor, budget)

    @property
    def functions(self) -> int:
        """How many functions have been translated."""
        return len(self._translator.codes)

    def receive(self, data: bytes) -> None:
        """Take the next bytes."""
        codes = self._translator.receive(data)
        if self._build is not None:
            self._build.receive(self._translator.env, codes)

    def end(self, lookup: Lookup) -> None:
        """Translate what has been held back, unless its translation is known."""
        found = lookup.find()
        if found is not None:
            check_output(found, self._chosen.max_output)
            self.translation = found
            return
        for piece in (*lookup.rest(), b""):
            self._translator.receive(piece)
        self.translation = self._translator.finish()
        lookup.store(self.translation)

    def finish(self, keep: Callable[[bytes], object] | None) -> Module:
        """The module; `keep` is given what it consists of."""
        translation = self.translation
        if self._chosen.snapshot is not False:
            from wasm2py.package.snapshot import initialized

            translation = initialized(translation, self._chosen, warn)
        return memory_module(translation, self._chosen, self._build, keep)
