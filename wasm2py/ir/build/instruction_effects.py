"""What each instruction does besides computing its result."""

from __future__ import annotations

from typing import Final

from wasm2py.ir.effects import (
    ANYTHING,
    PURE,
    READS_GLOBAL,
    READS_MEMORY,
    READS_TABLE,
    TRAPS,
    WRITES_GLOBAL,
    WRITES_MEMORY,
    WRITES_TABLE,
)
from wasm2py.ir.fuel import FUEL_EFFECTS
from wasm2py.ir.nodes import Const, Expression
from wasm2py.spec import opcodes
from wasm2py.spec.types import MASKS

_BITS: Final = (
    (opcodes.READS_MEMORY, READS_MEMORY),
    (opcodes.WRITES_MEMORY, WRITES_MEMORY),
    (opcodes.WRITES_GLOBAL, WRITES_GLOBAL),
    (opcodes.READS_TABLE, READS_TABLE),
    (opcodes.WRITES_TABLE, WRITES_TABLE),
    (opcodes.TRAPS, TRAPS),
    (opcodes.CALLS, ANYTHING),
)

_DIVISIONS: Final = opcodes.instructions("div", "rem")


def _effects(flags: int) -> int:
    effects = 0
    for flag, bits in _BITS:
        if flags & flag:
            effects |= bits
    return effects


EFFECTS: Final = {
    **{row.name: _effects(row.effects) for row in opcodes.OPCODES},
    # A part of `call_indirect` that is evaluated before the arguments are.
    "callee": READS_TABLE | TRAPS,
    # It takes what has been thrown from where that waits.
    "caught": READS_GLOBAL | WRITES_GLOBAL,
    **FUEL_EFFECTS,
    # What is no instruction of a module, but part of what the builder makes of several.
    **dict.fromkeys(("const", "local", "switch.arm", "tuple.make", "tuple.get"), PURE),
}


def may_trap(op: str, args: tuple[Expression, ...]) -> bool:
    """Whether an instruction that can trap can do so with these operands."""
    if op in _DIVISIONS:
        divisor = args[1]
        if isinstance(divisor, Const) and isinstance(divisor.imm, int):
            return divisor.imm == 0 or divisor.imm == MASKS[divisor.type]
    return True
