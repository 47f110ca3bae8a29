"""`max_output` and `max_memory`: how much may come of a module."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.frontend.binary import code, custom, functions, module, section, types, u32
from wasm2py.errors import LimitExceeded

EMPTY = b"\x60\0\0"
SEGMENT = section(5, b"\1\0\1") + section(
    11, b"\1\0\x41\0\x0b" + u32(5000) + b"x" * 5000
)
CALLS = module(types(EMPTY), functions(0), code(b"\0" + b"\x10\0" * 2000 + b"\x0b"))
DATA = module(SEGMENT)
GLOBALS = module(section(6, u32(2000) + b"\x7f\0\x41\0\x0b" * 2000))
CUSTOM = module(custom("mine", b"x" * 50_000))
MANY = module(
    types(EMPTY),
    functions(*[0] * 500),
    code(*[b"\0" + b"\x41" + u32(n) + b"\x24\0\x0b" for n in range(500)]),
)


def _compile(data: bytes, **options: Any) -> wasm2py.Module:
    return wasm2py.compile(data, **options)


def _streaming(data: bytes, **options: Any) -> wasm2py.Module:
    chunks = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    headers = {"Content-Type": "application/wasm"}
    answer = wasm2py.Response(chunks, headers=headers)
    return asyncio.run(wasm2py.compile_streaming(answer, **options))


Compile = Callable[..., wasm2py.Module]
each_way = pytest.mark.parametrize("compile_", [_compile, _streaming])


@each_way
@pytest.mark.parametrize(
    ("data", "option", "enough", "too_little"),
    [
        (CALLS, "max_output", 40_000, 5_000),
        (DATA, "max_output", 5_100, 4_999),
        (CALLS, "max_memory", 20_000_000, 3_000_000),
        (GLOBALS, "max_memory", 2_000_000, 900_000),
        (CUSTOM, "max_memory", 200_000, 90_000),
    ],
)
def test_limit(
    compile_: Compile, data: bytes, option: str, enough: int, too_little: int
) -> None:
    compile_(data, **{option: enough})
    words = {"max_output": "output is too large", "max_memory": "too much memory"}
    with pytest.raises(LimitExceeded, match=words[option]) as caught:
        compile_(data, **{option: too_little})
    assert f"the limit is {too_little:,} bytes" in str(caught.value)
    assert caught.value.offset is not None


def test_a_function_says_which_one() -> None:
    with pytest.raises(LimitExceeded, match="in function 0"):
        wasm2py.compile(CALLS, max_output=5_000)


def test_it_ends_early() -> None:
    """A section that will be too much is not waited for."""
    announced = module(b"\6" + u32(100_000_000))
    with pytest.raises(LimitExceeded, match="too much memory"):
        wasm2py.compile(announced, max_memory=1 << 30)


@each_way
def test_with_an_executor(compile_: Compile) -> None:
    with ThreadPoolExecutor(2) as executor:
        compile_(CALLS, max_output=40_000, executor=executor)
        with pytest.raises(LimitExceeded, match="output is too large"):
            compile_(CALLS, max_output=5_000, executor=executor)


@each_way
def test_what_is_in_the_cache_counts(compile_: Compile, tmp_path: Path) -> None:
    compile_(CALLS, cache=tmp_path)
    compile_(CALLS, cache=tmp_path, max_output=40_000)
    with pytest.raises(LimitExceeded, match="output is too large"):
        compile_(CALLS, cache=tmp_path, max_output=5_000)


@pytest.mark.parametrize("option", ["max_output", "max_memory"])
@pytest.mark.parametrize(
    ("value", "error"),
    [
        (0, ValueError),
        (-1, ValueError),
        (True, TypeError),
        (1.5, TypeError),
        ("1", TypeError),
    ],
)
def test_values(option: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=option):
        wasm2py.compile(CALLS, **{option: value})
