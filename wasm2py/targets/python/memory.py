"""Addresses and loads as Python expressions.

A typed view, `mu32`, reads an aligned element. Where the address is not known to be aligned, its low
bits choose one from a row of views that begin at successive bytes: `pu32[v0 & 3][v0 >> 2]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from wasm2py.ir.nodes import Const, Expression, Variable
from wasm2py.targets.python.code import (
    AND,
    ATOM,
    SUM,
    Code,
    literal,
    number,
)

if TYPE_CHECKING:
    from wasm2py.targets.python.expressions import Expressions, Template

_FULL32: Final = 0xFFFFFFFF
_FULL64: Final = 0xFFFFFFFFFFFFFFFF

# The view that a load reads, and the range of its elements.
_LOADS: Final[dict[str, tuple[str, int, int]]] = {
    "i32.load": ("u32", 0, _FULL32),
    "i32.load8_u": ("u8", 0, 0xFF),
    "i32.load8_s": ("i8", -0x80, 0x7F),
    "i32.load16_u": ("u16", 0, 0xFFFF),
    "i32.load16_s": ("i16", -0x8000, 0x7FFF),
    "i64.load": ("u64", 0, _FULL64),
    "i64.load8_u": ("u8", 0, 0xFF),
    "i64.load8_s": ("i8", -0x80, 0x7F),
    "i64.load16_u": ("u16", 0, 0xFFFF),
    "i64.load16_s": ("i16", -0x8000, 0x7FFF),
    "i64.load32_u": ("u32", 0, _FULL32),
    "i64.load32_s": ("i32", -0x80000000, 0x7FFFFFFF),
    "f32.load": ("f32", 0, 0),
    "f64.load": ("f64", 0, 0),
}


def byte_width(kind: str) -> int:
    """The bytes in an element of a view."""
    return int(kind[1:]) // 8


def cell(e: Expressions, kind: str, memory: int, base: Expression, offset: int) -> str:
    """The text for the element of a view, `u32` and the like, at an effective address."""
    suffix = f"_{memory}" if memory else ""
    width = byte_width(kind)
    address = address_code(e, base, offset)
    if width == 1:
        return f"m{kind}{suffix}[{address.text}]"
    shift = width.bit_length() - 1
    if alignment(base, offset) >= width:
        return f"m{kind}{suffix}[{_element(address, shift)}]"
    if isinstance(base, (Variable, Const)):
        phase = address if offset % width else e.value(base)
        low_bits = f"{phase.at(AND)} & {width - 1}"
    else:
        again = e.name(e.new_variable("i32"))
        low_bits = f"({again} := {address.text}) & {width - 1}"
        address = Code(again, ATOM, address.low, address.high)
    return f"p{kind}{suffix}[{low_bits}][{_element(address, shift)}]"


def address_code(e: Expressions, expression: Expression, offset: int) -> Code:
    """An effective address: it does not wrap around."""
    code = e.value(expression)
    if isinstance(expression, Const):
        return literal(cast(int, expression.imm) + offset)
    if not offset:
        return code
    text = f"{code.at(SUM)} + {number(offset)}"
    return Code(text, SUM, code.low + offset, code.high + offset)


def load(e: Expressions, expression: Expression) -> Code:
    kind, low, high = _LOADS[expression.op]
    _, offset, memory = cast("tuple[int, int, int]", expression.imm)
    return Code(cell(e, kind, memory, expression.args[0], offset), ATOM, low, high)


def load_f32(e: Expressions, expression: Expression) -> Code:
    """Exactly: a view would make a signalling NaN a quiet one."""
    _, offset, memory = cast("tuple[int, int, int]", expression.imm)
    address = address_code(e, expression.args[0], offset)
    return Code(f"f32_load(m{memory}, {address.text})", ATOM)


def _element(address: Code, shift: int) -> str:
    """The index of the element of a typed view at an aligned address."""
    if address.low == address.high and address.text[0].isdigit():
        return number(address.high >> shift)
    return f"{address.at(SUM + 1)} >> {shift}"


def alignment(base: Expression, offset: int) -> int:
    """A power of two that is known to divide an effective address."""
    return min(_known_alignment(base), _lowest_bit(offset))


def _lowest_bit(value: int) -> int:
    return value & -value if value else 1 << 32


def _known_alignment(expression: Expression) -> int:
    op, args = expression.op, expression.args
    if isinstance(expression, Variable):
        return expression.fact.alignment if expression.fact is not None else 1
    if isinstance(expression, Const) and isinstance(expression.imm, int):
        return _lowest_bit(expression.imm)
    if op == "i32.shl" and isinstance(args[1], Const):
        return 1 << (cast(int, args[1].imm) & 31)
    if op == "i32.and":
        return max(_known_alignment(args[0]), _known_alignment(args[1]))
    if op in ("i32.add", "i32.sub"):
        return min(_known_alignment(args[0]), _known_alignment(args[1]))
    return 1


MEMORY_TEMPLATES: Final[dict[str, Template]] = {
    **dict.fromkeys(_LOADS, load),
    "f32.load": load_f32,
}
