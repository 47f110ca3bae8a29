"""Folders in memory: what is in them, and how much may be."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest

from tests.runtime.wasi.caller import CREAT, TRUNC, WRITE, Caller
from tests.runtime.wasi.expected import fails
from wasm2py_runtime import MemoryDirectory
from wasm2py_runtime.wasi import rights

FILES = rights.OF_FILES


def test_contents() -> None:
    files = {"a": b"1", "sub": {"b": b"2", "empty": {}}, "l": PurePosixPath("a")}
    folder = MemoryDirectory(files)
    assert folder.files == files
    assert repr(folder) == "<MemoryDirectory: 'a', 'l', 'sub'>"
    assert MemoryDirectory().files == {}
    # A copy, both ways.
    folder.files["a"] = b"other"
    files["a"] = b"other"
    assert folder.files["a"] == b"1"


@pytest.mark.parametrize(
    "files, error",
    [
        ({"": b""}, ValueError),
        ({".": b""}, ValueError),
        ({"..": {}}, ValueError),
        ({"a/b": b""}, ValueError),
        ({"a\0": b""}, ValueError),
        ({"n" * 256: b""}, ValueError),
        (["a"], TypeError),
        ({1: b""}, TypeError),
        ({"a": "text"}, TypeError),
        ({"a": None}, TypeError),
    ],
)
def test_what_cannot_be_in_it(files: Any, error: Any) -> None:
    with pytest.raises(error):
        MemoryDirectory(files)


def test_a_limit_for_bytes() -> None:
    folder = MemoryDirectory({"a": b"12345"}, max_bytes=10)
    program = Caller(preopens={"/": folder})
    program.write_file("b", b"12345")
    fd = program.open("b", 0, FILES)
    for call in (
        lambda: program.write_at(fd, b"6", 5),
        lambda: program("fd_filestat_set_size", fd, 6),
        lambda: program("fd_filestat_set_size", fd, 1 << 31),
        lambda: program("fd_allocate", fd, 0, 6),
        lambda: program.link_to("x", "link"),
    ):
        with fails("NOSPC"):
            call()
    assert program.write_at(fd, b"xyz", 2) == 3
    # What is given up can be used again, once nobody has it open.
    program("fd_filestat_set_size", fd, 4)
    program.link_to("x", "link")
    program.unlink("link")
    program.unlink("b")
    with fails("NOSPC"):
        program.write_file("c", b"12")
    program.close(fd)
    program.write_file("c", b"12345")
    assert folder.files == {"a": b"12345", "c": b"12345"}
    program.close(program.open("a", TRUNC))
    program.write_file("d", b"12345")


def test_limits_for_what_is_there_already() -> None:
    MemoryDirectory({"a": b"12"}, max_bytes=2)
    with pytest.raises(ValueError, match="more than the 2 bytes"):
        MemoryDirectory({"a": b"12", "b": b"3"}, max_bytes=2)
    with pytest.raises(ValueError, match="max_bytes"):
        MemoryDirectory(max_bytes=-1)


def test_a_limit_for_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasm2py_runtime.wasi.memory_folders._MOST_NAMES", 4)
    folder = MemoryDirectory({}, max_bytes=10)
    program = Caller(preopens={"/": folder})
    program.close(program.open("a", CREAT))
    program.make_folder("b")
    program.hard_link("a", "c")
    program.link_to("a", "d")
    for call in (
        lambda: program.open("e", CREAT),
        lambda: program.make_folder("e"),
        lambda: program.link_to("a", "e"),
        lambda: program.hard_link("a", "e"),
    ):
        with fails("NOSPC"):
            call()
    program.rename("a", "b/a")
    program.rename("c", "d")
    program.make_folder("e")
    with fails("NOSPC"):
        program.make_folder("f")
    program.unlink("d")
    program.make_folder("f")
    with pytest.raises(ValueError, match="4 names"):
        MemoryDirectory({**folder.files, "g": b""}, max_bytes=10)


def test_what_was_refused_takes_no_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasm2py_runtime.wasi.memory_folders._MOST_NAMES", 2)
    folder = MemoryDirectory({}, max_bytes=10)
    program = Caller(preopens={"/": folder})
    for _ in range(3):
        with fails("NOSPC"):
            program.link_to("longer than ten", "link")
    program.link_to("ten bytes!", "link")
    with fails("NOSPC"):
        program.write_file("a", b"1")
    program.unlink("link")
    program.write_file("a", b"ten bytes!")
    assert folder.files == {"a": b"ten bytes!"}


def test_files_that_are_too_large() -> None:
    program = Caller(preopens={"/": MemoryDirectory({"a": b""})})
    fd = program.open("a", 0, FILES)
    for size in ((1 << 32) + 1, (1 << 63) - 1):
        with fails("FBIG"):
            program("fd_filestat_set_size", fd, size)
    with fails("FBIG"):
        program.write_at(fd, b"x", 1 << 62)
    program.seek(fd, (1 << 63) - 1)
    with fails("FBIG"):
        program.write(fd, b"x")
    with fails("INVAL"):
        program.seek(fd, 1, 1)
    assert program.status(fd).size == 0


def test_a_folder_of_several_programs() -> None:
    folder = MemoryDirectory({})
    Caller(preopens={"/": folder}).write_file("a", b"1")
    assert Caller(preopens={"/data": folder}).read_file("a") == b"1"


def test_the_same_folder_twice() -> None:
    folder = MemoryDirectory({"a": b"1"})
    program = Caller(preopens={"/one": folder, "/two": folder})
    program.rename("a", "b", to=4)
    assert program.names(3) == ["b"]


def test_folders_within_folders_without_end() -> None:
    folder = MemoryDirectory({})
    program = Caller(preopens={"/": folder})
    fd = 3
    for _ in range(5000):
        program.make_folder("d", fd)
        inner = program.open_folder("d", fd)
        if fd != 3:
            program.close(fd)
        fd = inner
    files, depth = folder.files, 0
    while files:
        files, depth = files["d"], depth + 1
    assert depth == 5000


def test_writing_needs_to_have_been_asked_for() -> None:
    program = Caller(preopens={"/": MemoryDirectory({"a": b"1"})})
    fd = program.open("a", 0, WRITE | rights.FD_SEEK)
    program("fd_fdstat_set_rights", fd, WRITE | rights.FD_SEEK, 0)
    assert program.write(fd, b"2") == 1
