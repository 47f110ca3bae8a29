"""Where it is asked what tests of floats say."""

from __future__ import annotations

import pytest

from tests.wasm_tools import assemble
from wasm2py.spec.features import WASM2
from wasm2py.targets.python.choose.range_guards import guards_within
from wasm2py.targets.python.emit import statements
from wasm2py.translation.translator import Translator

GUARDED = """
  (if (f64.lt (f64.abs (local.get $x)) (f64.const 2147483648))
    (then (global.set $g {})))"""


@pytest.mark.parametrize(
    ("value", "asked"),
    [
        pytest.param("(i32.trunc_f64_s (local.get $x))", True, id="trunc"),
        pytest.param("(i32.trunc_sat_f64_s (local.get $x))", True, id="trunc_sat"),
        pytest.param("(i32.const 1)", False, id="no float becomes an integer"),
    ],
)
def test_tests_of_floats_are_looked_at_for_truncations(
    monkeypatch: pytest.MonkeyPatch, value: str, asked: bool
) -> None:
    found: list[object] = []

    def noted(*args: object) -> object:
        found.append(args)
        return guards_within(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(statements, "guards_within", noted)
    body = GUARDED.format(value)
    text = f"(module (global $g (mut i32) (i32.const 0)) (func (param $x f64) {body}))"
    translator = Translator(WASM2)
    translator.receive(assemble(text))
    translator.receive(b"")
    assert len(translator.codes) == 1
    assert bool(found) is asked
