"""Loops with a condition, and what is done behind them."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

STEP = "(local.set $n (i32.sub (local.get $n) (i32.const 1)))"
DONE = "(local.set $s (i32.add (local.get $s) (i32.const 7)))"


def made(body: str) -> str:
    return printed(
        f"""(func (param $n i32) (param $s i32) (result i32)
          (block $out (loop $next {body})) (call $call) (local.get $s))""",
        only(),
    )


EXPECTED = block("""
    loop while v0
      v0 = i32.sub(v0, i32:1)
    v1 = i32.add(v1, i32:7)
    call[0]()
    return v1
    """)


@pytest.mark.parametrize(
    "body",
    [
        f"(if (local.get $n) (then {STEP} (br $next))) {DONE}",
        f"(if (i32.eqz (local.get $n)) (then {DONE} (br $out))) {STEP} (br $next)",
    ],
)
def test_what_is_done_when_the_test_fails_comes_behind(body: str) -> None:
    assert made(body).replace("until i32.eqz(v0)", "while v0") == EXPECTED


def test_not_if_something_else_leaves_the_loop() -> None:
    other = "(br_if $out (i32.eq (local.get $n) (i32.const 5)))"
    found = made(f"(if (local.get $n) (then {STEP} {other} (br $next))) {DONE}")
    assert "loop while" not in found


def test_nothing_to_do_is_no_hindrance() -> None:
    other = "(br_if $out (i32.eq (local.get $n) (i32.const 5)))"
    found = made(f"(br_if $out (i32.eqz (local.get $n))) {STEP} {other} (br $next)")
    assert found.startswith(("loop while v0", "loop until i32.eqz(v0)"))
