"""Decoding of expressions, locals and immediates."""

from __future__ import annotations

import pytest

from tests.frontend.binary import u32
from wasm2py.binary.decoder import decode, decode_body, read_locals
from wasm2py.binary.reader import Reader
from wasm2py.errors import (
    CompileError,
    Invalid,
    LimitExceeded,
    Malformed,
    Unsupported,
)
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import ALL, DEFAULT_FEATURES, WASM1, WASM2, Features
from wasm2py.spec.types import FuncType


def environment(features: Features = DEFAULT_FEATURES) -> ModuleEnvironment:
    env = ModuleEnvironment(features)
    env.types = [FuncType(("i32",), ("i64", "f32"))] * 100
    return env


def decoded(
    *code: int, features: Features = DEFAULT_FEATURES
) -> list[tuple[str, object, int]]:
    reader = Reader(bytes(code), 100)
    env = environment(features)
    return [(row.name, imm, offset) for row, imm, offset in decode_body(reader, env)]


def immediate(*code: int, features: Features = DEFAULT_FEATURES) -> object:
    """The decoded immediates of a single instruction."""
    first, end = decoded(*code, 0x0B, features=features)
    assert first[2] == 100
    assert end == ("end", None, 100 + len(code))
    return first[1]


def test_rows_immediates_and_offsets() -> None:
    assert decoded(0x20, 0, 0x41, 0x7F, 0x6A, 0x1A, 0x0B) == [
        ("local.get", 0, 100),
        ("i32.const", 0xFFFF_FFFF, 102),
        ("i32.add", None, 104),
        ("drop", None, 105),
        ("end", None, 106),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ([0x01], None),
        ([0x20, 0x05], 5),
        ([0x20, 0x85, 0x01], 133),
        ([0x11, 3, 1], (3, 1)),
        ([0x0E, 2, 7, 8, 9], (7, 8, 9)),
        ([0x0E, 1, 0x80, 1, 3], (128, 3)),
        ([0x28, 2, 16], (2, 16, 0)),
        ([0x28, 2, 0x80, 1], (2, 128, 0)),
        ([0x28, 0x42, 3, 16], (2, 16, 3)),
        ([0x3F, 0], 0),
        ([0x42, 0x7F], (1 << 64) - 1),
        ([0x43, 0, 0, 0xA0, 0x7F], 0x7FA0_0000),
        ([0x44, *[0] * 7, 0x80], 1 << 63),
        ([0x1B], None),
        ([0x1C, 1, 0x70], ("funcref",)),
        ([0xD0, 0x6F], "externref"),
        ([0xD2, 9], 9),
        ([0xFC, 0x00], None),
        ([0xFC, 0x80, 0x00], None),
        ([0xFC, 0x08, 4, 0], (4, 0)),
        ([0xFC, 0x0A, 1, 2], (1, 2)),
        ([0xFC, 0x0C, 4, 2], (4, 2)),
        ([0xFC, 0x0E, 1, 2], (1, 2)),
    ],
)
def test_immediates(code: list[int], expected: object) -> None:
    assert immediate(*code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ([0x40], FuncType((), ())),
        ([0x7C], FuncType((), ("f64",))),
        ([0x6F], FuncType((), ("externref",))),
        ([2], FuncType(("i32",), ("i64", "f32"))),
        ([0xE3, 0], FuncType(("i32",), ("i64", "f32"))),
    ],
)
def test_block_types(code: list[int], expected: FuncType) -> None:
    assert decoded(0x02, *code, 0x0B, 0x0B)[0] == ("block", expected, 100)


@pytest.mark.parametrize(
    ("code", "error", "message"),
    [
        ([0xFF], Malformed, "illegal opcode ff"),
        ([0xFC, 0x7F], Malformed, "illegal opcode fc 7f"),
        ([0xFC, 0xFF, 0xFF, 0xFF, 0x0F], Malformed, "illegal opcode fc 1ffffff"),
        ([0xFC, 0x80, 0x80, 0x80, 0x80, 0x80], Malformed, "integer representation"),
        ([], Malformed, "unexpected end"),
        ([0x02, 0x40, 0x0B], Malformed, "unexpected end"),
        ([0x20], Malformed, "unexpected end"),
        ([0x20, 0x80], Malformed, "integer representation too long"),
        ([0x44, 0, 0], Malformed, "unexpected end"),
        ([0x0E, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], Malformed, "unexpected end"),
        ([0x1C, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], Malformed, "unexpected end"),
        ([0x02, 0x45], Malformed, "malformed block type"),
        ([0x02, 0xE4, 0x00], Invalid, "unknown type 100"),
        ([0x28, 0x80, 0x01], Malformed, "malformed memop flags"),
        ([0x0B, 0x01], Malformed, "END opcode expected"),
        ([0x08, 0x00], Unsupported, "opcode 08 needs the proposal 'exceptions'"),
        ([0xFD, 0x0C], Unsupported, "opcode fd 0c needs the proposal 'simd'"),
        ([0xFD, 0x80, 0x02], Unsupported, "opcode fd 100 .*'relaxed-simd'"),
        ([0xFB, 0x00], Unsupported, "opcode fb 00 needs the proposal 'gc'"),
        ([0xFE, 0x10], Unsupported, "opcode fe 10 needs the proposal 'threads'"),
        ([0x14, 0x00], Unsupported, "opcode 14 .*'function-references'"),
        ([0x02, 0x7B], Unsupported, "the type v128 needs the proposal 'simd'"),
    ],
)
def test_errors(code: list[int], error: type[CompileError], message: str) -> None:
    with pytest.raises(error, match=f"^{message}") as caught:
        decoded(*code)
    assert caught.value.offset is not None
    assert caught.value.offset >= 100


def test_an_error_within_an_instruction_names_it() -> None:
    with pytest.raises(Malformed) as caught:
        decoded(0x01, 0x41, 0x80, 0x80, 0x80, 0x80, 0x70)
    assert (caught.value.instruction, caught.value.offset) == ("i32.const", 102)


@pytest.mark.parametrize(
    ("code", "features", "message"),
    [
        ([0xC0], WASM1, "illegal opcode c0: i32.extend8_s needs .* 'sign-extension'"),
        ([0xFC, 0x00], WASM1, "illegal opcode fc 00: "),
        ([0x08, 0x00], WASM2, "illegal opcode 08: opcode 08 needs .* 'exceptions'"),
        ([0x06, 0x40], DEFAULT_FEATURES, "illegal opcode 06: .*'legacy-exceptions'"),
        ([0x3F, 0x01], WASM2, "zero byte expected"),
        ([0x11, 0x00, 0x01], WASM1, "zero byte expected"),
        ([0x28, 0x42, 0x00, 0x00], WASM2, "malformed memop flags"),
        ([0x02, 0x00], WASM1, "malformed block type: .* 'multi-value'"),
        ([0x28, 2, *[0x80] * 5, 1], WASM2, "integer representation too long"),
    ],
)
def test_features_that_are_off(
    code: list[int], features: Features, message: str
) -> None:
    with pytest.raises(Malformed, match=f"^{message}"):
        decoded(*code, 0x0B, features=features)


def test_a_proposal_that_is_on_and_not_there_yet() -> None:
    with pytest.raises(Unsupported, match="'legacy-exceptions'"):
        decoded(0x06, 0x40, features=ALL)


def test_an_expression_ends_within_its_slice() -> None:
    reader = Reader(bytes((0x02, 0x40, 0x0B, 0x0B, 0x55)))
    assert [row.name for row, _, _ in decode(reader, environment())] == [
        "block",
        "end",
        "end",
    ]
    assert reader.remaining == 1


def test_locals() -> None:
    reader = Reader(bytes((3, 2, 0x7F, 0, 0x7E, 1, 0x70, 0x0B)))
    types = read_locals(reader, DEFAULT_FEATURES, ("f64",))
    assert types == ["f64", "i32", "i32", "funcref"]
    assert reader.remaining == 1


@pytest.mark.parametrize(
    "groups",
    [
        [(49_999, 0x7F)],
        [(25_000, 0x7F), (25_000, 0x7E)],
        [(0xFFFF_FFFF, 0x7F)],
        [(0xFFFF_FFFF, 0x7F), (1, 0x7F)],
    ],
)
def test_too_many_locals(groups: list[tuple[int, int]]) -> None:
    data = u32(len(groups)) + b"".join(
        u32(count) + bytes((type,)) for count, type in groups
    )
    if groups == [(49_999, 0x7F)]:
        assert len(read_locals(Reader(data), DEFAULT_FEATURES, ("i32",))) == 50_000
    with pytest.raises(LimitExceeded, match="too many locals"):
        read_locals(Reader(data), DEFAULT_FEATURES, ("i32", "i32"))


def test_a_hostile_count_of_local_groups() -> None:
    with pytest.raises(Malformed, match="unexpected end"):
        read_locals(Reader(b"\xff\xff\xff\xff\x0f\0\x7f"), DEFAULT_FEATURES, ())
