"""Running the command line, within the process or in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from wasm2py.commands import main

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "runtime"))),
}
COMMAND = [sys.executable, "-m", "wasm2py"]


class Outcome(NamedTuple):
    """What a command has done."""

    status: int
    output: str
    errors: str


class Runner:
    """Runs commands in this process."""

    def __init__(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str | Path) -> Outcome:
        self._monkeypatch.setattr(sys, "argv", ["wasm2py", *map(str, arguments)])
        self._capsys.readouterr()
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
        handlers = {number: signal.getsignal(number) for number in numbers}
        self._monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        code = ended.value.code
        status = code if isinstance(code, int) else int(code is not None)
        return Outcome(status, *self._capsys.readouterr())

    def failure(self, *arguments: str | Path) -> str:
        """The message of a command that fails: one line, and nothing else."""
        outcome = self(*arguments)
        assert outcome.status == 1
        assert outcome.output == ""
        assert outcome.errors.startswith("wasm2py: ")
        assert outcome.errors.count("\n") == 1
        return outcome.errors.removeprefix("wasm2py: ").rstrip("\n")


def interruptible() -> None:
    """Ctrl-C interrupts, even where these tests run in a shell's background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(
    *arguments: str | Path,
    stdout: int = subprocess.PIPE,
    preexec_fn: Callable[[], None] = interruptible,
) -> subprocess.Popen[str]:
    """A command in a process of its own."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        preexec_fn=preexec_fn,
    )
