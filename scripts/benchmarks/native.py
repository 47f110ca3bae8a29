"""Measuring the native build: what compilers take for the C of a module."""

from __future__ import annotations

import os
import shlex
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import NamedTuple

from scripts.benchmarks.modules import LARGE
from scripts.benchmarks.packages import translate
from wasm2py.native.build import NativeBuild
from wasm2py.native.compilers import find_compiler
from wasm2py.native.kept import Kept
from wasm2py.targets.base import Options
from wasm2py.targets.registry import SOURCE_TARGETS


class Build(NamedTuple):
    """What a build took, and the extension module's size."""

    cpu: float
    """Seconds, user and system, of all compilers."""
    wall: float
    """Seconds, after translation."""
    peak: int
    """Bytes: the largest resident set of any compiler."""
    size: int
    """Bytes."""


def build(wasm: Path, command: str, level: int) -> Build:
    """Compile the C of a module, nothing of which is at hand."""
    translation = translate(wasm.read_bytes(), Options(target="c"))
    compiler = find_compiler({**os.environ, "CC": command})
    before = getrusage(RUSAGE_CHILDREN)
    began = time.monotonic()
    with NativeBuild(SOURCE_TARGETS["c"], compiler, level, Kept(None)) as native:
        content = native.finish(translation.env, translation.codes, {}).content
    wall = time.monotonic() - began
    after = getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Build(cpu, wall, after.ru_maxrss * 1024, len(content))


def builds(name: str, commands: list[str]) -> None:
    """Print what each compiler takes at each level, in a fresh process each."""
    wasm = LARGE[name]()
    for command in commands:
        for level in (0,) if Path(shlex.split(command)[0]).name == "tcc" else (0, 1, 2):
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                done = process.submit(build, wasm, command, level).result()
            print(
                f"| {name} | {command} -O{level} | {done.cpu:.1f} | {done.wall:.1f} "
                f"| {done.peak / 2**20:.0f} | {done.size / 1e6:.2f} |",
                flush=True,
            )
