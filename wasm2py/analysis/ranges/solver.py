"""Value-range analysis: bounds, and a power of two that divides, for each integer variable at each use.

Bounds are those of the unsigned number, or of the signed one where it crosses zero: a counter from
-64 up to 0 is as good as one from 0 to 64. The pass walks the blocks in code order and keeps a state,
which maps variables to ranges. It learns from assignments (by the transfer functions of `domain`, which
are tested on all 4-bit numbers), from the branches that led to a block (`branch_facts`), and from
accesses (`access_facts`).

Why it is sound
---------------
*Loops.* At a loop's header it assumes that a variable which the loop assigns stays within what it was on
entry. At the branches back it compares. Where the assumption does not hold, it is widened, to the next
of a few thresholds (`widening`), so that this ends, and the loop is walked again, with those around it;
what lies outside of all loops is walked once, in its turn, when the loops before it are settled. When a
walk widens nothing, the assumptions hold on entry and are kept by every iteration: they are an
inductive invariant.

What holds on entry or at the branches back under that invariant is one too, and closer. The last walk,
which sets the facts, narrows to it, for all variables that the loop assigns. (For those that never had
to be widened, too: an inner loop's `v = w` and `v = w + w` are one as long as nothing is known of `w`,
and not any more when `w` has turned out to be small.) That needs the transfer functions to be
monotone: less said of the operands is never more said of a result. As no test could show that for all
of them together, the last walk is checked like the others, and done again with the wider assumptions
where it fails. An assumption that fails too often is given up, not the others. From where there is too
much work on, a function is left alone.

*Accesses.* Execution goes on behind `i32.load offset=8` at `x` only if `x + 12` was within the memory. No
memory ever has the last of the addresses of its type (`spec.addresses`: 16 MiB of 32-bit ones). So a
pointer that has been used and moved on by less than that has not wrapped around: a loop
`a[i] = ...; i += 4` over static data keeps `i` small by itself, whatever its bound. The same holds for an index that is scaled to an address, as long as it starts
small. A maximum in the memory's type makes the bound tighter.

*Exceptions.* They may be thrown anywhere in a block that has a handler. So nothing is known there but what
holds of a variable at the block's beginning and each time that the block assigns it.

*Conditions.* Where `i < n` holds, `i` is below the greatest value of `n`, so `i + 1` does not wrap.
Where `i * i < n` holds and `i` is below 2**16, so that this does not wrap, `i` is at most the root of that value.

*Equality.* Induction variables that are compared for equality need an argument of their own: see
`induction_variables`.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from wasm2py.analysis.ranges.access_facts import AccessFinder
from wasm2py.analysis.ranges.domain import (
    FULL,
    anything,
    common,
    covers,
    of_constant,
    union,
)
from wasm2py.analysis.ranges.induction_variables import (
    CountingLoop,
    State,
    find_counters,
)
from wasm2py.analysis.ranges.state import Knowledge
from wasm2py.analysis.ranges.transfer import Preparation, Step
from wasm2py.analysis.ranges.widening import Thresholds
from wasm2py.ir.effects import PURE
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Fact
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.types import MASKS

# A function with more work than this, blocks times variables known at once, is left alone.
_MOST_WORK: Final = 4_000_000
_MOST_ROUNDS: Final = 24
# Nor one with loops nested deeper: what each loop assigns would be quadratic.
_DEEPEST_LOOPS: Final = 50
# Of so many variables at most something is remembered from block to block: copying and joining
# would be quadratic in the size of a function otherwise.
_MOST_KNOWN: Final = 300
# A block that begins as it did in the walk before is not gone through again. That is
# remembered of the first blocks only, with so many variables' facts in all.
_MOST_REMEMBERED: Final = 100_000
# An assumption that does not hold for so many times, or after so many walks, is given up.
_MOST_WIDENINGS: Final = 6
_PATIENT_ROUNDS: Final = 8
# So often closer bounds are tried in the last walk, with fewer of them each time.
_MOST_TRIES: Final = 3
# What moves on by more than this, as bounds do, is taken for no step. It is a guess.
_LONGEST_STEP: Final = 1 << 24


def find_ranges(
    env: ModuleEnvironment, blocks: list[Block], function: Function
) -> None:
    """Set the facts of the variables in linked blocks whose loops have been found."""
    if max(block.loop_depth for block in blocks) <= _DEEPEST_LOOPS:
        _Ranges(env, blocks, function).run()


class _Visit:
    """What was known on the ways to a block, on all of them, and at each of its targets then."""

    __slots__ = ("after", "arrived", "before")

    def __init__(self, arrived: list[State], before: State, after: list[State]) -> None:
        self.arrived = arrived
        self.before = before
        self.after = after


class _Invariant:
    """What is assumed of the variables that a loop assigns, at its header."""

    __slots__ = ("assumed", "back", "expected", "loop", "proven", "widenings")

    def __init__(self, loop: CountingLoop) -> None:
        self.loop = loop
        self.assumed: State = {}
        self.back: dict[int, State] = {}  # at the blocks that branch back
        self.expected: State = {}  # with what holds on entry
        self.proven: State = {}
        self.widenings: dict[int, int] = {}


class _Ranges:
    def __init__(
        self, env: ModuleEnvironment, blocks: list[Block], function: Function
    ) -> None:
        self._blocks = blocks
        self._types = types = function.types
        self._start: State = {
            local: of_constant(0) for local in function.zeroed if types[local] in MASKS
        }
        loops = find_counters(blocks)
        self._knowledge = knowledge = Knowledge(function)
        accesses = AccessFinder(env)
        preparation = Preparation(function, loops, knowledge.anywhere)
        self._steps = [
            preparation.block(block, accesses.bounds(block)) for block in blocks
        ]
        self._thresholds: Thresholds | None = None  # until something moves up
        self._invariants = {at: _Invariant(loop) for at, loop in loops.items()}
        self._entering: dict[int, State] = {}  # outermost loops
        self._arriving: list[list[State]] = [[] for _ in blocks]
        self._visits: dict[int, _Visit] = {}  # of the walk before
        self._rounds = 0
        self._work = 0

    def run(self) -> None:
        """Go through the function once, and through each loop until nothing has to be widened."""
        blocks = self._blocks
        at = 0
        while at < len(blocks):
            if blocks[at].is_loop:
                end = _end_of_loop(blocks, at)
                if not self._go_through(blocks[at:end]):
                    return
                at = end
            else:
                self._finish(blocks[at])
                at += 1

    # Loops

    def _go_through(self, nest: list[Block]) -> bool:
        """Do all there is to do for a loop and those inside; whether that was not too much."""
        invariants = [
            self._invariants[block.position] for block in nest if block.is_loop
        ]
        self._settle(nest, invariants)
        if self._work > _MOST_WORK:
            return False
        settled = [dict(invariant.assumed) for invariant in invariants]
        for invariant in invariants:
            self._narrow(invariant)
        for _ in range(_MOST_TRIES):
            self._knowledge.changed = PURE
            for block in nest:
                self._finish(block)
            taken_back = [
                self._take_back(invariant, assumed)
                for invariant, assumed in zip(invariants, settled)
            ]
            if not any(taken_back):
                return True
        for invariant, assumed in zip(invariants, settled):
            invariant.assumed = assumed
        for block in nest:
            self._finish(block)
        return True

    def _settle(self, nest: list[Block], invariants: list[_Invariant]) -> None:
        """Find what to assume in loops."""
        header = nest[0].position
        self._entering[header] = self._joined(self._arriving[header] or [self._start])
        for self._rounds in range(_MOST_ROUNDS):
            if not self._round(nest, invariants):
                break
            if self._work > _MOST_WORK:
                return
        else:
            for invariant in invariants:
                self._give_up(invariant)
            self._round(nest, invariants)

    def _round(self, nest: list[Block], invariants: list[_Invariant]) -> bool:
        """Go through loops once; whether an assumption had to be widened."""
        self._knowledge.changed = PURE
        end = nest[-1].position + 1
        for block in nest:
            self._leave(block, self._visit(block), end)
        changed = False
        for invariant in invariants:
            changed |= self._widen(invariant)
        return changed

    def _give_up(self, invariant: _Invariant) -> None:
        """Assume nothing of what a loop assigns."""
        for variable in invariant.loop.assigned:
            full = FULL.get(self._types[variable])
            if full is not None:
                invariant.assumed[variable] = full

    def _narrow(self, invariant: _Invariant) -> None:
        """Take what holds at the branches back, where the assumptions do, in their place.

        That is for all variables: what was found to stay as it is on entry did so for an entry
        of which less was known.
        """
        expected = invariant.expected
        self._give_up(invariant)
        for variable, fact in zip(expected, self._at_branches_back(invariant)):
            invariant.assumed[variable] = fact

    def _take_back(self, invariant: _Invariant, settled: State) -> bool:
        """Assume what was settled, where the branches back do not keep what is closer.

        Gives whether there was something to take back. Facts that have been set then are
        widened in the next walk.
        """
        taken_back = False
        expected = invariant.expected
        for variable, fact in zip(expected, self._at_branches_back(invariant)):
            type = self._types[variable]
            fact = union(expected[variable], fact, MASKS[type])
            if not covers(expected[variable], fact):
                invariant.assumed[variable] = settled.get(variable, FULL[type])
                taken_back = True
        return taken_back

    def _widen(self, invariant: _Invariant) -> bool:
        """Compare what holds at the branches back with what was assumed at the header."""
        changed = False
        back = self._at_branches_back(invariant)
        for (variable, expected), fact in zip(invariant.expected.items(), back):
            mask = MASKS[self._types[variable]]
            fact = union(expected, fact, mask)
            if fact is expected or covers(expected, fact):
                continue
            times = invariant.widenings.get(variable, 0) + 1
            invariant.widenings[variable] = times
            if times < _MOST_WIDENINGS and self._rounds < _PATIENT_ROUNDS:
                fact = self._widened(variable, expected, fact)
            else:
                fact = anything(fact.alignment, mask)
            earlier = invariant.assumed.get(variable)
            invariant.assumed[variable] = (
                union(fact, earlier, mask) if earlier else fact
            )
            changed = True
        return changed

    def _widened(self, variable: int, assumed: Fact, fact: Fact) -> Fact:
        """A fact that leaves room for what moves on in the same direction."""
        low, high = assumed.low, assumed.high
        mask = MASKS[self._types[variable]]
        if fact.low < low:
            low = 0 if fact.low >= 0 else -(mask + 1) // 2
        if fact.high >= mask:
            high = mask  # whatever the thresholds are
        elif fact.high > high:
            thresholds = self._thresholds_of(variable)
            if fact.high - high > _LONGEST_STEP:
                # Not a step: something else bounds it.
                thresholds = sorted([*thresholds, (1 << fact.high.bit_length()) - 1])
            high = next((bound for bound in thresholds if bound >= fact.high), mask)
        if high > (mask if low >= 0 else mask >> 1):
            return anything(fact.alignment, mask)
        return Fact(low, high, fact.alignment)

    def _thresholds_of(self, variable: int) -> list[int]:
        """The bounds to try for a variable that moves up, as not all that are widened do."""
        if self._thresholds is None:
            self._thresholds = Thresholds(self._blocks, self._steps)
        return self._thresholds.of(variable)

    def _at_branches_back(self, invariant: _Invariant) -> list[Fact]:
        """What holds there of each variable of which something was expected."""
        known = self._knowledge.known
        state, *others = invariant.back.values()
        if others:
            state = {v: state[v] for v in invariant.expected if v in state}
        for other in others:
            state = self._either(state, other)
        facts = []
        for variable in invariant.expected:
            fact = known(variable, state)
            proven = invariant.proven.get(variable)
            facts.append(fact if proven is None else common(fact, proven))
        return facts

    def _assume(self, invariant: _Invariant, entering: State) -> State:
        """What holds at a loop's header, if what is assumed does."""
        state = dict(entering)
        known = self._knowledge.known
        loop, assumed, expected = invariant.loop, invariant.assumed, invariant.expected
        invariant.proven = loop.counted(lambda variable: known(variable, entering))
        expected.clear()
        assigned = loop.assigned
        for variable, fact in entering.items():
            if variable not in assigned:
                continue
            earlier = assumed.get(variable)
            if earlier is not None:
                fact = union(fact, earlier, MASKS[self._types[variable]])
            expected[variable] = state[variable] = fact
        for variable, fact in invariant.proven.items():
            state[variable] = common(state.get(variable) or fact, fact)
        return state

    # Blocks

    def _arrived(self, block: Block) -> list[State]:
        """What is known on the ways to a block; at a loop's header, what is so in each iteration."""
        position = block.position
        entering = self._entering.get(position) if block.is_loop else None
        if entering is None:
            states = self._arriving[position] or [self._start]
            self._arriving[position] = []
            if not block.is_loop:
                return states
            entering = self._joined(states)
        return [self._assume(self._invariants[position], entering)]

    def _joined(self, states: list[State]) -> State:
        """What is known on all of some ways."""
        state = _recent(states[0])
        for other in states[1:]:
            state = self._either(state, other)
        return state

    def _either(self, a: State, b: State) -> State:
        if a is b:
            return a
        joined: State = {}
        anywhere = self._knowledge.anywhere
        for variable, fact in a.items():
            other = b.get(variable)
            if other is fact:
                joined[variable] = fact
            elif other is not None:
                either = union(fact, other, MASKS[self._types[variable]])
                if either is not anywhere[variable]:
                    joined[variable] = either
        return joined

    def _visit(self, block: Block) -> list[State]:
        """What is known at each target of a block, from what is known on the ways to it."""
        position = block.position
        arrived = self._arrived(block)
        self._work += len(arrived[0]) + 1
        visit = self._visited(position, arrived)
        if visit is not None:
            return visit.after
        before = state = self._joined(arrived)
        telling = self._steps[position].telling
        if telling:
            state = dict(state)
            self._knowledge.through(telling, state)
        after = self._at_targets(block, before, state)
        if position in self._visits or self._work < _MOST_REMEMBERED:
            self._visits[position] = _Visit(arrived, before, after)
        return after

    def _visited(self, position: int, arrived: list[State]) -> _Visit | None:
        """The visit of a block in the walk before, if it begins now as it did then."""
        visit = self._visits.get(position)
        if visit is None or self._is_concerned(position) or visit.arrived != arrived:
            return None
        return visit

    def _is_concerned(self, position: int) -> bool:
        """Whether a block reads a variable of which something else has come to hold anywhere."""
        changed = self._knowledge.changed
        return changed != PURE and changed & self._steps[position].reads != PURE

    def _finish(self, block: Block) -> None:
        """Follow what is known through a block for the last time."""
        position, arrived = block.position, self._arrived(block)
        visit = self._visited(position, arrived)
        before = self._joined(arrived) if visit is None else visit.before
        state = dict(before)
        if block.is_loop:
            block.counter = self._invariants[position].loop.proven
        self._knowledge.set_facts(self._steps[position].all, state)
        if visit is None or self._is_concerned(position):
            after = self._at_targets(block, before, state)
        else:
            after = visit.after
        self._leave(block, after, len(self._blocks))

    def _at_targets(self, block: Block, before: State, state: State) -> list[State]:
        """What is known at each target of a block, from what is known at its beginning and its end."""
        steps = self._steps[block.position]
        where = self._knowledge.where
        if steps.tests:
            after = [where(test, state) for test in steps.tests]
        else:
            after = [state] * len(steps.targets)
        if block.handler is not None:
            after[len(steps.targets) - 1 :] = [self._at_handler(steps.telling, before)]
        return after

    def _at_handler(self, steps: list[Step], before: State) -> State:
        """What is known wherever in a block: what was of a variable, or is each time it is assigned."""
        state, found = dict(before), dict(before)
        known = self._knowledge.known
        for step in steps:
            self._knowledge.through([step], state)
            _, _, variable = step
            if variable in found:
                mask, fact = MASKS[self._types[variable]], known(variable, state)
                found[variable] = union(found[variable], fact, mask)
        return found

    def _leave(self, block: Block, after: list[State], end: int) -> None:
        """Hand what is known to the targets in front of a position."""
        position, arriving = block.position, self._arriving
        for target, state in zip(self._steps[position].targets, after):
            if target <= position:
                self._invariants[target].back[position] = state
            elif target < end:
                arriving[target].append(state)


def _end_of_loop(blocks: list[Block], at: int) -> int:
    """Behind the last block of a loop, and of others that begin in it."""
    end = at + 1
    while at < end:
        if blocks[at].is_loop:
            end = max(end, *(p.position + 1 for p in blocks[at].predecessors))
        at += 1
    return end


def _recent(state: State) -> State:
    """What has been learned last, if much is known."""
    if len(state) <= _MOST_KNOWN:
        return state
    return dict(islice(state.items(), len(state) - _MOST_KNOWN, None))
