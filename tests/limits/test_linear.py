"""Translation is linear in a function's size: counted, not timed.

`scripts/bench.py linear` shows time and memory for functions of up to four megabytes.
"""

from __future__ import annotations

import sys
import tracemalloc
from types import FrameType

import pytest

from scripts.benchmarks.linear import SHAPES, module
from wasm2py.translation.translator import Translator

# Where what is remembered at most has been reached in both.
SMALL = 9_000
TIMES = 3
SLACK = 1.6  # lists grow in steps; what is quadratic takes nine times as much


def translate(shape: str, size: int) -> None:
    translator = Translator()
    translator.receive(module(shape, size))
    translator.receive(b"")
    assert len(translator.finish().codes) == 1


def calls(shape: str, size: int) -> int:
    """How many functions are called, Python's own included."""
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        translate(shape, size)
    finally:
        sys.setprofile(before)
    return count


def peak(shape: str, size: int) -> int:
    """The most bytes that were in use at a time."""
    tracemalloc.start()
    try:
        translate(shape, size)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("shape", SHAPES)
def test_work_and_memory_are_linear(shape: str) -> None:
    translate(shape, 100)  # What is made once.
    assert calls(shape, TIMES * SMALL) < TIMES * SLACK * calls(shape, SMALL)
    assert peak(shape, TIMES * SMALL) < TIMES * SLACK * peak(shape, SMALL)
