"""Finds the ranges of integer variables, where they are used.

The pass goes through the blocks in code order and follows what is known of each variable: from its
assignments, and from the branches that led there. At a loop's header it assumes that a variable
which the loop assigns stays as it was on entry, and checks that at the branches back; where it does
not hold, the assumption is widened and the function is gone through again. What is left when nothing has to
be widened any more is an invariant, so it holds.

Counters that are compared for equality need an argument of their own, see `counters`.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.environment import ModuleEnvironment
from wasm2py.ir.cfg import Block
from wasm2py.ir.nodes import (
    Assign,
    AssignMany,
    Const,
    Do,
    Expression,
    Fact,
    Variable,
)
from wasm2py.opcodes import OPCODES
from wasm2py.passes.counters import State, find_counters
from wasm2py.passes.intervals import (
    FULL,
    MASKS,
    constant_fact,
    of_constant,
    refined,
    result,
    union,
)
from wasm2py.types import Limits

# The runtime never lets a memory grow to the last of its 65,536 pages: an address that has been
# used can be moved on by less than a page without wrapping around.
MOST_PAGES: Final = 65_535
PAGE_SIZE: Final = 65_536

# The loads and stores, and how many bytes they access.
ACCESSES: Final = {row.name: row.width for row in OPCODES if row.width}

# A function with more work than this, blocks times variables known at once, is left alone.
_MOST_WORK: Final = 4_000_000
_MOST_ROUNDS: Final = 8

# Where widening stops: at what a counter below a bound of either sign can reach, and at
# what a pointer can that has been used and moved on a little.
_THRESHOLDS: Final = (
    0xFF,
    0xFFFF,
    0x7FFFFFFE,
    0x7FFFFFFF,
    0xFFFF7FFF,
    0xFFFFFFFE,
    0xFFFFFFFF,
    0x7FFFFFFFFFFFFFFE,
    0x7FFFFFFFFFFFFFFF,
    0xFFFFFFFFFFFFFFFE,
    0xFFFFFFFFFFFFFFFF,
)

_NEGATED: Final = {
    "eq": "ne",
    "ne": "eq",
    "lt_u": "ge_u",
    "ge_u": "lt_u",
    "gt_u": "le_u",
    "le_u": "gt_u",
    "lt_s": "ge_s",
    "ge_s": "lt_s",
    "gt_s": "le_s",
    "le_s": "gt_s",
}
_MIRRORED: Final = {
    "eq": "eq",
    "ne": "ne",
    "lt_u": "gt_u",
    "gt_u": "lt_u",
    "le_u": "ge_u",
    "ge_u": "le_u",
    "lt_s": "gt_s",
    "gt_s": "lt_s",
    "le_s": "ge_s",
    "ge_s": "le_s",
}


def find_ranges(
    env: ModuleEnvironment, blocks: list[Block], types: list[str], zeroed: list[int]
) -> None:
    """Set the facts of the variables in linked blocks whose loops have been found.

    `zeroed` are the locals that begin as zero.
    """
    _Ranges(env, blocks, types, zeroed).run()


class _Ranges:
    def __init__(
        self,
        env: ModuleEnvironment,
        blocks: list[Block],
        types: list[str],
        zeroed: list[int],
    ) -> None:
        self._memories = [_largest_size(memory.limits) for memory in env.memories]
        self._blocks = blocks
        self._types = types
        self._start: State = {
            local: of_constant(0) for local in zeroed if types[local] in MASKS
        }
        self._loops = find_counters(blocks)
        self._assumed: dict[tuple[int, int], Fact] = {}
        self._proven: set[tuple[int, int]] = set()
        self._headers: dict[int, State] = {}
        self._edges: dict[tuple[int, int], State] = {}
        self._work = 0
        self._final = False

    def run(self) -> None:
        """Go through the function until nothing has to be widened, then set the facts."""
        for _ in range(_MOST_ROUNDS):
            if not self._loops or not self._round():
                break
            if self._work > _MOST_WORK:
                return
        else:
            self._give_up()
        self._final = True
        self._round()

    def _give_up(self) -> None:
        """Assume nothing of what loops assign."""
        for header, loop in self._loops.items():
            for variable in loop.assigned:
                full = FULL.get(self._types[variable])
                if full is not None:
                    self._assumed[header, variable] = full

    def _round(self) -> bool:
        """Go through the function once; whether an assumption had to be widened."""
        self._edges.clear()
        self._proven.clear()
        for block in self._blocks:
            state = self._entry(block)
            self._work += len(state) + 1
            if block.is_loop:
                self._headers[block.position] = state
                state = dict(state)
            self._through(block, state)
            self._leave(block, state)
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
            edge = self._edges[predecessor.position, block.position]
            state = dict(edge) if state is None else _joined(state, edge)
        if state is None:
            state = dict(self._start)
        if block.is_loop:
            counted = self._loops[block.position].counted(state)
            for variable in self._loops[block.position].assigned:
                if variable in counted:
                    self._proven.add((block.position, variable))
                else:
                    self._assume(block, variable, state)
            state.update(counted)
        return state

    def _assume(self, header: Block, variable: int, state: State) -> None:
        """What to assume at a loop's header of a variable that the loop assigns."""
        entry = state.get(variable)
        if entry is None:
            return
        assumed = self._assumed.get((header.position, variable))
        if assumed is not None:
            state[variable] = union(entry, assumed)

    def _through(self, block: Block, state: State) -> None:
        for statement in block.statements:
            if isinstance(statement, Assign):
                variable = statement.variable
                if self._types[variable] in MASKS:
                    state[variable] = self._fact(statement.value, state)
                else:
                    self._visit(statement.value, state)
            elif isinstance(statement, AssignMany):
                self._visit(statement.value, state)
                for variable in statement.variables:
                    state.pop(variable, None)
            elif isinstance(statement, Do):
                self._visit(statement.value, state)
        for value in block.values:
            self._visit(value, state)
        if block.condition is not None:
            self._visit(block.condition, state)

    def _leave(self, block: Block, state: State) -> None:
        condition = block.condition
        if block.kind == "branch" and condition is not None:
            for truth, target in zip((True, False), block.targets):
                known = self._refine(state, condition, truth)
                self._edges[block.position, target.position] = known
        else:
            for target in block.targets:
                self._edges[block.position, target.position] = state

    def _widen(self, header: Block) -> bool:
        """Compare what holds at the branches back with what was assumed at the header."""
        changed = False
        at_header = self._headers[header.position]
        for predecessor in header.predecessors:
            if predecessor.position < header.position:
                continue
            back = self._edges[predecessor.position, header.position]
            for variable in self._loops[header.position].assigned:
                key = (header.position, variable)
                assumed = at_header.get(variable)
                if assumed is None or key in self._proven:
                    continue
                fact = back.get(variable) or FULL[self._types[variable]]
                if union(assumed, fact) != assumed:
                    wide = _widened(assumed, fact)
                    earlier = self._assumed.get(key)
                    self._assumed[key] = union(wide, earlier) if earlier else wide
                    changed = True
        return changed

    # Expressions

    def _visit(self, expression: Expression, state: State) -> None:
        if expression.type in MASKS:
            self._fact(expression, state)
            return
        for arg in expression.args:
            self._visit(arg, state)
        if expression.op in ACCESSES:
            self._access(expression, state)

    def _fact(self, expression: Expression, state: State) -> Fact:
        """The fact of an integer expression; at last, set those of the variables in it."""
        if isinstance(expression, Variable):
            fact = state.get(expression.index) or FULL[expression.type]
            if self._final:
                known = expression.fact
                expression.fact = fact if known is None else union(known, fact)
            return fact
        if isinstance(expression, Const):
            return constant_fact(expression) or FULL[expression.type]
        args = []
        for arg in expression.args:
            if arg.type in MASKS:
                args.append(self._fact(arg, state))
            else:
                self._visit(arg, state)
                args.append(FULL["i64"])
        if expression.op in ACCESSES:
            self._access(expression, state)
        return result(expression, args)

    def _access(self, access: Expression, state: State) -> None:
        """An access that has not trapped bounds the variable that it got its address from."""
        _, offset, memory = cast("tuple[int, int, int]", access.imm)
        limits = self._memories[memory]
        base = access.args[0]
        constant = 0
        if base.op == "i32.add" and isinstance(base.args[1], Const):
            constant = cast(int, base.args[1].imm)
            base = base.args[0]
        if not isinstance(base, Variable) or base.type != "i32":
            return
        fact = state.get(base.index) or FULL["i32"]
        if fact.high + constant > FULL["i32"].high:
            return  # the sum may have wrapped around
        high = limits - offset - constant - ACCESSES[access.op]
        if fact.low <= high < fact.high:
            aligned = high - high % min(fact.alignment, 1 << 32)
            state[base.index] = Fact(fact.low, max(aligned, fact.low), fact.alignment)

    # Branches

    def _refine(self, state: State, condition: Expression, truth: bool) -> State:
        """What is known where a condition holds, or does not."""
        op, args = condition.op, condition.args
        if isinstance(condition, Variable):
            return self._compare(state, "ne" if truth else "eq", condition, _ZERO)
        if op in ("i32.eqz", "i64.eqz"):
            return self._refine(state, args[0], not truth)
        relation = op[4:]
        if relation in _NEGATED and op[0] == "i":
            if not truth:
                relation = _NEGATED[relation]
            left, right = args
            known = self._compare(state, relation, left, right)
            return self._compare(known, _MIRRORED[relation], right, left)
        return state

    def _compare(
        self, state: State, relation: str, left: Expression, right: Expression
    ) -> State:
        if not isinstance(left, Variable) or not isinstance(right, (Variable, Const)):
            return state
        full = FULL.get(left.type)
        if full is None:
            return state
        a = state.get(left.index) or full
        b = self._known(right, state, full)
        fact = refined(relation, a, b, full.high)
        if fact is None or fact == a:
            return state
        state = dict(state)
        state[left.index] = fact
        return state

    def _known(self, operand: Variable | Const, state: State, full: Fact) -> Fact:
        if isinstance(operand, Const):
            return constant_fact(operand) or full
        return state.get(operand.index) or full


_ZERO: Final = Const("i32", 0)


def _largest_size(limits: Limits) -> int:
    """The bytes that a memory can have at most."""
    if limits.maximum is None:
        return MOST_PAGES * PAGE_SIZE
    return min(limits.maximum, MOST_PAGES) * PAGE_SIZE


def _joined(a: State, b: State) -> State:
    return {
        variable: fact if (other := b[variable]) == fact else union(fact, other)
        for variable, fact in a.items()
        if variable in b
    }


def _widened(assumed: Fact, fact: Fact) -> Fact:
    low = assumed.low if fact.low >= assumed.low else 0
    high = assumed.high
    if fact.high > high:
        high = next(bound for bound in _THRESHOLDS if bound >= fact.high)
    return Fact(low, high, min(assumed.alignment, fact.alignment))
