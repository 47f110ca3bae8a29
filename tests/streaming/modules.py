"""Modules that the tests stream."""

from __future__ import annotations

from functools import cache

import wasm2py
from tests.wasm_tools import assemble

HEADERS = {"Content-Type": "application/wasm"}
EMPTY = b"\0asm\1\0\0\0"

INCREMENTER = """
(module (func (export "increment") (param i32) (result i32)
  (i32.add (local.get 0) (i32.const 1))))
"""


@cache
def incrementer() -> bytes:
    """A module with one function."""
    return assemble(INCREMENTER)


@cache
def many_functions(count: int, statements: int = 10) -> bytes:
    """A module whose function `f<n>` adds n to its argument, in a roundabout way."""
    step = "(local.set 0 (i32.xor (i32.mul (local.get 0) (i32.const 1)) (i32.const 0)))"
    body = step * statements
    functions = "".join(
        f'(func (export "f{n}") (param i32) (result i32) {body}'
        f" (i32.add (local.get 0) (i32.const {n})))"
        for n in range(count)
    )
    return assemble(f"(module {functions})")


def response(body: object = b"", **changes: object) -> wasm2py.Response:
    """A response that is as it should be, unless something is changed."""
    arguments: dict[str, object] = {"status": 200, "headers": HEADERS, **changes}
    return wasm2py.Response(body, **arguments)  # type: ignore[arg-type]
