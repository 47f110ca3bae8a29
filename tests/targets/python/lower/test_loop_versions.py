"""Loops get a version for small numbers where that spares masks, and keep what they do."""

from __future__ import annotations

import re

import pytest

from tests.ir.printed import only, printed

WITH = only("webs", "folding", "ranges", "versions")
GUARD = "i32.lt_u(i32.or("

P, Q, N, AT = (f"(local.get ${name})" for name in "pqni")


def address(pointer: str) -> str:
    return f"(i32.add {pointer} {AT})"


def work(at: str = address(P)) -> str:
    """What is calculated in a round; not only sums."""
    value = f"(i32.xor (i32.load8_u {at}) (i32.load8_u offset=9 {address(Q)}))"
    return f"(i32.store8 {address(Q)} {value})"


STEP = f"(local.set $i (i32.add {AT} (i32.const 1)))"


def loop(body: str, test: str = f"(i32.ne {AT} {N})") -> str:
    return f"""(func (param $p i32) (param $q i32) (param $n i32) (result i32) (local $i i32)
      (loop $next {body} {STEP} (br_if $next {test})) {P})"""


def test_two_versions() -> None:
    text = printed(loop(work()), WITH)
    assert text.count("loop") == 2
    assert GUARD in text
    assert "i32.gt_u(v2, i32:0)" in text  # or the counter would miss its end


def test_what_is_read_behind_the_loop_is_assigned_in_both() -> None:
    moved = f"(local.set $p (i32.add {P} {Q}))"
    text = printed(loop(work() + moved), WITH)
    assert text.count("v0 = i32.add(v0, v1)") == 2
    # The counter is not: the copy has one of its own.
    assert text.count("v3 = i32.add(v3, i32:1)") == 1
    assert text.count("v4 = i32.add(v4, i32:1)") == 1


def test_what_the_loop_goes_on_with_the_next_time_is_assigned_in_both() -> None:
    outer = f"""(func (param $p i32) (param $q i32) (param $n i32) (result i32) (local $i i32)
      (local $r i32)
      (loop $again
        (local.set $i (i32.const 0))
        (loop $next {work(address("(local.get $r)"))} {STEP}
          (local.set $r (i32.add (local.get $r) {Q}))
          (br_if $next (i32.ne {AT} {N})))
        (br_if $again (local.tee $p (i32.sub {P} (i32.const 1)))))
      {P})"""
    text = printed(outer, WITH)
    assert GUARD in text
    assert text.count("v4 = i32.add(v4, v1)") == 2


def test_many_results_of_a_call_are_others_in_the_copy() -> None:
    many = " ".join(["i32"] * 9)
    call = f"(call_indirect (result {many}) {AT}) (call_indirect (param {many}) {AT})"
    text = printed("(table 1 funcref)" + loop(work() + call), WITH)
    assert GUARD in text
    read = set(re.findall(r"\*(v\d+)\[0:9\]", text))
    assert len(read) == 2
    assert all(f"{results} = call_indirect" in text for results in read)


@pytest.mark.parametrize(
    "text",
    [
        # It searches.
        loop(work(), f"(i32.ne (i32.load8_u {address(P)}) {N})"),
        loop(work() + f"(if (i32.load {P}) (then (return {AT})))"),
        # Cells are copied.
        loop(f"(i32.store8 {address(Q)} (i32.load8_u {address(P)}))"),
        # Everything is known to be small; nothing would become so.
        loop(work(AT).replace(address(Q), AT)),
        loop(work(f"(i32.mul {AT} (i32.load {P}))").replace(address(Q), P)),
        # The end may be missed.
        loop(work()).replace("(i32.const 1)", "(i32.const 3)"),
    ],
)
def test_one_version(text: str) -> None:
    assert GUARD not in printed(text, WITH)


def test_only_where_ranges_are_known() -> None:
    assert GUARD not in printed(loop(work()), only("webs", "folding", "versions"))
