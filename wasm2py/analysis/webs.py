"""Splits variables into webs: the assignments and uses that belong together.

Compilers colour locals: values that have nothing to do with each other share one. What is known of one,
or the form in which it is best kept, is then spoilt by another. A web is a set of assignments and uses:
where values meet and may still be read, they are one. Each web becomes a variable of its own:

    v1 = i32.load8_s(v0)                v1 = i32.load8_s(v0)
    ... v1 ...                          ... v1 ...
    v1 = i32.sub(v0, i32:200)     ->    v2 = i32.sub(v0, i32:200)
    ... v1 ...                          ... v2 ...

Why it is sound: every use is reached by assignments of its own web only, so the webs of a local are never
alive at the same time where their values could be confused, and renaming changes nothing. A handler may be
reached by what is assigned anywhere in a block, and by what reaches that: where it may read the local,
they are one. It is one walk in code order with union-find, and one look at each branch back.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.effects import LOCALS, variable_bits
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Expression, Statement, Variable

# A function with more work than this, blocks times locals, is left alone.
_MOST_WORK: Final = 2_000_000


def split_variables(
    blocks: list[Block], function: Function, live_in: list[int]
) -> None:
    """Give each web of a local but one a new variable.

    `live_in` are the locals, one bit each, that may be read from each block on.
    """
    entry = live_in[0] | (1 << function.params) - 1
    once, several = _assigned(blocks, entry, function.locals)
    function.assigned_once.update(_bits(once))
    if not several or len(blocks) * several.bit_count() > _MOST_WORK:
        return
    webs = _Webs(blocks, live_in, several)
    webs.find()
    webs.rename(function, entry)


def _assigned(blocks: list[Block], entry: int, locals: int) -> tuple[int, int]:
    """The locals that get a value in one place, and in several; the first value counts."""
    once, several = entry, 0
    for block in blocks:
        for statement in block.statements:
            for variable in statement.defines():
                if variable < locals:
                    bit = 1 << variable
                    several |= once & bit
                    once |= bit
    return once & ~several & ~entry, several


def _bits(number: int) -> list[int]:
    """The positions of the bits that are set."""
    positions = []
    while number:
        low = number & -number
        positions.append(low.bit_length() - 1)
        number ^= low
    return positions


class _Webs:
    """Union-find over values: the initial one of each local first, then each assigned one."""

    def __init__(self, blocks: list[Block], live_in: list[int], split: int) -> None:
        self._blocks = blocks
        self._live_in = live_in
        self._split = split
        self._reads = split << LOCALS  # the effects of reading one of them
        self._initial = {local: at for at, local in enumerate(_bits(split))}
        self._parents = list(range(len(self._initial)))
        self._definitions: list[tuple[Statement, int, int]] = []
        # Of a local, whose value, and in which expression as a whole.
        self._uses: list[tuple[Variable, int, int, Expression]] = []
        self._ends: list[dict[int, int]] = []  # what reaches the end of each block

    def find(self) -> None:
        """Find out which values belong together."""
        for block in self._blocks:
            self._ends.append(self._through(block, self._reaching(block)))
        for block in self._blocks:
            if block.is_loop:
                self._join(block, block.predecessors)

    def _leader(self, value: int) -> int:
        parents = self._parents
        while parents[value] != value:
            parents[value] = value = parents[parents[value]]
        return value

    def _reaching(self, block: Block) -> dict[int, int]:
        before = [p for p in block.predecessors if p.position < block.position]
        if not before:
            return self._initial
        if len(before) > 1:
            self._join(block, before)
        return self._ends[before[0].position]

    def _join(self, block: Block, predecessors: list[Block]) -> None:
        """Values that meet and may still be read belong together."""
        first = self._ends[predecessors[0].position]
        others = [self._ends[predecessor.position] for predecessor in predecessors[1:]]
        differing = [other for other in others if other is not first]
        if not differing:
            return
        live = _bits(self._live_in[block.position] & self._split)
        for other in differing:
            for local in live:
                if first[local] != other[local]:
                    self._unite(first[local], other[local])

    def _unite(self, one: int, other: int) -> None:
        a, b = self._leader(one), self._leader(other)
        self._parents[max(a, b)] = min(a, b)

    def _through(self, block: Block, reaching: dict[int, int]) -> dict[int, int]:
        """What reaches the end of a block; the same dictionary, if nothing is assigned."""
        before = reaching
        handler = block.handler
        handled = 0 if handler is None else self._live_in[handler.position]
        for statement in block.statements:
            for whole in statement.own():
                if whole.effects & self._reads:
                    self._use(whole, reaching, whole)
            for variable in statement.defines():
                if self._split >> variable & 1:
                    value = len(self._parents)
                    self._parents.append(value)
                    if handled >> variable & 1:
                        self._unite(reaching[variable], value)
                    if reaching is before:
                        reaching = dict(before)
                    reaching[variable] = value
                    self._definitions.append((statement, variable, value))
        for whole in block.end.own():
            if whole.effects & self._reads:
                self._use(whole, reaching, whole)
        return reaching

    def _use(
        self, expression: Expression, reaching: dict[int, int], whole: Expression
    ) -> None:
        """Look at an expression that reads one of the locals, or a variable that shares its bit."""
        if isinstance(expression, Variable):
            local = expression.index
            if local in reaching:
                self._uses.append((expression, local, reaching[local], whole))
            return
        for arg in expression.args:
            if arg.effects & self._reads:
                self._use(arg, reaching, whole)

    def rename(self, function: Function, entry: int) -> None:
        """Rename; the web of a local that is alive at first keeps its name, or else one does."""
        named = {value: local for local, value in self._initial.items()}
        taken = entry
        times: dict[int, int] = {}
        for statement, local, value in self._definitions:
            leader = self._leader(value)
            times[leader] = times.get(leader, 0) + 1
            if leader not in named:
                named[leader] = local
                if taken >> local & 1:
                    named[leader] = function.new_web(local)
                taken |= 1 << local
            if named[leader] != local:
                statement.rename(local, named[leader])
        renamed: set[int] = set()
        changed: list[Expression] = []
        for variable, local, value, whole in self._uses:
            index = named[self._leader(value)]
            if index != local:
                renamed.add(local)
                variable.rename(index)
                if not changed or changed[-1] is not whole:
                    changed.append(whole)
        initial = len(self._initial)
        function.assigned_once |= {
            named[leader]
            for leader, count in times.items()
            if count == 1 and leader >= initial
        }
        bits = variable_bits(renamed)
        for expression in changed:
            expression.refresh_effects(bits)
