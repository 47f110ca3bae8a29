"""Powers of two that divide numbers."""

from __future__ import annotations

import pytest

from wasm2py.analysis.alignment import ALIGNED, static_alignment
from wasm2py.ir.effects import PURE
from wasm2py.ir.nodes import Const, Expression
from wasm2py.spec.opcodes import ROWS


@pytest.mark.parametrize("op", sorted(ROWS))
def test_what_may_be_aligned_is_listed(op: str) -> None:
    """Of other instructions nothing is known, however much divides the operands."""
    row = ROWS[op]
    type = row.type or "i32"
    args = (Const(type, 64),) * (3 if row.params is None else len(row.params))
    value = Expression(op, args, None, type, PURE, 0)
    assert (static_alignment(value) > 1) == (op in ALIGNED)
