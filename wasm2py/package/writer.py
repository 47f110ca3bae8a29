"""Writing a translated module as an importable package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, NamedTuple

import wasm2py_runtime
from wasm2py.binary.budget import within
from wasm2py.native.runtime import EXTENSIONS
from wasm2py.package.bytecode import with_bytecode
from wasm2py.package.contents import content_files, custom_sections, names_by_index
from wasm2py.package.directory import write_directory
from wasm2py.package.emscripten import PROGRAM_EXPORTS, emscripten_of
from wasm2py.package.groups import group_source
from wasm2py.package.info import describe, function_groups, function_names
from wasm2py.package.init_source import (
    init_source,
    listing_source,
    main_source,
)
from wasm2py.package.stub import stub_source
from wasm2py.spec import limits
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.translation.translator import Translation
from wasm2py_runtime.abi import RT_ABI
from wasm2py_runtime.package import (
    CUSTOM_SECTIONS,
    DESCRIPTION,
    FUNCTIONS,
    NAMES,
    SEGMENTS,
    group_module,
)
from wasm2py_runtime.wasi.signatures import is_wasi_only

VENDORED = "_runtime"
_FUNCTIONS = "Groups of functions, loaded on first use."

# A package has its own function of this name, and checks the version by itself.
_PUBLIC = frozenset(wasm2py_runtime.__all__) - {"instantiate", "RT_ABI"}


class PackageOptions(NamedTuple):
    """What a package contains.

    ``runtime`` is "vendor" for a copy of the runtime within the package, "import"
    for the one that is installed where the package is used. With ``bytecode``, the
    compiled code for the running Python is included. Without ``fallback``, functions
    that have a native build are not there in Python. With ``unsigned``, integers that come
    from the module are unsigned unless an instance is made otherwise.
    """

    runtime: str = "vendor"
    bytecode: bool = False
    fallback: bool = True
    unsigned: bool = False


DEFAULT_OPTIONS: Final = PackageOptions()


def write_package(
    translation: Translation,
    directory: Path,
    options: PackageOptions = DEFAULT_OPTIONS,
    *,
    native: Mapping[str, bytes] | None = None,
    force: bool = False,
    max_output: int = limits.MAX_OUTPUT,
    committing: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> int:
    """Write a package at ``directory``, whole or not at all; gives its size in bytes.

    ``native`` are the files of a native build, or what one is made of, by relative path.
    The package is put in its place within ``committing()``. Raises ``FileExistsError`` if something
    is there that wasm2py did not write (unless ``force`` is set), ``OSError`` if it cannot
    be written, and ``LimitExceeded`` where there are more than ``max_output`` bytes, the
    copy of the runtime apart.
    """
    files = package_files(translation, options, native)
    files = within(files, max_output, VENDORED)
    # Somebody else may build what there is the source of.
    is_source = native is not None and native.keys().isdisjoint(EXTENSIONS)
    expected = EXTENSIONS if is_source else ()
    return write_directory(directory, files, force, committing, expected)


def package_files(
    translation: Translation,
    options: PackageOptions = DEFAULT_OPTIONS,
    native: Mapping[str, bytes] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Relative path and content of each file of a package, the marker file apart.

    They depend on nothing but the arguments (and with ``bytecode`` on this Python).
    """
    files = _plain_files(translation, options, native)
    return with_bytecode(files) if options.bytecode else files


def _plain_files(
    translation: Translation,
    options: PackageOptions,
    native: Mapping[str, bytes] | None,
) -> Iterator[tuple[str, bytes]]:
    env, codes = translation.env, translation.codes
    vendored = options.runtime == "vendor"
    runtime = f".{VENDORED}" if vendored else "wasm2py_runtime"
    names = function_names(env)
    emscripten = emscripten_of(env)
    init = init_source(
        runtime,
        RT_ABI,
        _PUBLIC,
        native is not None,
        options.fallback,
        options.unsigned,
        emscripten,
    )
    yield "__init__.py", init.encode()
    yield "__init__.pyi", stub_source(env, runtime, _PUBLIC, emscripten).encode()
    if is_program(env):
        yield "__main__.py", main_source(runtime, emscripten is not None).encode()
    yield "py.typed", b""
    yield from ({} if native is None else native).items()
    groups = {
        group_module(number): group
        for number, group in enumerate(function_groups(codes))
        if options.fallback or not all(code.native for code in group)
    }
    yield f"{FUNCTIONS}/__init__.py", listing_source(_FUNCTIONS, [*groups]).encode()
    for module, group in groups.items():
        path = module.replace(".", "/") + ".py"
        yield path, group_source(group, names).encode()
    contents = {
        DESCRIPTION: describe(env, codes),
        SEGMENTS: translation.data,
        NAMES: names_by_index(names),
        CUSTOM_SECTIONS: custom_sections(env.custom_sections),
    }
    yield from content_files(contents)
    if vendored:
        left_out = f"{VENDORED}/emscripten" if emscripten is None else ""
        folder = resources.files(wasm2py_runtime)
        yield from _source_files(folder, VENDORED, left_out)


def is_program(env: ModuleEnvironment) -> bool:
    """Whether a module is a command of WASI or Emscripten's, which needs nothing else."""
    exports = {item.name for item in env.exports if item.kind == "function"}
    emscripten = emscripten_of(env)
    if emscripten is not None:
        return emscripten.only and not exports.isdisjoint(PROGRAM_EXPORTS)
    given = ((item.module, item.name) for item in env.imports)
    return "_start" in exports and is_wasi_only(given)


def _source_files(
    folder: Traversable, prefix: str, left_out: str = ""
) -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        path = f"{prefix}/{item.name}"
        if path == left_out:
            continue
        if item.is_dir():
            yield from _source_files(item, path)
        elif item.name.endswith(".py"):
            yield path, item.read_bytes()
