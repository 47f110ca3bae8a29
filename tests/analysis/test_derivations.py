"""What a branch says of variables that were calculated from the one it looks at."""

from __future__ import annotations

import pytest

from tests.analysis.test_ranges import facts, see
from wasm2py.ir.nodes import Fact

LOCALS = "(local $i i32) (local $t i32) (local $c i32)"
N, M, C = "(local.get $n)", "(local.get $m)", "(local.get $c)"
FOURS = f"(local.set $i (i32.and {N} (i32.const -4)))"
BELOW = f"(i32.lt_u {N} (i32.const 9))"


def where(condition: str, before: str = FOURS) -> Fact:
    """What is known of `$i` where a condition does not hold."""
    (found,) = facts(f"{before} (if (i32.eqz {condition}) (then {see('i')}))", LOCALS)
    return found


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (f"(i32.and {N} (i32.const -4))", 8, 2**32 - 4),
        (f"(i32.shr_u {N} (i32.const 1))", 4, 2**31 - 1),
        (f"(i32.sub (i32.const -1) {N})", 0, 2**32 - 10),
        (f"(select {N} (i32.const 1) (i32.gt_u {N} (i32.const 1)))", 9, 2**32 - 1),
        (f"(select {N} (i32.const 1) (i32.gt_u {N} (i32.const 9)))", 1, 2**32 - 1),
    ],
)
def test_what_is_calculated_again(value: str, low: int, high: int) -> None:
    found = where(BELOW, f"(local.set $i {value})")
    assert (found.low, found.high) == (low, high)


def test_what_is_calculated_from_that() -> None:
    chain = f"(local.set $t (i32.shr_u {N} (i32.const 1))) {see('t')}"
    text = f"{chain} (local.set $i (i32.and (local.get $t) (i32.const -2))) {see('t')}"
    text += f"(if (i32.eqz {BELOW}) (then {see('i')} {see('t')}))"
    assert facts(text, LOCALS)[-2:] == [Fact(4, 2**31 - 2, 2), Fact(4, 2**31 - 1, 1)]


def test_a_condition_that_was_given_to_a_variable() -> None:
    before = f"{FOURS} (local.set $c {BELOW})"
    assert where(C, before).low == 8
    assert where(f"(i32.eqz (i32.eqz {C}))", before).low == 8


ASSIGNED = f"(local.set $n (i32.load {N}))"


@pytest.mark.parametrize(
    ("condition", "before"),
    [
        (BELOW, FOURS + ASSIGNED),
        (BELOW, f"{FOURS} (if (local.get $m) (then {ASSIGNED}))"),
        (C, f"(local.set $c {BELOW}) {ASSIGNED} {FOURS}"),
        (C, f"(local.set $c {BELOW}) (if (local.get $m) (then {ASSIGNED})) {FOURS}"),
    ],
)
def test_not_if_something_was_assigned_since(condition: str, before: str) -> None:
    assert where(condition, before).low == 0


def test_not_if_another_variable_in_it_was_assigned_since() -> None:
    loop = f"""(loop $next (local.set $i (i32.and (i32.add {N} {M}) (i32.const -4)))
      (local.set $m (i32.const 8)) (if {BELOW} (then {see('i')}))
      (br_if $next (i32.load (i32.const 8))))"""
    assert facts(loop, LOCALS)[0].high == 2**32 - 4


def test_not_in_a_loop_that_assigns_it() -> None:
    test = f"(if (i32.eqz {C}) (then {see('i')})) {ASSIGNED}"
    loop = f"(loop $next {test} (br_if $next (local.get $m)))"
    assert facts(f"{FOURS} (local.set $c {BELOW}) {loop}", LOCALS)[0].low == 0


def test_in_a_loop_that_leaves_it_alone() -> None:
    test = f"(if (i32.eqz {C}) (then {see('i')}))"
    loop = f"(loop $next {test} (br_if $next (i32.load (i32.const 8))))"
    assert facts(f"{FOURS} (local.set $c {BELOW}) {loop}", LOCALS)[0].low == 8
