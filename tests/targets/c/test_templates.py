"""What stands for an instruction in C: each operand once and in order, and only functions that there are."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests import compilers
from wasm2py.errors import Unimplemented
from wasm2py.ir.build.builder import Builder
from wasm2py.ir.effects import PURE
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import Const, Expression, Variable
from wasm2py.native.compilers import find_compiler
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import DEFAULT_FEATURES
from wasm2py.spec.opcodes import OPCODES, ROWS, Opcode
from wasm2py.spec.types import FuncType, Limits, MemoryType
from wasm2py.targets.c.code import c_type
from wasm2py.targets.c.expressions import Expressions
from wasm2py.targets.c.pipeline import LARGEST_EXPRESSION
from wasm2py.targets.c.signatures import Signatures
from wasm2py.targets.c.templates import is_numeric

RUNTIME = Path(__file__).parents[3] / "runtime" / "wasm2py_native"

ENV = ModuleEnvironment(DEFAULT_FEATURES)
ENV.memories = [MemoryType(Limits(1, None)), MemoryType(Limits(1, None), address="i64")]

ROWS_IN_USE = [
    row for row in OPCODES if row.params and (is_numeric(row.name) or row.access)
]
# Where a constant is written otherwise than as one.
CONSTANTS = {
    "i32": (0, 1, 5, 31, 0x80000000, 0xFFFFFFFF),
    "i64": (0, 1, 63, 1 << 63, (1 << 64) - 1),
    "f32": (0, 0x80000000, 0x3F800000, 0xBF800000, 0x7FA00000),
    "f64": (0, 1 << 63, 0x3FF0000000000000, 0xBFF0000000000000, 0x7FF4000000000000),
}


def written(row: Opcode, args: tuple[Expression, ...], memory: int = 0) -> str:
    """The C of an instruction."""
    function = Function(FuncType((), ()), 0, 0, ended_builder())
    imm = (0, 12, memory) if row.access else None
    result = row.results[0] if row.results else ""
    e = Expressions(ENV, Signatures(ENV), function)
    return e.value(Expression(row.name, args, imm, result, PURE, 1)).text


def ended_builder() -> Builder:
    builder = Builder(ENV, FuncType((), ()), [], LARGEST_EXPRESSION)
    builder.step(ROWS["end"], None)
    return builder


def variables(row: Opcode, memory: int = 0) -> tuple[Expression, ...]:
    params = list(row.params or ())
    if row.access:
        params[0] = ENV.memories[memory].address
    return tuple(Variable(at, type) for at, type in enumerate(params))


@pytest.mark.parametrize("row", ROWS_IN_USE, ids=lambda row: row.name)
def test_each_operand_is_there_once_and_in_order(row: Opcode) -> None:
    for memory in range(len(ENV.memories) if row.access else 1):
        args = variables(row, memory)
        text = written(row, args, memory)
        assert re.findall(r"\bx\d+", text) == [f"x{at}" for at in range(len(args))]
    for at, type in enumerate(row.params or ()):
        for value in CONSTANTS[type]:
            operands = list(variables(row))
            operands[at] = Const(type, value)
            names = [f"x{other}" for other in range(len(operands)) if other != at]
            assert re.findall(r"\bx\d+", written(row, tuple(operands))) == names


def test_all_of_them_compile(
    tmp_path: Path, native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each function that is called is in the headers, with such parameters."""
    compilers.use(monkeypatch, native_cache, "gcc")
    lines = ['#include "numeric.h"', '#include "access.h"']
    for number, row in enumerate(ROWS_IN_USE):
        given = variables(row)
        params = [f"{c_type(arg.type)} x{at}" for at, arg in enumerate(given)]
        result = c_type(row.results[0]) if row.results else "void"
        head = ", ".join(["w2p_instance *I", "uint8_t *m0", *params])
        text = written(row, given)
        value = f"return {text}" if row.results else text
        lines.append(f"{result} g{number}({head}) {{ {value}; }}")
    source = tmp_path / "all.c"
    source.write_text("\n".join(lines) + "\n")
    # An implicit conversion from a float to an integer would be one too many.
    strict = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wfloat-conversion"]
    strict += ["-Wno-unused-parameter", "-fsyntax-only"]
    command = [*find_compiler().command, *strict, f"-I{RUNTIME}", str(source)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_what_is_not_known_is_named() -> None:
    function = Function(FuncType((), ()), 0, 0, ended_builder())
    e = Expressions(ENV, Signatures(ENV), function)
    with pytest.raises(Unimplemented, match=r"i32x4\.add"):
        e.value(Expression("i32x4.add", (), None, "v128", PURE, 1))
    with pytest.raises(Unimplemented, match="v128"):
        c_type("v128")


@pytest.mark.parametrize(
    ("op", "args", "text"),
    [
        ("i32.add", ("i32", 0xFFFFFFFB), "x0 - 5u"),
        ("i32.and", ("i32", 0xFFFFFFF0), "x0 & 0xFFFFFFF0u"),
        ("i32.shl", ("i32", 33), "x0 << 1"),
        ("i64.shr_s", ("i64", "i64"), "(uint64_t)((int64_t)x0 >> (x1 & 63))"),
        ("i32.lt_s", ("i32", 0x80000000), "(int32_t)x0 < INT32_MIN"),
        ("i32.div_u", ("i32", 10), "x0 / 10u"),
        ("i32.div_u", ("i32", 0), "i32_div_u(I, x0, 0u)"),
        ("i32.rem_s", ("i32", 0xFFFFFFFF), "i32_rem_s(I, x0, -1u)"),
        ("i32.rem_s", ("i32", 7), "(uint32_t)((int32_t)x0 % 7)"),
        ("i64.extend_i32_s", ("i32",), "(uint64_t)(int32_t)x0"),
        ("f64.mul", ("f64", 0x3FF0000000000000), "x0 * f64_const(1.0)"),
        ("f64.mul", ("f64", 0x4000000000000000), "x0 * 2.0"),
    ],
)
def test_text(op: str, args: tuple[str | int, ...], text: str) -> None:
    row = ROWS[op]
    operands = tuple(
        Const(type, given) if isinstance(given, int) else Variable(at, given)
        for at, (given, type) in enumerate(zip(args, row.params or ()))
    )
    assert written(row, operands) == text


def test_truth_values_are_converted_where_that_matters() -> None:
    """In C they are signed: a difference of two would be negative."""
    args = variables(ROWS["i32.lt_u"])
    truth = Expression("i32.lt_u", args, None, "i32", PURE, 1)
    assert written(ROWS["i32.sub"], (truth, truth)) == (
        "(uint32_t)(x0 < x1) - (uint32_t)(x0 < x1)"
    )
    assert written(ROWS["i32.and"], (truth, truth)) == "(x0 < x1) & (x0 < x1)"
