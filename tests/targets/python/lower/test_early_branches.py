"""Branches before what is done on both ways."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

WITH = only("webs", "folding", "branching")
WITHOUT = only("webs", "folding")


def function(body: str) -> str:
    return f"""(func (param $n i32) (result i32) (local $t i32) (local $s i32)
      (loop $next (local.set $s (i32.add (local.get $s) (local.get $n))) {body})
      (local.get $s))"""


TEST = "(local.set $t (i32.gt_u (local.get $n) (i32.const 5)))"
NEXT = "(local.set $n (i32.shr_u (local.get $n) (i32.const 1)))"


def test_with_and_without() -> None:
    text = function(f"{TEST} {NEXT} (br_if $next (local.get $t))")
    assert printed(text, WITHOUT) == block("""
        loop
          v2 = i32.add(v2, v0)
          v1 = i32.gt_u(v0, i32:5)
          v0 = i32.shr_u(v0, i32:1)
          unless v1
            return v2
        """)
    assert printed(text, WITH) == block("""
        loop
          v2 = i32.add(v2, v0)
          unless i32.gt_u(v0, i32:5)
            return v2
          v0 = i32.shr_u(v0, i32:1)
        """)


def test_what_is_read_on_both_ways_is_done_on_both() -> None:
    leave = "(if (i32.eqz (local.get $t)) (then (return (local.get $n))))"
    text = function(f"{TEST} {NEXT} {leave} (br $next)")
    assert printed(text, WITH).count("v0 = i32.shr_u(v0, i32:1)") == 2


def test_what_is_read_for_what_is_read_is_done_too() -> None:
    mixed = "(local.set $s (i32.xor (local.get $s) (local.get $n)))"
    leave = "(if (i32.eqz (local.get $t)) (then (return (local.get $s))))"
    text = function(f"{TEST} {NEXT} {mixed} {leave} (br $next)")
    found = printed(text, WITH)
    assert "unless i32.gt_u(v0, i32:5)" in found
    assert found.count("v0 = i32.shr_u(v0, i32:1)") == 2


def test_what_is_read_where_another_way_leads_is_done() -> None:
    leave = """(if (i32.eqz (local.get $t)) (then
      (br_if $out (local.get $s)) (return (i32.const 7))))"""
    text = function(
        f"(block $out {TEST} {NEXT} {leave} (br $next)) (local.set $s (local.get $n))"
    )
    assert printed(text, WITH).count("v0 = i32.shr_u(v0, i32:1)") == 2


def test_a_choice_of_two_ways_at_the_end() -> None:
    one = "(local.set $s (i32.xor (local.get $s) (i32.const 9)))"
    other = "(local.set $s (i32.mul (local.get $s) (local.get $n)))"
    both = f"{TEST} {NEXT} {NEXT} (if (local.get $t) (then {one}) (else {other}))"
    text = function(f"(if (local.get $s) (then {both})) (br_if $next (local.get $n))")
    found = printed(text, WITH)
    assert "if i32.gt_u(v0, i32:5)" in found
    assert found.count("v0 = i32.shr_u(i32.shr_u(v0, i32:1), i32:1)") == 2


def test_what_may_trap_is_done_on_both_ways() -> None:
    load = "(local.set $n (i32.load (local.get $n)))"
    text = function(f"{TEST} {load} (br_if $next (local.get $t))")
    assert printed(text, WITH).count("v0 = i32.load[2 0 0](v0)") == 2


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f"{TEST} {NEXT} (i32.store (i32.const 0) (local.get $t))"
            "(br_if $next (local.get $t))",
            id="what is read again",
        ),
        pytest.param(
            f"{TEST} {NEXT} (i32.store (local.get $n) (i32.const 1))"
            "(br_if $next (local.get $t))",
            id="behind something else than assignments",
        ),
        pytest.param(
            f"{TEST} {NEXT} (local.set $s (i32.xor (local.get $s) (local.get $n)))"
            f"(local.set $s (i32.mul (local.get $s) (local.get $s)))"
            "(br_if $next (local.get $t))",
            id="behind too many of these",
        ),
    ],
)
def test_not(body: str) -> None:
    text = function(body)
    assert printed(text, WITH) == printed(text, WITHOUT)


def test_not_outside_of_loops() -> None:
    text = f"""(func (param $n i32) (result i32) (local $t i32)
      {NEXT} {TEST} {NEXT}
      (if (local.get $t) (then (return (local.get $n))))
      (i32.const 7))"""
    assert printed(text, WITH) == printed(text, WITHOUT)


DOWN = "(local.set $n (i32.sub (local.get $n) (i32.const 1)))"
BELOW = "(i32.eq (local.get $n) (i32.const -1))"


def test_what_comes_below_zero_is_tested_before_the_step() -> None:
    text = function(f"{DOWN} (br_if $next (i32.eqz {BELOW}))")
    assert printed(text, WITHOUT) == block("""
        loop
          v2 = i32.add(v2, v0)
          v0 = i32.sub(v0, i32:1)
          unless i32.eqz(i32.eq(v0, i32:4294967295))
            return v2
        """)
    assert printed(text, WITH) == block("""
        loop
          v2 = i32.add(v2, v0)
          if i32.eqz(v0)
            return v2
          v0 = i32.sub(v0, i32:1)
        """)


def test_what_it_was_is_there_when_it_is_read() -> None:
    leave = f"(if {BELOW} (then (return (local.get $n))))"
    found = printed(function(f"{DOWN} {leave} (br $next)"), WITH)
    assert "if i32.eqz(v0)\n    v0 = i32:4294967295\n    return v0" in found


@pytest.mark.parametrize(
    ("step", "test"),
    [
        (DOWN.replace("const 1", "const 2"), BELOW),
        (DOWN, BELOW.replace("-1", "-2")),
        (DOWN, BELOW.replace("$n", "$s")),
        (DOWN.replace("$n (i32", "$n (i32", 1).replace("get $n", "get $s"), BELOW),
    ],
    ids=["longer step", "another end", "another test", "another variable"],
)
def test_other_ends_are_tested_where_they_were(step: str, test: str) -> None:
    found = printed(function(f"{step} (br_if $next (i32.eqz {test}))"), WITH)
    assert "i32.eqz(v0)" not in found
