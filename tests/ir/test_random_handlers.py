"""No neutral pass changes what a random function does whose exceptions are handled."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest

import wasm2py
from tests.ir.handlers import HandlerGraph, ThrowingMachine
from tests.ir.random_graphs import FUNCTION, read_module
from tests.ir.stages import printed
from tests.seeds import rotating
from wasm2py.errors import Unimplemented
from wasm2py.ir.check import check
from wasm2py.targets.base import Options
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION, Work, run_passes
from wasm2py.translation.function import linked_function

BATCH = 20
BATCHES = 4
SLOW_BATCHES = 20
ARGUMENTS = ((0, 0, 0), (5, 12, -1), (64, -8, 7))
OPTIONS = {
    "all": Options(),
    "without webs": Options(without=("webs",)),
    "without folding": Options(without=("folding",)),
}


def outcomes(machine: ThrowingMachine, data: bytes) -> list[Any]:
    """What calls do, each on an instance of its own, with functions that throw often or seldom."""
    module = machine.module(data)
    found = []
    for args in ARGUMENTS:
        for machine.every in (1, 2, 5):
            exports = wasm2py.instantiate(module).exports
            try:
                outcome = exports["f"](*args)
            except (wasm2py.Trap, wasm2py.WasmException) as ended:
                outcome = type(ended).__name__
            memory = hashlib.sha256(exports["memory"].buffer).hexdigest()
            globals = exports["gi"].value, exports["gl"].value
            found.append((outcome, memory, globals))
    return found


def handled(seed: int, options: Options) -> bool:
    """Run the passes on the function of a seed; whether it handles exceptions at all."""
    reader, jobs = read_module()
    env = reader.env
    functions = {
        job.funcidx: linked_function(env, job, LARGEST_EXPRESSION)
        for job in jobs[:FUNCTION]
    }
    function = HandlerGraph(reader, random.Random(seed)).function()
    functions[FUNCTION] = function
    has_handlers = any(block.handler for block in function.blocks)
    check(env, function)
    machine = ThrowingMachine(env, functions, set(range(FUNCTION)))
    wanted = outcomes(machine, bytes(reader.data))
    before = printed(function)
    try:
        for name in run_passes(Work(env, function), options):
            if name == "structure":
                break
            check(env, function)
            after = printed(function)
            if after != before or name == "ranges":
                assert outcomes(machine, bytes(reader.data)) == wanted, (seed, name)
            before = after
    except Unimplemented:
        assert has_handlers
    else:
        assert not has_handlers
    return has_handlers


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize(
    "first",
    [
        *(at * BATCH for at in range(BATCHES)),
        *(
            pytest.param(rotating(at * BATCH), marks=pytest.mark.slow, id=f"slow{at}")
            for at in range(SLOW_BATCHES)
        ),
    ],
)
def test_random_handlers(first: int, options: Options) -> None:
    seeds = range(first, first + BATCH)
    assert sum(handled(seed, options) for seed in seeds) > BATCH // 3
