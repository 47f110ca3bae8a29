"""The loop idiom that stores one value at a variable distance from each other, and does nothing else.

    loop                                  ->   v0 = cells.fill_while(v0, v1, v0, v1, v2, i32:1)
      i32.store8 offset=64 (v0, i32:1)
      v0 = i32.add(v0, v1)
      unless i32.lt_u(v0, v2)
        break

It is the inner loop of a sieve. It becomes one instruction, which a target has a faster way to do. The address may
move on its own, beside the index that is compared: compilers keep `4 * index + base` in a variable.

Why it is sound: what `symbolic_iteration` says of an iteration holds here, too. The instruction gives the index that
the loop would have left, and what other variables the loop leaves is made of that. What a loop has stored before it
traps can be seen, and sums wrap around: where either could happen, or cells overlap, the runtime makes the stores one
by one, in their order.

An i32 index that is compared as a signed number is moved by 2**31, with the end: `x < y`, signed, is
`x + 2**31 < y + 2**31`, unsigned, modulo 2**32. A step stays as it is. Up to the end and including it is up to the
number after it, which an instruction may have for its end even if it is 2**32. It is the same with i64.

A loop that is tested before its first iteration, too, is one that is not, in an `if` with the same test.
Metered code has the loop as it is, too, for where it cannot be paid for as a whole (`payment`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.induction_variables import without_negations
from wasm2py.ir.effects import TRAPS, WRITES_MEMORY
from wasm2py.ir.nodes import Assign, Const, Expression, Statement, binary
from wasm2py.spec.opcodes import INTEGERS, STORES, instructions
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.idioms.payment import PAID_WHILE, paying
from wasm2py.targets.python.idioms.polynomials import (
    Polynomial,
    constant,
    difference,
    expression,
    number,
    total,
    unknown,
    variable_of,
)
from wasm2py.targets.python.idioms.recognition import (
    LoopRewriting,
    Parts,
    alone,
    execute_round,
    loop_parts,
)
from wasm2py.targets.python.idioms.symbolic_iteration import (
    Beyond,
    InductionVariables,
    Iteration,
    is_understood,
)
from wasm2py.targets.python.idioms.trip_count import Test
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import If, Loop

_HALVES: Final = {type: (MASKS[type] >> 1) + 1 for type in INTEGERS}
_NEGATED: Final = {"ge": "lt", "gt": "le", "lt": "ge", "le": "gt"}
_MIRRORED: Final = {"gt": "lt", "ge": "le"}
_ORDERS: Final = instructions(*_NEGATED, types=INTEGERS)


class FillWhile(NamedTuple):
    """The immediate of `cells.fill_while` (address, stride, index, step, end, value)."""

    width: int
    offset: int
    memory: int
    beyond: int  # an index goes on while it is less than the sum of this and the end
    type: str  # of the index


class PaidWhile(NamedTuple):
    """The immediate of `cells.paid_while` (fuel, address, stride, index, step, end): see `payment`."""

    cost: int  # of a round
    row: FillWhile


class _Order(NamedTuple):
    """A loop goes on as long as something is less than a bound, after each iteration."""

    type: str
    moving: Expression
    bound: Expression
    beyond: int
    signed: bool


def may_fill(loop: Statement) -> bool:
    """Whether a loop has the shape of such loops."""
    return is_understood(_shape, loop)


def fill_strides(function: StructuredFunction) -> None:
    """Replace such loops in structured code."""
    _Strides(function).block(function.statements, False)


class _Strides(LoopRewriting):
    def rewritten(
        self, loop: Statement, before: Collection[int] | None
    ) -> list[Statement]:
        """What does the same as a loop; raises `Beyond`."""
        (body, _, after, payment), test, order = _shape(loop)
        type = order.type
        iteration = execute_round(body)
        steps = InductionVariables(iteration, self.function.types)
        moved = iteration.value(order.moving)
        filled = self._filled(iteration, steps, order)
        ways: dict[int, Polynomial] = {}
        for variable in self.wanted(
            loop, after, iteration.values, iteration.carried, before
        ):
            if self.function.types[variable] != type:
                raise Beyond
            ways[variable] = difference(iteration.values[variable], moved, type)
            if not steps.is_fixed(ways[variable]):
                raise Beyond
        target = self._target(iteration, moved, type)
        ways.pop(target, None)
        index = filled
        if order.signed:
            index = binary(f"{type}.add", filled, Const(type, _HALVES[type]))
        made: list[Statement] = [Assign(target, index)]
        for variable, way in ways.items():
            value = self._written(_sum(unknown(target), way, type), type)
            made.append(Assign(variable, value))
        if payment is not None:
            imm = PaidWhile(payment.cost, cast(FillWhile, filled.imm))
            paid = paying(PAID_WHILE, payment, filled.args[:-1], imm)
            made = [payment.instead(paid, made, alone(loop, after))]
            twice = {target, *ways}.intersection(iteration.values)
            self.function.assigned_once.difference_update(twice)
        if test.is_first:
            made = [If(test.condition, test.leaves, made, [])]
        return [*made, *after]

    def _target(self, iteration: Iteration, moved: Polynomial, type: str) -> int:
        """The variable that is the index after an iteration, or a new one."""
        for variable, value in iteration.values.items():
            if value == moved and self.function.types[variable] == type:
                return variable
        return self.new_variable(type)

    def _filled(
        self, iteration: Iteration, steps: InductionVariables, order: _Order
    ) -> Expression:
        """The instruction; raises `Beyond`."""
        if iteration.cells or len(iteration.fills) != 1:
            raise Beyond
        (fill,) = iteration.fills
        place = fill.place
        stride = steps.change(place.address)
        if not stride or not steps.is_fixed(stride) or not steps.is_fixed(fill.value):
            raise Beyond
        sums = (self._written(each, I32) for each in (place.address, stride))
        index = self._index(iteration, steps, order)
        args = (*sums, *index, self._written(fill.value, fill.type))
        imm = FillWhile(
            fill.width, place.offset, place.memory, order.beyond, order.type
        )
        effects = WRITES_MEMORY | TRAPS
        for arg in args:
            effects |= arg.effects
        return Expression("cells.fill_while", args, imm, order.type, effects, 40)

    def _index(
        self, iteration: Iteration, steps: InductionVariables, order: _Order
    ) -> list[Expression]:
        """The index before the first iteration, its step, and its end; raises `Beyond`."""
        type = order.type
        moved, bound = iteration.value(order.moving), iteration.value(order.bound)
        step = steps.change(moved, type)
        if not step or not steps.is_fixed(step) or not steps.is_fixed(bound):
            raise Beyond
        known = number(step)
        if known is not None and (known < 0 or known & (known - 1) == 0):
            raise Beyond  # that is for `fill`
        index = difference(moved, step, type)
        if order.signed:
            half = constant(_HALVES[type], type)
            index, bound = _sum(index, half, type), _sum(bound, half, type)
        return [self._written(each, type) for each in (index, step, bound)]

    def _written(self, polynomial: Polynomial, type: str) -> Expression:
        return expression(polynomial, type, variable_of(self.function.types))


class _Shape(NamedTuple):
    parts: Parts
    test: Test
    order: _Order


def _shape(loop: Statement) -> _Shape:
    """What a loop consists of that stores something once and goes on up to an end; raises `Beyond`."""
    if not isinstance(loop, Loop):
        raise Beyond
    parts = loop_parts(loop)
    if parts.test is None:
        raise Beyond
    stores = [s for s in parts.body if not isinstance(s, Assign)]
    if len(stores) != 1 or not all(value.op in STORES for value in stores[0].own()):
        raise Beyond
    return _Shape(parts, parts.test, _order(parts.test))


def _sum(a: Polynomial, b: Polynomial, type: str) -> Polynomial:
    result = total(a, b, type)
    if result is None:
        raise Beyond
    return result


def _order(test: Test) -> _Order:
    """How long a loop goes on; raises `Beyond`."""
    condition, truth = without_negations(test.condition)
    if condition.op not in _ORDERS:
        raise Beyond
    order, _, sign = condition.op[4:].partition("_")
    if truth is test.leaves:
        order = _NEGATED[order]
    moving, bound = condition.args
    if order in _MIRRORED:
        order, moving, bound = _MIRRORED[order], bound, moving
    return _Order(moving.type, moving, bound, int(order == "le"), sign == "s")
