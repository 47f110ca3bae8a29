"""The instructions that the target Python has besides those of the intermediate representation.

The checker's account of them: what they take, give and do.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.effects import READS_MEMORY, TRAPS, WRITES_MEMORY
from wasm2py.ir.fuel import FUEL, PAYING
from wasm2py.ir.nodes import Expression
from wasm2py.ir.signatures import Operation, Operations, Signature


def _label(expression: Expression) -> Signature:
    return (), "i32"


def _switch_arm(expression: Expression) -> Signature:
    return ("i32",), "i32"


def _fill(expression: Expression) -> Signature:
    return ("i32", expression.args[1].type, "i32"), ""


def _fill_while(expression: Expression) -> Signature:
    *_, value = expression.args
    index = expression.type
    return ("i32", "i32", index, index, index, value.type), index


def _common_divisor(expression: Expression) -> Signature:
    return (expression.type, expression.type), expression.type


def _find(expression: Expression) -> Signature:
    return ("i32", "i32"), "i32"


def _sum(expression: Expression) -> Signature:
    return ("i32", "i32", "i32"), expression.type


def _products(expression: Expression) -> Signature:
    return ("i32", "i32", "i32", "i32", "i32"), expression.type


def _copy(expression: Expression) -> Signature:
    return ("i32", "i32", "i32"), ""


def _paid(expression: Expression) -> Signature:
    return (FUEL, *["i32"] * (len(expression.args) - 1)), "i32"


def _paid_while(expression: Expression) -> Signature:
    index = expression.args[-1].type
    return (FUEL, "i32", "i32", index, index, index), "i32"


_READS: Final = READS_MEMORY | TRAPS
_WRITES: Final = WRITES_MEMORY | TRAPS
_PAYS: Final = PAYING | READS_MEMORY

OPERATIONS: Final[Operations] = {
    "label": Operation(_label),
    "switch.arm": Operation(_switch_arm),
    "i32.gcd_s": Operation(_common_divisor),
    "i32.gcd_u": Operation(_common_divisor),
    "i64.gcd_s": Operation(_common_divisor),
    "i64.gcd_u": Operation(_common_divisor),
    "cells.fill": Operation(_fill, _WRITES, repeats=True),
    "cells.fill_places": Operation(_fill, _WRITES, repeats=True),
    "cells.fill_while": Operation(_fill_while, _WRITES, repeats=True),
    "cells.find": Operation(_find, _READS, repeats=True),
    "cells.sum": Operation(_sum, _READS, repeats=True),
    "cells.products": Operation(_products, _READS, repeats=True),
    "cells.paid": Operation(_paid, _PAYS, repeats=True),
    "cells.paid_while": Operation(_paid_while, _PAYS, repeats=True),
    "cells.copy": Operation(_copy, _READS | _WRITES, repeats=True),
    "cells.copy_down": Operation(_copy, _READS | _WRITES, repeats=True),
}
