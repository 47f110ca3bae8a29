"""Finds where a float has been tested to be in the range of an integer.

Compilers guard a truncation that would trap: `if (fabs(x) < 2147483648.0) i = (int)x; else ...`, and
`if (x < 4294967296.0 & x >= 0.0)` for unsigned integers. What is truncated there takes no other test.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from wasm2py.ir.nodes import Const, Expression, Variable
from wasm2py.spec.opcodes import FLOATS, instructions
from wasm2py.targets.python.tree.nodes import If, ends

GUARDED: Final = instructions("trunc", "trunc_sat")
"""The instructions that what is found is for."""

_LESS: Final = instructions("lt", types=FLOATS)
_NOT_LESS: Final = instructions("ge", types=FLOATS)
_MAGNITUDES: Final = instructions("abs", types=FLOATS)


class Guard(NamedTuple):
    """A variable is in the range of the integers of a type, less what is between -1 and 0."""

    variable: int
    type: str
    sign: str  # "s" or "u"


def _powers(exponents: dict[int, str]) -> dict[tuple[str, object], str]:
    """Types by powers of two, these as the types and bits of floats."""
    return {
        (kind, struct.unpack(integer, struct.pack(floating, 2.0**exponent))[0]): type
        for kind, integer, floating in (("f32", "<I", "<f"), ("f64", "<Q", "<d"))
        for exponent, type in exponents.items()
    }


_SIGNED: Final = _powers({31: "i32", 63: "i64"})
_UNSIGNED: Final = _powers({32: "i32", 64: "i64"})


# The conditions that may be such a test.
_TESTS: Final = _LESS | {"i32.and"}
NO_GUARDS: Final = frozenset[Guard]()


def guards_within(
    statement: If, once: set[int]
) -> tuple[frozenset[Guard], frozenset[Guard]]:
    """What holds in the two arms of an `If`.

    `once` are the variables that keep the value that they have got.
    """
    condition, negated = statement.condition, statement.negated
    while condition.op == "i32.eqz":
        condition, negated = condition.args[0], not negated
    if condition.op not in _TESTS:
        return NO_GUARDS, NO_GUARDS  # as mostly
    guard = _guard(condition)
    if guard is None or guard.variable not in once:
        return NO_GUARDS, NO_GUARDS
    found = frozenset([guard])
    return (NO_GUARDS, found) if negated else (found, NO_GUARDS)


def guards_behind(statement: If, once: set[int]) -> frozenset[Guard]:
    """What holds behind an `If`, because it leaves where that is not so."""
    first, second = guards_within(statement, once)
    if first and ends(statement.otherwise):
        return first
    if second and ends(statement.then):
        return second
    return NO_GUARDS


def _guard(condition: Expression) -> Guard | None:
    """What is true of a variable where a condition is."""
    if condition.op == "i32.and":
        below, positive = condition.args
        if positive.op in _LESS:
            below, positive = positive, below
        guard = _below(below, _UNSIGNED, "u")
        if guard is None or positive.op not in _NOT_LESS:
            return None
        variable, zero = positive.args
        if not isinstance(variable, Variable) or variable.index != guard.variable:
            return None
        return guard if isinstance(zero, Const) and zero.imm == 0 else None
    if condition.op in _LESS and condition.args[0].op in _MAGNITUDES:
        return _below(condition, _SIGNED, "s")
    return None


def _below(
    condition: Expression, limits: dict[tuple[str, object], str], sign: str
) -> Guard | None:
    """What follows if a variable, or its magnitude, is below a limit."""
    if condition.op not in _LESS:
        return None
    variable, limit = condition.args
    if sign == "s":
        variable = variable.args[0]
    if not isinstance(variable, Variable) or not isinstance(limit, Const):
        return None
    type = limits.get((limit.type, limit.imm))
    return None if type is None else Guard(variable.index, type, sign)
