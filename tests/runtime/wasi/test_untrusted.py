"""Pointers, lengths and counts that a program makes up."""

from __future__ import annotations

import random
import struct

import pytest

from tests.runtime.wasi.caller import CREAT, DATA, PATH, RESULT, ROOT, Caller
from tests.runtime.wasi.conftest import Folders
from wasm2py_runtime import MemoryDirectory, ProcExit
from wasm2py_runtime.wasi import errno, rights
from wasm2py_runtime.wasi.functions import SIGNATURES

SIZE = 2 * 65536
FAR = (SIZE, SIZE - 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, -1, 0xFFFFFFF0)


def program() -> Caller:
    made = Caller(
        ["name", "argument"],
        {"NAME": "value"},
        b"input",
        preopens={"/": MemoryDirectory({"a": b"content", "sub": {}})},
    )
    made.link_to("a", "link")
    return made


@pytest.mark.parametrize("address", FAR)
def test_pointers_that_are_out_of_bounds(address: int) -> None:
    made = program()
    fd = made.open("a", 0, rights.OF_FILES)
    path = made.path("a")
    link = made.path("link", PATH + 100)
    for name, *args in (
        ("args_get", address, DATA),
        ("args_get", DATA, address),
        ("args_sizes_get", address, DATA),
        ("args_sizes_get", DATA, address),
        ("environ_get", address, DATA),
        ("environ_get", DATA, address),
        ("environ_sizes_get", address, DATA),
        ("clock_res_get", 0, address),
        ("clock_time_get", 0, 0, address),
        ("fd_fdstat_get", fd, address),
        ("fd_filestat_get", fd, address),
        ("fd_prestat_get", ROOT, address),
        ("fd_read", fd, address, 1, RESULT),
        ("fd_read", fd, DATA, 0, address),
        ("fd_pread", fd, address, 1, 0, RESULT),
        ("fd_write", fd, address, 1, RESULT),
        ("fd_write", fd, DATA, 0, address),
        ("fd_pwrite", fd, address, 1, 0, RESULT),
        ("fd_readdir", ROOT, address, 100, 0, RESULT),
        ("fd_readdir", ROOT, DATA, 100, 0, address),
        ("fd_seek", fd, 0, 0, address),
        ("fd_tell", fd, address),
        ("path_create_directory", ROOT, address, 2),
        ("path_filestat_get", ROOT, 0, address, 2, DATA),
        ("path_filestat_get", ROOT, 0, *path, address),
        ("path_open", ROOT, 0, address, 2, 0, 0, 0, 0, RESULT),
        ("path_open", ROOT, 0, *path, 0, 0, 0, 0, address),
        ("path_readlink", ROOT, address, 2, DATA, 10, RESULT),
        ("path_readlink", ROOT, *link, address, 10, RESULT),
        ("path_readlink", ROOT, *link, DATA, 10, address),
        ("path_rename", ROOT, address, 2, ROOT, *path),
        ("path_symlink", address, 2, ROOT, *path),
        ("poll_oneoff", address, DATA, 1, RESULT),
        ("poll_oneoff", DATA, address, 1, RESULT),
        ("random_get", address, 2),
    ):
        assert made.errno(name, *args) == errno.FAULT, name


def test_a_file_is_not_made_where_its_number_cannot_be_written() -> None:
    made = program()
    path = made.path("new")
    args = (ROOT, 0, *path, CREAT, 0, 0, 0, SIZE)
    assert made.errno("path_open", *args) == errno.FAULT
    assert made.names() == ["a", "link", "sub"]


def test_buffers_that_are_out_of_bounds(folders: Folders) -> None:
    made = folders.program({"a": b"content"})
    fd = made.open("a", 0, rights.OF_FILES)
    for start, length in (
        (SIZE, 1),
        (SIZE - 1, 2),
        (0, 0xFFFFFFFF),
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0xFFFFFFFF, 0),
    ):
        made.memory.write(16, struct.pack("<4I", DATA, 4, start, length))
        for name, more in (("fd_read", ()), ("fd_write", ())):
            result = made.errno(name, fd, 16, 2, *more, RESULT)
            assert result == errno.FAULT, (name, start, length)
        for name in ("fd_pread", "fd_pwrite"):
            assert made.errno(name, fd, 16, 2, 0, RESULT) == errno.FAULT
    assert made.read_file("a") == b"content"


@pytest.mark.parametrize("count", [1025, 0x7FFFFFFF, 0xFFFFFFFF])
def test_too_many_buffers(count: int) -> None:
    made = program()
    fd = made.open("a", 0, rights.OF_FILES)
    assert made.errno("fd_read", fd, 0, count, RESULT) == errno.INVAL
    assert made.errno("fd_write", fd, 0, count, RESULT) == errno.INVAL


def test_buffers_that_are_more_than_there_can_be() -> None:
    made = program()
    made.memory.grow(1000)
    made.memory.write(0x10000, struct.pack("<II", 0, 60_000_000) * 1000)
    assert made.errno("fd_write", 1, 0x10000, 1000, RESULT) == errno.INVAL


@pytest.mark.parametrize("count", [0, 4097, 0x10000000, 0xFFFFFFFF])
def test_too_many_subscriptions(count: int) -> None:
    assert program().errno("poll_oneoff", 0, 0, count, RESULT) == errno.INVAL


def test_random_bytes_in_pieces() -> None:
    asked = []

    def give(count: int) -> bytes:
        asked.append(count)
        return b"x" * count

    made = Caller(random=give)
    assert made.errno("random_get", 0, 0xFFFFFFFF) == errno.FAULT
    assert asked == []
    made("random_get", 1, SIZE - 1)
    assert max(asked) <= 65536 and sum(asked) == SIZE - 1
    assert made.memory.read(0, 3) == b"\0xx"


def test_numbers_at_random() -> None:
    """Each call ends with an error number, or as proc_exit does."""
    made = program()
    rng = random.Random(1)
    interesting = [0, 1, 2, 3, 4, 8, DATA, PATH, SIZE, 1 << 31, 0xFFFFFFFF, -1]
    names = sorted(set(SIGNATURES) - {"poll_oneoff"})
    for _ in range(20_000):
        name = rng.choice(names)
        if name in ("fd_close", "fd_renumber") and rng.random() < 0.9:
            continue
        args = []
        for mask in SIGNATURES[name].masks:
            value = rng.choice(interesting)
            if rng.random() < 0.1:
                value = rng.getrandbits(64)
            args.append(value & mask)
        try:
            assert 0 <= made.errno(name, *args) <= 76
        except ProcExit:
            assert name.startswith("proc_")
