"""Which passes run: those that may find something to do."""

from __future__ import annotations

import pytest

from tests.wasm_tools import assemble
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION, Work, run_passes
from wasm2py.translation.function import linked_function

FOR_LOOPS = {"counting", "strides", "rows", "reductions", "copies"}

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
ENDLESS = "(loop $next (call $f (i32.const 0)) (br $next))"


def passes(body: str) -> set[str]:
    """Those that run on a function."""
    text = f"""(module (memory 1) (func $f (param $n i32) (local $i i32) {body}))"""
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
        pytest.param(
            STRIDES, {"strides", "rows", "reductions", "copies"}, id="strides"
        ),
    ],
)
def test_passes_over_loops(body: str, expected: set[str]) -> None:
    assert passes(body) & FOR_LOOPS == expected


def test_what_counting_has_made_is_looked_at() -> None:
    # A range: it is no loop that was there before.
    row = ROW.replace("(local.get $n)", "(i32.const 4096)")
    found = passes("(local.set $i (i32.const 1024))" + row)
    assert found >= {"counting", "rows"}
