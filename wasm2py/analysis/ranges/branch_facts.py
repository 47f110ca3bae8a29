"""What the outcome of a branch says about value ranges: comparisons with variables and with constants."""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.induction_variables import (
    ZERO_TESTS,
    constant_step,
    has_step,
)
from wasm2py.ir.nodes import Const, Expression, Variable
from wasm2py.spec.opcodes import ROWS, Opcode, instructions
from wasm2py.spec.types import MASKS

_NEGATED: Final = {
    "eq": "ne",
    "ne": "eq",
    "lt_u": "ge_u",
    "ge_u": "lt_u",
    "gt_u": "le_u",
    "le_u": "gt_u",
    "lt_s": "ge_s",
    "ge_s": "lt_s",
    "gt_s": "le_s",
    "le_s": "gt_s",
}
_MIRRORED: Final = {
    "eq": "eq",
    "ne": "ne",
    "lt_u": "gt_u",
    "gt_u": "lt_u",
    "le_u": "ge_u",
    "ge_u": "le_u",
    "lt_s": "gt_s",
    "gt_s": "lt_s",
    "le_s": "ge_s",
    "ge_s": "le_s",
}

_ZERO: Final = Const("i32", 0)


def _relation(row: Opcode) -> str:
    sign = "" if row.signed is None else "_s" if row.signed else "_u"
    return row.operation + sign


# The relations of the comparisons of integers.
RELATIONS: Final = {
    op: _relation(ROWS[op]) for op in instructions("eq", "ne", "lt", "le", "gt", "ge")
}
_CONJUNCTIONS: Final = instructions("and")
_DISJUNCTIONS: Final = instructions("or")


class Comparison(NamedTuple):
    """A variable, with a constant added to it, is in a relation to an operand."""

    variable: Variable
    distance: int
    relation: str
    operand: Variable | Const


class Span(NamedTuple):
    """`(variable - start) & mask` is less than an operand, or the same at most."""

    variable: Variable
    start: int
    mask: int
    relation: str
    operand: Variable | Const


def comparisons(condition: Expression, truth: bool) -> list[Span | Comparison]:
    """What is true where a condition holds, or does not: of either side, if both say something."""
    while condition.op in ZERO_TESTS:
        condition, truth = condition.args[0], not truth
    if condition.op in _CONJUNCTIONS and truth:
        # If any bits are left, there are some in either of them.
        return [test for arg in condition.args for test in comparisons(arg, True)]
    if isinstance(condition, Variable):
        return _one_side("ne" if truth else "eq", condition, _ZERO)
    relation = RELATIONS.get(condition.op)
    if relation is None:
        return []
    if not truth:
        relation = _NEGATED[relation]
    left, right = condition.args
    return [
        *_one_side(relation, left, right),
        *_one_side(_MIRRORED[relation], right, left),
    ]


def _one_side(
    relation: str, left: Expression, right: Expression
) -> list[Span | Comparison]:
    found: list[Span | Comparison] = []
    if left.type not in MASKS or not isinstance(right, (Variable, Const)):
        return found
    if relation in ("lt_u", "le_u"):
        if left.op in _DISJUNCTIONS:
            # Neither of them is greater than both together.
            for operand in left.args:
                found += _one_side(relation, operand, right)
            return found
        found += _spans(relation, left, right)
    distance = 0
    if has_step(left):
        # A sum that does not wrap around tells about its variable.
        distance = constant_step(left)
        left = left.args[0]
    if isinstance(left, Variable):
        found.append(Comparison(left, distance, relation, right))
    return found


def _spans(relation: str, left: Expression, right: Variable | Const) -> list[Span]:
    mask = MASKS[left.type]
    if left.op in _CONJUNCTIONS and isinstance(left.args[1], Const):
        mask = cast(int, left.args[1].imm)
        left = left.args[0]
    if mask & (mask + 1) or not has_step(left):
        return []
    variable, start = left.args[0], -constant_step(left) & mask
    if not isinstance(variable, Variable):
        return []
    return [Span(variable, start, mask, relation, right)]
