"""Standard input, output and error."""

from __future__ import annotations

import io
import os
import threading
from typing import Any

import pytest

from tests.runtime.wasi.caller import DATA, RESULT, Caller, Failed
from tests.runtime.wasi.expected import fails
from wasm2py_runtime.wasi import errno, rights


def test_nothing_is_inherited(capfd: pytest.CaptureFixture[str]) -> None:
    program = Caller()
    assert program.read(0) == b""
    assert program.write(1, b"out") == 3
    assert program.write(2, b"err") == 3
    assert tuple(capfd.readouterr()) == ("", "")


@pytest.mark.parametrize("given", [b"input", bytearray(b"input"), io.BytesIO(b"input")])
def test_input(given: Any) -> None:
    program = Caller(stdin=given)
    assert program.read(0, 2) == b"in"
    assert program.read(0, 0) == b""
    assert program.read(0) == b"put"
    assert program.read(0) == b""


def test_a_text_file_is_the_binary_one_below() -> None:
    below = io.BytesIO()
    text = io.TextIOWrapper(below, "utf-8")
    program = Caller(stdin=io.TextIOWrapper(io.BytesIO(b"\xff\xfe")), stdout=text)
    assert program.read(0) == b"\xff\xfe"
    text.write("first, ")
    program.write(1, b"second, ")
    text.write("third")
    text.flush()
    assert below.getvalue() == b"first, second, third"
    with pytest.raises(TypeError, match="binary"):
        Caller(stdout=io.StringIO())


def test_output_is_there_while_the_program_runs() -> None:
    captured = io.BytesIO()
    program = Caller(stdout=captured)
    program.write(1, b"one")
    assert captured.getvalue() == b"one"
    program.write(1, b"two")
    assert captured.getvalue() == b"onetwo"


def test_a_callable_takes_output_as_it_comes() -> None:
    pieces: list[bytes] = []
    program = Caller(stdout=pieces.append, stderr=pieces.append)
    program.write(1, b"one")
    program.write(2, b"two")
    assert pieces == [b"one", b"two"]


def test_what_a_callable_raises_reaches_the_host() -> None:
    def refuse(data: bytes) -> None:
        raise KeyError(data)

    with pytest.raises(KeyError):
        Caller(stdout=refuse).write(1, b"x")


def test_files(tmp_path: Any) -> None:
    path = tmp_path / "out"
    with open(path, "wb") as file:
        Caller(stdout=file).write(1, b"written")
        assert path.read_bytes() == b"written"  # although it is still open
    with open(path, "rb") as file:
        assert Caller(stdin=file).read(0) == b"written"


def test_a_pipe_gives_what_it_has() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file, os.fdopen(writing, "wb", 0) as other:
        program = Caller(stdin=file, stdout=other)
        other.write(b"some")
        assert program.read(0, 100) == b"some"
        timer = threading.Timer(0.05, other.write, (b"later",))
        timer.start()
        assert program.read(0, 100) == b"later"
        timer.join()
        # Where it must not wait, it says that there is nothing.
        program("fd_fdstat_set_flags", 0, rights.NONBLOCK)
        with fails("AGAIN"):
            program.read(0)
        program.write(1, b"echo")
        assert program.read(0) == b"echo"


def test_a_pipe_that_nobody_reads() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", 0) as file, fails("PIPE"):
        Caller(stdout=file).write(1, b"x")


class Raw(io.RawIOBase):
    """A file that would have to wait."""

    def readinto(self, buffer: Any) -> None:
        return None

    def write(self, data: Any) -> None:
        return None

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True


def test_a_file_that_would_have_to_wait() -> None:
    program = Caller(stdin=Raw(), stdout=Raw())
    with fails("AGAIN"):
        program.read(0)
    with fails("AGAIN"):
        program.write(1, b"x")


@pytest.mark.skipif(not hasattr(os, "set_blocking"), reason="no such pipes")
def test_a_full_pipe_that_does_not_wait() -> None:
    """Nothing is lost, and nothing is there twice, if the program tries again."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    sent, received = bytearray(), bytearray()
    with open(reading, "rb", 0) as ours, open(writing, "wb") as theirs:
        program = Caller(stdout=theirs)
        for number in range(400):
            data = bytes([number & 0xFF]) * 1000
            while data:
                try:
                    written = program.write(1, data)
                except Failed as failed:
                    assert failed.errno == errno.AGAIN
                    received += ours.read(100_000) or b""
                    continue
                sent += data[:written]
                data = data[written:]
        received += ours.read(100_000) or b""
        theirs.flush()
        received += ours.read(100_000) or b""
    assert len(sent) == 400_000
    assert received == sent


@pytest.mark.parametrize("number", [-1, 2])
def test_a_stream_that_takes_more_than_there_is(number: int) -> None:
    class Odd:
        def write(self, data: bytes) -> int:
            return number

    with pytest.raises(ValueError, match=f"took {number} bytes of 1"):
        Caller(stdout=Odd()).write(1, b"x")


def test_what_streams_cannot_do() -> None:
    program = Caller()
    for name, *args in (
        ("fd_seek", 0, 0, RESULT),
        ("fd_tell", RESULT),
        ("fd_pread", 0, 0, 0, RESULT),
        ("fd_pwrite", 0, 0, 0, RESULT),
        ("fd_advise", 0, 0, 0),
        ("fd_allocate", 0, 1),
        ("fd_filestat_set_size", 0),
    ):
        assert program.errno(name, 1, *args) == errno.SPIPE, name
    assert program.errno("fd_filestat_set_times", 1, 0, 0, 2) == errno.INVAL
    assert program.errno("fd_readdir", 1, DATA, 10, 0, RESULT) == errno.NOTDIR
    assert program.errno("fd_read", 1, 0, 0, RESULT) == errno.NOTCAPABLE
    assert program.errno("fd_write", 0, 0, 0, RESULT) == errno.NOTCAPABLE
    assert program.errno("sock_shutdown", 1, 1) == errno.NOTSOCK
    assert program.errno("path_unlink_file", 1, 0, 0) == errno.NOTDIR


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


def test_terminals() -> None:
    program = Caller(stdout=Terminal(), stderr=io.BytesIO())
    assert program.fdstat(1)["type"] == rights.CHARACTER_DEVICE
    assert program.fdstat(2)["type"] == rights.UNKNOWN
    assert program.status(1).type == rights.CHARACTER_DEVICE
    assert not program.fdstat(1)["base"] & (rights.FD_SEEK | rights.FD_TELL)


def test_a_closed_stream_is_the_hosts_all_the_same() -> None:
    output = io.BytesIO()
    program = Caller(stdout=output)
    program.close(1)
    with fails("BADF"):
        program.write(1, b"x")
    assert not output.closed


def test_several_buffers_are_one_write() -> None:
    import struct

    pieces: list[bytes] = []
    program = Caller(stdout=pieces.append)
    program.memory.write(DATA, b"hello\n")
    program.memory.write(64, struct.pack("<4I", DATA, 5, DATA + 5, 1))
    program("fd_write", 1, 64, 2, RESULT)
    assert pieces == [b"hello\n"]
