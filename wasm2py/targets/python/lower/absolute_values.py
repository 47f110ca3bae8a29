"""Finds absolute values in what compilers make of them.

    v1 = i32.shr_s(v0, i32:31)              ->   select(i32.lt_s(v0, i32:0), i32.sub(i32:0, v0), v0)
    i32.xor(i32.add(v0, v1), v1)

or `i32.sub(i32.xor(v0, v1), v1)`, and `i32.sub(v1, i32.xor(v0, v1))`, which is its negative; the same for i64.

Why it is sound: the shift gives 0 or -1. With 0 these are the number itself. With -1, `~(x - 1)` and `~x + 1` are
`-x`, modulo 2**32, for the least number, too. Between the shift and its use neither of the variables is assigned.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.effects import variable_bits
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Expression,
    Variable,
    binary,
    same_atom,
)
from wasm2py.ir.walk import variables, with_changed_args
from wasm2py.spec.opcodes import ROWS, instructions

_LAST: Final = instructions("xor", "sub")
_SHIFTS: Final = {"i32.shr_s": 31, "i64.shr_s": 63}


def find_absolute_values(function: Function) -> None:
    """Replace them in linked blocks, and take out the shifts that are not read any more."""
    if function.ops.isdisjoint(_SHIFTS):
        return
    unused: set[int] = set()
    for block in function.blocks:
        unused |= _Rewriting().block(block)
    if unused:
        _remove_unread(function.blocks, unused)


class _Rewriting:
    """Goes through the statements of a block, in order."""

    def __init__(self) -> None:
        self._signs: dict[int, Variable] = {}  # what a variable is the sign of
        self._used: set[int] = set()  # of these

    def block(self, block: Block) -> set[int]:
        """Rewrite it; the signs that have been used."""
        for statement in block.statements:
            if self._signs:
                statement.rewrite(self._rewritten)
            for variable in statement.defines():
                self._forget(variable)
            if isinstance(statement, Assign):
                number = _shifted(statement.value)
                if number is not None and number.index != statement.variable:
                    self._signs[statement.variable] = number
        if self._signs:
            block.end.rewrite(self._rewritten)
        return self._used

    def _forget(self, variable: int) -> None:
        if self._signs:
            self._signs = {
                sign: number
                for sign, number in self._signs.items()
                if variable not in (sign, number.index)
            }

    def _rewritten(self, expression: Expression) -> Expression:
        if not expression.effects & variable_bits(self._signs):
            return expression
        expression = with_changed_args(expression, self._rewritten)
        return self._absolute(expression) or expression

    def _absolute(self, expression: Expression) -> Expression | None:
        """An absolute value, or the negative of one, if an expression is that."""
        if expression.op not in _LAST:
            return None
        type, operation = expression.type, ROWS[expression.op].operation
        left, right = expression.args
        mixed = f"{type}.{'add' if operation == 'xor' else 'xor'}"
        for inner, sign, first in ((left, right, True), (right, left, False)):
            if inner.op != mixed or not isinstance(sign, Variable):
                continue
            number = self._signs.get(sign.index)
            if number is None or not _consists_of(inner, number, sign):
                continue
            self._used.add(sign.index)
            absolute = _magnitude(number)
            if operation == "sub" and not first:
                return binary(expression.op, Const(type, 0), absolute)
            return absolute
        return None


def _shifted(value: Expression) -> Variable | None:
    """The variable whose sign a value is."""
    if value.op in _SHIFTS:
        number, count = value.args
        if isinstance(number, Variable) and isinstance(count, Const):
            return number if count.imm == _SHIFTS[value.op] else None
    return None


def _consists_of(expression: Expression, a: Variable, b: Variable) -> bool:
    left, right = expression.args
    return (same_atom(left, a) and same_atom(right, b)) or (
        same_atom(left, b) and same_atom(right, a)
    )


def _magnitude(number: Variable) -> Expression:
    type, zero = number.type, Const(number.type, 0)

    def value() -> Variable:
        return Variable(number.index, type)

    test = binary(f"{type}.lt_s", value(), zero)
    negative = binary(f"{type}.sub", zero, value())
    size = test.size + negative.size + 7
    args = (test, negative, value())
    return Expression("select", args, None, type, test.effects, size)


def _remove_unread(blocks: list[Block], unused: set[int]) -> None:
    """Take out the assignments of signs that nothing reads."""
    for block in blocks:
        read = [*block.end.own()]
        for statement in block.statements:
            read += statement.own()
        for expression in read:
            unused.difference_update(found.index for found in variables(expression))
    for block in blocks:
        block.statements = [
            statement
            for statement in block.statements
            if not (isinstance(statement, Assign) and statement.variable in unused)
        ]
