"""Files: Emscripten's system calls over the folders of WASI."""

from __future__ import annotations

import struct
from pathlib import Path, PurePath
from typing import Any

import pytest

from tests.runtime.emscripten.program import CURRENT, DATA, PATH, Program
from wasm2py_runtime import Directory, Function, MemoryDirectory
from wasm2py_runtime.emscripten.signatures import Wanted
from wasm2py_runtime.emscripten.stat import StatLayout, stat_layout
from wasm2py_runtime.wasi.errno import (
    ACCES,
    AGAIN,
    BADF,
    EXIST,
    FAULT,
    INVAL,
    ISDIR,
    LOOP,
    NAMETOOLONG,
    NOENT,
    NOMEM,
    NOTDIR,
    NOTTY,
    RANGE,
    ROFS,
)

RDWR, CREAT, EXCL, TRUNC, APPEND, DIRECTORY = 2, 0o100, 0o200, 0o1000, 0o2000, 0o200000


@pytest.fixture(params=["memory", "host"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "memory":
        return MemoryDirectory(
            {
                "a": b"text",
                "sub": {"b": b""},
                "out": PurePath("/etc"),
                "l": PurePath("a"),
            }
        )
    (tmp_path / "a").write_bytes(b"text")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b").write_bytes(b"")
    (tmp_path / "out").symlink_to("/etc")
    (tmp_path / "l").symlink_to("a")
    return Directory(tmp_path)


def test_open_read_write(folder: Any) -> None:
    program = Program({"/data": folder})
    fd = program.open("/data/a", RDWR)
    assert program.read(fd, 100) == b"text"
    assert program.write(fd, b"more") == 4
    assert program.call("__syscall_ftruncate64", fd, 6) == 0
    assert program.function("fd_seek")(fd, 0, 0, 8) == 0
    assert program.read(fd, 100) == b"textmo"
    assert program.function("fd_close")(fd) == 0
    assert program.function("fd_close")(fd) == BADF


@pytest.mark.parametrize(
    "path, flags, errno",
    [
        ("/data/none", 0, NOENT),
        ("/etc/passwd", 0, NOENT),
        ("/data/../etc/passwd", 0, ACCES),
        ("/../etc/passwd", 0, NOENT),
        ("/data/sub/../../etc", 0, ACCES),
        ("/data/out/passwd", 0, ACCES),
        ("/database", 0, NOENT),
        ("/data/a", CREAT | EXCL, EXIST),
        ("/data/sub", RDWR, ISDIR),
        ("/data/new/", CREAT | RDWR, ISDIR),
        ("/data/a", DIRECTORY, NOTDIR),
        ("/data/a/b", 0, NOTDIR),
        ("/data/l", 0o400000, LOOP),
        ("", 0, NOENT),
        ("/data/" + "n" * 256, 0, NAMETOOLONG),
        ("/data/" + "n/" * 2100, 0, NAMETOOLONG),
    ],
)
def test_open_fails(folder: Any, path: str, flags: int, errno: int) -> None:
    assert Program({"/data": folder}).open(path, flags) == -errno


def test_relative_paths(folder: Any) -> None:
    program = Program({"/data": folder})
    assert program.open("a") == -NOENT
    assert program.call("__syscall_chdir", "/data/sub") == 0
    assert program.open("../a") > 2
    assert program.open("../../a") == -ACCES
    assert program.call("__syscall_getcwd", DATA, 100) == len("/data/sub") + 1
    assert program.memory.cstring(DATA) == b"/data/sub"
    assert program.call("__syscall_getcwd", DATA, 5) == -RANGE
    assert program.call("__syscall_chdir", "/data/a") == -NOTDIR
    fd = program.open("/data/sub", DIRECTORY)
    assert program.open("b", 0, fd) > fd
    assert program.open("../a", 0, fd) == -ACCES
    assert program.open("b", 0, 99) == -BADF


def test_the_innermost_folder_is_meant(folder: Any) -> None:
    inner = MemoryDirectory({"x": b"inner"})
    program = Program({"/": folder, "/sub": inner})
    assert program.read(program.open("/sub/x"), 9) == b"inner"
    assert program.read(program.open("/a"), 9) == b"text"


def test_folders_above(folder: Any) -> None:
    program = Program({"/home/user/data": folder})
    for path in ("/", "/home", "/home/user/", "/home/user/data"):
        assert program.call("__syscall_stat64", path, DATA) == 0
        assert program.memory.unpack("<I", DATA + 4)[0] & 0o170000 == 0o040000
    assert program.call("__syscall_stat64", "/home/other", DATA) == -NOENT
    assert program.open("/home") == -NOENT


def test_changes(folder: Any) -> None:
    program = Program({"/": folder})
    call = program.call
    assert call("__syscall_mkdirat", CURRENT, "/d", 0o777) == 0
    assert call("__syscall_mkdirat", CURRENT, "/d", 0o777) == -EXIST
    assert call("__syscall_renameat", CURRENT, "/a", CURRENT, "/d/c") == 0
    assert call("__syscall_symlinkat", "c", CURRENT, "/d/link") == 0
    assert call("__syscall_symlinkat", "/etc/passwd", CURRENT, "/d/evil") == -ACCES
    assert call("__syscall_readlinkat", CURRENT, "/d/link", DATA, 100) == 1
    assert call("__syscall_linkat", CURRENT, "/d/c", CURRENT, "/d/hard", 0) == 0
    assert call("__syscall_faccessat", CURRENT, "/d/hard", 2, 0) == 0
    assert call("__syscall_truncate64", "/d/hard", 2) == 0
    assert program.read(program.open("/d/link"), 9) == b"te"
    for name in ("/d/link", "/d/hard", "/d/c"):
        assert call("__syscall_unlinkat", CURRENT, name, 0) == 0
    assert call("__syscall_rmdir", "/d") == 0
    assert call("__syscall_unlinkat", CURRENT, "/d", 0x200) == -NOENT


def test_a_folder_that_is_read_only(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"text")
    program = Program({"/": Directory(tmp_path, read_only=True)})
    assert program.open("/a", RDWR | TRUNC) == -ROFS
    assert program.open("/b", RDWR | CREAT) == -ROFS
    assert program.call("__syscall_truncate64", "/a", 0) == -ROFS
    assert program.call("__syscall_faccessat", CURRENT, "/a", 2, 0) == -ACCES
    assert program.call("__syscall_unlinkat", CURRENT, "/a", 0) == -ROFS
    assert (tmp_path / "a").read_bytes() == b"text"


def test_status(folder: Any) -> None:
    program = Program({"/": folder})
    assert program.call("__syscall_newfstatat", CURRENT, "/l", DATA, 0x100) == 0
    assert program.memory.unpack("<I", DATA + 4) == (0o120777,)
    assert program.call("__syscall_stat64", "/l", DATA) == 0
    assert program.memory.unpack("<I", DATA + 4) == (0o100644,)
    assert program.memory.unpack("<Q", DATA + 24) == (4,)
    assert program.call("__syscall_fstat64", 1, DATA) == 0
    assert program.memory.unpack("<I", DATA + 4) == (0o020666,)
    times = struct.pack("<qi4xqi4x", 10, 20, 30, 40)
    program.memory.write(DATA, times)
    assert program.call("__syscall_utimensat", CURRENT, "/a", DATA, 0) == 0
    assert program.call("__syscall_stat64", "/a", DATA) == 0
    assert program.memory.unpack("<qi4xqi", DATA + 40) == (10, 20, 30, 40)


def layout(*names: str) -> StatLayout:
    return stat_layout([Wanted("env", name, "function", ((), ())) for name in names])


def test_versions_of_the_status() -> None:
    sizes = [
        layout().struct.size,
        layout("emscripten_memcpy_big").struct.size,
        layout("__syscall_fstatat64", "emscripten_memcpy_big").struct.size,
    ]
    assert sizes == [96, 112, 88]


def test_listing(folder: Any) -> None:
    program = Program({"/": folder})
    fd = program.open("/", DIRECTORY)

    def names(size: int) -> list[bytes]:
        found: list[bytes] = []
        while True:
            count = program.call("__syscall_getdents64", fd, DATA, size)
            assert count >= 0
            if not count:
                return found
            at = DATA
            while at < DATA + count:
                (length,) = program.memory.unpack("<H", at + 16)
                found.append(program.memory.cstring(at + 19))
                at += length

    expected = [b".", b"..", b"a", b"l", b"out", b"sub"]
    assert names(1000) == expected
    assert names(1000) == []
    assert program.function("fd_seek")(fd, 0, 0, 8) == 0
    assert names(32) == expected
    assert program.function("fd_seek")(fd, 0, 0, 8) == 0
    assert program.call("__syscall_getdents64", fd, DATA, 10) == -INVAL
    assert program.call("__syscall_getdents64", 1, DATA, 100) == -NOTDIR


def test_duplicates_share_a_file(folder: Any) -> None:
    program = Program({"/": folder})
    fd = program.open("/a", RDWR)
    other = program.call("__syscall_dup", fd)
    assert program.call("__syscall_dup3", fd, 100, 0) == 100
    assert program.call("__syscall_dup3", fd, fd, 0) == -INVAL
    assert program.call("__syscall_dup3", fd, 1 << 20, 0) == -BADF
    assert program.read(fd, 2) == b"te"
    assert program.function("fd_close")(fd) == 0
    assert program.read(other, 2) == b"xt"
    # The lowest number is given again, also below one that was chosen.
    assert program.open("/a") == fd
    assert program.open("/a") == other + 1
    assert program.function("fd_close")(other) == 0
    assert program.read(100, 2) == b""
    program.memory.pack_into("<I", 64, 200)
    assert program.call("__syscall_fcntl64", 100, 0, 64) == 200
    assert program.call("__syscall_fcntl64", 100, 3, 64) == RDWR
    assert program.call("__syscall_fcntl64", 100, 99, 64) == -INVAL
    program.wasi.close()


def test_closing_a_standard_stream_for_another(folder: Any) -> None:
    program = Program({"/": folder})
    fd = program.open("/new", RDWR | CREAT)
    assert program.call("__syscall_dup3", fd, 1, 0) == 1
    assert program.write(1, b"to the file") == 11
    assert program.function("fd_close")(fd) == 0
    assert program.read(program.open("/new"), 100) == b"to the file"


def test_devices_and_pipes() -> None:
    output = bytearray()
    program = Program(stdout=output.extend, random=lambda count: b"r" * count)
    assert program.read(program.open("/dev/null", RDWR), 10) == b""
    assert program.read(program.open("/dev/urandom"), 3) == b"rrr"
    program.write(program.open("/dev/stdout"), b"out")
    assert output == b"out"
    assert program.call("__syscall_pipe2", 64, 0) == 0
    reading, writing = program.memory.unpack("<2I", 64)
    program.write(writing, b"through")
    assert program.read(reading, 100) == b"through"
    written = [program.write(writing, bytes(60_000)) for _ in range(3)]
    assert written == [60_000, 5_536, AGAIN]
    assert program.call("__syscall_ioctl", 1, 0x5413, 64) == 0
    assert program.open("/dev/mem") == -NOENT


def test_terminals_are_streams(folder: Any) -> None:
    program = Program({"/": folder})
    fd = program.open("/a")
    assert program.call("__syscall_ioctl", fd, 0x5413, 64) == -NOTTY


def test_poll() -> None:
    program = Program()
    program.memory.write(DATA, struct.pack("<iHHiHH", 1, 4, 9, 77, 1, 9))
    assert program.call("__syscall_poll", DATA, 2, -1) == 2
    assert program.memory.unpack("<iHHiHH", DATA) == (1, 4, 4, 77, 1, 32)


def test_texts_end_with_a_zero_or_the_memory(folder: Any) -> None:
    program = Program({"/": folder})
    assert program.call("__syscall_openat", CURRENT, b"/a\0b", 0, 0) > 2
    size = len(program.memory)
    program.memory.write(size - 2, b"/a")
    assert program.call("__syscall_openat", CURRENT, size - 2, 0, 0) > 2
    assert program.call("__syscall_openat", CURRENT, size, 0, 0) == -NOENT
    assert program.call("__syscall_openat", CURRENT, size + 1, 0, 0) == -FAULT
    program.memory.write(PATH, b"/" * (size - PATH))
    assert program.call("__syscall_openat", CURRENT, PATH, 0, 0) == -NAMETOOLONG


def test_a_file_that_is_mapped(folder: Any) -> None:
    program = Program(
        {"/": folder},
        {"emscripten_builtin_memalign": Function(lambda a, n: 65536, "i32 i32 -> i32")},
    )
    fd = program.open("/a", RDWR)
    assert program.call("_mmap_js", 6, 3, 1, fd, 1, 64, 68) == 0
    assert program.memory.unpack("<2I", 64) == (1, 65536)
    assert program.memory.read(65536, 6) == b"ext\0\0\0"
    program.memory.write(65536, b"EXTRA!")
    assert program.call("_munmap_js", 65536, 6, 3, 1, fd, 1) == 0
    assert program.read(program.open("/a"), 100) == b"tEXT"
    reading = program.open("/a")
    assert program.call("_mmap_js", 6, 3, 1, reading, 0, 64, 68) == -ACCES
    assert program.call("_mmap_js", 0xFFFFFFFF, 1, 1, fd, 0, 64, 68) == -NOMEM
