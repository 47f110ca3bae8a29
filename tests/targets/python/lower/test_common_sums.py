"""Variables that are given the same sum and become one."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

WITH = only("webs", "folding", "sharing")
WITHOUT = only("webs", "folding")

FIRST = "(local.set $a (i32.add (local.get $p) (i32.const -4)))"
SECOND = "(local.set $b (i32.add (local.get $p) (i32.const -4)))"
USES = "(i32.store (local.get $a) (i32.load (local.get $b))) (i32.store (local.get $b) (local.get $a))"
# Other values, so that the first ones are webs.
LATER = """(local.set $a (local.get $p)) (call $call) (i32.store (local.get $a) (local.get $a))
  (local.set $b (local.get $p)) (call $call) (i32.store (local.get $b) (local.get $b))"""


def function(*body: str) -> str:
    text = " ".join(body)
    return f"(func (param $p i32) (local $a i32) (local $b i32) {text} {LATER})"


def shared(*body: str) -> bool:
    text = function(*body)
    return printed(text, WITH) != printed(text, WITHOUT)


def test_with_and_without() -> None:
    text = function(FIRST, SECOND, USES)
    assert printed(text, WITHOUT).startswith(block("""
        v1 = i32.add(v0, i32:4294967292)
        v2 = i32.add(v0, i32:4294967292)
        i32.store[2 0 0](v1, i32.load[2 0 0](v2))
        i32.store[2 0 0](v2, v1)
        """))
    assert printed(text, WITH).startswith(block("""
        v1 = i32.add(v0, i32:4294967292)
        i32.store[2 0 0](v1, i32.load[2 0 0](v1))
        i32.store[2 0 0](v1, v1)
        """))


def test_something_else_may_be_in_between() -> None:
    assert shared(
        FIRST, "(call $call) (i32.store (local.get $p) (local.get $a))", SECOND, USES
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([FIRST, SECOND.replace("-4", "-8"), USES], id="another constant"),
        pytest.param([FIRST, SECOND.replace("add", "sub"), USES], id="no sum"),
        pytest.param(
            [FIRST, "(local.set $p (i32.load (local.get $p)))", SECOND, USES],
            id="the variable has another value",
        ),
        pytest.param(
            [FIRST, "(if (local.get $p) (then (call $call)))", SECOND, USES],
            id="branches in between",
        ),
        pytest.param(
            [FIRST, f"(if (local.get $p) (then {SECOND} {USES}))"], id="a block inside"
        ),
        pytest.param(
            [
                f"(loop $l {FIRST} (i32.store (local.get $a) (local.get $b)) {SECOND} {USES}",
                "(br_if $l (local.get $p)))",
            ],
            id="read in between, in the next round",
        ),
    ],
)
def test_not_shared(body: list[str]) -> None:
    assert not shared(*body)
