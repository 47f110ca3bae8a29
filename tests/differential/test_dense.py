"""Functions dense with what must happen in order do what they do in wasmtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests import compilers
from tests.differential.comparison import differences
from tests.differential.dense import CALLS_EACH, FUNCTIONS, Dense
from tests.ir.stages import check_stages
from tests.seeds import rotating
from wasm2py.targets.base import Options

BATCH = 5
BATCHES = 5
SLOW_BATCHES = 100  # more than 11,000 calls
SLOW_NATIVE_BATCHES = 20

CHOICES = {
    "O0": Options(optimize=0),
    "O1": Options(optimize=1),
    "O2": Options(),
    "pypy": Options(tune="pypy"),
}


def batches(many: int) -> list[Any]:
    """The first seeds of batches: some that are always the same, and many that are not."""
    slow = [
        pytest.param(rotating(at * BATCH), marks=pytest.mark.slow, id=f"slow{at}")
        for at in range(many)
    ]
    return [*(at * BATCH for at in range(BATCHES)), *slow]


@pytest.fixture(scope="module")
def generator() -> Dense:
    return Dense()


@pytest.mark.parametrize("first", batches(SLOW_BATCHES))
def test_dense(first: int, generator: Dense, monkeypatch: pytest.MonkeyPatch) -> None:
    problems = []
    compared = 0
    for case in generator.cases(first, BATCH):
        compared += CALLS_EACH * len(case.expected["runs"])
        for name, options in CHOICES.items():
            monkeypatch.setattr(
                "wasm2py.package.translating.options_of", lambda _, o=options: o
            )
            check_stages(case.wasm, options)
            found = differences(wasm2py.compile(case.wasm), wasm2py, case.expected)
            problems += [f"seed {case.seed}, {name}: {problem}" for problem in found]
    assert not problems, "\n".join(problems[:20])
    assert compared > BATCH * FUNCTIONS * CALLS_EACH * 0.8  # most observe no NaN


@pytest.mark.parametrize("first", batches(SLOW_NATIVE_BATCHES))
def test_dense_natively(
    first: int, generator: Dense, native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilers.use(monkeypatch, native_cache)
    problems = []
    for case in generator.cases(first, BATCH):
        module = wasm2py.compile(case.wasm, target="c")
        found = differences(module, wasm2py, case.expected)
        problems += [f"seed {case.seed}: {problem}" for problem in found]
    assert not problems, "\n".join(problems[:20])
