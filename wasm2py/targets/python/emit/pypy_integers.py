"""Integer instructions as PyPy runs them best.

PyPy computes with signed machine words; a number that does not fit one is ten times slower. So an
i64 is a signed word all along, and what could leave that range goes through the runtime's functions
that wrap around: PyPy compiles them to one instruction.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.nodes import Const, Expression
from wasm2py.spec.opcodes import ROWS
from wasm2py.targets.python.emit import integers, objects
from wasm2py.targets.python.emit.code import (
    AND,
    ATOM,
    OR,
    SHIFT,
    TERNARY,
    XOR,
    Code,
    is_literal,
    masked,
    number,
)
from wasm2py.targets.python.emit.context import Context, Template
from wasm2py.targets.python.emit.memory import load_word

_HALF: Final = 1 << 63
_FUNCTIONS: Final = {"add": "int_add", "sub": "int_sub", "mul": "int_mul"}


def exact_word(code: Code, type: str) -> Code:
    """The value in the type's unsigned range; a mask would make every word a long number."""
    if (
        type == "i64"
        and code.low < 0
        and code.precedence == ATOM
        and code.text.isalnum()
    ):
        text = f"{code.text} if {code.text} >= 0 else {code.text} + 0x10000000000000000"
        return Code(text, TERNARY, 0, 2 * _HALF - 1)
    return masked(code, type)


def ordered_words(a: Code, b: Code) -> tuple[Code, Code]:
    """Two words in a form whose order is the unsigned one."""
    if a.low >= 0 and b.low >= 0:
        return a, b
    return _turned(a), _turned(b)


def _turned(code: Code) -> Code:
    if is_literal(code):
        return Code(number(code.low ^ -_HALF), code.precedence)
    return Code(f"{code.at(XOR)} ^ {number(-_HALF)}", XOR)


def _fits(low: int, high: int) -> bool:
    return low >= -_HALF and high < _HALF


def arithmetic(e: Context, expression: Expression) -> Code:
    """A sum, difference or product: plainly, where it cannot leave the word."""
    left, right = expression.args
    a, b = e.signed(left), e.signed(right)
    op = ROWS[expression.op].operation
    if op == "mul":
        bounds = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    elif op == "add":
        bounds = [a.low + b.low, a.high + b.high]
    else:
        bounds = [a.low - b.high, a.high - b.low]
    if _fits(min(bounds), max(bounds)):
        return _PLAIN[op](e, expression)
    text = f"{_FUNCTIONS[op]}({a.at(TERNARY)}, {b.at(TERNARY)})"
    return Code(text, ATOM, -_HALF, _HALF - 1)


def product32(e: Context, expression: Expression) -> Code:
    """An i32 product: it can leave the word, whose low bits are all that counts."""
    a, b = (masked(e.low_bits(arg), "i32") for arg in expression.args)
    if a.high * b.high < _HALF:
        return integers.mul(e, expression)
    text = f"int_mul({a.at(TERNARY)}, {b.at(TERNARY)})"
    return Code(text, ATOM, -_HALF, _HALF - 1)


def bitwise(e: Context, expression: Expression) -> Code:
    """An operation on the bits of two words."""
    a, b = (e.signed(arg) for arg in expression.args)
    symbol, precedence = _BITWISE[ROWS[expression.op].operation]
    text = f"{a.at(precedence)} {symbol} {b.at(precedence + 1)}"
    if symbol == "&" and (a.low >= 0 or b.low >= 0):
        return Code(text, AND, 0, min(x.high for x in (a, b) if x.low >= 0))
    bounds = (a.low, a.high, b.low, b.high)
    bits = max((bound ^ (bound >> 64)).bit_length() for bound in bounds)
    low = 0 if min(a.low, b.low) >= 0 else -(1 << bits)
    return Code(text, precedence, low, (1 << bits) - 1)


def shift_left(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    a = e.signed(left)
    count = _count(e, right)
    if count.low == count.high:
        low, high = a.low << count.low, a.high << count.low
        if _fits(low, high):
            return Code(f"{a.at(SHIFT)} << {count.at(SHIFT + 1)}", SHIFT, low, high)
    text = f"int_lshift({a.at(TERNARY)}, {count.text})"
    return Code(text, ATOM, -_HALF, _HALF - 1)


def shift_right(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    a = e.signed(left)
    count = _count(e, right)
    if a.low >= 0:
        text = f"{a.at(SHIFT)} >> {count.at(SHIFT + 1)}"
        return Code(text, SHIFT, 0, a.high >> count.low)
    text = f"uint_rshift({a.at(TERNARY)}, {count.text})"
    if count.low:
        return Code(text, ATOM, 0, (2 * _HALF - 1) >> count.low)
    return Code(text, ATOM, -_HALF, _HALF - 1)


def rotate(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    if not isinstance(right, Const):
        return e.runtime_call(expression)
    count = cast(int, right.imm) % 64
    if ROWS[expression.op].operation == "rotr":
        count = -count % 64
    if not count:
        return e.signed(left)
    name = e.signed(left)
    again = name.text
    if name.precedence != ATOM or not name.text.isalnum():
        again = e.name(e.new_variable("i64"))
        name = Code(f"{again} := {name.text}", TERNARY - 1)
    low = f"uint_rshift({again}, {64 - count})"
    first = name.text if name.precedence == ATOM else f"({name.text})"
    return Code(f"int_lshift({first}, {count}) | {low}", OR, -_HALF, _HALF - 1)


def select(e: Context, expression: Expression) -> Code:
    test, then, otherwise = expression.args
    a, b = e.signed(then), e.signed(otherwise)
    c = e.condition(test, False).at(TERNARY + 1)
    text = f"{a.at(TERNARY + 1)} if {c} else {b.at(TERNARY + 1)}"
    return Code(text, TERNARY, min(a.low, b.low), max(a.high, b.high))


def any_select(e: Context, expression: Expression) -> Code:
    """A choice between words, or between anything else."""
    if expression.type == "i64":
        return select(e, expression)
    return _PLAIN["select"](e, expression)


def _count(e: Context, expression: Expression) -> Code:
    if isinstance(expression, Const):
        count = cast(int, expression.imm) & 63
        return Code(str(count), ATOM, count, count)
    code = e.low_bits(expression)
    if code.low >= 0 and code.high < 64:
        return code
    return Code(f"{code.at(AND)} & 63", AND, 0, 63)


_BITWISE: Final = {"and": ("&", AND), "or": ("|", OR), "xor": ("^", XOR)}

_PLAIN: Final[dict[str, Template]] = {
    "add": integers.add,
    "sub": integers.sub,
    "mul": integers.mul,
    "select": objects.select,
}

WORD_TEMPLATES: Final[dict[str, Template]] = {
    **{f"i64.{op}": arithmetic for op in _FUNCTIONS},
    **{f"i64.{op}": bitwise for op in _BITWISE},
    "i32.mul": product32,
    "i64.shl": shift_left,
    "i64.shr_u": shift_right,
    "i64.rotl": rotate,
    "i64.rotr": rotate,
    "i64.load": load_word,
    "select": any_select,
}
