"""Modules that were once translated to code that does things in another order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests import compilers
from tests.differential.comparison import differences
from tests.reference import Reference, engine, normalised
from tests.wasm_tools import assemble

ARGUMENT_BEFORE_CALLEE = """
(module (memory (export "memory") 1) (table 2 funcref)
  (type $t (func (param i32) (result i32))) (elem (i32.const 0) $id)
  (func $id (type $t) (local.get 0))
  (func $w (result i32) (i32.store (i32.const 0) (i32.const 42)) (i32.const 0))
  (func (export "f") (param i32) (result i32) (local i32)
    (local.set 1 (call_indirect (type $t) (i32.load (local.get 0)) (call $w)))
    (i32.add (i32.load (i32.const 4)) (i32.add (local.get 1) (local.get 1)))))
"""
ARGUMENT_THAT_TRAPS = """
(module (memory (export "memory") 1) (table 2 funcref)
  (type $t (func (param i32) (result i32))) (elem (i32.const 0) $id)
  (func $id (type $t) (local.get 0))
  (func (export "f") (param i32 i32) (result i32) (local i32)
    (local.set 2 (call_indirect (type $t) (i32.load (local.get 0)) (local.get 1)))
    (i32.mul (local.get 2) (local.get 2))))
"""
ROUNDING_IN_AN_ARGUMENT = """
(module (memory (export "memory") 1) (global $g (mut i32) (i32.const 1))
  (func $f (result i32) (global.set $g (i32.const 100)) (i32.const 0))
  (func $h (param i32 i32 f32) (result i32) (local.get 0))
  (func (export "f") (param i32) (param f32) (result i32) (local i32)
    (global.set $g (i32.const 1))
    (loop $l
      (local.set 2 (i32.add (local.get 2) (call $h
        (global.get $g) (call $f) (f32.add (f32.load (local.get 0)) (local.get 1)))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 2)))
"""
ROUNDING_BEHIND_AN_ADDRESS = """
(module (memory (export "memory") 1)
  (func (export "f") (param i32 i32) (result i32) (local f32)
    (loop $l
      (f32.store (i32.div_u (i32.const 64) (local.get 0))
        (f32.mul (f32.add (f32.load (local.get 1)) (local.get 2)) (f32.const 3)))
      (br_if $l (local.tee 1 (i32.shr_u (local.get 1) (i32.const 1)))))
    (i32.load (i32.const 64))))
"""
COUNTER_FROM_SUM = """
(module (memory (export "memory") 1)
  (data (i32.const 0) "\\00\\07\\0e\\15\\1c\\23\\2a\\31\\38\\3f\\46\\4d\\54\\5b\\62\\69\\70\\77")
  (func (export "f") (param $s i32) (param $p i32) (result i32) (local $n i32)
    (local.set $n (local.get $s))
    (loop $l
      (local.set $s (i32.add (local.get $s) (i32.load8_u (local.get $p))))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.add (i32.mul (local.get $s) (i32.const 1000)) (local.get $p))))
"""
SUMS_OF_EACH_OTHER = """
(module (memory (export "memory") 1)
  (data (i32.const 0) "\\00\\07\\0e\\15\\1c\\23\\2a\\31\\38\\3f\\46\\4d\\54\\5b\\62\\69\\70\\77")
  (func (export "f") (param $s i32) (param $t i32) (result i32)
    (local $n i32) (local $p i32) (local $q i32)
    (local.set $q (local.tee $p (local.get $t)))
    (local.set $q (local.get $s))
    (local.set $n (i32.const 9))
    (loop $l
      (local.set $s (i32.add (local.get $s) (i32.load8_u (local.get $p))))
      (local.set $t (i32.add (local.get $t) (i32.load8_u (local.get $q))))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (local.set $q (i32.add (local.get $q) (i32.const 1)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.add (i32.mul (local.get $s) (i32.const 1000))
      (i32.add (i32.mul (local.get $q) (i32.const 99)) (local.get $t)))))
"""
STORE_IN_A_SUM = """
(module (memory (export "memory") 1) (data (i32.const 0) "\\01\\02\\03\\04\\05\\06")
  (func (export "f") (param $p i32) (param $v i32) (result i32) (local $s i32) (local $n i32)
    (local.set $n (i32.const 30))
    (loop $l
      (i32.store8 offset=1 (local.get $p) (local.get $v))
      (local.set $s (i32.add (local.get $s) (i32.load8_u (local.get $p))))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.add (local.get $s) (i32.load (i32.const 9)))))
"""

CASES = [
    pytest.param(ARGUMENT_BEFORE_CALLEE, [(0,)], id="an argument and a callee's index"),
    pytest.param(
        ARGUMENT_THAT_TRAPS,
        [(0, 0), (-1, 0), (0, 1), (-1, 1), (-1, 7)],
        id="an argument that traps and a callee that is not there",
    ),
    pytest.param(
        ROUNDING_IN_AN_ARGUMENT, [(3, 1.5), (1, 0.1)], id="a rounded argument"
    ),
    pytest.param(
        ROUNDING_BEHIND_AN_ADDRESS,
        [(1, 4), (0, -1), (0, 4), (1, -1)],
        id="an address and what is stored there",
    ),
    pytest.param(
        COUNTER_FROM_SUM, [(20, 5), (9, 0), (8, 3)], id="a counter from a sum"
    ),
    pytest.param(SUMS_OF_EACH_OTHER, [(1, 2), (0, 0), (3, 7)], id="sums of each other"),
    pytest.param(
        STORE_IN_A_SUM, [(0, 9), (4, 1)], id="a store before what is added up"
    ),
]


@pytest.mark.parametrize("optimize", [0, 1, 2])
@pytest.mark.parametrize("tune", ["cpython", "pypy"])
@pytest.mark.parametrize(("text", "calls"), CASES)
def test_as_in_wasmtime(
    text: str,
    calls: Sequence[tuple[Any, ...]],
    tune: str,
    optimize: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wasm2py.package.known_module.TUNE", tune)
    wasm = assemble(text)
    check(wasm2py.compile(wasm, optimize=optimize, cache=False), wasm, calls)


@pytest.mark.parametrize("name", compilers.NAMES)
@pytest.mark.parametrize(("text", "calls"), CASES)
def test_natively_as_in_wasmtime(
    text: str,
    calls: Sequence[tuple[Any, ...]],
    name: str,
    native_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compilers.use(monkeypatch, native_cache, name)
    wasm = assemble(text)
    check(wasm2py.compile(wasm, target="c"), wasm, calls)


def check(
    module: wasm2py.Module, wasm: bytes, calls: Sequence[tuple[Any, ...]]
) -> None:
    """Compare the function `f` with that of wasmtime."""
    for args in calls:
        outcome = normalised(Reference(engine(), wasm).call("f", args))
        call = {"call": "f", "args": list(args), "outcome": outcome}
        expected = {"runs": [{"calls": [call], "state": {}}]}
        assert differences(module, wasm2py, expected) == []
