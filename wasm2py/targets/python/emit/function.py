"""A whole Python function for a WebAssembly function."""

from __future__ import annotations

from typing import Final

from wasm2py.ir.function import MOST_PARAMETERS, Function
from wasm2py.ir.nodes import Return
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.python.choose.representation import Forms
from wasm2py.targets.python.emit.expressions import Expressions, MemoryView
from wasm2py.targets.python.emit.layout import INDENT, LINE_LENGTH, laid_out
from wasm2py.targets.python.emit.statements import Statements

# Beyond, black breaks lines between any two words; such a function stays as it is, and so
# does one with a line that is still too long.
DEEPEST_INDENT: Final = 48

_TOO_DEEP: Final = " " * (DEEPEST_INDENT + 1)

_ZEROS: Final = {"i32": "0", "i64": "0", "f32": "0.0", "f64": "0.0"}


def function_source(
    env: ModuleEnvironment,
    funcidx: int,
    function: Function,
    forms: Forms,
    *,
    words: bool,
    fields: bool,
    rounding: bool,
    most_source: int,
) -> tuple[str, set[MemoryView]]:
    """The text of `def f<funcidx>(...)`, formatted, ending with a newline, and its views of memories.

    `words` keeps an i64 as a signed machine word, `fields` uses views at offsets, `rounding` a
    cell that rounds. Raises `SourceTooLong` for a text of more than `most_source` characters.
    """
    expressions = Expressions(env, function, forms, words, fields, rounding)
    writer = Statements(expressions, function.assigned_once, most_source)
    lines, first = _head(funcidx, function)
    first += _zeros(function.types, function.zeroed)
    for param in range(function.params):
        writer.adopt(param, INDENT)
    statements = function.statements
    if statements and isinstance(last := statements[-1], Return) and not last.values:
        statements = statements[:-1]
    writer.block(statements, INDENT)
    if first and writer.lines == [" " * INDENT + "pass"]:
        writer.lines.clear()
    lines += first
    if writer.rounds:
        lines.append(" " * INDENT + "r = rounding_cell()")
    lines += writer.lines
    if max(map(len, lines)) > LINE_LENGTH or any(
        line.startswith(_TOO_DEEP) for line in lines
    ):
        lines = ["# fmt: off", *lines, "# fmt: on"]
    return "\n".join(lines) + "\n", expressions.views


def _head(funcidx: int, function: Function) -> tuple[list[str], list[str]]:
    """The lines of the head, and those that give many parameters their names."""
    if len(function.type.params) > MOST_PARAMETERS:
        pad = " " * INDENT
        arguments = enumerate(function.arguments)
        named = [f"{pad}v{param} = params[{at}]" for param, at in arguments]
        return [f"def f{funcidx}(*params):"], named
    names = ", ".join(f"v{index}" for index in range(function.params))
    head = f"def f{funcidx}({names}):"
    return [head] if len(head) <= LINE_LENGTH else laid_out(head, 0), []


def _zeros(types: list[str], zeroed: list[int]) -> list[str]:
    """Assignments that give locals their initial values, as many to a line as fit."""
    by_value: dict[str, list[int]] = {}
    for index in zeroed:
        by_value.setdefault(_ZEROS.get(types[index], "None"), []).append(index)
    lines: list[str] = []
    for value, indexes in by_value.items():
        line = " " * INDENT
        for index in indexes:
            if len(line) + len(f"v{index} = {value}") > LINE_LENGTH:
                lines.append(line + value)
                line = " " * INDENT
            line += f"v{index} = "
        lines.append(line + value)
    return lines
