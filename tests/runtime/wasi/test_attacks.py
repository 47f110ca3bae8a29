"""Ways out of the folders that a program was given, none of which may lead anywhere."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from tests.runtime.wasi.caller import (
    ALL,
    CREAT,
    DATA,
    DIRECTORY,
    RESULT,
    ROOT,
    TRUNC,
    WRITE,
    Caller,
    Failed,
)
from tests.runtime.wasi.conftest import Folders, read_tree
from tests.runtime.wasi.expected import fails
from wasm2py_runtime import WASI, Directory, MemoryDirectory
from wasm2py_runtime.wasi import errno, host_folders, rights

only_host = pytest.mark.skipif(
    not host_folders.is_supported(), reason="no descriptors of folders"
)
OUTSIDE = [
    "..",
    "../",
    "../outside",
    "../outside/secret",
    "./../outside/secret",
    "sub/../../outside/secret",
    "sub/inner/../../../outside/secret",
    "sub/inner/.././../..",
    "../inside/a",
    "sub/../../inside/a",
    "/",
    "/a",
    "/etc/passwd",
    "//a",
]
LINKS = {
    "up": "..",
    "up2": "../",
    "file": "../outside/secret",
    "back": "../inside/a",
    "deep": "sub/../../outside/secret",
    "absolute": "/etc/passwd",
    "root": "/",
    "twice": "file",
    "through": "sub/inner/out/secret",
}


@pytest.fixture
def world(folders: Folders, tmp_path: Path) -> Any:
    """A folder that is given, beside one that is not."""
    files = {
        "a": b"inside",
        "sub": {"inner": {"out": PurePosixPath("../../../outside")}},
        **{name: PurePosixPath(target) for name, target in LINKS.items()},
    }
    if folders.kind == "memory":
        return MemoryDirectory(files)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_bytes(b"secret")
    (tmp_path / "inside").mkdir()
    from tests.runtime.wasi.conftest import write_tree

    write_tree(tmp_path / "inside", files)
    return Directory(tmp_path / "inside")


def everything(program: Caller, path: str) -> None:
    """Each call with a path is refused."""
    denied = ("NOTCAPABLE",)
    for follow in (False, True):
        with fails(*denied):
            program.open(path, follow=follow)
        with fails(*denied):
            program.open(path, CREAT | TRUNC, WRITE, follow=follow)
        with fails(*denied):
            program.open(path, DIRECTORY, follow=follow)
        with fails(*denied):
            program.status_of(path, follow)
        place = program.path(path)
        with fails(*denied):
            program("path_filestat_set_times", ROOT, int(follow), *place, 0, 0, 2)
    with fails(*denied):
        program.read_link(path)
    to_change(program, path)


def to_change(program: Caller, path: str) -> None:
    denied = ("NOTCAPABLE",)
    for call in (program.make_folder, program.remove_folder, program.unlink):
        with fails(*denied):
            call(path)
    with fails(*denied):
        program.link_to("a", path)
    with fails(*denied):
        program.hard_link("a", path)
    with fails(*denied):
        program.hard_link(path, "b")
    with fails(*denied):
        program.rename("a", path)
    with fails(*denied):
        program.rename(path, "b")


@pytest.mark.parametrize("path", OUTSIDE)
def test_paths_that_lead_out(world: Any, path: str) -> None:
    everything(Caller(preopens={"/": world}), path)


@pytest.mark.parametrize("name", ["up", "up2", "root", "sub/inner/out"])
def test_links_on_the_way(world: Any, name: str) -> None:
    program = Caller(preopens={"/": world})
    for rest in ("x", "outside/secret", "x/", "../inside/a"):
        everything(program, f"{name}/{rest}")


@pytest.mark.parametrize("name", [*LINKS, "sub/inner/out"])
def test_links_at_the_end(world: Any, name: str) -> None:
    program = Caller(preopens={"/": world})
    for path in (name, f"{name}/", f"{name}/."):
        slash = path != name
        for oflags in (0, CREAT, TRUNC, DIRECTORY, CREAT | TRUNC):
            with fails("NOTCAPABLE"):
                program.open(path, oflags, follow=True)
            with fails("NOTCAPABLE") if slash else fails("LOOP"):
                program.open(path, oflags)
        with fails("NOTCAPABLE"):
            program.status_of(path, follow=True)
    assert program.status_of(name).type == rights.SYMBOLIC_LINK


def test_links_are_changed_themselves(world: Any, folders: Folders) -> None:
    before = folders.contents(world)
    program = Caller(preopens={"/": world})
    for name in LINKS:
        path = f"{name}/"
        for call in (program.unlink, program.remove_folder):
            with fails("NOTDIR"):
                call(path)
        with fails("NOTDIR"):
            program.rename(path, "other")
        with fails("NOTDIR", "EXIST"):
            program.link_to("a", path)
        with fails("NOTDIR", "EXIST"):
            program.hard_link("a", path)
        with fails("NOTDIR"):
            program.rename("a", path)
        with fails("EXIST"):
            program.make_folder(name)
        to_change(program, f"{name}/.")
        with fails("NOTDIR"):
            program.remove_folder(name)
    assert folders.contents(world) == before
    program.rename("file", "up")
    assert program.read_link("up") == b"../outside/secret"
    program.write_file("new", b"new")
    program.rename("new", "absolute")
    assert program.read_file("absolute") == b"new"
    program.unlink("root")


def test_links_that_a_program_makes(folders: Folders) -> None:
    program = folders.program({"a": b"", "sub": {}})
    for target in ("/", "/etc/passwd", "//"):
        with fails("NOTCAPABLE"):
            program.link_to(target, "link")
    program.link_to("../..", "sub/up")
    program.link_to("sub/up", "up")
    for path in ("up", "up/x", "sub/up", "sub/up/x"):
        with fails("NOTCAPABLE"):
            program.open(path, follow=True)


def test_folders_opened_further_in_are_roots(folders: Folders) -> None:
    program = folders.program({"a": b"", "sub": {"inner": {"b": b""}}})
    fd = program.open_folder("sub")
    for path in ("..", "../a", "inner/../../a"):
        with fails("NOTCAPABLE"):
            program.open(path, fd=fd)
    program.link_to("../a", "link", fd=fd)
    with fails("NOTCAPABLE"):
        program.open("link", fd=fd, follow=True)
    program.close(program.open("sub/link", follow=True))


def test_a_folder_that_was_moved(folders: Folders) -> None:
    """Going back leads to where the walk came from."""
    program = folders.program({"one": {"two": {"three": {}}}, "a": b"1"})
    fd = program.open_folder("one/two")
    program.rename("one/two", "two")
    with fails("NOTCAPABLE"):
        program.open("three/../../a", fd=fd)
    program.make_folder("three/x", fd=fd)
    assert program.status_of("two/three/x").type == rights.DIRECTORY


def test_zeros_in_names(folders: Folders) -> None:
    program = folders.program({"a": b""})
    for path in (b"a\0", b"\0", b"a\0b", b"a\0/../.."):
        with fails("INVAL"):
            program.open(path)
        with fails("INVAL"):
            program.open(path, CREAT)
        with fails("INVAL"):
            program.link_to(path, "b")
    assert program.names() == ["a"]


def test_names_that_are_no_text(folders: Folders) -> None:
    program = folders.program({})
    for path in (b"\xff", b"a\xc0\xaf..", b"\xed\xa0\x80", b"\xe2\x82"):
        with fails("ILSEQ"):
            program.open(path, CREAT)
    # Text of any kind is fine, also what other systems understand otherwise.
    for name in ("C:", "C:x", "..\\x", "con", "aux.txt", "a:b", "\u2044", "..."):
        program.close(program.open(name, CREAT))
    assert len(program.names()) == 8


def test_descriptors_that_were_never_given(folders: Folders) -> None:
    program = folders.program({})
    for fd in (4, 5, 100, 255, 1 << 20, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, -1):
        for name, *args in (
            ("fd_read", 0, 0, RESULT),
            ("fd_close",),
            ("fd_fdstat_get", DATA),
            ("fd_readdir", DATA, 10, 0, RESULT),
            ("path_open", 0, 0, 0, 0, 0, 0, 0, RESULT),
            ("path_unlink_file", 0, 0),
            ("sock_accept", 0, RESULT),
            ("fd_renumber", ROOT),
        ):
            assert program.errno(name, fd, *args) == errno.BADF, (name, fd)


def test_as_many_descriptors_as_there_may_be() -> None:
    program = Caller(preopens={"/": MemoryDirectory({"a": b""})})
    for _ in range(4092):
        program.open("a")
    with fails("MFILE"):
        program.open("a")
    with fails("MFILE"):
        program.open("new", CREAT)
    program.close(1000)
    assert program.open("a") == 1000


@only_host
def test_the_host_keeps_descriptors_of_its_own(tmp_path: Path) -> None:
    import resource

    (tmp_path / "a").write_bytes(b"")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, limits[1]))
    try:
        memory = MemoryDirectory({"b": b""})
        program = Caller(preopens={"/": tmp_path, "/memory": memory})
        opened = [program.open("a") for _ in range(49)]
        for flags in (0, CREAT):
            with fails("MFILE"):
                program.open("a", flags)
        # What takes none of them is still there.
        program.open("b", fd=ROOT + 1)
        program.close(opened[0])
        other = program.open("a")
        program("fd_renumber", opened[1], other)
        program.open("a")
        with fails("MFILE"):
            program.open("a")
        program.wasi.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@only_host
@pytest.mark.parametrize("what", ["fifo", "socket", "device"])
def test_what_is_no_file(tmp_path: Path, what: str) -> None:
    (tmp_path / "root").mkdir()
    path = tmp_path / "root/it"
    if what == "fifo":
        os.mkfifo(path)
    elif what == "socket":
        server = socket.socket(socket.AF_UNIX)
        where = os.getcwd()
        os.chdir(path.parent)  # names of sockets are short
        try:
            server.bind("it")
        finally:
            os.chdir(where)
            server.close()
    else:
        if os.getuid():
            pytest.skip("only root can make a device")
        try:
            os.mknod(path, 0o600 | 0o020000, os.makedev(1, 3))
        except OSError as error:
            pytest.skip(f"no device can be made: {error}")
    program = Caller(preopens={"/": tmp_path / "root"})
    for base in (0, rights.FD_READ, WRITE, rights.FD_READ | WRITE):
        for oflags in (0, TRUNC, CREAT):
            with fails("ACCES"):
                program.open("it", oflags, base)
    assert program.status_of("it").type != rights.REGULAR_FILE
    assert program.names() == ["it"]


@only_host
def test_a_file_that_becomes_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and opening."""
    os.mkfifo(tmp_path / "it")
    program = Caller(preopens={"/": tmp_path})
    monkeypatch.setattr(
        host_folders.HostFolder,
        "_type_to_open",
        lambda self, name, how: rights.REGULAR_FILE,
    )
    before = set(os.listdir("/dev/fd")) if os.path.isdir("/dev/fd") else None
    for base in (rights.FD_READ, rights.FD_READ | WRITE):
        with fails("ACCES"):
            program.open("it", 0, base)
    if before is not None:
        assert not set(os.listdir("/dev/fd")) - before


@only_host
def test_a_file_that_goes_is_not_made_in_a_read_only_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and opening."""
    look = host_folders.HostFolder._type_to_open

    def removing(self: Any, name: bytes, how: Any) -> int:
        type_ = look(self, name, how)
        (tmp_path / "a").unlink()
        return type_

    (tmp_path / "a").write_bytes(b"content")
    program = Caller(preopens={"/": Directory(tmp_path, read_only=True)})
    monkeypatch.setattr(host_folders.HostFolder, "_type_to_open", removing)
    with fails("NOENT"):
        program.open("a", CREAT)
    assert not list(tmp_path.iterdir())


@only_host
def test_a_read_only_folder(tmp_path: Path) -> None:
    (tmp_path / "root/sub").mkdir(parents=True)
    (tmp_path / "root/a").write_bytes(b"content")
    (tmp_path / "root/link").symlink_to("a")
    (tmp_path / "other").mkdir()
    before = read_tree(tmp_path / "root")
    status = os.stat(tmp_path / "root/a")
    program = Caller(
        preopens={
            "/": Directory(tmp_path / "root", read_only=True),
            "/other": tmp_path / "other",
        }
    )
    for oflags, base in (
        (TRUNC, 0),
        (TRUNC, rights.FD_READ),
        (0, WRITE),
        (0, rights.FD_FILESTAT_SET_SIZE),
        (0, rights.FD_ALLOCATE),
        (TRUNC, WRITE),
        (CREAT | TRUNC, rights.FD_READ),
    ):
        for follow, path in ((False, "a"), (True, "link"), (True, "sub/../a")):
            with fails("ROFS"):
                program.open(path, oflags, base, follow=follow)
    with fails("ROFS"):
        program.open("new", CREAT)
    sub = program.open_folder("sub")
    with fails("ROFS"):
        program.open("new", CREAT, fd=sub)
    for fd in (ROOT, sub):
        with fails("ROFS"):
            program.make_folder("new", fd)
        with fails("ROFS"):
            program.link_to("a", "new", fd)
        with fails("ROFS"):
            program("fd_filestat_set_times", fd, 0, 0, 1)
    with fails("ROFS"):
        program.remove_folder("sub")
    for path in ("a", "link"):
        with fails("ROFS"):
            program.unlink(path)
        with fails("ROFS"):
            program.rename(path, "new")
        with fails("ROFS"):
            program("path_filestat_set_times", ROOT, 0, *program.path(path), 0, 0, 1)
    # Another name for a file, where writing is allowed, and the other way round.
    for call in (program.hard_link, program.rename):
        with fails("ROFS"):
            call("a", "a", **({"fd": 4} if call == program.hard_link else {"to": 4}))
    with fails("ROFS"):
        program.rename("b", "b", fd=4, to=ROOT)
    # What reads, reads; and a file that was opened so cannot be changed.
    everything_but_writing = ALL & ~rights.WRITING
    fd = program.open("a", 0, everything_but_writing, inheriting=ALL)
    assert program.read(fd) == b"content"
    with fails("ROFS"):
        program("fd_filestat_set_times", fd, 0, 0, 1)
    with fails("NOTCAPABLE"):
        program("fd_filestat_set_size", fd, 0)
    with fails("NOTCAPABLE"):
        program("fd_allocate", fd, 0, 100)
    with fails("NOTCAPABLE"):
        program.write(fd, b"x")
    assert read_tree(tmp_path / "root") == before
    after = os.stat(tmp_path / "root/a")
    assert (after.st_size, after.st_mtime_ns, after.st_nlink) == (
        status.st_size,
        status.st_mtime_ns,
        status.st_nlink,
    )


@only_host
def test_a_host_without_descriptors_of_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "supports_dir_fd", set())
    with pytest.raises(NotImplementedError, match="MemoryDirectory"):
        WASI(preopens={"/": tmp_path})
    WASI(preopens={"/": MemoryDirectory({})})


@only_host
def test_nothing_stays_open(tmp_path: Path) -> None:
    if not os.path.isdir("/dev/fd"):
        pytest.skip("no list of what is open")
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "sub/inner").mkdir(parents=True)
    # What earlier programs had open may be closed meanwhile.
    before = set(os.listdir("/dev/fd"))
    program = Caller(preopens={"/": tmp_path})
    for path in ("a", "sub/inner", "sub/inner/../..", "sub/inner/x", "a/b", "../a"):
        try:
            program.open(path)
        except Failed:
            pass
    program.wasi.close()
    assert not set(os.listdir("/dev/fd")) - before


class Swapper(threading.Thread):
    """Turns a folder into a link to another one, and back, all the time."""

    def __init__(self, folder: Path, outside: Path) -> None:
        super().__init__(daemon=True)
        self._names = [str(folder), f"{folder}.kept", f"{folder}.link"]
        os.symlink(outside, self._names[2])
        self.has_swapped = threading.Event()
        self.done = False

    def run(self) -> None:
        folder, kept, link = self._names
        while not self.done:
            os.rename(folder, kept)
            os.rename(link, folder)
            os.rename(folder, link)
            os.rename(kept, folder)
            self.has_swapped.set()


def _works_below(program: Caller, path: str) -> bool:
    """Whether the program reads what it writes, while it makes and renames its neighbours."""
    # It makes the file, if an earlier round was cut short between the names below.
    program.write_file(path, b"inside", follow=True)
    found: bool = program.read_file(path, follow=True) == b"inside"
    program.make_folder("swapped/new")
    program.remove_folder("swapped/new")
    program.rename("swapped/a", "swapped/b")
    program.rename("swapped/b", "swapped/a")
    return found


@only_host
def test_a_folder_that_becomes_a_link_all_the_time(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    (inside / "swapped/sub").mkdir(parents=True)
    (inside / "swapped/a").write_bytes(b"inside")
    (inside / "swapped/sub/a").write_bytes(b"inside")
    (outside / "sub").mkdir(parents=True)
    (outside / "a").write_bytes(b"secret")
    (outside / "sub/a").write_bytes(b"secret")
    before = read_tree(outside)
    program = Caller(preopens={"/": inside})
    paths = ("swapped/a", "swapped/sub/a", "swapped/sub/../a")
    assert all(_works_below(program, path) for path in paths)
    swapper = Swapper(inside / "swapped", outside)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    swapper.start()
    swapper.has_swapped.wait()
    try:
        for number in range(3000):
            try:
                _works_below(program, paths[number % 3])
            except Failed:
                # A scheduler that favours one thread may let all of them fail.
                pass
            with_secret = program.memory.read(DATA, 6) == b"secret"
            assert not with_secret
    finally:
        swapper.done = True
        swapper.join()
        sys.setswitchinterval(interval)
    assert read_tree(outside) == before
