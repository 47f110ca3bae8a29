"""Finds the ranges of integer variables, where they are used.

The pass goes through the blocks in code order and follows what is known of each variable: from its
assignments, and from the branches that led there. At a loop's header it assumes that a variable
which the loop assigns stays as it was on entry, and checks that at the branches back; where it does
not hold, the assumption is widened and the function is gone through again. What is left when nothing has to
be widened any more is an invariant, so it holds.

Counters that are compared for equality need an argument of their own, see `counters`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple, cast

from wasm2py.environment import ModuleEnvironment
from wasm2py.ir.cfg import Block
from wasm2py.ir.effects import BEYOND
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import (
    Assign,
    AssignMany,
    Const,
    Do,
    Expression,
    Fact,
    Variable,
)
from wasm2py.passes.accesses import Access, find_accesses
from wasm2py.passes.comparisons import Comparison, Span, comparisons
from wasm2py.passes.counters import State, find_counters
from wasm2py.passes.intervals import (
    DEPENDENT,
    FULL,
    MASKS,
    anything,
    as_unsigned,
    common,
    covers,
    of_constant,
    refined,
    result,
    union,
)
from wasm2py.passes.relations import Relations
from wasm2py.passes.thresholds import Thresholds
from wasm2py.types import Limits
from wasm2py_runtime.memory import LONGEST_STEP, MOST_PAGES, PAGE_SIZE

_LARGEST_SIGNED: Final = 0x7FFFFFFF
# A function with more work than this, blocks times variables known at once, is left alone.
_MOST_WORK: Final = 4_000_000
_MOST_ROUNDS: Final = 24
# Nor one with loops nested deeper: what each loop assigns would be quadratic.
_DEEPEST_LOOPS: Final = 50
# Of so many variables at most something is remembered from block to block: copying and joining
# would be quadratic in the size of a function otherwise.
_MOST_KNOWN: Final = 300
# A block that begins as it did in the round before is not gone through again. That is
# remembered of the first blocks only, with so many variables' facts in all.
_MOST_REMEMBERED: Final = 100_000
# An assumption that does not hold for so many times, or after so many rounds, is given up.
_MOST_WIDENINGS: Final = 6
_PATIENT_ROUNDS: Final = 8


def find_ranges(
    env: ModuleEnvironment, blocks: list[Block], function: Function
) -> None:
    """Set the facts of the variables in linked blocks whose loops have been found."""
    if max(block.loop_depth for block in blocks) <= _DEEPEST_LOOPS:
        _Ranges(env, blocks, function).run()


class _Visit(NamedTuple):
    """What was known where a block began, and what that led to at each of its targets."""

    before: State
    after: list[State]


class _Ranges:
    def __init__(
        self, env: ModuleEnvironment, blocks: list[Block], function: Function
    ) -> None:
        self._memories = [_largest_size(memory.limits) for memory in env.memories]
        self._blocks = blocks
        self._types = types = function.types
        self._start: State = {
            local: of_constant(0) for local in function.zeroed if types[local] in MASKS
        }
        # What holds wherever a variable is read: more than its type says of those that are
        # assigned once. A state holds what is known beyond.
        self._anywhere = [FULL.get(type, FULL["i64"]) for type in types]
        self._assigned_once = function.assigned_once
        self._relations = Relations()
        self._loops = find_counters(blocks)
        # The blocks up to the last branch back: the rest waits until the facts are set.
        self._around_loops = blocks[: _last_branch_back(blocks) + 1]
        # What is true at each target of a branch.
        self._branches = {
            block.position: (
                comparisons(condition, True),
                comparisons(condition, False),
            )
            for block in blocks
            if block.kind == "branch" and (condition := block.condition) is not None
        }
        self._accesses = [find_accesses(block) for block in blocks]
        self._thresholds = Thresholds()
        if self._loops:
            self._thresholds.look_at(blocks, self._accesses, self._branches.values())
        self._assumed: dict[tuple[int, int], Fact] = {}
        self._widenings: dict[tuple[int, int], int] = {}
        self._proven: dict[tuple[int, int], Fact] = {}
        self._expected: dict[tuple[int, int], Fact] = {}  # with what holds on entry
        self._edges: dict[tuple[int, int], State] = {}
        self._visits: dict[int, _Visit] = {}  # of the round before
        self._unchanged = True  # what holds anywhere, since the round before
        self._rounds = 0
        self._work = 0
        self._final = False

    def run(self) -> None:
        """Go through the function until nothing has to be widened, then set the facts."""
        for self._rounds in range(_MOST_ROUNDS):
            if not self._loops or not self._round():
                break
            if self._work > _MOST_WORK:
                return
        else:
            self._give_up()
            self._round()
        self._narrow()
        self._final = True
        self._round()

    def _give_up(self) -> None:
        """Assume nothing of what loops assign."""
        for header, loop in self._loops.items():
            for variable in loop.assigned:
                full = FULL.get(self._types[variable])
                if full is not None:
                    self._assumed[header, variable] = full

    def _narrow(self) -> None:
        """Take what holds at the branches back, where the assumptions do, in their place."""
        for block in self._blocks:
            if not block.is_loop:
                continue
            for variable in self._loops[block.position].assigned:
                key = (block.position, variable)
                if key in self._assumed:
                    self._assumed[key] = self._at_branches_back(block, variable)

    def _at_branches_back(self, header: Block, variable: int) -> Fact:
        mask = MASKS[self._types[variable]]
        facts = [
            self._known(variable, self._edges[p.position, header.position])
            for p in header.predecessors
            if p.position >= header.position
        ]
        fact = facts[0]
        for other in facts[1:]:
            fact = union(fact, other, mask)
        proven = self._proven.get((header.position, variable))
        return fact if proven is None else common(fact, proven)

    def _round(self) -> bool:
        """Go through the function once; whether an assumption had to be widened."""
        self._unchanged = True
        self._edges.clear()
        self._relations.clear()
        self._proven.clear()
        for block in self._blocks if self._final else self._around_loops:
            state = self._entry(block)
            self._work += len(state) + 1
            for target, after in zip(block.targets, self._visit(block, state)):
                self._edges[block.position, target.position] = after
        changed = False
        for block in self._blocks:
            if block.is_loop:
                changed |= self._widen(block)
        return changed

    # Blocks

    def _entry(self, block: Block) -> State:
        state: State | None = None
        for predecessor in block.predecessors:
            if predecessor.position >= block.position:
                continue
            edge = self._edges.pop((predecessor.position, block.position))
            state = _recent(edge) if state is None else self._joined(state, edge)
        if state is None:
            state = dict(self._start)
        if block.is_loop:
            loop = self._loops[block.position]
            before = state
            counted = loop.counted(lambda variable: self._known(variable, before))
            for variable in loop.assigned:
                self._relations.forget(variable)
                self._assume(block, variable, state)
            for variable, fact in counted.items():
                self._proven[block.position, variable] = fact
                state[variable] = common(state.get(variable) or fact, fact)
            block.counter = loop.proven
        return state

    def _assume(self, header: Block, variable: int, state: State) -> None:
        """What to assume at a loop's header of a variable that the loop assigns."""
        fact = state.get(variable)
        key = (header.position, variable)
        self._expected.pop(key, None)
        if fact is None:
            return
        assumed = self._assumed.get(key)
        if assumed is not None:
            fact = union(fact, assumed, MASKS[self._types[variable]])
        self._expected[key] = state[variable] = fact

    def _visit(self, block: Block, state: State) -> list[State]:
        """What is known at each target of a block, from what is known where it begins."""
        if self._final:
            self._through(block, state)
            return self._leave(block, state)
        visit = self._visits.get(block.position)
        if visit is not None and self._unchanged and visit.before == state:
            for statement in block.statements:
                if isinstance(statement, (Assign, AssignMany)):
                    self._relate(statement)
            return visit.after
        before = dict(state)
        self._through(block, state)
        after = self._leave(block, state)
        if visit is not None or self._work < _MOST_REMEMBERED:
            self._visits[block.position] = _Visit(before, after)
        return after

    def _through(self, block: Block, state: State) -> None:
        accesses = self._accesses[block.position]
        for at, statement in enumerate(block.statements):
            if accesses and at in accesses:
                self._learn_from(accesses[at], state)
            if self._final and isinstance(statement, (Assign, AssignMany, Do)):
                self._set_facts(statement.value, state)
            if isinstance(statement, Assign):
                self._relate(statement)
                if self._types[statement.variable] in MASKS:
                    self._assign(statement.variable, statement.value, state)
            elif isinstance(statement, AssignMany):
                self._relate(statement)
                for variable in statement.variables:
                    state.pop(variable, None)
        end = len(block.statements)
        if end in accesses:
            self._learn_from(accesses[end], state)
        if self._final:
            for value in block.values:
                self._set_facts(value, state)
            if block.condition is not None:
                self._set_facts(block.condition, state)
        if end + 1 in accesses:
            self._learn_from(accesses[end + 1], state)

    def _relate(self, statement: Assign | AssignMany) -> None:
        """What an assignment does to the relations, which are the same in each round."""
        if isinstance(statement, AssignMany):
            for variable in statement.variables:
                self._relations.forget(variable)
            return
        variable = statement.variable
        self._relations.forget(variable)
        if variable in self._assigned_once and self._types[variable] in MASKS:
            self._relations.note(variable, statement.value)

    def _assign(self, variable: int, value: Expression, state: State) -> None:
        fact = self._fact(value, state)
        if variable not in self._assigned_once:
            state[variable] = fact
            return
        state.pop(variable, None)
        if fact != self._anywhere[variable]:
            self._anywhere[variable] = fact
            self._unchanged = False

    def _leave(self, block: Block, state: State) -> list[State]:
        if block.position not in self._branches:
            return [self._at(target, block, state) for target in block.targets]
        return [
            self._at(target, block, self._where(state, true))
            for target, true in zip(block.targets, self._branches[block.position])
        ]

    def _at(self, target: Block, block: Block, state: State) -> State:
        if target.position > block.position:
            return state
        # Kept to the end of the round: only what is compared with the assumptions.
        assigned = self._loops[target.position].assigned
        return {v: state[v] for v in assigned if v in state}

    def _widen(self, header: Block) -> bool:
        """Compare what holds at the branches back with what was assumed at the header."""
        changed = False
        for variable in self._loops[header.position].assigned:
            key = (header.position, variable)
            expected = self._expected.get(key)
            if expected is None:
                continue
            mask = MASKS[self._types[variable]]
            fact = union(expected, self._at_branches_back(header, variable), mask)
            if not covers(expected, fact):
                times = self._widenings[key] = self._widenings.get(key, 0) + 1
                if times < _MOST_WIDENINGS and self._rounds < _PATIENT_ROUNDS:
                    thresholds = self._thresholds.of(variable)
                    fact = _widened(expected, fact, mask, thresholds)
                else:
                    fact = anything(fact.alignment, mask)
                earlier = self._assumed.get(key)
                self._assumed[key] = union(fact, earlier, mask) if earlier else fact
                changed = True
        return changed

    def _joined(self, a: State, b: State) -> State:
        joined: State = {}
        for variable, fact in a.items():
            other = b.get(variable)
            if other is fact or other == fact:
                joined[variable] = fact
            elif other is not None:
                joined[variable] = union(fact, other, MASKS[self._types[variable]])
        return joined

    # Expressions

    def _set_facts(self, expression: Expression, state: State) -> None:
        """In the last round: note at variables what is known of them there."""
        if isinstance(expression, Variable) and expression.type in MASKS:
            fact = self._known(expression.index, state)
            known = expression.fact
            if known is not None:
                fact = union(known, fact, MASKS[expression.type])
            expression.fact = fact
        for arg in expression.args:
            if arg.effects > BEYOND:
                self._set_facts(arg, state)

    def _fact(self, expression: Expression, state: State) -> Fact:
        """The fact of an integer expression."""
        if isinstance(expression, Variable):
            return self._known(expression.index, state)
        if isinstance(expression, Const):
            return of_constant(cast(int, expression.imm))
        if expression.op not in DEPENDENT:
            return result(expression, ())
        return result(expression, [self._fact(arg, state) for arg in expression.args])

    def _learn_from(self, accesses: Iterable[Access], state: State) -> None:
        """An access that does not trap bounds the variable that it gets its address from."""
        for is_past, address, offset, memory, width in accesses:
            fact = self._known(address.variable.index, state)
            low, high = address.bounds(fact)
            if fact.low < 0 or low < 0 or high > FULL["i32"].high:
                continue  # the sum may have wrapped around
            if not is_past and fact.low > _LARGEST_SIGNED:
                continue  # what is left of its range would be small
            size = self._memories[memory] if is_past else MOST_PAGES * PAGE_SIZE
            most = size - offset - width
            high = (most - address.constant) >> address.shift
            if not is_past and high <= _LARGEST_SIGNED:
                continue  # a form with a sign would take it for a proof that there is none
            if fact.low <= high < fact.high:
                aligned = high - high % min(fact.alignment, 1 << 32)
                bounded = Fact(fact.low, max(aligned, fact.low), fact.alignment)
                self._learn(state, address.variable, bounded)

    def _learn(self, state: State, variable: Variable, fact: Fact) -> None:
        """Note a closer fact, and what follows for variables that differ by a constant."""
        mask = MASKS[variable.type]
        for other, distance in self._relations.of(variable.index):
            # Only of an unsigned reading is it known that the sum does not wrap around.
            low, high = fact.low + distance, fact.high + distance
            if fact.low >= 0 and low >= 0 and high <= mask:
                alignment = min(fact.alignment, distance & -distance or fact.alignment)
                moved = Fact(low, high, alignment)
                state[other] = common(self._known(other, state), moved)
        state[variable.index] = fact

    # Branches

    def _where(self, state: State, true: list[Span | Comparison]) -> State:
        """What is known where comparisons are true."""
        known = state
        for test in true:
            if isinstance(test, Span):
                fact = self._spanned(test, known)
            else:
                fact = self._compared(test, known)
            if fact is not None:
                if known is state:
                    known = dict(state)
                self._learn(known, test.variable, fact)
        return known

    def _compared(self, comparison: Comparison, state: State) -> Fact | None:
        """What a comparison says of its variable, if that is more than is known."""
        variable, distance, relation, operand = comparison
        mask = MASKS[variable.type]
        before = a = self._known(variable.index, state)
        if distance:
            a = Fact(before.low + distance, before.high + distance, 1)
            if before.low < 0 or a.low < 0 or a.high > mask:
                return None
        fact = refined(relation, a, self._operand(operand, state), mask)
        if fact is None or fact == a:
            return None
        if not distance:
            return fact
        if fact.low < 0:
            return None
        return Fact(fact.low - distance, fact.high - distance, before.alignment)

    def _spanned(self, span: Span, state: State) -> Fact | None:
        """What follows of a span's variable, if its start does not wrap around."""
        variable, start, mask, relation, operand = span
        bound = as_unsigned(self._operand(operand, state), MASKS[variable.type])
        most = bound.high - (relation == "lt_u")
        known = self._known(variable.index, state)
        if most < 0 or start + most > mask or known.low < 0 or known.high > mask:
            return None
        return common(known, Fact(start, start + most, 1))

    def _operand(self, operand: Variable | Const, state: State) -> Fact:
        if isinstance(operand, Const):
            return of_constant(cast(int, operand.imm))
        return self._known(operand.index, state)

    def _known(self, variable: int, state: State) -> Fact:
        """What is known of an integer variable."""
        return state.get(variable) or self._anywhere[variable]


def _last_branch_back(blocks: list[Block]) -> int:
    """The position of the last block that branches back to a loop's header, or -1."""
    return max(
        (
            predecessor.position
            for block in blocks
            if block.is_loop
            for predecessor in block.predecessors
        ),
        default=-1,
    )


def _largest_size(limits: Limits) -> int:
    """The bytes that a memory can have at most."""
    if limits.maximum is None:
        return MOST_PAGES * PAGE_SIZE
    return min(limits.maximum, MOST_PAGES) * PAGE_SIZE


def _recent(state: State) -> State:
    """A copy, without what has been known for longest if that is much."""
    if len(state) <= _MOST_KNOWN:
        return dict(state)
    return dict(islice(state.items(), len(state) - _MOST_KNOWN, None))


def _widened(assumed: Fact, fact: Fact, mask: int, thresholds: list[int]) -> Fact:
    """A fact that leaves room for what moves on in the same direction."""
    low, high = assumed.low, assumed.high
    if fact.low < low:
        low = 0 if fact.low >= 0 else -(mask + 1) // 2
    if fact.high > high:
        if fact.high - high > LONGEST_STEP:
            # Not a step: something else bounds it.
            thresholds = sorted([*thresholds, (1 << fact.high.bit_length()) - 1])
        high = next((bound for bound in thresholds if bound >= fact.high), mask)
    if high > (mask if low >= 0 else mask >> 1):
        return anything(fact.alignment, mask)
    return Fact(low, high, fact.alignment)
