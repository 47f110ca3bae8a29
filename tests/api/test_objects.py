"""Memories, tables, globals and tags that the host makes."""

from __future__ import annotations

import math
from array import array
from functools import cache
from typing import Any

import pytest

import wasm2py
from tests.wasm_tools import assemble

PAGE = 65536
NOT_INTEGERS = [math.nan, math.inf, -math.inf, 1.0, True, None, "1", object()]


@cache
def functions() -> Any:
    wat = '(module (func (export "fn") (param f64)) (func (export "fn2")))'
    return wasm2py.instantiate(assemble(wat)).instance.exports


# Memory


@pytest.mark.parametrize("value", [*NOT_INTEGERS, -1, 0x1_0000_0000, 0x10_0000_0000])
def test_memory_limits(value: Any) -> None:
    errors = (TypeError, OverflowError, ValueError)
    with pytest.raises(errors):
        wasm2py.Memory(value)
    if value is not None:
        with pytest.raises(errors):
            wasm2py.Memory(0, value)
    with pytest.raises(errors):
        wasm2py.Memory(0).grow(value)


def test_memory_arguments() -> None:
    with pytest.raises(TypeError):
        wasm2py.Memory()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        wasm2py.Memory(0).grow()  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="maximum"):
        wasm2py.Memory(10, 9)
    with pytest.raises(ValueError, match="address"):
        wasm2py.Memory(1, address="none")


@pytest.mark.parametrize("initial", [0, 1, 4])
def test_memory(initial: int) -> None:
    memory = wasm2py.Memory(initial)
    assert isinstance(memory.buffer, memoryview)
    assert memory.buffer.nbytes == initial * PAGE
    assert not any(memory.buffer[:100])


def test_memory_buffer() -> None:
    memory = wasm2py.Memory(1)
    memory.buffer[5:8] = b"abc"
    assert memory.read(4, 5) == b"\0abc\0"
    memory.write(6, b"X")
    assert bytes(memory.buffer[5:8]) == b"aXc"
    with pytest.raises(AttributeError):
        memory.buffer = memoryview(b"")  # type: ignore[misc]
    assert wasm2py.Memory(1).buffer is not memory.buffer


@pytest.mark.parametrize(
    ("data", "written"),
    [
        (b"", b""),
        (bytearray(b"ab"), b"ab"),
        (array("H", [1, 2]), b"\1\0\2\0"),
        (array("H"), b""),
        (memoryview(b"abcd")[::2], b"ac"),
        (memoryview(b"abcd")[::-1], b"dcba"),
    ],
)
def test_memory_write(data: Any, written: bytes) -> None:
    memory = wasm2py.Memory(1)
    memory.write(8, data)
    assert memory.read(8, len(written) + 1) == written + b"\0"
    for wrong in ("ab", 5, [1, 2], None):
        with pytest.raises(TypeError):
            memory.write(0, wrong)


@pytest.mark.parametrize(
    ("initial", "maximum", "steps"),
    [(0, None, [2]), (3, None, [2]), (0, 2, [2]), (0, 2, [1, 1]), (3, 3, [0])],
)
def test_memory_grow(initial: int, maximum: int | None, steps: list[int]) -> None:
    memory = wasm2py.Memory(initial, maximum)
    size = initial
    for step in steps:
        old = memory.buffer
        old[:1] = b"x" * len(old[:1])
        assert memory.grow(step) == size
        # A view from before keeps what was there.
        assert old.nbytes == size * PAGE
        size += step
        assert memory.buffer.nbytes == size * PAGE
        assert bytes(memory.buffer[:1]) == b"x" * min(size, 1) if old.nbytes else True


def test_memory_grows_too_much() -> None:
    memory = wasm2py.Memory(1, 2)
    with pytest.raises(ValueError, match="maximum"):
        memory.grow(2)
    assert memory.buffer.nbytes == PAGE


def test_shared_memory() -> None:
    memory = wasm2py.Memory(1, 2, shared=True)
    old = memory.buffer
    assert memory.grow(1) == 1
    old[0] = 1
    assert memory.buffer[0] == 1
    assert (old.nbytes, memory.buffer.nbytes) == (PAGE, 2 * PAGE)


# Table


@pytest.mark.parametrize("value", [*NOT_INTEGERS, -1, 0x1_0000_0000, 0x10_0000_0000])
def test_table_limits(value: Any) -> None:
    errors = (TypeError, OverflowError, ValueError)
    with pytest.raises(errors):
        wasm2py.Table("funcref", value)
    if value is not None:
        with pytest.raises(errors):
            wasm2py.Table("funcref", 0, value)
    table = wasm2py.Table("funcref", 1)
    with pytest.raises((*errors, MemoryError)):
        table.grow(value)
    with pytest.raises((*errors, IndexError)):
        table.get(value)
    with pytest.raises((*errors, IndexError)):
        table.set(value, None)


def test_table_arguments() -> None:
    for arguments in ((), ("funcref",)):
        with pytest.raises(TypeError):
            wasm2py.Table(*arguments)
    with pytest.raises(ValueError, match="maximum"):
        wasm2py.Table("funcref", 10, 9)
    for element in ("i32", "anyfunc", "", None, 1):
        with pytest.raises(ValueError, match="element"):
            wasm2py.Table(element, 0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="address"):
        wasm2py.Table("funcref", 0, address="unknown")
    table = wasm2py.Table("funcref", 1)
    methods: list[Any] = [table.get, table.set, table.grow]
    for method in methods:
        with pytest.raises(TypeError):
            method()


@pytest.mark.parametrize("address", ["i32", "i64"])
def test_table(address: str) -> None:
    table = wasm2py.Table("funcref", 5, address=address)
    fn, fn2 = functions().fn, functions().fn2
    assert table.set(0, fn) is None  # type: ignore[func-returns-value]
    table.set(2, fn2)
    table.set(4, fn)
    assert [table.get(i) for i in range(5)] == [fn, None, fn2, None, fn]
    assert table.grow(2) == 5
    table.set(0)
    assert [table.get(i) for i in range(7)] == [None, None, fn2, None, fn, None, None]
    assert len(table) == 7
    for index in (7, 2**31):
        with pytest.raises(IndexError):
            table.set(index, fn)
        with pytest.raises(IndexError):
            table.get(index)


@pytest.mark.parametrize("value", [..., True, "test", 7, {}, print, lambda: None])
def test_table_of_functions(value: Any) -> None:
    with pytest.raises(TypeError):
        wasm2py.Table("funcref", 3, init=value)
    table = wasm2py.Table("funcref", 1)
    with pytest.raises(TypeError):
        table.set(0, value)
    with pytest.raises(TypeError):
        table.grow(2, value)
    assert (len(table), table.get(0)) == (1, None)


def test_table_initial_values() -> None:
    fn, thing = functions().fn, object()
    for element, value in (("funcref", fn), ("externref", thing), ("externref", 37)):
        table = wasm2py.Table(element, 3, init=value)
        assert [table.get(i) for i in range(3)] == [value] * 3
        table = wasm2py.Table(element, 1)
        assert table.grow(2, value) == 1
        assert [table.get(i) for i in range(3)] == [None, value, value]
        table.set(1)
        assert table.get(1) is None


def test_table_growth() -> None:
    table = wasm2py.Table("funcref", 3, 5)
    assert table.grow(2) == 3
    with pytest.raises(ValueError, match="maximum"):
        table.grow(1)
    assert len(table) == 5


def test_table_length() -> None:
    table = wasm2py.Table("funcref", 2)
    assert len(table) == 2
    with pytest.raises(AttributeError):
        table.length = 4  # type: ignore[attr-defined]


def test_table_size_limit() -> None:
    """10,000,000 elements."""
    with pytest.raises(MemoryError):
        wasm2py.Table("funcref", 10_000_001)
    table = wasm2py.Table("funcref", 1, 10_000_001)
    with pytest.raises(MemoryError):
        table.grow(10_000_000)
    # (The specification's text refuses such a module, where its tests let it pass.)
    with pytest.raises(wasm2py.CompileError, match="too many elements"):
        wasm2py.compile(assemble("(module (table 10000001 funcref))"))
    module = assemble("""(module (table 1 10000001 funcref) (func (export "grow")
      (result i32) (table.grow (ref.null func) (i32.const 10000000))))""")
    assert wasm2py.instantiate(module).instance.exports.grow() == -1


# Global


def test_global_arguments() -> None:
    for arguments in ((), ("i32",)):
        with pytest.raises(TypeError):
            wasm2py.Global(*arguments)
    for type_ in ("i16", "i128", "f16", "f128", "u32", "u64", "i32\0", "", None, 1):
        with pytest.raises(ValueError, match="type"):
            wasm2py.Global(type_, 0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("type_", "given", "seen"),
    [
        ("i32", 0, 0),
        ("i32", 2, 2),
        ("i32", 2**32 - 1, -1),
        ("i64", 123, 123),
        ("i64", 2**63, -(2**63)),
        ("f32", 2, 2.0),
        ("f32", 0.1, 0.10000000149011612),
        ("f64", 2, 2.0),
        ("f64", 0.1, 0.1),
        *(("externref", value, value) for value in (None, True, 1.5, "string", print)),
        ("funcref", None, None),
    ],
)
def test_global(type_: str, given: Any, seen: Any) -> None:
    cell = wasm2py.Global(type_, given)
    assert cell.value == seen
    with pytest.raises(TypeError, match="immutable"):
        cell.value = given
    assert cell.value == seen
    # A falsy or truthy value decides, as for any bool.
    changing = wasm2py.Global(type_, given, mutable=1)  # type: ignore[arg-type]
    changing.value = given
    assert changing.value == seen


@pytest.mark.parametrize(
    ("type_", "value", "error"),
    [
        *((type_, None, TypeError) for type_ in ("i32", "i64", "f32", "f64")),
        *((type_, True, TypeError) for type_ in ("i32", "i64", "f32", "f64")),
        *((type_, "3", TypeError) for type_ in ("i32", "i64", "f32", "f64")),
        *((type_, object(), TypeError) for type_ in ("i32", "i64", "f32", "f64")),
        ("i32", 4.2, TypeError),
        ("i64", 4.0, TypeError),
        ("i32", 2**32, OverflowError),
        ("i64", -(2**63) - 1, OverflowError),
        ("f64", 10**400, OverflowError),
        ("funcref", print, TypeError),
    ],
)
def test_wrong_global(type_: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        wasm2py.Global(type_, value)
    initial = None if type_ == "funcref" else 1
    cell = wasm2py.Global(type_, initial, mutable=True)
    with pytest.raises(error):
        cell.value = value
    assert cell.value == initial


# Tag and WasmException


def test_tag() -> None:
    assert repr(wasm2py.Tag(["i32", "externref"])) == "Tag(['i32', 'externref'])"
    for type_ in ("i16", "i128", "f16", "f128", "u32", "u64", "i32\0", 1, None):
        with pytest.raises(ValueError, match="value types"):
            wasm2py.Tag([type_])  # type: ignore[list-item]


def test_exception() -> None:
    tag = wasm2py.Tag(["i32"])
    exception = wasm2py.WasmException(tag, [42])
    assert exception.tag is tag
    assert exception.payload == (42,)
    assert exception.tag is not wasm2py.Tag(["i32"])
    with pytest.raises(TypeError):
        wasm2py.WasmException()  # type: ignore[call-arg]
    assert wasm2py.WasmException(wasm2py.Tag()).payload == ()


def test_payload_is_of_the_types_of_the_tag() -> None:
    tag = wasm2py.Tag(["i32", "f32", "externref", "funcref"])
    thing = object()
    exception = wasm2py.WasmException(tag, [2**32 - 1, 0.1, thing, functions().fn])
    assert exception.payload == (-1, 0.10000000149011612, thing, functions().fn)


@pytest.mark.parametrize("tag", [None, True, "", object(), 1, {}, wasm2py.Tag])
def test_exception_of_no_tag(tag: Any) -> None:
    with pytest.raises(TypeError, match="must be a Tag"):
        wasm2py.WasmException(tag, [])


@pytest.mark.parametrize(
    ("params", "payload", "error"),
    [
        (["i32"], [], TypeError),
        (["i32"], [1, 2], TypeError),
        ([], [1], TypeError),
        (["i32"], ["1"], TypeError),
        (["i32"], [1.0], TypeError),
        (["i64"], [2**64], OverflowError),
        (["f32"], [None], TypeError),
        (["funcref"], [print], TypeError),
    ],
)
def test_wrong_payload(
    params: list[str], payload: list[object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        wasm2py.WasmException(wasm2py.Tag(params), payload)


@pytest.mark.parametrize(
    "item",
    [
        wasm2py.Memory(1, 2),
        wasm2py.Table("funcref", 1),
        wasm2py.Global("i32", 7),
        wasm2py.Tag(),
    ],
    ids=lambda item: type(item).__name__,
)
def test_representation(item: object) -> None:
    assert repr(item).startswith(type(item).__name__ + "(")


def test_errors() -> None:
    assert issubclass(wasm2py.Trap, RuntimeError)
    assert issubclass(wasm2py.StackExhausted, wasm2py.Trap)
    assert issubclass(wasm2py.StackExhausted, RecursionError)
    for error in (wasm2py.CompileError, wasm2py.LinkError, wasm2py.Trap):
        assert issubclass(error, wasm2py.WasmError)
