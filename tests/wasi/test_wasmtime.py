"""The same calls do the same as with wasmtime's WASI."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.wasi.caller import Caller
from tests.runtime.wasi.conftest import read_tree
from tests.runtime.wasi.test_alike import outcome, random_call
from tests.wasi.wasmtime_program import WasmtimeCaller
from wasm2py_runtime import MemoryDirectory
from wasm2py_runtime.wasi import host_folders

pytestmark = pytest.mark.skipif(
    not host_folders.is_supported(), reason="no folders of the host"
)


def call_for_both(rng: random.Random) -> tuple[Any, ...]:
    kind, path, *others = random_call(rng)
    # wasmtime removes no folder whose name has a slash behind it, as POSIX has it.
    return kind, path.rstrip("/") if kind == "remove" else path, *others


def success(result: object) -> object:
    """Which error it is, of several, is another matter."""
    return "an error" if isinstance(result, int) else result


@pytest.mark.parametrize("seed", range(12))
def test_the_same_calls(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    theirs.mkdir()
    ours.mkdir()
    folder = MemoryDirectory()
    programs = WasmtimeCaller(theirs), Caller(preopens={"/": ours})
    in_memory = Caller(preopens={"/": folder})
    for _ in range(300):
        call = call_for_both(rng)
        expected, found = (success(outcome(program, call)) for program in programs)
        assert found == expected, call
        assert success(outcome(in_memory, call)) == expected, call
    assert read_tree(ours) == read_tree(theirs) == folder.files
