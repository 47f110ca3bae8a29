"""Printing changes nothing: a function is printed once more, and the same."""

from __future__ import annotations

import pytest

from tests.golden.cases import case_names, wasm
from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options
from wasm2py.targets.python.choose.representation import choose_forms
from wasm2py.targets.python.emit.function import function_source
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION, Work, run_passes
from wasm2py.targets.python.tree.text import print_function
from wasm2py.translation.function import linked_function


def check_printing(env: ModuleEnvironment, job: FunctionJob, tune: str) -> bool:
    """Print a function twice; whether lines had to be cut."""
    work = Work(env, linked_function(env, job, LARGEST_EXPRESSION))
    for _ in run_passes(work, Options(tune=tune)):
        pass
    function = work.structured
    forms = choose_forms(function, tune)

    def text() -> str:
        source, _ = function_source(
            env,
            job.funcidx,
            function,
            forms,
            words=tune == "pypy",
            fields=tune == "cpython",
            rounding=tune == "cpython",
            most_source=1 << 30,
        )
        return source

    def state() -> list[object]:
        once = set(function.assigned_once)
        printed = print_function("f", function)
        return [printed, list(function.types), once, repr(forms)]

    before, first = state(), text()
    assert state() == before
    assert text() == first
    return f"x{len(function.types) - function.locals} = " in first


@pytest.mark.parametrize("tune", ["cpython", "pypy"])
def test_printed_twice(tune: str) -> None:
    cut = 0
    for name in case_names(errors=False):
        reader = ModuleReader(WASM2)
        for job in [*reader.receive(wasm(name)), *reader.receive(b"")]:
            cut += check_printing(reader.env, job, tune)
    assert cut
