"""Waiting for clocks and descriptors."""

from __future__ import annotations

import os
import struct
import threading
import time
from typing import Any, NamedTuple

import pytest

from tests.runtime.wasi.caller import DATA, PATH, RESULT, ROOT, Caller
from wasm2py_runtime import MemoryDirectory
from wasm2py_runtime.wasi import errno, rights

CLOCK, READING, WRITING = range(3)
MILLISECOND = 1_000_000


class Event(NamedTuple):
    userdata: int
    errno: int
    type: int
    size: int
    flags: int


def clock(userdata: int, id_: int, timeout: int, flags: int = 0) -> bytes:
    return struct.pack("<QB7xI4xQQH6x", userdata, 0, id_, timeout, 0, flags)


def descriptor(userdata: int, type_: int, fd: int) -> bytes:
    return struct.pack("<QB7xI28x", userdata, type_, fd)


def poll(program: Caller, *subscriptions: bytes) -> list[Event]:
    program.memory.write(DATA, b"".join(subscriptions))
    program("poll_oneoff", DATA, PATH, len(subscriptions), RESULT)
    data = program.memory.read(PATH, 32 * program.u32())
    return [Event(*fields) for fields in struct.iter_unpack("<QHB5xQH6x", data)]


def test_sleeping() -> None:
    program = Caller()
    start = time.monotonic()
    events = poll(program, clock(7, 1, 30 * MILLISECOND), clock(8, 0, 1 << 62))
    assert events == [Event(7, 0, CLOCK, 0, 0)]
    assert time.monotonic() - start >= 0.03


def test_sleeping_until() -> None:
    program = Caller()
    start = time.monotonic_ns()
    deadline = start + 30 * MILLISECOND
    assert poll(program, clock(7, 1, deadline, 1))[0].userdata == 7
    assert time.monotonic_ns() >= deadline
    # What has been, is due.
    events = poll(program, clock(1, 1, 0, 1), clock(2, 0, 5, 1), clock(3, 1, 1 << 63))
    assert [event.userdata for event in events] == [1, 2]


def test_a_clock_of_the_host() -> None:
    program = Caller(clock=lambda: 1000)
    assert poll(program, clock(1, 0, 1000, 1)) == [Event(1, 0, CLOCK, 0, 0)]


def test_what_is_wrong_is_an_event() -> None:
    program = Caller()
    events = poll(
        program,
        clock(1, 9, 0),
        clock(2, 1, 0, 2),
        descriptor(3, READING, 99),
        descriptor(4, 3, 0),
        descriptor(5, READING, 1),
        descriptor(6, WRITING, 1),
        clock(7, 1, 1 << 63),
    )
    assert [(event.userdata, event.errno) for event in events] == [
        (1, errno.INVAL),
        (2, errno.INVAL),
        (3, errno.BADF),
        (4, errno.INVAL),
        (5, errno.NOTCAPABLE),
        (6, 0),
    ]


def test_files_and_bytes_are_ready() -> None:
    program = Caller(stdin=b"12345", preopens={"/": MemoryDirectory({"a": b"123"})})
    fd = program.open("a", 0, rights.OF_FILES)
    program.seek(fd, 1)
    events = poll(
        program,
        descriptor(1, READING, 0),
        descriptor(2, WRITING, 1),
        descriptor(3, READING, fd),
        descriptor(4, WRITING, fd),
        descriptor(5, READING, ROOT),
    )
    assert events == [
        Event(1, 0, READING, 5, 0),
        Event(2, 0, WRITING, 0, 0),
        Event(3, 0, READING, 2, 0),
        Event(4, 0, WRITING, 0, 0),
        Event(5, errno.NOTCAPABLE, READING, 0, 0),
    ]
    program.read(0)
    assert poll(program, descriptor(1, READING, 0)) == [Event(1, 0, READING, 0, 1)]


@pytest.fixture
def pipe() -> Any:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file, os.fdopen(writing, "wb", 0) as other:
        yield file, other


def test_waiting_for_a_pipe(pipe: Any) -> None:
    reading, writing = pipe
    program = Caller(stdin=reading)
    start = time.monotonic()
    subscriptions = descriptor(1, READING, 0), clock(2, 1, 20 * MILLISECOND)
    assert [event.userdata for event in poll(program, *subscriptions)] == [2]
    assert time.monotonic() - start >= 0.02
    timer = threading.Timer(0.02, writing.write, (b"x",))
    timer.start()
    events = poll(program, descriptor(1, READING, 0), clock(2, 1, 1 << 62))
    timer.join()
    assert events == [Event(1, 0, READING, 1, 0)]
    assert program.read(0) == b"x"
    writing.close()
    assert poll(program, descriptor(1, READING, 0))[0].flags == 1


def test_a_pipe_that_can_be_written_to(pipe: Any) -> None:
    program = Caller(stdout=pipe[1])
    events = poll(program, descriptor(1, WRITING, 1), clock(2, 1, 1 << 62))
    assert [event.userdata for event in events] == [1]
