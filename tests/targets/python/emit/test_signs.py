"""Constants that are combined with a number if a bit is set."""

from __future__ import annotations

import pytest

from tests.targets.python.choose.test_representation import lines


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("(local.get $m)", "v1 ^ 99 if v0 & 1 else v1"),
        (
            "(i32.shr_u (local.get $m) (i32.const 3))",
            "(v1 >> 3) ^ 99 if v0 & 1 else v1 >> 3",
        ),
        # What is calculated is written once.
        ("(i32.mul (local.get $m) (local.get $m))", None),
    ],
)
def test_a_constant_that_a_bit_decides_about(value: str, text: str | None) -> None:
    bit = "(i32.sub (i32.const 0) (i32.and (local.get $n) (i32.const 1)))"
    mask = f"(i32.and {bit} (i32.const 99))"
    for operands in (f"{mask} {value}", f"{value} {mask}"):
        body = f"(func (param $n i32) (param $m i32) (result i32) (i32.xor {operands}))"
        if text is None:
            assert "(99 if v0 & 1 else 0)" in lines(body)[-1]
        else:
            assert lines(body)[-1] == f"return {text}"
