"""Linear expressions: a variable times a power of two, plus another one, plus a constant.

A variable may be kept moved: as `(variable << shift) + base + place`. `Mover` rewrites code for that.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.induction_variables import constant_step
from wasm2py.ir.graph import Block, BranchEnd
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Expression,
    Variable,
    added_up,
    operation,
    signed_value,
)
from wasm2py.ir.walk import with_changed_args
from wasm2py.spec.types import I32, MASKS

NO_BASE: Final = -1
EQUALITIES: Final = ("i32.eq", "i32.ne")
SUMS: Final = ("i32.add", "i32.sub")
_READABLE: Final = (*SUMS, "i32.shl")


class Affine(NamedTuple):
    """`(variable << shift) + base + constant`, modulo 2**32."""

    variable: int
    shift: int
    base: int  # a variable or NO_BASE
    constant: int

    def plus(self, constant: int) -> Affine:
        """The same with a constant added."""
        variable, shift, base, before = self
        return Affine(variable, shift, base, before + constant)


class Move(NamedTuple):
    """How a variable is kept: as `(variable << shift) + base + place`."""

    shift: int
    base: int
    place: int


def readings(expression: Expression) -> list[Affine]:
    """The ways to read an i32: a sum of two variables can be read in two."""
    op, args = expression.op, expression.args
    if isinstance(expression, Variable):
        if expression.type == "i32":
            return [Affine(expression.index, 0, NO_BASE, 0)]
    elif op in SUMS:
        left, right = args
        if isinstance(right, Const):
            step = constant_step(expression)
            return [reading.plus(step) for reading in readings(left)]
        if op == "i32.add":
            return _joined(readings(left), readings(right))
    elif op == "i32.shl" and isinstance(args[1], Const):
        count = cast(int, args[1].imm) & 31
        return [
            Affine(found.variable, count, NO_BASE, found.constant << count)
            for found in readings(args[0])
            if not found.shift and found.base == NO_BASE
        ]
    return []


def _joined(left: list[Affine], right: list[Affine]) -> list[Affine]:
    """The readings of a sum of two values that are no constants."""
    if len(left) != 1 or len(right) != 1:
        return []
    found = []
    for one, other in ((left[0], right[0]), (right[0], left[0])):
        if one.base == other.base == NO_BASE and not other.shift:
            constant = one.constant + other.constant
            found.append(Affine(one.variable, one.shift, other.variable, constant))
    return found


def step_of(value: Expression) -> Affine | None:
    """A variable and a constant, if a value is nothing more."""
    if isinstance(value, Variable):
        is_step = value.type == I32
        return Affine(value.index, 0, NO_BASE, 0) if is_step else None
    if value.op not in _READABLE:
        return None
    found = readings(value)
    if len(found) == 1 and not found[0].shift and found[0].base == NO_BASE:
        return found[0]
    return None


class Mover:
    """Rewrites code for variables that are moved."""

    def __init__(self, moves: dict[int, Move]) -> None:
        self._moves = moves

    def rewrite(self, block: Block) -> None:
        """Rewrite all that reads or sets such a variable in a block."""
        for statement in block.statements:
            if isinstance(statement, Assign) and statement.variable in self._moves:
                statement.value = self.kept(statement.variable, statement.value)
            else:
                statement.rewrite(self._moved)
        end = block.end
        end.rewrite(self._moved)
        if isinstance(end, BranchEnd):
            end.rewrite(_tested)

    def kept(self, variable: int, value: Expression) -> Expression:
        """A value as it is kept in a variable that is moved."""
        move = self._moves[variable]
        step = step_of(value)
        if step is not None and self._moves.get(step.variable) == move:
            return plus(Variable(step.variable, "i32"), step.constant << move.shift)
        moved = self._moved(value)
        if isinstance(moved, Const):
            moved = Const("i32", signed_value(moved) << move.shift & MASKS[I32])
        else:
            moved = _shifted(moved, move.shift)
        if move.base != NO_BASE:
            base = Variable(move.base, "i32")
            moved = added_up(operation("i32.add", (base, moved), moved.size + 7))
        return plus(moved, move.place)

    def _moved(self, expression: Expression) -> Expression:
        """An expression in which moved variables are read as they are kept."""
        for found in readings(expression):
            move = self._moves.get(found.variable)
            if move is not None and found[1:3] == move[:2]:
                variable = Variable(found.variable, "i32")
                return plus(variable, found.constant - move.place)
        if isinstance(expression, Variable):
            move = self._moves.get(expression.index)
            return expression if move is None else _without_base(expression, move)
        if expression.op == "i32.shl":
            moved = self._moved_product(expression)
            if moved is not None:
                return moved
        changed = with_changed_args(expression, self._moved)
        return expression if changed is expression else _simplified(changed)

    def _moved_product(self, product: Expression) -> Expression | None:
        """A multiple of a variable that is kept multiplied itself."""
        step, count = step_of(product.args[0]), product.args[1]
        if step is None or not isinstance(count, Const):
            return None
        move = self._moves.get(step.variable)
        if move is None or not move.shift:
            return None
        shift = cast(int, count.imm) & 31
        value = _without_base(Variable(step.variable, "i32"), move)
        return plus(_shifted(value, shift - move.shift), step.constant << shift)


def _without_base(variable: Variable, move: Move) -> Expression:
    """What is kept of a variable, without the base and place that have been added."""
    value = plus(variable, -move.place)
    if move.base == NO_BASE:
        return value
    return operation("i32.sub", (value, Variable(move.base, "i32")), value.size + 7)


def _shifted(value: Expression, count: int) -> Expression:
    if not count:
        return value
    return operation("i32.shl", (value, Const("i32", count)), value.size + 5)


def plus(value: Expression, constant: int) -> Expression:
    """An i32 and a constant."""
    if isinstance(value, Const):
        return Const("i32", (signed_value(value) + constant) & MASKS[I32])
    addend = Const("i32", constant & MASKS[I32])
    return added_up(operation("i32.add", (value, addend), value.size + 5))


def _simplified(expression: Expression) -> Expression:
    """The same value, with constants that have come together made one."""
    op, args = expression.op, expression.args
    if op == "i32.add":
        return added_up(expression)
    if op == "i32.sub" and isinstance(args[1], Const):
        return plus(args[0], -signed_value(args[1]))
    if op == "i32.eqz" and (step := step_of(args[0])) is not None:
        return _test("i32.eq", step, 0, expression.size)
    if op in EQUALITIES:
        return _compared(expression)
    return expression


def _tested(condition: Expression) -> Expression:
    """A condition, without a constant that is added."""
    step = step_of(condition)
    if step is None or not step.constant:
        return condition
    return _test("i32.ne", step, 0, condition.size)


def _compared(expression: Expression) -> Expression:
    """A test for equality, without a constant that is added, if that is possible."""
    left, right = expression.args
    step = step_of(left)
    if step is None:
        return expression
    if isinstance(right, Const):
        return _test(expression.op, step, signed_value(right), expression.size)
    other = step_of(right)
    if other is None or other.constant != step.constant:
        return expression
    sides = (Variable(step.variable, "i32"), Variable(other.variable, "i32"))
    return operation(expression.op, sides, expression.size)


def _test(op: str, step: Affine, value: int, size: int) -> Expression:
    """Whether a variable and a constant are, or are not, a value."""
    end = Const("i32", (value - step.constant) & MASKS[I32])
    return operation(op, (Variable(step.variable, "i32"), end), size)
