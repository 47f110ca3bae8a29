"""The built-in string functions and imported string constants."""

from __future__ import annotations

import pickle
from functools import cache
from typing import Any

import pytest

import wasm2py
from tests.ids import without_address
from tests.wasm_tools import assemble

assembled = cache(assemble)

SIGNATURES = {
    "cast": ("externref", "externref"),
    "test": ("externref", "i32"),
    "fromCharCode": ("i32", "externref"),
    "fromCodePoint": ("i32", "externref"),
    "charCodeAt": ("externref i32", "i32"),
    "codePointAt": ("externref i32", "i32"),
    "length": ("externref", "i32"),
    "concat": ("externref externref", "externref"),
    "substring": ("externref i32 i32", "externref"),
    "equals": ("externref externref", "i32"),
    "compare": ("externref externref", "i32"),
}


def module() -> str:
    """A module that calls each function, and does not just pass it on."""
    imports, functions = [], []
    for name, (params, result) in SIGNATURES.items():
        type_ = f"(param {params}) (result {result})"
        imports.append(f'(import "wasm:js-string" "{name}" (func ${name} {type_}))')
        arguments = "".join(f"(local.get {i})" for i in range(len(params.split())))
        call = f"(call ${name} {arguments})"
        functions.append(f'(func (export "{name}") {type_} {call})')
    return f"(module {''.join(imports)} {''.join(functions)})"


@cache
def exports() -> Any:
    return wasm2py.instantiate(
        assembled(module()), builtins=["js-string"]
    ).instance.exports


def units(string: str) -> list[int]:
    """The UTF-16 code units of a string."""
    data = string.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]


def string(units_: list[int]) -> str:
    data = b"".join(unit.to_bytes(2, "little") for unit in units_)
    return data.decode("utf-16-le", "surrogatepass")


STRINGS = [
    "",
    "a",
    "1",
    "ab",
    "hello, world",
    "\n",
    "☺",
    "☺☺",
    "\U00010000\U00010001",
    "a\U0001f600b",
    "\ud83d",
    "\ude00",
    "\uffff",
]
OTHERS = [None, True, False, {}, [], 13.37, 37, b"hi", object(), lambda: 1337]


@pytest.mark.parametrize("value", [*STRINGS, *OTHERS], ids=without_address)
def test_types(value: object) -> None:
    functions, is_string = exports(), isinstance(value, str)
    assert functions.test(value) == is_string
    calls: list[tuple[Any, ...]] = [
        (functions.cast, value),
        (functions.length, value),
        (functions.concat, value, value),
        (functions.substring, value, 0, 0),
        (functions.compare, value, value),
    ]
    if value is not None:
        calls.append((functions.equals, value, value))
        calls.append((functions.equals, None, value))
    if value != "":
        calls.append((functions.charCodeAt, value, 0))
        calls.append((functions.codePointAt, value, 0))
    for function, *arguments in calls:
        if is_string:
            function(*arguments)
        else:
            with pytest.raises(wasm2py.Trap):
                function(*arguments)


@pytest.mark.parametrize("unit", [1, 10, 0x7F, 0xFF, 0xD800, 0xFFFE, 0xFFFF, 0x10041])
def test_from_char_code(unit: int) -> None:
    assert exports().fromCharCode(unit) == chr(unit & 0xFFFF)


@pytest.mark.parametrize("point", [1, 0x7F, 0xFFFF, 0xD800, 0x10000, 0x10FFFF])
def test_from_code_point(point: int) -> None:
    assert exports().fromCodePoint(point) == chr(point)


@pytest.mark.parametrize("point", [0x110000, -1])
def test_no_code_point(point: int) -> None:
    with pytest.raises(wasm2py.Trap, match="code point"):
        exports().fromCodePoint(point)


@pytest.mark.parametrize("value", STRINGS, ids=without_address)
def test_units(value: str) -> None:
    functions, expected = exports(), units(value)
    count = len(expected)
    assert functions.length(value) == count
    assert [functions.charCodeAt(value, i) for i in range(count)] == expected
    for index in (count, -1):
        with pytest.raises(wasm2py.Trap):
            functions.charCodeAt(value, index)
        with pytest.raises(wasm2py.Trap):
            functions.codePointAt(value, index)
    for start in range(count + 2):
        if start < count:
            point = functions.codePointAt(value, start)
            assert point == ord(string(expected[start : start + 2])[0])
        for end in (*range(count + 2), -1):
            stop = end if end >= 0 else 2**32
            assert functions.substring(value, start, end) == string(
                expected[start:stop]
            )


@pytest.mark.parametrize("first", STRINGS, ids=without_address)
def test_pairs(first: str) -> None:
    functions = exports()
    for second in STRINGS:
        joined = functions.concat(first, second)
        assert joined == string(units(first) + units(second))
        order = (units(first) > units(second)) - (units(first) < units(second))
        assert functions.compare(first, second) == order
        assert functions.equals(first, second) == (order == 0)
    assert functions.equals(first, None) == 0
    assert functions.equals(None, None) == 1


def test_halves_of_a_host() -> None:
    """Both halves of a pair, side by side, are the character."""
    functions = exports()
    halves = "\ud83d\ude00"
    assert functions.equals(halves, "\U0001f600") == 1
    assert functions.compare(halves, "\U0001f600") == 0
    assert functions.codePointAt(halves, 0) == 0x1F600
    assert functions.substring(halves, 0, 2) == "\U0001f600"


def test_wrong_types() -> None:
    for name, (params, result) in SIGNATURES.items():
        for type_ in (
            f"(param {params} i64) (result {result})",
            f"(param {params})",
            f"(param {params}) (result f32)",
        ):
            wasm = assembled(
                f'(module (import "wasm:js-string" "{name}" (func {type_})))'
            )
            assert wasm2py.validate(wasm)
            assert not wasm2py.validate(wasm, builtins=["js-string"])
            with pytest.raises(wasm2py.CompileError, match="incompatible import type"):
                wasm2py.compile(wasm, builtins=["js-string"])
    wasm = assembled('(module (import "wasm:js-string" "length" (global i32)))')
    assert not wasm2py.validate(wasm, builtins=["js-string"])


def test_sets() -> None:
    wasm = assembled(module())
    for builtins in ([], ["js-String"], ["js-string "], ["unknown"]):
        compiled = wasm2py.compile(wasm, builtins=builtins)
        assert len(wasm2py.Module.imports(compiled)) == len(SIGNATURES)
    assert not wasm2py.validate(wasm, builtins=["js-string", "js-string"])
    with pytest.raises(wasm2py.CompileError, match="repeated"):
        wasm2py.compile(wasm, builtins=["js-string", "js-string"])


def test_own_functions_beside() -> None:
    """What a set does not have comes from the imports, under the same module name."""
    wasm = assembled("""(module
      (import "wasm:js-string" "length" (func $length (param externref) (result i32)))
      (import "wasm:js-string" "mine" (func $mine (result i32)))
      (func (export "both") (param externref) (result i32)
        (i32.add (call $mine) (call $length (local.get 0)))))""")
    imports = {"wasm:js-string": {"mine": lambda: 40, "length": lambda _: 1 / 0}}
    instance = wasm2py.instantiate(wasm, imports, builtins=["js-string"]).instance
    assert instance.exports.both("ab") == 42


CONSTANT = '(module (import "{0}" "{1}" (global {2})) (export "global" (global 0)))'


@pytest.mark.parametrize("name", ["", "'", "strings", "wasm:js-string"])
@pytest.mark.parametrize(
    "constant", ["", "\0", "0", "0" * 100_000, "\U0001f600"], ids=len
)
def test_constants(name: str, constant: str) -> None:
    escaped = "".join(rf"\{byte:02x}" for byte in constant.encode())
    wasm = assembled(CONSTANT.format(name, escaped, "externref"))
    module = wasm2py.compile(
        wasm, builtins=["js-string"], imported_string_constants=name
    )
    assert wasm2py.Module.imports(module) == []
    instance = wasm2py.instantiate(pickle.loads(pickle.dumps(module)))
    assert instance.exports["global"].value == constant
    without = wasm2py.compile(wasm)
    with pytest.raises(wasm2py.LinkError):
        wasm2py.instantiate(without, {})


@pytest.mark.parametrize(
    "type_", ["(mut externref)", "funcref", "(mut funcref)", "i32"]
)
def test_wrong_constants(type_: str) -> None:
    wasm = assembled(CONSTANT.format("'", "constant", type_))
    assert not wasm2py.validate(wasm, imported_string_constants="'")
    with pytest.raises(wasm2py.CompileError, match="string constants"):
        wasm2py.compile(wasm, imported_string_constants="'")


def test_constants_are_globals() -> None:
    wasm = assembled('(module (import "\'" "constant" (func)))')
    assert not wasm2py.validate(wasm, imported_string_constants="'")
    assert wasm2py.validate(wasm, imported_string_constants="other")
