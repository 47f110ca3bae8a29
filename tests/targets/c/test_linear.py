"""The work of writing a function in C is linear in its size: counted, not timed."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from scripts.benchmarks.linear import SHAPES, module
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.targets.c.pipeline import LARGEST_EXPRESSION
from wasm2py.targets.registry import SOURCE_TARGETS
from wasm2py.translation.function import linked_function

SMALL = 9_000
TIMES = 3
SLACK = 1.6


def calls(shape: str, size: int) -> int:
    """How many functions are called, Python's own included."""
    reader = ModuleReader()
    jobs = [*reader.receive(module(shape, size)), *reader.receive(b"")]
    function = linked_function(reader.env, jobs[0], LARGEST_EXPRESSION)
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        SOURCE_TARGETS["c"].source(reader.env, jobs[0], function, 1 << 30)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_work_is_linear(shape: str) -> None:
    assert calls(shape, TIMES * SMALL) < TIMES * SLACK * calls(shape, SMALL)


def test_lines_are_short() -> None:
    for shape in SHAPES:
        reader = ModuleReader()
        jobs = [*reader.receive(module(shape, SMALL)), *reader.receive(b"")]
        function = linked_function(reader.env, jobs[0], LARGEST_EXPRESSION)
        text = SOURCE_TARGETS["c"].source(reader.env, jobs[0], function, 1 << 30)
        assert max(map(len, text.splitlines())) <= 100
