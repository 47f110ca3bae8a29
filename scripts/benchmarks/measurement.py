"""Measuring programs in all engines, in turns, and checking what they return."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from scripts.benchmarks import compiled
from scripts.benchmarks.packages import package
from scripts.benchmarks.processes import (
    Interpreter,
    MeasurementError,
    Variant,
    Worker,
    cache_folder,
    interleave,
    interpreters,
)
from wasm2py.targets.base import Options

MACHINE_CODE: Final = ("c", *compiled.ENGINES, "wasmtime")
"""Engines that are measured in one interpreter only."""


class Program(NamedTuple):
    """What is measured: a kernel or a job of a real module."""

    name: str
    covers: str
    wasm: Path
    size: int
    idiom: bool = False
    bits: int = 32
    """Of the checksum."""
    handwritten: bool = False
    warm_seconds: float = 0.5
    """CPU time before the first sample on PyPy."""


class Timing(NamedTuple):
    """What one variant took for one program."""

    program: str
    variant: Variant
    seconds: list[float]
    """CPU time of a call, a sample for each turn."""


def all_variants(tuned: bool, kernels: bool) -> list[Variant]:
    """Every engine on every interpreter that is found; some are for kernels only."""
    variants = []
    for interpreter in interpreters().values():
        variants += [
            Variant("wasm2py", interpreter),
            Variant("pwasm", interpreter),
        ]
        if interpreter.label == "pypy" and tuned:
            variants.append(Variant("wasm2py", interpreter, "pypy"))
        if kernels:
            variants.append(Variant("handwritten", interpreter))
    variants.append(Variant("c", this_interpreter()))
    if kernels:
        found = filter(compiled.is_there, compiled.ENGINES)
        variants += [Variant(engine, this_interpreter()) for engine in found]
    variants.append(Variant("wasmtime", this_interpreter()))
    return variants


def metered_variants() -> list[Variant]:
    """Each kind of code beside the same metered, one after the other."""
    variants = []
    for interpreter in interpreters().values():
        tune = "pypy" if interpreter.label == "pypy" else ""
        variants += [
            Variant("wasm2py", interpreter, tune),
            Variant("metered", interpreter, tune),
        ]
    here = this_interpreter()
    return [*variants, Variant("c", here), Variant("c-metered", here)]


def this_interpreter() -> Interpreter:
    """The Python that runs the benchmarks."""
    return next(iter(interpreters().values()))


def call_overhead() -> float:
    """Seconds of CPU that wasmtime's Python binding adds to a call."""
    fib = Path(__file__).resolve().parent / "kernels" / "fib.wasm"
    with Worker(Variant("wasmtime", this_interpreter()), "fib", fib) as worker:
        return min(worker.sample(1, 200).seconds for _ in range(5))


def measure(
    program: Program, variants: Sequence[Variant], repeats: int, optimize: int
) -> list[Timing]:
    """Measure a program; raises MeasurementError where engines disagree."""
    overhead = call_overhead()
    with ExitStack() as stack:
        workers = []
        for variant in variants:
            if variant.engine == "handwritten" and not program.handwritten:
                continue
            path = _path(program, variant, optimize)
            workers.append(stack.enter_context(Worker(variant, program.name, path)))
        _check(program, workers)
        seconds = interleave(workers, program.size, repeats)
    timings = []
    for variant, samples in seconds.items():
        if variant.engine == "wasmtime":
            samples = [max(sample - overhead, 1e-7) for sample in samples]
        timings.append(Timing(program.name, variant, samples))
    return timings


def _path(program: Program, variant: Variant, optimize: int) -> Path:
    if variant.engine not in ("wasm2py", "metered"):
        return program.wasm
    options = Options(
        optimize=optimize,
        tune=variant.tune or "cpython",
        metered=variant.engine == "metered",
    )
    return package(program.name, program.wasm, options)


def _check(program: Program, workers: Iterable[Worker]) -> None:
    """Warm all up; they must agree."""
    mask = (1 << program.bits) - 1
    checksums = {
        worker.variant.label: worker.warm(program.size, program.warm_seconds).checksum
        & mask
        for worker in workers
    }
    if len(set(checksums.values())) > 1:
        listing = ", ".join(f"{key}: {value:#x}" for key, value in checksums.items())
        raise MeasurementError(f"{program.name}: results differ: {listing}")


def save(timings: Iterable[Timing], path: Path) -> None:
    """Write raw samples as JSON."""
    rows = [
        {"program": row.program, "variant": row.variant.label, "seconds": row.seconds}
        for row in timings
    ]
    path.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


def default_record() -> Path:
    """Where raw samples go unless told."""
    return cache_folder() / "last.json"
