"""Linear addresses: a variable times a power of two, plus a constant."""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.nodes import Const, Expression, Fact, Variable, signed_value
from wasm2py.spec.opcodes import instructions
from wasm2py.spec.types import MASKS

_ADDITIONS: Final = instructions("add")
_SHIFTS: Final = instructions("shl")


class LinearAddress:
    """What an array's element is at: `(variable << shift) + constant`."""

    __slots__ = ("constant", "shift", "variable")

    def __init__(self, variable: Variable, shift: int, constant: int) -> None:
        self.variable: Final = variable
        self.shift: Final = shift
        self.constant: Final = constant  # signed

    def bounds(self, fact: Fact) -> tuple[int, int]:
        """The least and greatest sum, which may be outside of the type's range."""
        low, high = fact.low << self.shift, fact.high << self.shift
        return low + self.constant, high + self.constant


def linear_address(address: Expression) -> LinearAddress | None:
    """An address of any type as a variable times a power of two, and a constant, if it is one."""
    if isinstance(address, Variable):
        return LinearAddress(address, 0, 0)  # as most are
    constant = shift = 0
    if address.op in _ADDITIONS and isinstance(address.args[1], Const):
        constant = signed_value(address.args[1])
        address = address.args[0]
    if address.op in _SHIFTS and isinstance(address.args[1], Const):
        count = cast(int, address.args[1].imm)
        shift = count % MASKS[address.type].bit_length()
        address = address.args[0]
    if isinstance(address, Variable):
        return LinearAddress(address, shift, constant)
    return None
