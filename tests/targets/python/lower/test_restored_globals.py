"""Globals that are set back to what they were."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

WITH = only("webs", "folding", "restoring")
WITHOUT = only("webs", "folding")

ENTER = (
    "(global.set $g (local.tee $s (i32.sub (global.get $g) (i32.const 32))))"
    "(i32.store (local.get $s) (local.get $n))"
)
LEAVE = "(global.set $g (i32.add (local.get $s) (i32.const 32)))"


def function(body: str) -> str:
    return f"(func (param $n i32) (local $s i32) {body})"


def test_with_and_without() -> None:
    text = function(f"{ENTER} (call $call) {LEAVE}")
    assert printed(text, WITHOUT) == block("""
        v1 = i32.sub(global.get[0](), i32:32)
        global.set[0](v1)
        i32.store[2 0 0](v1, v0)
        call[0]()
        global.set[0](i32.add(v1, i32:32))
        return
        """)
    assert printed(text, WITH) == block("""
        v2 = global.get[0]()
        v1 = i32.sub(v2, i32:32)
        global.set[0](v1)
        i32.store[2 0 0](v1, v0)
        call[0]()
        global.set[0](v2)
        return
        """)


def test_on_each_way_out() -> None:
    way_out = f"(if (local.get $n) (then {LEAVE} (return)))"
    text = function(f"{ENTER} {way_out} (call $call) {LEAVE}")
    assert printed(text, WITH).count("global.set[0](v2)") == 2


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f"{ENTER} (global.set $g (i32.add (local.get $s) (i32.const 16)))",
            id="to another value",
        ),
        pytest.param(
            f"{ENTER} (loop $l (local.set $s (call $call) (i32.const 8)) {LEAVE})",
            id="to what another value is made of",
        ),
        pytest.param(
            f"(loop $l {ENTER} (local.set $s (i32.add (local.get $s) (i32.const 4)))"
            f" (i32.store (local.get $s) (local.get $n)) {LEAVE} (br_if $l (local.get $s)))",
            id="after a step",
        ),
        pytest.param(ENTER, id="never"),
    ],
)
def test_not_where_it_is_not_set_back(body: str) -> None:
    text = function(body)
    assert printed(text, WITH) == printed(text, WITHOUT)
