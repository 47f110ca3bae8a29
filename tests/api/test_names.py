"""The names of the package: imported when they are asked for, and there all the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

import wasm2py
import wasm2py_runtime
from tests.commands.running import ENVIRONMENT


def _run(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    ).stdout


def test_every_name() -> None:
    assert set(wasm2py.__all__) <= set(dir(wasm2py))
    for name in wasm2py.__all__:
        assert getattr(wasm2py, name) is getattr(wasm2py, name)
        if name in wasm2py_runtime.__all__ and name != "instantiate":
            assert getattr(wasm2py, name) is getattr(wasm2py_runtime, name)
    assert vars(wasm2py)["Memory"] is wasm2py_runtime.Memory


def test_star() -> None:
    program = "from wasm2py import *; print(compile.__module__, Module.__name__)"
    assert _run(program) == "wasm2py.api Module\n"


def test_other_names() -> None:
    with pytest.raises(AttributeError, match=r"module 'wasm2py' has no attribute 'x'"):
        wasm2py.x  # type: ignore[attr-defined]
    assert not hasattr(wasm2py, "RT_ABI")


def test_nothing_is_imported_before() -> None:
    program = "import sys, wasm2py; print('wasm2py_runtime' in sys.modules)"
    assert _run(program) == "False\n"
