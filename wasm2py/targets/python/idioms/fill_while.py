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
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.linear_address import LinearAddress, linear_address
from wasm2py.ir.effects import TRAPS, WRITES_MEMORY
from wasm2py.ir.nodes import Assign, Const, Do, Expression, Statement, Variable
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.opcodes import INTEGERS, STORES
from wasm2py.spec.types import I32
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Break, If, Loop

_WIDTHS: Final = {
    name: store.width for name, store in STORES.items() if store.type in INTEGERS
}
_FULL: Final = ADDRESS_TYPES[I32].greatest


class FillWhile(NamedTuple):
    """The immediate of `cells.fill_while` (base, index, step, end, value)."""

    width: int
    offset: int
    memory: int


def fill_strides(function: StructuredFunction) -> None:
    """Replace such loops in structured code."""
    _fill_in(function.statements)


def _fill_in(statements: list[Statement]) -> None:
    for at, statement in enumerate(statements):
        for inner in statement.parts():
            _fill_in(inner)
        if isinstance(statement, Loop):
            statements[at] = _while(statement) or statement


def _while(loop: Loop) -> Assign | None:
    """`do { store; index += step; } while (index < end);`"""
    if len(loop.body) != 3 or loop.own():
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
    effects = WRITES_MEMORY | TRAPS
    for arg in args:
        effects |= arg.effects
    return Assign(index, Expression("cells.fill_while", args, imm, "i32", effects, 40))


def _least_end(test: If, index: int) -> Expression | None:
    """What an index has reached where a loop is left, as an unsigned number."""
    condition = test.condition
    if condition.op != ("i32.lt_u" if test.negated else "i32.ge_u"):
        return None
    left, right = condition.args
    if isinstance(left, Variable) and left.index == index and _is_fixed(right, index):
        return right
    return None


def _address(expression: Expression, variable: int) -> LinearAddress | None:
    """A 32-bit address as a multiple of a variable: the runtime knows no other such loops."""
    found = linear_address(expression) if expression.type == I32 else None
    return found if found is not None and found.variable.index == variable else None


def _is_fixed(value: Expression, variable: int) -> bool:
    """Whether a value is the same in each iteration of a loop that assigns one variable only."""
    if isinstance(value, Variable):
        return value.index != variable
    return isinstance(value, Const)
