"""Loops of few rounds go through their numbers, as they stand in the text."""

from __future__ import annotations

import pytest

from tests.targets.python.choose.test_representation import lines


def function(start: int, end: int, step: int, type: str = "i32") -> str:
    return f"""(func (param $n {type}) (result {type}) (local $i {type})
      (local.set $i ({type}.const {start}))
      (loop $next
        (local.set $n
          ({type}.mul ({type}.xor (local.get $n) (local.get $i)) ({type}.const 7)))
        (local.set $i ({type}.add (local.get $i) ({type}.const {step})))
        (br_if $next ({type}.ne (local.get $i) ({type}.const {end}))))
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


@pytest.mark.parametrize(
    ("start", "end", "step", "type"),
    [
        (0, 2**31 - 1, 1, "i32"),
        (-(2**31), 2**31 - 1, 1, "i32"),
        (2**31 - 1, -(2**31), -1, "i32"),
        (0, 2**63 - 1, 1, "i64"),
        (-(2**63), 2**63 - 1, 1, "i64"),
    ],
)
def test_of_many_rounds_no_numbers_are_made(
    start: int, end: int, step: int, type: str
) -> None:
    function_lines = lines(function(start, end, step, type))
    (head,) = [x for x in function_lines if x.startswith(("for", "while"))]
    assert "(" not in head or "range(" in head
