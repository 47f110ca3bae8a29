"""Shares what several rotations of one variable have in common.

    i32.xor(i32.rotr(v0, i32:6),       ->   v3 = i64.mul(i64.extend_i32_u(v0), i64:4294967297)
            i32.rotl(v0, i32:7))            i32.xor(i32.wrap_i64(i64.shr_u(v3, i64:6)),
                                                    i32.wrap_i64(i64.shr_u(v3, i64:25)))

Why it is sound: a 32-bit number times 2**32 + 1 is that number twice, side by side, and any rotation of it is
one shift of the product. Two or more in one statement share the product.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.nodes import (
    Assign,
    Const,
    Expression,
    Statement,
    Variable,
    operation,
)
from wasm2py.ir.walk import with_changed_args
from wasm2py.targets.python.tree.function import StructuredFunction

_TWICE: Final = 0x100000001

ROTATIONS: Final = ("i32.rotl", "i32.rotr")


def share_rotations(function: StructuredFunction) -> None:
    """Give the products that are shared, in structured code, variables of their own."""
    _share(function.statements, function.types)


def _share(statements: list[Statement], types: list[str]) -> None:
    result: list[Statement] = []
    for statement in statements:
        for inner in statement.parts():
            _share(inner, types)
        if not statement.is_control():
            result += _products(statement, types)
        result.append(statement)
    statements[:] = result


def _products(statement: Statement, types: list[str]) -> list[Statement]:
    """Assignments of what rotations in a statement share, which then use that."""
    times: dict[int, int] = {}
    for expression in statement.own():
        _count(expression, times)
    products: dict[int, Variable] = {}
    for variable, count in times.items():
        if count > 1:
            types.append("i64")
            products[variable] = Variable(len(types) - 1, "i64")
    if products:
        statement.rewrite(lambda expression: _replaced(expression, products))
    return [_product(to.index, variable) for variable, to in products.items()]


def _is_rotation(expression: Expression) -> bool:
    return (
        expression.op in ROTATIONS
        and isinstance(expression.args[0], Variable)
        and isinstance(expression.args[1], Const)
    )


def _count(expression: Expression, times: dict[int, int]) -> None:
    if _is_rotation(expression):
        index = cast(Variable, expression.args[0]).index
        times[index] = times.get(index, 0) + 1
    for arg in expression.args:
        if arg.args:
            _count(arg, times)


def _product(target: int, variable: int) -> Assign:
    wide = operation("i64.extend_i32_u", (Variable(variable, "i32"),), 7)
    return Assign(target, operation("i64.mul", (wide, Const("i64", _TWICE)), 20))


def _replaced(expression: Expression, products: dict[int, Variable]) -> Expression:
    if _is_rotation(expression):
        product = products.get(cast(Variable, expression.args[0]).index)
        if product is not None:
            shift = Const("i64", _shift_of(expression))
            shifted = operation("i64.shr_u", (product, shift), 9)
            return operation("i32.wrap_i64", (shifted,), 9)
        return expression
    return with_changed_args(expression, lambda arg: _replaced(arg, products))


def _shift_of(rotate: Expression) -> int:
    """How far the product of a rotation by a constant is to be shifted right."""
    count = cast(int, cast(Const, rotate.args[1]).imm) % 32
    return (32 - count if rotate.op == "i32.rotl" else count) % 32
