"""Big modules translated whole: every function passes Python's compiler."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.benchmarks.modules import LARGE
from scripts.benchmarks.packages import translate
from tests.real.npm import package
from wasm2py.package.writer import PackageOptions, write_package
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import DEFAULT_OPTIONS
from wasm2py.translation.translator import Translator

pytestmark = pytest.mark.network

CHUNK = 1 << 16


@pytest.mark.parametrize(
    ("name", "file", "functions"),
    [
        pytest.param(
            "@jitl/quickjs-wasmfile-release-sync@0.32.0",
            "dist/emscripten-module.wasm",
            1321,
            id="quickjs",
        ),
        pytest.param(
            "node-sqlite3-wasm@0.8.60",
            "dist/node-sqlite3-wasm.wasm",
            1345,
            id="sqlite3",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "esbuild-wasm@0.28.2",
            "esbuild.wasm",
            5307,
            id="esbuild",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_every_function_compiles(name: str, file: str, functions: int) -> None:
    translator, count = Translator(features=WASM2), 0
    data = (package(name) / Path(file)).read_bytes()
    pieces = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)]
    for piece in [*pieces, b""]:
        for code in translator.receive(piece):
            compile(code.source, f"<function {code.funcidx}>", "exec")
            count += 1
    assert count == functions


@pytest.mark.slow
def test_a_package_is_not_much_longer_than_its_module(tmp_path: Path) -> None:
    translation = translate(LARGE["sqlite"]().read_bytes(), DEFAULT_OPTIONS)
    write_package(translation, tmp_path / "sqlite", PackageOptions())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 7_000_000
