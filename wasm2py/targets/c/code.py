"""Pieces of C: expressions with what is known of them, types and constants."""

from __future__ import annotations

import math
import struct
from typing import Final, NamedTuple

from wasm2py.errors import Unimplemented
from wasm2py.ir.fuel import FUEL
from wasm2py.ir.nodes import CALLEE
from wasm2py.spec.matching import is_reference
from wasm2py.spec.types import F32, F64, I32, I64, MASKS

# How tightly operators bind.
TERNARY: Final = 1
OR: Final = 2
XOR: Final = 3
AND: Final = 4
EQUALITY: Final = 5
RELATION: Final = 6
SHIFT: Final = 7
SUM: Final = 8
PRODUCT: Final = 9
UNARY: Final = 10
ATOM: Final = 11


class Code(NamedTuple):
    """An expression's text, its loosest operator, and what its evaluation may do.

    `effects` are those of `wasm2py.ir.effects`, without variables; `bounds_only` tells that a memory access
    out of bounds is the only trap among them. `boolean` is an `int` that is 0 or 1.
    """

    text: str
    level: int
    effects: int = 0
    bounds_only: bool = True
    boolean: bool = False

    def at(self, level: int) -> str:
        """The text as an operand of an operator that binds like that."""
        return f"({self.text})" if self.level < level else self.text

    def inside(self, level: int) -> str:
        """The same, with parentheses around all but the operator's own kind and what binds most tightly.

        Few readers know how other operators bind than products in sums.
        """
        if self.level >= UNARY or self.level == level:
            return self.text
        if level == SUM and self.level == PRODUCT:
            return self.text
        return f"({self.text})"


_C_TYPES: Final = {
    I32: "uint32_t",
    I64: "uint64_t",
    F32: "float",
    F64: "double",
    CALLEE: "w2p_function",
    FUEL: "int64_t",
}
_LETTERS: Final = {I32: "i", I64: "l", F32: "f", F64: "d"}


def c_type(type: str) -> str:
    """The C type of values of a type."""
    if type in _C_TYPES:
        return _C_TYPES[type]
    if not is_reference(type):
        raise Unimplemented(f"values of type {type} in C")
    return "w2p_ref"


def member(type: str) -> str:
    """The member of a `w2p_value` that holds values of a type."""
    if type in _LETTERS:
        return type
    if not is_reference(type):
        raise Unimplemented(f"values of type {type} in C")
    return "ref"


def letter(type: str) -> str:
    """How a type is told to the runtime."""
    return _LETTERS[type] if type in _LETTERS else member(type)[0]


# Constants

_SUFFIXES: Final = {I32: "u", I64: "ull"}
_PLAIN: Final = 1 << 16  # numbers below are written in decimal


def unsigned(value: int, type: str) -> Code:
    """An integer constant of an unsigned type; a small negative number is written as that."""
    negative = MASKS[type] + 1 - value
    if negative < _PLAIN:
        return Code(f"-{negative}{_SUFFIXES[type]}", UNARY)
    return bits(value, type)


def bits(value: int, type: str) -> Code:
    """An integer constant whose bits matter."""
    text = str(value) if value < _PLAIN else f"0x{value:X}"
    return Code(text + _SUFFIXES[type], ATOM)


def signed(value: int, type: str) -> Code:
    """An integer constant of a signed type, of which the unsigned reading is given."""
    half = (MASKS[type] + 1) // 2
    if value == half:
        return Code(f"INT{half.bit_length()}_MIN", ATOM)
    if value < half:
        return Code(_signed_text(value, type), ATOM)
    return Code("-" + _signed_text(2 * half - value, type), UNARY)


def _signed_text(value: int, type: str) -> str:
    # Without a suffix, a hexadecimal constant is unsigned where it has 32 bits.
    return str(value) if value < _PLAIN else f"0x{value:X}{_SUFFIXES[type][1:]}"


_LAYOUTS: Final = {F32: ("<I", "<f"), F64: ("<Q", "<d")}
_INTEGERS: Final = {F32: I32, F64: I64}
_F32_DIGITS: Final = range(6, 9)  # that may be enough; 9 are


def floating(value: int, type: str) -> Code:
    """A constant of a type of floats, of which the bits are given.

    No operation gives a signalling NaN. Compilers take some for one of the operands itself, or for its
    negation: if the other is a NaN, zero, one or minus one. So it is hidden from those that do.
    """
    integer, real = _LAYOUTS[type]
    (number,) = struct.unpack(real, struct.pack(integer, value))
    code = _plain(number, value, type)
    if number in (0.0, 1.0, -1.0) or number != number:
        return Code(f"{type}_const({code.text})", ATOM)
    return code


def _plain(number: float, value: int, type: str) -> Code:
    if not math.isfinite(number):
        name = f"{type}_reinterpret_{_INTEGERS[type]}"
        return Code(f"{name}({bits(value, _INTEGERS[type]).text})", ATOM)
    text = repr(number) if type == F64 else _shortest_f32(number, value)
    if not any(mark in text for mark in ".e"):
        text += ".0"
    suffix = "f" if type == F32 else ""
    return Code(text + suffix, UNARY if text[0] == "-" else ATOM)


def _shortest_f32(number: float, value: int) -> str:
    for digits in _F32_DIGITS:
        text = f"{number:.{digits}g}"
        if abs(float(text)) <= _MOST_F32 and struct.pack("<f", float(text)) == (
            struct.pack("<I", value)
        ):
            return text
    return f"{number:.9g}"


(_MOST_F32,) = struct.unpack("<f", struct.pack("<I", 0x7F7FFFFF))
