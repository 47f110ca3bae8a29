"""Nothing of a function's translation is left for the garbage collector to find."""

from __future__ import annotations

import gc

import pytest

from scripts.benchmarks.linear import SHAPES, module
from tests.golden.cases import case_names, wasm
from wasm2py.translation.translator import Translator


def left_behind(data: bytes) -> int:
    """The objects in cycles that translating a module leaves."""
    Translator().receive(data)  # What is made once.
    gc.collect()
    gc.disable()
    try:
        translator = Translator()
        translator.receive(data)
        return gc.collect()
    finally:
        gc.enable()


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_leaves_cycles(shape: str) -> None:
    assert left_behind(module(shape, 300)) == 0


@pytest.mark.parametrize("name", case_names(errors=False))
def test_no_golden_case_leaves_cycles(name: str) -> None:
    assert left_behind(wasm(name)) == 0


def test_no_function_is_looked_through_while_it_is_translated() -> None:
    data = module("arithmetic", 3000)
    Translator().receive(data)  # What is made once.
    collections = [0, 0, 0]

    def count(phase: str, info: dict[str, int]) -> None:
        collections[info["generation"]] += phase == "start"

    gc.collect()
    gc.callbacks.append(count)
    try:
        Translator().receive(data)
    finally:
        gc.callbacks.remove(count)
    # What is allocated between functions may bring one about, of the youngest objects.
    assert sum(collections) <= 2
