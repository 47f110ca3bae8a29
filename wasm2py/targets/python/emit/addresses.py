"""Effective addresses as Python expressions, in bytes or in units of elements.

Compilers turn `a[i]` into `a + (i << 2)`. Where the terms of an address have been scaled, and it is known to
be aligned, that is left out, and the view is one of elements: `eu32[v0 + 256]` for the address
`(v0 << 2) + 1024`. A variable may also be kept scaled back: see `choose.element_units`.

Only 32-bit addresses are scaled. Why it is sound: one that is divided by four has 30 bits, so all this is
arithmetic modulo 2**30, and exact because the address is a multiple of four. The index is masked where the scaled address could have
wrapped around.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.analysis.alignment import alignment_by, fact_alignment, lowest_bit
from wasm2py.ir.nodes import Const, Expression, Variable
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.opcodes import instructions
from wasm2py.spec.types import I32
from wasm2py.targets.python.emit.code import (
    PRODUCT,
    SHIFT,
    SUM,
    UNARY,
    Code,
    is_literal,
    literal,
    lowest_bits,
    number,
    remainder,
    signed_constant,
    times_power,
)
from wasm2py.targets.python.emit.context import Context
from wasm2py.targets.python.lower.linear_expressions import SUMS

_ADDITIONS: Final = instructions("add")


def address_code(e: Context, expression: Expression, offset: int) -> Code:
    """An effective address: it does not wrap around."""
    if isinstance(expression, Const):
        return literal(cast(int, expression.imm) + offset)
    return moved_on(e.address(expression), offset)


def address_parts(e: Context, expression: Expression, offset: int) -> tuple[Code, int]:
    """An effective address as one that is not negative, and a constant to add to it."""
    if isinstance(expression, Const):
        return address_code(e, expression, offset), 0
    if expression.op in _ADDITIONS and isinstance(expression.args[1], Const):
        left = e.value(expression.args[0])
        constant = signed_constant(expression.args[1]).low
        greatest = ADDRESS_TYPES[expression.type].greatest
        if constant > 0 and left.low >= 0 and left.high + constant <= greatest:
            return left, constant + offset
    return e.address(expression), offset


def element_parts(
    e: Context, base: Expression, offset: int, shift: int
) -> tuple[Code, int]:
    """The number of a typed view's element at an aligned address, and a constant to add to it."""
    if not is_scaled(e, base, shift):
        return shifted(address_code(e, base, offset), shift), 0
    mask = ADDRESS_TYPES[base.type].greatest >> shift
    if base.op == "i32.add" and isinstance(base.args[1], Const):
        left = scaled(e, base.args[0], shift)
        constant = signed_constant(base.args[1]).low >> shift
        if constant > 0 and left.low >= 0 and left.high + constant <= mask:
            return left, constant + (offset >> shift)
    code = scaled(e, base, shift)
    wrapped = lowest_bits if e.words else remainder
    return wrapped(code, mask), offset >> shift


def moved_on(code: Code, count: int) -> Code:
    """A number and a constant that is not negative."""
    if not count:
        return code
    text = f"{code.at(SUM)} + {number(count)}"
    return Code(text, SUM, code.low + count, code.high + count)


def shifted(address: Code, shift: int) -> Code:
    """An address divided by a power of two."""
    if is_literal(address):
        return literal(address.high >> shift)
    low, high = address.low >> shift, address.high >> shift
    return Code(f"{address.at(SHIFT)} >> {shift}", SHIFT, low, high)


def is_scaled(e: Context, base: Expression, shift: int) -> bool:
    """Whether what an address consists of has been multiplied, and can be left as it was."""
    if isinstance(base, Variable):
        return e.forms.scaled.get(base.index, 0) >= shift
    op, args = base.op, base.args
    if base.type != I32:
        return False
    if op == "i32.shl" and isinstance(args[1], Const):
        return cast(int, args[1].imm) & 31 >= shift
    if op == "i32.mul":
        return _factor(base, shift) is not None
    if op not in SUMS:
        return False
    # On PyPy, a division costs less than what finds the cell of an address in bytes.
    enough = any if e.words else all
    return enough(
        is_scaled(e, arg, shift) for arg in args if not isinstance(arg, Const)
    )


def scaled(e: Context, expression: Expression, shift: int) -> Code:
    """A multiple of a power of two divided by that, its low 32 - shift bits."""
    op, args = expression.op, expression.args
    if isinstance(expression, Const):
        return literal(signed_constant(expression).low >> shift)
    if isinstance(expression, Variable):
        code = e.units(expression)
        kept = e.forms.scaled.get(expression.index, 0)
        return _moved(code, kept - shift, False)
    if op == "i32.shl" and isinstance(args[1], Const):
        count = (cast(int, args[1].imm) & 31) - shift
        if count >= 0:
            return _moved(e.low_bits(args[0]), count, e.is_small(args[0]))
    if op == "i32.mul":
        factor = _factor(expression, shift)
        if factor is not None:
            code = e.low_bits(args[0])
            corners = (code.low * factor, code.high * factor)
            text = f"{code.at(PRODUCT)} * {number(factor)}"
            return Code(text, PRODUCT, min(corners), max(corners))
    if op in SUMS:
        a, b = (scaled(e, arg, shift) for arg in args)
        return _sum(a, b, op == "i32.sub")
    return _moved(e.value(expression), -shift, False)


def _moved(code: Code, count: int, small: bool) -> Code:
    """A value multiplied by a power of two, or divided."""
    if count > 0:
        return times_power(code, count, small)
    if count < 0:
        low, high = code.low >> -count, code.high >> -count
        return Code(f"{code.at(SHIFT)} >> {-count}", SHIFT, low, high)
    return code


def _sum(a: Code, b: Code, negative: bool) -> Code:
    if negative:
        low, high = a.low - b.high, a.high - b.low
        return Code(f"{a.at(SUM)} - {b.at(SUM + 1)}", SUM, low, high)
    low, high = a.low + b.low, a.high + b.high
    if b.precedence == UNARY and b.text[0] == "-":
        return Code(f"{a.at(SUM)} - {b.text[1:]}", SUM, low, high)
    return Code(f"{a.at(SUM)} + {b.at(SUM + 1)}", SUM, low, high)


def _factor(product: Expression, shift: int) -> int | None:
    """What is left of a product's constant factor when it is divided by a power of two."""
    right = product.args[1]
    if isinstance(right, Const):
        factor = signed_constant(right).low
        if factor & (1 << shift) - 1 == 0:
            return factor >> shift
    return None


# What is known of divisors


def alignment(e: Context, base: Expression, offset: int) -> int:
    """A power of two that is known to divide an effective address."""
    return min(known_alignment(e, base), lowest_bit(offset))


def known_alignment(e: Context, expression: Expression) -> int:
    """A power of two that is known to divide an integer."""

    def of_variable(variable: Variable) -> int:
        found = e.alignments.get(variable.index, 1)
        kept = 1 << e.forms.scaled.get(variable.index, 0)
        return max(found, kept, fact_alignment(variable))

    return alignment_by(expression, of_variable)
