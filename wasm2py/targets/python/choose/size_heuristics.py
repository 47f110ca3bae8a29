"""Guesses how large an i32 is when the program runs.

Python takes its quick ways where numbers have one digit, of 30 bits, and where a result is an operand. An
address, an index or a counter is small as a rule, though nothing proves it; a hash is large. Speed
depends on these guesses, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, cast

from wasm2py.ir.nodes import Assign, Const, Expression, Variable, signed_value
from wasm2py.spec.opcodes import LOADS, instructions
from wasm2py.spec.types import I32
from wasm2py.targets.python.emit.code import DIGIT
from wasm2py.targets.python.lower.linear_expressions import SUMS

# What is multiplied by more, or moved further to the left, is mixed.
_MIXING_FACTOR: Final = 1 << 16
_MIXING_SHIFT: Final = 16
# What goes from variable to variable more often than this is not followed.
_ROUNDS: Final = 4

_NARROW_LOADS: Final = frozenset(
    name for name, load in LOADS.items() if load.type == "i32" and load.is_narrow
)


_ORDERS: Final = instructions("lt", "le", "gt", "ge", types=(I32,))
# A guess about a call that is wrong costs little, compared with the call.
_SMALL_RESULTS: Final = _NARROW_LOADS | {"i32.shr_u", "i32.shr_s", "call"}

# What is as small as its operands.
_SMALL_TOGETHER: Final = frozenset([*SUMS, "i32.mul", "i32.or"])
# And what is as large.
_LARGE_TOGETHER: Final = _SMALL_TOGETHER | {"i32.shl", "i32.xor"}


class Magnitudes:
    """The variables that are small as a rule, and those that are large."""

    __slots__ = ("large", "small")

    def __init__(self) -> None:
        self.small: set[int] = set()
        self.large: set[int] = set()

    def is_small(self, expression: Expression) -> bool:
        """Whether a value is likely to have one digit."""
        if isinstance(expression, Variable):
            return expression.index in self.small or _is_bounded(expression)
        if isinstance(expression, Const):
            return isinstance(expression.imm, int) and _is_near(expression)
        op, args = expression.op, expression.args
        if op in _SMALL_TOGETHER:
            return all(map(self.is_small, args))
        if op == "i32.shl":
            return not _is_mixing(expression) and self.is_small(args[0])
        if op == "i32.and":
            return any(map(self.is_small, args))
        if op == "select":
            return all(map(self.is_small, args[1:]))
        return op in _SMALL_RESULTS

    def is_large(self, expression: Expression) -> bool:
        """Whether a value is likely to have more digits."""
        if isinstance(expression, Variable):
            return expression.index in self.large and not _is_bounded(expression)
        op, args = expression.op, expression.args
        if op in _LARGE_TOGETHER:
            if _is_mixing(expression) or any(map(self.is_large, args)):
                return True
            # As hashes are made.
            return op == "i32.xor" and any(
                arg.op in ("i32.shl", "i32.shr_u") for arg in args
            )
        if op == "i32.and":
            return not any(map(self.is_small, args)) and any(map(self.is_large, args))
        return op in ("i32.rotl", "i32.rotr")


class Evidence:
    """What a function's code shows of its variables' sizes: told in the order of `every`."""

    def __init__(self) -> None:
        self._assignments: list[Assign] = []
        # What is compared, or copied: as small as each other.
        self._pairs: list[tuple[Expression, Expression]] = []
        self._ordered: list[Expression] = []  # compared with numbers that are small
        self._found = Magnitudes()
        self._mixes = False  # something may make large numbers of small ones

    def accessed(self, address: Expression) -> None:
        """Memory is accessed at an address."""
        _add_terms(address, self._found.small)

    def compared(self, comparison: Expression) -> None:
        """Two values are compared."""
        op, args = comparison.op, comparison.args
        left, right = args
        if not isinstance(left, Const) and not isinstance(right, Const):
            self._pairs.append((left, right))
        elif op in _ORDERS and any(map(_is_bound, args)):
            self._ordered += args

    def mixed(self) -> None:
        """There is what may be large though its operands are not: a product, a shift, an `xor`, a rotation."""
        self._mixes = True

    def assigned(self, assign: Assign) -> None:
        """A variable is given an i32, of which everything else has been told."""
        variable, value = assign.variable, assign.value
        self._assignments.append(assign)
        if isinstance(value, Variable):
            self._pairs.append((Variable(variable, I32), value))
        elif value.op in SUMS and self._counts_up(value, variable):
            self._found.small.add(variable)
        if value.op in _SMALL_TOGETHER and _multiplies(value, variable):
            self._found.large.add(variable)

    def _counts_up(self, value: Expression, variable: int) -> bool:
        """Whether a variable is given the sum of itself and of what is small."""
        terms = list(_terms(value))
        others = [term for term in terms if not _is_variable(term, variable)]
        return len(others) == len(terms) - 1 and all(map(self._found.is_small, others))

    def magnitudes(self) -> Magnitudes:
        """Guess, for all variables."""
        found = self._found
        for _ in range(_ROUNDS if self._mixes or found.large else 0):
            before = len(found.large)
            for assign in self._assignments:
                if found.is_large(assign.value):
                    found.large.add(assign.variable)
            if len(found.large) == before:
                break
        found.small -= found.large
        self._note_small(self._ordered)
        pairs, assignments = self._pairs, self._assignments[::-1]
        for _ in range(_ROUNDS):
            before = len(found.small)
            pairs = self._without_small_pairs(pairs)
            assignments = self._without_small_assignments(assignments)
            if len(found.small) == before:
                break
        return found

    def _without_small_pairs(
        self, pairs: list[tuple[Expression, Expression]]
    ) -> list[tuple[Expression, Expression]]:
        """Note that with one value of a pair the other is small; gives the pairs of which neither is."""
        others = []
        is_small = self._found.is_small
        for pair in pairs:
            if is_small(pair[0]) or is_small(pair[1]):
                self._note_small(pair)
            else:
                others.append(pair)
        return others

    def _without_small_assignments(self, assignments: list[Assign]) -> list[Assign]:
        """Note what small variables are made of; gives the assignments of others."""
        others = []
        small = self._found.small
        for assign in assignments:
            if assign.variable in small:
                self._note_small((assign.value,))
            else:
                others.append(assign)
        return others

    def _note_small(self, values: Iterable[Expression]) -> None:
        terms: set[int] = set()
        for value in values:
            _add_terms(value, terms)
        self._found.small.update(terms - self._found.large)


def _add_terms(expression: Expression, terms: set[int]) -> None:
    """Add the variables that a sum of multiples consists of."""
    if isinstance(expression, Variable):
        terms.add(expression.index)
    elif expression.op in _SMALL_TOGETHER or expression.op == "i32.shl":
        for arg in expression.args:
            _add_terms(arg, terms)


def _terms(expression: Expression) -> Iterator[Expression]:
    """What a sum consists of."""
    if expression.op in SUMS:
        for arg in expression.args:
            yield from _terms(arg)
    else:
        yield expression


def _is_variable(expression: Expression, variable: int) -> bool:
    return isinstance(expression, Variable) and expression.index == variable


def _multiplies(value: Expression, variable: int) -> bool:
    """Whether a variable is given a multiple of itself, with more added to it."""
    if value.op == "i32.mul":
        return _is_variable(value.args[0], variable)
    return value.op in SUMS and any(_multiplies(arg, variable) for arg in value.args)


def _is_near(expression: Expression) -> bool:
    return isinstance(expression, Const) and abs(signed_value(expression)) < DIGIT


def _is_bound(expression: Expression) -> bool:
    """Whether it is a constant that numbers are compared with, not only their signs."""
    return _is_near(expression) and expression.imm != 0


def _is_bounded(variable: Variable) -> bool:
    return variable.fact is not None and variable.fact.high < DIGIT


def _is_mixing(expression: Expression) -> bool:
    """Whether an operation makes large numbers of small ones."""
    right = expression.args[1]
    if not isinstance(right, Const):
        return False
    if expression.op == "i32.mul":
        return abs(signed_value(right)) >= _MIXING_FACTOR
    return expression.op == "i32.shl" and cast(int, right.imm) & 31 >= _MIXING_SHIFT
