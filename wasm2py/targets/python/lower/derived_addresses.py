"""Derived induction variables: an address that is a sum with a counter is stepped itself.

    loop                                    v3 = i32.add(v0, v1)
      ... load(i32.add(v0, v1)) ...         loop
      v1 = i32.add(v1, i32:1)         ->      ... load(v3) ...
                                              v1 = i32.add(v1, i32:1)
                                              v3 = i32.add(v3, i32:1)

Compilers keep one counter for all arrays that a loop goes through, as machines add while they load. Here each sum
takes a mask, if nothing is known of an array's place. An address that has been used needs none when it is stepped: it
cannot be at the end of the address space.

Why it is sound: modulo 2**32 the variable is the sum wherever the loop reads it. It is when the loop begins; the
counter is assigned in one place only, which steps both; and the other operand stays as it is. Both have got their
values before the loop, as each round reads them, the first one too.

Only sums are replaced that may wrap around as far as is known, in innermost loops that are not for the idioms, and
that each round uses for an access before the step: they become cheaper in any case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from wasm2py.analysis.liveness import (
    MOST_LOCALS,
    find_live,
    remove_dead_assignments,
)
from wasm2py.analysis.ranges.induction_variables import (
    constant_step,
    own_step,
    passed_blocks,
)
from wasm2py.ir.copying import copied
from wasm2py.ir.effects import variable_bits
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block, JumpEnd, relink
from wasm2py.ir.nodes import Assign, Const, Expression, Variable, binary
from wasm2py.ir.walk import variables
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.lower.loop_prospects import (
    SMALL,
    Prospect,
    addresses,
    may_wrap,
)
from wasm2py.targets.python.lower.loop_versions import (
    LARGEST_FUNCTION,
    innermost_loops,
)

# So many sums at most get variables of their own in a loop.
_MOST: Final = 4


class _Sum(NamedTuple):
    """A counter and what is added to it."""

    counter: int
    other: int


def derive_addresses(function: Function) -> bool:
    """Step the addresses in linked blocks for which that is worth it; whether there were some."""
    if len(function.blocks) > LARGEST_FUNCTION or len(function.types) > MOST_LOCALS:
        return False
    entries: dict[Block, Block] = {}
    for loop in innermost_loops(function.blocks):
        sums = _derived(loop)
        if sums:
            own = {each: function.new_web(each.counter) for each in sums[:_MOST]}
            _step(loop, own)
            _take_copies_out(function.blocks, loop, set(own.values()))
            entries[loop[0]] = _entry(loop, own)
    if not entries:
        return False
    function.blocks[:] = [
        each
        for block in function.blocks
        for each in ((entries[block], block) if block in entries else (block,))
    ]
    relink(function.blocks)
    # A counter may have been there for its sums only.
    locals = len(function.types)
    if locals <= MOST_LOCALS:
        live = find_live(function.blocks, locals)
        remove_dead_assignments(function.blocks, live, locals)
    return True


def _derived(loop: list[Block]) -> list[_Sum]:
    """The sums in a loop that each round uses for an access, before it steps the counter."""
    latches = [block for block in loop if loop[0] in block.end.targets]
    if len(latches) != 1:
        return []
    assigned: dict[int, int] = {}
    steps: set[int] = set()
    for block in loop:
        for statement in block.statements:
            for variable in statement.defines():
                assigned[variable] = assigned.get(variable, 0) + 1
            if isinstance(statement, Assign):
                step = own_step(statement.value, statement.variable)
                if 0 < abs(step) <= SMALL and statement.value.type == I32:
                    steps.add(statement.variable)
    counters = {variable for variable in steps if assigned[variable] == 1}
    if not counters:
        return []
    uses = _Uses(counters, set(assigned))
    for block in passed_blocks(loop):
        for statement in block.statements:
            for expression in statement.own():
                uses.look_at(expression)
            if isinstance(statement, Assign) and assigned[statement.variable] == 1:
                uses.assign(statement.variable, statement.value)
        for expression in block.end.own():
            uses.look_at(expression)
    if not uses.found or Prospect(loop).is_moved_or_added():
        return []
    return list(uses.found)


class _Uses:
    """What a round has used sums of counters for, so far."""

    def __init__(self, counters: set[int], assigned: set[int]) -> None:
        self.found: dict[_Sum, None] = {}
        self._counters = counters  # that it has not stepped
        self._assigned = assigned
        self._values: dict[int, Expression] = {}  # of variables that it has assigned

    def assign(self, variable: int, value: Expression) -> None:
        """Note what a variable is given that gets no other value in the round."""
        self._values[variable] = value
        self._counters.discard(variable)

    def look_at(self, expression: Expression) -> None:
        """Find the sums at which an expression accesses memory, which then bounds them."""
        for address in addresses(expression):
            if isinstance(address, Variable):
                address = self._values.get(address.index, address)
            if address.op == "i32.add" and may_wrap(address):
                self._note(*address.args)

    def _note(self, left: Expression, right: Expression) -> None:
        for counter, other in ((left, right), (right, left)):
            if isinstance(counter, Variable) and isinstance(other, Variable):
                if (
                    counter.index in self._counters
                    and other.index not in self._assigned
                ):
                    self.found[_Sum(counter.index, other.index)] = None


def _step(loop: list[Block], own: dict[_Sum, int]) -> None:
    """Read the variables in place of the sums, and step them."""

    def change(expression: Expression) -> Expression:
        return _replaced(expression, own)

    replaced = variable_bits([variable for sum in own for variable in sum])
    for block in loop:
        statements = []
        for statement in block.statements:
            statement.rewrite(change)
            statements.append(statement)
            if not isinstance(statement, Assign):
                continue
            for (counter, _), variable in own.items():
                if statement.variable == counter:
                    step = Const(I32, constant_step(statement.value) & MASKS[I32])
                    moved = binary("i32.add", Variable(variable, I32), step)
                    statements.append(Assign(variable, moved))
        block.statements[:] = statements
        block.end.rewrite(change)
        block.refresh_effects(replaced)


def _take_copies_out(blocks: list[Block], loop: list[Block], own: set[int]) -> None:
    """Read the variables in place of others that have been given the sums, where these are not stepped before."""
    passed = passed_blocks(loop)
    places: dict[int, tuple[int, int]] = {}  # where variables are assigned
    copies: dict[int, int] = {}
    times: dict[int, int] = {}
    for block in blocks:
        for at, statement in enumerate(block.statements):
            for variable in statement.defines():
                times[variable] = times.get(variable, 0) + 1
                places[variable] = block.position, at
            if isinstance(statement, Assign) and block in passed:
                source = statement.value
                if isinstance(source, Variable) and source.index in own:
                    copies[statement.variable] = source.index
    kept = {variable for variable in copies if times[variable] > 1}
    for block in blocks:
        for at, expressions in enumerate(_evaluated(block)):
            here = block.position, at
            for read in (v.index for e in expressions for v in variables(e)):
                if read in copies and (
                    block not in loop or not places[read] < here <= places[copies[read]]
                ):
                    kept.add(read)
    renamed = {copy: source for copy, source in copies.items() if copy not in kept}
    if renamed:
        _rename(loop, renamed)


def _rename(loop: list[Block], renamed: dict[int, int]) -> None:
    """Read other variables in a loop, and do not assign those any more."""

    def change(expression: Expression) -> Expression:
        return copied(expression, renamed)

    for block in loop:
        block.statements[:] = [
            statement
            for statement in block.statements
            if not (isinstance(statement, Assign) and statement.variable in renamed)
        ]
        for statement in block.statements:
            statement.rewrite(change)
        block.end.rewrite(change)


def _evaluated(block: Block) -> Iterator[tuple[Expression, ...]]:
    """What each statement evaluates, and the end."""
    for statement in block.statements:
        yield tuple(statement.own())
    yield tuple(block.end.own())


def _replaced(expression: Expression, own: dict[_Sum, int]) -> Expression:
    """An expression that reads the variables."""
    args = expression.args
    if expression.op == "i32.add":
        left, right = args
        if isinstance(left, Variable) and isinstance(right, Variable):
            for pair in ((left.index, right.index), (right.index, left.index)):
                if _Sum(*pair) in own:
                    return Variable(own[_Sum(*pair)], I32)
    changed = expression
    for at, arg in enumerate(args):
        new = _replaced(arg, own)
        if new is not arg:
            changed = changed.with_arg(at, new)
    return changed


def _entry(loop: list[Block], own: dict[_Sum, int]) -> Block:
    """A block before a loop, in which the variables get their first values."""
    header, entry = loop[0], Block()
    entry.statements += [
        Assign(
            variable, binary("i32.add", Variable(counter, I32), Variable(other, I32))
        )
        for (counter, other), variable in own.items()
    ]
    entry.end = JumpEnd(header)
    for block in header.predecessors:
        if block not in loop:
            targets = block.end.targets
            block.end.targets = [entry if t is header else t for t in targets]
    return entry
