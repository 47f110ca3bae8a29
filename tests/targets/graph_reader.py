"""Reads what `tests.targets.graph_target` writes, for the interpreter."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from wasm2py.ir.function import Function
from wasm2py.ir.graph import (
    Block,
    BranchEnd,
    End,
    JumpEnd,
    ReturnEnd,
    SwitchEnd,
    UnreachableEnd,
)
from wasm2py.ir.nodes import (
    Assign,
    AssignMany,
    Const,
    Do,
    Elements,
    Expression,
    Statement,
    Variable,
)


def read_function(source: str, views: tuple[tuple[int, int], ...]) -> Function:
    """What is executed of a function, from its code."""
    fields = json.loads(source)
    blocks = [Block() for _ in fields["blocks"]]
    for block, row in zip(blocks, fields["blocks"], strict=True):
        statements, end, expressions, targets, handler = row
        block.statements = [_read_statement(*each) for each in statements]
        block.end = _ENDS[end](
            [_read(each) for each in expressions], [blocks[at] for at in targets]
        )
        block.handler = None if handler is None else blocks[handler]
    fields |= {"blocks": blocks, "statements": [], "slots": {}, "views": set(views)}
    return cast(Function, SimpleNamespace(**fields))


_ENDS: dict[str, Callable[[list[Expression], list[Block]], End]] = {
    "JumpEnd": lambda _, targets: JumpEnd(*targets),
    "BranchEnd": lambda expressions, targets: BranchEnd(expressions[0], *targets),
    "SwitchEnd": lambda expressions, targets: SwitchEnd(expressions[0], targets),
    "ReturnEnd": lambda expressions, _: ReturnEnd(tuple(expressions)),
    "UnreachableEnd": lambda *_: UnreachableEnd(),
}


def _read_statement(value: list[Any], to: int | list[int] | None = None) -> Statement:
    if to is None:
        return Do(_read(value))
    if isinstance(to, int):
        return Assign(to, _read(value))
    return AssignMany(tuple(to), _read(value))


def _read(row: list[Any]) -> Expression:
    if row[0] == "elements":
        _, index, first, count, whole = row
        return Elements(index, first, count, count if whole else -1)
    if row[0] == "local":
        return Variable(row[1], row[2])
    op, type, imm, *args = row
    if op == "const":
        return Const(type, imm)
    imm = tuple(imm) if isinstance(imm, list) else imm
    return Expression(op, tuple(map(_read, args)), imm, type, 0, 0)
