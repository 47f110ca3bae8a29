"""The loop idiom that stores one value at a variable distance from each other, and does nothing else.

    loop                                  ->   v0 = cells.fill_while(i32:64, v0, v1, v2, i32:1)
      i32.store8 offset=64 (v0, i32:1)
      v0 = i32.add(v0, v1)
      unless i32.lt_u(v0, v2)
        break

It is the inner loop of a sieve. It becomes one instruction, which a target has a faster way to do.

Why it is sound: the instruction gives the index that the loop would have left. What a loop has stored before it traps
can be seen, and sums wrap around: where either could happen, or cells overlap, the runtime makes the stores one by
one, in their order.

An index that is compared as a signed number is moved by 2**31, with the end, and what is added to it to make an
address is moved back by as much: `x < y`, signed, is `x + 2**31 < y + 2**31`, unsigned, and 2**31 + 2**31 is zero, all
modulo 2**32. A step stays as it is. Up to the end and including it is up to the number after it, which an instruction
may have for its end even if it is 2**32.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.linear_address import linear_address
from wasm2py.ir.effects import TRAPS, WRITES_MEMORY
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Do,
    Expression,
    Statement,
    Variable,
    binary,
)
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.opcodes import INTEGERS, STORES
from wasm2py.spec.types import I32
from wasm2py.targets.python.idioms.payment import (
    PAID_WHILE,
    paying,
    split_payment,
)
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Break, If, Loop

_WIDTHS: Final = {
    name: store.width for name, store in STORES.items() if store.type in INTEGERS
}
_FULL: Final = ADDRESS_TYPES[I32].greatest
_HALF: Final = 1 << 31
_FILL: Final = "cells.fill_while"
_GO_ON: Final = ("lt", "le")
_NEGATED: Final = {"ge": "lt", "gt": "le"}


class FillWhile(NamedTuple):
    """The immediate of `cells.fill_while` (base, index, step, end, value)."""

    width: int
    offset: int
    memory: int
    beyond: int  # an index goes on while it is less than the sum of this and the end


class PaidWhile(NamedTuple):
    """The immediate of `cells.paid_while` (fuel, base, index, step, end): see `payment`."""

    cost: int  # of a round
    row: FillWhile


class _End(NamedTuple):
    """What an index is less than, in an iteration after the first, and how it is compared."""

    value: Expression
    beyond: int
    signed: bool


def fill_strides(function: StructuredFunction) -> None:
    """Replace such loops in structured code."""
    _fill_in(function.statements)


def _fill_in(statements: list[Statement]) -> None:
    for at, statement in enumerate(statements):
        for inner in statement.parts():
            _fill_in(inner)
        if isinstance(statement, Loop):
            statements[at] = _replaced(statement)


def may_fill(loop: Statement) -> bool:
    """Whether a loop has the shape of such loops."""
    if not isinstance(loop, Loop) or loop.own():
        return False
    _, body = split_payment(loop.body)
    return len(body) == 3


def _replaced(loop: Loop) -> Statement:
    """What takes the place of a loop, which may be itself."""
    payment, body = split_payment(loop.body)
    whole = _while(body) if may_fill(loop) else None
    if whole is None or payment is None:
        return whole or loop
    filled = whole.value if whole.value.op == _FILL else whole.value.args[0]
    imm = PaidWhile(payment.cost, cast(FillWhile, filled.imm))
    test = paying(PAID_WHILE, payment, filled.args[:-1], imm)
    return payment.instead(test, [whole], loop)


def _while(body: list[Statement]) -> Assign | None:
    """`do { store; index += step; } while (index < end);`"""
    store, step, test = body
    if not (
        isinstance(store, Do) and isinstance(step, Assign) and isinstance(test, If)
    ):
        return None
    index, access = step.variable, store.value
    if access.op not in _WIDTHS or step.value.op != "i32.add" or test.otherwise:
        return None
    if len(test.then) != 1 or not isinstance(test.then[0], Break):
        return None
    address, value = access.args
    place = _address(address, index)
    left, right = step.value.args
    if _is_variable(right, index):
        left, right = right, left
    end = _end(test, index)
    if not _is_variable(left, index) or place is None or end is None:
        return None
    if not _is_fixed(right, index) or not _is_fixed(value, index):
        return None
    _, offset, memory = cast("tuple[int, int, int]", access.imm)
    # Not the index that is stepped: of that more is known, since the access did not trap.
    sums = (*place, _as_it_is_before(end.value))
    base, first, bound = map(_moved, sums) if end.signed else sums
    args = (base, first, _as_it_is_before(right), bound, value)
    imm = FillWhile(_WIDTHS[access.op], offset, memory, end.beyond)
    effects = WRITES_MEMORY | TRAPS
    for arg in args:
        effects |= arg.effects
    filled = Expression(_FILL, args, imm, "i32", effects, 40)
    return Assign(index, _moved(filled) if end.signed else filled)


def _as_it_is_before(value: Expression) -> Expression:
    """A value without what is known of it because the loop's access did not trap."""
    return Variable(value.index, I32) if isinstance(value, Variable) else value


def _moved(value: Expression) -> Expression:
    """An i32 by 2**31 away."""
    if isinstance(value, Const):
        return Const(I32, cast(int, value.imm) ^ _HALF)
    return binary("i32.add", value, Const(I32, _HALF))


def _end(test: If, index: int) -> _End | None:
    """Up to where a loop goes on."""
    order, _, sign = test.condition.op.removeprefix("i32.").partition("_")
    order = order if test.negated else _NEGATED.get(order, "")
    if order not in _GO_ON or not sign:
        return None
    left, right = test.condition.args
    if not _is_variable(left, index) or not _is_fixed(right, index):
        return None
    return _End(right, int(order == "le"), sign == "s")


def _address(address: Expression, index: int) -> tuple[Expression, Variable] | None:
    """A 32-bit address as a sum of what stays and an index: the runtime knows no other such loops."""
    if address.type != I32:
        return None
    linear = linear_address(address)
    if linear is not None:
        if linear.shift or linear.variable.index != index:
            return None
        return Const(I32, linear.constant & _FULL), linear.variable
    if address.op != "i32.add":
        return None
    base, first = address.args
    if _is_variable(base, index):
        base, first = first, base
    if isinstance(first, Variable) and first.index == index and _is_fixed(base, index):
        return base, first
    return None


def _is_variable(value: Expression, index: int) -> bool:
    return isinstance(value, Variable) and value.index == index


def _is_fixed(value: Expression, variable: int) -> bool:
    """Whether a value is the same in each iteration of a loop that assigns one variable only."""
    if isinstance(value, Variable):
        return value.index != variable
    return isinstance(value, Const)
