"""C compilers that tests build modules with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from wasm2py.errors import BuildError
from wasm2py.native.compilers import find_compiler

NAMES = ("tcc", "gcc", "clang")


def use(monkeypatch: pytest.MonkeyPatch, cache: Path, name: str | None = None) -> None:
    """Build with a compiler, or else with the quickest there is; keep what is built in a folder."""
    if name is not None and shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    quickest = name or ("tcc" if shutil.which("tcc") else None)
    if quickest is not None:
        monkeypatch.setenv("CC", quickest)
    try:
        find_compiler()
    except BuildError as error:
        pytest.skip(str(error))
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(cache))
