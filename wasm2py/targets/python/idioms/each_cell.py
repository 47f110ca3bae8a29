"""Loops that go through cells of memory, one after the other: the cells are what is gone through.

    loop                                       each v7 from i32.load[2 0 0](i32:1024) by 4, 2000 times
      v1 = i32.xor(v1, i32.load[2 0 0](v0))      v1 = i32.xor(v1, v7)
      v0 = i32.add(v0, i32:4)            ->    return v1
      unless i32.ne(v0, i32:9024)
        return v1

An item of a row costs Python half of what an index into a view does, and the address need not be stepped,
nor compared.

Why it is sound
---------------
*The trip count* is known (`trip_count`), and nothing else leaves the loop or begins its next round.

*Places.* A load's address is linear in induction variables, by what a round does before it
(`symbolic_iteration`), so it moves by a constant each round. If it wraps around, it has come to addresses that no memory has, as in
`trip_count`: one that is not in bounds traps, in the round in which it would have been loaded.

*Order.* A cell is loaded when its round begins. Between that and where it was loaded, the round does nothing that
writes, calls or traps, but for other loads: they trap alike, and nothing has changed in between. So whatever
the round writes afterwards, to that memory, too, the next round loads what it would have loaded: a row is no copy.
But it ends where the memory did when the loop began, and a memory that grows may move: no round lets one grow, or calls,
or lets go of a reference: that may be a host's object, whose finaliser does anything.
Another thread's writes may come before or after a load that is not atomic.

*Afterwards.* Induction variables that nothing in the loop reads any more get what they are in the end.
Metered loops pay for each round, and stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.induction_variables import (
    EQUALITIES,
    INEQUALITIES,
    ZERO_TESTS,
    own_step,
)
from wasm2py.ir.build.instruction_effects import EFFECTS, may_trap
from wasm2py.ir.effects import (
    ANYTHING,
    BEYOND,
    PURE,
    READS_GLOBAL,
    READS_MEMORY,
    TRAPS,
    WRITES_TABLE,
    may_throw,
)
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Do,
    Expression,
    Fact,
    Statement,
    Variable,
)
from wasm2py.ir.walk import every, reads, variables, with_changed_args
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.matching import is_reference
from wasm2py.spec.opcodes import LOADS, NUMBERS, STORES
from wasm2py.spec.types import I32
from wasm2py.targets.python.idioms.polynomials import (
    Polynomial,
    atoms,
    constant,
    expression,
    is_linear,
    number,
    total,
    unknown,
    variable_of,
)
from wasm2py.targets.python.idioms.recognition import (
    LoopRewriting,
    Parts,
    assigned_at_once,
    find_starts,
    loop_parts,
)
from wasm2py.targets.python.idioms.symbolic_iteration import (
    Beyond,
    Iteration,
    is_understood,
)
from wasm2py.targets.python.idioms.trip_count import Whole
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Count, EachCell, Row

# What it takes to begin is saved in some rounds, and in more of them with several rows.
_FEWEST_ROUNDS: Final = 32
_FEWEST_A_ROW: Final = 20
# So large a part of what a round loads has to come from rows.
_LEAST_PART: Final = 1 / 2
_LONGEST_STEP: Final = ADDRESS_TYPES[I32].longest_step
# A view of f32 would make signalling NaNs quiet.
_CELLS: Final = frozenset(
    op for op, load in LOADS.items() if load.type in NUMBERS and load.type != "f32"
)
_QUIET: Final = READS_MEMORY | READS_GLOBAL


def has_cells(loop: Statement) -> bool:
    """Whether a loop loads something in each round, and ends in one way."""
    return _ends_at_constant(loop) and is_understood(_parts, loop)


def go_through_cells(function: StructuredFunction) -> None:
    """Replace such loops in structured code."""
    _CellLoops(function).block(function.statements, False)


class _Load(NamedTuple):
    """A load that a round makes before it does anything else."""

    expression: Expression
    address: Polynomial
    stride: int

    @property
    def cell(self) -> object:
        """What loads of the same cell have in common."""
        load = self.expression
        return load.op, load.imm, tuple(sorted(self.address.items()))


class _CellLoops(LoopRewriting):
    def rewritten(
        self, loop: Statement, before: Collection[int] | None
    ) -> list[Statement]:
        """What does the same as a loop; raises `Beyond`."""
        parts = _parts(loop)
        whole = self._whole(loop, parts)
        rounds = whole.rounds()
        if not whole.is_exact or whole.may_be_skipped:
            raise Beyond
        loads = list(_loads(parts.body, whole))
        others = reads(parts.body).get(whole.counted, 0)
        for load in loads:
            read = variables(load.expression)
            others -= sum(each.index == whole.counted for each in read)
        if others:
            raise Beyond  # nothing would step the counter
        rows = len({load.cell for load in loads})
        if not rows or rounds < max(_FEWEST_ROUNDS, rows * _FEWEST_A_ROW):
            raise Beyond
        if len(loads) < _count_loads(parts.body) * _LEAST_PART:
            raise Beyond
        assigned = list(whole.iteration.values)
        wanted = self.wanted(loop, parts.after, assigned, assigned, before)
        each = self._each(parts.body, loads, whole)
        moved = _take_steps(each.body, whole)
        self._take_starts(moved, each.own())
        moved = {v: end for v, end in moved.items() if v in wanted}
        return [each, *assigned_at_once(self.function, moved), *parts.after]

    def _whole(self, loop: Statement, parts: Parts) -> Whole:
        """What is known of a loop's rounds; raises `Beyond`."""
        iteration = _Round()
        for statement in parts.body:
            iteration.follow(statement)
        # A copy: what it adds to it is of no use if the loop stays.
        types = list(self.function.types)
        whole = Whole(iteration, types, lambda variable: None)
        find_starts(self.preceding, whole)
        if isinstance(loop, Count):
            whole.begin_counted(loop)
        elif parts.test is not None:
            whole.begin(parts.test)
        return whole

    def _each(
        self, body: list[Statement], loads: list[_Load], whole: Whole
    ) -> EachCell:
        """The loop over rows, with what they give in the place of loads."""
        rows: dict[object, Row] = {}
        firsts: list[Expression] = []
        given: dict[int, Row] = {}  # by the identity of loads
        for load in loads:
            loaded, cell = load.expression, load.cell
            if cell not in rows:
                firsts.append(whole.start(load.address, I32))
                variable = self.new_variable(loaded.type)
                _, offset, memory = cast("tuple[int, int, int]", loaded.imm)
                rows[cell] = Row(variable, loaded.op, offset, memory, load.stride)
            given[id(loaded)] = rows[cell]
        for statement in body:
            statement.rewrite(lambda each: _with_rows(each, given))
        return EachCell(tuple(rows.values()), tuple(firsts), whole.rounds(), body)

    def _take_starts(
        self, gone: Collection[int], firsts: tuple[Expression, ...]
    ) -> None:
        """Take out constants that are given before the loop to what it does not read any more."""
        read = {each.index for first in firsts for each in variables(first)}
        for at in range(len(self.preceding) - 1, -1, -1):
            statement = self.preceding[at]
            if not isinstance(statement, Assign):
                return
            is_gone = statement.variable in gone and statement.variable not in read
            if is_gone and isinstance(statement.value, Const):
                del self.preceding[at]
            read.update(each.index for each in variables(statement.value))


class _Round(Iteration):
    """A round that may do anything: what is not understood is another number each time."""

    def __init__(self) -> None:
        super().__init__()
        self._unknowns = 0

    def follow(self, statement: Statement) -> None:
        """Go on by a statement."""
        if isinstance(statement, Assign):
            try:
                self.execute(statement)
            except Beyond:
                self._forget(statement)
        else:
            for each in every([statement]):
                self._forget(each)

    def _forget(self, statement: Statement) -> None:
        for variable in statement.defines():
            self._unknowns += 1
            self.values[variable] = unknown(-self._unknowns)

    def _load(self, load: Expression) -> Polynomial:
        raise Beyond


def _parts(loop: Statement) -> Parts:
    """What a loop consists of that may go through cells; raises `Beyond`."""
    if not _ends_at_constant(loop):
        raise Beyond
    parts = loop_parts(loop)
    if parts.payment is not None:
        raise Beyond
    if not isinstance(loop, Count) and not any(map(_is_step, parts.body)):
        raise Beyond
    if not _goes_through(parts.body) or not any(_first_loads(parts.body)):
        raise Beyond
    if any(map(_may_grow_memory, _evaluated(parts.body))):
        raise Beyond
    return parts


def _evaluated(body: list[Statement]) -> Iterator[Expression]:
    """All that statements evaluate, and what that consists of."""
    values = [value for statement in every(body) for value in statement.own()]
    for value in values:  # which grow
        values += value.args
        yield value


def _may_grow_memory(value: Expression) -> bool:
    if value.op == "memory.grow" or is_reference(value.type):
        return True
    effects = EFFECTS.get(value.op, ANYTHING)
    return may_throw(effects) or bool(effects & WRITES_TABLE)


def _ends_at_constant(loop: Statement) -> bool:
    """Whether a loop may end where something is a constant: of most there is no more to be seen."""
    if isinstance(loop, Count):
        return isinstance(loop.end, Const)
    (body,) = loop.parts()
    tests = loop.own() or [
        test for statement in (*body[:1], *body[-1:]) for test in statement.own()
    ]
    return any(map(_is_compared_with_constant, tests))


def _is_compared_with_constant(condition: Expression) -> bool:
    while condition.op in ZERO_TESTS:
        (condition,) = condition.args
    if condition.op in EQUALITIES or condition.op in INEQUALITIES:
        return isinstance(condition.args[1], Const)
    return isinstance(condition, Variable)


def _is_step(statement: Statement) -> bool:
    if not isinstance(statement, Assign):
        return False
    return bool(own_step(statement.value, statement.variable))


def _goes_through(statements: list[Statement]) -> bool:
    """Whether control comes to the end of statements, once, whatever they choose."""
    return not any(
        statement.repeats()
        or statement.leaves()
        or not all(map(_goes_through, statement.parts()))
        for statement in statements
    )


def _first_loads(body: list[Statement]) -> Iterator[tuple[Expression, int]]:
    """The loads that each round makes before it does anything else, and in which statement they are."""
    for at, statement in enumerate(body):
        for own in statement.own():
            is_store = isinstance(statement, Do) and own.op in STORES
            operands = own.args if is_store else (own,)
            if not all(map(_is_quiet, operands)):
                return
            for operand in operands:
                yield from ((load, at) for load in _loads_in(operand))
        if not all(_is_quiet(own) for each in every([statement]) for own in each.own()):
            return


def _is_quiet(value: Expression) -> bool:
    """Whether evaluating something does nothing but calculate and load."""
    if not value.effects & BEYOND & ~_QUIET:
        return True
    own = EFFECTS.get(value.op, ANYTHING)
    if value.op in LOADS or (own == TRAPS and not may_trap(value.op, value.args)):
        own = PURE
    return not own & ~_QUIET and all(map(_is_quiet, value.args))


def _loads_in(value: Expression) -> Iterator[Expression]:
    if value.op in _CELLS and value.args[0].type == I32:
        yield value
    for arg in value.args:
        yield from _loads_in(arg)


def _count_loads(body: list[Statement]) -> int:
    """How many loads there are in a round, whichever of them are made."""
    return sum(value.op in LOADS for value in _evaluated(body))


def _loads(body: list[Statement], whole: Whole) -> Iterator[_Load]:
    """Those of the first loads whose addresses move by a constant each round."""
    round, done = _Round(), 0
    for load, at in _first_loads(body):
        while done < at:
            round.follow(body[done])
            done += 1
        try:
            address = round.value(load.args[0])
        except Beyond:
            continue
        change = whole.steps.change(address) if is_linear(address) else None
        stride = None if change is None else number(change)
        if stride and abs(stride) <= _LONGEST_STEP:
            yield _Load(load, address, stride)


def _with_rows(value: Expression, given: dict[int, Row]) -> Expression:
    """An expression with what rows give in the place of loads."""
    row = given.get(id(value))
    if row is not None:
        found = Variable(row.variable, value.type)
        load = LOADS[row.op]
        if load.is_narrow and not load.signed:
            found.fact = Fact(0, (1 << 8 * load.width) - 1, 1)
        return found
    return with_changed_args(value, lambda arg: _with_rows(arg, given))


def _take_steps(body: list[Statement], whole: Whole) -> dict[int, Expression]:
    """Take out the steps of variables that a round does not read otherwise; gives what these are in the end."""
    types = whole.types
    ends = _ends(body, whole)
    body[:] = [each for each in body if ends.keys().isdisjoint(each.defines())]
    return {
        variable: expression(end, types[variable], variable_of(types))
        for variable, end in ends.items()
    }


def _ends(body: list[Statement], whole: Whole) -> dict[int, Polynomial]:
    """What variables are in the end of which nothing in a round needs more than their steps."""
    ends: dict[int, Polynomial] = {}
    read = reads(body)
    for variable, step in whole.steps.of.items():
        steps = [each for each in body if variable in each.defines()]
        change, own = number(step), reads(steps).get(variable, 0)
        if change is None or read.get(variable, 0) > own:
            continue
        type = whole.types[variable]
        way = constant(change * whole.rounds(), type)
        end = total(whole.started(unknown(variable), type), way, type)
        if end is not None:
            ends[variable] = end
    # One that begins as another one is told by that, if the rounds leave it alone.
    changed = whole.iteration.values.keys() - ends.keys()
    while changed:
        changed = {v for v, end in ends.items() if not changed.isdisjoint(atoms(end))}
        for variable in changed:
            del ends[variable]
    return ends
