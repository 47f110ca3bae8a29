"""`wasm2py cache`, and `wasm2py compile` of what is known."""

from __future__ import annotations

import filecmp
import re
from pathlib import Path

import pytest

from tests.commands.running import Runner


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a cache, which is not there yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(folder))
    return folder


def test_dir(run: Runner, cache: Path) -> None:
    assert run("cache", "dir").output == f"{cache}\n"
    assert not cache.exists()


def test_clear(run: Runner, cache: Path, wasm: Path, package: Path) -> None:
    assert run("cache", "clear").output == "removed 0 modules, 0 bytes\n"
    run("compile", wasm, "-o", package)
    assert run("cache", "clear").output.startswith("removed 1 modules, ")
    assert not list(cache.rglob("*.bin"))


def test_same_package(
    run: Runner,
    cache: Path,
    wasm: Path,
    package: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = run("compile", wasm, "-o", package)
    with monkeypatch.context() as patch:
        patch.delattr("wasm2py.translation.function.translate_function")
        second = run("compile", wasm, "-o", package.with_name("again"))
    assert (first.status, second.status) == (0, 0)
    sizes = re.compile(r"[\d,]+ (?:functions|bytes in|bytes out)")
    assert sizes.findall(first.output) == sizes.findall(second.output)
    compared = filecmp.dircmp(package, package.with_name("again"))
    assert not compared.left_only
    assert not compared.right_only
    assert not compared.diff_files


def test_no_cache(run: Runner, cache: Path, wasm: Path, package: Path) -> None:
    assert run("compile", "--no-cache", wasm, "-o", package).status == 0
    assert not cache.exists()


def test_options_decide(run: Runner, cache: Path, wasm: Path, package: Path) -> None:
    for number, options in enumerate(([], ["-O0"], ["--tune", "pypy"]), 1):
        run("compile", *options, wasm, "-o", package, "--force")
        assert len(list(cache.rglob("*.bin"))) == number
