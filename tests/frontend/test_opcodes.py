"""The table of instructions, the features and the errors."""

from __future__ import annotations

import pickle

import pytest

from wasm2py.errors import CompileError, Invalid, Malformed, Unsupported
from wasm2py.spec import opcodes
from wasm2py.spec.features import (
    ALL,
    DEFAULT_FEATURES,
    IMPLEMENTED,
    WASM1,
    WASM2,
    WASM3,
    feature_set,
    require,
)
from wasm2py.spec.opcodes import OPCODES, Opcode
from wasm2py.spec.types import NUMERIC_TYPES, REFERENCE_TYPES

BY_NAME = {row.name: row for row in OPCODES}


def test_codes_are_unique() -> None:
    assert len({row.code for row in OPCODES}) == len(OPCODES)


def test_names_are_unique_but_for_the_two_selects() -> None:
    names = [row.name for row in OPCODES]
    assert {name for name in names if names.count(name) > 1} == {"select"}


@pytest.mark.parametrize("row", OPCODES, ids=lambda row: f"{row.code:x}")
def test_rows_are_consistent(row: Opcode) -> None:
    assert (row.params is None) == (row.results is None)
    assert row.feature in ALL
    types = (*(row.params or ()), *(row.results or ()))
    assert set(types) <= NUMERIC_TYPES | REFERENCE_TYPES
    is_access = bool(row.width)
    assert is_access == (row.immediates == "memarg") == (row.access is not None)
    if is_access:
        assert row.effects & opcodes.TRAPS
        assert row.effects & (opcodes.READS_MEMORY | opcodes.WRITES_MEMORY)


def test_a_row_in_full() -> None:
    row = BY_NAME["i64.load16_u"]
    assert (row.code, row.immediates, row.width) == (0x33, "memarg", 2)
    assert (row.params, row.results) == (("i32",), ("i64",))
    assert row.effects == opcodes.READS_MEMORY | opcodes.TRAPS
    assert row.feature == "mvp"
    assert BY_NAME["memory.copy"].code == 0xFC << opcodes.PREFIX_SHIFT | 10
    assert BY_NAME["i32.add"].effects == 0


@pytest.mark.parametrize(
    ("name", "type", "operation", "signed", "lanes"),
    [
        ("i32.add", "i32", "add", None, 1),
        ("i64.lt_u", "i64", "lt", False, 1),
        ("i32.trunc_sat_f64_s", "i32", "trunc_sat", True, 1),
        ("i64.extend_i32_u", "i64", "extend", False, 1),
        ("i32.extend16_s", "i32", "extend", True, 1),
        ("f64.reinterpret_i64", "f64", "reinterpret", None, 1),
        ("f32.copysign", "f32", "copysign", None, 1),
        ("i64.const", "i64", "const", None, 1),
        ("memory.copy", "", "", None, 1),
        ("br_if", "", "", None, 1),
    ],
)
def test_mnemonics_are_parsed(
    name: str, type: str, operation: str, signed: bool | None, lanes: int
) -> None:
    row = BY_NAME[name]
    assert (row.type, row.operation, row.signed) == (type, operation, signed)
    assert row.lanes == lanes


def test_vectors_have_lanes() -> None:
    row = Opcode(0xFD_006E, "i8x16.min_s", "", None, 0, "simd")
    assert (row.type, row.lanes, row.operation, row.signed) == ("i8", 16, "min", True)


def test_loads_and_stores_tell_what_they_access() -> None:
    assert BY_NAME["i64.load16_u"].access == (False, "i64", 2, True, False)
    assert BY_NAME["i32.load"].access == (False, "i32", 4, False, None)
    assert BY_NAME["f64.store"].access == (True, "f64", 8, False, None)
    assert BY_NAME["i64.store32"].access == (True, "i64", 4, True, None)
    assert {*opcodes.LOADS, *opcodes.STORES} == set(opcodes.ACCESSES)
    assert (len(opcodes.LOADS), len(opcodes.STORES)) == (14, 9)


def test_instructions_by_what_they_do() -> None:
    assert opcodes.instructions("eqz") == {"i32.eqz", "i64.eqz"}
    assert opcodes.instructions("lt", types=("f32",)) == {"f32.lt"}
    assert opcodes.instructions("shr", types=("i64",)) == {"i64.shr_s", "i64.shr_u"}


def test_every_code_has_a_row_or_a_proposal_or_neither() -> None:
    rows = {row.code for row in OPCODES}
    assert not [code for code in rows if opcodes.proposal_of(code)]
    assert opcodes.proposal_of(0xFD_000C) == "simd"
    assert opcodes.proposal_of(0xFF) is None


def test_named_feature_sets() -> None:
    assert feature_set() == DEFAULT_FEATURES == WASM3 | {"threads"}
    assert feature_set("wasm1") == WASM1 < feature_set("wasm2") == WASM2 < WASM3
    assert feature_set("all") == ALL > DEFAULT_FEATURES >= IMPLEMENTED
    assert feature_set(["simd"]) == {"mvp", "simd"}
    assert feature_set({"wasm1", "multi-value"}) == WASM1 | {"multi-value"}


def test_unknown_features() -> None:
    with pytest.raises(ValueError, match="unknown feature 'simdd'; there are: wasm1, "):
        feature_set("simdd")


def test_what_is_required() -> None:
    require(WASM2, "multi-value", "this", 7, "malformed")
    with pytest.raises(
        Malformed, match=r"^bad: this needs the feature 'gc', at .* 0x7$"
    ):
        require(WASM2, "gc", "this", 7, "bad")
    with pytest.raises(Invalid, match=r"^bad: "):
        require(WASM2, "gc", "this", 7, "bad", Invalid)
    with pytest.raises(
        Unsupported, match=r"^this needs the proposal 'gc', which is not"
    ):
        require(WASM3, "gc", "this", 7, "bad")


def test_an_error_says_where() -> None:
    error = Invalid("type mismatch: x", 0x1F, function=3, instruction="i32.add")
    error.function_name = "a\nb"
    assert str(error) == (
        "type mismatch: x, at offset 0x1f in function 3 'a\\nb' (i32.add)"
    )
    assert str(CompileError("unexpected end")) == "unexpected end"


def test_what_is_known_of_a_place_stays() -> None:
    error = Invalid("type mismatch", 5)
    error.locate(9, function=1, instruction="drop")
    assert (error.offset, error.function, error.instruction) == (5, 1, "drop")


def test_errors_cross_processes() -> None:
    error = Invalid("type mismatch", 5, function=1, instruction="drop")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is Invalid
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
