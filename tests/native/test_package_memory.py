"""compile(target="c") and compile_streaming(target="c"): what is built, kept and loaded."""

from __future__ import annotations

import asyncio
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import wasm2py
from tests.compilers import FASTEST, needs_compiler
from tests.package.modules import ALONE, REPOSITORY, binary
from wasm2py_runtime.extension import load

pytestmark = needs_compiler


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where things are kept; the fastest compiler is used."""
    monkeypatch.setenv("CC", " ".join(FASTEST))
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler that runs no more."""
    monkeypatch.setattr("wasm2py.native.processes._start", _refuse)


def _refuse(*_: object) -> None:
    raise AssertionError("a compiler runs")


def kept(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir())


def check(module: wasm2py.Module) -> None:
    assert module.target == "c"
    exports = wasm2py.instantiate(module).exports
    assert exports.add(2, 3) == 5
    with pytest.raises(wasm2py.Trap, match="unreachable"):
        exports.trap()


def test_compile(folder: Path) -> None:
    check(wasm2py.compile(binary(ALONE), target="c"))
    assert ".so" in kept(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_second_time_no_compiler_runs(
    folder: Path, request: pytest.FixtureRequest
) -> None:
    wasm2py.compile(binary(ALONE), target="c")
    before = kept(folder)
    request.getfixturevalue("no_compiler")
    check(wasm2py.compile(binary(ALONE), target="c"))
    assert kept(folder) == before


def test_a_second_time_nothing_is_translated(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is the compiler asked what it is, or the C made that it would be given."""
    wasm2py.compile(binary(ALONE), target="c")
    monkeypatch.delattr("wasm2py.binary.module_reader.ModuleReader.receive")
    monkeypatch.delattr("wasm2py.native.compilers._probe")
    monkeypatch.delattr("wasm2py.native.build.NativeBuild.finish")
    check(wasm2py.compile(binary(ALONE), target="c"))


def test_another_compiler(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known is not what it has made."""
    check(wasm2py.compile(binary(ALONE), target="c"))
    before = kept(folder)
    monkeypatch.setenv("CC", " ".join((*FASTEST, "-DANOTHER")))
    check(wasm2py.compile(binary(ALONE), target="c"))
    assert kept(folder).count(".so") == before.count(".so") + 1
    assert kept(folder).count(".module") == before.count(".module") == 1


def test_a_folder_of_ones_own(folder: Path, tmp_path: Path) -> None:
    check(wasm2py.compile(binary(ALONE), target="c", cache=tmp_path / "mine"))
    assert ".so" in kept(tmp_path / "mine")
    assert not folder.exists()


def test_a_folder_that_cannot_be_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WASM2PY_CACHE_DIR", os.devnull)
    check(wasm2py.compile(binary(ALONE), target="c"))


def test_a_folder_that_others_can_write_to(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.warns(RuntimeWarning, match="the cache is not used"):
        check(wasm2py.compile(binary(ALONE), target="c"))
    assert kept(folder) == []


@pytest.mark.parametrize("damage", [b"", b"\x7fELF", None])
def test_what_is_kept_is_looked_at(folder: Path, damage: bytes | None) -> None:
    # In other processes: nothing that is loaded may be changed.
    program = (
        "import wasm2py, sys; data = open(sys.argv[1], 'rb').read();"
        "module = wasm2py.compile(data, target='c');"
        "print(module.target, wasm2py.instantiate(module).exports.add(2, 3))"
    )
    wasm = folder.with_name("alone.wasm")
    wasm.write_bytes(binary(ALONE))
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY}/runtime"}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program, wasm],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.stdout == "c 5\n", done.stderr
        for path in folder.glob("*.*o"):
            content = path.read_bytes()
            path.write_bytes(content[:-1] + b"?" if damage is None else damage)


def test_clearing_the_cache(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from wasm2py.translation.cache import clear

    wasm2py.compile(binary(ALONE), target="c")
    assert clear(folder).entries > 3
    assert kept(folder) == []


@pytest.mark.parametrize("mode", ["gone", "useless"])
def test_what_is_kept_goes_before_it_is_loaded(
    mode: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others clear the folder, or nothing in it may be loaded: what was built is at hand."""

    def meanwhile(name: str, path: str) -> ModuleType:
        if Path(path).is_relative_to(folder):
            os.unlink(path)
            if mode == "useless":
                Path(path).write_bytes(b"")
        return load(name, path)

    monkeypatch.setattr("wasm2py.native.loading.load", meanwhile)
    check(wasm2py.compile(binary(ALONE), target="c"))


def test_compile_streaming(folder: Path) -> None:
    async def main() -> wasm2py.Module:
        headers = {"Content-Type": "application/wasm"}
        content = binary(ALONE)
        pieces = [content[at : at + 9] for at in range(0, len(content), 9)]
        response = wasm2py.Response(iter(pieces), headers=headers)
        return await wasm2py.compile_streaming(response, target="c")

    check(asyncio.run(main()))
    check(asyncio.run(main()))
    assert ".so" in kept(folder)


def test_instantiate() -> None:
    module, instance = wasm2py.instantiate(binary(ALONE), target="c")
    assert module.target == "c"
    assert instance.exports.add(2, 3) == 5


def test_pickling(folder: Path) -> None:
    module = wasm2py.compile(binary(ALONE), target="c")
    pickled = pickle.dumps(module)
    check(pickle.loads(pickled))
    shutil.rmtree(folder)
    # Where there is nothing to be loaded any more, there are the Python functions.
    other = pickle.loads(pickled)
    assert other.target == "python"
    assert wasm2py.instantiate(other).exports.add(2, 3) == 5


def test_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "nothing")
    with pytest.raises(wasm2py.BuildError, match="there is no such program"):
        wasm2py.compile(binary(ALONE), target="c")

    async def main() -> None:
        headers = {"Content-Type": "application/wasm"}
        response = wasm2py.Response(binary(ALONE), headers=headers)
        await wasm2py.compile_streaming(response, target="c")

    with pytest.raises(wasm2py.BuildError):
        asyncio.run(main())


def test_an_invalid_module_is_the_error(folder: Path) -> None:
    with pytest.raises(wasm2py.CompileError):
        wasm2py.compile(binary(ALONE)[:-3], target="c")


def test_a_compiler_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "cc"
    script.write_text(
        f'#!/bin/sh\ncase "$*" in *-E*) exec {" ".join(FASTEST)} "$@";; esac\n'
        "echo 'x.c:1: error: no' >&2\nexit 1\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("CC", str(script))
    with pytest.raises(wasm2py.BuildError, match=r"^cc failed: x.c:1: error: no$"):
        wasm2py.compile(binary(ALONE), target="c")
