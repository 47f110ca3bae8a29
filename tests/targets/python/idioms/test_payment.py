"""Loops of metered code are done as a whole where that can be paid for."""

from __future__ import annotations

from tests.ir.printed import block, only, printed

WITH = only("ranges", "counting", "rows", "strides", "reductions")._replace(
    metered=True
)


def function(body: str, behind: str = "") -> str:
    return f"""(func (param $n i32) (param $i i32) (param $a i32) (result i32)
      (local $s i32)
      (if (local.get $n) (then
        (loop $again
          {body}
          (local.set $i (i32.add (local.get $i) (i32.const 4)))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        {behind}))
      (local.get $s))"""


FILL = "(i32.store (local.get $i) (i32.const 7))"


def test_a_loop_that_fills() -> None:
    assert printed(function(FILL), WITH) == block("""
        v4 = fuel.less[3](fuel.get())
        if v0
          if cells.paid[12 1 0 (4,)](v4, v0, v1, i32:4)
            v4 = fuel.get()
            cells.fill[4 0 0 1 1](v1, i32:7, v0)
          else
            count v0 from v0 to i32:0 by -1
              v4 = fuel.less[12](v4)
              v4 = fuel.pay(v4)
              i32.store[2 0 0](v1, i32:7)
              v1 = i32.add(v1, i32:4)
        v4 = fuel.less[1](v4)
        fuel.pay(v4)
        return v3
        """)


def test_what_follows_a_loop_follows_it_in_either_way() -> None:
    text = printed(function(FILL, "(return (local.get $i))"), WITH)
    assert text == block("""
        v4 = fuel.less[3](fuel.get())
        unless v0
          v4 = fuel.less[1](v4)
          fuel.pay(v4)
          return v3
        if cells.paid[12 1 0 (4,)](v4, v0, v1, i32:4)
          v4 = fuel.get()
          cells.fill[4 0 0 1 1](v1, i32:7, v0)
          v1 = i32.add(v1, i32.shl(v0, i32:2))
        else
          count v0 from v0 to i32:0 by -1
            v4 = fuel.less[12](v4)
            v4 = fuel.pay(v4)
            i32.store[2 0 0](v1, i32:7)
            v1 = i32.add(v1, i32:4)
        v4 = fuel.less[1](v4)
        fuel.pay(v4)
        return v1
        """)


def test_a_loop_with_something_else_to_pay_for() -> None:
    text = printed(
        function(
            FILL + "(if (local.get $a) (then (nop) (local.set $s (i32.const 1))))"
        ),
        WITH,
    )
    assert "cells.paid" not in text


def test_rows_that_begin_near_each_other_are_one() -> None:
    load = "(i32.load offset={} (local.get $i))"
    added = f"(i32.add {load.format(8)} {load.format(12)})"
    text = function(f"(local.set $s (i32.add (local.get $s) {added}))")
    (line,) = (
        line for line in printed(text, WITH).splitlines() if "cells.paid" in line
    )
    assert line.strip() == "if cells.paid[17 1 0 (16,)](v4, v0, v1, i32:4)"


def test_an_end_that_is_compared_for_order() -> None:
    text = """(func (param $n i32) (param $i i32) (param $a i32)
      (if (local.get $a) (then (loop $again
        (i32.store8 offset=64 (local.get $i) (i32.const 1))
        (br_if $again (i32.lt_u
          (local.tee $i (i32.add (local.get $i) (local.get $a))) (local.get $n))))))
      (i32.store (i32.const 0) (local.get $i)))"""
    assert printed(text, WITH) == block("""
        v3 = fuel.less[3](fuel.get())
        if v2
          if cells.paid_while[10 FillWhile(width=1, offset=64, memory=0, beyond=0, type='i32')](v3, v1, v2, v1, v2, v0)
            v3 = fuel.get()
            v1 = cells.fill_while[1 64 0 0 i32](v1, v2, v1, v2, v0, i32:1)
          else
            loop
              v3 = fuel.less[10](v3)
              v3 = fuel.pay(v3)
              i32.store8[0 64 0](v1, i32:1)
              v1 = i32.add(v1, v2)
              unless i32.lt_u(v1, v0)
                break
        v3 = fuel.less[3](v3)
        fuel.pay(v3)
        i32.store[2 0 0](i32:0, v1)
        return
        """)
