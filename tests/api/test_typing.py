"""The API's types serve a program that is checked strictly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.api import user_program
from tests.wasm_tools import assemble

REPOSITORY = Path(__file__).resolve().parents[2]

WAT = """(module
  (import "env" "memory" (memory 1)) (import "env" "table" (table 1 externref))
  (import "env" "count" (global (mut i32)))
  (func (export "read") (result i32) (global.get 0)))
"""


WRONG_USES = """
await wasm2py.compile_streaming(b"")
await wasm2py.compile_streaming("module.wasm")
await wasm2py.compile_streaming(open("module.wasm", "rb"))
await wasm2py.instantiate_streaming(module)
await wasm2py.instantiate_streaming(wasm2py.Response(), 5)
await wasm2py.instantiate_streaming(wasm2py.Response(), limits=5)
await wasm2py.compile_streaming(wasm2py.Response(), limits=wasm2py.Limits())
await wasm2py.compile_streaming(wasm2py.Response(), unknown=1)
await wasm2py.compile_streaming(wasm2py.Response(), features=5)
wasm2py.compile(5)
wasm2py.compile(open("module.wasm"))
wasm2py.compile(b"", target="rust")
wasm2py.compile(b"", optimize="2")
wasm2py.compile(b"", builtins=5)
wasm2py.compile(b"", imported_string_constants=5)
wasm2py.compile(b"", executor=5)
wasm2py.compile(b"", cache=5)
wasm2py.compile(b"", progress=lambda: None)
wasm2py.validate("module.wasm")
wasm2py.instantiate(module, {"env": 5})
wasm2py.instantiate(module, limits=5)
wasm2py.instantiate(module, features="wasm2")
wasm2py.Module.exports(instance)
wasm2py.Module.custom_sections(module)
wasm2py.Response(5)
wasm2py.Response(b"", headers={1: 2})
wasm2py.Memory("1")
wasm2py.Memory(1, 2, True)
wasm2py.Memory(1).buffer = memoryview(b"")
wasm2py.Table(1, 1)
wasm2py.Global("i32")
wasm2py.Global("i32", 1, True)
wasm2py.WasmException("tag")
instance.exports = {}
instance.exports.f = 1
instance.exports["f"] = 1
del instance.exports["f"]
instance.nothing
""".strip().splitlines()


def checked(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """What mypy says of a program, with the types of an installed package."""
    program = folder / "program.py"
    program.write_text(text, "utf-8")
    path = os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "runtime")))
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(program)],
        cwd=folder,
        env={**os.environ, "MYPYPATH": path, "MYPY_CACHE_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_strict(tmp_path: Path) -> None:
    run = checked(tmp_path, Path(user_program.__file__).read_text("utf-8"))
    assert run.returncode == 0, run.stdout


def test_wrong_uses_are_rejected(tmp_path: Path) -> None:
    head = ["import wasm2py", "module = wasm2py.compile(b'')"]
    head += ["instance = wasm2py.instantiate(module)", "async def main() -> None:"]
    program = "\n".join((*head, *(f"    {use}" for use in WRONG_USES)))
    run = checked(tmp_path, program + "\n")
    reported = {int(line.split(":")[1]) for line in run.stdout.splitlines()[:-1]}
    accepted = [
        use
        for number, use in enumerate(WRONG_USES, len(head) + 1)
        if number not in reported
    ]
    assert accepted == []


def test_it_runs(tmp_path: Path) -> None:
    shown = user_program.main(assemble(WAT), tmp_path)
    assert shown[:7] == ["abc", "1", "97", "x", "1", "2", "14"]
    assert "read function () -> (i32)" in shown
