"""What memory accesses tell about value ranges: behind them, and before.

An access that has not trapped bounds its address, and thereby the variable in it. Part of that holds
before the access as well. So in `load(p + 4) + load(p)` the sum `p + 4` does not wrap around, and a record
whose fields are not read in order, or an index that is stepped before it is used, takes no mask.

Why it is sound: facts go back as far as nothing can be noticed in between (no write, no other trap, no
call; the variables are nobody else's). If the address is wrong, the program ends in the same trap in
any case. But the text of the access must not rely on what it proves itself: Python takes a negative
index, and a form with a sign would make one of a large address. Therefore all that is assumed
beforehand is that an address is not among the last ones, which no memory has (`spec.addresses`). Of that no sign
follows, nor a small count for a shift. And nothing more must follow from it before the access: that
`p + 12` has been in bounds says nothing about `p` if only an access to come has it that the sum does
not wrap around.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final, cast

from wasm2py.analysis.ranges.linear_address import LinearAddress, linear_address
from wasm2py.ir.build.instruction_effects import EFFECTS, may_trap
from wasm2py.ir.effects import ANYTHING, TRAPS
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Expression, Variable
from wasm2py.spec.opcodes import ACCESSES, LOADS

_WRITES: Final = ANYTHING & 56
_NOTICED: Final = _WRITES | TRAPS


class Access:
    """A load or store that has succeeded, or that is to come."""

    __slots__ = ("address", "is_past", "memory", "reach")

    def __init__(
        self, is_past: bool, address: LinearAddress, reach: int, memory: int
    ) -> None:
        self.is_past = is_past
        self.address = address
        self.reach = reach  # from the address to behind the last byte
        self.memory = memory


_NOTHING: Final[dict[int, list[Access]]] = {}


def find_accesses(block: Block) -> dict[int, list[Access]]:
    """What is known before each statement of a block; at its end, before and after what that evaluates."""
    if not _may_access(block):
        return _NOTHING
    finder = _Finder()
    for at, statement in enumerate(block.statements):
        for value in statement.own():
            if value.effects & _NOTICED:
                finder.visit(value, at)
        for variable in statement.defines():
            finder.assigned.setdefault(variable, []).append(at)
        if finder.past and finder.start > at:
            finder.end_run()
    at = len(block.statements)
    for value in block.end.own():
        finder.visit(value, at)
    finder.end_run()
    return finder.found


def _may_access(block: Block) -> bool:
    """Whether there may be an access in a block, as there is none in many."""
    for statement in block.statements:
        for value in statement.own():
            if value.effects & _NOTICED:
                return True
    return any(value.effects & _NOTICED for value in block.end.own())


class _Finder:
    def __init__(self) -> None:
        self.found: dict[int, list[Access]] = {}
        self.assigned: dict[int, list[int]] = {}  # the statements that set a variable
        self.start = 0  # from there on nothing can be noticed: a run
        # Behind the last access of the run of which something is assumed.
        self._last = 0
        self.past: list[tuple[Access, int]] = []  # of the run, and their statements

    def visit(self, expression: Expression, at: int) -> None:
        """Look at what is evaluated, in order."""
        for arg in expression.args:
            if arg.effects & _NOTICED:
                self.visit(arg, at)
        op = expression.op
        if op in ACCESSES:
            self._access(expression, at)
            if op in LOADS:
                return
        effects = EFFECTS[op]
        if effects & _WRITES or (effects & TRAPS and may_trap(op, expression.args)):
            self.start = at + 1

    def _access(self, access: Expression, at: int) -> None:
        address = linear_address(access.args[0])
        if address is None:
            return
        _, offset, memory = cast("tuple[int, int, int]", access.imm)
        reach = offset + ACCESSES[access.op].width
        self.past.append((Access(True, address, reach, memory), at))
        since = max(self.start, self._assigned(address.variable, 0, at) + 1)
        if since <= at and not address.shift:
            found = Access(False, address, reach, memory)
            self.found.setdefault(since, []).append(found)
            self._last = at + 1

    def end_run(self) -> None:
        """Note what the accesses of a run tell behind them."""
        for access, at in self.past:
            # That a sum has not wrapped around may be known only from an access to come. When there
            # are no more of them, it has not.
            known = max(at + 1, self._last if access.address.constant > 0 else 0)
            if self._assigned(access.address.variable, at, known) < 0:
                self.found.setdefault(known, []).append(access)
        self.past.clear()

    def _assigned(self, variable: Variable, start: int, end: int) -> int:
        """The last statement, from `start` on and before `end`, that sets a variable, or -1."""
        statements = self.assigned.get(variable.index, [])
        before = bisect_left(statements, end)
        found = statements[before - 1] if before else -1
        return found if found >= start else -1
