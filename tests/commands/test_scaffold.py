"""`wasm2py scaffold`: what a module imports, as Python to be filled in."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import black
import pytest

import wasm2py
from tests.commands.running import Runner
from tests.wasm_tools import assemble
from wasm2py.commands.scaffold import scaffold as scaffold_text
from wasm2py.inspection import Inspection
from wasm2py.inspection.sections import FullType
from wasm2py.spec.environment import Import
from wasm2py.spec.types import (
    EXTERNREF,
    FuncType,
    Limits,
    MemoryType,
    TableType,
    TagType,
)

MODULE = """
(module
  (import "env" "log" (func (param i32 f64 externref) (result i64)))
  (import "env" "two" (func (result i32 f32)))
  (import "env" "memory" (memory 1 3))
  (import "env" "table" (table 2 funcref))
  (import "env" "g" (global (mut f64)))
  (import "b" "g" (global externref))
  (import "b" "again" (func))
  (import "b" "again" (func))
  (func (export "go") (drop (call 0 (i32.const 1) (f64.const 2) (ref.null extern)))))
"""
SCAFFOLD = '''\
"""What a WebAssembly module imports from its host. Written by wasm2py, to be filled in."""

from __future__ import annotations

from typing import Any

from wasm2py import Global, Memory, Table


def import_0(v0: int, v1: float, v2: Any) -> int:
    raise NotImplementedError("env.log")


def import_1() -> tuple[int, float]:
    raise NotImplementedError("env.two")


def import_2() -> None:
    raise NotImplementedError("b.again")


imports: dict[str, dict[str, Any]] = {
    "env": {
        "log": import_0,
        "two": import_1,
        "memory": Memory(1, 3),
        "table": Table("funcref", 2),
        "g": Global("f64", 0.0, mutable=True),
    },
    "b": {
        "g": Global("externref", None),
        "again": import_2,
    },
}
'''


def scaffold(run: Runner, tmp_path: Path, text: str) -> str:
    path = tmp_path / "module.wasm"
    path.write_bytes(assemble(text))
    outcome = run("scaffold", path)
    assert (outcome.status, outcome.errors) == (0, "")
    return outcome.output


def imports(text: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    return namespace["imports"]


def test_everything_that_is_imported(run: Runner, tmp_path: Path) -> None:
    text = scaffold(run, tmp_path, MODULE)
    assert text == SCAFFOLD
    instance = wasm2py.instantiate(wasm2py.compile(assemble(MODULE)), imports(text))
    with pytest.raises(NotImplementedError, match=r"env\.log"):
        instance.exports.go()


def test_it_is_typed_and_formatted(run: Runner, tmp_path: Path) -> None:
    host = tmp_path / "host.py"
    host.write_text(scaffold(run, tmp_path, MODULE))
    for tool in (["black", "--check", "-q"], ["mypy", "--strict", "--config-file="]):
        command = [sys.executable, "-m", *tool, str(host)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "imported",
    [
        "".join(
            f'(import "e" "f{count}" (func (param {"i32 " * count})))'
            for count in range(13)
        )
        + "".join(f'(import "e" "{"n" * size}" (func))' for size in (57, 58, 90)),
        '(import "e" "g" (global i32))',
    ],
)
def test_long_lines_and_no_functions_are_formatted(
    run: Runner, tmp_path: Path, imported: str
) -> None:
    text = scaffold(run, tmp_path, f"(module {imported})")
    assert black.format_str(text, mode=black.Mode()) == text


def test_what_wasi_gives_is_left_out(run: Runner, tmp_path: Path) -> None:
    wasi = (
        '(import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32)))'
    )
    text = scaffold(run, tmp_path, f'(module {wasi} (import "e" "f" (func)))')
    assert "fd_close" not in text
    assert "# The rest is WASI's" in text
    assert list(imports(text)) == ["e"]
    assert imports(scaffold(run, tmp_path, f"(module {wasi})")) == {}
    assert imports(scaffold(run, tmp_path, "(module)")) == {}


@pytest.mark.parametrize("module", ["e", "wasi_snapshot_preview1"])
def test_how_wasi_gives_the_rest(run: Runner, tmp_path: Path, module: str) -> None:
    """As the comment says, also where WASI's module is to have further functions."""
    text = f"""(module
      (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
      (import "{module}" "sock_open" (func (param i32) (result i32))))"""
    program = scaffold(run, tmp_path, text)
    lines = [
        line.removeprefix("#     ")
        for line in program.splitlines()
        if line.startswith("#     ")
    ]
    compiled = wasm2py.compile(assemble(text))
    package = SimpleNamespace(
        wasi=wasm2py.WASI, instantiate=partial(wasm2py.instantiate, compiled)
    )
    names: dict[str, Any] = {"package": package}
    exec("\n".join([program, *lines]), names)
    assert isinstance(names["instance"], wasm2py.Instance)


def test_types_of_later_proposals() -> None:
    types: list[tuple[str, FullType]] = [
        ("memory", MemoryType(Limits(1, 2), shared=True, address="i64")),
        ("table", TableType(EXTERNREF, Limits(1, None), address="i64")),
        ("tag", TagType(FuncType(("i32", "f64"), ()))),
        ("function", FuncType(("v128", "(ref null func)"), ())),
    ]
    found = [(Import("m", kind, kind, 0), described) for kind, described in types]
    text = scaffold_text(Inspection(0, [], found, [], [], [], 0, 0, []))
    assert '"memory": Memory(1, 2, shared=True, address="i64"),' in text
    assert '"table": Table("externref", 1, address="i64"),' in text
    assert '"tag": Tag(("i32", "f64")),' in text
    assert "def import_0(v0: bytes, v1: Any) -> None:" in text
    assert list(imports(text)["m"]) == ["memory", "table", "tag", "function"]


def test_names_are_data(run: Runner, tmp_path: Path) -> None:
    name = "\"'''\n\\); raise SystemExit #"
    quoted = "".join(f"\\{byte:02x}" for byte in name.encode())
    text = scaffold(run, tmp_path, f'(module (import "{quoted}" "{quoted}" (func)))')
    found = imports(text)
    assert list(found) == list(found[name]) == [name]
    with pytest.raises(NotImplementedError) as got:
        found[name][name]()
    assert str(got.value) == f"{name}.{name}"


def test_nothing_is_too_many(run: Runner, tmp_path: Path) -> None:
    many = "\n".join(f'(import "m" "{index}" (func))' for index in range(5000))
    found = imports(scaffold(run, tmp_path, f"(module {many})"))
    assert len(found["m"]) == 5000


def test_types_that_are_long() -> None:
    long = FuncType(("i32",) * 41, ())
    types: list[tuple[str, FullType]] = [("function", long), ("tag", TagType(long))]
    found = [(Import("m", kind, kind, 0), described) for kind, described in types]
    text = scaffold_text(Inspection(0, [], found, [], [], [], 0, 0, []))
    assert "def import_0(*values: Any) -> Any:" in text
    assert '"tag": Tag(...),' in text
