"""Assignments that nothing reads."""

from __future__ import annotations

import pytest

from tests.ir.printed import only, printed

WITH = only()

MULTIPLE = "(local.set $i (i32.mul (local.get $i) (i32.const 3)))"


def loop(body: str, result: str = "(local.get $n)") -> str:
    return f"""(func (param $n i32) (param $m i32) (result i32) (local $i i32) (local $t i32)
      (loop $next {body} (br_if $next (i32.load (local.get $n)))) {result})"""


def test_what_only_its_own_next_value_is_made_of() -> None:
    found = printed(loop(MULTIPLE), WITH)
    assert "mul" not in found
    assert "v2" not in found


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param(loop(MULTIPLE, "(local.get $i)"), "i32.mul(v2", id="a result"),
        pytest.param(
            loop(MULTIPLE + "(local.set $m (local.get $i))", "(local.get $m)"),
            "i32.mul(v2",
            id="another variable",
        ),
        pytest.param(
            loop("(local.set $i (i32.load (local.get $i)))"),
            "i32.load[2 0 0](v2)",
            id="what may trap",
        ),
        pytest.param(
            loop(f"(if (local.get $i) (then (return (i32.const 1)))) {MULTIPLE}"),
            "i32.mul(v2",
            id="a condition",
        ),
    ],
)
def test_what_stays(text: str, kept: str) -> None:
    assert kept in printed(text, WITH)
