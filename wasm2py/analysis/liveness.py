"""Liveness: removes dead assignments, and finds the locals whose initial zero matters.

A variable that nothing reads but the calculation of its own next value is dead, too (faint, in the literature).
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.effects import ANYTHING, LOCALS, PURE
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Do, Statement

# Above this many locals, variables share bits in the effects and nothing exact is known.
MOST_LOCALS: Final = 1024
_MUST_HAPPEN: Final = ANYTHING & ~7


def remove_dead_assignments(
    blocks: list[Block], live_in: list[int], locals: int
) -> None:
    """Simplify the linked blocks of a function with at most `MOST_LOCALS` locals."""
    for block in blocks:
        always = _live_throughout(block, live_in)
        _sweep(block, _live_out(block, live_in), always, locals)


def find_live(blocks: list[Block], locals: int) -> list[int]:
    """The locals, one bit each, that may be read before they are set, from each block on.

    `locals` counts parameters and locals.
    """
    mask = (1 << locals) - 1
    reads, keeps = [], []
    for block in blocks:
        read, keep = _reads_and_keeps(block, locals, mask)
        reads.append(read)
        keeps.append(keep)
    live_in = [0] * len(blocks)
    # Where no branch leads back, what follows a block has always been looked at before it.
    goes_round = any(block.is_loop for block in blocks)
    changed = True
    while changed:
        changed = False
        for block in reversed(blocks):
            at = block.position
            live = reads[at] | (_live_out(block, live_in) & keeps[at])
            if block.handler is not None:
                live |= live_in[block.handler.position]
            if live != live_in[at]:
                live_in[at] = live
                changed = goes_round
    return live_in


def _live_out(block: Block, live_in: list[int]) -> int:
    live = 0
    for target in block.end.targets:
        live |= live_in[target.position]
    return live


def _live_throughout(block: Block, live_in: list[int]) -> int:
    """What may be read where an exception leads to that is thrown anywhere in a block."""
    return 0 if block.handler is None else live_in[block.handler.position]


def _ending_reads(block: Block) -> int:
    effects = PURE
    for value in block.end.own():
        effects |= value.effects
    return effects >> LOCALS if effects else PURE


def _reads_and_keeps(block: Block, locals: int, mask: int) -> tuple[int, int]:
    """What a block reads before it sets it, and what it leaves unset."""
    read = _ending_reads(block) & mask
    keep = mask
    for statement in reversed(block.statements):
        defined = 0
        for variable in statement.defines():
            if variable < locals:
                defined |= 1 << variable
        needed = 0
        for expression in statement.own():
            needed |= expression.effects >> LOCALS & mask
        if defined & needed and not _must_happen(statement):
            # Of what a variable had before, only its next value is made: it is read if that is.
            needed &= ~defined
        else:
            read &= ~defined
            keep &= ~defined
        read |= needed
    return read, keep


def _must_happen(statement: Statement) -> bool:
    """Whether a statement does more than to give a variable a value."""
    return any(value.effects & _MUST_HAPPEN for value in statement.own())


def _is_dead(defined: tuple[int, ...], live: int, locals: int) -> bool:
    """Whether something gives values to locals only, and none of them is read."""
    for variable in defined:
        if variable >= locals or live >> variable & 1:
            return False
    return bool(defined)


def _sweep(block: Block, live: int, always: int, locals: int) -> None:
    live |= _ending_reads(block) | always
    kept: list[Statement] = []
    for statement in reversed(block.statements):
        own, defined = statement.own(), statement.defines()
        if _is_dead(defined, live, locals):
            # Only what it does besides is wanted.
            own = tuple(e for e in own if e.effects & _MUST_HAPPEN)
            kept += map(Do, reversed(own))
        else:
            kept.append(statement)
        for variable in defined:
            if variable < locals:
                live = live & ~(1 << variable) | always
        for expression in own:
            live |= expression.effects >> LOCALS
    kept.reverse()
    block.statements = kept
