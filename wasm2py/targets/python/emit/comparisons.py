"""The comparisons among the instructions, and Python's operators for them."""

from __future__ import annotations

from typing import Final

from wasm2py.spec.opcodes import NUMBERS, ROWS, instructions

NEGATED: Final = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
"""The operators that say the opposite."""

MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
"""The operators that say the same with the operands exchanged."""

_RELATIONS: Final = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}


def _comparisons() -> dict[str, tuple[str, str, str]]:
    rows: dict[str, tuple[str, str, str]] = {}
    for op in instructions(*_RELATIONS, types=NUMBERS):
        row = ROWS[op]
        sign = "" if row.signed is None else "s" if row.signed else "u"
        rows[op] = (row.type, _RELATIONS[row.operation], sign)
    return rows


COMPARISONS: Final = _comparisons()
"""The operands' type, the operator, and "s" or "u" if they are taken as signed or unsigned integers."""

JUNCTIONS: Final = {
    **dict.fromkeys(instructions("and"), ("and", "or")),
    **dict.fromkeys(instructions("or"), ("or", "and")),
}
"""What joins two conditions, and what joins those that say the opposite."""
