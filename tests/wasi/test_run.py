"""The command `wasm2py run`."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.commands.running import COMMAND, ENVIRONMENT, Runner, start
from tests.wasi.modules import (
    COUNT,
    ECHO,
    EXIT,
    FOREVER,
    HELLO,
    REACTOR,
    TRAP,
    c_program,
    module,
)
from tests.wasm_tools import assemble


def written(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "prog.wasm"
    path.write_bytes(module(body))
    return path


def test_output(run: Runner, tmp_path: Path) -> None:
    assert run("run", written(tmp_path, HELLO)) == (0, "hello\n", "")


def test_status(run: Runner, tmp_path: Path) -> None:
    assert run("run", written(tmp_path, EXIT)) == (33, "", "")


@pytest.mark.parametrize("args", [[], ["a"], ["a", "b"], ["--env", "-x", "--"]])
def test_arguments(run: Runner, tmp_path: Path, args: list[str]) -> None:
    outcome = run("run", written(tmp_path, COUNT), "--", *args)
    assert outcome == (1 + len(args), "", "")


def test_a_status_that_means_something_to_other_commands(
    run: Runner, tmp_path: Path
) -> None:
    args = ["x"] * 129
    assert run("run", written(tmp_path, COUNT), "--", *args) == (130, "", "")


def test_a_trap(run: Runner, tmp_path: Path) -> None:
    outcome = run("run", written(tmp_path, TRAP))
    assert outcome.status == 134
    assert outcome.output == "hello\n"
    line, rest = outcome.errors.split("\n")
    assert rest == ""
    start, _, trace = line.partition("; in ")
    assert start == "wasm2py: trap: integer divide by zero"
    assert [part.partition(" (")[0] for part in trace.split(", called by ")] == [
        "divide",
        "compute",
        "_start",
    ]
    data = module(TRAP)
    for part in trace.split(", called by "):
        offset = int(part.partition("(offset ")[2].rstrip(")"), 16)
        assert 0 < offset < len(data)


def test_streams(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "run", str(written(tmp_path, ECHO))],
        input=b"\xff line\n" * 1000,
        capture_output=True,
        env=ENVIRONMENT,
        check=True,
    )
    assert done.stdout == b"\xff line\n" * 1000


def test_folders_and_variables(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/file").write_bytes(b"")
    path = tmp_path / "world.wasm"
    path.write_bytes(c_program("world"))
    options = ["--dir", f"{tmp_path / 'data'}::/::ro", "--env", "A=1", "--env", "B=x=y"]
    done = subprocess.run(
        [*COMMAND, "run", *options, str(path), "--", "one"],
        input=b"",
        capture_output=True,
        env=ENVIRONMENT,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout.decode().splitlines() == [
        *("argument world.wasm", "argument one"),
        *("variable A=1", "variable B=x=y"),
        *("entry .", "entry ..", "entry file"),
    ]
    assert done.stderr == b"done\n"


def test_invoking(run: Runner, tmp_path: Path) -> None:
    path = written(tmp_path, REACTOR)
    assert run("run", path, "--invoke", "ready") == (0, "1\n", "")
    assert run("run", "--invoke", "add", path, "--", "-1", "2.5") == (
        0,
        "0\n-2.5\n",
        "",
    )
    assert run("run", path, "--invoke", "leave") == (7, "", "")
    assert run("run", path, "--invoke", "say") == (0, "hello\n0\n", "")
    for name, args, message in (
        ("missing", [], "'missing'"),
        ("memory", [], "'memory'"),
        ("add", ["1"], "2 arguments"),
        ("add", ["1", "x"], "'x' is no f64"),
    ):
        outcome = run("run", path, "--invoke", name, "--", *args)
        assert outcome.status == 2 and message in outcome.errors
    failure = run.failure("run", path, "--invoke", "add", "--", str(1 << 40), "0")
    assert "out of the range of i32" in failure


def test_an_end_before_the_beginning(run: Runner, tmp_path: Path) -> None:
    """The start function is part of instantiation."""
    body = "(func $f (call $exit (i32.const 9))) (start $f))"
    assert run("run", written(tmp_path, body)) == (9, "", "")


def test_what_is_no_program(run: Runner, tmp_path: Path) -> None:
    assert "--invoke" in run.failure("run", written(tmp_path, REACTOR))
    assert "no such" in run.failure("run", tmp_path / "missing.wasm").lower()
    body = '(func (export "_start") (param i32)))'
    failure = run.failure("run", written(tmp_path, body))
    assert "'_start' takes arguments" in failure
    (tmp_path / "bad.wasm").write_bytes(b"text, and no module")
    assert "not a WebAssembly module" in run.failure("run", tmp_path / "bad.wasm")


def test_missing_imports(run: Runner, tmp_path: Path) -> None:
    from tests.wasm_tools import assemble

    text = '(module (import "env" "f" (func)) (func (export "_start")))'
    path = tmp_path / "needs.wasm"
    path.write_bytes(assemble(text))
    assert "'env' 'f'" in run.failure("run", path)


def test_wrong_usage(run: Runner, tmp_path: Path) -> None:
    path = written(tmp_path, HELLO)
    assert run("run", path, "--dir", "a::b::c").status == 2
    twice = run("run", path, "--dir", ".::/a", "--dir", "/::/a")
    assert twice == (2, "", "wasm2py: --dir gives '/a' twice\n")
    assert run("run", path, "--env", "A").status == 2
    assert run("run", path, "--unknown").status == 2
    assert "no-such" in run.failure("run", path, "--dir", "no-such::/")


def test_ctrl_c(tmp_path: Path) -> None:
    process = start("run", written(tmp_path, FOREVER))
    assert process.stdout is not None
    assert process.stdout.readline() == "hello\n"  # it runs
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "")


@pytest.mark.parametrize(
    "limit, text",
    [
        ("fuel=10000", "all fuel consumed"),
        ("deadline=0.2", "the deadline has passed"),
        ("memory=65535", "65,536 more bytes of memory are wanted, 65,535 are left"),
    ],
)
def test_limits(run: Runner, tmp_path: Path, limit: str, text: str) -> None:
    path = written(tmp_path, FOREVER)
    outcome = run("run", path, "--limit", limit, "--limit", "table=5")
    assert outcome.status == 134
    assert outcome.errors.startswith(f"wasm2py: trap: {text}")
    # The translation of another time is none with fuel.
    assert run("run", path, "--limit", limit).status == 134


@pytest.mark.parametrize(
    "limit, text",
    [
        ("fuel", "takes NAME=NUMBER"),
        ("time=5", "a name of call_depth, deadline, fuel, memory, table"),
        ("fuel=many", "'fuel=many'"),
        ("memory=-1", "memory must not be negative"),
        ("deadline=nan", "deadline must be a number of seconds"),
    ],
)
def test_wrong_limits(run: Runner, tmp_path: Path, limit: str, text: str) -> None:
    outcome = run("run", written(tmp_path, HELLO), "--limit", limit)
    assert outcome.status == 2
    assert outcome.errors.startswith("wasm2py: --limit")
    assert text in outcome.errors


def test_features(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "prog.wasm"
    path.write_bytes(
        assemble(
            '(module (func (export "_start") (drop (i32.extend8_s (i32.const 1)))))'
        )
    )
    assert run("run", path).status == 0
    outcome = run("run", path, "--features", "wasm1")
    assert outcome.status == 1
    assert "sign" in outcome.errors


def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start("run", written(tmp_path, HELLO), stdout=writing)
    os.close(writing)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device")
def test_a_trap_that_cannot_be_told(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, "run", str(written(tmp_path, TRAP))],
            stdout=subprocess.DEVNULL,
            stderr=full,
            env=ENVIRONMENT,
            check=False,
        )
    assert done.returncode == 134


def test_the_second_start_does_not_translate(
    run: Runner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from wasm2py.translation.translator import Translator

    path = written(tmp_path, HELLO)
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(tmp_path / "cache"))
    assert run("run", path).output == "hello\n"
    with monkeypatch.context() as patch:
        patch.setattr(Translator, "receive", None)
        assert run("run", path) == (0, "hello\n", "")
    # Another module does.
    assert run("run", written(tmp_path, EXIT)).status == 33


SLEEPING = """
(module
  (import "wasi_snapshot_preview1" "poll_oneoff"
    (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i64.store (i32.const 24) (i64.const 3600000000000))
    (i32.store (i32.const 16) (i32.const 1))
    (drop (call $poll (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 200)))))
"""


def test_a_program_that_sleeps_at_its_deadline(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "prog.wasm"
    path.write_bytes(assemble(SLEEPING))
    outcome = run("run", path, "--limit", "deadline=0.2")
    assert outcome.status == 134
    assert outcome.errors.startswith("wasm2py: trap: the deadline has passed")
