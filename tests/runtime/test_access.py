"""What a host reads and writes of a memory: bytes, texts, records, arrays."""

from __future__ import annotations

import ctypes
import struct
import sys
from array import array
from typing import Any

import pytest

from wasm2py_runtime import Memory

PAGE = 65536


class Number:
    """An integer of another library, as numpy's."""

    def __init__(self, value: int) -> None:
        self._value = value

    def __index__(self) -> int:
        return self._value


@pytest.fixture
def memory() -> Memory:
    return Memory(1, 3)


def test_bytes_by_address(memory: Memory) -> None:
    memory[PAGE - 1] = 200
    assert memory[PAGE - 1] == 200
    memory[Number(3)] = Number(7)
    assert memory[Number(3)] == 7
    assert len(memory) == PAGE
    assert Memory(0)
    for address in (-1, PAGE, 1 << 70):
        with pytest.raises(IndexError, match=f"1 bytes at {address} are out of bounds"):
            memory[address]
        with pytest.raises(IndexError):
            memory[address] = 1
    wrong_bytes: list[Any] = [(256, ValueError), (-1, ValueError), ("a", TypeError)]
    for value, error in wrong_bytes:
        with pytest.raises(error):
            memory[0] = value
    for wrong in (1.0, "a", None):
        with pytest.raises(TypeError):
            memory[wrong]  # type: ignore[call-overload]


def test_slices(memory: Memory) -> None:
    memory[10:13] = b"abc"
    assert memory[9:14] == b"\0abc\0"
    assert type(memory[9:14]) is bytes
    memory[Number(11) : Number(13) : Number(1)] = array("h", [0x4142])
    assert memory[10:13:1] == b"aBA"
    assert memory[PAGE:] == memory[:0] == memory[5:5] == b""
    assert memory[:11][10:] == b"a"
    assert len(memory[1:]) == PAGE - 1
    for part in (slice(-3, 5), slice(5, 4), slice(0, PAGE + 1), slice(-2, None)):
        with pytest.raises(IndexError, match="out of bounds"):
            memory[part]
        with pytest.raises(IndexError, match="out of bounds"):
            memory[part] = b""
    for step in (2, -1, 0):
        with pytest.raises(ValueError, match="no steps"):
            memory[0:4:step]
        with pytest.raises(ValueError, match="no steps"):
            memory[0:4:step] = b"four"
    with pytest.raises(ValueError, match="2 bytes are given for 3"):
        memory[10:13] = b"xy"
    with pytest.raises(TypeError):
        memory[10:13] = "abc"
    assert memory[10:13] == b"aBA"


def test_reading_and_writing(memory: Memory) -> None:
    memory.write(Number(PAGE - 3), b"end")
    assert memory.read(Number(PAGE - 3), Number(3)) == b"end"
    assert memory.read(PAGE, 0) == b""
    memory.write(0, memoryview(b"a-b-c-")[::2])
    assert memory[:4] == b"abc\0"
    memory.write(1, ((ctypes.c_int * 3) * 0)())
    assert memory[:4] == b"abc\0"
    for address, length in ((PAGE - 2, 3), (-1, 1), (0, -1), (PAGE + 1, 0)):
        with pytest.raises(IndexError):
            memory.read(address, length)
    with pytest.raises(IndexError):
        memory.write(PAGE - 2, b"end")
    with pytest.raises(IndexError):
        memory.write(-3, b"end")


def test_texts_end_at_the_first_nul(memory: Memory) -> None:
    memory.grow(1)
    memory[100:107] = b"one\0two"
    assert memory.cstring(100) == b"one"
    assert memory.cstring(103) == b""
    assert memory.cstring(Number(104)) == b"two"
    # Longer than what is looked at in one go, and none up to the end.
    memory[200 : 2 * PAGE - 1] = b"x" * (2 * PAGE - 201)
    assert memory.cstring(200) == b"x" * (2 * PAGE - 201)
    memory[2 * PAGE - 1] = 1
    with pytest.raises(IndexError, match="no NUL ends the text at 200"):
        memory.cstring(200)
    for address in (-1, 2 * PAGE, 2 * PAGE + 1):
        with pytest.raises(IndexError):
            memory.cstring(address)


def test_records(memory: Memory) -> None:
    memory.pack_into("<3I", 5, 1, 2, 0xFFFFFFFF)
    assert memory.unpack("<3I", 5) == (1, 2, 0xFFFFFFFF)
    assert memory[5:17] == struct.pack("<3I", 1, 2, 0xFFFFFFFF)
    memory.pack_into("<hd", Number(PAGE - 10), -1, 0.5)
    assert memory.unpack("<hd", Number(PAGE - 10)) == (-1, 0.5)
    for address in (PAGE - 9, -10, PAGE):
        with pytest.raises(IndexError):
            memory.unpack("<hd", address)
        with pytest.raises(IndexError):
            memory.pack_into("<hd", address, 1, 1.0)
    with pytest.raises(struct.error):
        memory.unpack("<?!", 0)
    with pytest.raises(struct.error):
        memory.pack_into("<II", 5, 9, -1)
    assert memory.unpack("<I", 5) == (1,)


@pytest.mark.parametrize("address", [0, 8, 13, PAGE - 24])
def test_arrays_are_the_memory_itself(memory: Memory, address: int) -> None:
    view: Any = memory.array(address, 3, "d")
    assert (view.format, len(view), view.itemsize) == ("d", 3, 8)
    view[2] = -1.5
    assert memory.unpack("<3d", address) == (0.0, 0.0, -1.5)
    memory.grow(1)
    fresh = memory.array(Number(address), Number(3), "d")
    memory.pack_into("<d", address, 4.0)
    assert fresh.tolist() == [4.0, 0.0, -1.5]


@pytest.mark.parametrize("code", "bBhHiIqQfd")
def test_the_numbers_of_arrays(memory: Memory, code: str) -> None:
    memory.pack_into(f"<2{code}", 3, 1, 2)
    assert memory.array(3, 2, code).tolist() == [1, 2]
    assert memory.array(PAGE, 0, code).tolist() == []


def test_arrays_have_bounds(memory: Memory) -> None:
    for address, length in ((PAGE - 7, 1), (-8, 1), (0, -1), (0, PAGE), (1 << 64, 1)):
        with pytest.raises(IndexError):
            memory.array(address, length, "d")
    for code in ("l", "<d", "", "dd", "x", "B" * 2):
        with pytest.raises(ValueError, match="code must be one of"):
            memory.array(0, 1, code)


@pytest.mark.skipif(
    sys.version_info < (3, 12), reason="Python asks for __buffer__ from 3.12 on"
)
def test_memoryview_of_a_memory(memory: Memory) -> None:
    view = memoryview(memory)  # type: ignore[arg-type, unused-ignore]
    view[3] = 9
    assert memory[3] == 9
    memory.grow(1)
    assert len(memoryview(memory)) == 2 * PAGE  # type: ignore[arg-type, unused-ignore]
    assert bytes(memory)[3] == 9
