"""Strength reduction: turns indexes into addresses.

An induction variable that goes through an array is often an index: at each access it is multiplied by an
element's size, and the array's place is added, a constant or a variable. Where that is most of what the
variable is for, it is kept as the address itself: `(index << shift) + base + place`, with its steps
multiplied. Compilers also count from minus an array's size up to zero with the place of the array's end:

    v0 = i32:-8                                   v0 = i32:1024
    loop                                          loop
      ... i32.load8_u(i32.add(v0, i32:1032))   ->   ... i32.load8_u(v0)
      v0 = i32.add(v0, i32:1)                       v0 = i32.add(v0, i32:1)
      unless v0                                     unless i32.ne(v0, i32:1032)

or they leave `stack[sp]` as it is, in an interpreter. A pointer whose cells are before it is kept as the first
one's address: the others are fields then, which are found without an addition.

Why it is sound: arithmetic modulo 2**32 makes this exact, whatever wraps around. Every assignment gives the
moved value, every other use subtracts base and place again, a test for equality compares with a moved
constant. Where the index is multiplied its upper bits are lost, so then all its uses must be multiples.
The base must be a variable that never changes and has its value before: a parameter that is not assigned,
or what the entry block computes once.

Only whether it pays is guessed, by counting operations, loops weighing more. A variable that is compared
for order is left alone, because what is then known of its value range makes the addition free.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.analysis.block_frequency import loop_weight
from wasm2py.analysis.union_find import Groups
from wasm2py.ir.effects import variable_bits
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block, BranchEnd
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Expression,
    Variable,
    signed_value,
)
from wasm2py.spec.opcodes import ACCESSES, instructions
from wasm2py.spec.types import I32
from wasm2py.targets.python.lower.linear_expressions import (
    EQUALITIES,
    NO_BASE,
    Affine,
    Move,
    Mover,
    readings,
    step_of,
)

# So far from a pointer at most are fields.
_FIELD: Final = 1 << 12
_ORDERS: Final = instructions("lt", "gt", "le", "ge", types=(I32,))


def rebase_variables(blocks: list[Block], function: Function) -> None:
    """Move variables in linked blocks whose loops have been found."""
    survey = Survey(blocks, function)
    survey.leave_plain_pointers()
    if not survey.candidates:
        return
    survey.find_uses()
    moves = survey.moves()
    if not moves:
        return
    mover = Mover(moves)
    for block in blocks:
        mover.rewrite(block)
    zeroed = [variable for variable in function.zeroed if variable in moves]
    function.zeroed = [v for v in function.zeroed if v not in moves]
    zero = Const("i32", 0)
    blocks[0].statements[:0] = [Assign(v, mover.kept(v, zero)) for v in zeroed]


class _Use(NamedTuple):
    """A value that is made of a variable."""

    reading: Affine
    weight: int  # how often it is expected to be made
    kind: str  # what it is wanted for: "address", "test" (for equality) or "value"

    def cost(self, move: Move | None) -> int | None:
        """Roughly the operations it takes, or None if it is not possible."""
        _, shift, base, constant = self.reading
        if move is None:
            return self._operations(shift > 0, base != NO_BASE, constant != 0)
        if (shift, base) == move[:2]:
            left = constant - move.place
            if move.place < 0 < left < _FIELD and self.kind == "address":
                return 1  # for a field: a view that begins further on
            return self._operations(False, False, left != 0)
        if shift < move.shift:
            return None
        if shift == 0 and move.base == NO_BASE:
            return self._operations(False, base != NO_BASE, constant != move.place)
        taken = 1 + 2 * (move.base != NO_BASE)
        return taken + self._operations(shift > move.shift, base != NO_BASE, True)

    def _operations(self, product: bool, sum: bool, constant: bool) -> int:
        if self.kind == "test":
            constant = True  # that it is compared with
        # A sum is masked, and so, or tested, is a constant that is added to an address.
        return product + 2 * sum + constant * (2 if self.kind == "address" else 1)


class Survey:
    """What the variables are used for, and how often."""

    def __init__(self, blocks: list[Block], function: Function) -> None:
        self._blocks = blocks
        self._types = function.types
        self._groups = Groups()  # variables that are given each other's values
        self._stepped: set[int] = set()  # in a loop
        self._fixed = set(range(function.params))
        for block in blocks:
            self._find_groups(block)
        moving = self._leaders(self._stepped) - self._leaders(self._fixed)
        # The variables that are worth a closer look.
        self.candidates = {
            variable
            for variable in self._groups.members()
            if self._groups.leader(variable) in moving
        }
        self._reads = variable_bits(self.candidates)
        self._uses: dict[int, list[_Use]] = {}
        self._given: dict[int, list[tuple[bool, int]]] = {}  # constants or not, weights
        # The least constants that they are given; those in locals that begin at zero are given that.
        self._least = dict.fromkeys(function.zeroed, 0)
        # Compared for order: bounded, in all likelihood.
        self._ordered: set[int] = set()
        self._behind_entry = len(blocks[0].statements)
        self._function = function
        self._bases: dict[int, int] | None = None  # until there is a base to look up
        # Which statement of the first block gives a variable its first value; -1: none, it is zero.
        self._first = dict.fromkeys(function.zeroed, -1)

    def _leaders(self, variables: set[int]) -> set[int]:
        return {self._groups.leader(variable) for variable in variables}

    def _find_groups(self, block: Block) -> None:
        looping = loop_weight(block.loop_depth) > 1
        for statement in block.statements:
            if isinstance(statement, Assign):
                variable = statement.variable
                if self._types[variable] == "i32":
                    step = step_of(statement.value)
                    if step is not None:
                        self._groups.join(variable, step.variable)
                        if step.constant and looping:
                            self._stepped.add(variable)
            else:
                self._fixed.update(statement.defines())

    def leave_plain_pointers(self) -> None:
        """Leave variables alone that no address has more of than their values, as most are."""
        found: set[int] = set()
        if self.candidates:
            for block in self._blocks:
                for statement in block.statements:
                    for expression in statement.own():
                        self._find_indexes(expression, found)
                for expression in block.end.own():
                    self._find_indexes(expression, found)
        leaders = self._leaders(found)
        self.candidates = {
            variable
            for variable in self.candidates
            if self._groups.leader(variable) in leaders
        }
        self._reads = variable_bits(self.candidates)

    def _find_indexes(self, expression: Expression, found: set[int]) -> None:
        """Find the candidates of which some operations make an address."""
        if not expression.effects & self._reads:
            return
        if expression.op in ACCESSES and not isinstance(expression.args[0], Variable):
            found.update(r.variable for r in readings(expression.args[0]))
        for arg in expression.args:
            if arg.args:
                self._find_indexes(arg, found)

    def find_uses(self) -> None:
        """Look at what the candidates are used for."""
        for at, statement in enumerate(self._blocks[0].statements):
            for variable in statement.defines():
                self._first.setdefault(variable, at)
        for block in self._blocks:
            self._look_at(block)

    # What to move

    def moves(self) -> dict[int, Move]:
        """The variables to move, and how."""
        groups: dict[int, list[int]] = {}
        for variable in dict.fromkeys([*self._uses, *self.candidates]):
            groups.setdefault(self._groups.leader(variable), []).append(variable)
        moves: dict[int, Move] = {}
        bases: set[int] = set()
        for members in groups.values():
            move = self._best_move(members)
            if (
                move is not None
                and move.base not in moves
                and bases.isdisjoint(members)
            ):
                moves.update(dict.fromkeys(members, move))
                bases.add(move.base)
        return moves

    def _best_move(self, members: list[int]) -> Move | None:
        """How to move variables that belong together, if that pays."""
        uses = [use for variable in members for use in self._uses.get(variable, ())]
        places: dict[tuple[int, int], int] = {}
        for reading, _, kind in uses:
            if kind == "address":
                key = reading[1:3]
                place = places.get(key, reading.constant)
                places[key] = min(place, reading.constant)
        best, most = None, 0
        for (shift, base), place in places.items():
            move = Move(shift, base, place)
            gain = self._gain(members, uses, move) if self._fits(members, move) else 0
            if gain > most:
                best, most = move, gain
        return best

    def _fits(self, members: list[int], move: Move) -> bool:
        """Whether a move is possible, and not better left to what is known of ranges."""
        ordered = not self._ordered.isdisjoint(members)
        if move.base == NO_BASE:
            if move.shift:
                return True
            least = min(self._least.get(variable, _FIELD) for variable in members)
            if move.place < 0:
                return not ordered and least + move.place >= 0
            return move.place > 0 and (not ordered or least < 0)
        if self._bases is None:
            self._bases = _bases(self._blocks, self._function)
        base = self._bases.get(move.base)
        if ordered or base is None:
            return False
        # The base is there before any of the variables is given a value.
        return all(
            self._first.get(variable, self._behind_entry) > base for variable in members
        )

    def _gain(self, members: list[int], uses: list[_Use], move: Move) -> int:
        gain = 0
        for use in uses:
            before, after = use.cost(None), use.cost(move)
            if before is None or after is None:
                return 0
            gain += use.weight * (before - after)
        for variable in members:
            for constant, weight in self._given.get(variable, ()):
                cost = 2 * (move.base != NO_BASE)
                if not constant:
                    cost += (move.shift > 0) + (move.place != 0)
                gain -= weight * cost
        return gain

    # Looking

    def _look_at(self, block: Block) -> None:
        weight = loop_weight(block.loop_depth)
        for statement in block.statements:
            if isinstance(statement, Assign):
                self._assign(statement.variable, statement.value, weight)
                continue
            for expression in statement.own():
                self._visit(expression, weight)
        if isinstance(block.end, BranchEnd):
            self._test(block.end.condition, weight)
            return
        for expression in block.end.own():
            self._visit(expression, weight)

    def _assign(self, variable: int, value: Expression, weight: int) -> None:
        if variable in self.candidates:
            if step_of(value) is not None:
                return
            constant = isinstance(value, Const)
            self._given.setdefault(variable, []).append((constant, weight))
            if isinstance(value, Const):
                least = self._least.get(variable, _FIELD)
                self._least[variable] = min(least, signed_value(value))
        self._visit(value, weight)

    def _visit(self, expression: Expression, weight: int, kind: str = "value") -> None:
        if not expression.effects & self._reads:
            return
        op, args = expression.op, expression.args
        found = readings(expression)
        for reading in found:
            self._note(reading, weight, kind)
        if found:
            return
        if op == "i32.eqz" or op in EQUALITIES:
            self._test(expression, weight)
            return
        if op in ACCESSES:
            self._visit(args[0], weight, "address")
            args = args[1:]
        elif op in _ORDERS:
            self._ordered.update(a.index for a in args if isinstance(a, Variable))
        for arg in args:
            self._visit(arg, weight)

    def _test(self, test: Expression, weight: int) -> None:
        sides = test.args if test.op in EQUALITIES or test.op == "i32.eqz" else (test,)
        step = step_of(sides[0])
        if step is not None and all(isinstance(side, Const) for side in sides[1:]):
            self._note(step, weight, "test")
        else:
            for side in sides:
                self._visit(side, weight)

    def _note(self, reading: Affine, weight: int, kind: str) -> None:
        if reading.variable not in self.candidates:
            return
        uses = self._uses.setdefault(reading.variable, [])
        uses.append(_Use(reading, weight, kind))


def _bases(blocks: list[Block], function: Function) -> dict[int, int]:
    """The variables that never change, and after which statement of the first block they are there."""
    times: dict[int, int] = {}
    for block in blocks:
        for statement in block.statements:
            for variable in statement.defines():
                times[variable] = times.get(variable, 0) + 1
    bases = {param: -2 for param in range(function.params) if param not in times}
    zeroed = set(function.zeroed)
    for at, statement in enumerate(blocks[0].certain()):
        if isinstance(statement, Assign) and times[statement.variable] == 1:
            variable = statement.variable
            if variable >= function.params and variable not in zeroed:
                bases[variable] = at
    return bases
