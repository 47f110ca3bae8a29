"""Generated loops over memory do what they do in wasmtime, whichever passes run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import wasmtime

import wasm2py
from tests.differential import (
    aliases,
    branches,
    carried,
    cells,
    choices,
    grids,
    outcomes,
    rows,
    strides,
)
from tests.differential.loops import (
    Call,
    Text,
    Writer,
    cases,
    digest,
    first_page,
)
from tests.ir.stages import check_stages
from tests.outcomes import Outcome, results, same
from tests.reference import limited_engine
from tests.seeds import rotating
from wasm2py.targets.base import Options
from wasm2py.targets.python.pipeline import OPTIONAL

BATCH = 6
BATCHES = 8
SLOW_BATCHES = 24
CALLS_EACH = 3

# Who writes functions, how many batches are tested each time, and how many more in the slow set.
WRITERS = (
    ("any", Text, BATCHES, SLOW_BATCHES),
    ("aliases", aliases.Text, 3, SLOW_BATCHES),
    ("rows", rows.Text, 3, SLOW_BATCHES),
    ("branches", branches.Text, 2, SLOW_BATCHES // 4),
    ("carried", carried.Text, 2, SLOW_BATCHES // 4),
    ("cells", cells.Text, 2, SLOW_BATCHES // 4),
    ("choices", choices.Text, 2, SLOW_BATCHES // 4),
    ("grids", grids.Text, 2, SLOW_BATCHES),
    ("outcomes", outcomes.Text, 2, SLOW_BATCHES // 4),
    ("strides", strides.Text, 2, SLOW_BATCHES // 4),
)

# Of which the intermediate representation is checked, too.
CHECKED = ("all", "O1", "O0", "pypy")
CHOICES = {
    "all": Options(),
    **{f"without {name}": Options(without=(name,)) for name in OPTIONAL},
    "O1": Options(optimize=1),
    "O0": Options(optimize=0),
    "pypy": Options(tune="pypy"),
}


@pytest.fixture(scope="module")
def engine() -> wasmtime.Engine:
    return limited_engine()


def _batches() -> list[Any]:
    """Numbers of batches and who writes the functions in them."""
    return [
        pytest.param(batch, writer, id=f"{name}-{batch}", marks=marks)
        for name, writer, few, many in WRITERS
        for batch in range(few + many)
        for marks in [[pytest.mark.slow] if batch >= few else []]
    ]


@pytest.mark.parametrize(("batch", "writer"), _batches())
def test_loops(
    batch: int,
    writer: type[Writer],
    engine: wasmtime.Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problems = []
    compared = 0
    first = batch * BATCH if batch < BATCHES else rotating(batch * BATCH)
    seeds = range(first, first + BATCH)
    for case in cases(engine, seeds, CALLS_EACH, writer):
        compared += len(case.calls)
        for name, options in CHOICES.items():
            _choose(options, monkeypatch)
            if name in CHECKED:
                check_stages(case.wasm, options)
            module = wasm2py.compile(case.wasm)
            for problem in differences_in_loops(module, case.calls):
                problems.append(f"seed {case.seed}, {name}: {problem}")
    assert not problems, "\n".join(problems[:20])
    assert compared  # most calls come to an end


def _choose(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have modules translated with these options."""
    monkeypatch.setattr("wasm2py.package.translating.options_of", lambda _: options)


def differences_in_loops(module: wasm2py.Module, calls: list[Call]) -> list[str]:
    """Calls whose outcome, or what they leave in memory, is not the expected one."""
    exports = wasm2py.instantiate(module).exports
    problems = []
    for call in calls:
        exports["memory"].write(0, first_page())
        outcome = _outcome(exports[call.export], call.args)
        if not _agree(outcome, call.outcome):
            problems.append(f"{call.export}{call.args}: {outcome}, not {call.outcome}")
        elif digest(exports["memory"].buffer) != call.memory:
            problems.append(f"{call.export}{call.args}: other memory")
    return problems


def _outcome(function: Callable[..., object], args: tuple[int, ...]) -> Outcome:
    try:
        return {"result": results(function(*args))}
    except wasm2py.Trap as trap:
        return {"trap": str(trap)}


def _agree(outcome: Outcome, expected: Outcome) -> bool:
    if "trap" in expected:
        return bool(outcome.get("trap", "").startswith(expected["trap"]))
    return same(outcome.get("result"), expected["result"])
