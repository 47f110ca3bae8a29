"""Packages with a native build: which functions are used where, and what they hold."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import pythons
from tests.compilers import FASTEST, needs_compiler
from tests.package.modules import ALONE, EVERY_KIND, binary, hostile_module, translate
from tests.packages import import_package
from wasm2py.native.build import NativeBuild
from wasm2py.native.compilers import Compiler
from wasm2py.native.kept import Kept
from wasm2py.native.runtime import EXTENSION
from wasm2py.package.native_source import FOLDER, source_files
from wasm2py.package.writer import PackageOptions, package_files, write_package
from wasm2py.targets.base import Options
from wasm2py.targets.registry import SOURCE_TARGETS

pytestmark = needs_compiler

PROGRAM = "import native_package as p; print(p.target, p.add(2, 3))"


def write_native(wat: str, directory: Path, runtime: str = "vendor") -> None:
    translation = translate(binary(wat), Options(target="c"))
    target, kept = SOURCE_TARGETS["c"], Kept(None)
    with NativeBuild(target, Compiler(FASTEST), 0, kept) as build:
        made = build.finish(translation.env, translation.codes, {})
    write_package(
        translation,
        directory,
        PackageOptions(runtime=runtime),
        native={made.name: made.content},
    )


@pytest.fixture(scope="session")
def native_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("packages") / "native_package"
    write_native(ALONE, directory)
    return directory


@pytest.fixture
def copied(native_package: Path, tmp_path: Path) -> Path:
    """A package that a test may change."""
    return Path(shutil.copytree(native_package, tmp_path / native_package.name))


def run(
    directory: Path, target: str | None = None, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONPATH"
    }
    if target is not None:
        environment["WASM2PY_TARGET"] = target
    return subprocess.run(
        [python, "-c", PROGRAM],
        cwd=directory.parent,
        env=environment,
        capture_output=True,
        text=True,
    )


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """The error that ended it."""
    assert done.returncode == 1
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("target", "used"), [(None, "c"), ("", "c"), ("c", "c"), ("python", "python")]
)
def test_the_variable_decides(
    native_package: Path, target: str | None, used: str
) -> None:
    assert run(native_package, target).stdout == f"{used} 5\n"


def test_another_value(native_package: Path) -> None:
    line = last_line(run(native_package, "rust"))
    assert line == "ImportError: WASM2PY_TARGET must be python or c, not 'rust'"


@pytest.mark.parametrize(
    "content", [None, b"", b"no library", b"\x7fELF\2\1\1" + bytes(99)]
)
def test_what_does_not_load_is_not_used(copied: Path, content: bytes | None) -> None:
    """Another machine's, an incomplete one, none at all."""
    (copied / EXTENSION).unlink()
    if content is not None:
        (copied / EXTENSION).write_bytes(content)
    assert run(copied).stdout == "python 5\n"
    line = last_line(run(copied, "c"))
    text = "the native build of native_package, which WASM2PY_TARGET asks for, does not load: "
    assert line.startswith(f"ImportError: {text}")


def test_a_build_for_another_runtime_is_not_used(copied: Path) -> None:
    abi = copied / "_runtime/abi.py"
    abi.write_text(abi.read_text().replace("W2P_ABI = 2", "W2P_ABI = 999"))
    assert run(copied).stdout == "python 5\n"
    assert "it is for W2P_ABI 2, this runtime has 999" in last_line(run(copied, "c"))


@pytest.mark.parametrize("python", pythons.parameters())
def test_other_pythons(native_package: Path, python: str) -> None:
    """One build for CPython 3.11 and later; the Python functions for all else."""
    code = "import sys; print(sys.implementation.name, *sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    name, *version = done.stdout.split()
    native = name == "cpython" and tuple(map(int, version)) >= (3, 11)
    expected = "c 5\n" if native else "python 5\n"
    assert run(native_package, python=python).stdout == expected
    if not native:
        assert "it is for CPython 3.11 and later" in last_line(
            run(native_package, "c", python)
        )


def test_a_package_without_native_build_has_no_choice(tmp_path: Path) -> None:
    translation = translate(binary(ALONE))
    write_package(translation, tmp_path / "native_package")
    assert run(tmp_path / "native_package", "c").stdout == "python 5\n"


def test_it_is_found_in_an_archive_without_it(copied: Path, tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "archive"), "zip", tmp_path, "native_package")
    program = f"import sys; sys.path.insert(0, 'archive.zip'); {PROGRAM}"
    shutil.rmtree(copied)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "python 5\n", done.stderr


def test_a_module_is_itself_again_after_pickling(
    native_package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = import_package(native_package)
    module = pickle.loads(pickle.dumps(package.module))
    assert module.target == "c"
    assert package.instantiate().exports.add(2, 3) == 5


def test_it_works_with_the_installed_runtime(tmp_path: Path) -> None:
    write_native(EVERY_KIND, tmp_path / "native_import", "import")
    package = import_package(tmp_path / "native_import")
    assert package.target == "c"
    logged: list[int] = []
    instance = package.instantiate({"env": {"log": logged.append}})
    assert instance.exports.fib(10) == 55
    assert instance.exports.pair(1, 2.5) == (1, 2.5)
    assert logged == [5]


def test_hostile_names(tmp_path: Path) -> None:
    """No name of a module is text of its C or of the package's code."""
    write_native(hostile_module(), tmp_path / "hostile_native")
    assert import_package(tmp_path / "hostile_native").target == "c"


def test_the_files_of_the_functions_are_those_of_the_python_target() -> None:
    plain = dict(package_files(translate(binary(EVERY_KIND))))
    translation = translate(binary(EVERY_KIND), Options(target="c"))
    native = dict(package_files(translation, native={EXTENSION: b""}))
    assert native.pop(EXTENSION) == b""
    assert {path for path in native if native[path] != plain[path]} == {"__init__.py"}
    assert native.keys() == plain.keys()


def test_source_that_is_built_by_hand(tmp_path: Path) -> None:
    translation = translate(binary(ALONE), Options(target="c"))
    files = source_files(SOURCE_TARGETS["c"], translation, 0)
    directory = tmp_path / "native_package"
    write_package(translation, directory, native=files)
    assert run(directory).stdout == "python 5\n"
    readme = (directory / FOLDER / "README").read_text()
    (command,) = (line for line in readme.splitlines() if line.startswith("    "))
    if shutil.which("cc") is None:
        pytest.skip("there is no cc")
    subprocess.run(command, shell=True, check=True, cwd=directory / FOLDER)
    assert run(directory, "c").stdout == "c 5\n"
    # What has been built there does not stand in the way of the next package.
    write_package(translation, directory, native=files)


def test_source_has_names_that_end_no_comment() -> None:
    names = ("*/ int x;", "a\\", "??/", "/*", "x")
    wat = hostile_module(names)
    translation = translate(binary(wat), Options(target="c"))
    files = source_files(SOURCE_TARGETS["c"], translation, 0)
    text = "".join(
        content.decode() for path, content in files.items() if "functions_" in path
    )
    comments = [line for line in text.splitlines() if line.startswith("/* func")]
    assert len(comments) == len(names)
    for line in comments:
        assert line.count("*/") == 1 and line.endswith(" */")
        assert "/*" not in line[2:] and "\\" not in line and "?" not in line


# What it takes nothing of: much of the standard library, and what code in Python calls.
_UNUSED = {
    *("bisect", "collections", "contextlib", "ctypes", "enum", "functools", "math"),
    *("importlib.util", "mmap", "re", "resource", "struct", "threading", "types"),
    *("typing", "weakref", "native_package._runtime.instructions"),
    *(f"native_package._runtime.{name}" for name in ("floats", "integers")),
}


def test_what_finalisers_may_need_is_imported_with_the_package(
    native_package: Path,
) -> None:
    """One that came while it is imported would find it half done."""
    program = (
        f"import sys; sys.path.insert(0, {str(native_package.parent)!r})\n"
        "import native_package; print(*sys.modules)"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    runtime = "native_package._runtime"
    assert {f"{runtime}.native", f"{runtime}.views"} <= set(done.stdout.split())


def test_import_and_a_call_import_little(native_package: Path) -> None:
    """In a Python that has imported nothing, not even `site`."""
    folder = str(native_package.parent)
    program = (
        f"import sys; sys.path.insert(0, {folder!r}); {PROGRAM}; print(*sys.modules)"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    target, result, *modules = done.stdout.split()
    assert (target, result) == ("c", "5")
    assert not _UNUSED & set(modules), _UNUSED & set(modules)
