"""Translated modules that stay in memory."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path

from wasm2py.builtins import provided_imports
from wasm2py.glue.reader import read_glue
from wasm2py.glue.renaming import rename
from wasm2py.native.build import NativeBuild
from wasm2py.native.loading import load_extension
from wasm2py.options import Settings
from wasm2py.package.columns import bytes_columns, pack
from wasm2py.package.contents import custom_sections, names_by_index
from wasm2py.package.groups import comment_name, group_source
from wasm2py.package.info import describe, function_groups, function_names
from wasm2py.package.module_text import ModuleText, packed
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.translation.translator import Translation, output_size
from wasm2py_runtime.module import Module


def memory_module(
    translation: Translation,
    chosen: Settings,
    build: NativeBuild | None = None,
    keep: Callable[[bytes], object] | None = None,
) -> Module:
    """The module that a translation describes, ready to be instantiated.

    `build` is finished here; `keep` is given what the module consists of. Raises CompileError where
    an import is not of the type of what is provided for it, BuildError, and ValueError and OSError
    where a script of names cannot be read.
    """
    env = translation.env
    if chosen.names_from is not None:
        _rename(env, chosen.names_from)
    provided = provided_imports(env, chosen.builtins, chosen.imported_string_constants)
    extension = native = None
    if build is not None:
        extension = build.finish(env, translation.codes, function_names(env))
        native = load_extension(extension)
    content = _content(translation, "" if extension is None else extension.sources)
    if keep is not None:
        keep(content)
    text = ModuleText(content, None if extension is None else extension.place)
    return Module(text.info, text, provided, native)


def _content(translation: Translation, sources: str) -> bytes:
    """What a module consists of, as `ModuleText` reads it."""
    env, codes, data = translation
    names = function_names(env)
    groups = [
        packed(group_source(group, names).encode("ascii"))
        for group in function_groups(codes)
    ]
    return pack(
        {
            "label": comment_name(env.names.module or "module").encode(),
            "description": describe(env, codes),
            **bytes_columns("groups", groups),
            "offsets": [code.offset for code in codes],
            "segments": packed(data),
            "names": names_by_index(names),
            "custom_sections": custom_sections(env.custom_sections),
            "size": [output_size(translation)],
            "sources": sources.encode(),
        }
    )


def _rename(env: ModuleEnvironment, script: str | os.PathLike[str] | bytes) -> None:
    """Give imports and exports the names of a script; what is to be said is a warning."""
    content = script if isinstance(script, bytes) else Path(script).read_bytes()
    for text in rename(env, read_glue(content)):
        warnings.warn(text, RuntimeWarning, stacklevel=5)
