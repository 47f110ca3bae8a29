"""Loads as Python expressions.

A typed view, `mu32`, has an element at every byte: `mu32[v0]`. Another, `eu32`, has only those whose
address is a multiple of their size, and is indexed by their number: it serves where that is there
already (see `addresses`), and on PyPy wherever the address is known to be such a multiple. And
there are views that begin further on, for what is so far from an address: `mu32at8[v0]`.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.nodes import Expression
from wasm2py.spec.opcodes import FLOATS, LOADS, NUMBERS, Access
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


def view_of(access: Access) -> str:
    """The view that a load or store uses: what it is not said to take as signed is unsigned."""
    letter = "f" if access.type in FLOATS else "i" if access.signed else "u"
    return f"{letter}{8 * access.width}"


def _range(access: Access) -> tuple[int, int]:
    """The least and the greatest element of the view; 0, if they are no integers."""
    if access.type in FLOATS:
        return 0, 0
    size = 1 << 8 * access.width
    return (-size // 2, size // 2 - 1) if access.signed else (0, size - 1)


LOADED: Final[dict[str, tuple[str, int, int]]] = {
    name: (view_of(load), *_range(load))
    for name, load in LOADS.items()
    if load.type in NUMBERS
}
"""The view that a load reads, and the range of its elements."""

# The bytes in an element of a view, as the exponent of a power of two.
_SHIFTS: Final = {
    f"{letter}{8 << shift}": shift
    for shift in range(4)
    for letter in ("u", "i", "f")
    if letter != "f" or shift >= 2
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
    kind, low, high = LOADED[expression.op]
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


SIGNED_LOADS: Final[dict[str, Template]] = {
    "i32.load": load_signed,
    "i64.load": load_word,
}
"""Of what may be read as a signed number, too."""

MEMORY_TEMPLATES: Final[dict[str, Template]] = {
    **dict.fromkeys(LOADED, load),
    "f32.load": load_f32,
}
