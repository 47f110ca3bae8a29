"""Imports that a module gets without the host: built-in functions, string constants.

They are options of a compilation (JavaScript API, "validate builtins and imported
string for a WebAssembly module" and "read the imports").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from wasm2py import js_string
from wasm2py.errors import Invalid
from wasm2py.js_string import Builtin
from wasm2py.spec.environment import Import, ModuleEnvironment
from wasm2py.spec.matching import all_match, matches
from wasm2py.spec.types import FuncType, GlobalType

_SETS: Final[Mapping[str, Mapping[str, Builtin]]] = {"js-string": js_string.FUNCTIONS}

Provided = dict[str, dict[str, object]]
"""By module name and field name."""


def provided_imports(
    env: ModuleEnvironment, builtins: Sequence[str], constants: str | None
) -> Provided:
    """What the module's imports get from the built-in sets and as string constants.

    Names of sets that are unknown are ignored, so that a module can offer the functions
    itself. Raises Invalid for a set that is named twice, and where a module imports
    something of another type.
    """
    if len(set(builtins)) != len(builtins):
        raise Invalid(f"builtin sets must not be repeated: {', '.join(builtins)}")
    sets = {f"wasm:{name}": _SETS[name] for name in builtins if name in _SETS}
    provided: Provided = {}
    for item in env.imports:
        value: object = None
        if item.module == constants:
            _check_constant(item)
            value = item.name
        elif item.name in sets.get(item.module, {}):
            builtin = sets[item.module][item.name]
            _check_builtin(env, item, builtin)
            value = builtin.function
        if value is not None:
            provided.setdefault(item.module, {})[item.name] = value
    return provided


def _check_constant(item: Import) -> None:
    fits = isinstance(item.type, GlobalType) and (
        not item.type.mutable and matches(js_string.STRING, item.type.type)
    )
    if not fits:
        raise Invalid(
            "incompatible import type: string constants are immutable globals of type"
            f" externref, {item.name!r} of {item.module!r} is not"
        )


def _check_builtin(env: ModuleEnvironment, item: Import, builtin: Builtin) -> None:
    if item.kind == "function" and isinstance(item.type, int):
        given: FuncType = env.types[item.type]
        taken = all_match(given.params, builtin.params)
        if taken and all_match(builtin.results, given.results):
            return
    wanted = f"({', '.join(builtin.params)}) -> ({', '.join(builtin.results)})"
    raise Invalid(
        f"incompatible import type: {item.name!r} of {item.module!r} is a function"
        f" {wanted}"
    )
