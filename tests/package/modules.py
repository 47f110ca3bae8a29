"""Modules for the tests of packages, and packages from them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.wasm_tools import assemble
from wasm2py.spec.features import feature_set
from wasm2py.targets.base import DEFAULT_OPTIONS, Options
from wasm2py.translation.translator import Translation, Translator

REPOSITORY = Path(__file__).resolve().parents[2]

EVERY_KIND = """
(module $every_kind
  (import "env" "log" (func $log (param i32)))
  (memory (export "memory") 1 3)
  (global (export "counter") (mut i32) (i32.const 7))
  (table (export "table") 3 funcref)
  (elem (i32.const 0) $fib)
  (data (i32.const 8) "hello")
  (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add
        (call $fib (i32.sub (local.get 0) (i32.const 1)))
        (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func (export "pair") (param i64 f32) (result i64 f64)
    (call $log (i32.const 5))
    (local.get 0) (f64.promote_f32 (local.get 1)))
  (func (export "trap") unreachable)
  (func (export "reference") (param externref) (result funcref) (ref.null func)))
"""

ALONE = """
(module
  (func $inner_trap unreachable)
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))
  (func (export "trap") (call $inner_trap))
  (func (export "_start"))
  (memory (export "memory") 1))
"""

HOSTILE_NAMES = (
    "quote\" quote' \\",
    "line\nbreak\r\u2028",
    '"""\nimport os\nos.abort()\n"""',
    "{runtime}",
    "__class__",
    "__getattr__",
    "__names__",
    "__path__",
    "instantiate",
    "module",
    "target",
    "Memory",
    "Trap",
    "_runtime",
    "_functions",
    "_module",
    "_default",
    "_Exports",
    "_Type0",
    "get",
    "keys",
    "items",
    "self",
    "name",
    "class",
    "None",
    "match",
    "int",
    "str",
    "object",
    "float",
    "tuple",
    "property",
    "overload",
    "Callable",
    "Any",
    "Literal",
    "Mapping",
    "TypeAlias",
    "TypedDict",
    "Protocol",
    "Exports",
    "_int",
    "_self",
    "",
    " ",
    "naïve",
    "\ufb01",
    "名前",
    "\U0001f600",
    "\x00\x7f\x80",
    "# coding: utf-7",
    "# fmt: off",
    "# type: ignore",
    "a" * 87,
    "b" * 3000,
    "c " * 60,
    "'" * 100,
)


def _string(text: str) -> str:
    """A name in the text format."""
    return '"' + "".join(f"\\{byte:02x}" for byte in text.encode()) + '"'


def hostile_module(names: Iterable[str] = HOSTILE_NAMES) -> str:
    """A module that imports and exports under every one of the names."""
    imports, exports = [], []
    for number, name in enumerate(names):
        result = ("i32", "f64 i64", "")[number % 3]
        returns = f"(result {result})" if result else ""
        params = "(param i64 f32)" if number % 2 else ""
        imports.append(
            f"(import {_string(name)} {_string(name)} (func {params} {returns}))"
        )
        exports.append(
            f"(func (@name {_string(name)}) (export {_string(name)}) {params} {returns}"
            " unreachable)"
        )
    module = "\n".join((*imports, *exports))
    return f"(module (@name {_string(HOSTILE_NAMES[2])})\n{module}\n)"


def without_imports(wat: str) -> str:
    """The module less the lines that import."""
    lines = wat.splitlines()
    return "\n".join(line for line in lines if not line.startswith("(import"))


def translate(wasm: bytes, options: Options = DEFAULT_OPTIONS) -> Translation:
    """The module, translated in one go."""
    translator = Translator(feature_set(), options)
    translator.receive(wasm)
    translator.receive(b"")
    return translator.finish()


@cache
def binary(wat: str) -> bytes:
    """The module in binary form."""
    return assemble(wat)


def run_python(
    program: str,
    *path: Path,
    python: str = sys.executable,
    flags: Iterable[str] = (),
    isolated: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter that imports from ``path`` first."""
    paths = [str(item) for item in path]
    head = f"import sys; sys.path[:0] = {paths!r}\n"
    isolation = ["-I"] if isolated else []
    return subprocess.run(
        [python, *isolation, *flags, "-c", head + program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
