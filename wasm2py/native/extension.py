"""Extension modules that have been built, and how they are found again."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from wasm2py.native import pe
from wasm2py.native.compilers import Compiler
from wasm2py.native.kept import Kept, key_of
from wasm2py.native.runtime import EXTENSION, EXTENSION_OF_WINDOWS, runtime_files

DEFAULT_LEVEL: Final = 2
"""Of the C compiler's optimisation: RATIONALE.md has the figures."""


class Extension(NamedTuple):
    """An extension module, and where it is kept, if it is.

    `sources` is the key of the module's C: with `kept_extension` it is found again.
    """

    content: bytes
    place: Path | None
    sources: str

    @property
    def name(self) -> str:
        """What the file is called in a package."""
        is_pe = self.content.startswith(pe.MAGIC)
        return EXTENSION_OF_WINDOWS if is_pe else EXTENSION


def kept_extension(
    kept: Kept, compiler: Compiler, level: int, sources: str
) -> Extension | None:
    """What a compiler has made before of C with this key, if it is kept and intact."""
    found = kept.load(extension_key(compiler, level, sources), "so")
    return None if found is None else Extension(found[1], found[0], sources)


def extension_key(compiler: Compiler, level: int, sources: str) -> str:
    """What an extension module is kept under, of C with the key `sources`."""
    texts = (text for file in runtime_files() for text in file)
    return key_of(compiler.identity, str(level), *texts, sources)
