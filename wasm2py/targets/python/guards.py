"""Finds where a float has been tested to be in the range of an integer.

Compilers guard a truncation that would trap: `if (fabs(x) < 2147483648.0) i = (int)x; else ...`. What is
truncated there takes no other test.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from wasm2py.ir.nodes import Const, If, Statement, Variable
from wasm2py.ir.structure import ends

# The types of signed integers, by the type and the bits of the float that is one too much.
_LIMITS: Final = {
    (type, struct.unpack(integer, struct.pack(floating, 2.0 ** (bits - 1)))[0]): bits
    for type, integer, floating in (("f32", "<I", "<f"), ("f64", "<Q", "<d"))
    for bits in (32, 64)
}


class Guard(NamedTuple):
    """A variable is in the range of the signed integers of so many bits, sign included."""

    variable: int
    bits: int


def guards_of(
    statement: Statement, once: set[int]
) -> tuple[Guard | None, Guard | None, Guard | None]:
    """What a statement tells: in its first arm, in its other one, and behind it.

    `once` are the variables that keep the value that they have got.
    """
    if not isinstance(statement, If):
        return None, None, None
    condition, negated = statement.condition, statement.negated
    while condition.op == "i32.eqz":
        condition, negated = condition.args[0], not negated
    if condition.op[3:] != ".lt" or not condition.args[0].op.endswith(".abs"):
        return None, None, None
    variable, limit = condition.args[0].args[0], condition.args[1]
    bits = _LIMITS.get((limit.type, limit.imm)) if isinstance(limit, Const) else None
    if bits is None or not isinstance(variable, Variable) or variable.index not in once:
        return None, None, None
    guard = Guard(variable.index, bits)
    if negated:
        return None, guard, guard if ends(statement.then) else None
    return guard, None, guard if ends(statement.otherwise) else None
