"""Rotations by what is not known, and zeros at the end of a number."""

from __future__ import annotations

import pytest

import wasm2py
from tests.targets.python.choose.test_representation import lines
from tests.wasm_tools import assemble
from wasm2py.targets.base import Options


def function(op: str, *operands: str) -> str:
    return f"(func (param i32 i32) (result i32) ({op} {' '.join(operands)}))"


FIRST, SECOND = "(local.get 0)", "(local.get 1)"


def test_a_rotation_by_a_variable() -> None:
    assert lines(function("i32.rotl", FIRST, SECOND))[1:] == [
        "return (v0 << (x0 := v1 & 31) | v0 >> (32 - x0)) & 0xFFFFFFFF"
    ]


def test_a_rotation_by_so_few_bits() -> None:
    count = f"(i32.shr_u {SECOND} (i32.const 27))"
    assert lines(function("i32.rotr", FIRST, count))[1:] == [
        "return (v0 >> (x0 := v1 >> 27) | v0 << (32 - x0)) & 0xFFFFFFFF"
    ]


def test_a_bit_is_cleared() -> None:
    ones = f"(i32.rotl (i32.const -2) {SECOND})"
    assert lines(function("i32.and", FIRST, ones))[1:] == [
        "return v0 - (v0 & 1 << (v1 & 31))"
    ]
    assert lines(function("i32.and", ones, f"(i32.load {FIRST})"))[1:] == [
        "return ~(1 << (v1 & 31)) & mu32[v0]"
    ]


def test_zeros_at_the_end() -> None:
    assert lines(function("i32.ctz", FIRST))[1:] == [
        "return (v0 & -v0).bit_length() - 1 if v0 else 32"
    ]


def test_zeros_at_the_end_of_what_is_not_zero() -> None:
    count = f"(i32.ctz (i32.or {FIRST} (i32.const 8)))"
    assert lines(function("i32.shr_u", SECOND, count))[1:] == [
        "return v1 >> ((x0 := v0 | 8) & -x0).bit_length() - 1"
    ]


def test_words_are_rotated_and_counted_by_the_runtime_on_pypy() -> None:
    text = """(func (param i64 i64) (result i64)
      (i64.rotl (i64.ctz (local.get 0)) (local.get 1)))"""
    found = " ".join(lines(text, Options(tune="pypy")))
    assert "i64_rotl(" in found and "i64_ctz(" in found


@pytest.mark.parametrize("bits", [32, 64])
def test_all_counts(bits: int) -> None:
    type, mask = f"i{bits}", (1 << bits) - 1
    functions = " ".join(f"""(func (export "{op}") (param {type} {type}) (result {type})
          ({type}.{op} (local.get 0) (local.get 1)))""" for op in ("rotl", "rotr"))
    functions += f"""(func (export "clear") (param {type} {type}) (result {type})
      ({type}.and ({type}.rotl ({type}.const -2) (local.get 1)) (local.get 0)))"""
    ctz = f"""(func (export "ctz") (param {type}) (result {type})
      ({type}.ctz (local.get 0)))"""
    module = wasm2py.compile(assemble(f"(module {functions} {ctz})"))
    exports = wasm2py.instantiate(module).exports
    assert exports["ctz"](0) == bits
    for number in (0x0123456789ABCDEF & mask, 1, mask, 1 << bits - 1, 0):
        for count in (*range(bits + 2), mask, 1 << bits - 1):
            by = count % bits
            left = (number << by | number >> (bits - by)) & mask
            right = (number >> by | number << (bits - by)) & mask
            assert exports["rotl"](number, count) & mask == left, (number, count)
            assert exports["rotr"](number, count) & mask == right, (number, count)
            cleared = number & ~(1 << by)
            assert exports["clear"](number, count) & mask == cleared
            if number:
                zeros = len(bin(number)) - len(bin(number).rstrip("0"))
                assert exports["ctz"](number) == zeros
