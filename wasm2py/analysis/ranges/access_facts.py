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
from wasm2py.ir.nodes import Expression
from wasm2py.spec.addresses import AddressType, address_type, largest_size
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.opcodes import ACCESSES, LOADS

_WRITES: Final = ANYTHING & 56
_NOTICED: Final = _WRITES | TRAPS


# The variables that differ from one by a constant, and how much greater they are.
Related = list[tuple[int, int]]

_NONE: Final[Related] = []


class Bound:
    """An access that bounds the variable in its address."""

    __slots__ = ("address", "greatest", "is_past", "most", "related", "variable")

    def __init__(
        self, address: LinearAddress, most: int, greatest: int, is_past: bool
    ) -> None:
        self.variable = address.variable.index
        self.address = address
        self.most = most  # that the variable can be
        self.greatest = greatest  # address that there is
        self.is_past = is_past  # it has succeeded, or is to come
        self.related = _NONE  # where it tells something


# Before each statement of a block; at its end, before and after what that evaluates.
Bounds = dict[int, list[Bound]]

_NOTHING: Final[Bounds] = {}
# The addresses of a memory, and how many bytes it can have.
_Memory = tuple[AddressType, int]


class AccessFinder:
    """Finds out what accesses tell, block by block."""

    def __init__(self, env: ModuleEnvironment) -> None:
        self._memories = [
            (address_type(memory), largest_size(memory)) for memory in env.memories
        ]

    def bounds(self, block: Block) -> Bounds:
        """What the accesses of a block tell; there are none in many."""
        noticed = [
            (at, value)
            for at, statement in enumerate(block.statements)
            for value in statement.own()
            if value.effects & _NOTICED
        ]
        end = len(block.statements)
        noticed += [(end, v) for v in block.end.own() if v.effects & _NOTICED]
        if not noticed:
            return _NOTHING
        return _Finder(block, self._memories).find(noticed)


class _Finder:
    def __init__(self, block: Block, memories: list[_Memory]) -> None:
        self._memories = memories
        self._found: Bounds = {}
        self._assigned: dict[int, list[int]] = {}  # the statements that set a variable
        for at, statement in enumerate(block.statements):
            for variable in statement.defines():
                self._assigned.setdefault(variable, []).append(at)
        self._start = 0  # from there on nothing can be noticed: a run
        # Behind the last access of the run of which something is assumed.
        self._last = 0
        self._past: list[tuple[Bound, int]] = []  # of the run, and their statements

    def find(self, noticed: list[tuple[int, Expression]]) -> Bounds:
        """Look at the statements in which something may be noticed, in order."""
        before = 0
        for at, value in noticed:
            if before < self._start <= at:
                self._end_run()
            self._visit(value, at)
            before = at
        self._end_run()
        return self._found

    def _visit(self, expression: Expression, at: int) -> None:
        """Look at what is evaluated, in order."""
        for arg in expression.args:
            if arg.effects & _NOTICED:
                self._visit(arg, at)
        op = expression.op
        if op in ACCESSES:
            self._access(expression, at)
            if op in LOADS:
                return
        effects = EFFECTS[op]
        if effects & _WRITES or (effects & TRAPS and may_trap(op, expression.args)):
            self._start = at + 1

    def _access(self, access: Expression, at: int) -> None:
        address = linear_address(access.args[0])
        if address is None:
            return
        _, offset, memory = cast("tuple[int, int, int]", access.imm)
        (greatest, largest), size = self._memories[memory]
        # From the variable's multiple to behind the last byte.
        reach = offset + ACCESSES[access.op].width + address.constant
        most = (size - reach) >> address.shift
        self._past.append((Bound(address, most, greatest, True), at))
        since = max(self._start, self._assignment(address.variable.index, 0, at) + 1)
        if since <= at and not address.shift:
            self._last = at + 1
            most = largest - reach
            # Else a form with a sign would take it for a proof that there is none.
            if most > greatest >> 1:
                found = Bound(address, most, greatest, False)
                self._found.setdefault(since, []).append(found)

    def _end_run(self) -> None:
        """Note what the accesses of a run tell behind them."""
        for bound, at in self._past:
            # That a sum has not wrapped around may be known only from an access to come. When there
            # are no more of them, it has not.
            known = max(at + 1, self._last if bound.address.constant > 0 else 0)
            if self._assignment(bound.variable, at, known) < 0:
                self._found.setdefault(known, []).append(bound)
        self._past.clear()

    def _assignment(self, variable: int, start: int, end: int) -> int:
        """The last statement, from `start` on and before `end`, that sets a variable, or -1."""
        statements = self._assigned.get(variable)
        if statements is None:
            return -1
        before = bisect_left(statements, end)
        found = statements[before - 1] if before else -1
        return found if found >= start else -1
