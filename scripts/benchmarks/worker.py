"""A measured process: opens one program in one engine, then runs it on demand.

    python worker.py ENGINE NAME PATH

NAME is a kernel or a job of `jobs`. Each line of standard input is a size and a number
of calls; the answer is a line of JSON with the seconds of CPU that they took, divided
by their number, and the checksum. With the engine "load" the package is imported and
instantiated, and nothing else. Runs on Python >= 3.9.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path


def program(engine: str, name: str, path: Path) -> Callable[[int], int]:
    """What is measured, ready to be called with a size."""
    if engine == "handwritten":
        from scripts.benchmarks.handwritten import KERNELS

        return KERNELS[name]
    from scripts.benchmarks.engines import ENGINES, Host
    from scripts.benchmarks.jobs import JOBS

    if name in JOBS:
        job = JOBS[name]()
        job.prepare(ENGINES[engine](path, job.host()))
        return job.run
    return ENGINES[engine](path, Host()).function("run")


def measure(run: Callable[[int], int], size: int, calls: int) -> tuple[float, int]:
    """Seconds of CPU a call, and the checksum of the last one."""
    checksum = 0
    start = time.process_time()
    for _ in range(calls):
        checksum = run(size)
    return (time.process_time() - start) / calls, checksum


def load(name: str, path: Path) -> None:
    """Import a package and instantiate it; nothing of it is run."""
    from scripts.benchmarks.engines import Host, open_package
    from scripts.benchmarks.jobs import JOBS

    host = JOBS[name]().host() if name in JOBS else Host()
    start = time.process_time()
    open_package(path, host)
    ready = time.process_time() - start
    print(json.dumps({"ready": ready, "peak": peak_memory()}), flush=True)


def peak_memory() -> int:
    """Bytes: the largest resident set of this process so far; 0 where nobody tells.

    `resource` would count what the parent had when it started this process.
    """
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def main() -> None:
    """Serve until the input ends."""
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    if sys.argv[1] == "load":
        load(sys.argv[2], Path(sys.argv[3]))
        return
    start = time.process_time()
    run = program(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    print(json.dumps({"ready": time.process_time() - start}), flush=True)
    for line in sys.stdin:
        size, calls = map(int, line.split())
        seconds, checksum = measure(run, size, calls)
        answer = {"seconds": seconds, "checksum": checksum & 0xFFFFFFFFFFFFFFFF}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
