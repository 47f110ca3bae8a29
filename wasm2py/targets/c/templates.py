"""Instructions on numbers as C expressions: what stands in the table is an operator, all else a call.

i32 and i64 values are unsigned integers, whose arithmetic is defined in C. A numeric instruction without an
entry in `TEMPLATES` is a call of the function of its name in `numeric.h`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from wasm2py.ir.nodes import Const, Expression
from wasm2py.spec.opcodes import FLOATS, INTEGERS, NUMBERS, ROWS, Opcode
from wasm2py.spec.types import MASKS, VALUE_KINDS
from wasm2py.targets.c.code import (
    AND,
    ATOM,
    EQUALITY,
    OR,
    PRODUCT,
    RELATION,
    SHIFT,
    SUM,
    UNARY,
    XOR,
    Code,
    bits,
    c_type,
    signed,
    unsigned,
)

# Makes the text of an instruction, of those of its operands, which stand in it once and in order.
Template = Callable[[Expression, tuple[Code, ...]], Code]

_OPERATORS: Final = {
    "add": ("+", SUM),
    "sub": ("-", SUM),
    "mul": ("*", PRODUCT),
    "and": ("&", AND),
    "or": ("|", OR),
    "xor": ("^", XOR),
}
_FLOAT_OPERATORS: Final = {**_OPERATORS, "div": ("/", PRODUCT)}
_RELATIONS: Final = {
    "eq": ("==", EQUALITY),
    "ne": ("!=", EQUALITY),
    "lt": ("<", RELATION),
    "le": ("<=", RELATION),
    "gt": (">", RELATION),
    "ge": (">=", RELATION),
}
NEGATED: Final = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
_BITWISE: Final = (AND, OR, XOR)
# The types of C that hold an integer of some bits as a signed one.
_SIGNED: Final = {bits: f"int{bits}_t" for bits in (8, 16, 32, 64)}


def constant_of(expression: Expression) -> int | None:
    """An integer constant's value."""
    if isinstance(expression, Const) and expression.type in MASKS:
        return cast(int, expression.imm)
    return None


def as_word(code: Code) -> Code:
    """An i32 as an operand of arithmetic: a truth value is no unsigned integer yet."""
    return cast_to("uint32_t", code) if code.boolean else code


def cast_to(type: str, code: Code) -> Code:
    """A value converted to another type of C."""
    return Code(f"({type}){code.at(UNARY)}", UNARY)


def call_text(name: str, *args: str) -> Code:
    """A call of a function."""
    return Code(f"{name}({', '.join(args)})", ATOM)


def _infix(operator: str, level: int) -> Template:
    def text(expression: Expression, args: tuple[Code, ...]) -> Code:
        left, right = args
        boolean = level in _BITWISE and left.boolean and right.boolean
        if not boolean:
            left, right = as_word(left), as_word(right)
        # Only the left one of two may be of the same operator: so they are grouped.
        b = (
            right.text
            if (level, right.level) == (SUM, PRODUCT)
            else right.inside(UNARY)
        )
        a = left.inside(level)
        return Code(f"{a} {operator} {b}", level, boolean=boolean)

    return text


def _sum(expression: Expression, args: tuple[Code, ...]) -> Code:
    value = constant_of(expression.args[1])
    if value is not None and unsigned(value, expression.type).level == UNARY:
        positive = MASKS[expression.type] + 1 - value
        a = as_word(args[0]).inside(SUM)
        return Code(f"{a} - {unsigned(positive, expression.type).text}", SUM)
    return _infix("+", SUM)(expression, args)


def _bitwise(operator: str, level: int) -> Template:
    infix = _infix(operator, level)

    def text(expression: Expression, args: tuple[Code, ...]) -> Code:
        constant = constant_of(expression.args[1])
        if constant is None:
            return infix(expression, args)
        if constant == 1 and args[0].boolean:
            args = args[0], args[0]._replace(text="1", level=ATOM)
        else:
            args = args[0], bits(constant, expression.type)
        return infix(expression, args)

    return text


def _signed_reading(argument: Expression, code: Code) -> Code:
    value = constant_of(argument)
    if value is not None:
        return signed(value, argument.type)
    return cast_to(_SIGNED[VALUE_KINDS[argument.type].bits], code)


def _relation(operator: str, level: int, as_signed: bool | None) -> Template:
    def text(expression: Expression, args: tuple[Code, ...]) -> Code:
        if as_signed:
            args = tuple(map(_signed_reading, expression.args, args))
        else:
            args = tuple(map(as_word, args))
        a, b = (arg.inside(UNARY) for arg in args)
        return Code(f"{a} {operator} {b}", level, boolean=True)

    return text


def _shift(operator: str, as_signed: bool) -> Template:
    def text(expression: Expression, args: tuple[Code, ...]) -> Code:
        type = expression.type
        mask = VALUE_KINDS[type].bits - 1
        count = constant_of(expression.args[1])
        if count is not None:
            b = str(count & mask)
        else:
            b = f"({args[1].inside(AND)} & {mask})"
        if not as_signed:
            return Code(f"{as_word(args[0]).inside(UNARY)} {operator} {b}", SHIFT)
        reading = _signed_reading(expression.args[0], args[0])
        inner = Code(f"{reading.inside(UNARY)} {operator} {b}", SHIFT)
        return cast_to(c_type(type), inner)

    return text


def _eqz(expression: Expression, args: tuple[Code, ...]) -> Code:
    return Code(f"{args[0].inside(UNARY)} == 0", EQUALITY, boolean=True)


def _division(name: str, operator: str, as_signed: bool) -> Template:
    """A division: as such, where it cannot trap."""

    def text(expression: Expression, args: tuple[Code, ...]) -> Code:
        type = expression.type
        divisor = constant_of(expression.args[1])
        if divisor in (None, 0, MASKS[type]):
            return call_text(name, "I", *(arg.text for arg in args))
        if not as_signed:
            a, b = (as_word(arg).inside(UNARY) for arg in args)
            return Code(f"{a} {operator} {b}", PRODUCT)
        a, b = (
            _signed_reading(argument, arg).inside(UNARY)
            for argument, arg in zip(expression.args, args)
        )
        return cast_to(c_type(type), Code(f"{a} {operator} {b}", PRODUCT))

    return text


def _conversion(*types: str) -> Template:
    """Conversions to types of C, the last one first."""

    def text(expression: Expression, args: tuple[Code, ...]) -> Code:
        code = args[0]
        for type in reversed(types):
            code = cast_to(type, code)
        return code

    return text


def _function(name: str, *given: str) -> Template:
    def text(expression: Expression, args: tuple[Code, ...]) -> Code:
        return call_text(name, *given, *(arg.text for arg in args))

    return text


def _integer_template(row: Opcode) -> Template | None:
    operation = row.operation
    if operation in _OPERATORS:
        operator, level = _OPERATORS[operation]
        if operation == "add":
            return _sum
        return (_bitwise if level in _BITWISE else _infix)(operator, level)
    if operation in ("shl", "shr"):
        return _shift("<<" if operation == "shl" else ">>", bool(row.signed))
    if operation in ("div", "rem"):
        name = row.name.replace(".", "_")
        return _division(name, "/" if operation == "div" else "%", bool(row.signed))
    if operation == "eqz":
        return _eqz
    return None


def _conversion_template(row: Opcode, source: str) -> Template | None:
    operation, result = row.operation, c_type(row.type)
    if operation == "wrap":
        return _conversion(result)
    if operation in ("extend", "convert"):
        types = [_SIGNED[VALUE_KINDS[source].bits]] if row.signed else []
        return _conversion(result, *types)
    if operation == "promote":
        return _conversion(result)
    return None


def _template(row: Opcode) -> Template | None:
    params = row.params or ()
    source = params[0] if params else ""
    if row.operation in _RELATIONS:
        operator, level = _RELATIONS[row.operation]
        return _relation(operator, level, row.signed)
    if row.operation == "extend" and len(params) == 1 and source == row.type:
        return None  # is among the following
    if row.type in INTEGERS and source == row.type:
        return _integer_template(row)
    if row.type in FLOATS and row.operation in _FLOAT_OPERATORS:
        return _infix(*_FLOAT_OPERATORS[row.operation])
    return _conversion_template(row, source)


_NARROW: Final = {
    f"{type}.extend{size}_s": _conversion(c_type(type), _SIGNED[size])
    for type in sorted(INTEGERS)
    for size in (8, 16, 32)
    if size < VALUE_KINDS[type].bits
}

TEMPLATES: Final[dict[str, Template]] = {
    **{
        name: template
        for name, row in ROWS.items()
        if row.type in NUMBERS and row.lanes == 1 and row.access is None
        if (template := _template(row)) is not None
    },
    **_NARROW,
}
"""By mnemonic."""


def function_name(op: str) -> str:
    """The name of the function in C for a mnemonic."""
    return op.replace(".", "_")


def is_numeric(op: str) -> bool:
    """Whether an instruction calculates with numbers only."""
    row = ROWS.get(op)
    return (
        row is not None
        and row.type in NUMBERS
        and row.lanes == 1
        and row.access is None
        and row.params is not None
    )
