"""Constant expressions: decoding, validation, and evaluation as far as is possible.

What an expression comes to is known when it is read, unless it depends on imported
globals. What then remains of it is a sum: of a part that only an instance can evaluate,
and a number. An expression of any length takes time linear in it, and leaves little.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple, cast

from wasm2py.binary.decoder import decode, instruction_set
from wasm2py.binary.reader import Reader
from wasm2py.errors import CompileError, Invalid, Unimplemented
from wasm2py.spec import limits
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import EXTENDED_CONST, Features
from wasm2py.spec.matching import FUNCTION_REFERENCE, all_match
from wasm2py.spec.opcodes import END, Opcode
from wasm2py.spec.types import MASKS, NUMERIC_TYPES, Constant, ValType
from wasm2py_runtime.info import (
    ADD,
    EXPRESSION,
    FUNCTION,
    GLOBAL,
    MUL,
    NULL,
    NUMBER,
    SUB,
)

_CONSTANT: Final = frozenset(
    "i32.const i64.const f32.const f64.const ref.null ref.func global.get end".split()
)
_EXTENDED: Final = {
    f"{type}.{name}": (type, operation)
    for type in ("i32", "i64")
    for name, operation in (("add", ADD), ("sub", SUB), ("mul", MUL))
}
_NUMBERS: Final = {type: f"{type}.const" for type in NUMERIC_TYPES}
_TYPES: Final = {name: type for type, name in _NUMBERS.items()}
_SMALL: Final = tuple(Constant(NUMBER, value) for value in range(1024))

Part = tuple[int, int]


class _Sum(NamedTuple):
    """Instructions that only an instance can evaluate, and a number to be added."""

    parts: list[Part]
    number: int

    def whole(self) -> list[Part]:
        """Instructions for the sum."""
        return self.parts + ([(NUMBER, self.number), (ADD, 0)] if self.number else [])


_Value = int | _Sum | Constant


@cache
def _context(features: Features) -> ModuleEnvironment:
    """What decoding needs to know: no constant instruction depends on more."""
    return ModuleEnvironment(features)


def _check_is_constant(opcode: Opcode, features: Features, offset: int) -> None:
    """Raise Invalid unless the instruction may stand in a constant expression."""
    name = opcode.name
    if name not in _CONSTANT and not (name in _EXTENDED and EXTENDED_CONST in features):
        message = f"constant expression required, found {name}"
        raise Invalid(message, offset, instruction=name)


def skip_constant_expression(reader: Reader, features: Features) -> None:
    """Move the cursor behind an expression that is to be constant.

    Raises Invalid at an instruction that is not constant, whatever its operands.
    """
    for opcode, _, offset in decode(reader, _context(features)):
        _check_is_constant(opcode, features, offset)


def read_constant_expression(
    reader: Reader, env: ModuleEnvironment, expected: ValType
) -> Constant:
    """The value of an expression that must leave one `expected`.

    The functions that it names count as declared from now on. Raises Invalid, and
    LimitExceeded where too much of it depends on imported globals.
    """
    number = _lone_number(reader, env, expected)
    if number is not None:
        return number
    evaluation = _Evaluation(env)
    offset = reader.offset
    for opcode, immediate, offset in decode(reader, env):
        try:
            _check_is_constant(opcode, env.features, offset)
            if opcode.name != "end":
                evaluation.step(opcode.name, immediate)
        except CompileError as error:
            error.locate(offset, instruction=opcode.name)
            raise
    if not all_match(evaluation.types, [expected]):
        found = " ".join(evaluation.types) or "nothing"
        message = f"type mismatch: expected {expected}, found {found}"
        raise Invalid(message, offset, instruction="end")
    return _constant(evaluation.values[0])


def _lone_number(
    reader: Reader, env: ModuleEnvironment, expected: ValType
) -> Constant | None:
    """The value of an expression that is one number of the expected type.

    Nearly all are, and there may be a million of them. The cursor stays where it is if
    this one is not, or is wrong.
    """
    start = reader.pos
    try:
        entry = instruction_set(env.features).one_byte[reader.byte()]
        if entry is not None and entry[0].name == _NUMBERS.get(expected):
            decoder = entry[3]
            assert decoder is not None  # as of all numbers
            value = cast(int, decoder(reader, env))
            if reader.byte() == END:
                return _SMALL[value] if value < len(_SMALL) else Constant(NUMBER, value)
    except CompileError:
        # It is found again, and located.
        pass
    reader.pos = start
    return None


def _constant(value: _Value) -> Constant:
    if isinstance(value, int):
        return Constant(NUMBER, value)
    if isinstance(value, Constant):
        return value
    if len(value.parts) == 1 and not value.number:
        return Constant(*value.parts[0])
    return Constant(EXPRESSION, 0, tuple(value.whole()))


class _Evaluation:
    """The operands of an expression, by type and by value."""

    def __init__(self, env: ModuleEnvironment) -> None:
        self._env = env
        self._open = 0  # instructions that are left for an instance
        self.types: list[ValType] = []
        self.values: list[_Value] = []

    def step(self, name: str, immediate: object) -> None:
        """Take an instruction of those that are constant."""
        if name in _EXTENDED:
            self._operate(name)
        elif name == "global.get":
            self._global(cast(int, immediate))
        elif name == "ref.func":
            index = cast(int, immediate)
            if index >= len(self._env.functions):
                raise Invalid(f"unknown function {index}")
            self._env.declared_functions.add(index)
            self._push(FUNCTION_REFERENCE, Constant(FUNCTION, index))
        elif name == "ref.null":
            self._push(cast(ValType, immediate), Constant(NULL, 0))
        elif name in _TYPES:
            self._push(_TYPES[name], cast(int, immediate))
        else:
            raise Unimplemented(f"there is no constant expression with {name}")

    def _push(self, type: ValType, value: _Value) -> None:
        self.types.append(type)
        self.values.append(value)

    def _global(self, index: int) -> None:
        env = self._env
        if index >= env.constant_globals:
            raise Invalid(f"unknown global {index}")
        type, mutable = env.globals[index]
        if mutable:
            raise Invalid(f"constant expression required, global {index} is mutable")
        constant = Constant(GLOBAL, index)
        if index >= env.imported_globals:
            known = env.global_inits[index - env.imported_globals]
            # What is an expression is evaluated once, for the global.
            constant = constant if known.kind == EXPRESSION else known
        if constant.kind == NUMBER:
            self._push(type, constant.value)
        elif type in MASKS:
            self._leave(1)
            self._push(type, _Sum([(constant.kind, constant.value)], 0))
        else:
            self._push(type, constant)

    def _leave(self, count: int) -> None:
        """Count instructions that are left for an instance."""
        self._open += count
        what = "instructions of a constant expression that depend on imported globals"
        limits.check(self._open, limits.OPEN_INSTRUCTIONS, what, None)

    def _operate(self, name: str) -> None:
        type, operation = _EXTENDED[name]
        if not all_match(self.types[-2:], (type, type)):
            raise Invalid(f"type mismatch: expected two operands of {type}")
        self._env.extends_constants = True
        del self.types[-1]
        second = cast("int | _Sum", self.values.pop())
        first = cast("int | _Sum", self.values[-1])
        if isinstance(first, int) and isinstance(second, int):
            self.values[-1] = _of_numbers(operation, first, second) & MASKS[type]
            return
        before = _length(first) + _length(second)
        result = _of_sums(operation, first, second)
        self._leave(len(result.parts) - before)
        self.values[-1] = _Sum(result.parts, result.number & MASKS[type])


def _length(value: int | _Sum) -> int:
    return 0 if isinstance(value, int) else len(value.parts)


def _of_numbers(operation: int, first: int, second: int) -> int:
    if operation == ADD:
        return first + second
    return first - second if operation == SUB else first * second


def _of_sums(operation: int, first: int | _Sum, second: int | _Sum) -> _Sum:
    """The result of an operation of which an operand at least is no number.

    The number of the result may have any sign and size.
    """
    if operation == MUL:
        return _product(first, second)
    if isinstance(second, int):
        assert isinstance(first, _Sum)
        return _Sum(first.parts, _of_numbers(operation, first.number, second))
    if isinstance(first, int):
        if operation == ADD:
            return _Sum(second.parts, first + second.number)
        return _Sum([(NUMBER, 0), *second.parts, (SUB, 0)], first - second.number)
    first.parts.extend((*second.parts, (operation, 0)))
    return _Sum(first.parts, _of_numbers(operation, first.number, second.number))


def _product(first: int | _Sum, second: int | _Sum) -> _Sum:
    if isinstance(first, _Sum) and isinstance(second, _Sum):
        return _Sum([*first.whole(), *second.whole(), (MUL, 0)], 0)
    factor, other = (first, second) if isinstance(first, int) else (second, first)
    assert isinstance(factor, int) and isinstance(other, _Sum)
    other.parts.extend(((NUMBER, factor), (MUL, 0)))
    return _Sum(other.parts, other.number * factor)
