"""Finds where in a block an access tells about the variable that it gets its address from.

After an access that has not trapped, its address is in bounds. Before it, too, the address may be taken not to
be among the last ones, which no memory has, as far back as nothing could be noticed if that is
wrong: then the access traps in any case, and until it does nothing has been written, no other trap
is possible, and the variables are nobody else's. A record whose fields are not read in order needs
this, or an index that is stepped before it is used. More must not be assumed: the access itself
is to trap where it is wrong, so that its address is one of memory must be known without it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.linear_address import LinearAddress, linear_address
from wasm2py.ir.build.instruction_effects import EFFECTS, may_trap
from wasm2py.ir.effects import ANYTHING, TRAPS
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Assign, AssignMany, Do, Expression, Variable
from wasm2py.spec.opcodes import OPCODES

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
            if statement.value.effects & _NOTICED:
                finder.visit(statement.value, at)
            for variable in set_by(statement):
                finder.assigned.setdefault(variable, []).append(at)
            if finder.start > at:
                finder.end_run()
    at = len(block.statements)
    for value in block.values:
        finder.visit(value, at)
    if block.condition is not None:
        finder.visit(block.condition, at)
    finder.end_run()
    return finder.found


def set_by(statement: Assign | AssignMany | Do) -> tuple[int, ...]:
    """The variables that a statement sets."""
    if isinstance(statement, Assign):
        return (statement.variable,)
    return statement.variables if isinstance(statement, AssignMany) else ()


class _Finder:
    def __init__(self) -> None:
        self.found: dict[int, list[Access]] = {}
        self.assigned: dict[int, list[int]] = {}  # the statements that set a variable
        self.start = 0  # from there on nothing can be noticed: a run
        # Behind the last access of the run of which something is assumed.
        self._last = 0
        self._past: list[tuple[Access, int]] = []  # of the run, and their statements

    def visit(self, expression: Expression, at: int) -> None:
        """Look at what is evaluated, in order."""
        for arg in expression.args:
            if arg.effects & _NOTICED:
                self.visit(arg, at)
        op = expression.op
        if op in ACCESSES:
            self._access(expression, at)
            if op in _LOADS:
                return
        effects = EFFECTS.get(op, 0)
        if effects & _WRITES or (effects & TRAPS and may_trap(op, expression.args)):
            self.start = at + 1

    def _access(self, access: Expression, at: int) -> None:
        address = linear_address(access.args[0])
        if address is None:
            return
        _, offset, memory = cast("tuple[int, int, int]", access.imm)
        width = ACCESSES[access.op]
        self._past.append((Access(True, address, offset, memory, width), at))
        since = max(self.start, self._assigned(address.variable, 0, at) + 1)
        if since <= at and not address.shift:
            found = Access(False, address, offset, memory, width)
            self.found.setdefault(since, []).append(found)
            self._last = at + 1

    def end_run(self) -> None:
        """Note what the accesses of a run tell behind them."""
        for access, at in self._past:
            # That a sum has not wrapped around may be known only from an access to come. When there
            # are no more of them, it has not.
            known = max(at + 1, self._last if access.address.constant > 0 else 0)
            if self._assigned(access.address.variable, at, known) < 0:
                self.found.setdefault(known, []).append(access)
        self._past.clear()

    def _assigned(self, variable: Variable, start: int, end: int) -> int:
        """The last statement, from `start` on and before `end`, that sets a variable, or -1."""
        statements = self.assigned.get(variable.index, [])
        before = bisect_left(statements, end)
        found = statements[before - 1] if before else -1
        return found if found >= start else -1
