"""Translated modules that stay in memory.

The functions' source text is compiled by Python a group at a time, when a function of
the group is first called. It is also given to `linecache`, so that tracebacks and
debuggers show it.
"""

from __future__ import annotations

import builtins
import linecache
import os
import sys
import warnings
import weakref
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final, NamedTuple

from wasm2py.builtins import provided_imports
from wasm2py.glue.reader import read_glue
from wasm2py.glue.renaming import rename
from wasm2py.native.build import DEFAULT_LEVEL, NativeBuild
from wasm2py.native.compilers import find_compiler
from wasm2py.native.kept import Kept
from wasm2py.native.loading import load_extension, load_kept
from wasm2py.options import Settings
from wasm2py.package.groups import comment_name, group_source
from wasm2py.package.info import describe, function_groups, function_names
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import Options
from wasm2py.targets.registry import SOURCE_TARGETS
from wasm2py.translation.cache import Cache, default_folder
from wasm2py.translation.translator import Translation
from wasm2py_runtime.info import ModuleInfo
from wasm2py_runtime.module import Module

_serial_numbers = count(1)

# What is compiled in memory runs here.
TUNE: Final = "pypy" if sys.implementation.name == "pypy" else "cpython"


class GroupText(NamedTuple):
    """The source of a group of functions."""

    source: str
    offsets: dict[
        str, int
    ]  # of the functions' bodies in the module, by the names in the source


class SourceText:
    """The code, data and names of a module in memory, as its runtime asks for them.

    It can be pickled: the text is, Python's compiled code is not.
    """

    def __init__(
        self,
        label: str,
        groups: Sequence[GroupText],
        data: bytes,
        names: Mapping[int, str],
        custom_sections: Sequence[tuple[str, bytes]],
        extension: Path | None = None,
    ) -> None:
        self._label = label
        self._groups = groups
        self._data = data
        self._names = names
        self._custom_sections = custom_sections
        self._extension = extension
        # Two modules of the same name must not show each other's source.
        self._serial = next(_serial_numbers)

    def __reduce__(self) -> tuple[object, ...]:
        state = self._groups, self._data, self._names, self._custom_sections
        return SourceText, (self._label, *state, self._extension)

    def load_group(self, group: int) -> CodeType:
        """The code whose execution defines the functions of a group.

        Each function has a file name of its own, in the form of the Web API's
        conventions, for tracebacks to say which function and where it is.
        """
        source, offsets = self._groups[group]
        module = f"<wasm {self._label}#{self._serial}>"
        filename = f"{module}:group[{group}]"
        lines = source.splitlines(keepends=True)
        code = builtins.compile(source, filename, "exec", dont_inherit=True)
        constants, shown = [], []
        for item in code.co_consts:
            if isinstance(item, CodeType) and item.co_name in offsets:
                number, offset = item.co_name[1:], offsets[item.co_name]
                name = f"{module}:wasm-function[{number}]:{offset:#x}"
                # No modification time: `linecache.checkcache` keeps the entry.
                linecache.cache[name] = (len(source), None, lines, name)
                shown.append(name)
                item = item.replace(co_filename=name)
            constants.append(item)
        # For as long as there is this module.
        weakref.finalize(self, _forget, shown).atexit = False
        return code.replace(co_consts=tuple(constants))

    def data(self) -> bytes:
        """The contents of all data segments, one after the other."""
        return self._data

    def names(self) -> Mapping[int, str]:
        """Names of functions, for people."""
        return self._names

    def custom_sections(self) -> list[tuple[str, bytes]]:
        """Names and contents of the custom sections, in order."""
        return list(self._custom_sections)

    def native(self) -> ModuleType | None:
        """The extension module, as long as it is kept, and loads."""
        return None if self._extension is None else load_kept(self._extension)


def _forget(filenames: list[str]) -> None:
    for filename in filenames:
        linecache.cache.pop(filename, None)


def memory_module(
    translation: Translation, chosen: Settings, build: NativeBuild | None = None
) -> Module:
    """The module that a translation describes, ready to be instantiated.

    `build` is finished here. Raises CompileError where an import is not of the type of what
    is provided for it, BuildError, and ValueError and OSError where a script of names cannot
    be read.
    """
    env, codes, data = translation
    if chosen.names_from is not None:
        _rename(env, chosen.names_from)
    provided = provided_imports(env, chosen.builtins, chosen.imported_string_constants)
    names = function_names(env)
    groups = [
        GroupText(
            group_source(group, names),
            {f"f{code.funcidx}": code.offset for code in group},
        )
        for group in function_groups(codes)
    ]
    label = comment_name(env.names.module or "module")
    sections = env.custom_sections
    if build is None:
        text, native = SourceText(label, groups, data, names, sections), None
    else:
        extension = build.finish(env, codes, names)
        native = load_extension(extension)
        text = SourceText(label, groups, data, names, sections, extension.place)
    return Module(ModuleInfo(describe(env, codes)), text, provided, native)


def _rename(env: ModuleEnvironment, script: str | os.PathLike[str] | bytes) -> None:
    """Give imports and exports the names of a script; what is to be said is a warning."""
    content = script if isinstance(script, bytes) else Path(script).read_bytes()
    for text in rename(env, read_glue(content)):
        warnings.warn(text, RuntimeWarning, stacklevel=5)


def options_of(chosen: Settings) -> Options:
    """The translator's options for a module that is to stay in memory."""
    return Options(
        optimize=chosen.optimize,
        tune=TUNE,
        target=chosen.target,
        metered=chosen.metered,
    )


def native_build(chosen: Settings) -> AbstractContextManager[NativeBuild | None]:
    """What compiles functions while they arrive, where settings ask for that.

    Raises BuildError where there is no C compiler.
    """
    if chosen.target != "c":
        return nullcontext()
    # What is built is kept, in any case: it is loaded from there.
    kept = Kept(_folder(chosen) or default_folder())
    return NativeBuild(SOURCE_TARGETS["c"], find_compiler(), DEFAULT_LEVEL, kept)


def cache_for(chosen: Settings) -> Cache | None:
    """Where translations with these settings are kept, if anywhere."""
    if chosen.cache is False and chosen.target == "python":
        return None
    return Cache(chosen.features, options_of(chosen), folder=_folder(chosen))


def _folder(chosen: Settings) -> Path | None:
    """The folder of the cache where settings name one; None for the usual one."""
    return None if isinstance(chosen.cache, bool) else Path(chosen.cache)
