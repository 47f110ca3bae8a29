"""No pass changes what a random function does, and neither does printing it."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest

import wasm2py
from tests.ir.interpreter import Machine
from tests.ir.random_graphs import FUNCTION, Graph, read_module
from tests.ir.stages import printed
from tests.outcomes import results
from tests.seeds import rotating
from wasm2py.options import settings
from wasm2py.package.memory_module import memory_module
from wasm2py.targets.base import FunctionCode, Options
from wasm2py.targets.python.choose.representation import choose_forms
from wasm2py.targets.python.emit.function import function_source
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION, Work, run_passes
from wasm2py.targets.python.tree.check import check
from wasm2py.translation.function import linked_function, translate_function
from wasm2py.translation.translator import Translation

BATCH = 10
BATCHES = 3
SLOW_BATCHES = 30
ARGUMENTS = ((0, 0, 0), (5, 12, -1), (-1, 3, 2**40), (64, -8, 7))
OPTIONS = {
    "O2": Options(),
    "without webs": Options(without=("webs",)),
    "without folding": Options(without=("folding",)),
    "pypy": Options(tune="pypy"),
}


def outcomes(module: wasm2py.Module) -> list[Any]:
    """What calls do, each on an instance of its own: results, traps, memory, globals."""
    found = []
    for args in ARGUMENTS:
        exports = wasm2py.instantiate(module).exports
        try:
            outcome = results(exports["f"](*args))
        except wasm2py.Trap as trap:
            outcome = [str(trap)]
        memory = hashlib.sha256(exports["memory"].buffer).hexdigest()
        found.append((outcome, memory, exports["gi"].value, exports["gl"].value))
    return found


def check_seed(seed: int, options: Options) -> None:
    """Run the passes on the function of a seed, and print it."""
    reader, jobs = read_module()
    env = reader.env
    functions = {
        job.funcidx: linked_function(env, job, LARGEST_EXPRESSION)
        for job in jobs[:FUNCTION]
    }
    function = functions[FUNCTION] = Graph(reader, random.Random(seed)).function()
    check(env, function)
    machine = Machine(env, functions)
    module = machine.module(bytes(reader.data))
    wanted = outcomes(module)
    before = printed(function)
    work = Work(env, function)
    for name in run_passes(work, options):
        function = functions[FUNCTION] = work.function
        check(env, function)
        after = printed(function)
        assert before == after or outcomes(module) == wanted, (seed, name)
        before = after
    words = options.tune == "pypy"
    source, memory_views = function_source(
        env,
        FUNCTION,
        work.structured,
        choose_forms(work.structured, options.tune),
        words=words,
        fields=not words,
        rounding=not words,
        most_source=1 << 30,
    )
    codes = [translate_function(env, job, options) for job in jobs[:FUNCTION]]
    views = tuple(sorted(function.views))
    codes.append(
        FunctionCode(FUNCTION, 0, 1, source, (0, 1), views, tuple(sorted(memory_views)))
    )
    translation = Translation(env, codes, bytes(reader.data))
    assert outcomes(memory_module(translation, settings({}))) == wanted, source


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
def test_random_graphs(first: int, options: Options) -> None:
    for seed in range(first, first + BATCH):
        check_seed(seed, options)
