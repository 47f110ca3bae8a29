"""What each stage of a module's translation takes.

    python -m scripts.benchmarks.stages MODULE.wasm [ROUNDS]

prints milliseconds of CPU, the least of some rounds: from bytes to the graph, for each pass, and for
what is done after these; what takes longest comes first.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import DEFAULT_OPTIONS
from wasm2py.targets.python.choose.representation import choose_forms
from wasm2py.targets.python.emit.function import function_source
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION, Work, run_passes
from wasm2py.translation.collector import rare_collections
from wasm2py.translation.function import linked_function

ROUNDS = 5
NO_LIMIT = 1 << 62


class Watch:
    """Adds up the CPU time between its laps, by the stages that these end."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()  # nanoseconds
        self._last = time.process_time_ns()

    def lap(self, stage: str) -> None:
        """What has been done since the last lap is this."""
        now = time.process_time_ns()
        self.taken[stage] += now - self._last
        self._last = now


def stages(env: ModuleEnvironment, jobs: list[FunctionJob]) -> Counter[str]:
    """Translate functions once; the nanoseconds that each stage takes."""
    watch = Watch()
    with rare_collections():
        for job in jobs:
            work = Work(env, linked_function(env, job, LARGEST_EXPRESSION))
            watch.lap("graph")
            for name in run_passes(work, DEFAULT_OPTIONS):
                watch.lap(name)
            forms = choose_forms(work.structured, DEFAULT_OPTIONS.tune)
            watch.lap("forms")
            function_source(
                env,
                job.funcidx,
                work.structured,
                forms,
                words=False,
                fields=True,
                rounding=True,
                most_source=NO_LIMIT,
            )
            watch.lap("text")
    return watch.taken


def main() -> None:
    """Print a line for each stage."""
    reader = ModuleReader()
    jobs = list(reader.receive(Path(sys.argv[1]).read_bytes()))
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    runs = [stages(reader.env, jobs) for _ in range(rounds)]
    least = {stage: min(run[stage] for run in runs) for stage in runs[0]}
    total = sum(least.values())
    for stage, taken in sorted(least.items(), key=lambda item: -item[1]):
        print(f"{stage:12}{taken / 1e6:9.1f} ms{100 * taken / total:7.1f} %")
    print(f"{'all':12}{total / 1e6:9.1f} ms")


if __name__ == "__main__":
    main()
