"""Finds where in a block an access tells about the variable that it gets its address from.

After an access that has not trapped, its address is in bounds. Before it, too, the address may be taken not to
be among the last ones, which no memory has, as far back as nothing could be noticed if that is
wrong: then the access traps in any case, and until it does nothing has been written, no other trap
is possible, and the variables are nobody else's. A record whose fields are not read in order needs
this, or an index that is stepped before it is used. More must not be assumed: the access itself
is to trap where it is wrong, so that its address is not negative in Python must be known without it.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.ir.cfg import Block
from wasm2py.ir.effects import ANYTHING, TRAPS
from wasm2py.ir.instruction_effects import EFFECTS, may_trap
from wasm2py.ir.nodes import Assign, AssignMany, Do, Expression
from wasm2py.opcodes import OPCODES
from wasm2py.passes.addresses import LinearAddress, linear_address

# The loads and stores, and how many bytes they access.
ACCESSES: Final = {row.name: row.width for row in OPCODES if row.width}

_LOADS: Final = frozenset(name for name in ACCESSES if ".load" in name)
_WRITES: Final = ANYTHING & 56
_NOTICED: Final = _WRITES | TRAPS


class Access(NamedTuple):
    """A load or store that has succeeded, or that is to come."""

    is_past: bool
    address: LinearAddress
    offset: int
    memory: int
    width: int  # in bytes


def find_accesses(block: Block) -> dict[int, list[Access]]:
    """What is known before each statement of a block; at its end, before and after the condition."""
    finder = _Finder()
    for at, statement in enumerate(block.statements):
        if isinstance(statement, (Assign, AssignMany, Do)):
            finder.visit(statement.value, at)
            if isinstance(statement, Assign):
                finder.since[statement.variable] = at + 1
    at = len(block.statements)
    for value in block.values:
        finder.visit(value, at)
    if block.condition is not None:
        finder.visit(block.condition, at)
    return finder.found


class _Finder:
    def __init__(self) -> None:
        self.found: dict[int, list[Access]] = {}
        self.start = 0  # from there on nothing can be noticed
        self.since: dict[int, int] = (
            {}
        )  # from where on variables have the value they have

    def visit(self, expression: Expression, at: int) -> None:
        """Look at what is evaluated, in order."""
        if not expression.effects & _NOTICED:
            return
        for arg in expression.args:
            self.visit(arg, at)
        op = expression.op
        if op in ACCESSES:
            self._access(expression, at)
        if op not in _LOADS and EFFECTS.get(op, 0) & _NOTICED:
            if EFFECTS[op] & _WRITES or may_trap(op, expression.args):
                self.start = at + 1

    def _access(self, access: Expression, at: int) -> None:
        address = linear_address(access.args[0])
        if address is None:
            return
        _, offset, memory = cast("tuple[int, int, int]", access.imm)
        found = Access(True, address, offset, memory, ACCESSES[access.op])
        self.found.setdefault(at + 1, []).append(found)
        since = max(self.start, self.since.get(address.variable.index, 0))
        if since <= at and not address.shift:
            self.found.setdefault(since, []).append(found._replace(is_past=False))
