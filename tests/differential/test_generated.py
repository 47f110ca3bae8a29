"""Generated modules do what they do in wasmtime."""

from __future__ import annotations

import pytest
import wasmtime

import wasm2py
from tests.differential.comparison import differences
from tests.differential.generated import expected, generated
from tests.reference import engine

BATCH = 25
BATCHES = 12
SLOW_BATCHES = 160


@pytest.fixture(scope="module")
def reference() -> wasmtime.Engine:
    return engine()


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param(index, marks=[pytest.mark.slow] if index >= BATCHES else [])
        for index in range(BATCHES + SLOW_BATCHES)
    ],
)
def test_generated(batch: int, reference: wasmtime.Engine) -> None:
    problems = []
    for seed, wasm in generated(batch * 1000, BATCH):
        wanted = expected(reference, wasm, seed)
        module = wasm2py.compile(wasm, features="wasm2")
        found = differences(module, wasm2py, wanted)
        problems += [f"seed {seed}: {problem}" for problem in found]
    assert not problems, "\n".join(problems[:20])
