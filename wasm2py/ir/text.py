"""The intermediate representation as text, for people and for tests."""

from __future__ import annotations

from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Statement
from wasm2py.spec.types import FuncType


def print_graph(name: str, type: FuncType, blocks: list[Block]) -> str:
    """A function's linked blocks, one statement to a line."""
    lines = [head(name, type)]
    for block in blocks:
        handler = "" if block.handler is None else f" handler {block.handler.position}"
        lines.append(f"  block {block.position}{handler}")
        lines += block_lines(block.statements, "    ")
        lines.append("    " + block.end.text())
    return "\n".join(lines) + "\n"


def head(name: str, type: FuncType) -> str:
    """The line that a function begins with."""
    params = ", ".join(f"v{i}: {param}" for i, param in enumerate(type.params))
    results = ", ".join(type.results)
    return f"func {name} ({params}) -> ({results})"


def block_lines(statements: list[Statement], indent: str) -> list[str]:
    """The lines of statements, one each, and of those that they consist of."""
    lines: list[str] = []
    for statement in statements:
        lines += _statement(statement, indent)
    return lines


def _statement(statement: Statement, indent: str) -> list[str]:
    lines: list[str] = []
    parts = statement.parts() or [[]]
    for head, part in zip(statement.text(), parts):
        lines += [indent + line for line in head.splitlines()]
        lines += block_lines(part, indent + "  ")
    return lines
