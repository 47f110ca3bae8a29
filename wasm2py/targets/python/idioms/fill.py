"""The loop idiom that stores one value in cell after cell, and does nothing else.

    count v1 from v1 to i32:256 by 4     ->   cells.fill offset=64 step=4
      i32.store offset=64 (v1, v0)              (v1, i64.extend_i32_u(i32.sub(i32:256, v1)), v0)

It becomes one instruction, `cells.fill`, or `cells.fill_while` for a step that is a variable (the inner loop
of a sieve), which a target has a faster way to do.

Why it is sound: what a loop has stored before it traps can be seen, and sums wrap around. Where either
could happen the runtime makes the stores one by one, in their order. The trip count is `trip_count`'s.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.linear_address import LinearAddress, linear_address
from wasm2py.ir.effects import TRAPS, WRITES_MEMORY
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Do,
    Expression,
    Statement,
    Variable,
    binary,
    operation,
    same_atom,
)
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.opcodes import INTEGERS, STORES
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.tree.nodes import Break, Count, If, Loop

_WIDTHS: Final = {
    name: store.width for name, store in STORES.items() if store.type in INTEGERS
}
_MOST_STORES: Final = 16
_FULL: Final = ADDRESS_TYPES[I32].greatest


class FillRow(NamedTuple):
    """The immediate of `cells.fill` (first address, bytes to go, value)."""

    width: int
    offsets: tuple[int, ...]
    stride: int
    memory: int


class FillWhile(NamedTuple):
    """The immediate of `cells.fill_while` (base, index, step, end, value)."""

    width: int
    offset: int
    memory: int


def fill_rows(function: Function) -> None:
    """Replace such loops in structured code."""
    _fill_in(function.statements)


def _fill_in(statements: list[Statement]) -> None:
    for at, statement in enumerate(statements):
        parts = statement.parts()
        if not parts:
            continue
        for inner in parts:
            _fill_in(inner)
        statements[at] = _row(statement) or _while(statement) or statement


def _row(count: Statement) -> Do | None:
    """Stores for each value of a variable."""
    if not isinstance(count, Count):
        return None
    stores = [
        s.value for s in count.body if isinstance(s, Do) and s.value.op in _WIDTHS
    ]
    if len(stores) != len(count.body) or not 1 <= len(stores) <= _MOST_STORES:
        return None
    op, value = stores[0].op, stores[0].args[1]
    _, _, memory = cast("tuple[int, int, int]", stores[0].imm)
    found = [_address(store.args[0], count.variable) for store in stores]
    addresses = [address for address in found if address is not None]
    if len(addresses) != len(stores) or not _is_fixed(value, count.variable):
        return None
    shift = addresses[0].shift
    first = min(address.constant for address in addresses)
    offsets = []
    for store, address in zip(stores, addresses):
        _, offset, its_memory = cast("tuple[int, int, int]", store.imm)
        if (
            store.op != op
            or its_memory != memory
            or not same_atom(store.args[1], value)
        ):
            return None
        if address.shift != shift or not _stays(address):
            return None
        offsets.append(address.constant - first + offset)
    width, stride = _WIDTHS[op], count.step << shift
    covered = sorted(offsets)
    if stride < width or (
        len(offsets) > 1
        and covered != list(range(covered[0], covered[0] + stride, width))
    ):
        return None
    start = _plus(_shifted(count.start, shift), first)
    span = _shifted(_distance(count.start, count.end), shift)
    row = FillRow(width, tuple(offsets), stride, memory)
    return Do(_fill("cells.fill", (start, span, value), row, ""))


def _while(loop: Statement) -> Assign | None:
    """`do { store; index += step; } while (index < end);`"""
    if not isinstance(loop, Loop) or len(loop.body) != 3 or loop.own():
        return None
    store, step, test = loop.body
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
    base = _address(address, index)
    left, right = step.value.args
    if isinstance(left, Variable) and left.index != index:
        left, right = right, left
    end = _least_end(test, index)
    if not (isinstance(left, Variable) and left.index == index) or end is None:
        return None
    if (
        base is None
        or base.shift
        or not _is_fixed(right, index)
        or not _is_fixed(value, index)
    ):
        return None
    _, offset, memory = cast("tuple[int, int, int]", access.imm)
    # Not the index that is stepped: of that more is known, since the access did not trap.
    first = base.variable
    args = (Const("i32", base.constant & _FULL), first, right, end, value)
    imm = FillWhile(_WIDTHS[access.op], offset, memory)
    return Assign(index, _fill("cells.fill_while", args, imm, "i32"))


def _least_end(test: If, index: int) -> Expression | None:
    """What an index has reached where a loop is left, as an unsigned number."""
    condition = test.condition
    if condition.op != ("i32.lt_u" if test.negated else "i32.ge_u"):
        return None
    left, right = condition.args
    if isinstance(left, Variable) and left.index == index and _is_fixed(right, index):
        return right
    return None


def _fill(op: str, args: tuple[Expression, ...], imm: object, type: str) -> Expression:
    effects = WRITES_MEMORY | TRAPS
    for arg in args:
        effects |= arg.effects
    return Expression(op, args, imm, type, effects, 40)


def _address(expression: Expression, variable: int) -> LinearAddress | None:
    """A 32-bit address as a multiple of a variable: the runtime knows no other such loops."""
    found = linear_address(expression) if expression.type == I32 else None
    return found if found is not None and found.variable.index == variable else None


def _stays(address: LinearAddress) -> bool:
    """Whether an address is known not to wrap around."""
    fact = address.variable.fact
    if fact is None:
        return False
    low, high = address.bounds(fact)
    return low >= 0 and high <= _FULL


def _is_fixed(value: Expression, variable: int) -> bool:
    """Whether a value is the same in each iteration of a loop that assigns one variable only."""
    if isinstance(value, Variable):
        return value.index != variable
    return isinstance(value, Const)


def _distance(start: Expression, end: Expression) -> Expression:
    """How far an end is from a start, as an i64."""
    if isinstance(start, Const) and isinstance(end, Const):
        return Const("i64", cast(int, end.imm) - cast(int, start.imm) & _FULL)
    distance = end
    if not isinstance(start, Const) or start.imm:
        distance = binary("i32.sub", end, start)
    return operation("i64.extend_i32_u", (distance,), distance.size)


def _plus(value: Expression, constant: int) -> Expression:
    if isinstance(value, Const):
        return Const("i32", cast(int, value.imm) + constant & _FULL)
    return binary("i32.add", value, Const("i32", constant & _FULL))


def _shifted(value: Expression, count: int) -> Expression:
    if isinstance(value, Const):
        return Const(value.type, cast(int, value.imm) << count & MASKS[value.type])
    if not count:
        return value
    return binary(f"{value.type}.shl", value, Const(value.type, count))
