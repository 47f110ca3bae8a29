"""Addresses that are a variable times a power of two, and a constant."""

from __future__ import annotations

from typing import NamedTuple, cast

from wasm2py.ir.nodes import Const, Expression, Fact, Variable, signed_value


class LinearAddress(NamedTuple):
    """What an array's element is at: `(variable << shift) + constant`."""

    variable: Variable
    shift: int
    constant: int  # signed

    def bounds(self, fact: Fact) -> tuple[int, int]:
        """The least and greatest sum, which may be outside of the type's range."""
        low, high = fact.low << self.shift, fact.high << self.shift
        return low + self.constant, high + self.constant


def linear_address(address: Expression) -> LinearAddress | None:
    """An i32 address as a variable times a power of two, and a constant, if it is one."""
    constant = shift = 0
    if address.op == "i32.add" and isinstance(address.args[1], Const):
        constant = signed_value(address.args[1])
        address = address.args[0]
    if address.op == "i32.shl" and isinstance(address.args[1], Const):
        shift = cast(int, address.args[1].imm) & 31
        address = address.args[0]
    if isinstance(address, Variable) and address.type == "i32":
        return LinearAddress(address, shift, constant)
    return None
