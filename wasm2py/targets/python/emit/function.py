"""A whole Python function for a WebAssembly function."""

from __future__ import annotations

from typing import Final

from wasm2py.ir.function import MOST_PARAMETERS
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.python.choose.representation import Forms
from wasm2py.targets.python.emit.code import zero
from wasm2py.targets.python.emit.expressions import Expressions, MemoryView
from wasm2py.targets.python.emit.layout import LINE_LENGTH, laid_out
from wasm2py.targets.python.emit.statements import Statements
from wasm2py.targets.python.tree.depth import fits
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Return

# A level has four spaces, as with black, in a function of at most so many levels. With more, most
# of the text would be indentation, and black breaks lines between any two words.
MOST_LEVELS: Final = 8
INDENT: Final = 4
DEEP_INDENT: Final = 1

_TOO_DEEP: Final = "\n" + " " * (MOST_LEVELS * INDENT + 1)


def function_source(
    env: ModuleEnvironment,
    funcidx: int,
    function: StructuredFunction,
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
    statements = function.statements
    if statements and isinstance(last := statements[-1], Return) and not last.values:
        statements = statements[:-1]
    step = INDENT if fits(statements, MOST_LEVELS - 1) else DEEP_INDENT
    expressions = Expressions(env, function, forms, words, fields, rounding)
    writer = Statements(expressions, function.assigned_once, step, most_source)
    lines, first = _head(funcidx, function, step)
    first += _zeros(function.types, function.zeroed, step)
    for param in range(function.params):
        writer.adopt(param, step)
    writer.block(statements, step)
    if first and writer.lines == [" " * step + "pass"]:
        writer.lines.clear()
    lines += first
    if writer.rounds:
        lines.append(" " * step + "r = rounding_cell()")
    lines += writer.lines
    text = "\n".join(lines)
    # Black might not leave them as they are.
    if step != INDENT or max(map(len, lines)) > LINE_LENGTH or _TOO_DEEP in text:
        text = f"# fmt: off\n{text}\n# fmt: on"
    return text + "\n", expressions.views


def _head(
    funcidx: int, function: StructuredFunction, step: int
) -> tuple[list[str], list[str]]:
    """The lines of the head, and those that give many parameters their names."""
    if len(function.type.params) > MOST_PARAMETERS:
        pad = " " * step
        arguments = enumerate(function.arguments)
        named = [f"{pad}v{param} = params[{at}]" for param, at in arguments]
        return [f"def f{funcidx}(*params):"], named
    names = ", ".join(f"v{index}" for index in range(function.params))
    head = f"def f{funcidx}({names}):"
    return [head] if len(head) <= LINE_LENGTH else laid_out(head, 0, step), []


def _zeros(types: list[str], zeroed: list[int], step: int) -> list[str]:
    """Assignments that give locals their initial values, as many to a line as fit."""
    by_value: dict[str, list[int]] = {}
    for index in zeroed:
        by_value.setdefault(zero(types[index]), []).append(index)
    lines: list[str] = []
    for value, indexes in by_value.items():
        line = " " * step
        for index in indexes:
            if len(line) + len(f"v{index} = {value}") > LINE_LENGTH:
                lines.append(line + value)
                line = " " * step
            line += f"v{index} = "
        lines.append(line + value)
    return lines
