"""A target needs no more than what `wasm2py.targets.base` says: one that is not Python does the goldens."""

from __future__ import annotations

import json

import pytest

import wasm2py
from tests.golden.calls import run_calls
from tests.golden.cases import calls, case_names, wasm
from tests.ir.interpreter import Machine
from tests.ir.test_stages import DEEP
from tests.targets.graph_reader import read_function
from tests.targets.graph_target import GraphTarget
from tests.wasm_tools import assemble
from wasm2py.binary.budget import Budget
from wasm2py.errors import CompileError
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options, Target
from wasm2py.targets.registry import TARGETS
from wasm2py.translation.translator import Translation, Translator

OPTIONS = (Options(target="graph"), Options(target="graph", without=("folding",)))


@pytest.fixture(autouse=True)
def graph_target(monkeypatch: pytest.MonkeyPatch) -> Target:
    target = GraphTarget()
    monkeypatch.setitem(TARGETS, "graph", target)
    return target


def translated(data: bytes, options: Options, most: int = 1 << 30) -> Translation:
    translator = Translator(WASM2, options, budget=Budget(most))
    translator.receive(data)
    translator.receive(b"")
    return translator.finish()


@pytest.mark.parametrize("name", case_names(errors=False))
@pytest.mark.parametrize("options", OPTIONS, ids=("all", "unfolded"))
def test_goldens(name: str, options: Options) -> None:
    translation = translated(wasm(name), options)
    functions = {
        code.funcidx: read_function(code.source, code.views)
        for code in translation.codes
    }
    machine = Machine(translation.env, functions)
    module = machine.module(translation.data)
    failures = run_calls(module, wasm2py, calls(name))
    if name in DEEP:  # deeper than calls of the interpreter can nest
        failures = [text for text in failures if "call stack exhausted" not in text]
    assert failures == []


def test_passes_are_its_own() -> None:
    def sources(options: Options) -> list[str]:
        names = case_names(errors=False)
        return [
            code.source
            for name in names
            for code in translated(wasm(name), options).codes
        ]

    folded, unfolded = map(sources, OPTIONS)
    assert folded != unfolded


def test_how_large_expressions_may_become_is_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sum = "(local.get 0)" + "(i32.popcnt (local.get 0)) (i32.add)" * 9
    wasm = assemble(f"(module (func (param i32) (result i32) {sum}))")

    def variables(largest: int) -> int:
        monkeypatch.setattr(GraphTarget, "largest_expression", largest)
        (code,) = translated(wasm, OPTIONS[0]).codes
        return len(json.loads(code.source)["types"])

    assert variables(200) == 1 < variables(80) < variables(20)


def test_equal_functions_have_their_own_numbers() -> None:
    codes = translated(assemble("(module (func) (func) (func))"), OPTIONS[0]).codes
    assert [code.funcidx for code in codes] == [0, 1, 2]
    assert len({code.offset for code in codes}) == 3
    assert len({code.source for code in codes}) == 1


def test_output_is_bounded() -> None:
    text = "(module (func (param i32) " + "(drop (i32.load (local.get 0)))" * 9 + "))"
    with pytest.raises(CompileError, match="func"):
        translated(assemble(f"(module (memory 1) {text[8:]}"), OPTIONS[0], 300)
