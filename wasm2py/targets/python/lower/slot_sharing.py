"""Keeps variables that are never needed at the same time in one local of Python's.

There is a variable for each value, and a frame of CPython's has a place for each local: of a function with
thousands, frames do not fit into the pieces of memory that they are taken from. PyPy hands on all of a
frame's places from trace to trace, those that nobody needs, too. So variables share slots:

    v1 = i32.load(v0)                    v1 = i32.load(v0)
    i32.store(v0, i32.mul(v1, v1))       i32.store(v0, i32.mul(v1, v1))
    v2 = i32.load offset=4 (v0)          v2 = i32.load offset=4 (v0)         in v1's slot
    i32.store(v0, i32.mul(v2, v2))       i32.store(v0, i32.mul(v2, v2))

It is a matter of names only: what is known of a variable, and the form in which it is kept, stay its own.

Each variable has a span: from the first to the last place, in the order of the code, where it is read or
set. Spans that do not meet share a slot: as many are needed as there are spans over one place.

Why it is sound: code goes on to what stands behind it, except from the end of a loop's round to the beginning
of the next. So a value is needed between its assignment and its last use only, unless a round leaves it
to the next one: then the span is the whole loop. No round does so with a variable whose reads all have
an assignment before them in the round: one in the same list of statements, or in a list around it, since
a list is executed from its beginning. With all other variables that occur in a loop, it is assumed.
"""

from __future__ import annotations

import heapq
from typing import Final

from wasm2py.ir.nodes import Expression, Statement
from wasm2py.ir.walk import variables
from wasm2py.spec.types import VALUE_KINDS
from wasm2py.targets.python.tree.function import StructuredFunction

# A function with no more variables keeps them apart: it is easier to read.
_MOST_APART: Final = 64

# What is written in several statements that set the variable: it may not be where an operand is.
_PIECEWISE: Final = frozenset(["f32.load", "switch.arm"])


def share_slots(function: StructuredFunction) -> None:
    """Find out, for structured code, which variables are kept where another one is."""
    if len(function.types) <= _MOST_APART:
        return
    spans = _Spans()
    spans.block(function.statements)
    function.zeroed = [local for local in function.zeroed if local in spans.unset]
    spans.begin(*range(function.params), *function.zeroed)
    if len(spans.first) > _MOST_APART:
        function.slots = _allotted(spans, function.types)


def kind(type: str) -> str:
    """What values are to Python: variables of different kinds do not share, for the sake of PyPy."""
    return VALUE_KINDS[type].form if type in VALUE_KINDS else type


class _Spans:
    """Goes through code from its end. Places are numbers: the further on, the greater."""

    def __init__(self) -> None:
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        # Variables that may be read from here on before they are set, and where they are last.
        self.unset: dict[int, int] = {}
        self._at = 0
        self._inside: set[int] = set()  # variables in the innermost loop

    def begin(self, *variables: int) -> None:
        """Have variables begin with the function."""
        for variable in variables:
            self.last.setdefault(variable, self._at)
            self.first[variable] = self._at

    def block(self, statements: list[Statement]) -> None:
        """Look at a list of statements."""
        end = self._at
        for statement in reversed(statements):
            if statement.repeats():
                self._loop(statement)
                continue
            for part in reversed(statement.parts()):
                self.block(part)
            self._at -= 1
            values, defined = statement.own(), statement.defines()
            for variable in defined:
                self._set(variable, end)
            if not defined or not _are_piecewise(values):
                self._at -= 1
            self._read(values)

    def _loop(self, loop: Statement) -> None:
        around, self._inside = self._inside, set()
        self._at -= 1
        end = self._at
        for part in loop.parts():
            self.block(part)
        self._at -= 1
        for variable in loop.defines():
            self._set(variable, end)
        if loop.evaluates_each_round():
            self._read(loop.own())
        self._at -= 1
        for variable in self._inside:
            if variable in self.unset:
                self.first[variable] = self._at
                self.last[variable] = max(self.last[variable], end)
        around |= self._inside
        self._inside = around
        if not loop.evaluates_each_round():
            self._at -= 1
            self._read(loop.own())

    def _set(self, variable: int, end: int) -> None:
        """Note an assignment in a list that ends before a place."""
        self._note(variable)
        if self.unset.get(variable, end) < end:
            del self.unset[variable]

    def _read(self, expressions: tuple[Expression, ...]) -> None:
        at, first, last, unset = self._at, self.first, self.last, self.unset
        inside = self._inside
        for expression in expressions:
            for variable in variables(expression):
                index = variable.index
                first[index] = at
                if index not in unset:
                    unset[index] = at
                    last.setdefault(index, at)
                inside.add(index)

    def _note(self, variable: int) -> None:
        self.first[variable] = self._at
        self.last.setdefault(variable, self._at)
        self._inside.add(variable)


def _are_piecewise(values: tuple[Expression, ...]) -> bool:
    """Whether what is set to these has its value in pieces, some of them before all operands are read."""
    for value in values:
        if value.op in _PIECEWISE:
            return True
    return False


def _allotted(spans: _Spans, types: list[str]) -> dict[int, int]:
    """The variables that are in others' slots, and whose these are: the first ones' in them."""
    slots: dict[int, int] = {}
    free: dict[str, list[int]] = {}
    taken: list[tuple[int, int]] = []  # until when, and the slot
    for first, variable in sorted(
        (at, variable) for variable, at in spans.first.items()
    ):
        while taken and taken[0][0] < first:
            slot = heapq.heappop(taken)[1]
            heapq.heappush(free.setdefault(kind(types[slot]), []), slot)
        waiting = free.get(kind(types[variable]))
        slot = variable
        if waiting:
            slot = slots[variable] = heapq.heappop(waiting)
        heapq.heappush(taken, (spans.last[variable], slot))
    return slots
