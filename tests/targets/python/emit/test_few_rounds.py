"""Loops of few rounds go through their numbers, as they stand in the text."""

from __future__ import annotations

import pytest

from tests.targets.python.choose.test_representation import lines


def function(start: int, end: int, step: int) -> str:
    return f"""(func (param $n i32) (result i32) (local $i i32)
      (local.set $i (i32.const {start}))
      (loop $next
        (local.set $n (i32.mul (i32.xor (local.get $n) (local.get $i)) (i32.const 7)))
        (local.set $i (i32.add (local.get $i) (i32.const {step})))
        (br_if $next (i32.ne (local.get $i) (i32.const {end}))))
      (local.get $n))"""


@pytest.mark.parametrize(
    ("start", "end", "step", "numbers"),
    [
        (8, 0, -1, "(8, 7, 6, 5, 4, 3, 2, 1)"),
        (0, 32, 4, "(0, 4, 8, 12, 16, 20, 24, 28)"),
        (-8, 0, 1, "(-8, -7, -6, -5, -4, -3, -2, -1)"),
        (0, 17, 1, "range(17)"),
        (0x10000, 0x10010, 2, "range(0x10000, 0x10010, 2)"),
    ],
)
def test_numbers(start: int, end: int, step: int, numbers: str) -> None:
    (head,) = [x for x in lines(function(start, end, step)) if x.startswith("for")]
    assert head.split(" in ")[1] == f"{numbers}:"
