"""Basic induction variables that are compared for equality: their value ranges while a loop goes on.

Compilers write loops that end by equality. An interval says nothing about `!=`:

    loop
      ...
      v0 = i32.add(v0, i32:4)
      unless i32.ne(v0, v1)
        break

Why it is sound: where the step divides the distance, a counter that moves towards its end hits it
exactly and never passes it, so it stays between its start and its end. This requires one branch back,
one assignment of the counter in the loop, a constant step, an end that the loop does not assign, and
either exact values or a step that is a power of two dividing both start and end (known alignment).
That bounds the trip count too, and with it every other induction variable, which the loop moves once
an iteration by a constant.

Where rounds are unrolled, or a loop is tested at its top, the one test is elsewhere in the iteration, of something
that is a constant away from the counter at the loop's header. If it is in each iteration, on the way to the one
branch back, it leaves the loop in the same iteration as a test behind the step, of an end that is as far away:

    loop                                    loop
      v1 = i32.add(v0, i32:3)                 ...
      unless i32.ne(v1, i32:11)       as      v0 = i32.add(v0, i32:4)
        break                                 unless i32.ne(v0, i32:12)
      v0 = i32.add(v1, i32:1)                   break

The end may be a variable that the loop does not assign, as in `for (i = 1; i <= n; i++)`: it hits `n + 1`, which is known
where that does not wrap around.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, cast

from wasm2py.analysis.ranges.domain import as_signed, as_unsigned, of_constant
from wasm2py.ir.graph import Block, BranchEnd, contains, enclosing
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Counter,
    Expression,
    Fact,
    Statement,
    Variable,
    signed_value,
)
from wasm2py.ir.walk import variables
from wasm2py.spec.opcodes import instructions
from wasm2py.spec.types import MASKS

State = dict[int, Fact]

ADDITIVE: Final = instructions("add", "sub")
SUBTRACTIONS: Final = instructions("sub")
ZERO_TESTS: Final = instructions("eqz")
EQUALITIES: Final = instructions("eq")
INEQUALITIES: Final = instructions("ne")


class CountingLoop:
    """What a loop does to its variables."""

    __slots__ = (
        "assigned",
        "count",
        "distance",
        "is_left_within",
        "proven",
        "steps",
        "types",
        "values",
    )

    def __init__(self) -> None:
        self.assigned: dict[int, int] = {}  # how often, in the loop's text
        self.values: dict[int, Expression] = {}  # given outside of inner loops
        self.steps: dict[int, int] = (
            {}
        )  # of variables that are stepped once an iteration
        self.types: dict[int, str] = {}  # of those
        self.count: Counter | None = None
        self.distance = (
            0  # from the variable that is the count's end to where that is hit
        )
        # The test is not at the branch back: the count is what it would be there.
        self.is_left_within = False
        # The same, if it has turned out to hit its end.
        self.proven: Counter | None = None

    def counted(self, before: Callable[[int], Fact]) -> State:
        """The variables whose range at the header is known, given what is known before it."""
        self.proven = None
        count = self.count
        bound = None if count is None else self._bound(count, before)
        if count is None or bound is None:
            return {}
        mask = MASKS[self.types[count.variable]]
        found = _counted(before(count.variable), bound, count.step, mask)
        if found is None:
            return {}
        signed, fact = found
        rounds = (fact.high - fact.low) // abs(count.step)
        end = count.end
        if isinstance(end, Variable):
            # Where the loop begins, less is known of it than where it is compared.
            end = Variable(end.index, end.type)
            end.fact = bound
        if not self.is_left_within:
            self.proven = count._replace(end=end, signed=signed, rounds=rounds + 1)
        facts = {count.variable: fact}
        for variable, step in self.steps.items():
            mask = MASKS[self.types[variable]]
            moved = _moved(before(variable), step, rounds, mask)
            if variable != count.variable and moved is not None:
                facts[variable] = moved
        return facts

    def _bound(self, count: Counter, before: Callable[[int], Fact]) -> Fact | None:
        end = count.end
        if not isinstance(end, Variable):
            return of_constant(cast(int, end.imm))
        if end.index in self.assigned:
            return None
        return _shifted(before(end.index), self.distance, MASKS[end.type])


def find_counters(blocks: list[Block]) -> dict[int, CountingLoop]:
    """The loops among linked blocks, by the positions of their headers."""
    loops = {block.position: CountingLoop() for block in blocks if block.is_loop}
    for block in reversed(blocks):
        header = block if block.is_loop else block.loop
        if header is None:
            continue
        loop = loops[header.position]
        for statement in block.statements:
            for variable in statement.defines():
                loop.assigned[variable] = loop.assigned.get(variable, 0) + 1
            if isinstance(statement, Assign):
                loop.values[statement.variable] = statement.value
        if block.is_loop:
            _finish(blocks, block, loop)
            if block.loop is not None:
                outer = loops[block.loop.position].assigned
                for variable, times in loop.assigned.items():
                    outer[variable] = outer.get(variable, 0) + times
    return loops


def _finish(blocks: list[Block], header: Block, loop: CountingLoop) -> None:
    for variable, value in loop.values.items():
        step = own_step(value, variable)
        if step and loop.assigned[variable] == 1:
            loop.steps[variable] = step
            loop.types[variable] = value.type
    loop.values.clear()
    latches = [p for p in header.predecessors if p.position >= header.position]
    if len(latches) != 1:
        return
    (latch,) = latches
    if isinstance(latch.end, BranchEnd):
        _find_count(header, latch, latch.end, loop)
    if loop.count is None:
        _find_exit(blocks[header.position : latch.position + 1], loop)


def _find_count(
    header: Block, latch: Block, branch: BranchEnd, loop: CountingLoop
) -> None:
    """Look for the variable that decides in the one branch back, as it is after its step."""
    stepped: dict[int, Expression] = {}
    for statement in latch.statements:
        if not isinstance(statement, Assign) or loop.assigned[statement.variable] > 1:
            continue
        variable, value = statement.variable, statement.value
        tested = variable
        if isinstance(value, Variable) and value.index in stepped:
            # The sum was given to another variable first: that is the one compared.
            tested = value.index
            value = stepped[tested]
            step = own_step(value, variable)
            if step:
                loop.steps[variable] = step
                loop.types[variable] = value.type
        stepped[statement.variable] = value
        end = _end_of_count(branch, header, tested)
        if end is not None and variable in loop.steps:
            loop.count = Counter(variable, loop.steps[variable], end)


def _find_exit(blocks: list[Block], loop: CountingLoop) -> None:
    """Look for a variable that decides in each iteration whether the loop is left."""
    header, passed = blocks[0], passed_blocks(blocks)
    inside = {block: _stays(block, header) for block in passed}
    if not any(inside.values()):
        return
    ways = _Ways(loop)
    found: list[tuple[_Way, Variable | Const]] = []
    for block in passed:
        for statement in block.statements:
            ways.follow(statement)
        stays = inside[block]
        if stays is not None and isinstance(block.end, BranchEnd):
            found += ways.tested(block.end, stays)
    for (variable, way), end in found:
        origin, step = ways.of.get(variable, (-1, 0))
        if origin == variable and step:
            loop.steps[variable], loop.types[variable] = step, end.type
            if isinstance(end, Const):
                moved = cast(int, end.imm) - way + step & MASKS[end.type]
                end = Const(end.type, moved)
            else:
                loop.distance = step - way
            loop.count = Counter(variable, step, end)
            loop.is_left_within = True
            return


def passed_blocks(blocks: list[Block]) -> list[Block]:
    """The blocks that each iteration goes through once, to their ends, in order.

    Given are those from the loop's header to the one branch back. No branch jumps over what is passed.
    """
    header, passed, furthest = blocks[0], [], 0
    for block in blocks:
        if not contains(header, block):
            continue
        if block.handler is not None:
            return []
        if block.position >= furthest and enclosing(block) is header:
            passed.append(block)
        for target in block.end.targets:
            # The next block is reached in any case.
            far = target.position > max(furthest, block.position + 1)
            if far and contains(header, target):
                furthest = target.position
    return passed


def _stays(block: Block, header: Block) -> Block | None:
    """Where the one of a block's two targets is that does not leave the loop."""
    if not isinstance(block.end, BranchEnd):
        return None
    inside = [target for target in block.end.targets if contains(header, target)]
    return inside[0] if len(inside) == 1 else None


_Way = tuple[int, int]
"""A variable as it is at a loop's header, and what is added to that."""


class _Ways:
    """What the variables are in an iteration that are assigned once in it."""

    def __init__(self, loop: CountingLoop) -> None:
        self._assigned = loop.assigned
        self.of: dict[int, _Way] = {}

    def follow(self, statement: Statement) -> None:
        """Go on by a statement that is executed in each iteration."""
        if isinstance(statement, Assign) and self._assigned[statement.variable] == 1:
            way = self._way(statement.value)
            if way is not None:
                self.of[statement.variable] = way

    def _way(self, value: Expression) -> _Way | None:
        step = 0
        if has_step(value):
            step, value = constant_step(value), value.args[0]
        if not isinstance(value, Variable) or self._assigned.get(value.index) != 1:
            return None
        origin, way = self.of.get(value.index, (value.index, 0))
        return origin, way + step

    def tested(
        self, branch: BranchEnd, stays: Block
    ) -> Iterator[tuple[_Way, Variable | Const]]:
        """What differs from something that stays as it is where a branch stays in the loop."""
        for read in variables(branch.condition):
            way = self._way(read)
            end = _end_of_count(branch, stays, read.index)
            if way is None or end is None:
                continue
            if isinstance(end, Const) or end.index not in self._assigned:
                yield way, end


def _counted(
    entry: Fact, bound: Fact, step: int, mask: int
) -> tuple[bool, Fact] | None:
    """The range of a counter at the loop's header, and in which reading, if it is sure to hit its end."""
    stride = abs(step)
    exact = entry.low == entry.high and bound.low == bound.high
    aligned = min(entry.alignment, bound.alignment) % stride == 0
    if not exact and (stride & (stride - 1) or not aligned):
        return None
    alignment = min(entry.alignment, stride & -stride)
    for signed, reading in ((False, as_unsigned), (True, as_signed)):
        # In the one or the other, the counter moves towards its end.
        start, end = reading(entry, mask), reading(bound, mask)
        if exact and (end.low - start.low) % stride:
            continue  # the other reading's distance may be another
        if step > 0 and end.low > start.high:
            return signed, Fact(start.low, end.high - stride, alignment)
        if step < 0 and end.high < start.low:
            return signed, Fact(end.low + stride, start.high, alignment)
    return None


def _shifted(fact: Fact, distance: int, mask: int) -> Fact | None:
    """The range of something and a constant, if that does not wrap around."""
    if not distance:
        return fact
    half = (mask + 1) // 2
    alignment = min(fact.alignment, distance & -distance)
    for reading, low, high in (as_unsigned, 0, mask), (as_signed, -half, half - 1):
        start = reading(fact, mask)
        if low <= start.low + distance and start.high + distance <= high:
            return Fact(start.low + distance, start.high + distance, alignment)
    return None


def _moved(before: Fact, step: int, rounds: int, mask: int) -> Fact | None:
    """The range of a variable that moves by a step at most so often, if it does not wrap around."""
    half = (mask + 1) // 2
    alignment = min(before.alignment, step & -step)
    below, above = min(0, step * rounds), max(0, step * rounds)
    start = as_unsigned(before, mask)
    if start.low + below >= 0 and start.high + above <= mask:
        return Fact(start.low + below, start.high + above, alignment)
    start = as_signed(before, mask)
    if start.low + below >= -half and start.high + above < half:
        return Fact(start.low + below, start.high + above, alignment)
    return None


def without_negations(condition: Expression) -> tuple[Expression, bool]:
    """What a condition tests for zero, if it does, and whether it holds where that is not zero."""
    truth = True
    while condition.op in ZERO_TESTS:
        condition, truth = condition.args[0], not truth
    return condition, truth


def _end_of_count(
    branch: BranchEnd, target: Block, variable: int
) -> Variable | Const | None:
    """What a variable differs from where a branch goes to a target."""
    then, otherwise = branch.targets
    if then is otherwise:
        return None
    condition, holds = without_negations(branch.condition)
    truth = holds is (then is target)
    if isinstance(condition, Variable):
        counts = truth and condition.index == variable
        return Const(condition.type, 0) if counts else None
    if condition.op not in (INEQUALITIES if truth else EQUALITIES):
        return None
    left, right = condition.args
    for counter, end in ((left, right), (right, left)):
        if isinstance(counter, Variable) and counter.index == variable:
            if isinstance(end, (Variable, Const)):
                return end
    return None


def own_step(value: Expression, variable: int) -> int:
    """The constant by which a value differs from the variable that it is given to, or 0."""
    if value.op in ADDITIVE:
        left, right = value.args
        if isinstance(left, Variable) and left.index == variable:
            if isinstance(right, Const):
                return constant_step(value)
    return 0


def has_step(value: Expression) -> bool:
    """Whether an integer is a sum or difference of which the second operand is a constant."""
    return value.op in ADDITIVE and isinstance(value.args[1], Const)


def constant_step(value: Expression) -> int:
    """The constant that an addition adds to its first operand, as a signed number."""
    step = signed_value(cast(Const, value.args[1]))
    return -step if value.op in SUBTRACTIONS else step
