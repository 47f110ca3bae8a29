"""Reading, writing and describing files and folders, on disk and in memory."""

from __future__ import annotations

import struct

import pytest

from tests.runtime.wasi.caller import (
    ALL,
    CREAT,
    DATA,
    DIRECTORY,
    READ,
    RESULT,
    ROOT,
    TRUNC,
    WRITE,
    Caller,
)
from tests.runtime.wasi.conftest import Folders
from tests.runtime.wasi.expected import fails
from wasm2py_runtime.wasi import errno, rights

EVERYTHING = rights.OF_FILES


def test_a_file_is_written_and_read(folders: Folders) -> None:
    program = folders.program({})
    program.write_file("new", b"content")
    assert program.read_file("new") == b"content"


def test_what_was_there_is_read(folders: Folders) -> None:
    program = folders.program({"a": b"1", "sub": {"b": b"2"}})
    assert program.read_file("a") == b"1"
    assert program.read_file("sub/b") == b"2"


def test_changes_are_there_afterwards(folders: Folders) -> None:
    folder = folders.make({"gone": b"", "kept": b"old"})
    program = Caller(preopens={"/": folder})
    program.unlink("gone")
    program.write_file("kept", b"new")
    program.make_folder("sub")
    program.link_to("kept", "link")
    contents = folders.contents(folder)
    assert str(contents.pop("link")) == "kept"
    assert contents == {"kept": b"new", "sub": {}}


def test_offsets(folders: Folders) -> None:
    program = folders.program({"a": b"0123456789"})
    fd = program.open("a", 0, EVERYTHING)
    assert program.read(fd, 3) == b"012"
    program("fd_tell", fd, RESULT)
    assert program.u64() == 3
    assert program.seek(fd, -1, 1) == 2
    assert program.seek(fd, -2, 2) == 8
    assert program.read(fd) == b"89"
    assert program.read(fd) == b""
    assert program.seek(fd, 4) == 4
    assert program.write(fd, b"xy") == 2
    assert program.read_at(fd, 20, 3) == b"3xy6789"
    assert program.write_at(fd, b"z", 0) == 1
    assert program.seek(fd, 0, 1) == 6
    with fails("INVAL"):
        program.seek(fd, -1)
    with fails("INVAL"):
        program.seek(fd, 0, 3)
    with fails("INVAL"):
        program.read_at(fd, 1, 1 << 63)


def test_a_gap_is_zeros(folders: Folders) -> None:
    program = folders.program({"a": b"1"})
    fd = program.open("a", 0, EVERYTHING)
    program.seek(fd, 3)
    program.write(fd, b"2")
    assert program.read_at(fd, 10, 0) == b"1\0\x002"


def test_appending(folders: Folders) -> None:
    program = folders.program({"a": b"1"})
    fd = program.open("a", 0, EVERYTHING, fdflags=rights.APPEND)
    assert program.fdstat(fd)["flags"] == rights.APPEND
    program.write(fd, b"2")
    program.seek(fd, 0)
    program.write(fd, b"3")
    assert program.seek(fd, 0, 1) == 3
    program("fd_fdstat_set_flags", fd, 0)
    program.seek(fd, 0)
    program.write(fd, b"4")
    assert program.read_file("a") == b"423"


def test_truncation(folders: Folders) -> None:
    program = folders.program({"a": b"123"})
    fd = program.open("a", TRUNC, EVERYTHING)
    assert program.status(fd).size == 0
    program("fd_filestat_set_size", fd, 5)
    assert program.read(fd) == bytes(5)
    program("fd_filestat_set_size", fd, 2)
    assert program.status(fd).size == 2


def test_allocation(folders: Folders) -> None:
    program = folders.program({"a": b"123"})
    fd = program.open("a", 0, EVERYTHING)
    program("fd_allocate", fd, 1, 1)
    assert program.status(fd).size == 3
    program("fd_allocate", fd, 2, 3)
    assert program.read(fd) == b"123\0\0"
    with fails("INVAL"):
        program("fd_allocate", fd, 0, 0)
    with fails("INVAL"):
        program("fd_allocate", fd, 1 << 63, 1)
    program("fd_advise", fd, 0, 10, 5)
    with fails("INVAL"):
        program("fd_advise", fd, 0, 10, 6)


def test_times(folders: Folders) -> None:
    program = folders.program({"a": b""}, clock=lambda: 5_000_000_000)
    fd = program.open("a", 0, EVERYTHING)
    program("fd_filestat_set_times", fd, 1_000_000_000, 2_000_000_000, 1 | 4)
    assert program.status(fd)[5:7] == (1_000_000_000, 2_000_000_000)
    program("fd_filestat_set_times", fd, 0, 3_000_000_000, 4)
    assert program.status(fd)[5:7] == (1_000_000_000, 3_000_000_000)
    program("fd_filestat_set_times", fd, 0, 0, 2)
    assert program.status(fd)[5:7] == (5_000_000_000, 3_000_000_000)
    place = program.path("a")
    program("path_filestat_set_times", ROOT, 0, *place, 7, 8, 1 | 8)
    assert program.status(fd).accessed == 7
    assert program.status(fd).modified == 5_000_000_000
    for flags in (1 | 2, 4 | 8, 16):
        with fails("INVAL"):
            program("fd_filestat_set_times", fd, 0, 0, flags)
    with fails("INVAL"):
        program("fd_filestat_set_times", fd, 1 << 63, 0, 1)


def test_status(folders: Folders) -> None:
    program = folders.program({"a": b"123", "sub": {}})
    a, sub = program.status_of("a"), program.status_of("sub")
    assert (a.type, a.size, a.links) == (rights.REGULAR_FILE, 3, 1)
    assert sub.type == rights.DIRECTORY
    assert a.device == sub.device and a.inode != sub.inode
    assert program.status(ROOT).type == rights.DIRECTORY
    fd = program.open("a")
    assert program.status(fd) == a
    program("fd_sync", fd) if program.fdstat(fd)["base"] & rights.FD_SYNC else None


def test_syncing(folders: Folders) -> None:
    program = folders.program({"a": b""})
    fd = program.open("a", 0, EVERYTHING)
    program("fd_sync", fd)
    program("fd_datasync", fd)
    program("fd_sync", ROOT)
    program("fd_datasync", ROOT)
    program("fd_sync", 1)


def test_listing(folders: Folders) -> None:
    program = folders.program({"b": b"", "a": {}, "c": b""})
    program.link_to("b", "d")
    entries = program.list()
    assert [item.name for item in entries] == ["a", "b", "c", "d"]
    types = [item.type for item in entries]
    assert types == [
        rights.DIRECTORY,
        rights.REGULAR_FILE,
        rights.REGULAR_FILE,
        rights.SYMBOLIC_LINK,
    ]
    for item in entries:
        assert item.inode == program.status_of(item.name).inode


@pytest.mark.parametrize("size", [25, 40, 64, 100, 1000])
def test_listing_in_parts(folders: Folders, size: int) -> None:
    names = [f"file{number:02}" for number in range(50)]
    program = folders.program(dict.fromkeys(names, b""))
    if size < 24 + 6:
        program("fd_readdir", ROOT, DATA, size, 2, RESULT)
        assert program.u32() == size
    else:
        assert program.names() == names
        assert [item.name for item in program.list(size=size)] == names


def test_a_listing_has_the_folder_itself_and_the_one_above(folders: Folders) -> None:
    program = folders.program({})
    program("fd_readdir", ROOT, DATA, 100, 0, RESULT)
    assert program.u32() == 24 * 2 + 3
    inode = program.memory.read(DATA + 8, 8)
    # What is above is outside.
    assert program.memory.read(DATA + 25 + 8, 8) == inode


def test_a_listing_stays_as_it_was(folders: Folders) -> None:
    program = folders.program({"a": b"", "b": b"", "c": b""})
    program("fd_readdir", ROOT, DATA, 24 * 3 + 4, 0, RESULT)
    program.unlink("a")
    program("fd_readdir", ROOT, DATA, 1000, 3, RESULT)
    assert program.u32() == 2 * 25
    program("fd_readdir", ROOT, DATA, 1000, 1 << 63, RESULT)
    assert program.u32() == 0


def test_listings_that_are_too_much_to_keep(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wasm2py_runtime.wasi.listings._MOST_ENTRIES", 12)
    program = folders.program({"a": b"", "b": b"", "c": b""})
    fds = [program.open_folder(".") for _ in range(4)]
    for fd in fds:
        program("fd_readdir", fd, DATA, 24 * 3 + 4, 0, RESULT)
    program.unlink("a")
    # Two of the four are as they were, and the others as the folder is.
    for fd, rest in zip(reversed(fds), (2, 2, 1, 1)):
        program("fd_readdir", fd, DATA, 1000, 3, RESULT)
        assert program.u32() == rest * 25


def test_an_unlinked_file_goes_on(folders: Folders) -> None:
    program = folders.program({"a": b"123"})
    fd = program.open("a")
    program.unlink("a")
    assert program.read(fd) == b"123"
    with fails("NOENT"):
        program.open("a")


def test_several_buffers(folders: Folders) -> None:
    program = folders.program({"a": b""})
    fd = program.open("a", 0, EVERYTHING)
    program.memory.write(DATA, b"abcdef")
    iovs = struct.pack("<8I", DATA, 2, DATA + 4, 2, DATA, 0, DATA + 2, 1)
    program.memory.write(64, iovs)
    program("fd_write", fd, 64, 4, RESULT)
    assert program.u32() == 5
    assert program.read_at(fd, 10, 0) == b"abefc"
    program.memory.write(64, struct.pack("<4I", DATA + 100, 2, DATA + 200, 10))
    program("fd_pread", fd, 64, 2, 0, RESULT)
    assert program.u32() == 5
    assert program.memory.read(DATA + 100, 2) == b"ab"
    assert program.memory.read(DATA + 200, 4) == b"efc\0"


def test_folders_are_no_files(folders: Folders) -> None:
    program = folders.program({"sub": {}})
    for call in (
        ("fd_read", ROOT, 0, 0, RESULT),
        ("fd_pread", ROOT, 0, 0, 0, RESULT),
        ("fd_write", ROOT, 0, 0, RESULT),
        ("fd_pwrite", ROOT, 0, 0, 0, RESULT),
        ("fd_seek", ROOT, 0, 0, RESULT),
        ("fd_tell", ROOT, RESULT),
        ("fd_allocate", ROOT, 0, 1),
        ("fd_filestat_set_size", ROOT, 0),
        ("fd_advise", ROOT, 0, 0, 0),
    ):
        name, *args = call
        assert program.errno(name, *args) == errno.ISDIR, call
    with fails("ISDIR"):
        program.open("sub", 0, WRITE)
    with fails("ISDIR"):
        program.open(".", DIRECTORY, READ | WRITE)
    with fails("ISDIR"):
        program.open("sub", TRUNC)
    with fails("ISDIR"):
        program.open("sub", CREAT)


def test_files_are_no_folders(folders: Folders) -> None:
    program = folders.program({"a": b""})
    fd = program.open("a", 0, ALL)
    with fails("NOTDIR"):
        program.open("b", fd=fd)
    with fails("NOTDIR"):
        program.list(fd)
    with fails("NOTDIR"):
        program.open("a", DIRECTORY)
    with fails("BADF"):
        program("fd_prestat_get", fd, RESULT)
    with fails("NOTSOCK"):
        program("sock_shutdown", fd, 1)


def test_rights_are_those_asked_for(folders: Folders) -> None:
    program = folders.program({"a": b"1"})
    reading, writing = program.open("a", 0, READ), program.open("a", 0, WRITE)
    assert program.fdstat(reading) == {
        "type": rights.REGULAR_FILE,
        "flags": 0,
        "base": READ,
        "inheriting": 0,
    }
    for name in ("fd_write", "fd_pwrite"):
        more = () if name == "fd_write" else (0,)
        assert program.errno(name, reading, 0, 0, *more, RESULT) == errno.NOTCAPABLE
    assert program.errno("fd_read", writing, 0, 0, RESULT) == errno.NOTCAPABLE
    for call in (
        ("fd_tell", reading, RESULT),
        ("fd_seek", reading, 0, 0, RESULT),
        ("fd_filestat_get", reading, DATA),
        ("fd_filestat_set_size", writing, 0),
        ("fd_filestat_set_times", writing, 0, 0, 2),
        ("fd_allocate", writing, 0, 1),
        ("fd_sync", writing),
        ("fd_datasync", writing),
        ("fd_advise", writing, 0, 0, 0),
        ("fd_fdstat_set_flags", writing, 0),
    ):
        name, *args = call
        assert program.errno(name, *args) == errno.NOTCAPABLE, call


def test_rights_can_only_be_dropped(folders: Folders) -> None:
    program = folders.program({"a": b"1", "sub": {"b": b""}})
    fd = program.open("a", 0, READ | WRITE)
    program("fd_fdstat_set_rights", fd, READ, 0)
    assert program.read(fd) == b"1"
    with fails("NOTCAPABLE"):
        program.write(fd, b"2")
    with fails("NOTCAPABLE"):
        program("fd_fdstat_set_rights", fd, READ | WRITE, 0)
    with fails("NOTCAPABLE"):
        program("fd_fdstat_set_rights", fd, READ, READ)
    # What a folder does not hand on, what is opened in it does not get.
    sub = program.open("sub", DIRECTORY, rights.PATH_OPEN, inheriting=READ)
    program.open("b", fd=sub, base=READ)
    with fails("NOTCAPABLE"):
        program.open("b", fd=sub, base=WRITE)
    with fails("NOTCAPABLE"):
        program.open("b", CREAT, fd=sub, base=READ)
    with fails("NOTCAPABLE"):
        program.open("b", TRUNC, fd=sub, base=READ)
    for name in ("path_create_directory", "path_unlink_file", "path_remove_directory"):
        with fails("NOTCAPABLE"):
            program.on_path(name, sub, "b")


def test_numbers_of_descriptors(folders: Folders) -> None:
    program = folders.program({"a": b"1", "b": b"2"})
    a, b = program.open("a"), program.open("b")
    assert (a, b) == (4, 5)
    program.close(a)
    with fails("BADF"):
        program.close(a)
    with fails("BADF"):
        program.read(a)
    with fails("BADF"):
        program("fd_renumber", a, b)
    with fails("BADF"):
        program("fd_renumber", b, a)
    assert program.open("a") == a
    program("fd_renumber", b, a)
    assert program.read(a) == b"2"
    with fails("BADF"):
        program.read(b)
    program("fd_renumber", a, a)
    assert program.open("b") == b
    # Where the number of something given is taken, it is gone.
    program("fd_renumber", a, ROOT)
    with fails("BADF"):
        program("fd_prestat_get", ROOT, RESULT)


def test_unknown_flags(folders: Folders) -> None:
    program = folders.program({"a": b""})
    place = program.path("a")
    assert program.errno("path_open", ROOT, 2, *place, 0, 0, 0, 0, 8) == errno.INVAL
    assert program.errno("path_open", ROOT, 0, *place, 16, 0, 0, 0, 8) == errno.INVAL
    assert program.errno("path_open", ROOT, 0, *place, 0, 0, 0, 32, 8) == errno.INVAL
    fd = program.open("a", 0, EVERYTHING)
    assert program.errno("fd_fdstat_set_flags", fd, 32) == errno.INVAL


def test_synchronous_files(folders: Folders) -> None:
    program = folders.program({})
    flags = rights.SYNC | rights.DSYNC
    fd = program.open("a", CREAT, EVERYTHING, fdflags=flags)
    assert program.fdstat(fd)["flags"] == flags
    assert program.write(fd, b"1") == 1


def test_prestat(folders: Folders) -> None:
    program = Caller(preopens={"/data": folders.make({}), ".": folders.make({})})
    program("fd_prestat_get", 3, RESULT)
    assert struct.unpack("<B3xI", program.memory.read(RESULT, 8)) == (0, 5)
    program("fd_prestat_dir_name", 3, DATA, 5)
    assert program.memory.read(DATA, 6) == b"/data\0"
    program("fd_prestat_dir_name", 4, DATA, 9)
    assert program.memory.read(DATA, 2) == b".d"
    with fails("NAMETOOLONG"):
        program("fd_prestat_dir_name", 3, DATA, 4)
    for fd in (0, 1, 2, 5):
        with fails("BADF"):
            program("fd_prestat_get", fd, RESULT)


def test_large_files_in_pieces(folders: Folders) -> None:
    program = folders.program({})
    program.memory.grow(70)
    data = bytes(range(256)) * (3 << 12)
    program.memory.write(0x20000, data)
    program.memory.write(16, struct.pack("<II", 0x20000, len(data)))
    fd = program.open("a", CREAT, EVERYTHING)
    program("fd_write", fd, 16, 1, RESULT)
    assert program.u32() == len(data)
    program.memory.write(0x20000, bytes(len(data)))
    program("fd_pread", fd, 16, 1, 1, RESULT)
    assert program.u32() == len(data) - 1
    assert program.memory.read(0x20000, len(data) - 1) == data[1:]
