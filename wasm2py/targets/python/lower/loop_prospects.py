"""What would become of a loop if the numbers that come from outside of it were known to be small.

It is a guess, from what `analysis.ranges` has found: which sums may wrap around as far as is known, which numbers
are in them, and which sums could not if these were below a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, cast

from wasm2py.analysis.ranges.domain import (
    TRANSFERS,
    independent_result,
    of_constant,
    union,
)
from wasm2py.analysis.ranges.induction_variables import (
    ADDITIVE,
    ZERO_TESTS,
    constant_step,
    has_step,
    own_step,
    without_negations,
)
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block, BranchEnd
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Expression,
    Fact,
    Variable,
    same_atom,
    signed_value,
)
from wasm2py.ir.walk import variables
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.opcodes import ACCESSES, LOADS, STORES, instructions
from wasm2py.spec.types import I32, MASKS

_ADDRESSES: Final = ADDRESS_TYPES[I32]

SMALL: Final = _ADDRESSES.longest_step
"""What small numbers are below: an address that has been used can be moved on by them."""

# So many sums in a round are worth a test before the loop.
_LEAST_GAIN: Final = 2
_FEW_ROUNDS: Final = 8
_USED: Final = _ADDRESSES.largest_memory - 1  # the last address that may have been used
_COUNTED: Final = 1 << 30  # where a counter is sure to be below
_ANYTHING: Final = _ADDRESSES.greatest
_UNKNOWN: Final = Fact(0, _ANYTHING, 1)

_SUMS: Final = frozenset(["i32.add", "i32.sub", "i32.shl", "i32.mul"])
_EQUALITIES: Final = instructions("eq", "ne", types=(I32,))
_ORDERS: Final = instructions("lt", "le", "gt", "ge", types=(I32,))
_CONJUNCTIONS: Final = instructions("and", types=(I32,))
_PLAIN: Final = frozenset(
    [*ACCESSES, *_EQUALITIES, *_ORDERS, *ZERO_TESTS, "fuel.less", "fuel.pay"]
) | instructions("add", "sub", "shl", "mul", "extend", "wrap")
_ZERO: Final = Const(I32, 0)


class Assignments:
    """What the variables of a function are given, and where."""

    def __init__(self, function: Function) -> None:
        self.once = function.assigned_once
        self._values: dict[int, list[tuple[Block | None, Expression | None]]] = {
            local: [(None, _ZERO)] for local in function.zeroed
        }
        for block in function.blocks:
            for statement in block.statements:
                for variable in statement.defines():
                    value = statement.value if isinstance(statement, Assign) else None
                    self._values.setdefault(variable, []).append((block, value))

    def greatest_outside(self, variable: int, loop: list[Block]) -> int:
        """The greatest number that a variable is given outside of a loop, or -1 if that is not sure to be small."""
        values = [v for block, v in self._values.get(variable, ()) if block not in loop]
        found = list(map(self._greatest, values))
        return max(found) if found and min(found) >= 0 and max(found) < SMALL else -1

    def _greatest(self, value: Expression | None) -> int:
        if isinstance(value, Variable) and value.index in self.once:
            ((_, value),) = self._values.get(value.index, [(None, None)])
        if value is not None and value.op in _CONJUNCTIONS:
            value = value.args[1]
        return cast(int, value.imm) if isinstance(value, Const) else -1


class Prospect:
    """A loop, and what is in it."""

    def __init__(self, blocks: list[Block]) -> None:
        self.small: dict[int, None] = (
            {}
        )  # variables that are to be small before the loop
        self.above: dict[int, int] = (
            {}
        )  # and those that are to be greater than a number
        self.blocks = blocks
        self._values: dict[int, list[Expression]] = {}  # given to variables in the loop
        self._used: set[int] = set()  # addresses, but for a constant
        self._counted: set[int] = set()  # compared for order
        # One does exactly, after rounds that bound all that is stepped.
        self._hits_end = False
        self._is_short = False  # as what is left of an unrolled one
        self._bounds: dict[int, int] = {}
        self._parts: set[int] = set()
        self._live = 0
        self._wrapping: list[Expression] = []
        self._assigned: list[Assign] = []
        for block in blocks:
            for statement in block.statements:
                for variable in statement.defines():
                    self._values.setdefault(variable, [])
                if isinstance(statement, Assign):
                    self._values[statement.variable].append(statement.value)
                    self._assigned.append(statement)

    def may_gain(self) -> bool:
        """Whether there is enough that takes masks, in a loop that is likely to have several rounds."""
        if not self._is_counted() or self.is_moved_or_added():
            return False
        self._wrapping += self._find_sums()
        return len(self._wrapping) >= _LEAST_GAIN

    def gains(self, assignments: Assignments, live: int) -> bool:
        """Whether enough would not if numbers were small; finds these.

        `live` are the variables, one bit each, that may be read from the loop's beginning on.
        """
        self._assignments = assignments
        self._live = live
        for value in self._wrapping:
            for variable in variables(value):
                self._want_small(variable)
        for block in self.blocks:
            if isinstance(block.end, BranchEnd):
                for counter, end in self._ends(block.end.condition):
                    self._look_at_end(counter, end, block.end.condition)
        gain = sum(self._most(value) <= _ANYTHING for value in self._wrapping)
        return bool(self.small) and not self._is_short and gain >= _LEAST_GAIN

    # What there is

    def _find_sums(self) -> Iterator[Expression]:
        """The sums that addresses consist of, and steps, that may wrap around as far as is known."""
        addressing: set[int] = set()
        for block in self.blocks:
            for expression in block.expressions():
                for address in addresses(expression):
                    self._note(address)
                    addressing.update(read.index for read in variables(address))
                    if may_wrap(address):
                        yield address
        for statement in reversed(self._assigned):
            variable, value = statement.variable, statement.value
            if variable in addressing or own_step(value, variable):
                addressing.update(read.index for read in variables(value))
                if value.type == I32 and may_wrap(value):
                    yield value

    def _note(self, address: Expression) -> None:
        """A variable that is an address, but for a constant, is bounded by its use."""
        if has_step(address):
            address = address.args[0]
        if isinstance(address, Variable):
            self._used.add(address.index)

    def _is_counted(self) -> bool:
        """Whether the loop is left only when a number has come to its end.

        Others mostly search for something, in few rounds.
        """
        leaving = [
            block.end
            for block in self.blocks
            if not block.end.targets
            or any(target not in self.blocks for target in block.end.targets)
        ]
        return bool(leaving) and all(
            isinstance(end, BranchEnd) and any(self._ends(end.condition))
            for end in leaving
        )

    def is_moved_or_added(self) -> bool:
        """Whether cells are copied, filled or added up, and nothing else is done: that is for the idioms."""
        expressions = [e for block in self.blocks for e in block.expressions()]
        moves = all(
            expression.op not in STORES
            or expression.args[1].op in LOADS
            or isinstance(expression.args[1], (Variable, Const))
            for expression in expressions
        )
        return moves and len(self.blocks) <= 2 and all(map(_is_plain, expressions))

    def _ends(
        self, condition: Expression
    ) -> Iterator[tuple[Variable, Variable | Const]]:
        """The numbers that move on, and what each is compared with, which does not."""
        condition, _ = without_negations(condition)
        sides: tuple[Expression, ...] = (condition, _ZERO)
        if condition.op in _EQUALITIES or condition.op in _ORDERS:
            sides = condition.args
        for counter, end in (sides, sides[::-1]):
            if has_step(counter):
                counter = counter.args[0]
            if not isinstance(counter, Variable) or not self._moves(counter.index):
                continue
            if isinstance(end, Const) or (
                isinstance(end, Variable) and end.index not in self._values
            ):
                yield counter, end

    def _moves(self, variable: int) -> bool:
        """Whether a variable is stepped, or what another has been stepped to."""
        return any(value.op in ADDITIVE for value in self._values.get(variable, ()))

    # What is to be small

    def _want_small(self, variable: Variable) -> None:
        """Have a variable tested, or those that it is made of, unless it is known to be small."""
        index, fact = variable.index, variable.fact
        if variable.type != I32:
            return
        if fact is not None and fact.low >= 0 and fact.high < SMALL:
            return
        if not self._live >> index & 1:
            self._want_parts_small(index)
        elif self._assignments.greatest_outside(index, self.blocks) < 0:
            self.small[index] = None

    def _want_parts_small(self, index: int) -> None:
        """The same for what a variable is given in the loop, in each round anew."""
        if index not in self._parts:
            self._parts.add(index)
            for value in self._values[index]:
                for read in variables(value):
                    self._want_small(read)

    def _look_at_end(
        self, counter: Variable, end: Variable | Const, condition: Expression
    ) -> None:
        stepped, step = self._step(counter)
        if isinstance(end, Variable):
            self._want_small(end)
        if condition.op in _ORDERS:
            self._counted |= {counter.index, stepped.index}
        alignment = min((stepped.fact or _UNKNOWN).alignment, _fact(end).alignment)
        if condition.op in _ORDERS or not step or alignment % abs(step):
            return
        start = self._assignments.greatest_outside(stepped.index, self.blocks)
        if step > 0 and start >= 0 and isinstance(end, Variable):
            self._hits_end = True
            if _fact(end).low <= start:
                self.above[end.index] = max(start, self.above.get(end.index, 0))
        elif step < 0 and end.imm == 0:
            self._hits_end = True
            if start < 0:
                self._want_small(stepped)
            self.above[stepped.index] = 0
            self._is_short |= 0 <= start < _FEW_ROUNDS * -step

    def _step(self, counter: Variable) -> tuple[Variable, int]:
        """A variable that is stepped once a round, and by how much; by 0, if it is not.

        It is another one than the counter where the sum was given to that first.
        """
        value, *others = self._values[counter.index]
        if others or not has_step(value) or not isinstance(value.args[0], Variable):
            return counter, 0
        source, step = value.args[0], constant_step(value)
        if source.index == counter.index:
            return counter, step
        values = self._values.get(source.index, [])
        if len(values) == 1 and same_atom(values[0], counter):
            return source, step
        return counter, 0

    # What would be

    def _most(self, expression: Expression) -> int:
        """What an expression would be at most, if it did not wrap around."""
        op, args = expression.op, expression.args
        if isinstance(expression, Variable):
            return self._most_of_variable(expression)
        if op == "i32.add":
            return self._most(args[0]) + _signed(args[1], self._most)
        if op == "i32.sub":
            return self._most(args[0])
        if op == "i32.shl" and isinstance(args[1], Const):
            return self._most(args[0]) << cast(int, args[1].imm) % 32
        if op == "i32.mul":
            return self._most(args[0]) * self._most(args[1])
        return _fact(expression).high

    def _most_of_variable(self, variable: Variable) -> int:
        index, fact = variable.index, variable.fact or _UNKNOWN
        known = fact.high if fact.low >= 0 else _ANYTHING
        if index not in self._values:
            return min(known, SMALL - 1) if index in self.small else known
        found = self._bounds.get(index)
        if found is None:
            self._bounds[index] = known  # where it depends on itself
            found = self._bounds[index] = min(known, self._most_in_loop(index))
        return found

    def _most_in_loop(self, index: int) -> int:
        """What a variable would be at most that the loop assigns."""
        values = self._values[index]
        if not self._live >> index & 1:
            return max(map(self._most, values), default=_ANYTHING)
        if index in self._used:
            return _USED
        steps = self._hits_end and all(own_step(value, index) for value in values)
        return _COUNTED if steps or index in self._counted else _ANYTHING


def addresses(expression: Expression) -> Iterator[Expression]:
    """The addresses of the accesses in an expression."""
    for arg in expression.args:
        if arg.args:
            yield from addresses(arg)
    if expression.op in ACCESSES and expression.args[0].type == I32:
        yield expression.args[0]


def _is_plain(expression: Expression) -> bool:
    """Whether an expression consists of what addresses, sums of cells and tests consist of."""
    if isinstance(expression, (Variable, Const)):
        return True
    return expression.op in _PLAIN and all(map(_is_plain, expression.args))


def may_wrap(value: Expression) -> bool:
    """Whether the value of a sum may be outside of its type's unsigned range, as far as is known."""
    op, args = value.op, value.args
    if op not in _SUMS:
        return False
    if any(may_wrap(arg) for arg in args):
        return True
    a, b = map(_fact, args)
    if a.low < 0 or b.low < 0:
        return True
    if op == "i32.mul":
        return a.high * b.high > _ANYTHING
    if op == "i32.shl":
        return b.low != b.high or a.high << b.low % 32 > _ANYTHING
    low, high = b.low, b.high
    if isinstance(args[1], Const):
        low = high = signed_value(args[1])
    if op == "i32.sub":
        low, high = -high, -low
    return a.low + low < 0 or a.high + high > _ANYTHING


def _signed(expression: Expression, most: Callable[[Expression], int]) -> int:
    return (
        signed_value(expression) if isinstance(expression, Const) else most(expression)
    )


def _fact(expression: Expression) -> Fact:
    """What is known of the value of an integer expression."""
    if isinstance(expression, Variable):
        return expression.fact or _UNKNOWN
    if isinstance(expression, Const):
        return of_constant(cast(int, expression.imm))
    if expression.op == "select":
        _, then, otherwise = expression.args
        return union(_fact(then), _fact(otherwise), MASKS[expression.type])
    if expression.op not in TRANSFERS:
        return independent_result(expression)
    function, mask = TRANSFERS[expression.op]
    return function(mask, *[_fact(arg) for arg in expression.args])
