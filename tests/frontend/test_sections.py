"""The sections that arrive whole, constant expressions, and the name section."""

from __future__ import annotations

from array import array

import pytest

from tests.frontend.binary import (
    EMPTY_BODY,
    EMPTY_FUNC,
    code,
    custom,
    functions,
    module,
    read,
    section,
    sized,
    types,
    u32,
    vector,
)
from wasm2py.binary.names import read_names
from wasm2py.errors import (
    CompileError,
    Invalid,
    LimitExceeded,
    Malformed,
    Unsupported,
)
from wasm2py.spec import limits
from wasm2py.spec.environment import (
    DataSegment,
    ElementSegment,
    Export,
    Import,
    ModuleEnvironment,
)
from wasm2py.spec.features import DEFAULT_FEATURES, WASM1, WASM2, Features
from wasm2py.spec.types import (
    Constant,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
)
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

I32_0 = b"\x41\0\x0b"
ONE_BODY = code(EMPTY_BODY)


def name(text: str) -> bytes:
    return sized(text.encode())


def environment(
    *sections: bytes, features: Features = DEFAULT_FEATURES
) -> ModuleEnvironment:
    return read(module(*sections), features).env


def test_types() -> None:
    env = environment(types(b"\x60\2\x7f\x7e\3\x7d\x7c\x70", EMPTY_FUNC))
    assert env.types == [
        FuncType(("i32", "i64"), ("f32", "f64", "funcref")),
        FuncType((), ()),
    ]


def test_imports() -> None:
    env = environment(
        types(EMPTY_FUNC),
        section(
            2,
            vector(
                [
                    name("m") + name("f") + b"\0\0",
                    name("m") + name("t") + b"\1\x6f\1\2\5",
                    name("") + name("é") + b"\2\0\3",
                    name("m") + name("f") + b"\3\x7e\1",
                ]
            ),
        ),
        functions(0),
        ONE_BODY,
    )
    assert env.imports == [
        Import("m", "f", "function", 0),
        Import("m", "t", "table", TableType("externref", Limits(2, 5))),
        Import("", "é", "memory", MemoryType(Limits(3, None))),
        Import("m", "f", "global", GlobalType("i64", True)),
    ]
    assert (env.imported_functions, env.imported_tables) == (1, 1)
    assert (env.imported_memories, env.imported_globals) == (1, 1)
    assert env.functions == [0, 0]
    assert env.func_type(1) == ((), ())


def test_globals_and_constant_expressions() -> None:
    env = environment(
        types(EMPTY_FUNC),
        section(2, b"\1" + name("m") + name("g") + b"\3\x7f\0"),
        functions(0),
        section(
            6,
            vector(
                [
                    b"\x7f\0\x23\0\x0b",
                    b"\x7e\1\x42\x7f\x0b",
                    b"\x7d\0\x43\0\0\xa0\x7f\x0b",
                    b"\x70\0\xd2\0\x0b",
                    b"\x6f\0\xd0\x6f\x0b",
                    b"\x7f\0\x23\1\x41\4\x6a\x0b",
                ]
            ),
        ),
        code(b"\0\xd2\0\x1a\x0b"),
    )
    assert env.global_inits == [
        Constant(GLOBAL, 0),
        Constant(NUMBER, (1 << 64) - 1),
        Constant(NUMBER, 0x7FA0_0000),
        Constant(FUNCTION, 0),
        Constant(NULL, 0),
        Constant(EXPRESSION, 0, ((GLOBAL, 0), (NUMBER, 4), (ADD, 0))),
    ]
    assert len(env.globals) == 7
    assert env.declared_functions == {0}


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (b"\x0b", "type mismatch: expected i32, found nothing"),
        (b"\x42\0\x0b", "type mismatch: expected i32, found i64"),
        (b"\x41\0\x41\0\x0b", "type mismatch: expected i32, found i32 i32"),
        (b"\x41\0\x42\0\x6a\x0b", "type mismatch: expected two operands of i32"),
        (b"\x41\0\x45\x0b", "constant expression required, found i32.eqz"),
        (b"\x01\x0b", "constant expression required, found nop"),
        (b"\x02\x40\x0b\x0b", "constant expression required, found block"),
        (b"\x23\0\x0b", "unknown global 0"),
        (b"\xd2\0\x0b", "unknown function 0"),
        (b"\x41\0", "unexpected end"),
    ],
)
def test_expressions_that_are_not_constant(expression: bytes, message: str) -> None:
    with pytest.raises(CompileError, match=f"^{message}"):
        environment(section(6, b"\1\x7f\0" + expression))


@pytest.mark.parametrize(
    ("expression", "at", "instruction"),
    [
        (b"\x0b", 0, "end"),
        (b"\x41\0\x42\0\x6a\x0b", 4, "i32.add"),
        (b"\x41\0\x23\1\x6a\x0b", 2, "global.get"),
        (b"\x41\0\x45\x0b", 2, "i32.eqz"),
    ],
)
def test_an_error_is_where_the_instruction_is(
    expression: bytes, at: int, instruction: str
) -> None:
    initial = module(section(6, b"\1\x7f\0" + expression))
    active = module(section(5, b"\1\0\0"), section(11, b"\1\0" + expression + b"\0"))
    for data in initial, active:
        with pytest.raises(CompileError) as caught:
            read(data)
        assert caught.value.instruction == instruction
        assert caught.value.offset == data.rindex(expression) + at


def test_which_globals_an_initial_value_may_name() -> None:
    two = section(6, b"\2\x7f\0" + I32_0 + b"\x7f\0\x23\0\x0b")
    assert len(environment(two).globals) == 2
    with pytest.raises(Invalid, match="unknown global 0"):
        environment(two, features=WASM2)
    mutable = section(6, b"\2\x7f\1" + I32_0 + b"\x7f\0\x23\0\x0b")
    with pytest.raises(Invalid, match="constant expression required"):
        environment(mutable)
    added = section(6, b"\1\x7f\0\x41\0\x41\0\x6a\x0b")
    with pytest.raises(Invalid, match="constant expression required"):
        environment(added, features=WASM2)


def items(*numbers: int) -> bytes:
    return array("I", numbers).tobytes()


def test_elements() -> None:
    env = environment(
        types(EMPTY_FUNC),
        functions(0, 0),
        section(4, b"\2\x70\0\x0a\x6f\0\x0a"),
        section(
            9,
            vector(
                [
                    b"\0" + I32_0 + b"\2\0\1",
                    b"\1\0\1\1",
                    b"\2\0" + I32_0 + b"\0\1\1",
                    b"\3\0\1\0",
                    b"\4" + I32_0 + b"\2\xd2\0\x0b\xd0\x70\x0b",
                    b"\5\x6f\1\xd0\x6f\x0b",
                    b"\6\1" + I32_0 + b"\x6f\1\xd0\x6f\x0b",
                    b"\7\x70\0",
                ]
            ),
        ),
        code(EMPTY_BODY, EMPTY_BODY),
    )
    zero = Constant(NUMBER, 0)
    assert env.elements == [
        ElementSegment("active", 0, zero, "funcref", items(1, 3)),
        ElementSegment("passive", 0, None, "funcref", items(3)),
        ElementSegment("active", 0, zero, "funcref", items(3)),
        ElementSegment("declarative", 0, None, "funcref", items(1)),
        ElementSegment("active", 0, zero, "funcref", items(1, 0)),
        ElementSegment("passive", 0, None, "externref", items(0)),
        ElementSegment("active", 1, zero, "externref", items(0)),
        ElementSegment("declarative", 0, None, "funcref", items()),
    ]
    assert env.declared_functions == {0, 1}


def test_elements_that_name_globals() -> None:
    env = environment(
        types(EMPTY_FUNC),
        section(2, b"\1" + name("m") + name("g") + b"\3\x70\0"),
        functions(0),
        section(9, b"\1\5\x70\2\x23\0\x0b\xd2\0\x0b"),
        ONE_BODY,
    )
    assert env.elements[0].items == items(2, 1)


def test_data() -> None:
    reader = read(
        module(
            section(5, b"\2\0\1\0\1"),
            section(12, b"\3"),
            section(
                11,
                vector(
                    [
                        b"\0" + I32_0 + name("abc"),
                        b"\1" + name("de"),
                        b"\2\1" + I32_0 + name(""),
                    ]
                ),
            ),
        )
    )
    zero = Constant(NUMBER, 0)
    assert reader.env.data == [
        DataSegment("active", 0, zero, 0, 3),
        DataSegment("passive", 0, None, 3, 2),
        DataSegment("active", 1, zero, 5, 0),
    ]
    assert reader.data == b"abcde"
    assert reader.env.data_count == 3


def test_exports_and_start() -> None:
    env = environment(
        types(EMPTY_FUNC),
        functions(0),
        section(5, b"\1\0\1"),
        section(7, vector([name("f") + b"\0\0", name("") + b"\2\0"])),
        section(8, b"\0"),
        ONE_BODY,
    )
    assert env.exports == [Export("f", "function", 0), Export("", "memory", 0)]
    assert env.start == 0
    assert env.declared_functions == {0}


@pytest.mark.parametrize(
    ("sections", "error", "message"),
    [
        ([section(1, b"\1\x61")], Malformed, "malformed definition type"),
        ([section(1, b"\1\x60\1\x45\0")], Malformed, "malformed value type"),
        ([section(1, b"\1\x60\1\x7b\0")], Unsupported, "the type v128 .* 'simd'"),
        ([section(1, b"\1\x5f\0")], Unsupported, "a structure type .* 'gc'"),
        ([section(1, b"\1\x60\0\0\0")], Malformed, "section size mismatch"),
        ([section(1, b"\2\x60\0\0")], Malformed, "unexpected end"),
        ([section(2, b"\1\0\0\5")], Malformed, "malformed import kind 5"),
        ([section(2, b"\1\0\0\0\0")], Invalid, "unknown type 0"),
        ([section(2, b"\1\0\0\4\0\0")], Unsupported, "a tag needs"),
        ([section(2, b"\1\0\0\3\x7f\2")], Malformed, "malformed mutability"),
        ([section(3, b"\1\0")], Invalid, "unknown type 0"),
        ([section(4, b"\1\x7f\0\0")], Malformed, "malformed reference type"),
        ([section(4, b"\1\x40\0\x70\0\0\xd0\x70\x0b")], Unsupported, "a table's init"),
        ([section(4, b"\1\x70\4\0")], Unsupported, "a 64-bit address type .*'memory64"),
        ([section(4, b"\1\x70\x08\0")], Malformed, "malformed limits flags"),
        ([section(4, b"\1\x70\1\2\1")], Invalid, "size minimum must not be greater"),
        ([section(5, b"\1\1\2\1")], Invalid, "size minimum must not be greater"),
        ([section(5, b"\1\0\x81\x80\4")], Invalid, "memory size must be at most 65536"),
        ([section(5, b"\1\3\0\1")], Unsupported, "a shared memory .*'threads'"),
        ([section(5, b"\1\x08\0\0")], Malformed, "malformed limits flags: a page size"),
        ([section(7, b"\1\1a\0\0")], Invalid, "unknown function 0"),
        ([section(7, b"\1\1a\5\0")], Malformed, "malformed export kind 5"),
        ([section(7, b"\2\0\0")], Malformed, "length out of bounds"),
        ([section(8, b"\0")], Invalid, "unknown function 0"),
        ([section(9, b"\1\0" + I32_0 + b"\0")], Invalid, "unknown table 0"),
        ([section(9, b"\1\x08")], Malformed, "malformed elements segment kind"),
        ([section(9, b"\1\1\1\0")], Malformed, "malformed element kind"),
        ([section(9, b"\1\5\x7f\0")], Malformed, "malformed reference type"),
        ([section(9, b"\1\1\0\1\0")], Invalid, "unknown function 0"),
        ([section(11, b"\1\0" + I32_0 + b"\0")], Invalid, "unknown memory 0"),
        (
            [section(5, b"\1\0\1"), section(7, b"\2\1a\2\0\1a\2\0")],
            Invalid,
            "duplicate export name 'a'",
        ),
        (
            [types(b"\x60\0\1\x7f"), functions(0), section(8, b"\0"), ONE_BODY],
            Invalid,
            "start function",
        ),
        (
            [section(4, b"\1\x6f\0\1"), section(9, b"\1\0" + I32_0 + b"\0")],
            Invalid,
            "type mismatch: funcref in a table of externref",
        ),
    ],
)
def test_errors(sections: list[bytes], error: type[CompileError], message: str) -> None:
    with pytest.raises(error, match=f"^{message}") as caught:
        environment(*sections)
    assert caught.value.offset is not None


@pytest.mark.parametrize(
    ("sections", "features", "error", "message"),
    [
        ([section(4, b"\2\x70\0\0\x70\0\0")], WASM1, Invalid, "multiple tables"),
        ([section(5, b"\2\0\0\0\0")], WASM2, Invalid, "multiple memories"),
        ([types(b"\x60\0\2\x7f\x7f")], WASM1, Invalid, "invalid result arity"),
        ([types(b"\x60\1\x70\0")], WASM1, Malformed, "malformed value type: .*refer"),
        ([section(9, b"\1\1\0\0")], WASM1, Malformed, "malformed elements segment"),
        ([section(11, b"\1\1\0")], WASM1, Malformed, "malformed data segment kind"),
        ([section(5, b"\1\2\0")], WASM2, Malformed, "integer too large"),
        (
            [section(2, b"\1\0\0\3\x7f\1")],
            frozenset(("mvp",)),
            Invalid,
            "mutable global: the import of a mutable global",
        ),
    ],
)
def test_features_that_are_off(
    sections: list[bytes],
    features: Features,
    error: type[CompileError],
    message: str,
) -> None:
    with pytest.raises(error, match=f"^{message}"):
        environment(*sections, features=features)


def test_several_memories_and_tables_where_the_features_are_on() -> None:
    assert len(environment(section(5, b"\2\0\0\0\0")).memories) == 2
    both = section(4, b"\2\x70\0\0\x70\0\0")
    assert len(environment(both, features=WASM2).tables) == 2
    assert len(environment(section(4, b"\1\x70\0\0"), features=WASM1).tables) == 1


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ([section(1, u32(limits.TYPES + 1))], "too many types"),
        ([section(1, b"\1\x60" + u32(1001))], "too many parameters: 1,001"),
        ([section(1, b"\1\x60\0" + u32(1001))], "too many results: 1,001"),
        ([section(2, u32(limits.IMPORTS + 1))], "too many imports"),
        ([section(3, u32(limits.FUNCTIONS + 1))], "too many functions"),
        ([section(4, u32(limits.TABLES + 1))], "too many tables"),
        ([section(4, b"\1\x70\0" + u32(10_000_001))], "too many elements in a table"),
        ([section(5, u32(limits.MEMORIES + 1))], "too many memories"),
        ([section(6, u32(limits.GLOBALS + 1))], "too many globals"),
        ([section(7, u32(limits.EXPORTS + 1))], "too many exports"),
        ([section(9, u32(limits.ELEMENT_SEGMENTS + 1))], "too many element segments"),
        ([section(9, b"\1\1\0" + u32(10_000_001))], "too many elements in a segment"),
        ([section(12, u32(limits.DATA_SEGMENTS + 1))], "too many data segments"),
    ],
)
def test_limits(sections: list[bytes], message: str) -> None:
    with pytest.raises(LimitExceeded, match=message):
        environment(*sections)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 9])
def test_a_count_is_not_trusted(number: int) -> None:
    with pytest.raises(Malformed, match=r"unexpected end|length out of bounds"):
        environment(section(number, b"\x64"))


def test_imported_and_defined_memories_count_together() -> None:
    imports = section(2, vector([b"\0\0\2\0\0"] * 60))
    with pytest.raises(LimitExceeded, match="too many memories: 101"):
        environment(imports, section(5, vector([b"\0\0"] * 41)))


def test_long_names_do_not_make_long_messages() -> None:
    export = name("x" * 100_000) + b"\2\0"
    with pytest.raises(Invalid) as caught:
        environment(section(5, b"\1\0\1"), section(7, vector([export, export])))
    assert len(str(caught.value)) < 300


NAMES = (
    b"\0" + sized(name("module"))
    + b"\1" + sized(b"\2\0" + name("a b") + b"\5" + name("a b"))
    + b"\2" + sized(b"\1\5\1\0" + name("local"))
)  # fmt: skip


def test_names() -> None:
    assert read_names(NAMES) == (
        "module",
        {0: "a b", 5: "a b"},
        {5: {0: "local"}},
    )
    assert read_names(b"\7" + sized(b"whatever") + NAMES).module == "module"


@pytest.mark.parametrize("end", range(len(NAMES)))
def test_a_faulty_name_section_is_no_error(end: int) -> None:
    names = read_names(NAMES[:end])
    assert names.module in (None, "module")
    assert names.functions in ({}, {0: "a b", 5: "a b"})


def test_names_with_bad_text_or_counts_are_ignored() -> None:
    assert read_names(b"\0" + sized(b"\1\xff")).module is None
    assert read_names(b"\1" + sized(b"\xff\xff\xff\xff\x0f")).functions == {}


def test_custom_sections_are_kept_in_order() -> None:
    env = environment(
        custom("a", b"1"), types(EMPTY_FUNC), custom("name", NAMES), custom("a", b"")
    )
    assert env.custom_sections == [("a", b"1"), ("name", NAMES), ("a", b"")]
    assert env.names.module == "module"


def base(value: bytes) -> ModuleEnvironment:
    """An i32 global of that value, behind two imported ones and a number."""
    imported = name("m") + name("g") + b"\3\x7f\0"
    return environment(
        section(2, b"\2" + imported * 2),
        section(6, b"\2\x7f\0\x41\x05\x0b\x7f\0" + value + b"\x0b"),
    )


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        (b"\x23\2\x41\3\x6c", ((NUMBER, 15),)),
        (b"\x23\0", ((GLOBAL, 0),)),
        (b"\x41\1\x23\0\x6a\x41\x7f\x6a", ((GLOBAL, 0),)),
        (
            b"\x41\7\x23\1\x6b",
            ((NUMBER, 0), (GLOBAL, 1), (SUB, 0), (NUMBER, 7), (ADD, 0)),
        ),
        (
            b"\x23\0\x41\1\x6a\x41\3\x6c",
            ((GLOBAL, 0), (NUMBER, 3), (MUL, 0), (NUMBER, 3), (ADD, 0)),
        ),
        (
            b"\x23\0\x41\1\x6b\x23\1\x41\3\x6a\x6b",
            ((GLOBAL, 0), (GLOBAL, 1), (SUB, 0), (NUMBER, (1 << 32) - 4), (ADD, 0)),
        ),
    ],
)
def test_expressions_are_evaluated_as_far_as_is_possible(
    expression: bytes, parts: tuple[tuple[int, int], ...]
) -> None:
    constant = base(expression).global_inits[1]
    assert (constant.parts or (constant[:2],)) == parts


def test_what_depends_on_imports_is_limited() -> None:
    def sum_of(count: int) -> bytes:
        return b"\x23\0" * count + b"\x6a" * (count - 1)

    assert len(base(sum_of(500)).global_inits[1].parts) == 999
    with pytest.raises(LimitExceeded, match="1,001, the limit is 1,000") as caught:
        base(sum_of(501))
    assert caught.value.instruction == "i32.add"
