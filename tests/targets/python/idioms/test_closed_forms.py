"""Loops that come to a function of what they begin with."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

WITH = only("webs", "folding", "ranges", "closed")
WITHOUT = only("webs", "folding", "ranges")

EUCLID = """(local.set $t (i32.rem_{} (local.get $a) (local.get $b)))
  (local.set $a (local.get $b)) (local.set $b (local.get $t))"""
CLEAR = "(local.set $a (i32.and (local.get $a) (i32.sub (local.get $a) (i32.const 1))))"
COUNT = "(local.set $n (i32.add (local.get $n) (i32.const 1)))"


def function(body: str, result: str = "(local.get $a)", locals: str = "") -> str:
    return f"""(func (param $a i32) (param $b i32) (param $w i64) (result i32)
      (local $t i32) (local $n i32) {locals} {body} {result})"""


def first(test: str, body: str) -> str:
    """A loop that is tested before its round."""
    return f"""(block $out (loop $next
      (br_if $out (i32.eqz {test})) {body} (br $next)))"""


def behind(test: str, body: str) -> str:
    """A loop that is tested behind its round."""
    return f"(loop $next {body} (br_if $next {test}))"


def divided_before_the_test() -> str:
    """A loop whose last round divides by zero."""
    division, moves = EUCLID.format("u").splitlines()
    return f"""(block $out (loop $next {division}
      (br_if $out (i32.eqz (local.get $b))) {moves} (br $next)))"""


def test_with_and_without() -> None:
    text = function(first("(local.get $b)", EUCLID.format("u")))
    assert printed(text, WITHOUT) == block("""
        loop until i32.eqz(v1)
          v3 = i32.rem_u(v0, v1)
          v0 = v1
          v1 = v3
        return v0
        """)
    assert printed(text, WITH) == block("""
        v0 = i32.gcd_u(v0, v1)
        return v0
        """)


def test_signed_remainders() -> None:
    text = function(first("(local.get $b)", EUCLID.format("s")))
    assert "v0 = i32.gcd_s(v0, v1)" in printed(text, WITH)


def test_a_first_round_that_may_trap_is_done() -> None:
    loop = behind("(local.get $b)", EUCLID.format("u"))
    known = "v0 = i32.gcd_u(v1, i32.rem_u(v0, v1))"
    assert known in printed(function(loop), WITH)
    guarded = function(f"(if (local.get $b) (then {loop}))")
    assert "v0 = i32.gcd_u(v0, v1)" in printed(guarded, WITH)


def test_a_first_round_traps_though_nobody_wants_the_divisor() -> None:
    loop = behind("(local.get $b)", EUCLID.format("u"))
    assert printed(function(loop, "(local.get $b)"), WITH) == block("""
        i32.gcd_u(v1, i32.rem_u(v0, v1))
        v1 = i32:0
        return v1
        """)


def test_a_test_in_the_middle() -> None:
    body = """(local.set $t (local.get $b)) (br_if $out (i32.eqz (local.get $t)))
      (local.set $b (i32.rem_u (local.get $a) (local.get $t)))
      (local.set $a (local.get $t)) (br $next)"""
    text = function(f"(block $out (loop $next {body}))")
    assert "v0 = i32.gcd_u(v0, v1)" in printed(text, WITH)


def test_ones_are_counted() -> None:
    text = function(first("(local.get $a)", CLEAR + COUNT), "(local.get $n)")
    assert printed(text, WITH).startswith("v4 = i32.add(v4, i32.popcnt(v0))")


def test_ones_of_long_numbers() -> None:
    clear = """(local.set $w (i64.and (i64.add (local.get $w) (i64.const -1))
      (local.get $w)))"""
    more = "(local.set $n (i32.sub (local.get $n) (i32.const 3)))"
    test = "(i64.ne (local.get $w) (i64.const 0))"
    text = function(first(test, clear + more), "(local.get $n)")
    times = "i32.mul(i32.wrap_i64(i64.popcnt(v2)), i32:4294967293)"
    assert f"v4 = i32.add(v4, {times})" in printed(text, WITH)


def test_what_counts_ones_may_read_more_than_the_loop() -> None:
    """So the loop around it does not seem to be all that reads the number."""
    counters = ("$n", "$i", "$j", "$k")
    add = "(local.set {0} (i32.add (local.get {0}) (i32.const 1)))"
    mix = "(local.set {0} (i32.xor (local.get {0}) (i32.xor (local.get {1}) (local.get {2}))))"
    inner = CLEAR + "".join(map(add.format, counters))
    outer = CLEAR.replace("$a", "$b") + mix.format("$x", "$n", "$i")
    outer += mix.format("$x", "$j", "$k")
    loop = first("(local.get $b)", first("(local.get $a)", inner) + outer)
    locals = " ".join(f"(local {name} i32)" for name in ("$i", "$j", "$k", "$x"))
    found = printed(function(loop, locals=locals), WITH)
    assert "popcnt(v0)" in found
    assert "v0 = i32:0" in found


@pytest.mark.parametrize(
    "loop",
    [
        first("(local.get $a)", EUCLID.format("u")),
        first("(local.get $b)", EUCLID.format("u") + COUNT),
        first("(local.get $b)", EUCLID.format("u").replace("rem", "div")),
        first(
            "(local.get $b)", "(drop (i32.load (local.get $n)))" + EUCLID.format("u")
        ),
        first("(local.get $b)", EUCLID.format("u") + "(br_if $out (local.get $n))"),
        divided_before_the_test(),
        behind("(local.get $a)", CLEAR + COUNT),
        first("(local.get $b)", CLEAR + COUNT),
        first("(local.get $a)", CLEAR.replace("and", "or") + COUNT),
        first("(local.get $a)", CLEAR + COUNT.replace("add", "mul")),
        first("(local.get $a)", CLEAR + COUNT.replace("const 1", "load (i32.const 0)")),
    ],
    ids=[
        *("another test", "counted", "quotient", "loads", "two exits", "divided first"),
        *("zero has a round", "another number", "or", "product", "sum of cells"),
    ],
)
def test_others_stay(loop: str) -> None:
    found = printed(function(loop, "(i32.add (local.get $a) (local.get $n))"), WITH)
    assert "loop" in found


def twelve_times(local: str, other: str) -> str:
    value = f"(local.get {local})"
    for _ in range(11):
        value = f"(i32.xor {value} (local.get {local}))"
    return f"(local.set {other} {value})"


def test_loops_whose_values_grow_stay() -> None:
    """Each value is in the next one many times: to look at all of the last one would take very long."""
    once = twelve_times("$b", "$t")
    grown = f"{once} {twelve_times('$t', '$b')} {once}"
    for more, stays in ((once.replace("$t", "$b"), False), (grown, True)):
        found = printed(function(first("(local.get $a)", CLEAR + more)), WITH)
        assert ("loop" in found) is stays


def test_metered_loops_stay() -> None:
    text = function(first("(local.get $b)", EUCLID.format("u")))
    assert "gcd" not in printed(text, WITH._replace(metered=True))
