"""Loops that look for a byte become one instruction, if it finds what each round would have."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed
from wasm2py.ir.nodes import Assign

WITH = only("webs", "folding", "ranges", "searches")
WITHOUT = only("webs", "folding", "ranges")


def function(body: str, result: str = "(local.get $p)") -> str:
    return f"""(func (param $p i32) (param $c i32) (result i32) (local $n i32) (local $t i32)
      {body} {result})"""


def search(test: str, after: str = "", step: int = 1, local: str = "$p") -> str:
    """`while (test) { p += step; after }`"""
    move = f"(local.set {local} (i32.add (local.get {local}) (i32.const {step})))"
    return f"""(block $out (loop $next
      (br_if $out (i32.eqz {test})) {move} {after} (br $next)))"""


LOADED = "(i32.load8_u (local.get $p))"
COUNT = "(local.set $n (i32.add (local.get $n) (i32.const 1)))"


def found(text: str) -> str:
    """The instruction that finds the byte, or nothing."""
    lines = [line.strip() for line in printed(text, WITH).splitlines()]
    return "\n".join(line for line in lines if "cells.find" in line)


def test_with_and_without() -> None:
    text = function(search(LOADED))
    assert printed(text, WITHOUT) == block("""
        loop until i32.eqz(i32.load8_u[0 0 0](v0))
          v0 = i32.add(v0, i32:1)
        return v0
        """)
    assert printed(text, WITH) == block("""
        v0 = cells.find[0 0](v0, i32:0)
        return v0
        """)


def test_what_is_tested_behind_the_step() -> None:
    loop = f"""(loop $next
      (local.set $p (i32.add (local.get $p) (i32.const 1))) (br_if $next {LOADED}))"""
    assert found(function(loop)) == "v0 = cells.find[0 0](i32.add(v0, i32:1), i32:0)"


def test_counters_have_moved_as_often() -> None:
    text = function(search(LOADED, COUNT), "(i32.sub (local.get $n) (local.get $p))")
    assert printed(text, WITH) == block("""
        v4 = cells.find[0 0](v0, i32:0)
        v2 = i32.sub(i32.add(v2, v4), v0)
        v0 = v4
        return i32.sub(v2, v0)
        """)


@pytest.mark.parametrize(
    ("load", "value", "byte"),
    [
        ("u", 10, 10),
        ("u", 255, 255),
        ("u", 256, None),
        ("u", -1, None),
        ("s", 127, 127),
        ("s", 128, None),
        ("s", -3, 253),
    ],
)
def test_bytes_of_values(load: str, value: int, byte: int | None) -> None:
    loaded = f"(i32.load8_{load} offset=7 (local.get $p))"
    text = function(search(f"(i32.ne {loaded} (i32.const {value}))"))
    expected = "" if byte is None else f"v0 = cells.find[7 0](v0, i32:{byte})"
    assert found(text) == expected


def test_a_byte_that_the_loop_leaves_alone() -> None:
    text = function(search(f"(i32.ne {LOADED} (local.get $c))"))
    assert found(text) == "v0 = cells.find[0 0](v0, v1)"


@pytest.mark.parametrize(
    "loop",
    [
        search(LOADED, step=2),
        search(LOADED, step=-1),
        search(LOADED, local="$n"),
        search(f"(i32.eq {LOADED} (i32.const 32))"),
        search(f"(i32.gt_u {LOADED} (i32.const 32))"),
        search("(i32.load16_u (local.get $p))"),
        search(f"(i32.ne {LOADED} (local.get $n))", COUNT),
        search(LOADED, "(i32.store8 (local.get $c) (i32.const 1))"),
        search(LOADED, "(drop (i32.load (local.get $c)))"),
        search(LOADED, "(local.set $n (i32.mul (local.get $n) (i32.const 3)))"),
        search(LOADED, "(br_if $out (local.get $c))"),
    ],
    ids=[
        *("longer step", "backwards", "not moved", "not equal", "order", "wider"),
        *("another byte each time", "stores", "loads more", "no counter", "two exits"),
    ],
)
def test_others_stay(loop: str) -> None:
    assert not found(function(loop, "(i32.add (local.get $p) (local.get $n))"))


def looked_at(loops: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often assignments say what they assign, in a loop around so many."""
    times = 0
    defines = Assign.defines

    def counted(assign: Assign) -> tuple[int, ...]:
        nonlocal times
        times += 1
        return defines(assign)

    again = "(br_if $around (local.get $c))"
    text = function(f"(loop $around {search(LOADED) * loops} {again})")
    with monkeypatch.context() as patch:
        patch.setattr(Assign, "defines", counted)
        assert found(text)
    return times


def test_work_grows_with_the_number_of_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (looked_at(loops, monkeypatch) for loops in (50, 100))
    assert many < 2.5 * few


def test_metered_loops_stay() -> None:
    text = function(search(LOADED))
    assert "cells.find" not in printed(text, WITH._replace(metered=True))
