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
    SHIFT,
    SUM,
    UNARY,
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
    if width == 1:
        return f"m{kind}{suffix}[{address_code(e, base, offset).text}]"
    shift = width.bit_length() - 1
    if alignment(e, base, offset) >= width:
        return f"m{kind}{suffix}[{_element(e, base, offset, shift)}]"
    address = address_code(e, base, offset)
    if isinstance(base, (Variable, Const)):
        phase = address if offset % width else e.value(base)
        low_bits = f"{phase.at(AND)} & {width - 1}"
    else:
        again = e.name(e.new_variable("i32"))
        low_bits = f"({again} := {address.text}) & {width - 1}"
        address = Code(again, ATOM, address.low, address.high)
    return f"p{kind}{suffix}[{low_bits}][{_shifted(address, shift)}]"


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


def load_signed(e: Expressions, expression: Expression) -> Code:
    """An i32 read as a signed number."""
    _, offset, memory = cast("tuple[int, int, int]", expression.imm)
    text = cell(e, "i32", memory, expression.args[0], offset)
    return Code(text, ATOM, -0x80000000, 0x7FFFFFFF)


def load_word(e: Expressions, expression: Expression) -> Code:
    """An i64 read as a signed number."""
    _, offset, memory = cast("tuple[int, int, int]", expression.imm)
    text = cell(e, "i64", memory, expression.args[0], offset)
    return Code(text, ATOM, -(1 << 63), (1 << 63) - 1)


def _shifted(address: Code, shift: int) -> str:
    if address.low == address.high and address.text[0].isdigit():
        return number(address.high >> shift)
    return f"{address.at(SHIFT)} >> {shift}"


def _element(e: Expressions, base: Expression, offset: int, shift: int) -> str:
    """The index of the element of a typed view at an aligned address.

    An index that was scaled to an address is scaled back by leaving that out.
    """
    if not _is_scaled(base, shift):
        return _shifted(address_code(e, base, offset), shift)
    code = _scaled(e, base, shift)
    mask = _FULL32 >> shift
    if code.low < 0 or code.high > mask:
        code = Code(f"{code.at(AND)} & {number(mask)}", AND, 0, mask)
    if offset:
        return f"{code.at(SUM)} + {number(offset >> shift)}"
    return code.text


def _is_scaled(base: Expression, shift: int) -> bool:
    op, args = base.op, base.args
    if op == "i32.shl" and isinstance(args[1], Const):
        return cast(int, args[1].imm) & 31 >= shift
    return op == "i32.add" and any(_is_scaled(arg, shift) for arg in args)


def _scaled(e: Expressions, expression: Expression, shift: int) -> Code:
    """An aligned address divided by the size of an element, its low 32 - shift bits."""
    op, args = expression.op, expression.args
    if isinstance(expression, Const):
        value = cast(int, expression.imm)
        size = 1 << 32
        signed = value - size if value >= size // 2 else value
        return literal(signed >> shift)
    if op == "i32.shl" and isinstance(args[1], Const):
        count = (cast(int, args[1].imm) & 31) - shift
        if count >= 0:
            code = e.low_bits(args[0])
            text = f"{code.at(SHIFT)} << {count}" if count else code.text
            precedence = SHIFT if count else code.precedence
            return Code(text, precedence, code.low << count, code.high << count)
    if op == "i32.add":
        a, b = (_scaled(e, arg, shift) for arg in args)
        low, high = a.low + b.low, a.high + b.high
        if b.precedence == UNARY and b.text[0] == "-":
            return Code(f"{a.at(SUM)} - {b.text[1:]}", SUM, low, high)
        return Code(f"{a.at(SUM)} + {b.at(SUM + 1)}", SUM, low, high)
    code = e.value(expression)
    text = f"{code.at(SHIFT)} >> {shift}"
    return Code(text, SHIFT, code.low >> shift, code.high >> shift)


def alignment(e: Expressions, base: Expression, offset: int) -> int:
    """A power of two that is known to divide an effective address."""
    return min(known_alignment(e, base), _lowest_bit(offset))


def _lowest_bit(value: int) -> int:
    return value & -value if value else 1 << 32


def known_alignment(e: Expressions, expression: Expression) -> int:
    """A power of two that is known to divide an i32."""
    op, args = expression.op, expression.args
    if isinstance(expression, Variable):
        found = e.alignments.get(expression.index, 1)
        fact = expression.fact
        return found if fact is None else max(found, fact.alignment)
    if isinstance(expression, Const) and isinstance(expression.imm, int):
        return _lowest_bit(expression.imm)
    if op == "i32.shl" and isinstance(args[1], Const):
        return 1 << (cast(int, args[1].imm) & 31)
    if op == "i32.and":
        return max(known_alignment(e, args[0]), known_alignment(e, args[1]))
    if op in ("i32.add", "i32.sub"):
        return min(known_alignment(e, args[0]), known_alignment(e, args[1]))
    return 1


MEMORY_TEMPLATES: Final[dict[str, Template]] = {
    **dict.fromkeys(_LOADS, load),
    "f32.load": load_f32,
}
