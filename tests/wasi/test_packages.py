"""Packages of programs and libraries of WASI."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import wasm2py
from tests.commands.running import interruptible
from tests.packages import import_package, write_package
from tests.pythons import parameters
from tests.wasi.modules import COUNT, FOREVER, HELLO, REACTOR, TRAP, module
from tests.wasm_tools import assemble
from wasm2py.targets.base import Options

MIXED = """
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
  (import "env" "f" (func))
  (func (export "g")) (func (export "_start")))
"""

ALONE = """
(module
  (global $ready (mut i32) (i32.const 0))
  (func (export "%s") %s
    (global.set $ready (i32.add (global.get $ready) (i32.const 1))))
  (func (export "ready") (result i32) (global.get $ready)))
"""


def packaged(body: str, path: Path, name: str, runtime: str = "vendor") -> ModuleType:
    write_package(module(body), path / name, runtime=runtime)
    return import_package(path / name)


@pytest.mark.parametrize("runtime", ["vendor", "import"])
def test_a_library_is_initialised_before_its_first_call(
    tmp_path: Path, runtime: str
) -> None:
    package: Any = packaged(REACTOR, tmp_path, f"reactor_{runtime}", runtime)
    assert {"ready", "add", "memory"} <= set(dir(package))
    assert package.ready() == 1
    assert package.say() == 0  # what it prints goes nowhere
    with pytest.raises(package.ProcExit):
        package.leave()


@pytest.mark.parametrize("initialiser", ["_initialize", "__wasm_call_ctors"])
def test_a_library_that_imports_nothing(tmp_path: Path, initialiser: str) -> None:
    name = f"alone_{initialiser}"
    write_package(
        assemble(ALONE % (initialiser, "")), tmp_path / name, runtime="vendor"
    )
    package: Any = import_package(tmp_path / name)
    assert package.ready() == 1
    assert package.local().exports.ready() == 1


def test_an_initialiser_of_another_type_is_not_called(tmp_path: Path) -> None:
    text = ALONE % ("_initialize", "(param i32)")
    write_package(assemble(text), tmp_path / "alone_otherwise", runtime="vendor")
    package: Any = import_package(tmp_path / "alone_otherwise")
    assert package.ready() == 0


def test_imports_for_a_library(tmp_path: Path) -> None:
    package: Any = packaged(REACTOR, tmp_path, "reactor_wasi")
    output = io.BytesIO()
    wasi = package.wasi(stdout=output)
    instance = package.instantiate(wasi)
    assert instance.exports.ready() == 1
    wasi.initialize(instance)
    instance.exports.say()
    assert output.getvalue() == b"hello\n"
    # Merged with others, they are not known as WASI's any more.
    assert package.instantiate({**wasi, "env": {}}).exports.ready() == 0


def test_programs_of_the_installed_package(tmp_path: Path) -> None:
    """Objects of one copy of the runtime serve in another."""
    package: Any = packaged(HELLO, tmp_path, "hello_copies")
    output = io.BytesIO()
    wasi = wasm2py.WASI(stdout=output, preopens={"/": package.MemoryDirectory()})
    assert wasi.start(package.instantiate(wasi)) == 0
    assert output.getvalue() == b"hello\n"
    reactor: Any = packaged(REACTOR, tmp_path, "reactor_copies")
    assert reactor.instantiate(wasm2py.WASI()).exports.ready() == 1


def test_a_folder_of_another_copy(tmp_path: Path) -> None:
    package: Any = packaged(HELLO, tmp_path, "hello_folders")
    folder = package.MemoryDirectory({"a": b"1"})
    wasi = wasm2py.WASI(preopens={"/": folder})
    memory = wasm2py.Memory(1)
    memory.write(0, b"missing")

    class Instance:
        exports = {"memory": memory}

    wasi.initialize(Instance())
    functions = wasi["wasi_snapshot_preview1"]
    assert functions["path_unlink_file"](3, 0, 7) == 44
    assert functions["path_open"](3, 1, 0, 7, 1, 0, 0, 0, 16) == 0
    assert sorted(folder.files) == ["a", "missing"]


def test_a_module_that_needs_more_than_wasi(tmp_path: Path) -> None:
    write_package(assemble(MIXED), tmp_path / "mixed_wasi", runtime="vendor")
    package: Any = import_package(tmp_path / "mixed_wasi")
    assert not hasattr(package, "g")
    assert not (tmp_path / "mixed_wasi/__main__.py").exists()
    imports = {**package.wasi().imports, "env": {"f": print}}
    assert package.instantiate(imports).exports.g() is None


def test_only_programs_can_be_run(tmp_path: Path) -> None:
    packaged(REACTOR, tmp_path, "reactor_alone")
    packaged(HELLO, tmp_path, "hello_alone")
    assert not (tmp_path / "reactor_alone/__main__.py").exists()
    assert (tmp_path / "hello_alone/__main__.py").exists()


def start(
    folder: Path, name: str, *args: str, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-m", name, *args],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("python", [sys.executable, *parameters()])
def test_running_a_package(tmp_path: Path, python: str) -> None:
    write_package(module(HELLO), tmp_path / "hello", runtime="vendor")
    done = start(tmp_path, "hello", python=python)
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello\n", "")
    write_package(module(TRAP), tmp_path / "trap", runtime="vendor")
    done = start(tmp_path, "trap", python=python)
    assert (done.returncode, done.stdout) == (134, "hello\n")
    assert done.stderr.startswith("trap: trap: integer divide by zero; in divide (")


@pytest.mark.parametrize(
    "args, status",
    [
        ([], 1),
        (["a", "b"], 3),
        (["--", "a"], 2),
        (["--dir", ".", "--env=A=1", "a"], 2),
        (["--dir", "."], 1),
        (["--env", "A=1", "--", "--env", "--"], 3),
        (["a", "--dir", "x"], 4),
    ],
)
def test_arguments(tmp_path: Path, args: list[str], status: int) -> None:
    write_package(module(COUNT), tmp_path / "count", runtime="vendor")
    assert start(tmp_path, "count", *args).returncode == status


@pytest.mark.parametrize(
    "args, message, status",
    [
        (["--dir"], "--dir needs a value", 2),
        (["--dir", "a::b::c"], "HOST::GUEST", 2),
        (["--env", "A"], "NAME=VALUE", 2),
        (["--invoke", "missing"], "'missing'", 2),
        (["--dir", "no/such::/"], "no/such", 1),
    ],
)
def test_wrong_arguments(
    tmp_path: Path, args: list[str], message: str, status: int
) -> None:
    write_package(module(COUNT), tmp_path / "count", runtime="vendor")
    done = start(tmp_path, "count", *args)
    assert done.returncode == status
    assert done.stderr.startswith("count: ") and message in done.stderr
    assert done.stderr.count("\n") == 1


def test_ctrl_c(tmp_path: Path) -> None:
    write_package(module(FOREVER), tmp_path / "forever", runtime="vendor")
    with subprocess.Popen(
        [sys.executable, "-m", "forever"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=interruptible,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "hello\n"  # it runs
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "")


def test_limits(tmp_path: Path) -> None:
    write_package(module(FOREVER), tmp_path / "plain", runtime="vendor")
    metered = Options(metered=True)
    write_package(
        module(FOREVER), tmp_path / "metered", options=metered, runtime="vendor"
    )

    def run(name: str, limit: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", name, "--limit", limit],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        return done.returncode, done.stderr.decode()

    status, errors = run("metered", "fuel=1000")
    assert (status, errors.partition(";")[0]) == (
        134,
        "metered: trap: all fuel consumed",
    )
    status, errors = run("plain", "deadline=0.1")
    assert (status, errors.partition(";")[0]) == (
        134,
        "plain: trap: the deadline has passed",
    )
    status, errors = run("plain", "fuel=1000")
    assert status == 1
    assert "compile the module with metered=True" in errors


def test_types(tmp_path: Path) -> None:
    write_package(module(REACTOR), tmp_path / "reactor_types", runtime="vendor")
    program = tmp_path / "program.py"
    program.write_text(
        "import io\n"
        "import reactor_types as r\n"
        "i: int = r.ready()\n"
        "folder = r.MemoryDirectory({'a': b''}, max_bytes=10)\n"
        "wasi = r.wasi(['x'], {'A': '1'}, stdout=io.BytesIO(), preopens={'/': folder})\n"
        "instance = r.instantiate(wasi)\n"
        "wasi.initialize(instance)\n"
        "status: int = r.WASI().start(instance)\n"
        "j: int = r.instantiate({**wasi.imports, 'env': {}}).exports.ready()\n"
    )
    mypy = [sys.executable, "-m", "mypy", "--strict", "--no-incremental"]
    done = subprocess.run(
        [*mypy, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
