"""Generated modules do what they do in wasmtime."""

from __future__ import annotations

from pathlib import Path

import pytest

import wasm2py
from tests import compilers
from tests.differential.comparison import differences
from tests.differential.generated import Generator
from tests.ir.stages import check_stages
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options

BATCH = 25
BATCHES = 12
SLOW_BATCHES = 60
NATIVE_BATCHES = 4
SLOW_NATIVE_BATCHES = 20


@pytest.fixture(scope="module")
def generator() -> Generator:
    return Generator()


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param(index, marks=[pytest.mark.slow] if index >= BATCHES else [])
        for index in range(BATCHES + SLOW_BATCHES)
    ],
)
def test_generated(batch: int, generator: Generator) -> None:
    problems = []
    for case in generator.cases(batch * 1000, BATCH):
        check_stages(case.wasm, Options(), WASM2)
        module = wasm2py.compile(case.wasm, features="wasm2")
        found = differences(module, wasm2py, case.expected)
        problems += [f"seed {case.seed}: {problem}" for problem in found]
    assert not problems, "\n".join(problems[:20])


@pytest.mark.parametrize("optimize", [0, 2])
@pytest.mark.parametrize("tune", ["cpython", "pypy"])
def test_generated_with_options(
    optimize: int, tune: str, generator: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wasm2py.package.known_module.TUNE", tune)
    problems = []
    for case in generator.cases(500_000, 2 * BATCH):
        module = wasm2py.compile(case.wasm, features="wasm2", optimize=optimize)
        found = differences(module, wasm2py, case.expected)
        problems += [f"seed {case.seed}: {problem}" for problem in found]
    assert not problems, "\n".join(problems[:20])


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param(index, marks=[pytest.mark.slow] if index >= NATIVE_BATCHES else [])
        for index in range(NATIVE_BATCHES + SLOW_NATIVE_BATCHES)
    ],
)
def test_generated_natively(
    batch: int,
    generator: Generator,
    native_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compilers.use(monkeypatch, native_cache)
    problems = []
    for case in generator.cases(batch * 1000, BATCH):
        module = wasm2py.compile(case.wasm, features="wasm2", target="c")
        found = differences(module, wasm2py, case.expected)
        problems += [f"seed {case.seed}: {problem}" for problem in found]
    assert not problems, "\n".join(problems[:20])
