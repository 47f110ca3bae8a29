"""Calls, choices, and instructions on globals, tables and segments as Python expressions."""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.nodes import Const, Elements, Expression, Variable, same_atom
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.choose.unmasked_sums import WIDEST_SUM
from wasm2py.targets.python.emit.addresses import address_code
from wasm2py.targets.python.emit.code import (
    AND,
    ATOM,
    COMPARED,
    SUM,
    TERNARY,
    Code,
    are_signed_readings,
    greatest,
    number,
    signed_constant,
    signed_range,
)
from wasm2py.targets.python.emit.context import Context, Template
from wasm2py.targets.python.idioms.copy import CopyRow
from wasm2py.targets.python.idioms.fill import FillPlaces, FillRow
from wasm2py.targets.python.idioms.fill_while import FillWhile, PaidWhile
from wasm2py.targets.python.idioms.payment import PaidRounds
from wasm2py.targets.python.idioms.search import Find
from wasm2py.targets.python.idioms.sum import SumRow

_GREATEST_ADDRESS: Final = ADDRESS_TYPES[I32].largest_memory - 1
# So many defaults for each number of a switch, and in all, take no more room than they are worth.
_MOST_REPEATED: Final = (8, 256)


def select(e: Context, expression: Expression) -> Code:
    test, then, otherwise = expression.args
    absolute = _absolute(e, expression)
    if absolute is not None:
        return absolute
    a, b = e.low_bits(then), e.low_bits(otherwise)
    if expression.type in MASKS and not are_signed_readings(a, b, expression.type):
        a, b = e.value(then), e.value(otherwise)
    return chosen(e, test, a, b)


def chosen(e: Context, test: Expression, a: Code, b: Code) -> Code:
    """One of two values."""
    c = e.condition(test, False).at(TERNARY + 1)
    text = f"{a.at(TERNARY + 1)} if {c} else {b.at(TERNARY + 1)}"
    return Code(text, TERNARY, min(a.low, b.low), max(a.high, b.high))


def _absolute(e: Context, expression: Expression) -> Code | None:
    """A choice between a variable and its negative, if it is one: 2**31 for the least number."""
    test, then, value = expression.args
    if not isinstance(value, Variable) or value.type not in MASKS:
        return None
    zero = Const(value.type, 0)
    if test.op != f"{value.type}.lt_s" or then.op != f"{value.type}.sub":
        return None
    if not all(map(same_atom, (*test.args, *then.args), (value, zero, zero, value))):
        return None
    code, half = e.variable(value), MASKS[value.type] // 2 + 1
    name = code.text
    if code.precedence != ATOM or code.low < -half or code.high >= 2 * half:
        return None
    if code.low >= 0:
        text = f"{name} if {name} < {number(half)} else {number(2 * half)} - {name}"
    elif code.high < half:
        text = f"{name} if {name} >= 0 else -{name}"
    else:
        return None
    return Code(text, TERNARY, 0, half)


def global_get(e: Context, expression: Expression) -> Code:
    index = cast(int, expression.imm)
    mutable = e.env.globals[index].mutable
    text = f"g{index}.raw" if mutable else f"g{index}"
    return Code(text, ATOM, 0, greatest(expression.type))


def call(e: Context, expression: Expression) -> Code:
    args = e.arguments(expression.args) if expression.args else ""
    text = f"f{expression.imm}({args})"
    return Code(text, ATOM, 0, greatest(expression.type))


def callee(e: Context, expression: Expression) -> Code:
    typeidx, tableidx = cast("tuple[int, int]", expression.imm)
    index = e.value(expression.args[0]).text
    return Code(f"t{tableidx}_{typeidx}[{index}]", ATOM)


def call_indirect(e: Context, expression: Expression) -> Code:
    function, *args = expression.args
    text = f"{e.value(function).text}({e.arguments(tuple(args))})"
    return Code(text, ATOM, 0, greatest(expression.type))


def elements(name: str, run: Elements) -> str:
    """Some elements of a tuple of that name, in a row of operands."""
    return f"*{name}{_slice(run)}"


def tuple_make(e: Context, expression: Expression) -> Code:
    first, *others = expression.args
    if isinstance(first, Elements) and not others:
        return Code(f"{e.name(first.index)}{_slice(first)}", ATOM)
    return Code(f"({e.arguments(expression.args)})", ATOM)


def tuple_get(e: Context, expression: Expression) -> Code:
    name = e.value(expression.args[0]).text
    text = f"{name}[{expression.imm}]"
    return Code(text, ATOM, 0, greatest(expression.type))


def _slice(run: Elements) -> str:
    return "" if run.whole else f"[{run.first}:{run.first + run.count}]"


def ref_func(e: Context, expression: Expression) -> Code:
    return Code(f"ref_func({expression.imm})", ATOM)


def switch_arm(e: Context, expression: Expression) -> Code:
    """The number of a switch's arm."""
    index = e.low_bits(expression.args[0])
    arms, size = cast("tuple[int, ...]", expression.imm), index.high + 1
    if index.low >= 0 and size <= len(arms) and arms[:size] == tuple(range(size)):
        return index
    row, item = switch_row(e, expression)
    most = max(cast("tuple[int, ...]", expression.imm))
    return Code(f"{row}{item}", ATOM if item[-1] == "]" else TERNARY, 0, most)


def switch_row(e: Context, expression: Expression) -> tuple[str, str]:
    """The numbers of a switch's arms, and what follows these to choose one.

    An index that is not among them is tested, or the default is repeated for all that it can be; from the
    end on for negative numbers, of which the unsigned ones are larger than any index.
    """
    *arms, default = cast("tuple[int, ...]", expression.imm)
    index = e.low_bits(expression.args[0])
    size = max(0, index.high + 1)
    more = max(0, size - len(arms)) - min(index.low, 0)
    each, most = _MOST_REPEATED
    if more <= min(each * len(arms), most):
        return _row(arms[:size] + [default] * more), f"[{index.text}]"
    if index.low < signed_range("i32")[0] or index.high > MASKS["i32"]:
        index = e.value(expression.args[0])
    first, name = e.twice(index)
    test = f"{'0 <= ' * (index.low < 0)}{first.at(COMPARED)} < {len(arms)}"
    return _row(arms), f"[{name}] if {test} else {default}"


def fill_row(e: Context, expression: Expression) -> Code:
    row = cast(FillRow, expression.imm)
    first, value, distance = expression.args
    texts = [f"m{row.memory}", str(row.width)]
    texts.append(address_code(e, first, row.offset).at(TERNARY))
    texts.append(e.low_bits(value).at(TERNARY))  # it is cut to a cell
    texts += _count(e, distance, row.step, row.lanes)
    return Code(f"store_row({', '.join(texts)})", ATOM)


def fill_places(e: Context, expression: Expression) -> Code:
    row = cast(FillPlaces, expression.imm)
    first, value, distance = expression.args
    places = ", ".join(map(str, row.places)) + "," * (len(row.places) == 1)
    texts = [f"m{row.memory}", str(row.width), f"({places})"]
    texts += [e.value(first).at(TERNARY), str(row.stride)]
    texts.append(e.low_bits(value).at(TERNARY))
    texts += _count(e, distance, row.step, 1)
    return Code(f"store_rows({', '.join(texts)})", ATOM)


def fill_while(e: Context, expression: Expression) -> Code:
    row = cast(FillWhile, expression.imm)
    *sums, value = expression.args
    texts = [_row_while(e, row, sums), e.arguments((value,)), *_wrapping(row)]
    return Code(f"store_row_while({', '.join(texts)})", ATOM, 0, MASKS[row.type])


def _row_while(e: Context, row: FillWhile, args: list[Expression]) -> str:
    """Where something is stored, up to where."""
    *sums, end = args
    first = e.arguments(tuple(sums))
    past = e.value(end)
    if row.beyond:
        past = Code(f"{past.at(SUM)} + {row.beyond}", SUM)
    return f"m{row.memory}, {row.width}, {row.offset}, {first}, {past.at(TERNARY)}"


def _wrapping(row: FillWhile) -> list[str]:
    """Where an index wraps around, if not where an i32 does."""
    return [] if row.type == "i32" else [f"mask={number(MASKS[row.type])}"]


def find_byte(e: Context, expression: Expression) -> Code:
    row, (first, byte) = cast(Find, expression.imm), expression.args
    texts = [f"m{row.memory}", address_code(e, first, row.offset).at(TERNARY)]
    texts.append(e.value(byte).at(TERNARY))
    found = f"find_byte({', '.join(texts)})"
    if row.offset:
        return Code(f"{found} - {row.offset}", SUM, 0, _GREATEST_ADDRESS)
    return Code(found, ATOM, 0, _GREATEST_ADDRESS)


def sum_cells(e: Context, expression: Expression) -> Code:
    """A sum as it is: who wants it masks it."""
    row, args = cast(SumRow, expression.imm), expression.args
    texts = []
    for at, (kind, offset) in enumerate(zip(row.kinds, row.offsets)):
        # Where addresses wrap around, the offset is added afterwards: by the view.
        texts.append(e.view(row.memory, f"m{kind}", offset))
        texts.append(e.value(args[2 * at]).at(TERNARY))
        texts.append(_stride(e, args[2 * at + 1]))
    texts += _count(e, args[-1], row.step, row.lanes)
    function = "sum_cells" if len(row.kinds) == 1 else "sum_products"
    return Code(f"{function}({', '.join(texts)})", ATOM, -WIDEST_SUM, WIDEST_SUM)


def _stride(e: Context, stride: Expression) -> str:
    code = signed_constant(stride) if isinstance(stride, Const) else e.value(stride)
    return code.at(TERNARY)


def copy_row(e: Context, expression: Expression) -> Code:
    row, args = cast(CopyRow, expression.imm), expression.args
    texts = [f"m{row.memory}", str(row.width)]
    # An operand that is in bounds, and moves on by cells that are, does not wrap around.
    for arg, offset in zip(args, row.offsets):
        texts.append(address_code(e, arg, offset).at(TERNARY))
    texts += _count(e, args[-1], row.step, row.lanes)
    function = "copy_row_down" if expression.op == "cells.copy_down" else "copy_row"
    return Code(f"{function}({', '.join(texts)})", ATOM)


def paid(e: Context, expression: Expression) -> Code:
    loop = cast(PaidRounds, expression.imm)
    fuel, distance, *rows = expression.args
    texts = [e.value(fuel).text, str(loop.cost)]
    texts += [e.value(distance).at(TERNARY), number(loop.step), f"m{loop.memory}"]
    for first, stride, reach in zip(rows[::2], rows[1::2], loop.reaches):
        row = e.value(first).at(TERNARY), _stride(e, stride), number(reach)
        texts.append(f"({', '.join(row)})")
    return Code(f"pay_rounds({', '.join(texts)})", ATOM, 0, 1)


def paid_while(e: Context, expression: Expression) -> Code:
    loop = cast(PaidWhile, expression.imm)
    fuel, *row = expression.args
    texts = [e.value(fuel).text, str(loop.cost)]
    texts += [_row_while(e, loop.row, row), *_wrapping(loop.row)]
    return Code(f"pay_while({', '.join(texts)})", ATOM, 0, 1)


def _count(e: Context, count: Expression, step: int, lanes: int) -> list[str]:
    """How many cells there are: a count, and if it is to be divided or multiplied, by what."""
    texts = [e.value(count).at(TERNARY)]
    if step > 1 or lanes > 1:
        texts += [number(step)] + [number(lanes)] * (lanes > 1)
    return texts


def _row(numbers: list[int]) -> str:
    """A constant sequence of small numbers."""
    if max(numbers) < 256:
        return 'b"' + "".join(f"\\x{number:02x}" for number in numbers) + '"'
    return "(" + ", ".join(map(str, numbers)) + ")"


def _indexed(function: str, letter: str) -> Template:
    """A call of a runtime function on the object that the immediate names."""

    def call(e: Context, expression: Expression) -> Code:
        args = ", ".join(
            [f"{letter}{expression.imm}"]
            + [e.value(arg).at(TERNARY) for arg in expression.args]
        )
        return Code(f"{function}({args})", ATOM, 0, greatest(expression.type))

    return call


def _paired(function: str, first: str, second: str, swapped: bool) -> Template:
    """A call of a runtime function on the two objects that the immediate names."""

    def call(e: Context, expression: Expression) -> Code:
        one, two = cast("tuple[int, int]", expression.imm)
        if swapped:
            one, two = two, one
        args = f"{first}{one}, {second}{two}, {e.arguments(expression.args)}"
        return Code(f"{function}({args})", ATOM)

    return call


def fuel_get(e: Context, expression: Expression) -> Code:
    return Code("fuel[0]", ATOM)


def fuel_less(e: Context, expression: Expression) -> Code:
    return Code(f"{e.value(expression.args[0]).text} - {expression.imm}", SUM)


def fuel_bulk(e: Context, expression: Expression) -> Code:
    fuel, count = expression.args
    code = e.value(count)
    amount = code.at(SUM + 1)
    if code.low < 0:
        amount = f"({code.at(AND)} & {number(MASKS[count.type])})"
    return Code(f"{e.value(fuel).text} - {amount}", SUM)


def fuel_pay(e: Context, expression: Expression) -> Code:
    """A statement, where nobody wants to know what is at hand then."""
    fuel = e.value(expression.args[0]).text
    return Code(f"fuel[0] = {fuel} if {fuel} >= 0 else refuel({fuel})", TERNARY)


OBJECT_TEMPLATES: Final[dict[str, Template]] = {
    "select": select,
    "switch.arm": switch_arm,
    "cells.fill": fill_row,
    "cells.fill_places": fill_places,
    "cells.fill_while": fill_while,
    "cells.find": find_byte,
    "cells.sum": sum_cells,
    "cells.products": sum_cells,
    "cells.paid": paid,
    "cells.paid_while": paid_while,
    "cells.copy": copy_row,
    "cells.copy_down": copy_row,
    "global.get": global_get,
    "call": call,
    "callee": callee,
    "call_indirect": call_indirect,
    "fuel.get": fuel_get,
    "fuel.less": fuel_less,
    "fuel.bulk": fuel_bulk,
    "fuel.pay": fuel_pay,
    "tuple.make": tuple_make,
    "tuple.get": tuple_get,
    "ref.func": ref_func,
    "table.get": _indexed("table_get", "t"),
    "table.set": _indexed("table_set", "t"),
    "table.size": _indexed("table_size", "t"),
    "table.grow": _indexed("table_grow", "t"),
    "table.fill": _indexed("table_fill", "t"),
    "table.copy": _paired("table_copy", "t", "t", False),
    "table.init": _paired("table_init", "t", "e", True),
    "elem.drop": _indexed("elem_drop", "e"),
    "memory.size": _indexed("memory_size", "m"),
    "memory.grow": _indexed("memory_grow", "m"),
    "memory.fill": _indexed("memory_fill", "m"),
    "memory.copy": _paired("memory_copy", "m", "m", False),
    "memory.init": _paired("memory_init", "m", "d", True),
    "data.drop": _indexed("data_drop", "d"),
}
