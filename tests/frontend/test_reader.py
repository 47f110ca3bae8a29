"""The primitives of the binary format."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.frontend.binary import sized, u32
from wasm2py.binary.reader import Reader
from wasm2py.errors import Malformed, UnexpectedEnd


def signed_leb(number: int) -> bytes:
    encoded = bytearray()
    while not -0x40 <= number < 0x40:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number & 0x7F)
    return bytes(encoded)


@given(st.integers(0, (1 << 32) - 1))
def test_u32(number: int) -> None:
    reader = Reader(u32(number))
    assert reader.u32() == number
    assert not reader.remaining


@given(st.integers(0, (1 << 64) - 1))
def test_u64(number: int) -> None:
    assert Reader(u32(number)).u64() == number


@given(st.integers(-(1 << 32), (1 << 32) - 1))
def test_s33(number: int) -> None:
    assert Reader(signed_leb(number)).s33() == number


@given(st.integers(-(1 << 31), (1 << 31) - 1))
def test_i32_is_in_the_unsigned_range(number: int) -> None:
    assert Reader(signed_leb(number)).i32() == number % (1 << 32)


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_i64_is_in_the_unsigned_range(number: int) -> None:
    assert Reader(signed_leb(number)).i64() == number % (1 << 64)


def test_integers_may_be_padded() -> None:
    assert Reader(b"\x83\x80\x80\x80\x00").u32() == 3
    assert Reader(b"\xff\xff\xff\xff\x7f").i32() == 0xFFFF_FFFF


@pytest.mark.parametrize(
    ("read", "data", "message"),
    [
        (Reader.u32, b"\x80\x80\x80\x80\x80\x00", "integer representation too long"),
        (Reader.u32, b"\x80\x80\x80\x80\x10", "integer too large"),
        (Reader.i32, b"\xff\xff\xff\xff\x4f", "integer too large"),
        (Reader.i32, b"\x80\x80\x80\x80\x08", "integer too large"),
        (Reader.i64, b"\x80" * 10 + b"\x00", "integer representation too long"),
        (Reader.i64, b"\xff" * 9 + b"\x7e", "integer too large"),
        (Reader.u32, b"", "unexpected end"),
        (Reader.u32, b"\x80\x80", "integer representation too long"),
        (Reader.f64, b"\0" * 7, "unexpected end"),
        (Reader.name, b"\x05abc", "length out of bounds"),
        (Reader.name, b"\xff\xff\xff\xff\x0f", "length out of bounds"),
        (Reader.name, b"\x02\xc0\x80", "malformed UTF-8 encoding"),
        (Reader.name, b"\x03\xed\xa0\x80", "malformed UTF-8 encoding"),
    ],
)
def test_errors(read: Callable[[Reader], object], data: bytes, message: str) -> None:
    with pytest.raises(Malformed, match=message) as caught:
        read(Reader(data, 1000))
    assert caught.value.offset is not None
    assert 1000 <= caught.value.offset <= 1000 + len(data)


def test_an_end_within_an_integer_is_an_unexpected_end() -> None:
    with pytest.raises(UnexpectedEnd):
        Reader(b"\x80").u32()


def test_names() -> None:
    text = "naïve \N{SNOWMAN} \0 \U0001f40d"
    assert Reader(sized(text.encode())).name() == text


def test_floats_are_bit_patterns() -> None:
    assert Reader(b"\x01\0\xa0\x7f").f32() == 0x7FA0_0001
    assert Reader(b"\x01\0\0\0\0\0\xf4\x7f").f64() == 0x7FF4_0000_0000_0001


def test_the_offset_is_in_the_module() -> None:
    reader = Reader(b"\x80\x01\x02", 40)
    reader.u32()
    assert (reader.pos, reader.offset, reader.remaining) == (2, 42, 1)
