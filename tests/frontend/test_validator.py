"""The validation algorithm, rule by rule; the official tests cover the breadth."""

from __future__ import annotations

import pytest

from tests.frontend.binary import (
    EMPTY_FUNC,
    code,
    function,
    functions,
    module,
    read,
    section,
    types,
    vector,
)
from wasm2py.errors import CompileError, Invalid, LimitExceeded, Malformed
from wasm2py.spec import limits
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import DEFAULT_FEATURES
from wasm2py.spec.matching import BOTTOM
from wasm2py.spec.opcodes import OPCODES
from wasm2py.spec.types import FuncType, Limits, MemoryType, TableType
from wasm2py.validation.function import Validator
from wasm2py_runtime.errors import WasmError

UNREACHABLE, BLOCK, LOOP, IF, ELSE, END = 0x00, 0x02, 0x03, 0x04, 0x05, 0x0B
BR, BR_IF, BR_TABLE, RETURN, CALL, DROP, SELECT = 12, 13, 14, 15, 16, 26, 27
VOID, I32, I64, F32, FUNCREF = 0x40, 0x7F, 0x7E, 0x7D, 0x70
CONST32 = (0x41, 0)
CONST64 = (0x42, 0)
ADD, EQZ64 = 0x6A, 0x50
TO_I32 = b"\x60\0\1\x7f"
MEMORY = section(5, b"\1\0\1")
TABLES = section(4, b"\2\x70\0\1\x6f\0\1")
GLOBALS = section(6, b"\2\x7f\0\x41\0\x0b\x7e\1\x42\0\x0b")
BY_NAME = {row.name: row for row in OPCODES}


@pytest.mark.parametrize(
    ("type", "instructions"),
    [
        (EMPTY_FUNC, []),
        (TO_I32, [*CONST32]),
        (TO_I32, [*CONST32, *CONST32, ADD]),
        (TO_I32, [UNREACHABLE]),
        (TO_I32, [UNREACHABLE, ADD]),
        (TO_I32, [UNREACHABLE, *CONST32, ADD]),
        (TO_I32, [UNREACHABLE, SELECT]),
        (TO_I32, [UNREACHABLE, *CONST32, *CONST32, SELECT]),
        (TO_I32, [BLOCK, I32, *CONST32, BR, 0, END]),
        (TO_I32, [BLOCK, I32, *CONST32, *CONST32, BR_IF, 0, END]),
        (TO_I32, [*CONST32, IF, I32, *CONST32, ELSE, *CONST32, END]),
        (TO_I32, [*CONST32, IF, I32, *CONST32, ELSE, UNREACHABLE, END]),
        (TO_I32, [*CONST32, RETURN, DROP, DROP]),
        (TO_I32, [LOOP, VOID, BR, 0, END, UNREACHABLE]),
        (EMPTY_FUNC, [*CONST32, IF, VOID, END]),
        (EMPTY_FUNC, [BLOCK, VOID, *CONST32, BR_TABLE, 2, 0, 1, 0, END]),
        (EMPTY_FUNC, [UNREACHABLE, BR_TABLE, 1, 0, 0]),
    ],
)
def test_valid(type: bytes, instructions: list[int]) -> None:
    read(function(*instructions, type=type))


@pytest.mark.parametrize(
    ("type", "instructions", "message"),
    [
        (TO_I32, [], "type mismatch: expected i32, the stack is empty"),
        (TO_I32, [*CONST64], "type mismatch: expected i32, found i64"),
        (TO_I32, [*CONST32, *CONST32], "type mismatch: 1 operands too many"),
        (EMPTY_FUNC, [DROP], "type mismatch: an operand is missing"),
        (EMPTY_FUNC, [*CONST32, *CONST64, ADD, DROP], "type mismatch"),
        (EMPTY_FUNC, [UNREACHABLE, *CONST64, ADD, DROP], "type mismatch"),
        (EMPTY_FUNC, [UNREACHABLE, ADD, EQZ64, DROP], "type mismatch"),
        (EMPTY_FUNC, [*CONST32, BLOCK, VOID, DROP, END], "type mismatch"),
        (EMPTY_FUNC, [*CONST32, *CONST64, *CONST32, SELECT, DROP], "type mismatch"),
        (EMPTY_FUNC, [0xD0, FUNCREF, 0xD0, FUNCREF, *CONST32, SELECT], "type mismatch"),
        (EMPTY_FUNC, [*CONST32, *CONST32, *CONST32, 0x1C, 0], "invalid result arity"),
        (EMPTY_FUNC, [*CONST32, 0x1C, 2, I32, I32], "invalid result arity"),
        (TO_I32, [*CONST32, IF, I32, *CONST32, END], "type mismatch: an `if`"),
        (EMPTY_FUNC, [ELSE], "END opcode expected"),
        (EMPTY_FUNC, [BR, 1], "unknown label 1"),
        (EMPTY_FUNC, [*CONST32, BR_TABLE, 1, 4, 0], "unknown label 4"),
        (
            EMPTY_FUNC,
            [BLOCK, I32, *CONST32, *CONST32, BR_TABLE, 1, 0, 1, END, DROP],
            "type mismatch: br_table's labels differ in arity",
        ),
        (EMPTY_FUNC, [0x20, 0], "unknown local 0"),
        (EMPTY_FUNC, [CALL, 9], "unknown function 9"),
        (EMPTY_FUNC, [0x23, 0], "unknown global 0"),
        (EMPTY_FUNC, [*CONST32, 0x11, 0, 0], "unknown table 0"),
        (EMPTY_FUNC, [*CONST32, 0x28, 0, 0], "unknown memory 0"),
        (EMPTY_FUNC, [0x25, 0], "unknown table 0"),
        (EMPTY_FUNC, [0xFC, 0x0D, 0], "unknown elem segment 0"),
        (EMPTY_FUNC, [0xFC, 0x09, 0], "data count section required"),
        (EMPTY_FUNC, [0xD2, 0, DROP], "undeclared function reference 0"),
        (EMPTY_FUNC, [0xD2, 7, DROP], "unknown function 7"),
        (EMPTY_FUNC, [*CONST32, 0xD1, DROP], "type mismatch: expected a reference"),
    ],
)
def test_invalid(type: bytes, instructions: list[int], message: str) -> None:
    with pytest.raises(CompileError, match=f"^{message}") as caught:
        read(function(*instructions, type=type))
    assert caught.value.function == 0
    assert caught.value.instruction is not None
    assert caught.value.offset is not None


@pytest.mark.parametrize(
    ("before", "instructions", "message"),
    [
        (MEMORY, [*CONST32, 0x28, 3, 0, DROP], "alignment must not be larger"),
        (MEMORY, [*CONST32, 0x2D, 1, 0, DROP], "alignment must not be larger"),
        (MEMORY, [*CONST64, 0x28, 2, 0, DROP], "type mismatch: expected i32"),
        (MEMORY, [*CONST32, 0x28, 2, *[0x80] * 4, 0x10, DROP], "offset out of range"),
        (MEMORY, [*CONST32, 0x28, 0x42, 1, 0, DROP], "unknown memory 1"),
        (MEMORY, [0x3F, 1, DROP], "unknown memory 1"),
        (TABLES, [*CONST32, 0x11, 0, 1], "type mismatch: a table of externref"),
        (TABLES, [*CONST32, 0x11, 9, 0], "unknown type 9"),
        (TABLES, [*CONST32] * 3 + [0xFC, 14, 0, 1], "type mismatch: externref copied"),
        (TABLES, [*CONST32, 0xD0, 0x6F, 0x26, 0], "type mismatch: expected funcref"),
        (GLOBALS, [*CONST32, 0x24, 0], "global is immutable"),
        (GLOBALS, [*CONST32, 0x24, 1], "type mismatch: expected i64"),
        (GLOBALS, [0x23, 2, DROP], "unknown global 2"),
        (section(12, b"\0"), [0xFC, 0x09, 0], "unknown data segment 0"),
    ],
)
def test_invalid_beside_other_sections(
    before: bytes, instructions: list[int], message: str
) -> None:
    with pytest.raises(CompileError, match=f"^{message}"):
        read(function(*instructions, before=before))


def test_unreachable_code_is_told() -> None:
    env = ModuleEnvironment(DEFAULT_FEATURES)
    validator = Validator(env, FuncType((), ()), [])
    block = FuncType((), ())
    seen = []
    for name, imm in [
        ("block", block),
        ("br", 0),
        ("block", block),
        ("end", None),
        ("end", None),
    ]:
        validator.step(BY_NAME[name], imm, 0)
        seen.append(validator.unreachable)
    assert seen == [False, True, False, True, False]


def test_frames_are_the_appendix_s() -> None:
    env = ModuleEnvironment(DEFAULT_FEATURES)
    validator = Validator(env, FuncType((), ("i32",)), [])
    type = FuncType(("i32",), ("i64",))
    validator.step(BY_NAME["i64.const"], 0, 0)
    validator.step(BY_NAME["i32.const"], 0, 0)
    validator.step(BY_NAME["loop"], type, 0)
    frame = validator.frames[-1]
    assert (frame.opcode, frame.start_types, frame.end_types) == ("loop", *type)
    assert (frame.height, frame.unreachable) == (1, False)
    assert frame.label_types == ("i32",)
    assert validator.operands == ["i64", "i32"]
    assert validator.frames[0].opcode == "function"


def test_an_unknown_operand_stays_unknown() -> None:
    env = ModuleEnvironment(DEFAULT_FEATURES)
    validator = Validator(env, FuncType((), ()), [])
    validator.step(BY_NAME["unreachable"], None, 0)
    validator.step(BY_NAME["select"], None, 0)
    assert validator.operands == [BOTTOM]


def test_64_bit_addresses() -> None:
    env = ModuleEnvironment(DEFAULT_FEATURES)
    env.memories.append(MemoryType(Limits(1, None), False, "i64"))
    env.tables.append(TableType("funcref", Limits(1, None), "i64"))
    validator = Validator(env, FuncType((), ()), [])
    for name, imm in [
        ("memory.size", 0),
        ("memory.grow", 0),
        ("i32.load", (2, 1 << 40, 0)),
        ("drop", None),
        ("table.size", 0),
        ("table.get", 0),
        ("drop", None),
    ]:
        validator.step(BY_NAME[name], imm, 0)
    validator.step(BY_NAME["i32.const"], 0, 0)
    with pytest.raises(Invalid, match="type mismatch: expected i64, found i32"):
        validator.step(BY_NAME["i32.load"], (2, 0, 0), 77)


def test_tail_calls() -> None:
    env = ModuleEnvironment(DEFAULT_FEATURES)
    env.types = [FuncType(("f32",), ("i32",)), FuncType((), ("i64",))]
    env.functions = [0, 1]
    validator = Validator(env, env.types[0], ["f32"])
    validator.step(BY_NAME["local.get"], 0, 0)
    validator.step(BY_NAME["return_call"], 0, 0)
    assert validator.unreachable
    with pytest.raises(Invalid, match="type mismatch: the callee's results"):
        validator.step(BY_NAME["return_call"], 1, 0)


def test_the_error_of_a_step_says_where() -> None:
    validator = Validator(ModuleEnvironment(DEFAULT_FEATURES), FuncType((), ()), [], 4)
    with pytest.raises(Invalid) as caught:
        validator.step(BY_NAME["i32.add"], None, 0x99)
    error = caught.value
    assert (error.offset, error.function, error.instruction) == (0x99, 4, "i32.add")
    assert isinstance(error, WasmError)


def test_many_labels_are_few_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of labels of the same type is checked once, however long it is."""
    result = FuncType((), ("i32",) * 1000)
    env = ModuleEnvironment(DEFAULT_FEATURES)
    validator = Validator(env, result, [])
    for _ in range(200):
        validator.step(BY_NAME["block"], result, 0)
    validator.step(BY_NAME["unreachable"], None, 0)
    pops = 0
    pop_types = Validator._pop_types

    def counting(self: Validator, expected: tuple[str, ...]) -> list[str]:
        nonlocal pops
        pops += 1
        return pop_types(self, expected)

    monkeypatch.setattr(Validator, "_pop_types", counting)
    validator.step(BY_NAME["br_table"], (*range(200), *range(200), 0), 0)
    assert pops == 1


def test_operands_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPERANDS", 2500)
    thousand = b"\x60\0" + vector([b"\x7f"] * 1000)
    data = module(
        types(thousand, EMPTY_FUNC),
        functions(0, 1),
        code(b"\0\0\x0b", bytes((0, CALL, 0, CALL, 0, CALL, 0, END))),
    )
    with pytest.raises(LimitExceeded, match="too many operands"):
        read(data)


def test_nesting_needs_no_stack() -> None:
    depth = 100_000
    read(function(*[BLOCK, VOID] * depth, *[END] * depth))


def test_a_missing_end_is_malformed() -> None:
    with pytest.raises(Malformed, match="unexpected end"):
        read(function(BLOCK, VOID))
