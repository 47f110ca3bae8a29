"""Chooses the address variables that are kept in units of the elements they point to.

A typed view is indexed by elements, an address counts bytes. Where a variable is always a multiple of
an element's size, and mostly there to find elements, its value divided by that size saves the
division at each access. The choice is a matter of speed only: whoever wants the address
multiplies (see `wasm2py.targets.python.emit.addresses`).
"""

from __future__ import annotations

from typing import Final

from wasm2py.analysis.alignment import static_alignment
from wasm2py.analysis.block_frequency import weighted
from wasm2py.analysis.union_find import Groups
from wasm2py.ir.nodes import Assign, Const, Expression, Statement, Variable
from wasm2py.spec.opcodes import ACCESSES, instructions
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.lower.linear_expressions import SUMS
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Count

_LARGEST_SHIFT: Final = 3
_GAIN: Final = 2
_COST: Final = 2

_COMPARISONS: Final = instructions("eq", "ne", types=(I32,)) | instructions(
    "lt", "le", "gt", "ge", types=(I32,), signed=False
)


def choose_scales(function: StructuredFunction) -> dict[int, int]:
    """The variables to be kept divided by a power of two, and its exponent."""
    chooser = _Chooser(function)
    for statement, weight in weighted(function.statements):
        chooser.look_at(statement, weight)
    return chooser.scales()


class _Chooser:
    def __init__(self, function: StructuredFunction) -> None:
        self._types = function.types
        # The greatest power of two that divides whatever a variable is given.
        self._alignments: dict[int, int] = dict.fromkeys(range(function.params), 1)
        self._groups = Groups()
        self._gains: dict[int, list[int]] = {}  # by the shift that a use would save
        self._costs: dict[int, int] = {}  # of uses that want the address itself

    def scales(self) -> dict[int, int]:
        """For each group of variables that are made of each other, the best shift."""
        groups: dict[int, list[int]] = {}
        for variable in self._alignments:
            if self._types[variable] == "i32":
                groups.setdefault(self._groups.leader(variable), []).append(variable)
        scales: dict[int, int] = {}
        for members in groups.values():
            best, chosen = 0, 0
            for shift in range(1, _LARGEST_SHIFT + 1):
                score = self._score(members, shift)
                if score > best:
                    best, chosen = score, shift
            if chosen:
                for variable in members:
                    if self._alignments[variable] >= 1 << chosen:
                        scales[variable] = chosen
        return scales

    def _score(self, members: list[int], shift: int) -> int:
        score = 0
        for variable in members:
            if self._alignments[variable] >= 1 << shift:
                gains = self._gains.get(variable, [])
                score -= self._costs.get(variable, 0)
                score += sum(gains[shift : shift + 1]) - sum(gains[:shift])
        return score

    def look_at(self, statement: Statement, weight: int) -> None:
        """Look at what a statement that is executed so often evaluates itself."""
        if isinstance(statement, Count):
            self._count(statement, weight)
        else:
            self._look_at_other(statement, weight)

    def _look_at_other(self, statement: Statement, weight: int) -> None:
        if isinstance(statement, Assign):
            self._assign(statement.variable, statement.value, weight)
        else:
            look = self._use if statement.is_control() else self._visit
            for expression in statement.own():
                look(expression, weight)
            self._alignments.update(dict.fromkeys(statement.defines(), 1))

    def _count(self, count: Count, weight: int) -> None:
        """Look at what a counter is given."""
        step = Const("i32", count.step & MASKS[I32])
        for value in (count.start, count.end, step):
            if value.type == "i32":
                self._assign(count.variable, value, weight)

    def _assign(self, variable: int, value: Expression, weight: int) -> None:
        if self._types[variable] != "i32":
            self._visit(value, weight)
            return
        known = self._alignments.get(variable, MASKS[I32] + 1)
        self._alignments[variable] = min(known, static_alignment(value))
        self._join(self._terms(value, weight) + [variable])

    def _visit(self, expression: Expression, weight: int) -> None:
        """Look at the operands of an expression."""
        op, args = expression.op, expression.args
        if op in ACCESSES:
            terms = self._terms(args[0], weight)
            self._join(terms)
            shift = ACCESSES[op].width.bit_length() - 1
            for variable in terms:
                gains = self._gains.setdefault(variable, [0] * (_LARGEST_SHIFT + 1))
                gains[min(shift, _LARGEST_SHIFT)] += _GAIN * weight
            args = args[1:]
        elif op in _COMPARISONS:
            self._join([v for arg in args for v in self._terms(arg, weight)])
            return
        for arg in args:
            self._use(arg, weight)

    def _use(self, expression: Expression, weight: int) -> None:
        if isinstance(expression, Variable):
            cost = self._costs.get(expression.index, 0)
            self._costs[expression.index] = cost + _COST * weight
        else:
            self._visit(expression, weight)

    def _terms(self, expression: Expression, weight: int) -> list[int]:
        """The variables that are added up; what else is in a sum is looked at."""
        if isinstance(expression, Variable):
            return [expression.index]
        if expression.op in SUMS:
            left, right = expression.args
            return self._terms(left, weight) + self._terms(right, weight)
        self._visit(expression, weight)
        return []

    def _join(self, variables: list[int]) -> None:
        for variable in variables[1:]:
            self._groups.join(variable, variables[0])
