"""What WASI's functions cost, and the start of a program that does nothing."""

from __future__ import annotations

import io
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.packages import write_package
from tests.wasm_tools import assemble
from wasm2py_runtime import WASI, Memory, MemoryDirectory

READS = 10_000
LENGTH = 1 << 20
RESULT, BUFFER, PATH, DATA = 8, 16, 100, 1 << 16
EMPTY = """
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
"""


class _Program:
    """A program in Python, with a memory."""

    def __init__(self, **options: Any) -> None:
        self.memory = Memory(40)
        self.exports = {"memory": self.memory}
        wasi = WASI(**options)
        wasi.initialize(self)
        self.functions = wasi["wasi_snapshot_preview1"]

    def buffer(self, length: int) -> None:
        self.memory.write(BUFFER, struct.pack("<II", DATA, length))

    def open(self, fd: int) -> int:
        self.memory.write(PATH, b"file")
        rights = 2 | 4 | 32
        self.functions["path_open"](fd, 0, PATH, 4, 0, rights, 0, 0, RESULT)
        number: int = struct.unpack("<I", self.memory.read(RESULT, 4))[0]
        return number


def _best(job: Callable[[], object], repeats: int) -> float:
    """The least CPU time of several runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        job()
        best = min(best, time.process_time() - start)
    return best


def calls(repeats: int) -> Iterator[tuple[str, float]]:
    """What is measured, and microseconds."""
    content = bytes(16 * 100)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "file").write_bytes(content)
        for name, given in (
            ("a file on disk", folder),
            ("a file in memory", MemoryDirectory({"file": content})),
        ):
            program = _Program(preopens={"/": given})
            fd = program.open(3)
            program.buffer(16)
            seconds = _best(partial(_read, program.functions, fd), repeats)
            yield f"fd_read of 16 bytes, {name}", seconds / READS * 1e6
    data = bytearray(LENGTH)
    seconds = _best(lambda: bytes(data), 10 * repeats)
    yield "a copy of 1 MiB", seconds * 1e6
    output = io.BytesIO(bytes(LENGTH))
    for name, stream in (("a callable", len), ("a BytesIO", output)):
        program = _Program(stdout=stream)
        program.buffer(LENGTH)
        seconds = _best(partial(_write, program.functions, output), 10 * repeats)
        yield f"fd_write of 1 MiB, to {name}", seconds * 1e6


def _read(functions: Any, fd: int) -> None:
    read, seek = functions["fd_read"], functions["fd_seek"]
    for _ in range(READS // 100):
        seek(fd, 0, 0, RESULT)
        for _ in range(100):
            read(fd, BUFFER, 1, RESULT)


def _write(functions: Any, output: io.BytesIO) -> None:
    output.seek(0)
    functions["fd_write"](1, BUFFER, 1, RESULT)


def starts(repeats: int) -> Iterator[tuple[str, float]]:
    """Commands, and milliseconds of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        write_package(assemble(EMPTY), Path(folder) / "empty", runtime="vendor")
        for arguments in (["-c", "pass"], ["-m", "empty"]):
            cpu_of(arguments, folder)  # writes the compiled code
            best = min(cpu_of(arguments, folder) for _ in range(repeats))
            yield f"python {' '.join(arguments)}", best * 1e3


def cpu_of(arguments: list[str], folder: str, kept: bool = True) -> float:
    """The CPU time of a Python, which may keep compiled code, in seconds."""

    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if not kept:
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    before = used()
    subprocess.run(
        [sys.executable, *arguments], cwd=folder, check=True, env=environment
    )
    return used() - before
