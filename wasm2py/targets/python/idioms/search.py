"""The loop idiom that looks for a byte of one value, and does nothing else.

    loop                                       v0 = cells.find[0 0](i32.add(v0, i32:1), i32:0)
      v0 = i32.add(v0, i32:1)            ->    return v0
      unless i32.load8_u(v0)
        return v0

C finds the end of a string so. It becomes one instruction, `cells.find`, which a target has a faster way to do.

Why it is sound: what `symbolic_iteration` says of an iteration holds here, too: the loop has one exit,
and an iteration loads one byte and writes nothing. The address of the byte moves by one each time, so that the bytes
from the first address on are looked at, one after the other. The instruction gives the address of the first one that
has the value, without its offset; if there is none, the loop would have come to the end of memory, where it traps, and
so does the instruction. (A sum that wraps around is among the last addresses before, which no memory has; see
`trip_count`.) How far the address has moved is the number of rounds, and the variables that are read later move by a
constant each time. Metered loops, which pay for each round, stay.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.induction_variables import without_negations
from wasm2py.ir.effects import READS_MEMORY, TRAPS
from wasm2py.ir.nodes import Assign, Const, Expression, Statement, Variable
from wasm2py.spec.opcodes import LOADS
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.idioms.polynomials import (
    Polynomial,
    atoms,
    difference,
    expression,
    number,
    total,
    unknown,
    variable_of,
)
from wasm2py.targets.python.idioms.recognition import (
    LoopRewriting,
    Parts,
    assigned_at_once,
    loop_parts,
)
from wasm2py.targets.python.idioms.symbolic_iteration import (
    Beyond,
    InductionVariables,
    Iteration,
    Place,
    is_understood,
)
from wasm2py.targets.python.idioms.trip_count import Test
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Loop

_BYTES: Final = frozenset(name for name, load in LOADS.items() if load.width == 1)
_MOST_STATEMENTS: Final = 6
_LOADED: Final = unknown(-1)  # what the first load of an iteration gives


class Find(NamedTuple):
    """The immediate of `cells.find` (first address, value of the byte)."""

    offset: int
    memory: int


class _Sought(NamedTuple):
    loaded: Expression
    value: Expression  # of what is loaded when the loop is left
    byte: Expression


def may_search(loop: Statement) -> bool:
    """Whether a loop has the shape of such loops."""
    return is_understood(_shape, loop)


def find_searches(function: StructuredFunction) -> None:
    """Replace such loops in structured code."""
    _Searches(function).block(function.statements, False)


class _Searches(LoopRewriting):
    def rewritten(
        self, loop: Statement, before: Collection[int] | None
    ) -> list[Statement]:
        """What does the same as a loop; raises `Beyond`."""
        (body, _, after, _), test, sought = _shape(loop)
        types = self.function.types
        iteration = Iteration()
        if test.is_first:
            place = _place(iteration, sought)
            iteration.execute_all(body)
        else:
            iteration.execute_all(body)
            place = _place(iteration, sought)
        steps = InductionVariables(iteration, types)
        if len(iteration.cells) != 1 or _change(steps, place.address) != 1:
            raise Beyond
        byte = sought.byte
        if isinstance(byte, Variable) and byte.index in iteration.values:
            raise Beyond
        lasts: dict[int, Polynomial] = {}  # what variables are then in the first round
        loaded: list[Statement] = []
        for variable in self.wanted(
            loop, after, iteration.values, iteration.carried, before
        ):
            value = iteration.values[variable]
            if types[variable] != I32:
                raise Beyond
            if value == _LOADED and not test.is_first:
                loaded.append(Assign(variable, sought.value))
            else:
                lasts[variable] = unknown(variable) if test.is_first else value
        found, values = self._moved(lasts, place.address, steps)
        first = self._written(place.address)
        effects = READS_MEMORY | TRAPS | first.effects | byte.effects
        imm = Find(place.offset, place.memory)
        find = Expression("cells.find", (first, byte), imm, I32, effects, 30)
        moved = {v: self._written(value) for v, value in values.items()}
        made = [Assign(found, find), *assigned_at_once(self.function, moved)]
        return [*made, *loaded, *after]

    def _moved(
        self,
        lasts: dict[int, Polynomial],
        address: Polynomial,
        steps: InductionVariables,
    ) -> tuple[int, dict[int, Polynomial]]:
        """The variable that gets the address, and what others are by that and what they were; raises `Beyond`."""
        target = len(self.function.types)
        values = _values(lasts, address, steps, target)
        needed = {atom for value in values.values() for atom in atoms(value)}
        for variable, value in values.items():
            if value == unknown(target) and variable not in needed:
                del lasts[variable]
                return variable, _values(lasts, address, steps, variable)
        return self.new_variable(I32), values

    def _written(self, polynomial: Polynomial) -> Expression:
        return expression(polynomial, I32, variable_of(self.function.types))


def _values(
    lasts: dict[int, Polynomial],
    address: Polynomial,
    steps: InductionVariables,
    found: int,
) -> dict[int, Polynomial]:
    """What variables are when the loop is left; raises `Beyond`."""
    rounds = difference(unknown(found), address, I32)
    values: dict[int, Polynomial] = {}
    for variable, last in lasts.items():
        moved = total(last, rounds, I32, _change(steps, last))
        if moved is None:
            raise Beyond
        values[variable] = moved
    return values


def _change(steps: InductionVariables, value: Polynomial) -> int:
    """By how much a value is greater in the next round; raises `Beyond`."""
    change = steps.change(value)
    known = None if change is None else number(change)
    if known is None or any(atom < 0 for atom in atoms(value)):
        raise Beyond
    return known


class _Shape(NamedTuple):
    parts: Parts
    test: Test
    sought: _Sought


def _shape(loop: Statement) -> _Shape:
    """What a loop consists of that may be a search; raises `Beyond`."""
    if not isinstance(loop, Loop) or len(loop.body) > _MOST_STATEMENTS:
        raise Beyond
    parts = loop_parts(loop)
    if parts.test is None or parts.payment is not None:
        raise Beyond
    if not all(isinstance(statement, Assign) for statement in parts.body):
        raise Beyond
    return _Shape(parts, parts.test, _sought(parts))


def _sought(parts: Parts) -> _Sought:
    """What a loop leaves for that is left when one byte has one value; raises `Beyond`."""
    test = parts.test
    assert test is not None
    condition, truth = without_negations(test.condition)
    leaves_if_true = truth is test.leaves
    loaded, value = condition, cast(Expression, Const(I32, 0))
    if condition.op in ("i32.eq", "i32.ne"):
        loaded, value = condition.args
        leaves_if_true ^= condition.op == "i32.ne"
    else:
        leaves_if_true = not leaves_if_true
    load = loaded if test.is_first else _defined(loaded, parts.body)
    if not leaves_if_true or load.op not in _BYTES or load.type != I32:
        raise Beyond
    return _Sought(loaded, value, _byte(value, LOADS[load.op].signed))


def _defined(value: Expression, body: list[Statement]) -> Expression:
    """What a variable has been given, if that is what it is."""
    if isinstance(value, Variable):
        for statement in reversed(body):
            if isinstance(statement, Assign) and statement.variable == value.index:
                return statement.value
    return value


def _byte(value: Expression, signed: bool | None) -> Expression:
    """The byte that is loaded as a value; raises `Beyond`."""
    if isinstance(value, Variable) and not signed:
        return value
    if not isinstance(value, Const):
        raise Beyond
    number = cast(int, value.imm)
    byte = number & 255
    if number != (byte - 256 & MASKS[I32] if signed and byte > 127 else byte):
        raise Beyond  # it would not be found
    return Const(I32, byte)


def _place(iteration: Iteration, sought: _Sought) -> Place:
    """Where the byte is; raises `Beyond`."""
    if iteration.value(sought.loaded) != _LOADED:
        raise Beyond
    return iteration.cells[0].place
