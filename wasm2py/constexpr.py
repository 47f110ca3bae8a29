"""Constant expressions: decoding and validation."""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.environment import ModuleEnvironment
from wasm2py.errors import CompileError, Invalid
from wasm2py.features import EXTENDED_CONST, Features
from wasm2py.instructions import decode
from wasm2py.reader import Reader
from wasm2py.types import (
    FUNCREF,
    ConstantExpression,
    Instruction,
    ValType,
)

_CONSTANT: Final = frozenset(
    "i32.const i64.const f32.const f64.const ref.null ref.func global.get end".split()
)
_EXTENDED: Final = frozenset("i32.add i32.sub i32.mul i64.add i64.sub i64.mul".split())
_CONSTANT_AND_EXTENDED: Final = _CONSTANT | _EXTENDED


class LocatedExpression(NamedTuple):
    """The instructions of an expression without its `end`.

    `offsets` are those of the instructions in the module, and that of the `end`.
    """

    instructions: ConstantExpression
    offsets: tuple[int, ...]


def read_constant_expression(reader: Reader, features: Features) -> LocatedExpression:
    """An expression that is to be constant.

    Raises Invalid at an instruction that is not constant, whatever its operands.
    """
    # No constant instruction's encoding depends on anything but the features.
    env = ModuleEnvironment(features)
    extended = EXTENDED_CONST in features
    constant = _CONSTANT_AND_EXTENDED if extended else _CONSTANT
    expression: list[Instruction] = []
    offsets: list[int] = []
    for opcode, imm, offset in decode(reader, env):
        if opcode.name not in constant:
            message = f"constant expression required, found {opcode.name}"
            raise Invalid(message, offset, instruction=opcode.name)
        offsets.append(offset)
        if imm is None:
            expression.append((opcode.name,))
        else:
            expression.append(cast(Instruction, (opcode.name, imm)))
    return LocatedExpression(tuple(expression[:-1]), tuple(offsets))


def check_constant_expression(
    env: ModuleEnvironment, expression: LocatedExpression, expected: ValType
) -> None:
    """Check an expression that must leave one `expected`.

    The functions that it names count as declared from now on.
    """
    operands: list[ValType] = []
    for instruction, offset in zip(expression.instructions, expression.offsets):
        try:
            _apply(env, instruction, operands)
        except CompileError as error:
            error.locate(offset, instruction=instruction[0])
            raise
    if operands != [expected]:
        found = " ".join(operands) or "nothing"
        message = f"type mismatch: expected {expected}, found {found}"
        raise Invalid(message, expression.offsets[-1], instruction="end")


def _apply(
    env: ModuleEnvironment,
    instruction: Instruction,
    operands: list[ValType],
) -> None:
    name, imm = instruction[0], instruction[-1]
    if name in _EXTENDED:
        type = name[:3]
        if operands[-2:] != [type, type]:
            raise Invalid(f"type mismatch: expected two operands of {type}")
        del operands[-1]
    elif name == "global.get":
        index = cast(int, imm)
        if index >= env.constant_globals:
            raise Invalid(f"unknown global {index}")
        type, mutable = env.globals[index]
        if mutable:
            raise Invalid(f"constant expression required, global {index} is mutable")
        operands.append(type)
    elif name == "ref.func":
        index = cast(int, imm)
        if index >= len(env.functions):
            raise Invalid(f"unknown function {index}")
        env.declared_functions.add(index)
        operands.append(FUNCREF)
    elif name == "ref.null":
        operands.append(cast(ValType, imm))
    else:
        operands.append(name[:3])
