"""Generated modules start from a snapshot as their initialiser leaves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import wasmtime

import wasm2py
from tests import compilers
from tests.differential.generated import generate, plan
from tests.outcomes import decode
from tests.reference import engine
from tests.seeds import rotating
from tests.snapshots.modules import outcome, segments, state

MODULES = 200
NATIVE_MODULES = 40
SLOW_MODULES = 400


def differences(wasm: bytes, seed: int, target: Any) -> list[str]:
    """Where an instance that starts from a snapshot is not as one that has been initialised.

    A function without parameters initialises it; whatever has been done by then, calls
    of the others follow.
    """
    calls = [
        call for calls in plan(wasmtime.Module(engine(), wasm), seed) for call in calls
    ]
    first = next((call.export for call in calls if not call.args), None)
    if first is None:
        return []
    usual = wasm2py.compile(wasm, features="wasm2", target=target)
    try:
        wanted = wasm2py.instantiate(usual)
        wanted.exports[first]()
    except wasm2py.Trap:
        with pytest.raises(wasm2py.SnapshotError, match="has failed: trap"):
            wasm2py.compile(wasm, features="wasm2", snapshot=first)
        return []
    module = wasm2py.compile(wasm, features="wasm2", target=target, snapshot=first)
    found = wasm2py.instantiate(module)
    info = usual.info
    sizes = len(info.data_ends), len(info.element_ends)
    problems = []
    for call in (None, *(call for call in calls if call.export != first)):
        if call is not None:
            args = tuple(decode(form) for form in call.args)
            results = [outcome(item, call.export, args) for item in (found, wanted)]
            if repr(results[0]) != repr(results[1]):
                problems.append(f"seed {seed}: {call} gives {results}")
        if [*state(found)] != [*state(wanted)]:
            problems.append(f"seed {seed}: the state differs after {call}")
        if [*segments(found, *sizes)] != [*segments(wanted, *sizes)]:
            problems.append(f"seed {seed}: segments differ after {call}")
    return problems


def check(first: int, count: int, target: str) -> None:
    problems = []
    # Odd ones, of which few trap.
    modules = ((seed, generate(seed)) for seed in range(first + 1, first + count, 2))
    for seed, wasm in modules:
        if wasm is not None:
            problems += differences(wasm, seed, target)
    assert not problems, "\n".join(problems[:10])


@pytest.mark.filterwarnings("ignore:.* has returned:UserWarning")
@pytest.mark.parametrize(
    ("first", "count"),
    [
        (40_000, MODULES),
        pytest.param(rotating(7000), SLOW_MODULES, marks=pytest.mark.slow),
    ],
)
def test_generated(first: int, count: int) -> None:
    check(first, count, "python")


@pytest.mark.filterwarnings("ignore:.* has returned:UserWarning")
@compilers.needs_compiler
def test_generated_natively(
    native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilers.use(monkeypatch, native_cache)
    check(41_000, NATIVE_MODULES, "c")
