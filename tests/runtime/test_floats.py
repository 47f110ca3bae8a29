"""Floating point where Python's own operations would not do."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from wasm2py_runtime import float_bits, floats

SIGNALLING = 0x7FA00001


@pytest.mark.parametrize("bits", [SIGNALLING, 0xFFC12345, 0x7FC00000, 0xFF800001])
def test_an_f32_nan_keeps_its_bits(bits: int) -> None:
    assert float_bits.i32_reinterpret_f32(float_bits.f32_reinterpret_i32(bits)) == bits


@pytest.mark.parametrize("bits", [0x7FF0000000000001, 0xFFF8000000000002])
def test_an_f64_nan_keeps_its_bits(bits: int) -> None:
    assert float_bits.i64_reinterpret_f64(float_bits.f64_reinterpret_i64(bits)) == bits


def test_an_f32_nan_is_carried_with_its_payload_leading() -> None:
    carried = float_bits.f32_reinterpret_i32(0xFFA00001)
    assert float_bits.i64_reinterpret_f64(carried) == 0xFFF4000020000000


def test_sign_operations_leave_a_signalling_nan_alone() -> None:
    value = float_bits.f32_reinterpret_i32(SIGNALLING)
    assert float_bits.i32_reinterpret_f32(floats.f32_neg(value)) == SIGNALLING | 1 << 31
    assert float_bits.i32_reinterpret_f32(floats.f32_abs(-value)) == SIGNALLING
    assert (
        float_bits.i32_reinterpret_f32(floats.f32_copysign(-value, 1.0)) == SIGNALLING
    )


def test_promotion_and_demotion_quiet() -> None:
    value = float_bits.f32_reinterpret_i32(SIGNALLING)
    promoted = floats.f64_promote_f32(value)
    assert float_bits.i64_reinterpret_f64(promoted) == 0x7FFC000020000000
    demoted = floats.f32_demote_f64(value)
    assert float_bits.i32_reinterpret_f32(demoted) == SIGNALLING | 1 << 22


def test_rounding_overflows_to_infinity() -> None:
    largest = float.fromhex("0x1.fffffep127")
    assert float_bits.fround(float.fromhex("0x1.fffffeffffffp127")) == largest
    assert float_bits.fround(float.fromhex("0x1.ffffffp127")) == math.inf
    assert float_bits.fround(-1e300) == -math.inf


def test_rounding_takes_ties_to_even() -> None:
    assert float_bits.fround(float.fromhex("0x1.000001p0")) == 1.0
    assert float_bits.fround(float.fromhex("0x1.000003p0")) == float.fromhex(
        "0x1.000004p0"
    )


def test_a_cell_rounds_alike() -> None:
    cell = floats.rounding_cell()
    ends = (
        "fffffeffffffp127",
        "ffffffp127",
        "000001p0",
        "000003p0",
        "8p-150",
        "4p-150",
    )
    numbers = [float.fromhex("0x1." + end) for end in ends]
    numbers += [0.1, 1e300, 1e-300, 1e-40, 5e-324, 0.0, math.inf]
    for number in numbers:
        for x in (number, -number):
            cell[0] = x
            assert math.copysign(1, cell[0]) == math.copysign(1, x)
            assert cell[0] == float_bits.fround(x)
    cell[0] = math.nan
    assert cell[0] != cell[0]


@pytest.mark.parametrize("exponent", range(24, 64))
def test_a_long_integer_is_rounded_once(exponent: int) -> None:
    unit = 1 << max(exponent - 23, 0)
    for low in (0, 1, unit // 2 - 1, unit // 2, unit // 2 + 1, unit - 1):
        for odd in (0, unit):
            value = (1 << exponent) + odd + max(low, 0)
            rounded = floats.f32_convert_i64_u(value)
            error = abs(Fraction(rounded) - value)
            assert error <= Fraction(unit, 2), hex(value)
            if error == Fraction(unit, 2):
                assert int(rounded) // unit % 2 == 0, hex(value)


def test_a_host_nan_stays_a_nan() -> None:
    narrow = float_bits.f64_reinterpret_i64(0xFFF0000000000001)
    assert (
        float_bits.i32_reinterpret_f32(float_bits.f32_from_host(narrow)) == 0xFFC00000
    )
    signalling = float_bits.f64_reinterpret_i64(0x7FF4000020000001)
    assert (
        float_bits.i32_reinterpret_f32(float_bits.f32_from_host(signalling))
        == SIGNALLING
    )


def test_zeros_have_signs() -> None:
    for value in (
        floats.f64_min(0.0, -0.0),
        floats.f64_min(-0.0, 0.0),
        floats.f64_max(-0.0, -0.0),
        floats.f64_ceil(-0.5),
        floats.f64_nearest(-0.5),
        floats.f64_trunc(-0.9),
        floats.f64_floor(-0.0),
        floats.f64_div(0.0, -5.0),
        floats.f64_sqrt(-0.0),
    ):
        assert value == 0.0
        assert math.copysign(1.0, value) == -1.0
    assert floats.f64_div(1.0, -0.0) == -math.inf
    assert math.isnan(floats.f64_div(0.0, 0.0))
