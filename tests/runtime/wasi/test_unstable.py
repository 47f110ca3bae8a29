"""The version before preview 1, whose numbers and structures are partly others."""

from __future__ import annotations

import struct

import pytest

from tests.runtime.wasi.caller import DATA, PATH, RESULT, Caller
from wasm2py_runtime import MemoryDirectory
from wasm2py_runtime.wasi import errno, rights


@pytest.fixture
def program() -> Caller:
    folder = MemoryDirectory({"a": b"0123456789"})
    return Caller(module="wasi_unstable", preopens={"/": folder}, clock=lambda: 9)


def test_whences(program: Caller) -> None:
    fd = program.open("a", 0, rights.OF_FILES)
    assert program.seek(fd, 3, 2) == 3
    assert program.seek(fd, 2, 0) == 5
    assert program.seek(fd, -1, 1) == 9
    assert program.errno("fd_seek", fd, 0, 3, RESULT) == errno.INVAL


def test_filestat(program: Caller) -> None:
    program.memory.write(DATA, b"\xff" * 64)
    program("path_filestat_get", 3, 0, *program.path("a"), DATA)
    fields = struct.unpack("<QQB3xIQQQQ", program.memory.read(DATA, 56))
    assert fields[2:5] == (rights.REGULAR_FILE, 1, 10)
    assert program.memory.read(DATA + 56, 8) == b"\xff" * 8


def test_subscriptions(program: Caller) -> None:
    clock = struct.pack("<QB7xQI4xQQH6x", 1, 0, 77, 1, 5, 0, 1)
    reading = struct.pack("<QB7xI36x", 2, 1, 0)
    assert len(clock) == len(reading) == 56
    program.memory.write(DATA, clock + reading)
    program("poll_oneoff", DATA, PATH, 2, RESULT)
    assert program.u32() == 2
    data = program.memory.read(PATH, 64)
    events = [fields[:3] for fields in struct.iter_unpack("<QHB5xQH6x", data)]
    assert events == [(2, 0, 1), (1, 0, 0)]
