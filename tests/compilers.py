"""The C compilers of the machine, for tests that build with them."""

from __future__ import annotations

import shlex
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from wasm2py.native.compilers import Compiler

NAMES: Final = ("tcc", "gcc", "clang")
"""From the one whose builds take the least time on; zig comes with a package of Python's."""

COMPILERS: Final = {name: (name,) for name in NAMES if shutil.which(name)}
"""The commands of those that are installed, by name."""

FASTEST: Final = next(iter(COMPILERS.values()), ())
"""The command of the compiler whose builds take the least time."""

_NONE: Final = "there is no C compiler: tcc, gcc or clang"

needs_compiler = pytest.mark.skipif(not FASTEST, reason=_NONE)


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
        pytest.skip(_NONE)
    return Compiler(FASTEST)


def use(monkeypatch: pytest.MonkeyPatch, cache: Path, name: str | None = None) -> None:
    """Build with a compiler, or else with the quickest there is; keep what is built in a folder."""
    chosen = fastest() if name is None else compiler(name)
    monkeypatch.setenv("CC", shlex.join(chosen.command))
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(cache))
