"""Switches by rows of arms."""

from __future__ import annotations

from tests.targets.python.choose.test_representation import lines


def test_an_index_that_is_the_number_of_its_arm() -> None:
    """The target of what is beyond the row is one of the row's as well, but nothing is beyond."""
    text = """(func (param i32) (result i32)
      (block $c (block $b (block $a
        (br_table $a $b $c $b (i32.and (local.get 0) (i32.const INDEX))))
        (return (i32.const 7))) (return (i32.const 8))) (i32.const 9))"""
    assert not any("[" in line for line in lines(text.replace("INDEX", "1")))
    assert any('b"' in line for line in lines(text.replace("INDEX", "3")))
    assert any('b"' in line for line in lines(text.replace("INDEX", "-1")))
