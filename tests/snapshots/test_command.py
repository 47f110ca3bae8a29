"""`wasm2py compile --snapshot` and `wasm2py wheel --snapshot`."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests import compilers, pythons
from tests.commands.conftest import package, run
from tests.commands.running import ENVIRONMENT, REPOSITORY, Runner, start
from tests.package.modules import run_python
from tests.snapshots.modules import EVERYTHING
from tests.wasm_tools import assemble

__all__ = ["package", "run"]

TOLD = (
    "wasm2py: the snapshot keeps what the initialiser was told:"
    " random bytes that are always the same\n"
)
# What calls give, and all of the state, told by another Python.
TELL = f"""
import json, sys
sys.path.insert(0, {str(REPOSITORY)!r})
from tests.snapshots.modules import CALLS, imports, outcome, state
import PACKAGE as package
instance = package.instantiate(imports(package))
for name in CALLED:
    instance.exports[name]()
told = [repr([*state(instance)])]
told += [repr(outcome(instance, name, args)) for name, args in CALLS]
told += [repr([*state(instance)])]
print(package.target, json.dumps(told))
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "module.wasm"
    path.write_bytes(assemble(EVERYTHING))
    return path


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tell(package: Path, python: str, *called: str) -> str:
    program = TELL.replace("PACKAGE", package.name).replace("CALLED", repr(called))
    done = run_python(program, package.parent, python=python)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("target", ["python", "c"])
def test_packages(
    target: str,
    run: Runner,
    module: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if target == "c":
        monkeypatch.setenv("CC", shlex.join(compilers.fastest().command))
    options = ("--target", target, "--quiet")
    usual, snapshot = tmp_path / "out/usual", tmp_path / "out/snapshot"
    assert run("compile", module, "-o", usual, *options).status == 0
    outcome = run("compile", "--snapshot=init", module, "-o", snapshot, *options)
    assert outcome == (0, "", "")
    wanted = tell(usual, sys.executable, "_initialize", "init")
    assert tell(snapshot, sys.executable) == wanted
    assert wanted.startswith(f"{target} ")
    stub = (snapshot / "__init__.pyi").read_text()
    assert "number" in stub
    assert "_initialize" not in stub


@pytest.mark.slow
@pytest.mark.parametrize("python", pythons.parameters())
def test_other_pythons(python: str, run: Runner, module: Path, tmp_path: Path) -> None:
    usual, snapshot = tmp_path / "out/usual", tmp_path / "out/snapshot"
    tune = ("--tune", "pypy") if "pypy" in python else ()
    run("compile", module, "-o", usual, "--quiet", *tune)
    run("compile", "--snapshot", module, "-o", snapshot, "--quiet", *tune)
    assert tell(snapshot, python) == tell(usual, python, "_initialize")


def test_the_option_takes_no_argument(run: Runner, module: Path, package: Path) -> None:
    """What follows it is the source."""
    outcome = run("compile", "--snapshot", module, "-o", package)
    assert outcome.status == 0
    assert outcome.errors == TOLD


def test_compiled_code_goes_with_it(run: Runner, module: Path, tmp_path: Path) -> None:
    for name, options in (
        ("with", ("--snapshot",)),
        ("left_out", ("--snapshot", "--no-bytecode")),
        ("usual", ()),
    ):
        folder = tmp_path / name
        assert run("compile", module, "-o", folder, "--quiet", *options).status == 0
        compiled = tmp_path / name / "_functions" / "__pycache__"
        assert compiled.exists() == (name == "with")


def test_wheels(run: Runner, module: Path, tmp_path: Path) -> None:
    options = ("--name", "snap", "--version", "1", "-o", tmp_path, "--quiet")
    assert run("wheel", module, "--snapshot", *options).status == 0
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    package = tmp_path / "installed/snap"
    run("compile", module, "-o", tmp_path / "usual", "--quiet")
    wanted = tell(tmp_path / "usual", sys.executable, "_initialize")
    assert tell(package, sys.executable) == wanted


def test_the_same_bytes_each_time(module: Path, tmp_path: Path) -> None:
    for name, options in (("1", ()), ("2", ("--no-cache", "--jobs", "2"))):
        command = [sys.executable, "-m", "wasm2py", "compile", "--snapshot=init"]
        folder = tmp_path / name / "package"
        subprocess.run(
            [*command, module, "-o", folder, "--quiet", *options],
            env={**ENVIRONMENT, "PYTHONHASHSEED": name},
            check=True,
        )
    assert tree(tmp_path / "1") == tree(tmp_path / "2")


def test_failures_are_one_line(run: Runner, tmp_path: Path, package: Path) -> None:
    module = tmp_path / "trap.wasm"
    wat = '(module (func $f (export "a\\nb") unreachable) (start $f))'
    module.write_bytes(assemble(wat))
    line = run.failure("compile", module, "-o", package, "--snapshot")
    assert line.startswith("the initialiser has failed: trap: unreachable; in ")
    line = run.failure("compile", module, "-o", package, "--snapshot=a\nc")
    assert line.startswith("there is no function 'a\\nc' among the exports")
    assert [*package.parent.iterdir()] == []


def test_memory_is_bounded(run: Runner, tmp_path: Path, package: Path) -> None:
    module = tmp_path / "large.wasm"
    wat = """(module (memory 1) (func (export "init") (loop $more
      (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))))"""
    module.write_bytes(assemble(wat))
    options = ("--snapshot=init", "--max-memory", "10000000")
    line = run.failure("compile", module, "-o", package, *options)
    assert "65,536 more bytes of memory are wanted" in line
    assert [*package.parent.iterdir()] == []


def test_interruption(tmp_path: Path, package: Path) -> None:
    """An initialiser that never ends."""
    module = tmp_path / "endless.wasm"
    wat = """(module (func (export "_initialize") (loop $more (br $more))))"""
    os.mkfifo(module)
    process = start("compile", module, "-o", package, "--snapshot")
    module.write_bytes(assemble(wat))  # when it is opened
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == "wasm2py: interrupted; nothing was written\n"
    assert [*package.parent.iterdir()] == []
