"""How often code is expected to run."""

from __future__ import annotations

from typing import Final

from wasm2py.ir.nodes import Return, Statement, Unreachable

# How much more often than the code around it a loop's body runs.
_LOOP_WEIGHT: Final = 8
_MOST: Final = _LOOP_WEIGHT**4


def inner_weight(weight: int) -> int:
    """The weight of a loop's body, from that of the code around it."""
    return min(weight * _LOOP_WEIGHT, _MOST)


def list_weight(statements: list[Statement], weight: int) -> int:
    """The weight of a list of statements: what leaves the function runs once at most."""
    if statements and isinstance(statements[-1], (Return, Unreachable)):
        return 1
    return weight
