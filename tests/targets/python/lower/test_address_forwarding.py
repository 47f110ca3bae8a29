"""Addresses that are put back into the accesses."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

WITH = only("webs", "folding", "ranges", "forwarding")
WITHOUT = only("webs", "folding", "ranges")

CELL = "(local.get $c)"
NEXT = "(local.set $c (i32.add (local.get $p) (i32.const 8)))"
# So that the sum cannot wrap around.
KNOWN = "(i32.store (local.get $p) (i32.const 1))"
COUNTED = f"(i32.store {CELL} (i32.add (i32.load {CELL}) (i32.const 1)))"
# Another value, so that the first one is a web.
LATER = "(local.set $c (local.get $n)) (call $call) (i32.store (local.get $c) (local.get $c))"


def function(*body: str) -> str:
    text = " ".join(body)
    return f"(func (param $p i32) (param $n i32) (local $c i32) {text} {LATER})"


def forwarded(text: str) -> bool:
    return printed(text, WITH) != printed(text, WITHOUT)


def test_with_and_without() -> None:
    text = function(KNOWN, NEXT, COUNTED)
    assert printed(text, WITHOUT).startswith(block("""
        i32.store[2 0 0](v0, i32:1)
        v2 = i32.add(v0, i32:8)
        i32.store[2 0 0](v2, i32.add(i32.load[2 0 0](v2), i32:1))
        """))
    assert printed(text, WITH).startswith(block("""
        i32.store[2 0 0](v0, i32:1)
        i32.store[2 0 0](i32.add(v0, i32:8), i32.add(i32.load[2 0 0](i32.add(v0, i32:8)), i32:1))
        """))


def test_up_to_where_the_other_variable_is_given_a_value() -> None:
    moved = f"(local.set $p (i32.load {CELL}))"
    loop = "(loop $l {} (br_if $l (local.get $n)))"
    assert forwarded(function(loop.format(KNOWN + NEXT + COUNTED + moved)))
    assert not forwarded(
        function(loop.format(KNOWN + NEXT + COUNTED + moved + COUNTED))
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([NEXT, COUNTED], id="the sum may wrap around"),
        pytest.param(
            [KNOWN, NEXT, COUNTED, f"(local.set $n {CELL})"], id="read for itself"
        ),
        pytest.param(
            [KNOWN, NEXT, COUNTED, f"(i32.store (i32.const 0) {CELL})"], id="stored"
        ),
        pytest.param(
            [KNOWN, NEXT, COUNTED, f"(if (local.get $n) (then {COUNTED}))"],
            id="read in a block inside",
        ),
        pytest.param(
            [KNOWN, NEXT, f"(loop $l {COUNTED} (br_if $l (local.get $n)))"],
            id="read in a loop",
        ),
        pytest.param(
            [KNOWN, NEXT, COUNTED, *["(call $call)"] * 9, COUNTED], id="too far"
        ),
        pytest.param([KNOWN, NEXT.replace("add", "sub"), COUNTED], id="not a sum"),
    ],
)
def test_not_forwarded(body: list[str]) -> None:
    assert not forwarded(function(*body))
