"""Functions in the text format, and what the passes make of them."""

from __future__ import annotations

from textwrap import dedent, indent

from tests.ir.stages import optimised
from tests.ir.stages import printed as printed_stage
from tests.wasm_tools import assemble
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options
from wasm2py.targets.python.pipeline import OPTIONAL
from wasm2py.targets.python.tree.check import check
from wasm2py.targets.python.tree.function import StructuredFunction

# What functions may refer to.
_FIELDS = """
(import "host" "call" (func $call))
(memory 1 4)
(global $g (mut i32) (i32.const 0))
"""


def only(*names: str) -> Options:
    """Options with which these passes run and no others."""
    return Options(without=tuple(name for name in OPTIONAL if name not in names))


def built(text: str, options: Options) -> StructuredFunction:
    """The last function, `(func ...)`, after the passes; it has been checked."""
    reader = ModuleReader(WASM2)
    reader.env.metered = options.metered
    jobs = list(reader.receive(assemble(f"(module {_FIELDS} {text})")))
    jobs += reader.receive(b"")
    function = optimised(reader.env, jobs[-1], options)
    check(reader.env, function)
    return function


def printed(text: str, options: Options) -> str:
    """The statements of a function after the passes."""
    function = built(text, options)
    lines = printed_stage(function).splitlines()
    return dedent("\n".join(lines[1:]))


def block(text: str) -> str:
    """An indented literal as `printed` gives it."""
    return dedent(text).strip("\n")


def within(text: str) -> str:
    """The same one level deeper."""
    return indent(text, "  ")
