"""The thresholds to which the range of a variable is widened that a loop moves on.

A threshold is worth trying if something in the function may keep the variable below it: an access, which
bounds an address and with it the index in that, or a comparison, of this variable or of one that is
calculated from it, or it from that. Each threshold that does not hold costs a walk through the
function; trying no others saves every fourth.

Any threshold is sound, since `solver` checks what it has assumed. There are finitely many, so it ends.
"""

from __future__ import annotations

from math import isqrt
from typing import Final, cast

from wasm2py.analysis.ranges.branch_facts import Root, Told
from wasm2py.analysis.ranges.domain import DEPENDENT, UNSIGNED_ORDERS
from wasm2py.analysis.ranges.linear_address import LinearAddress
from wasm2py.analysis.ranges.transfer import BlockSteps
from wasm2py.analysis.union_find import Groups
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Assign, Const, Expression, Variable
from wasm2py.ir.walk import variables
from wasm2py.spec.addresses import ADDRESS_TYPES, AddressType
from wasm2py.spec.opcodes import instructions
from wasm2py.spec.types import I32, MASKS


def _reached(addresses: AddressType) -> tuple[int, ...]:
    """What an address or an index can reach that has been used, and moved on a little.

    By the power of two that the index is multiplied by.
    """
    greatest = addresses.greatest
    used = greatest - addresses.longest_step // 2
    return used, (greatest >> 1) - 1, greatest >> 2, greatest >> 3


_INDEXES: Final = {type: _reached(row) for type, row in ADDRESS_TYPES.items()}
_MODEST: Final = _INDEXES[I32][2]  # leaves room for steps

_SHIFTS: Final = instructions("shl")
_MULTIPLYING: Final = _SHIFTS | instructions("mul")


class Thresholds:
    """The bounds to try, for each variable of a function."""

    def __init__(
        self,
        blocks: list[Block],
        steps: list[BlockSteps],
    ) -> None:
        # Variables that are calculated from each other share what bounds them.
        self._groups = Groups()
        self._noted: dict[int, set[int]] = {}
        # The variables in addresses, and by which power of two they are multiplied there.
        self._indexes: set[tuple[int, int]] = set()
        self._found: dict[int, list[int]] = {}
        self._look_at(blocks, steps)

    def of(self, variable: int) -> list[int]:
        """The bounds for a variable, in ascending order; none below its type's greatest value."""
        return self._found.get(self._groups.leader(variable), [])

    def _look_at(
        self,
        blocks: list[Block],
        steps: list[BlockSteps],
    ) -> None:
        """Find what may bound the variables of a function."""
        for block in blocks:
            for statement in block.statements:
                if isinstance(statement, Assign) and statement.value.type in MASKS:
                    self._join(statement.variable, statement.value)
            for found, _, _ in steps[block.position].all:
                for bound in found:
                    self._accessed(bound.address)
            for tests in steps[block.position].tests:
                for comparison, _, _ in tests:
                    self._compared(comparison)
        for index, bounds in self._noted.items():
            leader = self._groups.leader(index)
            self._found[leader] = sorted(bounds.union(self._found.get(leader, ())))

    def _accessed(self, address: LinearAddress) -> None:
        variable, shift = address.variable, min(address.shift, 3)
        if (variable.index, shift) not in self._indexes:
            self._indexes.add((variable.index, shift))
            bounds = _INDEXES[variable.type]
            self._note(variable, bounds[shift])
            self._note(variable, bounds[0])

    def _join(self, variable: int, value: Expression) -> None:
        if not isinstance(value, Variable) and value.op not in DEPENDENT:
            return
        for other in variables(value):
            self._groups.join(variable, other.index)
        self._scaled(value)

    def _scaled(self, value: Expression) -> None:
        """Note where an index is multiplied before something is done with it."""
        op, args = value.op, value.args
        if op in _MULTIPLYING and isinstance(args[1], Const):
            factor = cast(int, args[1].imm)
            shift = factor & 31 if op in _SHIFTS else (factor - 1).bit_length()
            for variable in variables(args[0]):
                # Most indexes are small numbers, whatever their type is.
                self._note(variable, _INDEXES[I32][min(shift, 3)])
        for arg in args:
            if arg.args:
                self._scaled(arg)

    def _compared(self, comparison: Told) -> None:
        variable, operand = comparison.variable, comparison.operand
        if comparison.relation in ("eq", "ne"):
            return
        bounds = [_MODEST]
        if isinstance(comparison, Root):
            bounds.append(isqrt(MASKS[variable.type]))
        if isinstance(operand, Variable) or cast(int, operand.imm) > _MODEST:
            mask = MASKS[variable.type]
            bounds += [_INDEXES[I32][1], (mask >> 1) - 1]
            if comparison.relation in UNSIGNED_ORDERS:
                bounds.append(mask - 1)
        for bound in bounds:
            self._note(variable, bound)
            if isinstance(operand, Variable):
                self._note(operand, bound)

    def _note(self, variable: Variable, bound: int) -> None:
        self._noted.setdefault(variable.index, set()).add(bound)
