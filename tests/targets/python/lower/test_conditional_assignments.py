"""Choices and sums with truth values as branches."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed, within

WITH = only("webs", "folding", "choices")
WITHOUT = only("webs", "folding")

TEST = "(i32.lt_u (local.get $n) (local.get $m))"


def function(body: str) -> str:
    """A loop, so that variables have values from before."""
    return f"""(func $f (param $n i32) (result i32)
      (local $m i32) (local $s i32) (local $t i32) (local $w i64)
      (loop $next {body}
        (local.set $m (i32.mul (local.get $m) (i32.const 3)))
        (br_if $next (call $f (local.get $s))))
      (i32.add (local.get $s) (i32.wrap_i64 (local.get $w))))"""


def choice(variable: str, then: str, otherwise: str, test: str = TEST) -> str:
    arms = f"(local.get ${then}) (local.get ${otherwise})"
    return f"(local.set ${variable} (select {arms} {test}))"


def test_with_and_without() -> None:
    text = function(
        f"(local.set $t {TEST})"
        + choice("s", "n", "s", "(local.get $t)")
        + choice("n", "n", "s", "(local.get $t)")
    )
    assert printed(text, WITHOUT) == block("""
        loop
          v3 = i32.lt_u(v0, v1)
          v2 = select(v3, v0, v2)
          v0 = select(v3, v0, v2)
          v1 = i32.mul(v1, i32:3)
          unless call[1](v2)
            return i32.add(v2, i32.wrap_i64(v4))
        """)
    assert printed(text, WITH) == block("""
        loop
          if i32.lt_u(v0, v1)
            v2 = v0
          else
            v0 = v2
          v1 = i32.mul(v1, i32:3)
          unless call[1](v2)
            return i32.add(v2, i32.wrap_i64(v4))
        """)


@pytest.mark.parametrize(
    ("body", "branch"),
    [
        (choice("s", "s", "n"), "unless i32.lt_u(v0, v1)\n  v2 = v0"),
        (
            f"(local.set $s (i32.add (local.get $s) {TEST}))",
            "if i32.lt_u(v0, v1)\n  v2 = i32.add(v2, i32:1)",
        ),
        (
            f"(local.set $s (i32.xor {TEST} (local.get $s)))",
            "if i32.lt_u(v0, v1)\n  v2 = i32.xor(i32:1, v2)",
        ),
        (
            f"(local.set $s (i32.sub (local.get $s) {TEST}))",
            "if i32.lt_u(v0, v1)\n  v2 = i32.sub(v2, i32:1)",
        ),
        (
            f"(local.set $w (i64.add (local.get $w) (i64.extend_i32_u {TEST})))",
            "if i32.lt_u(v0, v1)\n  v4 = i64.add(v4, i64:1)",
        ),
        (
            (
                "(local.set $s (i32.add (local.get $s)"
                f" (select (i32.const 0) (local.get $n) {TEST})))"
            ),
            "unless i32.lt_u(v0, v1)\n  v2 = i32.add(v2, v0)",
        ),
    ],
)
def test_what_may_stay_as_it_is(body: str, branch: str) -> None:
    assert within(branch) + "\n" in printed(function(body), WITH)


def test_a_sum_of_another_variable() -> None:
    text = function(f"(local.set $s (i32.add (local.get $m) {TEST}))")
    branch = "if i32.lt_u(v0, v1)\n  v2 = i32.add(v1, i32:1)\nelse\n  v2 = v1"
    assert within(branch) in printed(text, WITH)
    outside = f"""(func (param $n i32) (param $m i32) (result i32) (local $s i32)
      (local.set $s (i32.add (local.get $m) {TEST}))
      (i32.mul (local.get $s) (local.get $s)))"""
    assert printed(outside, WITH) == printed(outside, WITHOUT)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(choice("s", "n", "m"), id="a choice of other variables"),
        pytest.param(
            choice("s", "n", "m") + choice("t", "m", "n"),
            id="tests that are made twice",
        ),
        pytest.param(
            f"(local.set $s (i32.sub {TEST} (local.get $s)))", id="what is subtracted"
        ),
        pytest.param(
            f"(local.set $s (i32.and (local.get $s) {TEST}))", id="a conjunction"
        ),
        pytest.param(
            "(local.set $s (i32.add (local.get $s) (local.get $n)))", id="any number"
        ),
    ],
)
def test_what_stays(body: str) -> None:
    assert printed(function(body), WITH) == printed(function(body), WITHOUT)


def test_a_condition_that_a_choice_changes() -> None:
    text = function(
        "".join(choice(name, "n", name, "(local.get $t)") for name in ("s", "t", "s"))
    )
    branch = "if v3\n  v5 = v0\n  v3 = v0\nelse\n  v5 = v2\n"
    assert within(branch + "v2 = select(v3, v0, v5)\n") in printed(text, WITH)


def test_a_condition_that_is_read_elsewhere_is_kept() -> None:
    text = function(
        f"(local.set $t {TEST})"
        + choice("s", "n", "s", "(local.get $t)")
        + "(local.set $w (i64.extend_i32_u (local.get $t)))"
    )
    kept = "v3 = i32.lt_u(v0, v1)\nif v3\n  v2 = v0\n"
    assert within(kept) in printed(text, WITH)
