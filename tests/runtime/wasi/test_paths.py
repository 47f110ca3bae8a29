"""What becomes of paths, on disk and in memory."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.runtime.wasi.caller import (
    CREAT,
    DATA,
    DIRECTORY,
    EXCL,
    RESULT,
    ROOT,
    TRUNC,
    WRITE,
    Caller,
)
from tests.runtime.wasi.conftest import Folders
from tests.runtime.wasi.expected import fails
from wasm2py_runtime.wasi import rights


@pytest.mark.parametrize(
    "path",
    [
        "sub/inner/file",
        "./sub/.//inner/../../sub/inner/../inner///./file",
        "sub/./inner/file",
        "sub/inner/up/inner/file",
        "link/file",
        "sub/inner/../inner/self",
    ],
)
def test_ways_to_a_file(folders: Folders, path: str) -> None:
    files = {"file": b"1", "up": PurePosixPath(".."), "self": PurePosixPath("./file")}
    program = folders.program(
        {"sub": {"inner": files}, "link": PurePosixPath("sub/inner")}
    )
    assert program.read_file(path, follow=True) == b"1"


def test_opening(folders: Folders) -> None:
    program = folders.program({"a": b"", "sub": {}})
    with fails("NOENT"):
        program.open("missing")
    with fails("NOENT"):
        program.open("missing/a")
    with fails("NOTDIR"):
        program.open("a/b")
    with fails("NOENT"):
        program.open("")
    with fails("EXIST"):
        program.open("a", CREAT | EXCL)
    with fails("NOENT"):
        program.open("missing/a", CREAT)
    program.close(program.open("new", CREAT | EXCL))
    assert program.names() == ["a", "new", "sub"]
    for path in ("sub", "sub/", "sub/.", ".", "sub/..", "sub///"):
        program.close(program.open(path, DIRECTORY))
        program.close(program.open(path))


@pytest.mark.parametrize("end", ["/", "/.", "///"])
def test_a_slash_behind_a_file(folders: Folders, end: str) -> None:
    files = {"a": b"", "l": PurePosixPath("a"), "sub": {}, "s": PurePosixPath("sub")}
    program = folders.program(files)
    for name in ("a", "l"):
        path = name + end
        for follow in (False, True):
            with fails("NOTDIR"):
                program.open(path, follow=follow)
            with fails("NOTDIR"):
                program.status_of(path, follow)
        place = program.path(path)
        with fails("NOTDIR"):
            program("path_filestat_set_times", ROOT, 0, *place, 0, 0, 2)
    with fails("NOENT"):
        program.status_of(f"missing{end}")
    with fails("ISDIR", "NOENT"):
        program.open(f"missing{end}", CREAT)
    # Behind a link to a folder, it is the folder that is meant.
    assert program.status_of(f"s{end}").type == rights.DIRECTORY
    program.close(program.open(f"s{end}"))
    assert program.status_of("s").type == rights.SYMBOLIC_LINK
    assert program.names() == ["a", "l", "s", "sub"]


def test_links(folders: Folders) -> None:
    program = folders.program({"a": b"1"})
    program.link_to("a", "link")
    assert program.read_link("link") == b"a"
    assert program.read_link("link", 1) == b"a"
    program.link_to("somewhere/else", "dangling")
    assert program.read_link("dangling", 4) == b"some"
    assert program.status_of("link").type == rights.SYMBOLIC_LINK
    assert program.status_of("link").size == 1
    assert program.status_of("link", follow=True).size == 1
    assert program.status_of("link", True).type == rights.REGULAR_FILE
    with fails("NOENT"):
        program.status_of("dangling", follow=True)
    with fails("LOOP"):
        program.open("link")
    with fails("LOOP", "NOTDIR"):
        program.open("link", DIRECTORY)
    with fails("NOENT"):
        program.open("dangling", follow=True)
    with fails("INVAL"):
        program.read_link("a")
    with fails("INVAL"):
        program.read_link(".")
    with fails("NOENT"):
        program.read_link("missing")
    with fails("EXIST"):
        program.link_to("a", "link")
    with fails("EXIST"):
        program.link_to("a", "a")
    with fails("NOENT"):
        program.link_to("", "empty")


def test_times_of_a_link(folders: Folders) -> None:
    program = folders.program({"a": b""})
    program.link_to("a", "link")
    before = program.status_of("a")
    place = program.path("link")
    program("path_filestat_set_times", ROOT, 0, *place, 0, 1000, 4)
    assert program.status_of("link").modified == 1000
    assert program.status_of("a").modified == before.modified
    place = program.path("link")
    program("path_filestat_set_times", ROOT, 1, *place, 0, 2000, 4)
    assert program.status_of("a").modified == 2000


def test_creating_through_a_link(folders: Folders) -> None:
    program = folders.program({"sub": {}})
    program.link_to("sub/new", "link")
    with fails("LOOP", "EXIST"):
        program.open("link", CREAT)
    program.close(program.open("link", CREAT, follow=True))
    assert program.status_of("sub/new").type == rights.REGULAR_FILE


def test_a_file_that_must_be_new(folders: Folders) -> None:
    """A link is something that is there, wherever it leads."""
    program = folders.program({})
    program.link_to("missing", "dangling")
    program.link_to("dangling", "twice")
    for name in ("dangling", "twice"):
        for follow in (False, True):
            with fails("EXIST"):
                program.open(name, CREAT | EXCL, WRITE, follow=follow)
    assert program.names() == ["dangling", "twice"]
    program.close(program.open("missing", CREAT | EXCL, WRITE, follow=True))


def test_loops(folders: Folders) -> None:
    program = folders.program({})
    program.link_to("loop", "loop")
    program.link_to("b", "a")
    program.link_to("a", "b")
    for path in ("loop", "a", "loop/x", "a/x", "loop/"):
        with fails("LOOP"):
            program.open(path, follow=True)
        with fails("LOOP"):
            program.status_of(path, follow=True)
    # Each is read more often than the one before.
    program.link_to("." + "/x0" * 10, "x1")
    program.link_to(".", "x0")
    for number in range(1, 10):
        program.link_to("./" + f"x{number}/" * 10, f"x{number + 1}")
    with fails("LOOP"):
        program.open("x10", follow=True)


def test_a_dot_at_the_end_is_the_folder_itself(folders: Folders) -> None:
    """So it must be there, and cannot be made, removed or given another name."""
    program = folders.program({"a": b"", "sub": {"inner": {}}, "empty": {}})
    program.link_to("empty", "link")
    for path in ("new/.", "new/./", "sub/new/."):
        with fails("NOENT"):
            program.make_folder(path)
        with fails("NOENT"):
            program.open(path, CREAT)
        with fails("NOENT"):
            program.link_to("a", path)
    for path in ("empty/.", "empty/.//", "sub/../empty/.", "link/."):
        assert program.status_of(path).type == rights.DIRECTORY
        with fails("EXIST"):
            program.make_folder(path)
        with fails("INVAL"):
            program.remove_folder(path)
        with fails("ISDIR", "PERM"):
            program.unlink(path)
        with fails("BUSY"):
            program.rename(path, "other")
        with fails("BUSY"):
            program.rename("sub", path)
    with fails("NOTDIR"):
        program.remove_folder("a/.")
    # Further in, it says nothing.
    program.make_folder("sub/./new")
    assert program.names() == ["a", "empty", "link", "sub"]


def test_making_folders(folders: Folders) -> None:
    program = folders.program({"a": b""})
    program.make_folder("sub")
    program.make_folder("sub/inner/")
    for path in ("sub", "a", ".", "sub/inner/.."):
        with fails("EXIST"):
            program.make_folder(path)
    with fails("NOENT"):
        program.make_folder("missing/sub")
    with fails("NOTDIR"):
        program.make_folder("a/sub")


def test_removing_folders(folders: Folders) -> None:
    program = folders.program({"a": b"", "sub": {"inner": {}}})
    program.link_to("sub", "link")
    with fails("NOTEMPTY"):
        program.remove_folder("sub")
    for path in ("a", "a/", "link", "link/"):
        with fails("NOTDIR"):
            program.remove_folder(path)
    with fails("NOENT"):
        program.remove_folder("missing")
    with fails("INVAL"):
        program.remove_folder(".")
    with fails("INVAL", "NOTEMPTY"):
        program.remove_folder("sub/inner/..")
    program.remove_folder("sub/inner/")
    program.remove_folder("sub")
    assert program.names() == ["a", "link"]


def test_a_removed_folder_that_is_open(folders: Folders) -> None:
    program = folders.program({"sub": {}})
    fd = program.open_folder("sub")
    program.remove_folder("sub")
    with fails("NOENT"):
        program.open("a", CREAT, fd=fd)
    with fails("NOENT"):
        program.make_folder("a", fd=fd)
    assert program.names(fd) == []


def test_unlinking(folders: Folders) -> None:
    program = folders.program({"a": b"", "sub": {}})
    program.link_to("a", "link")
    program.link_to("sub", "folder")
    for path in ("sub", "sub/", ".", "sub/.."):
        with fails("ISDIR", "PERM"):
            program.unlink(path)
    for path in ("a/", "link/", "folder/"):
        with fails("NOTDIR"):
            program.unlink(path)
    with fails("NOENT"):
        program.unlink("missing")
    program.unlink("link")
    program.unlink("folder")
    assert program.names() == ["a", "sub"]


def test_renaming(folders: Folders) -> None:
    program = folders.program({"a": b"1", "b": b"2", "sub": {"c": b"3"}, "empty": {}})
    program.rename("a", "b")
    assert program.read_file("b") == b"1"
    program.rename("b", "sub/b")
    program.rename("sub/", "empty/")
    assert program.names() == ["empty"]
    program.rename("empty", "sub")
    program.rename("sub/b", "sub/b")
    sub = program.open_folder("sub")
    program.rename("b", "top", fd=sub)
    assert program.names(sub) == ["c"]
    assert program.names() == ["sub", "top"]
    program.rename("top", "back", to=sub)
    assert program.names(sub) == ["back", "c"]


def test_what_cannot_be_renamed(folders: Folders) -> None:
    program = folders.program({"a": b"", "full": {"b": b""}, "sub": {"inner": {}}})
    with fails("NOENT"):
        program.rename("missing", "b")
    with fails("ISDIR"):
        program.rename("a", "full")
    with fails("NOTDIR"):
        program.rename("sub", "a")
    with fails("NOTEMPTY"):
        program.rename("sub", "full")
    with fails("INVAL"):
        program.rename("sub", "sub/inner/sub")
    with fails("NOTDIR"):
        program.rename("a/", "b")
    with fails("NOTDIR"):
        program.rename("a", "b/")
    with fails("BUSY", "INVAL"):
        program.rename(".", "b")
    program.link_to("sub", "link")
    with fails("NOTDIR"):
        program.rename("link/", "b")
    program.rename("link", "b")
    assert program.read_link("b") == b"sub"


def test_hard_links(folders: Folders) -> None:
    program = folders.program({"a": b"1", "sub": {}})
    program.hard_link("a", "b")
    assert program.status_of("a") == program.status_of("b")
    assert program.status_of("a").links == 2
    program.unlink("a")
    assert program.read_file("b") == b"1"
    assert program.status_of("b").links == 1
    with fails("EXIST"):
        program.hard_link("b", "b")
    with fails("EXIST"):
        program.hard_link("b", "sub")
    with fails("PERM", "ACCES"):
        program.hard_link("sub", "c")
    with fails("NOENT"):
        program.hard_link("b", "c/")
    with fails("NOTDIR"):
        program.hard_link("b/", "c")
    with fails("NOENT"):
        program.hard_link("missing", "c")
    with fails("INVAL"):
        program.hard_link("b", "c", flags=1)
    # Of a link, not of what it leads to.
    program.link_to("missing", "link")
    program.hard_link("link", "link2")
    assert program.read_link("link2") == b"missing"


def test_slashes_behind_new_links(folders: Folders) -> None:
    program = folders.program({"a": b"", "sub": {}})
    with fails("NOENT"):
        program.link_to("x", "new/")
    with fails("EXIST"):
        program.link_to("x", "sub/")
    with fails("NOTDIR", "EXIST"):
        program.link_to("x", "a/")


def test_two_folders(folders: Folders) -> None:
    one, two = folders.make({"a": b"1"}), folders.make({})
    program = Caller(preopens={"/one": one, "/two": two})
    if folders.kind == "memory":
        with fails("XDEV"):
            program.rename("a", "b", to=4)
        with fails("XDEV"):
            program.hard_link("a", "b", fd=4)
    else:
        program.rename("a", "b", to=4)
        assert program.names(4) == ["b"]


def test_long_names(folders: Folders) -> None:
    program = folders.program({})
    longest = "n" * 255
    program.close(program.open(longest, CREAT))
    assert program.names() == [longest]
    for path in ("n" * 256, "sub/" + "n" * 256, "n" * 256 + "/a"):
        with fails("NAMETOOLONG", "NOENT"):
            program.open(path, CREAT)
    with fails("NAMETOOLONG"):
        program.make_folder("n" * 256)


@pytest.mark.parametrize("count", [4096, 4097, 10_000, 100_000])
def test_long_paths(folders: Folders, count: int) -> None:
    program = folders.program({"a": b"1"})
    path = "./" * (count // 2) + "a" * (1 + count % 2)
    program.memory.grow(4)
    address = 0x20000
    program.memory.write(address, path.encode())
    with fails("NAMETOOLONG"):
        program("path_open", ROOT, 0, address, len(path), 0, 0, 0, 0, RESULT)
    with fails("NAMETOOLONG"):
        program("path_symlink", address, len(path), ROOT, *program.path("b"))


def test_paths_of_the_greatest_length(folders: Folders) -> None:
    program = folders.program({"a": b"1"})
    assert program.read_file("./" * 2047 + "a") == b"1"
    with fails("NOENT", "NAMETOOLONG"):
        program.open("x/" * 2047 + "a")


def test_deep_paths(folders: Folders) -> None:
    program = folders.program({})
    path = "d"
    for _ in range(200):
        program.make_folder(path)
        path += "/d"
    program.close(program.open(path, CREAT))
    assert program.status_of(path).type == rights.REGULAR_FILE


def test_reading_a_link_into_a_small_buffer(folders: Folders) -> None:
    program = folders.program({})
    program.link_to("target", "link")
    program.memory.write(DATA, b"......")
    program.on_path("path_readlink", ROOT, "link", DATA, 4, RESULT)
    assert program.u32() == 4
    assert program.memory.read(DATA, 6) == b"targ.."


def test_truncating_makes_nothing(folders: Folders) -> None:
    program = folders.program({})
    with fails("NOENT"):
        program.open("missing", TRUNC)
    assert program.names() == []
