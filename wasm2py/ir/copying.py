"""Copies of blocks, with variables of their own."""

from __future__ import annotations

from wasm2py.ir.effects import BEYOND
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Expression, Variable


def copied_blocks(blocks: list[Block], renamed: dict[int, int]) -> list[Block]:
    """Blocks that do what others do, with variables renamed; those of their targets that are among the others, too.

    They are not linked, and have no handlers.
    """
    copies = {block: Block() for block in blocks}

    def change(expression: Expression) -> Expression:
        return copied(expression, renamed)

    for block, found in copies.items():
        for statement in block.statements:
            again = statement.again()
            again.rewrite(change)
            for variable in again.defines():
                if variable in renamed:
                    again.rename(variable, renamed[variable])
            found.statements.append(again)
        found.end = block.end.again()
        found.end.rewrite(change)
        found.end.targets = [copies.get(t, t) for t in block.end.targets]
    return list(copies.values())


def copied(expression: Expression, renamed: dict[int, int]) -> Expression:
    """The same expression, with variables renamed, of which nothing is known yet."""
    if isinstance(expression, Variable):
        return expression.of(renamed.get(expression.index, expression.index))
    if expression.effects <= BEYOND:
        return expression  # reads no variable
    args = tuple(copied(arg, renamed) for arg in expression.args)
    effects = expression.effects & BEYOND
    for arg in args:
        effects |= arg.effects
    op, imm, type, size = (
        expression.op,
        expression.imm,
        expression.type,
        expression.size,
    )
    return Expression(op, args, imm, type, effects, size)
