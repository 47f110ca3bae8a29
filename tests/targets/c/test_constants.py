"""Constants in C: short where that is exact, and with their type."""

from __future__ import annotations

import struct

import pytest

from wasm2py.targets.c.code import bits, floating, signed, unsigned


@pytest.mark.parametrize(
    ("value", "type", "text"),
    [
        (0, "i32", "0u"),
        (65535, "i32", "65535u"),
        (65536, "i32", "0x10000u"),
        (0xFFFFFFFF, "i32", "-1u"),
        (0xFFFF0001, "i32", "-65535u"),
        (0xFFFF0000, "i32", "0xFFFF0000u"),
        (5, "i64", "5ull"),
        ((1 << 64) - 5, "i64", "-5ull"),
        (0xFFFFFFFF, "i64", "0xFFFFFFFFull"),
    ],
)
def test_unsigned(value: int, type: str, text: str) -> None:
    assert unsigned(value, type).text == text


@pytest.mark.parametrize(
    ("value", "type", "text"),
    [
        (5, "i32", "5"),
        (0xFFFFFFFF, "i32", "-1"),
        (0x80000000, "i32", "INT32_MIN"),
        (0x80000001, "i32", "-0x7FFFFFFF"),
        # Without its suffix it would be unsigned.
        (0x80000001, "i64", "0x80000001ll"),
        ((1 << 64) - 0x80000001, "i64", "-0x80000001ll"),
        (1 << 63, "i64", "INT64_MIN"),
        ((1 << 63) - 1, "i64", "0x7FFFFFFFFFFFFFFFll"),
    ],
)
def test_signed(value: int, type: str, text: str) -> None:
    assert signed(value, type).text == text


def test_masks_are_not_negative() -> None:
    assert bits(0xFFFFFFF8, "i32").text == "0xFFFFFFF8u"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "f64_const(0.0)"),
        (-0.0, "f64_const(-0.0)"),
        (1.0, "f64_const(1.0)"),
        (0.1, "0.1"),
        (1 / 3, "0.3333333333333333"),
        (1e300, "1e+300"),
        (5e-324, "5e-324"),
        (2.0**53, "9007199254740992.0"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
    ],
)
def test_doubles(value: float, text: str) -> None:
    (integer,) = struct.unpack("<Q", struct.pack("<d", value))
    code = floating(integer, "f64")
    number = code.text.removeprefix("f64_const(").removesuffix(")")
    assert struct.pack("<d", float(number)) == struct.pack("<d", value)
    assert code.text == text


@pytest.mark.parametrize(
    ("integer", "text"),
    [
        (0x3DCCCCCD, "0.1f"),
        (0x3EAAAAAB, "0.33333334f"),
        (0x00000001, "1.4013e-45f"),
        (0x7F7FFFFF, "3.40282347e+38f"),
        (0x7FC00000, "f32_const(f32_reinterpret_i32(0x7FC00000u))"),
        (0xFFA00001, "f32_const(f32_reinterpret_i32(0xFFA00001u))"),
        (0xFF800000, "f32_reinterpret_i32(0xFF800000u)"),
    ],
)
def test_floats(integer: int, text: str) -> None:
    code = floating(integer, "f32")
    assert code.text == text
    if "(" not in text:
        assert struct.pack("<f", float(text[:-1])) == struct.pack("<I", integer)
