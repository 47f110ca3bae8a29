"""The C compilers of the machine, for tests that build with them."""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from typing import Final

import pytest

from wasm2py.native.compilers import Compiler

COMPILERS: Final = {
    name: (name,) for name in ("gcc", "clang", "tcc") if shutil.which(name)
}
"""What is installed, by name, beside zig."""

FASTEST: Final = next(
    (COMPILERS[name] for name in ("tcc", "gcc", "clang") if name in COMPILERS), ()
)
"""The command of the compiler whose builds take the least time."""

needs_compiler = pytest.mark.skipif(
    not FASTEST, reason="there is no C compiler: gcc, clang or tcc"
)


def compiler(name: str) -> Compiler:
    """A compiler by name; the test is skipped where it is not installed."""
    if name == "zig":
        if find_spec("ziglang") is None:
            pytest.skip("ziglang is not installed")
        return Compiler((sys.executable, "-m", "ziglang", "cc"))
    if name not in COMPILERS:
        pytest.skip(f"{name} is not installed")
    return Compiler(COMPILERS[name])


def fastest() -> Compiler:
    """The compiler whose builds take the least time; where there is none, the test is skipped."""
    if not FASTEST:
        pytest.skip("there is no C compiler: gcc, clang or tcc")
    return Compiler(FASTEST)
