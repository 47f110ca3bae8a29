"""Measuring the translation: CPU time, memory, streaming, importing what it wrote."""

from __future__ import annotations

import http.server
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.benchmarks.modules import LARGE
from scripts.benchmarks.packages import package
from scripts.benchmarks.processes import WORKER, MeasurementError, cache_folder
from wasm2py.binary.events import NEED_DATA, SectionStart
from wasm2py.binary.parser import Parser
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options
from wasm2py.translation.translator import Translator

ROOT = Path(__file__).resolve().parents[2]

PWASM = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1]]
from scripts.benchmarks.engines import open_pwasm
from scripts.benchmarks.jobs import JOBS, Host
import pwasm.executor
instances = []
allocate = pwasm.executor.Instance.__init__
def remember(instance, module):
    allocate(instance, module)
    instances.append(instance)
pwasm.executor.Instance.__init__ = remember
name = sys.argv[2]
open_pwasm(Path(sys.argv[3]), JOBS[name]().host() if name in JOBS else Host())
for function in instances[0].functions:
    if hasattr(function, "tier_up"):
        function.tier_up()
"""
"""Decodes a module with pwasm, translates and compiles each of its functions."""


class Usage(NamedTuple):
    """What a process and its children took."""

    cpu: float
    """Seconds, user and system, of all processes."""
    wall: float
    """Seconds."""
    peak: int
    """Bytes: the largest resident set of any of the processes."""


def usage(command: Sequence[str], path: Path | None = None) -> Usage:
    """Run a command; raises MeasurementError if it fails.

    `path` is where Python looks for modules first.
    """
    start = time.perf_counter()
    # pwasm keeps what it compiled on disk, unless told.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PWASM_CACHE_DIR": ""}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise MeasurementError(f"{command[-1]}: exit status {process.returncode}")
    # Linux tells kibibytes, macOS bytes.
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Usage(used.ru_utime + used.ru_stime, wall, peak)


def compiled_folder(name: str) -> Path:
    """Where the package of a module is written."""
    return cache_folder() / "compiled" / name


def compile_command(source: str, name: str, *options: str) -> list[str]:
    """The command line that writes the package of a module."""
    target = compiled_folder(name)
    target.parent.mkdir(exist_ok=True)
    # -P: not what happens to be in the working directory.
    own = [sys.executable, "-P", "-m", "wasm2py", "compile", "--no-cache", source]
    own += ["-o", str(target)]
    return [*own, "--force", "--quiet", *options]


class Way(NamedTuple):
    """A way to translate a module."""

    label: str
    command: Sequence[str]
    path: Path | None = None
    """Where Python looks for modules first."""


def ways(name: str, pwasm: bool, accelerated: Path | None) -> list[Way]:
    """The ways to translate a module, the ordinary one first."""
    wasm = str(LARGE[name]())
    single = compile_command(wasm, name, "--jobs", "1")
    found = [
        Way("1 job", single),
        Way("2 jobs", compile_command(wasm, name, "--jobs", "2")),
        Way("bytecode", compile_command(wasm, name, "--bytecode")),
    ]
    if accelerated is not None:
        found.append(Way("accelerated", single, accelerated))
    if pwasm:
        command = [sys.executable, "-c", PWASM, str(ROOT), name, wasm]
        found.append(Way("pwasm", command))
    return found


def translate(name: str, compared: Sequence[Way], repeats: int) -> None:
    """Print a row a way to translate a module: the least of runs in turns."""
    used: dict[str, list[Usage]] = {way.label: [] for way in compared}
    for _ in range(repeats):
        for way in compared:
            used[way.label].append(usage(way.command, way.path))
    first, *_ = used.values()
    for label, runs in used.items():
        ratios = [run.cpu / other.cpu for run, other in zip(runs, first)]
        print(
            f"| {name} | {label} | {min(run.cpu for run in runs):.2f} "
            f"| {min(run.wall for run in runs):.2f} "
            f"| {max(run.peak for run in runs) / 2**20:.0f} "
            f"| {statistics.median(ratios):.2f} |",
            flush=True,
        )


def imports(name: str, repeats: int) -> None:
    """Print what importing and instantiating a package takes, with warm caches and
    for the first time.
    """
    path = package(name, LARGE[name](), Options())
    command = [sys.executable, str(WORKER), "load", name, str(path)]
    # What Python compiles the first time is there the second time.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    runs = []
    for _ in range(repeats + 1):
        run = subprocess.run(
            command, stdout=subprocess.PIPE, env=environment, check=True, text=True
        )
        runs.append(json.loads(run.stdout))
    first, *warm = runs
    print(
        f"| {name} | {min(run['ready'] for run in warm) * 1000:.1f} "
        f"| {max(run['peak'] for run in warm) / 2**20:.0f} "
        f"| {first['ready'] * 1000:.1f} | {first['peak'] / 2**20:.0f} |",
        flush=True,
    )


def first_function(name: str, piece: int = 1024) -> float:
    """The share of the code section that had come when a function was translated."""
    data = LARGE[name]().read_bytes()
    start, end = _code_section(data)
    translator = Translator(WASM2)
    for place in range(0, len(data), piece):
        if translator.receive(data[place : place + piece]):
            return (place + piece - start) / (end - start)
    raise MeasurementError(f"{name}: no function was translated")


def _code_section(data: bytes) -> tuple[int, int]:
    """Where the code section begins and ends."""
    parser = Parser(WASM2)
    parser.receive_data(data)
    while (event := parser.next_event()) is not NEED_DATA:
        if isinstance(event, SectionStart) and event.name == "code":
            return event.offset, event.offset + event.size
    raise MeasurementError("no code section")


class _SlowServer(http.server.ThreadingHTTPServer):
    """Serves one module, so many bytes a second, and notes when it sent the last."""

    def __init__(self, data: bytes, rate: float) -> None:
        super().__init__(("127.0.0.1", 0), _SlowHandler)
        self.data = data
        self.rate = rate
        self.last_byte = 0.0


class _SlowHandler(http.server.BaseHTTPRequestHandler):
    server: _SlowServer

    def do_GET(self) -> None:
        """Send the module, a fiftieth of a second's bytes at a time."""
        data, rate = self.server.data, self.server.rate
        self.send_response(200)
        self.send_header("Content-Type", "application/wasm")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        piece = max(1, int(rate / 50))
        start = time.perf_counter()
        for place in range(0, len(data), piece):
            time.sleep(max(0.0, start + place / rate - time.perf_counter()))
            self.wfile.write(data[place : place + piece])
            self.wfile.flush()
        self.server.last_byte = time.time()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def stream(name: str, rate: float) -> None:
    """Print how long after the last byte the package of a module was there, and how
    long until the process had ended.
    """
    server = _SlowServer(LARGE[name]().read_bytes(), rate)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/{name}.wasm"
    target = compiled_folder(f"{name}_streamed")
    used = usage(compile_command(url, target.name))
    ended = time.time() - server.last_byte
    # The folder gets its last file just before it is put in its place.
    ready = target.stat().st_mtime - server.last_byte
    server.shutdown()
    server.server_close()
    share = first_function(name)
    print(
        f"| {name} | {rate / 1000:.0f} | {used.wall:.2f} | {used.cpu:.2f} "
        f"| {ready:.2f} | {ended:.2f} | {share:.2%} |"
    )
