"""Imports that do not fit, after `bad-imports.js` of the JavaScript API's suite."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import wasm2py

FUNCTION = '(module (import "module" "fn" (func)))'
NOTHING = "(module)"


class BadImports(NamedTuple):
    """What is wrong, the module's text, the imports and the error to expect."""

    name: str
    wat: str
    imports: Any
    error: type[Exception]


# The twins of undefined, null, true, "", Symbol(), 1, 0.1 and NaN.
PRIMITIVES: dict[str, Any] = {
    "Ellipsis": ...,
    "None": None,
    "True": True,
    "empty str": "",
    "object": object(),
    "1": 1,
    "0.1": 0.1,
    "nan": math.nan,
}


def bad_imports() -> Iterator[BadImports]:
    """All cases."""
    yield from _no_mappings()
    yield from _functions()
    for type_ in ("i32", "i64", "f32", "f64"):
        yield from _globals(type_)
    yield from _of_kind("memory", "(memory 0 128)", wasm2py.Memory, wasm2py.Memory(256))
    yield from _of_kind(
        "table", "(table 0 128 funcref)", wasm2py.Table, wasm2py.Table("funcref", 256)
    )


def _no_mappings() -> Iterator[BadImports]:
    for name, value in PRIMITIVES.items():
        if value is not None:  # It is Python's way to leave an argument out.
            title = f"imports that are no mapping: {name}"
            yield BadImports(title, NOTHING, value, TypeError)
        title = f"a module that is no mapping: {name}"
        yield BadImports(title, FUNCTION, {"module": value}, TypeError)
    yield BadImports("missing imports", FUNCTION, None, TypeError)
    yield BadImports("no such module", FUNCTION, {}, TypeError)
    yield BadImports("another module", FUNCTION, {"module\0": None}, TypeError)


def _functions() -> Iterator[BadImports]:
    for name, value in (*PRIMITIVES.items(), ("mapping", {})):
        imports = {"module": {"fn": value}}
        yield BadImports(f"function: {name}", FUNCTION, imports, wasm2py.LinkError)


def _globals(type_: str) -> Iterator[BadImports]:
    wat = f'(module (import "module" "global" (global {type_})))'
    given: dict[str, Any] = {
        name: PRIMITIVES[name]
        for name in ("Ellipsis", "None", "True", "empty str", "object")
    }
    given["mapping"] = {}
    given["the class"] = wasm2py.Global
    given["an object that is not initialised"] = object.__new__(wasm2py.Global)
    other = "f64" if type_ == "f32" else "f32"
    given["a Global of another type"] = wasm2py.Global(other, 0)
    given["a number of the other kind"] = 0.0 if type_[0] == "i" else 0j
    for name, value in given.items():
        imports = {"module": {"global": value}}
        yield BadImports(f"{type_} global: {name}", wat, imports, wasm2py.LinkError)
    wat = f'(module (import "module" "global" (global (mut {type_}))))'
    for name, value in (("a value", 0), ("immutable", wasm2py.Global(type_, 0))):
        title = f"mutable {type_} global: {name}"
        imports = {"module": {"global": value}}
        yield BadImports(title, wat, imports, wasm2py.LinkError)


def _of_kind(
    kind: str, declared: str, class_: type, too_large: object
) -> Iterator[BadImports]:
    wat = f'(module (import "module" "{kind}" {declared}))'
    given = {
        **PRIMITIVES,
        "mapping": {},
        "the class": class_,
        "an object that is not initialised": object.__new__(class_),
        "too large": too_large,
    }
    for name, value in given.items():
        imports = {"module": {kind: value}}
        yield BadImports(f"{kind}: {name}", wat, imports, wasm2py.LinkError)


BAD_IMPORTS = list(bad_imports())
