"""Measured processes, and measuring them in turns."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple

import platformdirs

WORKER = Path(__file__).resolve().parent / "worker.py"

SAMPLE_SECONDS = 0.05
"""A sample that takes less is made of several calls."""

MAXIMAL_CALLS = 200

FUTURE = "from __future__ import annotations\n"

FUTURE = "from __future__ import annotations\n"

WARM_SECONDS = {"pypy": 2.0}
"""CPU time before the first sample, where a just-in-time compiler warms up; else one run."""

FUTURE = "from __future__ import annotations\n"

WARM_RUNS = {"pypy": 4}
"""Runs before the first sample, where a just-in-time compiler warms up; else 1."""


def cache_folder() -> Path:
    """Where packages, archives and links are kept, outside of the repository."""
    configured = os.environ.get("WASM2PY_BENCH_CACHE")
    folder = Path(configured or platformdirs.user_cache_dir("wasm2py-bench"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Interpreter(NamedTuple):
    """A Python that runs packages."""

    label: str
    """ "3.11", "3.13", "pypy": for the tables."""
    program: str


@cache
def interpreters() -> dict[str, Interpreter]:
    """The Pythons that are found: this one, 3.13 and PyPy.

    WASM2PY_BENCH_PYTHON313 and WASM2PY_BENCH_PYPY name programs that are elsewhere.
    """
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = {here: Interpreter(here, sys.executable)}
    for label, candidates in (
        ("3.13", [os.environ.get("WASM2PY_BENCH_PYTHON313"), *_pyenv("3.13")]),
        ("pypy", [os.environ.get("WASM2PY_BENCH_PYPY"), "pypy3", "pypy"]),
    ):
        program = next(filter(_works, filter(None, candidates)), None)
        if program is not None and label not in found:
            found[label] = Interpreter(label, program)
    return found


def _pyenv(version: str) -> list[str]:
    """Where a version of CPython may be: pyenv's shims start slowly, or not at all."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    installed = sorted(root.glob(f"versions/{version}.*/bin/python"))
    return [*map(str, reversed(installed)), f"python{version}"]


def _works(program: str) -> bool:
    path = shutil.which(program)
    if path is None:
        return False
    run = subprocess.run([path, "-c", ""], stderr=subprocess.DEVNULL, check=False)
    return run.returncode == 0


class Variant(NamedTuple):
    """One column of a measurement: an engine on an interpreter."""

    engine: str
    interpreter: Interpreter
    tune: str = ""
    """How a package was tuned, where that is not the default."""

    @property
    def label(self) -> str:
        """For messages and reports."""
        tune = f" --tune {self.tune}" if self.tune else ""
        return f"{self.engine}{tune} on {self.interpreter.label}"


class Sample(NamedTuple):
    """What one request took."""

    seconds: float
    """CPU time of a call."""
    checksum: int


class MeasurementError(Exception):
    """A process ended, or an engine gave another checksum."""


class Worker:
    """A process that runs one program in one engine."""

    def __init__(self, variant: Variant, name: str, path: Path) -> None:
        self.variant = variant
        self.calls = 1
        command = [variant.interpreter.program, str(WORKER)]
        self._process = subprocess.Popen(
            [*command, variant.engine, name, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(variant),
            text=True,
        )
        self.ready_seconds = float(self._answer()["ready"])

    def sample(self, size: int, calls: int | None = None) -> Sample:
        """Run the program; raises MeasurementError if the process fails."""
        _pipe(self._process.stdin).write(f"{size} {calls or self.calls}\n")
        _pipe(self._process.stdin).flush()
        answer = self._answer()
        return Sample(float(answer["seconds"]), int(answer["checksum"]))

    def warm(self, size: int, seconds: float) -> Sample:
        """Run once, and on for so many seconds of CPU where a just-in-time compiler
        warms up; find how many calls make a sample. Returns the last one.
        """
        sample = self.sample(size, 1)
        spent = sample.seconds
        while self.variant.interpreter.label == "pypy" and spent < seconds:
            sample = self.sample(size, 1)
            spent += sample.seconds
        wanted = int(SAMPLE_SECONDS / max(sample.seconds, 1e-9))
        self.calls = min(max(1, wanted), MAXIMAL_CALLS)
        return sample

    def _answer(self) -> dict[str, float]:
        line = _pipe(self._process.stdout).readline()
        if not line:
            status = self._process.wait()
            raise MeasurementError(f"{self.variant.label} ended with status {status}")
        answer: dict[str, float] = json.loads(line)
        return answer

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _pipe(self._process.stdin).close()
        self._process.wait()
        _pipe(self._process.stdout).close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise ValueError("not a pipe")
    return stream


def _environment(variant: Variant) -> dict[str, str]:
    """Foreign interpreters find the engines that are pure Python through links."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    if variant.interpreter.program != sys.executable:
        environment["PYTHONPATH"] = str(_pure_packages())
        environment.pop("VIRTUAL_ENV", None)
    return environment


def _pure_packages() -> Path:
    """A folder with the engines that are pure Python, for other interpreters."""
    folder = cache_folder() / "pure"
    spec = importlib.util.find_spec("pwasm")
    if spec is not None and spec.origin is not None and not (folder / "pwasm").exists():
        source = Path(spec.origin).parent
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, folder / "pwasm", ignore=ignored)
        for path in (folder / "pwasm").rglob("*.py"):
            path.write_text(_with_lazy_annotations(path.read_text("utf-8")), "utf-8")
    return folder


def _with_lazy_annotations(source: str) -> str:
    """pwasm wants Python 3.10 for the sake of its annotations; PyPy's may be 3.9."""
    body = ast.parse(source).body
    if not body or "from __future__ import annotations" in source:
        return source
    documented = ast.get_docstring(ast.parse(source)) is not None
    lines = source.splitlines(keepends=True)
    lines.insert((body[0].end_lineno or 0) if documented else 0, FUTURE)
    return "".join(lines)


def interleave(
    workers: Sequence[Worker], size: int, repeats: int
) -> dict[Variant, list[float]]:
    """Seconds of CPU a call: one sample of each worker in each turn, in turning order."""
    seconds: dict[Variant, list[float]] = {worker.variant: [] for worker in workers}
    for turn in range(repeats):
        start = turn % len(workers)
        for worker in [*workers[start:], *workers[:start]]:
            seconds[worker.variant].append(worker.sample(size).seconds)
    return seconds
