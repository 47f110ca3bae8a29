"""Integer instructions as Python expressions."""

from __future__ import annotations

from typing import Final, cast

from wasm2py.analysis.ranges.induction_variables import (
    constant_step,
    has_step,
)
from wasm2py.ir.nodes import Const, Expression, Variable
from wasm2py.spec.opcodes import ROWS, instructions
from wasm2py.spec.types import MASKS
from wasm2py.targets.python.emit.code import (
    AND,
    ATOM,
    BITS,
    COMPARED,
    DIGIT,
    OR,
    PRODUCT,
    SHIFT,
    SUM,
    TERNARY,
    UNARY,
    XOR,
    Code,
    is_literal,
    is_signed_reading,
    masked,
    number,
    signed_constant,
    times_power,
)
from wasm2py.targets.python.emit.context import Context, Template
from wasm2py.targets.python.emit.signs import added_by_sign, masked_by_sign

# Comparing long integers costs as much as masking them, except for small bounds.
_SMALL_STEP: Final = 64

# Unmasked values are kept below this size, from which on a mask costs less than long integers do.
_WIDE: Final = {"i32": 1 << 90, "i64": 1 << 132}
# And products: a mask takes as long as a few more digits. (PyPy multiplies up to 64 bits itself.)
_WIDEST_PRODUCT: Final = {"i32": 1 << 64, "i64": 1 << 160}


_XORS: Final = instructions("xor")
_ROTATIONS_LEFT: Final = instructions("rotl")
_SHIFTS_LEFT: Final = instructions("shl")
_DIVISIONS: Final = instructions("div", "rem", signed=True)
_SHIFTS_RIGHT: Final = instructions("shr", signed=False)


def add(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    if isinstance(left, Const) and not isinstance(right, Const):
        left, right = right, left
    a = _narrow(e, left)
    if isinstance(right, Const):
        return _plus(a, cast(int, right.imm), expression.type)
    b = _narrow(e, right)
    text = f"{a.at(SUM)} + {b.at(SUM + 1)}"
    return Code(text, SUM, a.low + b.low, a.high + b.high)


def sub(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    if isinstance(right, Const):
        mask = MASKS[expression.type]
        a = _narrow(e, left)
        return _plus(a, -cast(int, right.imm) & mask, expression.type)
    b = _narrow(e, right)
    if isinstance(left, Const) and left.imm == 0:
        return Code(f"-{b.at(UNARY)}", UNARY, -b.high, -b.low)
    a = _narrow(e, left)
    text = f"{a.at(SUM)} - {b.at(SUM + 1)}"
    return Code(text, SUM, a.low - b.high, a.high - b.low)


def mul(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    a, b = _narrow(e, left), _narrow(e, right)
    if isinstance(right, Const) and abs(signed_constant(right).low) < DIGIT:
        b = signed_constant(right)
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    if max(corners) - min(corners) > _WIDEST_PRODUCT[expression.type]:
        a, b = masked(a, left.type), masked(b, right.type)
        corners = [0, a.high * b.high]
    text = f"{a.at(PRODUCT)} * {b.at(PRODUCT + 1)}"
    return Code(text, PRODUCT, min(corners), max(corners))


def _narrow(e: Context, expression: Expression) -> Code:
    """Low bits, masked where the number would become long."""
    code = e.low_bits(expression)
    wide = _WIDE[expression.type]
    if code.high >= wide or code.low <= -wide:
        return masked(code, expression.type)
    return code


def shl(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    bits = BITS[expression.type]
    a = _narrow(e, left)
    if isinstance(right, Const):
        count = cast(int, right.imm) % bits
        if not count:
            return a
        return times_power(a, count, e.is_small(left))
    a = masked(a, expression.type)
    shift = _count(e, right, bits)
    text = f"{a.at(SHIFT)} << {shift.at(SHIFT + 1)}"
    return Code(text, SHIFT, a.low << shift.low, a.high << shift.high)


def _count(e: Context, expression: Expression, bits: int) -> Code:
    """How far to shift."""
    code = e.low_bits(expression)
    if code.low >= 0 and code.high < bits:
        return code
    return Code(f"{code.at(AND)} & {bits - 1}", AND, 0, bits - 1)


def shr_u(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    bits = BITS[expression.type]
    a = e.value(left)
    if isinstance(right, Const):
        count = cast(int, right.imm) % bits
        if not count:
            return a
        return Code(f"{a.at(SHIFT)} >> {count}", SHIFT, 0, a.high >> count)
    shift = _count(e, right, bits)
    text = f"{a.at(SHIFT)} >> {shift.at(SHIFT + 1)}"
    return Code(text, SHIFT, 0, a.high >> shift.low)


def shr_s(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    bits = BITS[expression.type]
    if isinstance(right, Const) and left.op in _SHIFTS_LEFT:
        shifted = left.args[1]
        if isinstance(shifted, Const) and shifted.imm == right.imm:
            # What code for machines without sign extension does instead.
            kept = bits - cast(int, right.imm) % bits
            if kept < bits:
                return e.sign_extended(e.low_bits(left.args[0]), kept)
    a = e.signed(left)
    if isinstance(right, Const):
        count = cast(int, right.imm) % bits
        text = f"{a.at(SHIFT)} >> {count}"
        return Code(text, SHIFT, a.low >> count, a.high >> count)
    text = f"{a.at(SHIFT)} >> {_count(e, right, bits).at(SHIFT + 1)}"
    return Code(text, SHIFT, min(a.low, 0), max(a.high, 0))


def rotate(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    bits = BITS[expression.type]
    inverted = _inverted(e, expression)
    if inverted is not None:
        return Code(f"~{inverted.at(UNARY)}", UNARY, ~inverted.high, ~inverted.low)
    is_right = ROWS[expression.op].operation == "rotr"
    code = e.value(left)
    first, again = (code, code.text) if is_literal(code) else e.twice(code)
    if isinstance(right, Const):
        count = cast(int, right.imm) % bits
        up = -count % bits if is_right else count
        text = f"{first.at(SHIFT)} << {up} | {again} >> {bits - up}"
        return Code(text, OR, 0, MASKS[expression.type] << up)
    shift, again_shift = e.twice(_count(e, right, bits))
    there, back = (">>", "<<") if is_right else ("<<", ">>")
    text = f"{first.at(SHIFT)} {there} {shift.at(SHIFT + 1)}"
    text += f" | {again} {back} ({bits} - {again_shift})"
    return Code(text, OR, 0, MASKS[expression.type] << bits)


def and_(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    if isinstance(left, Const):
        left, right = right, left
    if isinstance(right, Const):
        mask = cast(int, right.imm)
        choice = masked_by_sign(e, left, mask)
        if choice is not None:
            return choice
        a = shifted_bits(e, left, mask) or e.low_bits(left)
        if mask & (mask + 1) == 0:
            return e.lowest_bits(left, a, mask)
        return Code(f"{a.at(AND)} & {number(mask)}", AND, 0, mask)
    a, b = e.low_bits(left), e.low_bits(right)
    without = None if e.words else _without(e, a, right) or _without(e, b, left)
    if without is not None:
        return without
    text = f"{a.at(AND)} & {b.at(AND + 1)}"
    bounds = [code.high for code in (a, b) if code.low >= 0]
    if bounds:
        return Code(text, AND, 0, min(bounds))
    return Code(text, AND, *_bit_range(a, b))


def _without(e: Context, a: Code, other: Expression) -> Code | None:
    """The bits of a variable that another value has not, if a value is the inverse of that one.

    `a & ~b` is `a - (a & b)`: numbers without a sign, which stay as short as they are.
    """
    is_exact = a.low >= 0 and a.high <= MASKS[other.type]
    if not (is_exact and a.text.isidentifier()):
        return None
    b = _inverted(e, other)
    if b is None:
        return None
    return Code(f"{a.text} - ({a.text} & {b.at(AND + 1)})", SUM, 0, a.high)


def _inverted(e: Context, expression: Expression) -> Code | None:
    """What a value is the inverse of: compilers rotate all ones but one for a single zero."""
    if expression.op in _XORS and _is_all_ones(expression.args[1]):
        return e.low_bits(expression.args[0])
    if expression.op in _ROTATIONS_LEFT and not e.words:
        ones, places = expression.args
        bits = BITS[expression.type]
        if isinstance(ones, Const) and ones.imm == MASKS[ones.type] - 1:
            count = _count(e, places, bits)
            return Code(f"1 << {count.at(SHIFT + 1)}", SHIFT, 1, 1 << (bits - 1))
    return None


def _is_all_ones(value: Expression) -> bool:
    return isinstance(value, Const) and value.imm == MASKS[value.type]


def shifted_bits(e: Context, value: Expression, mask: int) -> Code | None:
    """A shift to the right, if no more is wanted of it than bits that its operand has."""
    if value.op not in _SHIFTS_RIGHT or not isinstance(value.args[1], Const):
        return None
    bits = BITS[value.type]
    count = cast(int, value.args[1].imm) % bits
    if not count or mask >> (bits - count):
        return None
    a = _narrow(e, value.args[0])
    if a.low < -MASKS[value.type] and not e.words:
        return None  # a shift of a long negative number takes longer than a mask
    return Code(f"{a.at(SHIFT)} >> {count}", SHIFT, a.low >> count, a.high >> count)


def or_(e: Context, expression: Expression) -> Code:
    a, b = (e.low_bits(arg) for arg in expression.args)
    low, high = _bit_range(a, b)
    if low == 0:
        low = max(a.low, b.low)  # bits are added only
    return Code(f"{a.at(OR)} | {b.at(OR + 1)}", OR, low, high)


def xor(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    for added, other in ((left, right), (right, left)):
        found = added_by_sign(e, added, other)
        if found is not None:
            condition, constant = found
            code = e.low_bits(other)
            both = _exclusive_or(code, constant)
            text = f"{both.text} if {condition.at(TERNARY + 1)} else {code.text}"
            return Code(text, TERNARY, both.low, both.high)
    return _exclusive_or(e.low_bits(left), e.low_bits(right))


def _exclusive_or(a: Code, b: Code) -> Code:
    return Code(f"{a.at(XOR)} ^ {b.at(XOR + 1)}", XOR, *_bit_range(a, b))


def division(e: Context, expression: Expression) -> Code:
    left, right = expression.args
    operator = "//" if ROWS[expression.op].operation == "div" else "%"
    a, b = e.value(left), e.value(right)
    text = f"{a.at(PRODUCT)} {operator} {b.at(PRODUCT + 1)}"
    high = a.high if operator == "//" else min(a.high, max(b.high - 1, 0))
    return Code(text, PRODUCT, 0, high)


def division_s(e: Context, expression: Expression) -> Code:
    """A signed division: towards zero, where Python's goes down."""
    left, right = expression.args
    if isinstance(right, Const):
        return _divided_by_constant(e, expression, signed_constant(right).low)
    if e.words or (isinstance(left, Const) and signed_constant(left).low < 0):
        return e.runtime_call(expression)
    return _divided(e, expression)


def common_divisor(e: Context, expression: Expression) -> Code:
    """What Euclid's algorithm comes to; of signed numbers as the function that knows negative ones."""
    type, mask = expression.type, MASKS[expression.type]
    codes = [e.value(arg) for arg in expression.args]
    unsigned = expression.op.endswith("_u") or max(c.high for c in codes) <= mask // 2
    name = "gcd" if unsigned else f"{type}_gcd_s"
    return Code(f"{name}({', '.join(c.at(TERNARY) for c in codes)})", ATOM, 0, mask)


def divides_signed(e: Context, expression: Expression) -> bool:
    """Whether it is a division of numbers whose signed readings are there for nothing."""
    return expression.op in _DIVISIONS and all(
        is_signed_reading(e.low_bits(arg), arg.type) for arg in expression.args
    )


def _divided(e: Context, expression: Expression) -> Code:
    """A division of what may have any sign: Python's, where neither number is negative."""
    type, mask = expression.type, MASKS[expression.type]
    half = (mask + 1) // 2
    codes = [e.low_bits(arg) for arg in expression.args]
    if not all(is_signed_reading(code, type) for code in codes):
        codes = [masked(code, type) for code in codes]
    row = ROWS[expression.op]
    operator = "//" if row.operation == "div" else "%"
    low, high = min(code.low for code in codes), max(code.high for code in codes)
    if low >= 0 and high < half:
        left, right = codes[0].at(PRODUCT), codes[1].at(PRODUCT + 1)
        return Code(f"{left} {operator} {right}", PRODUCT, 0, codes[0].high)
    tested, names, exact = [], [], []
    for code in codes:
        first, name = (code, code.text) if is_literal(code) else e.twice(code)
        if first is not code or not 0 <= code.low <= code.high < half:
            tested.append(first)
        names.append(name)
        exact.append(masked(Code(name, ATOM, code.low, code.high), type).text)
    test = tested[0].at(COMPARED)
    if len(tested) == 2:
        test = f"({tested[0].at(OR)} | {tested[1].at(OR)})"
    test += " >= 0" if low < 0 else f" < {number(half)}"
    call = f"{expression.op.replace('.', '_')}({exact[0]}, {exact[1]})"
    text = f"{names[0]} {operator} {names[1]} if {test} else {call}"
    return Code(text, TERNARY, 0, mask)


def _divided_by_constant(e: Context, expression: Expression, divisor: int) -> Code:
    left = expression.args[0]
    if divisor in (0, -1) or isinstance(left, Const):
        return e.runtime_call(expression)
    half = (MASKS[expression.type] + 1) // 2
    # The remainder has the sign of what is divided.
    operation, bound, signs = f"% {number(abs(divisor))}", abs(divisor) - 1, ("", "-")
    if ROWS[expression.op].operation == "div":
        operation, bound = f"// {number(abs(divisor))}", half // abs(divisor)
        signs = ("-", "") if divisor < 0 else signs
    a = e.low_bits(left)
    if a.low < -half or a.high >= (2 * half if a.low >= 0 else half):
        a = masked(a, expression.type)  # neither the one reading nor the other
    if a.low >= 0 and a.high < half:
        return _signed_part(a.at(PRODUCT), operation, signs[0], min(a.high, bound))
    first, name = e.twice(a)
    test, magnitude = f"{first.at(COMPARED)} >= 0", f"-{name}"
    if a.low >= 0:
        test = f"{first.at(COMPARED)} < {number(half)}"
        magnitude = f"({number(2 * half)} - {name})"
    positive = _signed_part(name, operation, signs[0], bound)
    negative = _signed_part(magnitude, operation, signs[1], bound)
    text = f"{positive.text} if {test} else {negative.text}"
    return Code(text, TERNARY, -bound, bound)


def _signed_part(dividend: str, operation: str, sign: str, bound: int) -> Code:
    """A number that is not negative, divided; with a sign, if that is "-"."""
    if not sign:
        return Code(f"{dividend} {operation}", PRODUCT, 0, bound)
    return Code(f"-({dividend} {operation})", UNARY, -bound, 0)


def clz(e: Context, expression: Expression) -> Code:
    code = e.value(expression.args[0])
    bits = BITS[expression.type]
    if code.text[0].isdigit():
        code = Code(code.text, SUM, code.low, code.high)  # a number takes no attribute
    return Code(f"{bits} - {code.at(ATOM)}.bit_length()", SUM, 0, bits)


def ctz(e: Context, expression: Expression) -> Code:
    if e.words:
        return e.runtime_call(expression)
    bits = BITS[expression.type]
    code = e.value(expression.args[0])
    if is_literal(code):
        return e.runtime_call(expression)
    first, name = e.twice(code)
    if code.low > 0:
        return Code(f"({first.text} & -{name}).bit_length() - 1", SUM, 0, bits - 1)
    text = f"({name} & -{name}).bit_length() - 1 if {first.text} else {bits}"
    return Code(text, TERNARY, 0, bits)


def wrap(e: Context, expression: Expression) -> Code:
    code = e.low_bits(expression.args[0])
    if max(code.high, -code.low) >= _WIDE["i32"]:
        return Code(f"{code.at(AND)} & 0xFFFFFFFF", AND, 0, MASKS["i32"])
    return code


def extend_u(e: Context, expression: Expression) -> Code:
    return e.value(expression.args[0])


def extend_s(e: Context, expression: Expression) -> Code:
    return e.signed(expression.args[0])


def _step(expression: Expression) -> tuple[Variable, int] | None:
    """The variable and the constant of a sum, the latter signed."""
    if not has_step(expression):
        return None
    left = expression.args[0]
    return (left, constant_step(expression)) if isinstance(left, Variable) else None


def stepped(e: Context, expression: Expression) -> Code | None:
    """A variable with a constant added: a comparison costs half of a mask."""
    found = _step(expression)
    if found is None:
        return None
    variable, step = found
    mask = MASKS[expression.type]
    code = e.variable(variable)
    if code.precedence != ATOM:
        return None
    small = -_SMALL_STEP <= step <= _SMALL_STEP
    if not (small or expression.type == "i32") or code.low < 0 or code.high > mask:
        return None
    if code.high + step <= mask and code.low + step >= 0:
        return None
    if code.low + step > mask or code.high + step < 0:
        return None  # wraps around in any case
    name, size = code.text, number(abs(step))
    if step == -1:
        text = f"{name} - 1 if {name} else {number(mask)}"
    elif step < 0:
        other = f"{name} + {number(mask + 1 + step)}"
        text = f"{name} - {size} if {name} >= {size} else {other}"
    elif step < DIGIT and not e.forms.magnitudes.is_large(variable):
        # A bound of one digit is compared sooner.
        other = f"({name} + {size}) & {number(mask)}"
        text = f"{name} + {size} if {name} < {number(DIGIT - 1)} else {other}"
    else:
        bound = number(mask + 1 - step)
        text = f"{name} + {size} if {name} < {bound} else {name} - {bound}"
    return Code(text, TERNARY, 0, mask)


def stepped_signed(e: Context, expression: Expression) -> Code | None:
    """The same for a variable in signed form."""
    found = _step(expression)
    if found is None:
        return None
    variable, step = found
    code = e.variable(variable)
    if code.precedence != ATOM:
        return None
    half = (MASKS[expression.type] + 1) // 2
    if code.low < -half or code.high >= half:
        return None
    low, high = code.low + step, code.high + step
    name = code.text
    plain = f"{name} {'+' if step >= 0 else '-'} {number(abs(step))}"
    if low >= -half and high < half:
        return Code(plain, SUM, low, high)
    if expression.type != "i32" and abs(step) > _SMALL_STEP:
        return None
    if step > 0:
        test = f"{name} < {number(half - step)}"
        text = f"{plain} if {test} else {name} - {number(2 * half - step)}"
    else:
        test = f"{name} >= {number(-half - step)}"
        text = f"{plain} if {test} else {name} + {number(2 * half + step)}"
    return Code(text, TERNARY, -half, half - 1)


def _plus(code: Code, constant: int, type: str) -> Code:
    """A sum with a constant, which is subtracted where that is the shorter way."""
    mask = MASKS[type]
    if constant == 0:
        return code
    wraps = code.low + constant > mask and code.high <= mask
    if constant <= mask // 2 and not wraps:
        text = f"{code.at(SUM)} + {number(constant)}"
        return Code(text, SUM, code.low + constant, code.high + constant)
    less = mask + 1 - constant
    if less >= DIGIT and code.low < less:
        # A mask takes longer on a negative number.
        text = f"{code.at(SUM)} + {number(constant)}"
        return Code(text, SUM, code.low + constant, code.high + constant)
    text = f"{code.at(SUM)} - {number(less)}"
    return Code(text, SUM, code.low - less, code.high - less)


def _bit_range(a: Code, b: Code) -> tuple[int, int]:
    bits = max(code.bit_length() for code in (a.low, a.high, b.low, b.high))
    return (0 if min(a.low, b.low) >= 0 else -(1 << bits)), (1 << bits) - 1


def _extension(bits: int) -> Template:
    def extend(e: Context, expression: Expression) -> Code:
        return e.sign_extended(e.low_bits(expression.args[0]), bits)

    return extend


def _templates() -> dict[str, Template]:
    rows: dict[str, Template] = {}
    for type in ("i32", "i64"):
        for name, template in (
            ("add", add),
            ("sub", sub),
            ("mul", mul),
            ("and", and_),
            ("or", or_),
            ("xor", xor),
            ("shl", shl),
            ("shr_u", shr_u),
            ("shr_s", shr_s),
            ("rotl", rotate),
            ("rotr", rotate),
            ("div_u", division),
            ("rem_u", division),
            ("div_s", division_s),
            ("rem_s", division_s),
            ("gcd_u", common_divisor),
            ("gcd_s", common_divisor),
            ("clz", clz),
            ("ctz", ctz),
        ):
            rows[f"{type}.{name}"] = template
        for bits in (8, 16, 32):
            rows[f"{type}.extend{bits}_s"] = _extension(bits)
    rows["i32.wrap_i64"] = wrap
    rows["i64.extend_i32_u"] = extend_u
    rows["i64.extend_i32_s"] = extend_s
    return rows


INTEGER_TEMPLATES: Final = _templates()
