"""Loads as Python expressions.

A typed view, `mu32`, has an element at every byte: `mu32[v0]`. Another, `eu32`, has only those whose
address is a multiple of their size, and is indexed by their number: it serves where that is there
already (see `addresses`), and on PyPy wherever the address is known to be such a multiple. And
there are views that begin further on, for what is so far from an address: `mu32at8[v0]`.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.nodes import Expression
from wasm2py.targets.python.emit.addresses import (
    address_code,
    address_parts,
    alignment,
    element_parts,
    is_scaled,
    moved_on,
)
from wasm2py.targets.python.emit.code import ATOM, Code
from wasm2py.targets.python.emit.context import Context, Template

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


# The bytes in an element of a view, as the exponent of a power of two.
_SHIFTS: Final = {
    kind: ("8", "16", "32", "64").index(kind[1:])
    for kind in (*(load[0] for load in _LOADS.values()), "i32", "i64")
}


def cell(e: Context, kind: str, memory: int, base: Expression, offset: int) -> str:
    """The text for the element of a view, `u32` and the like, at an effective address."""
    shift = _SHIFTS[kind]
    elements = shift and (e.words or is_scaled(e, base, shift))
    if elements and alignment(e, base, offset) >> shift:
        view = f"e{kind}"
        code, constant = element_parts(e, base, offset, shift)
        distance = constant << shift
    else:
        view = f"m{kind}"
        code, constant = address_parts(e, base, offset)
        distance = constant
    if distance and e.has_field(view, distance):
        return f"{e.view(memory, view, distance)}[{code.text}]"
    return f"{e.view(memory, view)}[{moved_on(code, constant).text}]"


def load(e: Context, expression: Expression) -> Code:
    kind, low, high = _LOADS[expression.op]
    _, offset, memory = cast("tuple[int, int, int]", expression.imm)
    return Code(cell(e, kind, memory, expression.args[0], offset), ATOM, low, high)


def load_f32(e: Context, expression: Expression) -> Code:
    """Exactly: a view would make a signalling NaN a quiet one."""
    _, offset, memory = cast("tuple[int, int, int]", expression.imm)
    address = address_code(e, expression.args[0], offset)
    return Code(f"f32_load(m{memory}, {address.text})", ATOM)


def load_signed(e: Context, expression: Expression) -> Code:
    """An i32 read as a signed number."""
    _, offset, memory = cast("tuple[int, int, int]", expression.imm)
    text = cell(e, "i32", memory, expression.args[0], offset)
    return Code(text, ATOM, -0x80000000, 0x7FFFFFFF)


def load_word(e: Context, expression: Expression) -> Code:
    """An i64 read as a signed number."""
    _, offset, memory = cast("tuple[int, int, int]", expression.imm)
    text = cell(e, "i64", memory, expression.args[0], offset)
    return Code(text, ATOM, -(1 << 63), (1 << 63) - 1)


MEMORY_TEMPLATES: Final[dict[str, Template]] = {
    **dict.fromkeys(_LOADS, load),
    "f32.load": load_f32,
}
