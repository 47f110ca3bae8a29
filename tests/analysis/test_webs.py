"""Variables are split into the values that belong together, and no further."""

from __future__ import annotations

from tests.ir.printed import block, built, only, printed

WITH = only("webs")
WITHOUT = only()


def test_values_that_have_nothing_to_do_with_each_other() -> None:
    text = """(func (param $n i32) (result i32) (local $x i32)
      (local.set $x (i32.load (local.get $n)))
      (i32.store (i32.const 8) (i32.mul (local.get $x) (local.get $x)))
      (local.set $x (i32.load offset=4 (local.get $n)))
      (i32.mul (local.get $x) (local.get $x)))"""
    assert printed(text, WITHOUT) == block("""
        v1 = i32.load[2 0 0](v0)
        i32.store[2 0 0](i32:8, i32.mul(v1, v1))
        v1 = i32.load[2 4 0](v0)
        return i32.mul(v1, v1)
        """)
    assert printed(text, WITH) == block("""
        v1 = i32.load[2 0 0](v0)
        i32.store[2 0 0](i32:8, i32.mul(v1, v1))
        v2 = i32.load[2 4 0](v0)
        return i32.mul(v2, v2)
        """)
    assert built(text, WITH).assigned_once == {1, 2}


def test_the_value_of_a_parameter_keeps_its_name() -> None:
    text = """(func (param $n i32) (result i32)
      (i32.store (i32.const 8) (local.get $n))
      (local.set $n (i32.load (i32.const 4)))
      (i32.mul (local.get $n) (local.get $n)))"""
    assert printed(text, WITH) == block("""
        i32.store[2 0 0](i32:8, v0)
        v1 = i32.load[2 0 0](i32:4)
        return i32.mul(v1, v1)
        """)


def test_values_that_meet_behind_a_branch() -> None:
    text = """(func (param $n i32) (result i32) (local $x i32)
      (if (local.get $n)
        (then (local.set $x (i32.const 1)) (call $call))
        (else (local.set $x (i32.const 2))))
      (i32.store (i32.const 8) (local.get $x))
      (local.get $x))"""
    assert printed(text, WITH) == printed(text, WITHOUT)
    assert not built(text, WITH).assigned_once


def test_zero_and_a_value_that_meet_behind_a_branch() -> None:
    text = """(func (param $n i32) (result i32) (local $x i32)
      (if (local.get $n) (then (local.set $x (i32.const 1)) (call $call)))
      (i32.store (i32.const 8) (local.get $x))
      (local.get $x))"""
    assert printed(text, WITH) == printed(text, WITHOUT)
    assert not built(text, WITH).assigned_once


def test_values_that_a_loop_joins() -> None:
    """The one from before it and the one for its next round; not the one behind it."""
    text = """(func (param $n i32) (result i32) (local $x i32)
      (local.set $x (i32.const 1))
      (loop $next
        (i32.store (i32.const 8) (local.get $x))
        (local.set $x (i32.load (local.get $n)))
        (br_if $next (local.get $x)))
      (local.set $x (i32.load (i32.const 8)))
      (i32.mul (local.get $x) (local.get $x)))"""
    assert printed(text, WITH) == block("""
        v1 = i32:1
        loop
          i32.store[2 0 0](i32:8, v1)
          v1 = i32.load[2 0 0](v0)
          unless v1
            v2 = i32.load[2 0 0](i32:8)
            return i32.mul(v2, v2)
        """)


def test_values_within_one_round() -> None:
    text = """(func (param $n i32) (local $x i32)
      (loop $next
        (local.set $x (i32.load (local.get $n)))
        (i32.store (i32.const 4) (i32.mul (local.get $x) (local.get $x)))
        (local.set $x (i32.load (i32.const 8)))
        (i32.store (i32.const 8) (i32.mul (local.get $x) (local.get $x)))
        (br_if $next (i32.load (i32.const 12)))))"""
    assert printed(text, WITH) == block("""
        loop
          v1 = i32.load[2 0 0](v0)
          i32.store[2 0 0](i32:4, i32.mul(v1, v1))
          v2 = i32.load[2 0 0](i32:8)
          i32.store[2 0 0](i32:8, i32.mul(v2, v2))
          unless i32.load[2 0 0](i32:12)
            return
        """)


def test_an_operand_of_the_assignment_itself() -> None:
    """`x = x + 1` reads the one value and makes the other."""
    text = """(func (param $n i32) (result i32)
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (i32.mul (local.get $n) (local.get $n)))"""
    assert printed(text, WITH) == block("""
        v1 = i32.add(v0, i32:1)
        return i32.mul(v1, v1)
        """)


def test_a_local_that_is_assigned_once_is_known_not_to_change() -> None:
    """But not if it may be read before, as zero."""
    text = """(func (param $n i32) (result i32) (local $t i32)
      {before}
      (local.set $t (i32.load (local.get $n)))
      (i32.add (local.get $t) (i32.const 1)))"""
    assert 1 in built(text.format(before=""), only("webs")).assigned_once
    early = "(loop $l (br_if $l (local.get $t)) (local.set $n (local.get $t)))"
    assert 1 not in built(text.format(before=early), only("webs")).assigned_once
