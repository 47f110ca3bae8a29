"""The compiler is at work before half of a module has arrived."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import wasm2py
from tests.commands.running import COMMAND, ENVIRONMENT
from tests.compilers import FASTEST, needs_compiler
from tests.streaming.modules import many_functions, response

pytestmark = needs_compiler

_PIECE = 4096
_SECONDS = 60


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the compiler writes what it is asked for."""
    log, script = tmp_path / "log", tmp_path / "logged"
    log.touch()
    script.write_text(f'#!/bin/sh\necho "$@" >> {log}\nexec {" ".join(FASTEST)} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("CC", str(script))
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(tmp_path / "cache"))
    return log


def module() -> bytes:
    return many_functions(80, statements=100)


def has_begun(log: Path) -> bool:
    """Whether functions are being compiled, or will be without another byte."""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        if "-c functions_" in log.read_text():
            return True
        time.sleep(0.02)
    return False


def test_on_the_command_line(log: Path, tmp_path: Path) -> None:
    bytes_in, package = module(), tmp_path / "package"
    environment = {**os.environ, "PYTHONPATH": ENVIRONMENT["PYTHONPATH"]}
    command = [*COMMAND, "compile", "-", "-o", str(package), "--target", "c"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as process:
        assert process.stdin is not None
        process.stdin.write(bytes_in[: len(bytes_in) // 2])
        process.stdin.flush()
        begun = has_begun(log)
        process.stdin.write(bytes_in[len(bytes_in) // 2 :])
    assert begun
    assert process.returncode == 0
    assert (package / "_native.abi3.so").is_file()


def test_streaming(log: Path) -> None:
    bytes_in = module()
    begun: list[bool] = []

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(bytes_in), _PIECE):
            if not begun and at + _PIECE > len(bytes_in) // 2:
                begun.append(await asyncio.to_thread(has_begun, log))
            yield bytes_in[at : at + _PIECE]

    compiled = asyncio.run(wasm2py.compile_streaming(response(pieces()), target="c"))
    assert begun == [True]
    assert compiled.target == "c"
