"""Sockets that the host gives."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from tests.runtime.wasi.caller import DATA, RESULT, Caller
from tests.runtime.wasi.expected import fails
from wasm2py_runtime import MemoryDirectory
from wasm2py_runtime.wasi import errno, rights


@pytest.fixture
def pair() -> Iterator[Any]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, Caller(preopens={"sock": theirs, "/": MemoryDirectory({})})


def receive(program: Caller, fd: int, count: int, flags: int = 0) -> bytes:
    program.memory.write(16, struct.pack("<II", DATA, count))
    program("sock_recv", fd, 16, 1, flags, RESULT, RESULT + 4)
    return program.memory.read(DATA, program.u32())


def send(program: Caller, fd: int, data: bytes, flags: int = 0) -> int:
    program.memory.write(DATA, data)
    program.memory.write(16, struct.pack("<II", DATA, len(data)))
    program("sock_send", fd, 16, 1, flags, RESULT)
    return program.u32()


def test_sockets_follow_folders(pair: Any) -> None:
    _, program = pair
    program("fd_prestat_get", 3, RESULT)
    with fails("BADF"):
        program("fd_prestat_get", 4, RESULT)
    assert program.fdstat(4)["type"] == rights.SOCKET_STREAM
    assert program.status(4).type == rights.SOCKET_STREAM


def test_sending_and_receiving(pair: Any) -> None:
    ours, program = pair
    ours.send(b"hello")
    assert receive(program, 4, 10, 1) == b"hello"  # only looking
    assert receive(program, 4, 2) == b"he"
    assert receive(program, 4, 3, 2) == b"llo"
    assert send(program, 4, b"answer") == 6
    assert ours.recv(10) == b"answer"
    ours.send(b"more")
    assert program.read(4) == b"more"
    assert program.write(4, b"less") == 4
    assert ours.recv(10) == b"less"
    with fails("INVAL"):
        receive(program, 4, 1, 4)
    with fails("INVAL"):
        send(program, 4, b"x", 1)


def test_shutting_down(pair: Any) -> None:
    ours, program = pair
    program("sock_shutdown", 4, 2)
    assert ours.recv(1) == b""
    for how in (0, 4):
        with fails("INVAL"):
            program("sock_shutdown", 4, how)
    with fails("NOTSOCK"):
        program("sock_shutdown", 3, 1)
    with fails("BADF"):
        program("sock_shutdown", 9, 1)


def test_not_waiting(pair: Any) -> None:
    _, program = pair
    program("fd_fdstat_set_flags", 4, rights.NONBLOCK)
    with fails("AGAIN"):
        receive(program, 4, 1)
    with fails("AGAIN"):
        program.read(4)


def test_a_timeout_of_the_host() -> None:
    ours, theirs = socket.socketpair()
    listening = socket.socket()
    with ours, theirs, listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        for given in (theirs, listening):
            given.settimeout(0.01)
        program = Caller(preopens={"sock": theirs, "listening": listening})
        with fails("AGAIN"):
            receive(program, 3, 10)
        with fails("AGAIN"):
            program("sock_accept", 4, 0, RESULT)
        with fails("AGAIN"):
            while True:
                send(program, 3, b"x" * 0x4000)


def test_the_hosts_socket_stays_open(pair: Any) -> None:
    ours, program = pair
    program.close(4)
    ours.settimeout(0.05)
    with pytest.raises(OSError):
        ours.recv(1)


def test_a_socket_that_the_host_has_closed() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    program = Caller(preopens={"sock": theirs})
    theirs.close()
    with fails("BADF"):
        receive(program, 3, 10)
    program.memory.write(DATA, struct.pack("<QB7xI28x", 7, 1, 3))
    program("poll_oneoff", DATA, DATA, 1, RESULT)
    assert struct.unpack("<QH", program.memory.read(DATA, 10)) == (7, errno.BADF)


def test_accepting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        program = Caller(preopens={"server": server})
        program("fd_fdstat_set_flags", 3, rights.NONBLOCK)
        with fails("AGAIN"):
            program("sock_accept", 3, 0, RESULT)
        program("fd_fdstat_set_flags", 3, 0)
        with socket.create_connection(server.getsockname()) as client:
            with fails("INVAL"):
                program("sock_accept", 3, rights.APPEND, RESULT)
            program("sock_accept", 3, 0, RESULT)
            fd = program.u32()
            client.send(b"hello")
            assert receive(program, fd, 10) == b"hello"
            program.close(fd)
            assert client.recv(1) == b""


def test_datagrams() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        program = Caller(preopens={"socket": theirs})
        assert program.fdstat(3)["type"] == rights.SOCKET_DGRAM
        ours.send(b"hello")
        assert receive(program, 3, 2) == b"he"
        assert program.memory.read(RESULT + 4, 2) == b"\1\0"  # the rest is lost
        ours.send(b"x")
        assert receive(program, 3, 2) == b"x"
        assert program.memory.read(RESULT + 4, 2) == b"\0\0"
    assert program.errno("sock_recv", 3, 16, 1, 0, RESULT, RESULT + 4) == errno.BADF
