"""Takes out assignments that nothing reads, and finds the locals whose initial zero matters."""

from __future__ import annotations

from typing import Final

from wasm2py.ir.effects import ANYTHING, LOCALS
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
        _sweep(block, _live_out(block, live_in), locals)


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
    changed = True
    while changed:
        changed = False
        for block in reversed(blocks):
            at = block.position
            live = reads[at] | (_live_out(block, live_in) & keeps[at])
            if live != live_in[at]:
                live_in[at] = live
                changed = True
    return live_in


def _live_out(block: Block, live_in: list[int]) -> int:
    live = 0
    for target in block.targets:
        live |= live_in[target.position]
    return live


def _ending_reads(block: Block) -> int:
    effects = block.condition.effects if block.condition is not None else 0
    for value in block.values:
        effects |= value.effects
    return effects >> LOCALS


def _reads_and_keeps(block: Block, locals: int, mask: int) -> tuple[int, int]:
    """What a block reads before it sets it, and what it leaves unset."""
    read = _ending_reads(block) & mask
    keep = mask
    for statement in reversed(block.statements):
        for variable in statement.defines():
            if variable < locals:
                bit = ~(1 << variable)
                read &= bit
                keep &= bit
        for expression in statement.own():
            read |= expression.effects >> LOCALS & mask
    return read, keep


def _is_dead(defined: tuple[int, ...], live: int, locals: int) -> bool:
    """Whether something gives values to locals only, and none of them is read."""
    for variable in defined:
        if variable >= locals or live >> variable & 1:
            return False
    return bool(defined)


def _sweep(block: Block, live: int, locals: int) -> None:
    live |= _ending_reads(block)
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
                live &= ~(1 << variable)
        for expression in own:
            live |= expression.effects >> LOCALS
    kept.reverse()
    block.statements = kept
