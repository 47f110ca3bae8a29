"""Arguments, environment, clocks, random bytes, the end of a program, and `WASI` itself."""

from __future__ import annotations

import struct
import time
from typing import Any

import pytest

from tests.runtime.wasi.caller import DATA, PATH, RESULT, Caller, Exporting
from wasm2py_runtime import WASI, Memory, MemoryDirectory, ProcExit
from wasm2py_runtime.wasi import errno
from wasm2py_runtime.wasi.functions import MODULES, SIGNATURES


def texts(program: Caller, name: str) -> list[bytes]:
    program(f"{name}_sizes_get", RESULT, RESULT + 4)
    count, size = program.u32(), program.u32(RESULT + 4)
    program(f"{name}_get", DATA, PATH)
    starts = struct.unpack(f"<{count}I", program.memory.read(DATA, 4 * count))
    data = program.memory.read(PATH, size)
    assert data.endswith(b"\0") or not size
    return [data[start - PATH :].partition(b"\0")[0] for start in starts]


def test_arguments() -> None:
    assert texts(Caller(["prog", "", "äß", b"\xff"]), "args") == [
        b"prog",
        b"",
        "äß".encode(),
        b"\xff",
    ]
    assert texts(Caller(), "args") == []


def test_environment() -> None:
    program = Caller(env={"A": "1", "B": "x=y"})
    assert texts(program, "environ") == [b"A=1", b"B=x=y"]


@pytest.mark.parametrize("clock", [0, 1, 2, 3])
def test_clocks(clock: int) -> None:
    program = Caller()
    program("clock_res_get", clock, RESULT)
    assert 1 <= program.u64() <= 10**9
    program("clock_time_get", clock, 0, RESULT)
    first = program.u64()
    program("clock_time_get", clock, 0, RESULT)
    assert first <= program.u64()
    if clock == 0:
        assert abs(first - time.time_ns()) < 60 * 10**9


def test_unknown_clocks() -> None:
    program = Caller()
    assert program.errno("clock_time_get", 4, 0, RESULT) == errno.INVAL
    assert program.errno("clock_res_get", 0xFFFFFFFF, RESULT) == errno.INVAL


def test_a_run_without_chance() -> None:
    program = Caller(clock=lambda: 42, random=lambda count: b"r" * count)
    for clock in range(4):
        program("clock_time_get", clock, 0, RESULT)
        assert program.u64() == 42
    program("random_get", DATA, 5)
    assert program.memory.read(DATA, 6) == b"rrrrr\0"
    folder = MemoryDirectory({})
    program = Caller(clock=lambda: 7, preopens={"/": folder})
    program.write_file("a", b"")
    assert program.status_of("a")[5:8] == (7, 7, 7)


def test_random_bytes_differ() -> None:
    program = Caller()
    program("random_get", DATA, 64)
    first = program.memory.read(DATA, 64)
    program("random_get", DATA, 64)
    assert program.memory.read(DATA, 64) != first
    program("random_get", DATA, 0)


def test_random_bytes_of_a_wrong_number() -> None:
    with pytest.raises(ValueError, match="2 bytes in place of 3"):
        Caller(random=lambda count: b"..")("random_get", DATA, 3)


@pytest.mark.parametrize("code", [0, 1, 33, 255, 256, 0xFFFFFFFF, -1])
def test_proc_exit_passes_what_catches_exceptions(code: int) -> None:
    seen = []
    with pytest.raises(ProcExit) as ended:
        try:
            try:
                Caller()("proc_exit", code)
            except Exception:  # noqa: BLE001 - as careless hosts do
                seen.append("swallowed")
        finally:
            seen.append("finally")
    assert ended.value.code == code & 0xFFFFFFFF
    assert seen == ["finally"]
    assert not issubclass(ProcExit, (Exception, SystemExit))


@pytest.mark.parametrize(
    "signal, outcome",
    [(0, 0), (2, 130), (6, 134), (9, 137), (15, 143), (16, 0), (18, errno.NOTSUP)],
)
def test_signals_end_the_program_and_no_more(signal: int, outcome: int) -> None:
    program = Caller()
    if outcome < 128:
        assert program.errno("proc_raise", signal) == outcome
    else:
        with pytest.raises(ProcExit) as ended:
            program("proc_raise", signal)
        assert ended.value.code == outcome
    assert program.errno("proc_raise", 31) == errno.INVAL


def test_yielding() -> None:
    Caller()("sched_yield")


class Instance(Exporting):
    def __init__(self, **exports: Any) -> None:
        super().__init__(Memory(1))
        self.exports.update(exports)


def test_starting() -> None:
    wasi = WASI()

    def leave() -> None:
        wasi["wasi_snapshot_preview1"]["proc_exit"](3)

    assert wasi.start(Instance(_start=leave)) == 3
    assert WASI().start(Instance(_start=lambda: None)) == 0
    with pytest.raises(ValueError, match="_start"):
        WASI().start(Instance())
    with pytest.raises(ZeroDivisionError):
        WASI().start(Instance(_start=lambda: 1 // 0))


def test_the_end_of_another_program() -> None:
    """One that runs within one, as a function of the host."""
    inner = WASI()

    def leave() -> None:
        inner["wasi_snapshot_preview1"]["proc_exit"](3)

    with pytest.raises(ProcExit):
        WASI().start(Instance(_start=leave))


def test_files_are_closed_at_the_end() -> None:
    wasi = WASI(preopens={"/": MemoryDirectory({})})
    wasi.start(Instance(_start=lambda: None))
    assert wasi["wasi_snapshot_preview1"]["fd_close"](3) == errno.BADF


def test_initialising_once() -> None:
    calls = []
    instance = Instance(_initialize=lambda: calls.append(1))
    wasi = WASI()
    wasi.initialize(instance)
    wasi.initialize(instance)
    assert calls == [1]
    wasi.initialize(Instance())
    with pytest.raises(ValueError, match="_start"):
        wasi.initialize(Instance(_start=lambda: None))


@pytest.mark.parametrize(
    "options, error",
    [
        ({"args": "text"}, TypeError),
        ({"args": [1]}, TypeError),
        ({"args": ["a\0b"]}, ValueError),
        ({"env": {"": ""}}, ValueError),
        ({"env": {"A=B": ""}}, ValueError),
        ({"env": {"A": "\0"}}, ValueError),
        ({"env": {"A": 1}}, TypeError),
        ({"env": ["A=1"]}, TypeError),
        ({"stdin": 1}, TypeError),
        ({"stdin": "text"}, TypeError),
        ({"stdout": b""}, TypeError),
        ({"stderr": 2}, TypeError),
        ({"preopens": {"": "."}}, ValueError),
        ({"preopens": {"/": b"."}}, TypeError),
        ({"preopens": {"/": {"a": b""}}}, TypeError),
        ({"preopens": ["/"]}, TypeError),
        ({"preopens": {"/": "/no/such/folder"}}, FileNotFoundError),
        ({"clock": 1}, TypeError),
        ({"random": 1}, TypeError),
    ],
)
def test_what_cannot_be_given(options: Any, error: Any) -> None:
    with pytest.raises(error):
        WASI(**options)


def test_it_is_a_mapping() -> None:
    wasi = WASI()
    assert list(wasi) == ["wasi_snapshot_preview1", "wasi_unstable"]
    assert len(wasi["wasi_snapshot_preview1"]) == 46 == len(SIGNATURES)
    assert set(wasi["wasi_snapshot_preview1"]) - set(wasi["wasi_unstable"]) == {
        "sock_accept"
    }
    assert set(wasi.imports) == set(MODULES)
    merged = {**wasi.imports, "env": {}}
    assert merged["wasi_unstable"]["fd_read"] is wasi["wasi_unstable"]["fd_read"]
    assert repr(WASI(["prog", "x"])) == "<WASI for 'prog x'>"


def test_a_program_without_a_memory() -> None:
    functions = WASI()["wasi_snapshot_preview1"]
    assert functions["sched_yield"]() == 0
    with pytest.raises(Exception, match="exports a 'memory'"):
        functions["clock_time_get"](0, 0, 0)
