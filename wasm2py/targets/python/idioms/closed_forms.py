"""Loops whose outcome is a function of what they begin with: Euclid's algorithm, and counting ones one by one.

    loop while v1                              v0 = i32.gcd_u(v0, v1)
      v2 = i32.rem_u(v0, v1)             ->    v1 = i32:0
      v0 = v1
      v1 = v2

    loop while v1                              v0 = i32.add(v0, i32.popcnt(v1))
      v0 = i32.add(v0, i32:1)            ->    v1 = i32:0
      v1 = i32.and(v1, i32.sub(v1, i32:1))

Python has both as one operation. (Compilers know the second loop, too, but not when they optimise for size.)

Why it is sound: what a variable is after a round is made of what the variables were before it, by putting values in the
place of the variables that have been assigned in it. If that is a pair `(b, a rem b)` of `(a, b)`, and the loop is left
when the second one is zero, the first one is the greatest common divisor then: of unsigned numbers. `gcd_s` is what
signed remainders come to: the same if neither number is negative, and done round by round if one is. If it
is `a & (a - 1)` of `a`, the loop clears one bit a round, and is left when there is none: counters that move by a constant
have moved by it for each bit. A loop that is tested behind its round does one for zero, too. Where a number may be zero,
ones are not counted so; Euclid's algorithm divides by it then, and traps: its first round is done as it is. (One that
divides before a test in the middle traps in its last round, and stays.) Metered loops pay for each round, and stay.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple, cast

from wasm2py.analysis.ranges.induction_variables import ZERO_TESTS
from wasm2py.ir.effects import BEYOND, TRAPS
from wasm2py.ir.nodes import (
    LOOP,
    ROUND,
    Assign,
    Const,
    Do,
    Expression,
    Statement,
    Variable,
    binary,
    operation,
)
from wasm2py.ir.walk import variables
from wasm2py.spec.opcodes import instructions
from wasm2py.spec.types import I32, I64, MASKS
from wasm2py.targets.python.idioms.recognition import LoopRewriting, assigned_at_once
from wasm2py.targets.python.idioms.symbolic_iteration import Beyond
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Break, If, Loop

_REMAINDERS: Final = instructions("rem")
_ANDS: Final = instructions("and")
_SUMS: Final = instructions("add")
_DIFFERENCES: Final = instructions("sub")
_EQUAL: Final = instructions("eq")
_UNEQUAL: Final = instructions("ne")
_MOST_STATEMENTS: Final = 8
# A value that is in another one several times, which is in others again, takes long to look at.
_LARGEST_VALUE: Final = 160

_Value = tuple[object, ...]  # an expression of what variables are when a round begins


def has_closed_form(loop: Statement) -> bool:
    """Whether a loop may be one of these."""
    try:
        ends = _round(loop).ends
    except Beyond:
        return False
    return any(value[0] in _REMAINDERS | _ANDS for value in ends.values())


def find_closed_forms(function: StructuredFunction) -> None:
    """Replace such loops in structured code."""
    _ClosedForms(function).block(function.statements, False)


class _ClosedForms(LoopRewriting):
    def rewritten(
        self, loop: Statement, before: Collection[int] | None
    ) -> list[Statement]:
        """What does the same as a loop; raises `Beyond`."""
        round = _round(loop)
        kept = round.kept()
        found = self._euclid(round) or self._ones(round)
        if found is None:
            raise Beyond
        values: dict[int, Expression] = {}
        for variable in self.wanted(
            loop, round.after, round.ends, round.carried, before
        ):
            left = kept.get(variable, _start(variable))
            if left not in found:
                raise Beyond
            values[variable] = found[left]
        # Nobody may want what the first round may trap for.
        given = values.values()
        traps = [e for e in found.values() if e.effects & TRAPS and e not in given]
        made = assigned_at_once(self.function, values)
        return [*map(Do, traps), *made, *round.after]

    def _euclid(self, round: _Round) -> dict[_Value, Expression] | None:
        """What some values are when the loop is left, if it finds a greatest common divisor."""
        for key, value in round.ends.items():
            op, _, *operands = value
            if op not in _REMAINDERS or round.traps != {value}:
                continue
            kind, divided, *_ = cast("tuple[str, int]", operands[0])
            if kind != "variable" or operands[1] != _start(key):
                continue
            if round.ends.get(divided) != _start(key) or not round.is_left_by(key):
                continue
            type = self.function.types[key]
            args: tuple[Expression, ...] = (
                self._variable(divided),
                self._variable(key),
            )
            if round.is_tested_behind and key not in round.not_zero:
                # Or it traps in its first round.
                effects = args[0].effects | args[1].effects | TRAPS
                rest = Expression(op, args, None, type, effects, 12)
                args = (args[1], rest)
            name = op.replace("rem", "gcd")
            effects = args[0].effects | args[1].effects
            divisor = Expression(name, args, None, type, effects, 20)
            left = round.ends if round.is_tested_behind else {}
            return {
                left.get(divided, _start(divided)): divisor,
                left.get(key, _start(key)): Const(type, 0),
            }
        return None

    def _ones(self, round: _Round) -> dict[_Value, Expression] | None:
        """What some values are when the loop is left, if it counts ones."""
        types = self.function.types
        for key, value in round.ends.items():
            type = types[key]
            if type not in MASKS or value not in _cleared(key, type) or round.traps:
                continue
            if not round.is_left_by(key):
                continue
            if round.is_tested_behind and key not in round.not_zero:
                continue  # it does a round for zero, too
            left = round.ends if round.is_tested_behind else {}
            found: dict[_Value, Expression] = {
                left.get(key, _start(key)): Const(type, 0)
            }
            ones = operation(f"{type}.popcnt", (self._variable(key),), 8)
            for variable, end in round.ends.items():
                step = _step(variable, end)
                if step is not None:
                    counted = self._counted(variable, ones, step)
                    found[left.get(variable, _start(variable))] = counted
            return found
        return None

    def _counted(self, variable: int, ones: Expression, step: int) -> Expression:
        """A counter that has moved by a step for each one."""
        type = self.function.types[variable]
        if type != ones.type:
            conversion = {I32: "i32.wrap_i64", I64: "i64.extend_i32_u"}[type]
            ones = operation(conversion, (ones,), ones.size)
        if step != 1:
            ones = binary(f"{type}.mul", ones, Const(type, step & MASKS[type]))
        return binary(f"{type}.add", self._variable(variable), ones)

    def _variable(self, variable: int) -> Variable:
        return Variable(variable, self.function.types[variable])


class _Round(NamedTuple):
    """A round of a loop, made of what variables are when it begins."""

    tested: _Value  # the loop is left when it is zero
    at_test: dict[
        int, _Value
    ]  # what variables are then, which have been assigned before
    ends: dict[int, _Value]  # what variables are at the end
    traps: set[_Value]  # what may trap
    carried: set[int]  # variables that it reads as they are when it begins
    not_zero: set[int]  # those of them that are not zero
    is_tested_behind: bool
    after: list[Statement]  # is done when the loop has been left

    def kept(self) -> dict[int, _Value]:
        """What variables have been assigned when the loop is left."""
        return self.ends if self.is_tested_behind else self.at_test

    def is_left_by(self, variable: int) -> bool:
        """Whether the loop is left when a variable is zero."""
        at_test = self.ends[variable] if self.is_tested_behind else _start(variable)
        return self.tested == at_test


def _round(loop: Statement) -> _Round:
    """A round of a loop of assignments and one test of a number; raises `Beyond`."""
    if not isinstance(loop, Loop) or len(loop.body) > _MOST_STATEMENTS:
        raise Beyond
    before, test, behind = _parts(loop)
    condition, holds = test.condition, test.negated  # it is left where that is not zero
    while condition.op in ZERO_TESTS or _compares_with_zero(condition):
        holds ^= condition.op not in _UNEQUAL
        condition = condition.args[0]
    if not holds or condition.type not in MASKS:
        raise Beyond
    state = _State()
    state.execute(before)
    if behind and state.traps:
        raise Beyond  # it may trap in the last round, of which nothing else is done
    at_test = dict(state.values)
    tested = state.value(condition)
    state.execute(behind)
    after = test.then[:-1] if isinstance(test.then[-1], Break) else test.then
    return _Round(
        tested,
        at_test,
        state.values,
        state.traps,
        state.carried,
        state.not_zero,
        not behind,
        after,
    )


def _parts(loop: Loop) -> tuple[list[Statement], If, list[Statement]]:
    """What is done in a round before the test, the test that leaves the loop, and what is done after it."""
    if loop.condition is not None:
        return [], If(loop.condition, not loop.negated, [Break()], []), loop.body
    for at, test in enumerate(loop.body):
        if isinstance(test, If):
            if test.otherwise:
                break
            behind = loop.body[at + 1 :]
            if test.then[-1].leaves() == ROUND:
                test = If(test.condition, not test.negated, behind, [])
                behind = loop.body[at].parts()[0][:-1]
            way = test.then
            if not way or way[-1].leaves() < LOOP:
                break
            if any(statement.is_control() for statement in way[:-1]):
                break
            return loop.body[:at], test, behind
    raise Beyond


def _compares_with_zero(condition: Expression) -> bool:
    if condition.op not in _EQUAL and condition.op not in _UNEQUAL:
        return False
    zero = condition.args[1]
    return isinstance(zero, Const) and zero.imm == 0


class _State:
    """What variables are, made of what they were when a round began."""

    def __init__(self) -> None:
        self.values: dict[int, _Value] = {}
        self._sizes: dict[int, int] = {}  # of these
        self.traps: set[_Value] = set()
        self.carried: set[int] = set()
        self.not_zero: set[int] = set()

    def execute(self, statements: list[Statement]) -> None:
        """Go on by assignments; raises `Beyond`."""
        for statement in statements:
            if not isinstance(statement, Assign):
                raise Beyond
            sizes = (self._sizes.get(v.index, 0) for v in variables(statement.value))
            size = self._sizes[statement.variable] = sum(sizes, statement.value.size)
            if size > _LARGEST_VALUE:
                raise Beyond
            value = self.value(statement.value)
            if statement.value.effects & BEYOND:
                self.traps.add(value)
            self.values[statement.variable] = value

    def value(self, expression: Expression) -> _Value:
        """What an expression is."""
        if isinstance(expression, Variable):
            index, fact = expression.index, expression.fact
            if index not in self.values:
                self.carried.add(index)
            value = self.values.get(index, _start(index))
            if fact is not None and fact.low and value[0] == "variable":
                self.not_zero.add(cast(int, value[1]))
            return value
        return expression.op, expression.imm, *map(self.value, expression.args)


def _start(variable: int) -> _Value:
    return "variable", variable


def _cleared(variable: int, type: str) -> list[_Value]:
    """A variable without its lowest one."""
    start = _start(variable)
    less: list[_Value] = [
        (f"{type}.sub", None, start, ("const", 1)),
        (f"{type}.add", None, start, ("const", MASKS[type])),
    ]
    return [
        (f"{type}.and", None, *pair)
        for each in less
        for pair in ((each, start), (start, each))
    ]


def _step(variable: int, value: _Value) -> int | None:
    """By how much a variable moves a round, if that is a constant."""
    op, _, *operands = value
    if op in _SUMS and operands[1] == _start(variable):
        operands.reverse()
    if op in _SUMS | _DIFFERENCES and operands[0] == _start(variable):
        kind, number, *_ = cast(_Value, operands[1])
        if kind == "const":
            return -cast(int, number) if op in _DIFFERENCES else cast(int, number)
    return None
