"""The C source of a package's native build, for somebody else to compile."""

from __future__ import annotations

import shlex
from typing import Final

from wasm2py.native.build import module_files
from wasm2py.native.compilers import FAMILIES, SYSTEMS
from wasm2py.native.runtime import EXTENSION, runtime_files
from wasm2py.package.groups import comment_name
from wasm2py.package.info import function_names
from wasm2py.targets.base import SourceTarget
from wasm2py.translation.translator import Translation

FOLDER: Final = "_native_source"

_README: Final = """\
The native build of this package as C source. In this folder, this command builds it; the
package uses it from then on, in CPython 3.11 and later:

    {command}

That is for Linux. On macOS, {elsewhere} takes the place of what follows the files.
"""


def source_files(
    target: SourceTarget, translation: Translation, level: int
) -> dict[str, bytes]:
    """Path within the package and content of each file."""
    names = function_names(translation.env)

    def comment(funcidx: int) -> str:
        name = names.get(funcidx)
        shown = "" if name is None else f" ${_harmless(name)}"
        return f"/* func {funcidx}{shown} */\n"

    files = module_files(target, translation.env, translation.codes, comment)
    texts = {file.name: file.text for file in (*runtime_files(), *files)}
    texts["README"] = _README.format(
        command=build_command(level), elsewhere=shlex.join(SYSTEMS["macOS"].linking)
    )
    return {f"{FOLDER}/{name}": text.encode() for name, text in texts.items()}


def build_command(level: int) -> str:
    """What builds the files, in their folder, on Linux."""
    gcc = FAMILIES["gcc"]
    words = ("gcc", "-shared", *gcc.at_level(level), "-o", f"../{EXTENSION}")
    return f"{shlex.join(words)} *.c {shlex.join(SYSTEMS['Linux'].linking)}"


def _harmless(name: str) -> str:
    """A function's name as it may stand in a comment of C, which it must not end."""
    return comment_name(name).translate({ord("*"): "_", ord("/"): "_", ord("?"): "_"})
