"""Structured code as text, for people and for tests."""

from __future__ import annotations

from wasm2py.ir.text import block_lines, head
from wasm2py.targets.python.tree.function import StructuredFunction


def print_function(name: str, function: StructuredFunction) -> str:
    """Structured code, one statement to a line, and which variables are in one slot."""
    lines = [head(name, function.type)] + block_lines(function.statements, "  ")
    sharing: dict[int, list[str]] = {}
    for variable, slot in function.slots.items():
        sharing.setdefault(slot, []).append(f"v{variable}")
    lines += [f"  slot v{slot}: {' '.join(sharing[slot])}" for slot in sorted(sharing)]
    return "\n".join(lines) + "\n"
