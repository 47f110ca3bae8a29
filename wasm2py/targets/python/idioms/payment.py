"""Loops of metered code that are done as a whole, and paid for as a whole.

    loop
      v3 = fuel.less[12](v3)                    if cells.paid(v3, v2, v0, i32:4)
      v3 = fuel.pay(v3)                           v3 = fuel.get()
      i32.store(v0, i32:0)                        cells.fill(v0, i32:0, v2)
      v0 = i32.add(v0, i32:4)            ->     else
      v2 = i32.sub(v2, i32:1)                     loop
      unless v2                                     ... (as it was)
        return                                  return

What a loop has paid and stored when it ends early can be seen. So it is done as a whole only where nothing ends it
early: `cells.paid` pays for all rounds and is true if there is fuel for them, and all that they access is in bounds.
Otherwise it does nothing, and the loop is executed as it is.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.ir.effects import READS_MEMORY
from wasm2py.ir.fuel import FUEL, PAYING, get
from wasm2py.ir.nodes import Assign, Const, Expression, Statement, Variable
from wasm2py.ir.walk import variables
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.idioms.polynomials import (
    Polynomial,
    constant,
    difference,
    number,
)
from wasm2py.targets.python.idioms.symbolic_iteration import (
    Beyond,
    Cell,
    Copied,
    Filled,
)
from wasm2py.targets.python.idioms.trip_count import Whole
from wasm2py.targets.python.tree.nodes import If

PAID: Final = "cells.paid"
PAID_WHILE: Final = "cells.paid_while"
# With more rows, the test costs more than it saves.
_MOST_ROWS: Final = 4


class PaidRounds(NamedTuple):
    """The immediate of `cells.paid` (fuel, distance, then of each row its first address and how far it moves a round)."""

    cost: int  # of a round
    step: int  # the distance divided by this is the number of rounds
    memory: int
    # From an address of each row to the end of what is accessed there.
    reaches: tuple[int, ...]


class Payment(NamedTuple):
    """What each round pays at its beginning."""

    variable: int  # that holds the fuel
    cost: int

    def instead(self, test: Expression, whole: list[Statement], loop: Statement) -> If:
        """What is done as a whole if a test has paid for it, and the loop if not."""
        return If(test, False, [get(self.variable), *whole], [loop])


def split_payment(body: list[Statement]) -> tuple[Payment | None, list[Statement]]:
    """What a round pays, if it does so first, and the rest of it."""
    taken, paid = body[:2] if len(body) > 1 else (None, None)
    if not isinstance(taken, Assign) or not isinstance(paid, Assign):
        return None, body
    if taken.value.op != "fuel.less" or paid.value.op != "fuel.pay":
        return None, body
    fuels = {taken.variable, paid.variable}
    fuels.update(read.index for s in (taken, paid) for read in variables(s.value))
    if len(fuels) > 1:
        return None, body
    return Payment(taken.variable, cast(int, taken.value.imm)), body[2:]


def is_choice(statement: Statement) -> bool:
    """Whether a statement does a loop as a whole or not, as its fuel allows."""
    return isinstance(statement, If) and statement.condition.op in (PAID, PAID_WHILE)


def paid(whole: Whole, payment: Payment) -> Expression:
    """Whether all rounds of a loop can be paid for, and access what is in bounds; raises `Beyond`."""
    rows: dict[tuple[object, ...], _Row] = {}
    accesses = whole.iteration.accesses()
    memory = accesses[0].place.memory
    for access in accesses:
        if access.place.memory != memory:
            raise Beyond
        row = _row(access)
        key = tuple(sorted(row.base.items()))
        rows[key] = row.joined(rows.get(key, row))
    if len(rows) > _MOST_ROWS:
        raise Beyond
    distance, step, _ = whole.count(1)
    args = [distance]
    for row in rows.values():
        first = difference(row.base, constant(-row.start, I32), I32)
        args += [whole.start(first, I32), _stride(whole, row.base)]
    reaches = tuple(row.end - row.start for row in rows.values())
    return paying(
        PAID, payment, tuple(args), PaidRounds(payment.cost, step, memory, reaches)
    )


class _Row(NamedTuple):
    """What is accessed each round from an address on, but for a constant."""

    base: Polynomial
    start: int  # added to it
    end: int

    def joined(self, other: _Row) -> _Row:
        return _Row(self.base, min(self.start, other.start), max(self.end, other.end))


def _row(access: Cell | Copied | Filled) -> _Row:
    base = dict(access.place.address)
    start = base.pop((), 0)
    return _Row(base, start, start + access.place.offset + access.width)


def _stride(whole: Whole, address: Polynomial) -> Expression:
    stride = whole.stride(address)
    fixed = number(stride)
    if fixed is not None:
        return Const(I32, fixed & MASKS[I32])
    return whole.start(stride, I32)


def paying(
    op: str, payment: Payment, args: tuple[Expression, ...], imm: object
) -> Expression:
    """The instruction that pays for a loop if it can be done as a whole."""
    args = (Variable(payment.variable, FUEL), *args)
    effects = PAYING | READS_MEMORY
    for arg in args:
        effects |= arg.effects
    return Expression(op, args, imm, I32, effects, 60)
