"""What the outcome of a branch says about value ranges: comparisons with variables and with constants."""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.induction_variables import (
    constant_step,
    has_step,
    without_negations,
)
from wasm2py.ir.nodes import Const, Expression, Variable, same_atom
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

_BELOW: Final = ("lt_u", "le_u")
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
_PRODUCTS: Final = instructions("mul", types=tuple(MASKS))


class Comparison:
    """A variable, with a constant added to it, is in a relation to an operand."""

    __slots__ = ("distance", "operand", "relation", "variable")

    def __init__(
        self,
        variable: Variable,
        distance: int,
        relation: str,
        operand: Variable | Const,
    ) -> None:
        self.variable: Final = variable
        self.distance: Final = distance
        self.relation: Final = relation
        self.operand: Final = operand


class Span(NamedTuple):
    """`(variable - start) & mask` is less than an operand, or the same at most."""

    variable: Variable
    start: int
    mask: int
    relation: str
    operand: Variable | Const


class Root(NamedTuple):
    """The square of a variable, with a constant added to that, is less than an operand, or the same at most."""

    variable: Variable
    distance: int
    relation: str
    operand: Variable | Const


Told = Comparison | Span | Root

# What is true where a condition holds, and where it does not.
Outcomes = tuple[list[Told], list[Told]]


def comparisons(condition: Expression) -> Outcomes:
    """The outcomes of a condition: of either side, if both say something."""
    condition, truth = without_negations(condition)
    true: list[Told] = []
    false: list[Told] = []
    if condition.op in _CONJUNCTIONS:
        # If any bits are left, there are some in either of them.
        for arg in condition.args:
            true += comparisons(arg)[0]
    elif isinstance(condition, Variable):
        _compare("ne", condition, _ZERO, true, false)
    elif condition.op in RELATIONS:
        relation = RELATIONS[condition.op]
        left, right = condition.args
        _compare(relation, left, right, true, false)
        _compare(_MIRRORED[relation], right, left, true, false)
    return (true, false) if truth else (false, true)


def _compare(
    relation: str,
    left: Expression,
    right: Expression,
    true: list[Told],
    false: list[Told],
) -> None:
    """Add what is known of the left side where a comparison is true, and where it is false."""
    if left.type not in MASKS or not isinstance(right, (Variable, Const)):
        return
    negated = _NEGATED[relation]
    if left.op in _DISJUNCTIONS:
        # Neither of them is greater than both together.
        for holds, found in ((relation, true), (negated, false)):
            for operand in left.args if holds in _BELOW else ():
                _compare(holds, operand, right, found, [])
        return
    root = squared(left)
    if root is not None:
        for holds, found in ((relation, true), (negated, false)):
            if holds in _BELOW:
                found.append(Root(root, 0, holds, right))
        return
    variable, distance = left, 0
    if has_step(left):
        # A sum that does not wrap around tells about its variable.
        variable, distance = left.args[0], constant_step(left)
    for holds, found in ((relation, true), (negated, false)):
        if holds in _BELOW:
            found += _spans(holds, left, right)
        if isinstance(variable, Variable):
            found.append(Comparison(variable, distance, holds, right))


def squared(value: Expression) -> Variable | None:
    """The variable whose square a value is."""
    if value.op in _PRODUCTS:
        left, right = value.args
        if isinstance(left, Variable) and same_atom(left, right):
            return left
    return None


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
