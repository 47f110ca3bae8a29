"""Gives innermost loops a second version, for small numbers, in which addresses need no masks.

    loop                                     branch i32.lt_u(i32.or(v0, v1), i32:16777216)
      ... load(i32.add(v0, v2)) ...            loop ... (a copy)
      v2 = i32.add(v2, v1)                   else
                                               loop ... (as it was)

Addresses are calculated modulo 2**32. Of an index that comes from outside of a loop nothing is known, so each sum
with it takes a mask in each round. Nearly always these numbers are far from 2**32: below 16 MiB, which is also how far
the address of an access may be moved without wrapping around (`spec.addresses`). One test before the loop makes that
known in the copy, where the ranges are found anew.

Why it is sound: both versions do the same, whatever the test says. That the copy needs no masks is for
`analysis.ranges` to prove. Of the variables that the loop assigns, those that nobody reads behind it are others in the
copy, which begin as the loop's would: the forms that suit the one version need not suit the other. The rest are assigned
in two places from now on.

Which loops are worth it is a guess (`loop_prospects`).
"""

from __future__ import annotations

from functools import reduce
from typing import Final

from wasm2py.analysis.liveness import MOST_LOCALS, find_live, remove_dead_assignments
from wasm2py.ir.copying import copied_blocks
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block, BranchEnd, JumpEnd, enclosing, relink
from wasm2py.ir.nodes import Assign, Const, Expression, Variable, binary
from wasm2py.ir.walk import variables
from wasm2py.spec.types import I32
from wasm2py.targets.python.lower.loop_prospects import SMALL, Assignments, Prospect

# In functions of more blocks it would take too long to find the ranges anew.
LARGEST_FUNCTION: Final = 64
# Loops of more statements, or blocks, stay as they are: they have other things to do.
_MOST_STATEMENTS: Final = 40
_MOST_BLOCKS: Final = 12
# So many numbers at most are tested.
_MOST_TESTED: Final = 6

TEST: Final = "i32.lt_u"


def version_loops(function: Function) -> bool:
    """Copy the loops of linked blocks for which that is worth it; whether there were some."""
    if len(function.blocks) > LARGEST_FUNCTION or len(function.types) > MOST_LOCALS:
        return False
    prospects = [Prospect(loop) for loop in innermost_loops(function.blocks)]
    prospects = [prospect for prospect in prospects if prospect.may_gain()]
    if not prospects:
        return False
    live = find_live(function.blocks, len(function.types))
    assignments = Assignments(function)
    found = [
        (prospect.blocks, _condition(prospect))
        for prospect in prospects
        if prospect.gains(assignments, live[prospect.blocks[0].position])
        and len(prospect.small) <= _MOST_TESTED
    ]
    if not found:
        return False
    # What is not read does not get the value with which a copy would go on.
    remove_dead_assignments(function.blocks, live, len(function.types))
    before = {
        loop[0]: _versioned(loop, condition, function, live)
        for loop, condition in found
    }
    function.blocks[:] = [
        each for block in function.blocks for each in (*before.get(block, ()), block)
    ]
    relink(function.blocks)
    return True


def tested_numbers(test: Expression) -> list[Variable]:
    """The variables of which a comparison tests whether they are small, if it has been made for that."""
    return variables(test.args[0]) if test.args[1].imm == SMALL else []


def innermost_loops(blocks: list[Block]) -> list[list[Block]]:
    """The blocks of each small loop that has none inside, its header first."""
    loops: dict[Block, list[Block]] = {}
    outer = set()
    for block in blocks:
        header = enclosing(block)
        if header is not None:
            loops.setdefault(header, []).append(block)
        if block.is_loop and block.loop is not None:
            outer.add(block.loop)
    return [
        loop
        for header, loop in loops.items()
        if header not in outer
        and len(loop) <= _MOST_BLOCKS
        and sum(len(block.statements) for block in loop) <= _MOST_STATEMENTS
        and all(block.handler is None for block in loop)
    ]


def _condition(prospect: Prospect) -> Expression:
    """That numbers are small, and that counters do not begin at their ends."""
    numbers: list[Expression] = [Variable(index, I32) for index in prospect.small]
    together = reduce(lambda a, b: binary("i32.or", a, b), numbers)
    condition = binary(TEST, together, Const(I32, SMALL))
    for index, least in prospect.above.items():
        test = binary("i32.gt_u", Variable(index, I32), Const(I32, least))
        condition = binary("i32.and", condition, test)
    return condition


def _versioned(
    loop: list[Block], condition: Expression, function: Function, live: list[int]
) -> list[Block]:
    """What comes before a loop: the test, what the copy begins with, and the copy.

    `live` are the variables, one bit each, that may be read from each block on.
    """
    renamed = _renamed(loop, function, live)
    copies = copied_blocks(loop, renamed)
    entry, guard = Block(), Block()
    header = loop[0]
    entry.end = JumpEnd(copies[0])
    entry.statements += [
        Assign(own, Variable(index, function.types[index]))
        for index, own in renamed.items()
        if live[header.position] >> index & 1
    ]
    guard.end = BranchEnd(condition, entry, header)
    for block in header.predecessors:
        if block not in loop:
            targets = block.end.targets
            block.end.targets = [guard if t is header else t for t in targets]
    return [guard, entry, *copies]


def _renamed(loop: list[Block], function: Function, live: list[int]) -> dict[int, int]:
    """The variables that a copy of a loop has for itself; others are assigned in both."""
    renamed: dict[int, int] = {}
    once = function.assigned_once
    leaving = {target for block in loop for target in block.end.targets}
    live_behind = 0
    for block in leaving.difference(loop):
        live_behind |= live[block.position]
    assigned = {v for block in loop for s in block.statements for v in s.defines()}
    for variable in sorted(assigned):
        if live_behind >> variable & 1:
            once.discard(variable)
            continue
        renamed[variable] = function.new_web(variable)
        if variable in once:
            once.add(renamed[variable])
    return renamed
