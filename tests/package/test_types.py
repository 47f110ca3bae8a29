"""A user's program against the types of packages, under mypy --strict."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.package.modules import (
    ALONE,
    EVERY_KIND,
    REPOSITORY,
    binary,
    hostile_module,
    translate,
    without_imports,
)
from wasm2py.package.writer import PackageOptions, write_package

GOOD = """\
from collections.abc import Callable
from typing import Any

import alone
import hostile
import kinds
import many_imports
import thin


def log(value: int) -> None:
    print(value)


instance = kinds.instantiate({"env": {"log": log}})
a: int = instance.exports.fib(3)
b: Callable[[int], int] = instance.exports["fib"]
c: tuple[int, float] = instance.exports.pair(1, 2)
d: kinds.Memory = instance.exports.memory
e: kinds.Table = instance.exports["table"]
f: int = instance.exports.counter.value
kinds.instantiate({"env": alone.instantiate().exports})
kinds.instantiate({"env": {"log": [0].append}})
other = alone.instantiate({})
g: int = alone.add(1, 2) + other.exports.add(1, 2)
h: alone.Memory = alone.memory
module: alone.Module = alone.module
try:
    alone.trap()
except (alone.Trap, alone.LinkError) as error:
    print(error)
i: tuple[float, int] = hostile.instantiate().exports["__class__"]()
j: tuple[float, int] = hostile.self()
hostile.match()
l: Any = instance.exports[input()]
many_imports.instantiate({"m": {"memory": alone.memory, "constant": 3, "f": max}})
thin.instantiate().exports.memory.grow(thin.add(0, 1))
k: kinds.Global = instance.exports.counter
many_imports.instantiate({"m": {"memory": d, "constant": k, "f": min}})
m: tuple[bytes, int] = (d[0:4], d[3])
d[0:4], d[3] = b"four", 255
d.pack_into("<2I", 0, 1, 2)
n: tuple[Any, ...] = d.unpack("<2I", 0)
d.array(0, 4, "d")[3] = 0.5
with instance.alloc(b"abc") as o, instance.cstring("abc") as p, instance.lock:
    m = (instance.memory.cstring(o), p)
q: int = instance.table.add(lambda x, y: x + y, "i32 i32 -> i32")
e.set(0, kinds.Function(log, "i32 ->"))
e.remove(q)
"""
BAD = {
    'kinds.instantiate({"env": {"log": log}}).exports.fib("x")': "arg-type",
    'kinds.instantiate({"env": {"log": log}}).exports["fib"](1.5)': "arg-type",
    'kinds.instantiate({"env": {"log": log}}).exports.missing': "attr-defined",
    'kinds.instantiate({"env": {"log": 3}})': "typeddict-item",
    'kinds.instantiate({"env": {}})': "typeddict-item",
    "kinds.instantiate()": "call-arg",
    "alone.add(1)": "call-arg",
    "alone.add(v0=1, v1=2)": "call-arg",
    "alone.missing": "attr-defined",
    'd["a"]': "call-overload",
    "instance.table.add(1)": "arg-type",
    "instance.cstring(3)": "arg-type",
    "kinds.fib(1)": "attr-defined",
}
MANY_IMPORTS = """
(module
  (import "m" "memory" (memory 1))
  (import "m" "constant" (global i32))
  (import "m" "f" (func (param i32 i32) (result i32))))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with packages."""
    folder = tmp_path_factory.mktemp("types")
    for name, wat in (
        ("alone", ALONE),
        ("kinds", EVERY_KIND),
        ("many_imports", MANY_IMPORTS),
        ("hostile", without_imports(hostile_module())),
        ("hostile_imports", hostile_module()),
    ):
        write_package(translate(binary(wat)), folder / name)
    thin = PackageOptions(runtime="import")
    write_package(translate(binary(ALONE)), folder / "thin", thin)
    return folder


def _mypy(folder: Path, program: str) -> list[str]:
    (folder / "program.py").write_text(program)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "program.py"]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(REPOSITORY / "runtime")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.stdout.splitlines()


def test_a_right_program_passes(folder: Path) -> None:
    output = _mypy(folder, GOOD + "import hostile_imports\n")
    assert output == ["Success: no issues found in 1 source file"]


def test_wrong_calls_are_found(folder: Path) -> None:
    lines = "".join(f"{line}\n" for line in BAD)
    first = GOOD.count("\n") + 1
    found = [line for line in _mypy(folder, GOOD + lines) if "error:" in line]
    for number, (line, code) in enumerate(BAD.items(), first):
        matching = [text for text in found if text.startswith(f"program.py:{number}:")]
        assert any(text.endswith(f"[{code}]") for text in matching), (line, matching)
    assert all(text.startswith("program.py:") for text in found)
