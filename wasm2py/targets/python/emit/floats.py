"""Floating-point instructions as Python expressions.

An f32 is carried as a Python float that holds an f32's value; `fround` rounds to that.
"""

from __future__ import annotations

import struct
from typing import Final, cast

from wasm2py.ir.nodes import Const, Expression, Variable
from wasm2py.spec.opcodes import ROWS, instructions
from wasm2py.spec.types import MASKS
from wasm2py.targets.python.choose.range_guards import Guard
from wasm2py.targets.python.emit.code import (
    ATOM,
    PRODUCT,
    SUM,
    TERNARY,
    UNARY,
    Code,
    number,
)
from wasm2py.targets.python.emit.context import Context, Template
from wasm2py.targets.python.emit.memory import load

_OPERATORS: Final = {"add": "+", "sub": "-", "mul": "*"}

# From i64 to f32 by way of f64 would round twice.
_CONVERSIONS: Final = frozenset(
    [f"{type}.convert_i32_{sign}" for type in ("f32", "f64") for sign in "su"]
    + [f"f64.convert_i64_{sign}" for sign in "su"]
)

# Integers up to here are f32s.
_EXACT: Final = 1 << 24

_FORMATS: Final = {"f32": (32, 23, "<I", "<f"), "f64": (64, 52, "<Q", "<d")}


def operand(e: Context, expression: Expression) -> Code:
    """An operand of floating-point arithmetic: a NaN's payload does not matter."""
    if expression.op == "f32.load":
        return load(e, expression)
    return e.value(expression)


def _operands(e: Context, expression: Expression) -> tuple[Code, Code]:
    """Operands of arithmetic, one of which may be an integer: Python converts it without a call."""
    left, right = expression.args
    first = operand if right.op in _CONVERSIONS else _converted
    return first(e, left), _converted(e, right)


def _converted(e: Context, expression: Expression) -> Code:
    """An operand that Python converts where another one is a float."""
    if expression.op in _CONVERSIONS and not e.words:
        code = _integer(e, expression)
        if expression.type == "f64" or _is_exact(code):
            return code
    return operand(e, expression)


def arithmetic(e: Context, expression: Expression) -> Code:
    return _as_kept(expression, _unrounded_arithmetic(e, expression))


def _unrounded_arithmetic(e: Context, expression: Expression) -> Code:
    operator = _OPERATORS[ROWS[expression.op].operation]
    precedence = PRODUCT if operator == "*" else SUM
    a, b = _operands(e, expression)
    text = f"{a.at(precedence)} {operator} {b.at(precedence + 1)}"
    return Code(text, precedence)


def unrounded(e: Context, expression: Expression) -> Code:
    """A value for a view that rounds it, and converts integers."""
    if expression.op in _CONVERSIONS and not e.words:
        return _integer(e, expression)
    if expression.op in _UNROUNDED:
        return _UNROUNDED[expression.op](e, expression)
    if expression.op == "f32.demote_f64":
        return e.value(expression.args[0])
    return e.value(expression)


def divide(e: Context, expression: Expression) -> Code:
    return _as_kept(expression, _quotient(e, expression))


def _as_kept(expression: Expression, code: Code) -> Code:
    """The result of a calculation with doubles."""
    if expression.type == "f32":
        return Code(f"fround({code.text})", ATOM)
    return code


def _quotient(e: Context, expression: Expression) -> Code:
    """A quotient of doubles: Python's raises an exception where the divisor is zero."""
    left, right = expression.args
    if isinstance(right, Const):
        a, b = _operands(e, expression)
        if _float_bits(right) & ~_sign_bit(right):
            return Code(f"{a.at(PRODUCT)} / {b.at(PRODUCT + 1)}", PRODUCT)
    elif isinstance(left, (Const, Variable)):
        # The divisor is evaluated first, as the condition.
        a, (test, name) = operand(e, left), _named(e, right, _converted)
        text = f"{a.at(PRODUCT)} / {name} if {test} else f64_div({a.text}, {name})"
        return Code(text, TERNARY)
    else:
        a, b = operand(e, left), operand(e, right)
    return Code(f"f64_div({a.text}, {b.text})", ATOM)


def square_root(e: Context, expression: Expression) -> Code:
    return _as_kept(expression, _root(e, expression))


def _root(e: Context, expression: Expression) -> Code:
    """The root of what is not negative; Python's raises an exception for the rest."""
    test, name = _named(e, expression.args[0])
    return Code(f"sqrt({name}) if {test} >= 0.0 else f64_sqrt({name})", TERNARY)


def next_integer(e: Context, expression: Expression) -> Code:
    """The next integer below a number, or above; a call where it is not finite.

    A quotient by one, rounded down, keeps the sign of a zero.
    """
    if e.words:
        return e.runtime_call(expression)
    test, name = _named(e, expression.args[0])
    is_above = ROWS[expression.op].operation == "ceil"
    integer = f"-(-{name} // 1.0)" if is_above else f"{name} // 1.0"
    function = expression.op.replace(".", "_")
    text = f"{integer} if {test} - {name} == 0.0 else {function}({name})"
    return Code(text, TERNARY)


def _named(
    e: Context, expression: Expression, written: Template = operand
) -> tuple[str, str]:
    """A float's text where it is first used, and the name under which it is there again."""
    if isinstance(expression, Variable):
        name = e.value(expression).text
        return name, name
    code = written(e, expression)
    if code.text.isidentifier():
        return code.text, code.text
    name = e.name(e.new_variable(expression.type))
    return f"({name} := {code.text})", name


def negate(e: Context, expression: Expression) -> Code:
    return _negative(e.value(expression.args[0]).at(UNARY))


def absolute(e: Context, expression: Expression) -> Code:
    return Code(f"abs({e.value(expression.args[0]).text})", ATOM)


def demote(e: Context, expression: Expression) -> Code:
    return Code(f"fround({e.value(expression.args[0]).text})", ATOM)


def promote(e: Context, expression: Expression) -> Code:
    # A product makes a signalling NaN quiet and changes nothing else.
    return Code(f"{operand(e, expression.args[0]).at(PRODUCT)} * 1.0", PRODUCT)


def convert(e: Context, expression: Expression) -> Code:
    code = _integer(e, expression)
    text = f"float({code.text})"
    if expression.type == "f32" and not _is_exact(code):
        text = f"fround({text})"
    return Code(text, ATOM)


def _integer(e: Context, conversion: Expression) -> Code:
    """What is converted."""
    arg = conversion.args[0]
    return e.signed(arg) if ROWS[conversion.op].signed else e.value(arg)


def _is_exact(code: Code) -> bool:
    """Whether an integer is an f32."""
    return -_EXACT <= code.low <= code.high <= _EXACT


def truncate(e: Context, expression: Expression) -> Code:
    """The integer next to a float, towards zero; where there is none, a call finds what to do."""
    arg, mask = expression.args[0], MASKS[expression.type]
    half = (mask + 1) // 2
    signed = ROWS[expression.op].signed
    if isinstance(arg, Variable):
        sign = "s" if signed else "u"
        if not e.guards.isdisjoint(
            Guard(arg.index, type, sign) for type in ("i32", expression.type)
        ):
            low, high = (-half, half - 1) if signed else (0, mask)
            return Code(f"trunc({e.value(arg).text})", ATOM, low, high)
    test, name = _named(e, arg)
    if signed:
        magnitude = f"abs({name})" if test == name else f"abs{test}"
        inside = f"{magnitude} < {float_text(float(half))}"
    else:
        inside = f"0.0 <= {test} < {float_text(float(mask + 1))}"
    text = f"trunc({name}) if {inside} else {expression.op.replace('.', '_')}({name})"
    return Code(text, TERNARY, -half if signed else 0, mask)


def _float_bits(constant: Const) -> int:
    return cast(int, constant.imm)


def _sign_bit(constant: Const) -> int:
    return 1 << 31 if constant.type == "f32" else 1 << 63


def float_text(value: float) -> str:
    """A number as black writes it."""
    return repr(value).replace("e+", "e")


# PyPy's compiler takes the negative of this number for an integer.
_TAKEN_FOR_AN_INTEGER: Final = float_text(2.0**63)


def _negative(text: str) -> Code:
    if text == _TAKEN_FOR_AN_INTEGER:
        return Code(f"-1.0 * {text}", PRODUCT)
    return Code(f"-{text}", UNARY)


def float_constant(type: str, bits: int) -> Code:
    """A float from its bit pattern."""
    width, fraction, integer, floating = _FORMATS[type]
    sign = bits >> (width - 1)
    magnitude = bits & ~(1 << (width - 1))
    infinity = (1 << (width - 1)) - (1 << fraction)
    if magnitude > infinity:
        if bits == infinity | 1 << (fraction - 1):
            return Code("nan", ATOM)
        return Code(f"f{width}_reinterpret_i{width}({number(bits)})", ATOM)
    if magnitude == infinity:
        text = "inf"
    else:
        text = float_text(struct.unpack(floating, struct.pack(integer, magnitude))[0])
    return _negative(text) if sign else Code(text, ATOM)


def _templates() -> dict[str, Template]:
    rows: dict[str, Template] = {}
    for type in ("f32", "f64"):
        for name, template in (
            ("add", arithmetic),
            ("sub", arithmetic),
            ("mul", arithmetic),
            ("div", divide),
            ("neg", negate),
            ("floor", next_integer),
            ("ceil", next_integer),
            ("abs", absolute),
        ):
            rows[f"{type}.{name}"] = template
    rows |= dict.fromkeys(_CONVERSIONS, convert)
    for type in ("i32", "i64"):
        for source in ("f32", "f64"):
            for sign in ("s", "u"):
                rows[f"{type}.trunc_{source}_{sign}"] = truncate
                rows[f"{type}.trunc_sat_{source}_{sign}"] = truncate
    rows["f32.sqrt"] = rows["f64.sqrt"] = square_root
    rows["f64.promote_f32"] = promote
    rows["f32.demote_f64"] = demote
    return rows


# How what is rounded to an f32 is calculated with doubles.
_UNROUNDED: Final[dict[str, Template]] = {
    **dict.fromkeys(instructions(*_OPERATORS, types=("f32",)), _unrounded_arithmetic),
    "f32.div": _quotient,
    "f32.sqrt": _root,
}

FLOAT_TEMPLATES: Final = _templates()
