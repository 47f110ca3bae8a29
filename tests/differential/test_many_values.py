"""Functions that pass many values about do what they do in wasmtime, in names and in tuples."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import pytest
import wasmtime

import wasm2py
from tests import compilers
from tests.differential.many_values import Call, cases
from tests.outcomes import Outcome, results, same
from tests.reference import engine as reference_engine
from wasm2py.ir.build.runs import FEWEST_NAMES, MOST_NAMES
from wasm2py.targets.base import Options
from wasm2py.translation import function

BATCH = 10
BATCHES = 4
SLOW_BATCHES = 50

CHOICES = {
    "O2": Options(),
    "O1": Options(optimize=1),
    "O0": Options(optimize=0),
    "pypy": Options(tune="pypy"),
    "pypy O0": Options(optimize=0, tune="pypy"),
}
NAMES = (FEWEST_NAMES, 2, MOST_NAMES)


@pytest.fixture(scope="module")
def engine() -> wasmtime.Engine:
    return reference_engine()


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param(index, marks=[pytest.mark.slow] if index >= BATCHES else [])
        for index in range(BATCHES + SLOW_BATCHES)
    ],
)
def test_many_values(
    batch: int, engine: wasmtime.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems = []
    kinds: Counter[str] = Counter()
    for seed, wasm, calls in cases(engine, range(batch * BATCH, (batch + 1) * BATCH)):
        for at, (name, options) in enumerate(CHOICES.items()):
            most = NAMES[(seed + at) % len(NAMES)]
            monkeypatch.setattr(
                "wasm2py.package.translating.options_of",
                lambda _, chosen=options: chosen,
            )
            monkeypatch.setattr(function, "MOST_NAMES", most)
            for problem in _differences(wasm, calls):
                problems.append(f"seed {seed}, {name}, {most} names: {problem}")
        kinds.update(kind for call in calls for kind in call.outcome)
    assert not problems, "\n".join(problems[:20])
    assert kinds["result"] > kinds["trap"] / 4


@pytest.mark.parametrize("most", NAMES)
def test_many_values_natively(
    most: int,
    engine: wasmtime.Engine,
    native_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compilers.use(monkeypatch, native_cache)
    monkeypatch.setattr(function, "MOST_NAMES", most)
    problems = []
    compile = partial(wasm2py.compile, target="c")
    monkeypatch.setattr(wasm2py, "compile", compile)
    for seed, wasm, calls in cases(engine, range(BATCH)):
        for problem in _differences(wasm, calls):
            problems.append(f"seed {seed}: {problem}")
    assert not problems, "\n".join(problems[:20])


def _differences(wasm: bytes, calls: list[Call]) -> list[str]:
    exports = wasm2py.instantiate(wasm2py.compile(wasm)).exports
    problems = []
    for call in calls:
        outcome: Outcome
        try:
            outcome = {"result": results(exports["f"](call.argument))}
        except wasm2py.Trap as trap:
            outcome = {"trap": str(trap)}
        if not _agree(outcome, call.outcome):
            problems.append(f"f({call.argument}): {outcome}, not {call.outcome}")
        found = exports["seen"].value, exports["count"].value
        if found != call.globals:
            problems.append(f"f({call.argument}): globals {found}, not {call.globals}")
    return problems


def _agree(outcome: Outcome, expected: Outcome) -> bool:
    if "trap" in expected:
        said = outcome.get("trap", "").replace(
            "undefined element", "out of bounds table access"
        )
        return bool(said.startswith(expected["trap"]))
    return same(_quiet(outcome.get("result")), _quiet(expected["result"]))


def _quiet(forms: object) -> object:
    """Python's ctypes, through which the reference's results pass, makes NaNs quiet."""
    if isinstance(forms, list):
        return [_quiet(form) for form in forms]
    return "nan" if isinstance(forms, str) and "nan" in forms else forms
