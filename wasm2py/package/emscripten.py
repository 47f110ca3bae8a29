"""What a module needs of Emscripten's JavaScript, as its imports tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from wasm2py.package.init_source import Emscripten
from wasm2py.spec.environment import Import, ModuleEnvironment
from wasm2py.spec.types import FuncType
from wasm2py_runtime.emscripten.signatures import (
    Wanted,
    is_emscripten_only,
    uses_emscripten,
)

PROGRAM_EXPORTS: Final = ("_start", "main", "__main_argc_argv", "__main_void")
"""Where programs begin."""


def emscripten_of(env: ModuleEnvironment) -> Emscripten | None:
    """Whether a module is Emscripten's, and needs nothing but what that gives."""
    described = [
        (item, env.types[item.type] if isinstance(item.type, int) else item.type)
        for item in env.imports
    ]
    listed = wanted(described)
    return Emscripten(is_emscripten_only(listed)) if uses_emscripten(listed) else None


def wanted(imports: Iterable[tuple[Import, object]]) -> list[Wanted]:
    """Imports, each with its type, as the runtime looks at them."""
    return [
        Wanted(
            item.module,
            item.name,
            item.kind,
            (
                (tuple(type.params), tuple(type.results))
                if isinstance(type, FuncType) and item.kind == "function"
                else None
            ),
        )
        for item, type in imports
    ]
