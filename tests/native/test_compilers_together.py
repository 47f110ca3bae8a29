"""Packages that different compilers have made, in one process."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.compilers import COMPILERS, needs_compiler
from tests.native.programs import ROOT
from tests.wasm_tools import assemble

pytestmark = needs_compiler

_VALUES = {"i32": 10, "i64": 1 << 40, "f32": 0.5, "f64": 0.25}
# In registers, if a compiler can: of either kind, or of both.
RESULTS = [*product(_VALUES, repeat=2), ("f32",) * 3, ("f32", "i32", "f32", "f32")]


def _type(results: tuple[str, ...]) -> str:
    return f"(param i32 f64) (result {' '.join(results)})"


def _giving() -> str:
    functions = [
        f'(func (export "give{at}") {_type(results)}'
        f" {' '.join(f'({type}.const {_VALUES[type]})' for type in results)})"
        for at, results in enumerate(RESULTS)
    ]
    elements = " ".join(map(str, range(len(RESULTS))))
    table = f'(table (export "table") {len(RESULTS)} funcref)'
    return f"(module {table} (elem (i32.const 0) {elements}) {' '.join(functions)})"


def _asking() -> str:
    imports, functions = [], []
    for at, results in enumerate(RESULTS):
        imports.append(f'(import "env" "give{at}" (func $give{at} {_type(results)}))')
        result = f"(result {' '.join(results)})"
        args = "(i32.const 3) (f64.const 4)"
        called = f"call_indirect {_type(results)} {args} (i32.const {at})"
        functions += [
            f'(func (export "direct{at}") {result} (call $give{at} {args}))',
            f'(func (export "indirect{at}") {result} ({called}))',
        ]
    table = f'(import "env" "table" (table {len(RESULTS)} funcref))'
    return f"(module {' '.join(imports)} {table} {' '.join(functions)})"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """Both modules, as each compiler makes them."""
    sources = assemble(_giving()), assemble(_asking())
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        for name in COMPILERS:
            patch.setenv("CC", name)
            folder = str(tmp_path_factory.mktemp(name))
            one, two = (
                wasm2py.compile(source, target="c", cache=folder) for source in sources
            )
            found[name] = one, two
    return found


@pytest.mark.parametrize("asking", COMPILERS)
@pytest.mark.parametrize("giving", COMPILERS)
def test_results_cross_between_packages_of_all_compilers(
    giving: str, asking: str, made: dict[str, tuple[Any, Any]]
) -> None:
    given = wasm2py.instantiate(made[giving][0])
    asked = wasm2py.instantiate(made[asking][1], {"env": dict(given.exports)})
    for at, results in enumerate(RESULTS):
        expected = tuple(_VALUES[type] for type in results)
        assert asked.exports[f"direct{at}"]() == expected, results
        assert asked.exports[f"indirect{at}"]() == expected, results


_GLOBAL_SYMBOLS = """
import os, sys
sys.setdlopenflags(os.RTLD_NOW | os.RTLD_GLOBAL)
import wasm2py
from tests.wasm_tools import assemble
ONE = '(module (func (param i32) (result i32) (i32.const 1)))'
TWO = '''(module (func $two (param i32) (result i32) (i32.const 2))
  (func (export "two") (result i32) (call $two (i32.const 0)))
  (func (export "trap") unreachable))'''
wasm2py.compile(assemble(ONE), target="c")
two = wasm2py.instantiate(wasm2py.compile(assemble(TWO), target="c")).exports
assert two.two() == 2
try:
    two.trap()
except wasm2py.Trap:
    pass
"""


@pytest.mark.parametrize("name", COMPILERS)
def test_symbols_of_one_package_are_not_those_of_another(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", name)
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", _GLOBAL_SYMBOLS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert not done.returncode, done.stderr
