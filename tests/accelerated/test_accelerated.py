"""The accelerated wheel does what the source does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scripts.build_accelerated import ROOT, build, has_compiler
from tests.real.npm import package

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_compiler(), reason="there is no C compiler"),
]

SOURCE = f"{ROOT}{os.pathsep}{ROOT / 'runtime'}"
TRANSLATE = str(Path(__file__).with_name("translate.py"))
BROKEN = ROOT / "golden" / "errors" / "alignment" / "input.wasm"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A search path on which the accelerated wasm2py is."""
    folder = tmp_path_factory.mktemp("accelerated")
    shutil.unpack_archive(build(sys.executable, folder), folder / "unpacked", "zip")
    return str(folder / "unpacked")


def run(path: str, *command: str, status: int = 0, **environment: str) -> str:
    """Run Python with a search path; gives what it prints and complains."""
    process = subprocess.run(
        [sys.executable, "-P", *command],  # not the working directory's modules
        env={**os.environ, "PYTHONPATH": path, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert process.returncode == status, process.stdout
    return process.stdout


def translations(path: str, modules: Sequence[Path]) -> Any:
    return json.loads(run(path, TRANSLATE, *map(str, modules)))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def quickjs() -> Path:
    folder = package("@jitl/quickjs-wasmfile-release-sync@0.32.0")
    return folder / "dist" / "emscripten-module.wasm"


def assert_same(compiled: str, modules: Sequence[Path]) -> None:
    fast, plain = (translations(path, modules) for path in (compiled, SOURCE))
    assert not fast["code"].endswith(".py")
    assert plain["code"].endswith(".py")
    assert fast["outcomes"] == plain["outcomes"]


def test_golden_modules_give_the_same_bytes_and_errors(compiled: str) -> None:
    modules = sorted((ROOT / "golden").rglob("input.wasm"))
    assert len(modules) > 100
    assert_same(compiled, modules)


@pytest.mark.network
def test_a_large_module_gives_the_same_bytes(compiled: str) -> None:
    assert_same(compiled, [quickjs()])


@pytest.mark.network
def test_jobs_and_the_cache(compiled: str, tmp_path: Path) -> None:
    """Jobs and translations go to other processes and to disk, and come back."""
    command = ["-m", "wasm2py", "compile", str(quickjs()), "--quiet", "-o"]
    target = tmp_path / "quickjs"
    run(SOURCE, *command, str(target), WASM2PY_CACHE_DIR=os.devnull)
    expected = contents(target)
    cache = str(tmp_path / "cache")
    for options in (["--jobs", "2"], [], ["--no-cache"]):
        everything = [*command, str(target), "--force", *options]
        run(compiled, "-O", *everything, WASM2PY_CACHE_DIR=cache)
        assert contents(target) == expected


def test_errors_say_where(compiled: str) -> None:
    """In one line, and with a traceback that names places in the source."""
    command = ["-m", "wasm2py", "validate", str(BROKEN)]
    assert run(compiled, *command, status=1) == run(SOURCE, *command, status=1)
    call = f"import wasm2py; wasm2py.compile({str(BROKEN)!r})"
    traceback = run(compiled, "-c", call, status=1)
    assert 'File "wasm2py/validation/function.py"' in traceback
    assert "alignment must not be larger than natural" in traceback
