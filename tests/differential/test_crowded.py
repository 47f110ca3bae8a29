"""Functions with hundreds of locals do what they do in wasmtime, whatever passes run."""

from __future__ import annotations

import random
from typing import Any

import pytest

import wasm2py
from tests.differential.comparison import differences
from tests.differential.crowded import CALLS_EACH, FUNCTIONS, Crowded
from tests.ir.stages import check_stages, stages
from tests.seeds import rotating
from wasm2py.targets.base import Options
from wasm2py.targets.python.pipeline import OPTIONAL

BATCH = 4
BATCHES = 4
SLOW_BATCHES = 30

CHOICES = {
    "O0": Options(optimize=0),
    "O1": Options(optimize=1),
    "O2": Options(),
    "pypy": Options(tune="pypy"),
    "without slots": Options(without=("slots",)),
    "without webs": Options(without=("webs",)),
}


def batches() -> list[Any]:
    """The first seeds of batches: some that are always the same, and many that are not."""
    slow = [
        pytest.param(rotating(at * BATCH), marks=pytest.mark.slow, id=f"slow{at}")
        for at in range(SLOW_BATCHES)
    ]
    return [*(at * BATCH for at in range(BATCHES)), *slow]


def without_some(seed: int) -> Options:
    """Options that leave out passes by a seed, and not the one that is tested here."""
    chooser = random.Random(seed)
    count = chooser.randrange(1, len(OPTIONAL))
    left_out = set(chooser.sample(OPTIONAL, count)) - {"slots"}
    tune = chooser.choice(("cpython", "pypy"))
    return Options(tune=tune, without=tuple(sorted(left_out)))


@pytest.fixture(scope="module")
def generator() -> Crowded:
    return Crowded()


@pytest.mark.parametrize("first", batches())
def test_crowded(
    first: int, generator: Crowded, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems = []
    compared = 0
    for case in generator.cases(first, BATCH):
        compared += CALLS_EACH * len(case.expected["runs"])
        chosen = {**CHOICES, "without some": without_some(case.seed)}
        for name, options in chosen.items():
            monkeypatch.setattr(
                "wasm2py.package.translating.options_of", lambda _, o=options: o
            )
            check_stages(case.wasm, options)
            found = differences(wasm2py.compile(case.wasm), wasm2py, case.expected)
            problems += [f"seed {case.seed}, {name}: {problem}" for problem in found]
    assert not problems, "\n".join(problems[:20])
    assert compared > BATCH * FUNCTIONS * CALLS_EACH * 0.8


@pytest.mark.parametrize(
    "seed",
    [0, *(pytest.param(rotating(at), marks=pytest.mark.slow) for at in range(30))],
)
def test_it_is_interpreted_before_and_after(seed: int, generator: Crowded) -> None:
    (case,) = generator.cases(500_000 + seed, 1)
    shared = False
    for passes, module in stages(case.wasm, Options()):
        assert differences(module, wasm2py, case.expected) == [], (seed, passes)
        shared = shared or "slots" in passes
    assert shared
