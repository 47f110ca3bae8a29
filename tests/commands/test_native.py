"""`wasm2py compile --target c`."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands.running import ENVIRONMENT, Runner, start
from tests.compilers import FASTEST, needs_compiler
from wasm2py.package.native_source import FOLDER

pytestmark = needs_compiler


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fastest compiler, and folders of the test's own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("CC", shlex.join(FASTEST))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)


def used(package: Path) -> str:
    program = f"import {package.name} as p; print(p.target, p.add(2, 3))"
    arguments = [sys.executable, "-c", program]
    done = subprocess.run(arguments, cwd=package.parent, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_compile(run: Runner, wasm: Path, package: Path, tmp_path: Path) -> None:
    outcome = run("compile", wasm, "-o", package, "--target", "c")
    assert outcome.status == 0
    assert outcome.errors == ""
    assert used(package) == "c 5\n"
    assert [*(tmp_path / "temporary").iterdir()] == []


def test_the_same_bytes_each_time(run: Runner, wasm: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        folder = tmp_path / name / "package"
        run("compile", wasm, "-o", folder, "--target", "c", "--quiet")
    assert tree(tmp_path / "first") == tree(tmp_path / "second")


def test_with_the_cache(
    run: Runner,
    wasm: Path,
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(tmp_path / "cache"))
    run("compile", wasm, "-o", package, "--target", "c")
    before = tree(package)
    monkeypatch.setattr("wasm2py.native.processes._start", None)
    assert run("compile", wasm, "-o", package, "--target", "c").status == 0
    assert tree(package) == before


@pytest.mark.parametrize("level", ["0", "1", "2"])
def test_levels(run: Runner, wasm: Path, package: Path, level: str) -> None:
    options = ["--target", "c", "--cc-opt", level]
    assert run("compile", wasm, "-o", package, *options).status == 0
    assert used(package) == "c 5\n"


def test_several_processes(run: Runner, wasm: Path, package: Path) -> None:
    run("compile", wasm, "-o", package, "--target", "c", "--jobs", "2")
    assert used(package) == "c 5\n"


def test_source(run: Runner, wasm: Path, package: Path) -> None:
    outcome = run("compile", wasm, "-o", package, "--target", "c", "--emit", "c")
    assert outcome.status == 0
    assert f"{FOLDER}/README" in outcome.errors
    assert used(package) == "python 5\n"
    assert (package / FOLDER / "module.c").exists()


@pytest.mark.parametrize(
    "options",
    [["--emit", "c"], ["--cc-opt", "1"], ["--target", "c", "--cc-opt", "3"]],
    ids=" ".join,
)
def test_wrong_usage(
    run: Runner, wasm: Path, package: Path, options: list[str]
) -> None:
    outcome = run("compile", wasm, "-o", package, *options)
    assert outcome.status == 2
    assert not package.exists()


def compiler(folder: Path, text: str) -> str:
    """A compiler that does something else than to compile."""
    path = folder / "mycc"
    probing = f'case "$*" in *-E*) exec {shlex.join(FASTEST)} "$@";; esac'
    path.write_text(f"#!/bin/sh\n{probing}\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("echo 'a.c:1: error: bad' >&2; exit 1", "mycc failed: a.c:1: error: bad"),
        ("kill -9 $$", "mycc was killed by SIGKILL (out of memory?)"),
        ("exit 3", "mycc failed: exit status 3, without a word"),
    ],
)
def test_a_compiler_that_fails(
    run: Runner,
    wasm: Path,
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    message: str,
) -> None:
    monkeypatch.setenv("CC", compiler(tmp_path, text))
    failure = run.failure("compile", wasm, "-o", package, "--target", "c")
    assert failure == message
    assert not package.exists()
    assert [*(tmp_path / "temporary").iterdir()] == []


def test_no_room_for_files(
    run: Runner, wasm: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/dev/null/nowhere")
    message = run.failure("compile", wasm, "-o", package, "--target", "c")
    assert "Not a directory" in message
    assert not package.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interruption(
    wasm: Path,
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
) -> None:
    pids = tmp_path / "pids"
    slow = compiler(tmp_path, f"sleep 600 & echo $! >> {pids}; wait")
    for name, value in {"CC": slow, "TMPDIR": str(tmp_path / "temporary")}.items():
        monkeypatch.setitem(ENVIRONMENT, name, value)
    command = start("compile", wasm, "-o", package, "--target", "c")
    for _ in range(6000):
        if pids.exists() and pids.read_text():
            break
        time.sleep(0.01)
    command.send_signal(number)
    output, errors = command.communicate()
    if number == signal.SIGINT:
        assert errors == "wasm2py: interrupted; nothing was written\n"
    assert command.returncode == 128 + number
    assert output == ""
    assert not package.exists()
    assert [*(tmp_path / "temporary").iterdir()] == []
    for pid in map(int, pids.read_text().split()):
        with pytest.raises(ProcessLookupError):
            _wait_for(pid)


def _wait_for(pid: int) -> None:
    """Look for a process until it is gone, for a while: somebody else has to bury it."""
    for _ in range(1000):
        os.kill(pid, 0)
        time.sleep(0.01)
