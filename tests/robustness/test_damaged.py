"""Damaged modules: an error of ours or a module, never another exception.

Lengths and counts in damaged modules claim anything; neither time nor memory may
follow them.
"""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator

import pytest

import wasm2py
from tests.golden.cases import case_names, wasm

ROUNDS = 6
INTERESTING = (0x00, 0x01, 0x0B, 0x40, 0x7F, 0x80, 0xFC, 0xFF)
MOST_MEMORY = 64 << 20


def damaged(data: bytes, seed: str, count: int) -> Iterator[bytes]:
    """Copies with bits flipped, bytes replaced, cut, repeated, or numbers blown up."""
    chooser = random.Random(seed)
    for _ in range(count):
        copy = bytearray(data)
        for _ in range(chooser.choice((1, 1, 1, 2, 5))):
            at = chooser.randrange(8, max(len(copy), 9))
            kind = chooser.randrange(6)
            if kind == 0:
                copy[at : at + 1] = bytes([chooser.choice(INTERESTING)])
            elif kind == 1:
                copy[at : at + 1] = chooser.randbytes(1)
            elif kind == 2:
                del copy[at : at + chooser.randrange(1, 9)]
            elif kind == 3:
                copy[at:at] = copy[at : at + chooser.randrange(1, 17)]
            elif kind == 4:
                copy[at : at + 1] = b"\xff\xff\xff\xff\x0f"
            else:
                start = chooser.randrange(8, max(len(copy), 9))
                copy[at:at] = copy[start : start + 12]
        yield bytes(copy)


@pytest.mark.parametrize("name", case_names())
def test_damaged(name: str) -> None:
    data = wasm(name)
    for index, copy in enumerate(damaged(data, name, ROUNDS)):
        try:
            wasm2py.compile(copy)
        except wasm2py.CompileError as error:
            assert error.message, f"copy {index}"
            assert error.offset is None or 0 <= error.offset <= len(copy)


@pytest.mark.slow
@pytest.mark.parametrize("name", case_names())
def test_damaged_often(name: str) -> None:
    for copy in damaged(wasm(name), f"{name} often", 120):
        assert wasm2py.validate(copy) in (True, False)


@pytest.mark.parametrize(
    "name", ["control/interpreter", "references/table_copy_and_init", "memory/bulk"]
)
def test_cut_short_anywhere(name: str) -> None:
    """No prefix is a module, but those that end before a section that may be absent."""
    data = wasm(name)
    for end in range(len(data)):
        try:
            wasm2py.compile(data[:end])
        except wasm2py.CompileError as error:
            assert error.offset is not None
            assert error.offset <= end


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\0asm", b"\0asm\1\0\0", b"PK\3\4", b"\xff"]
)
def test_hardly_anything(data: bytes) -> None:
    with pytest.raises(wasm2py.CompileError):
        wasm2py.compile(data)
    assert not wasm2py.validate(data)


@pytest.mark.parametrize(
    "section",
    [
        pytest.param(bytes([identity]) + rest, id=f"{identity}-{index}")
        for identity in range(14)
        for index, rest in enumerate(
            [
                # The size of the section, and the count in it.
                b"\xff\xff\xff\xff\x0f",
                b"\xff\xff\xff\xff\x0f\xff\xff\xff\xff\x0f",
                b"\x05\xff\xff\xff\xff\x0f",
                b"\x80\x80\x40" + b"\xff\xff\xff\xff\x0f" + bytes(4000),
            ]
        )
    ],
)
def test_claims_allocate_nothing(section: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(wasm2py.CompileError):
            wasm2py.compile(b"\0asm\1\0\0\0" + section)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
