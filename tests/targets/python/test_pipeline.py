"""Which passes run: those that may find something to do."""

from __future__ import annotations

import pytest

from tests.wasm_tools import assemble
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION, Work, run_passes
from wasm2py.translation.function import linked_function

FOR_LOOPS = {*"counting strides rows reductions copies searches closed".split()}
RARE = {*"choices rotates sharing forwarding restoring rounding branching".split()}

COUNTED = """
  (local.set $i (i32.const 0))
  (loop $next
    (call $f (local.get $i))
    (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))"""
ROW = """
  (loop $next
    (i32.store (local.get $i) (i32.const 0))
    (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (local.get $n))))"""
STRIDES = """
  (loop $next
    (i32.store8 (local.get $i) (i32.const 0))
    (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (local.get $n))) (local.get $n))))"""
KEPT_TEST = """
  (loop $next
    (local.set $j (i32.eqz (local.get $n)))
    (local.set $n (i32.shr_u (local.get $n) (i32.const 1)))
    (call $f (local.get $j))
    (br_if $next (local.get $j)))"""
COUNTED_DOWN = """
  (loop $next
    (call $f (local.get $i))
    (br_if $next (i32.ne (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const -1))))"""
EQUAL_SUMS = """
  (local.set $i (i32.add (local.get $n) (i32.const 4)))
  (local.set $j (i32.add (local.get $n) (i32.const 4)))
  (call $f (local.get $i)) (call $f (local.get $i))
  (call $f (local.get $j)) (call $f (local.get $j))"""
ADDRESS = """
  (i32.store (local.get $n) (i32.const 0))
  (local.set $i (i32.add (local.get $n) (i32.const 8)))
  (i32.store (local.get $i) (i32.add (i32.load (local.get $i)) (i32.const 1)))"""
CHOICE = """
  (local.set $i (select (local.get $n) (i32.const 3) (local.get $j)))
  (call $f (local.get $i)) (call $f (local.get $i))"""
COUNTED_TRUTH = """
  (local.set $i (i32.add (local.get $n) (i32.eqz (local.get $n))))
  (call $f (local.get $i)) (call $f (local.get $i))"""
ROTATION = "(call $f (i32.rotl (local.get $n) (i32.const 5)))"
FLOATS = "(local $x f32) (local.set $x (f32.load (local.get $n)))"
FRAME = """
  (global.set $sp (local.tee $i (i32.sub (global.get $sp) (i32.const 16))))
  (call $f (local.get $i))
  (global.set $sp (i32.add (local.get $i) (i32.const 16)))"""
SEARCH = """
  (loop $next
    (br_if $next (i32.load8_u (local.tee $i (i32.add (local.get $i) (i32.const 1))))))
  (call $f (local.get $i))"""
EUCLID = """
  (loop $next
    (local.set $i (local.get $n))
    (local.set $n (local.get $j))
    (br_if $next (local.tee $j (i32.rem_u (local.get $i) (local.get $j)))))
  (call $f (local.get $n))"""
ENDLESS = "(loop $next (call $f (i32.const 0)) (br $next))"


def passes(body: str) -> set[str]:
    """Those that run on a function."""
    text = f"""(module
      (memory 1) (global $sp (mut i32) (i32.const 1024))
      (func $f (param $n i32) (local $i i32) (local $j i32) {body}))"""
    reader = ModuleReader(WASM2)
    (job,) = [*reader.receive(assemble(text)), *reader.receive(b"")]
    work = Work(reader.env, linked_function(reader.env, job, LARGEST_EXPRESSION))
    return set(run_passes(work, Options()))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("", set(), id="no loop"),
        pytest.param(ENDLESS, set(), id="none that is counted or stores"),
        pytest.param(COUNTED, {"counting"}, id="counted"),
        pytest.param(ROW, {"rows", "reductions", "copies"}, id="a row"),
        pytest.param(STRIDES, {"strides"}, id="strides, which take the loop's place"),
        pytest.param(SEARCH, {"searches"}, id="a search"),
        pytest.param(EUCLID, {"closed"}, id="a closed form"),
    ],
)
def test_passes_over_loops(body: str, expected: set[str]) -> None:
    assert passes(body) & FOR_LOOPS == expected


def test_what_counting_has_made_is_looked_at() -> None:
    # A range: it is no loop that was there before.
    row = ROW.replace("(local.get $n)", "(i32.const 4096)")
    found = passes("(local.set $i (i32.const 1024))" + row)
    assert found >= {"counting", "rows"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("(call $f (local.get $n))", set(), id="a call"),
        pytest.param(ENDLESS, set(), id="a loop"),
        pytest.param(CHOICE, {"choices"}, id="a choice"),
        pytest.param(COUNTED_TRUTH, {"choices"}, id="a condition that is added"),
        pytest.param(ROTATION, {"rotates"}, id="a rotation"),
        pytest.param(EQUAL_SUMS, {"sharing"}, id="equal sums"),
        pytest.param(ADDRESS, {"forwarding"}, id="a named address"),
        pytest.param(FRAME, {"restoring"}, id="a global that is moved"),
        pytest.param(FLOATS, set(), id="floats outside of loops"),
        pytest.param(FLOATS + ENDLESS, {"rounding"}, id="floats in a loop"),
        pytest.param(KEPT_TEST, {"branching"}, id="a kept test in a loop"),
        pytest.param(COUNTED_DOWN, {"branching"}, id="a count down"),
    ],
)
def test_passes_over_statements(body: str, expected: set[str]) -> None:
    assert passes(body) & RARE == expected
