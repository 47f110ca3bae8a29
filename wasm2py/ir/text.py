"""The intermediate representation as text, for people and for tests."""

from __future__ import annotations

from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Statement
from wasm2py.spec.types import FuncType


def print_function(
    name: str, type: FuncType, statements: list[Statement], slots: dict[int, int]
) -> str:
    """A function's structured code, one statement to a line, and which variables are in one slot."""
    lines = [_head(name, type)] + _block(statements, "  ")
    sharing: dict[int, list[str]] = {}
    for variable, slot in slots.items():
        sharing.setdefault(slot, []).append(f"v{variable}")
    lines += [f"  slot v{slot}: {' '.join(sharing[slot])}" for slot in sorted(sharing)]
    return "\n".join(lines) + "\n"


def print_graph(name: str, type: FuncType, blocks: list[Block]) -> str:
    """A function's linked blocks, one statement to a line."""
    lines = [_head(name, type)]
    for block in blocks:
        handler = "" if block.handler is None else f" handler {block.handler.position}"
        lines.append(f"  block {block.position}{handler}")
        lines += _block(block.statements, "    ")
        lines.append("    " + block.end.text())
    return "\n".join(lines) + "\n"


def _head(name: str, type: FuncType) -> str:
    params = ", ".join(f"v{i}: {param}" for i, param in enumerate(type.params))
    results = ", ".join(type.results)
    return f"func {name} ({params}) -> ({results})"


def _block(statements: list[Statement], indent: str) -> list[str]:
    lines: list[str] = []
    for statement in statements:
        lines += _statement(statement, indent)
    return lines


def _statement(statement: Statement, indent: str) -> list[str]:
    lines: list[str] = []
    parts = statement.parts() or [[]]
    for head, part in zip(statement.text(), parts):
        lines += [indent + line for line in head.splitlines()]
        lines += _block(part, indent + "  ")
    return lines
