"""Symbolic execution of one iteration of a loop.

Variables and memory are polynomials of what they were before it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, cast

from wasm2py.ir.nodes import Assign, Const, Expression, Fact, Statement, Variable
from wasm2py.spec.opcodes import FLOATS, INTEGERS, LOADS, ROWS, STORES
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.idioms.polynomials import (
    Polynomial,
    alignment,
    atoms,
    constant,
    difference,
    is_linear,
    multiplied,
    scaled,
    total,
    unknown,
)

# What loads read, as the runtime's views name it. A sign matters where more bits follow only, but
# small numbers of either are short in the signed form.
_KINDS: Final = {
    name: f"{'u' if load.signed is False else 'i'}{8 * load.width}"
    for name, load in LOADS.items()
    if load.type in INTEGERS
} | {name: load.type for name, load in LOADS.items() if load.type in FLOATS}


class Beyond(Exception):
    """An iteration does something that is not understood."""


def is_understood(shape: Callable[[Statement], object], loop: Statement) -> bool:
    """Whether a loop has a shape: what tells its parts does not raise `Beyond`."""
    try:
        shape(loop)
    except Beyond:
        return False
    return True


class Place(NamedTuple):
    """Where memory is accessed: an address modulo 2**32, and what is added to that."""

    address: Polynomial
    offset: int
    memory: int


class Cell(NamedTuple):
    """A value that is loaded."""

    place: Place
    kind: str
    width: int


class Copied(NamedTuple):
    """A cell that is stored as it has been loaded, just before."""

    cell: Cell
    place: Place
    width: int


class Filled(NamedTuple):
    """A cell in which something is stored that has not been loaded."""

    value: Polynomial
    type: str
    place: Place
    width: int


class Iteration:
    """Executes the statements of an iteration with polynomials for values."""

    def __init__(self) -> None:
        self.values: dict[int, Polynomial] = {}  # of the variables assigned so far
        self.cells: list[Cell] = []  # number -1 is the first
        self.copies: list[Copied] = []
        self.fills: list[Filled] = []
        self.alignments: dict[int, int] = {}  # of variables before the iteration
        self.facts: dict[int, Fact] = {}  # what is known of these
        self.carried: set[int] = set()  # variables that it reads as they were

    def execute(self, statement: Statement) -> None:
        """Go on by a statement; raises `Beyond`."""
        if isinstance(statement, Assign):
            self.values[statement.variable] = self.value(statement.value)
        elif statement.is_control() or statement.defines():
            raise Beyond
        else:
            for expression in statement.own():
                self._store(expression)

    def execute_all(self, statements: list[Statement]) -> None:
        """Go on by several; raises `Beyond`."""
        for statement in statements:
            self.execute(statement)

    def value(self, expression: Expression) -> Polynomial:
        """What an expression is; raises `Beyond`."""
        if isinstance(expression, Variable):
            return self._variable(expression)
        type, op, args = expression.type, expression.op, expression.args
        if op in _KINDS:
            return self._load(expression)
        if type not in MASKS:
            raise Beyond
        if isinstance(expression, Const):
            return constant(cast(int, expression.imm), type)
        if op not in ROWS:
            raise Beyond
        operation = ROWS[op].operation
        result: Polynomial | None = None
        if operation in ("add", "sub"):
            left, right = self.value(args[0]), self.value(args[1])
            result = total(left, right, type, 1 if operation == "add" else -1)
        elif operation == "mul":
            result = multiplied(self.value(args[0]), self.value(args[1]), type)
        elif operation == "shl" and isinstance(args[1], Const):
            count = cast(int, args[1].imm) & MASKS[type].bit_length() - 1
            result = scaled(self.value(args[0]), 1 << count, type)
        elif operation == "or" and isinstance(args[1], Const):
            # Bits that are zero are added to.
            left, bits = self.value(args[0]), cast(int, args[1].imm)
            if is_linear(left) and bits < alignment(left, self.alignments):
                result = total(left, constant(bits, type), type)
        if result is None:
            raise Beyond
        return result

    def _variable(self, variable: Variable) -> Polynomial:
        index, fact = variable.index, variable.fact
        if index in self.values:
            return self.values[index]
        if fact is not None:
            known = self.alignments.get(index, 1)
            self.alignments[index] = max(known, fact.alignment)
            self.facts[index] = fact
        self.carried.add(index)
        return unknown(index)

    def _load(self, load: Expression) -> Polynomial:
        if self.fills:
            raise Beyond  # it might read what has been stored
        cell = Cell(self._place(load), _KINDS[load.op], LOADS[load.op].width)
        if not self.copies and cell in self.cells:
            return unknown(-1 - self.cells.index(cell))
        self.cells.append(cell)
        return unknown(-len(self.cells))

    def places(self) -> list[Place]:
        """Where it accesses memory."""
        return [access.place for access in self.accesses()]

    def accesses(self) -> list[Cell | Copied | Filled]:
        """How it accesses memory."""
        return [*self.cells, *self.copies, *self.fills]

    def _place(self, access: Expression) -> Place:
        address = access.args[0]
        if address.type != I32:
            raise Beyond  # the runtime does loops over 32-bit addresses only as a whole
        polynomial = self.value(address)
        if not is_linear(polynomial):
            raise Beyond
        _, offset, memory = cast("tuple[int, int, int]", access.imm)
        return Place(polynomial, offset, memory)

    def _store(self, store: Expression) -> None:
        access = STORES.get(store.op)
        if access is None:
            raise Beyond
        place, stored = self._place(store), store.args[1]
        type = stored.type
        if isinstance(stored, Const) and type in FLOATS:
            type = f"i{type[1:]}"
            stored = Const(type, stored.imm)  # its bits
        value = self.value(stored)
        if not self.cells and type in MASKS:
            self.fills.append(Filled(value, type, place, access.width))
            return
        # Each store is to have a load of its own, the last access before it.
        if len(self.cells) != len(self.copies) + 1 or self.fills:
            raise Beyond
        cell = self.cells[-1]
        if value != unknown(-len(self.cells)) or cell.width != access.width:
            raise Beyond
        self.copies.append(Copied(cell, place, access.width))


class InductionVariables:
    """The variables that change in an iteration by something that is the same in each, and the others."""

    def __init__(self, iteration: Iteration, types: list[str]) -> None:
        self.of: dict[int, Polynomial] = {}
        self.sums: dict[int, Polynomial] = {}  # what is added to others
        self._assigned = iteration.values
        for variable, value in iteration.values.items():
            type = types[variable]
            if type not in MASKS:
                continue
            step = difference(value, unknown(variable), type)
            if not self.is_fixed(step):
                self.sums[variable] = step
            elif is_linear(step):
                self.of[variable] = step

    def is_fixed(self, polynomial: Polynomial) -> bool:
        """Whether it consists of what the iteration leaves alone."""
        return all(
            atom >= 0 and atom not in self._assigned for atom in atoms(polynomial)
        )

    def change(self, polynomial: Polynomial, type: str = I32) -> Polynomial | None:
        """By how much something linear is greater in the next iteration, or None if that is not known."""
        result: Polynomial | None = {}
        for product, count in polynomial.items():
            for atom in product:
                if atom in self._assigned:
                    step = self.of.get(atom)
                    if step is None or result is None:
                        return None
                    result = total(result, step, type, count)
        return result
