"""Programs in several threads over one folder in memory."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.runtime.wasi.caller import CREAT, Caller, Failed
from wasm2py_runtime import MemoryDirectory
from wasm2py_runtime.wasi import rights

FILES = rights.OF_FILES
MOST = 4000


@pytest.fixture(autouse=True)
def many_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(2e-5)
    yield
    sys.setswitchinterval(before)


def in_threads(work: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(4) as executor:
        list(executor.map(work, range(4)))


def total(files: Any) -> int:
    return sum(
        total(item) if isinstance(item, dict) else len(item) for item in files.values()
    )


def test_the_account_is_right_in_the_end() -> None:
    folder = MemoryDirectory({"a": {}, "b": {}}, max_bytes=MOST)

    def work(number: int) -> None:
        program = Caller(preopens={"/": folder})
        for turn in range(120):
            size = (turn * 37 + number * 11) % 300
            names = f"a/{turn % 3}", f"b/{(turn + number) % 3}"
            try:
                fd = program.open(names[0], CREAT, FILES)
                program.write_at(fd, b"x" * size, size)
                program("fd_filestat_set_size", fd, size // 2)
                program.close(fd)
                place = program.path(names[0]), program.path(names[1], 0xC000)
                program("path_rename", 3, *place[0], 3, *place[1])
                if turn % 2:
                    program.on_path("path_unlink_file", 3, names[1])
            except Failed:
                pass  # another one was quicker

    in_threads(work)
    left = MOST - total(folder.files)
    program = Caller(preopens={"/": folder})
    fd = program.open("rest", CREAT, FILES)
    program("fd_allocate", fd, 0, left)
    assert program.errno("fd_allocate", fd, 0, left + 1)


def test_files_grow_by_what_is_appended() -> None:
    folder = MemoryDirectory({"log": b""})

    def work(number: int) -> None:
        program = Caller(preopens={"/": folder})
        fd = program.open("log", 0, FILES, fdflags=rights.APPEND)
        for _ in range(100):
            program.write(fd, bytes([number]) * 5)

    in_threads(work)
    log = folder.files["log"]
    pieces = {log[at : at + 5] for at in range(0, len(log), 5)}
    assert pieces == {bytes([number]) * 5 for number in range(4)}
    assert len(log) == 4 * 100 * 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_the_child_of_a_fork_waits_for_nobody() -> None:
    """Also where another thread was in the middle of an operation."""
    entered, opened = threading.Event(), threading.Event()

    def clock() -> int:
        if threading.current_thread() is not threading.main_thread():
            entered.set()
            assert opened.wait(30)
        return 0

    folder = MemoryDirectory({"a": b""})
    program = Caller(preopens={"/": folder}, clock=clock)
    thread = threading.Thread(target=program.write_file, args=("b", b"1"))
    thread.start()
    assert entered.wait(30)
    pid = os.fork()
    if not pid:
        try:
            os._exit(0 if "a" in folder.files else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(pid, 0)
    opened.set()
    thread.join()
    assert status == 0
    assert folder.files["b"] == b"1"


def test_two_create_the_same_file() -> None:
    """One of them comes first, and the other one finds the file."""
    entered, opened = threading.Event(), threading.Event()

    def clock() -> int:
        if threading.current_thread() is first and not opened.is_set():
            entered.set()
            assert opened.wait(30)
        return 0

    folder = MemoryDirectory(max_bytes=5)
    program, other = (Caller(preopens={"/": folder}, clock=clock) for _ in range(2))
    first = threading.Thread(target=program.write_file, args=("a", b""))
    second = threading.Thread(target=other.write_file, args=("a", b"12345"))
    first.start()
    assert entered.wait(30)
    second.start()
    second.join(0.2)
    opened.set()
    first.join()
    second.join()
    assert folder.files == {"a": b"12345"}
    program.on_path("path_unlink_file", 3, "a")
    program.write_file("b", b"12345")
