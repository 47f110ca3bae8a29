"""No pass changes what a module does: it is interpreted before the first one and after each."""

from __future__ import annotations

from typing import Any

import pytest

import wasm2py
from tests.differential import aliases, choices, outcomes, rows
from tests.differential.comparison import differences
from tests.differential.dense import Dense
from tests.differential.generated import Generator
from tests.differential.loops import Call, Text, Writer, cases
from tests.differential.test_loops import differences_in_loops
from tests.golden.calls import run_calls
from tests.golden.cases import calls, case_names, wasm
from tests.ir.stages import check_stages, stages
from tests.reference import limited_engine
from tests.seeds import rotating
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options

CPYTHON, PYPY = Options(), Options(tune="pypy")
OPTIONS = {"O2": CPYTHON, "pypy": PYPY}

# Calls nest deeper than the interpreter's own can.
DEEP = ("calls/direct", "traps/stack")
LONG = ("loops/copies", "loops/sums")


def _golden() -> list[Any]:
    return [
        pytest.param(name, marks=[pytest.mark.slow] if name in LONG else [], id=name)
        for name in case_names(errors=False)
        if name not in DEEP
    ]


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("name", _golden())
def test_golden(name: str, options: Options) -> None:
    for passes, module in stages(wasm(name), options, WASM2):
        assert run_calls(module, wasm2py, calls(name)) == [], passes


@pytest.mark.parametrize("name", DEEP)
def test_deep_calls_are_checked_at_least(name: str) -> None:
    check_stages(wasm(name), CPYTHON, WASM2)


def _seeds(few: int, many: int) -> list[Any]:
    """Some seeds, always the same, and many others that are not."""
    slow = [pytest.param(rotating(at), marks=pytest.mark.slow) for at in range(many)]
    return [*range(few), *slow]


@pytest.mark.parametrize("seed", _seeds(12, 60))
def test_dense(seed: int) -> None:
    for case in Dense().cases(700_000 + seed, 1):
        for passes, module in stages(case.wasm, CPYTHON):
            assert differences(module, wasm2py, case.expected) == [], (seed, passes)


@pytest.mark.parametrize("seed", _seeds(12, 60))
def test_generated(seed: int) -> None:
    for case in Generator().cases(800_000 + seed, 1):
        for passes, module in stages(case.wasm, CPYTHON, WASM2):
            assert differences(module, wasm2py, case.expected) == [], (seed, passes)


WRITERS = {
    "loops": Text,
    "aliases": aliases.Text,
    "rows": rows.Text,
    "choices": choices.Text,
    "outcomes": outcomes.Text,
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("seed", _seeds(4, 100))
def test_loops(seed: int, writer: type[Writer]) -> None:
    for case in cases(limited_engine(), [900_000 + seed], 2, writer):
        chosen: list[Call] = case.calls[:6]
        for passes, module in stages(case.wasm, CPYTHON):
            assert differences_in_loops(module, chosen) == [], (seed, passes)
