"""Modules that have been in memory before, and what settings say of where to look for them.

What translates is not imported for them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final, NamedTuple

from wasm2py.native.compilers import Compiler, find_compiler
from wasm2py.native.extension import DEFAULT_LEVEL, kept_extension
from wasm2py.native.kept import Kept
from wasm2py.native.loading import load_extension
from wasm2py.options import Settings
from wasm2py.package.module_text import ModuleText
from wasm2py.targets.base import Options
from wasm2py.translation.cache import Cache, Lookup, default_folder
from wasm2py_runtime.module import Module

# What is compiled in memory runs here.
TUNE: Final = "pypy" if sys.implementation.name == "pypy" else "cpython"


class Known(NamedTuple):
    """A module that is at hand."""

    module: Module
    functions: int  # how many it defines


def known_module(
    lookup: Lookup, chosen: Settings, compiler: Compiler | None
) -> Known | None:
    """The module that has arrived, where all that it consists of is kept, and intact.

    `chosen` is of the bytes alone. Raises LimitExceeded where it is larger than it may be.
    """
    content = lookup.content()
    if content is None:
        return None
    try:
        text = ModuleText(content)
    except ImportError:
        return None
    if not text.is_sound():
        return None
    if text.size > chosen.max_output:
        from wasm2py.binary.budget import too_much_output

        raise too_much_output(chosen.max_output)
    if compiler is None:
        return Known(Module(text.info, text), text.functions)
    kept = kept_for(chosen)
    extension = kept_extension(kept, compiler, DEFAULT_LEVEL, text.sources)
    if extension is None:
        return None
    text = ModuleText(content, extension.place)
    module = Module(text.info, text, None, load_extension(extension))
    return Known(module, text.functions)


def is_of_bytes_alone(chosen: Settings) -> bool:
    """Whether what a module becomes follows from its bytes, and from nothing that runs or is read."""
    given = chosen.builtins or chosen.imported_string_constants is not None
    return not given and chosen.names_from is None and chosen.snapshot is False


def options_of(chosen: Settings) -> Options:
    """The translator's options for a module that is to stay in memory."""
    return Options(
        optimize=chosen.optimize,
        tune=TUNE,
        target=chosen.target,
        metered=chosen.metered,
    )


def compiler_for(chosen: Settings) -> Compiler | None:
    """The C compiler, where settings ask for it. Raises BuildError where there is none."""
    return None if chosen.target != "c" else find_compiler()


def kept_for(chosen: Settings) -> Kept:
    """Where builds are kept. They are, in any case: they are loaded from there."""
    return Kept(_folder(chosen) or default_folder())


def cache_for(chosen: Settings) -> Cache | None:
    """Where translations with these settings are kept, if anywhere."""
    if chosen.cache is False and chosen.target == "python":
        return None
    return Cache(chosen.features, options_of(chosen), folder=_folder(chosen))


def _folder(chosen: Settings) -> Path | None:
    """The folder of the cache where settings name one; None for the usual one."""
    return None if isinstance(chosen.cache, bool) else Path(chosen.cache)
