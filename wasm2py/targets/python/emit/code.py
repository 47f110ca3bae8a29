"""Pieces of Python text with what is known of their values."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from wasm2py.errors import Unimplemented
from wasm2py.ir.fuel import FUEL
from wasm2py.ir.nodes import CALLEE, TUPLE, Const, signed_value
from wasm2py.spec.matching import has_default, is_reference, value_kind
from wasm2py.spec.types import (
    FLOAT,
    INTEGER,
    MASKS,
    REFERENCE,
    VALUE_KINDS,
    types_of,
)

# Precedences of Python's operators, the loosest first.
WALRUS: Final = 0
TERNARY: Final = 1
NOT: Final = 2
COMPARE: Final = 3
COMPARED: Final = 4  # an operand of a comparison
OR: Final = 5
XOR: Final = 6
AND: Final = 7
SHIFT: Final = 8
SUM: Final = 9
PRODUCT: Final = 10
UNARY: Final = 11
ATOM: Final = 12

_BITWISE: Final = (OR, XOR, AND, SHIFT)

# CPython's integers have digits of 30 bits.
DIGIT: Final = 1 << 30
BITS: Final = {type: VALUE_KINDS[type].bits for type in MASKS}

# What a local is at first, by the form of its values: those of which this target knows.
_ZEROS: Final = {INTEGER: "0", FLOAT: "0.0", REFERENCE: "None"}
_NO_INTEGERS: Final = types_of(FLOAT, REFERENCE) | {"", TUPLE, CALLEE, FUEL}


def zero(type: str) -> str:
    """The text of the value that a local of a type has at first."""
    kind = value_kind(type)
    if kind is None or kind.form not in _ZEROS or not has_default(type):
        raise Unimplemented(f"locals of type {type}")
    return _ZEROS[kind.form]


def greatest(type: str) -> int:
    """The greatest unsigned integer of a type, 0 if its values are no integers."""
    if type in MASKS:
        return MASKS[type]
    if type not in _NO_INTEGERS and not is_reference(type):
        raise Unimplemented(f"values of type {type}")
    return 0


class Code:
    """An expression's text, its loosest operator, and the least and greatest value it can have.

    The bounds mean something for integers only. A value outside the type's unsigned range stands
    for the one that it is congruent to.
    """

    __slots__ = ("high", "low", "precedence", "text")

    def __init__(self, text: str, precedence: int, low: int = 0, high: int = 0) -> None:
        self.text: Final = text
        self.precedence: Final = precedence
        self.low: Final = low
        self.high: Final = high

    def at(self, precedence: int) -> str:
        """The text as an operand of an operator that binds with this precedence.

        Few readers know how bitwise operators bind: there are parentheses around what is
        mixed with them.
        """
        own = self.precedence
        if own < precedence or (
            own < UNARY
            and (
                (precedence in _BITWISE and own != precedence)
                or (precedence == COMPARED and own in _BITWISE)
            )
        ):
            return f"({self.text})"
        return self.text


@lru_cache(4096)
def number(value: int) -> str:
    """An integer literal: decimal while that is easy to read."""
    if -0x10000 < value < 0x10000:
        return str(value)
    return f"-0x{-value:X}" if value < 0 else f"0x{value:X}"


def is_literal(code: Code) -> bool:
    """Whether a text is a number, and not something that has that value or traps."""
    return code.precedence >= UNARY and code.text.lstrip("-")[:1].isdigit()


@lru_cache(4096)
def literal(value: int) -> Code:
    """An integer constant."""
    return Code(number(value), ATOM if value >= 0 else UNARY, value, value)


def masked(code: Code, type: str, small: bool = False) -> Code:
    """The value brought into the type's unsigned range, where it may be outside.

    A remainder is found sooner than a mask if the value is less than the divisor, as are `small`
    ones, whatever their bounds; it takes longer if not.
    """
    mask = MASKS[type]
    if small or (-mask <= code.low and code.high <= mask + (mask >> 4)):
        return remainder(code, mask)
    return lowest_bits(code, mask)


def lowest_bits(code: Code, mask: int) -> Code:
    """The bits of a mask, which are the lowest ones, where there are others."""
    if code.low >= 0 and code.high <= mask:
        return code
    return Code(f"{code.at(AND)} & {number(mask)}", AND, 0, mask)


def remainder(code: Code, mask: int) -> Code:
    """The same bits, as the remainder of a division by the power of two above them."""
    if code.low >= 0 and code.high <= mask:
        return code
    return Code(f"{code.at(PRODUCT)} % {number(mask + 1)}", PRODUCT, 0, mask)


def times_power(code: Code, exponent: int, small: bool) -> Code:
    """A value multiplied by a power of two: numbers of one digit are multiplied sooner than shifted."""
    low, high = code.low << exponent, code.high << exponent
    if small:
        text = f"{code.at(PRODUCT)} * {number(1 << exponent)}"
        return Code(text, PRODUCT, low, high)
    return Code(f"{code.at(SHIFT)} << {exponent}", SHIFT, low, high)


def signed_range(type: str) -> tuple[int, int]:
    """The least and the greatest signed integer of a type."""
    half = (MASKS[type] + 1) // 2
    return -half, half - 1


def is_signed_reading(code: Code, type: str) -> bool:
    """Whether a value is the signed reading of what it stands for, for sure."""
    low, high = signed_range(type)
    return low <= code.low and code.high <= high


def are_signed_readings(a: Code, b: Code, type: str) -> bool:
    """The same for two values."""
    return is_signed_reading(a, type) and is_signed_reading(b, type)


def biased(code: Code, type: str) -> Code:
    """A value moved so that the signed order becomes the unsigned one."""
    half = (MASKS[type] + 1) // 2
    return Code(f"{code.at(XOR)} ^ {number(half)}", XOR, 0, MASKS[type])


def signed_constant(constant: Const) -> Code:
    """The signed reading of an integer constant."""
    return literal(signed_value(constant))
