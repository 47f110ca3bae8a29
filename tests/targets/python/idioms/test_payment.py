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


def test_an_address_that_moves_beside_the_index() -> None:
    text = """(func (param $a i32) (param $i i64) (param $s i64) (param $w i32) (result i64)
      (local $k i64)
      (loop $again
        (i64.store32 offset=8 (local.get $a) (i64.const 5))
        (local.set $a (i32.add (local.get $a) (local.get $w)))
        (local.set $k (i64.add (local.get $i) (i64.const 4)))
        (br_if $again (i64.le_s
          (local.tee $i (i64.add (local.get $i) (local.get $s))) (i64.const 99))))
      (local.get $k))"""
    half = "i64:9223372036854775808"
    row = f"v0, v3, i64.add(v1, {half}), v2, i64:9223372036854775907"
    imm = "FillWhile(width=4, offset=8, memory=0, beyond=1, type='i64')"
    assert printed(text, WITH) == block(f"""
        v5 = fuel.less[1](fuel.get())
        if cells.paid_while[18 {imm}](v5, {row})
          v5 = fuel.get()
          v1 = i64.add(cells.fill_while[4 8 0 1 i64]({row}, i64:5), {half})
          v4 = i64.add(i64.sub(v1, v2), i64:4)
        else
          loop
            v5 = fuel.less[18](v5)
            v5 = fuel.pay(v5)
            i64.store32[2 8 0](v0, i64:5)
            v0 = i32.add(v0, v3)
            v4 = i64.add(v1, i64:4)
            v1 = i64.add(v1, v2)
            unless i64.le_s(v1, i64:99)
              break
        v5 = fuel.less[1](v5)
        fuel.pay(v5)
        return v4
        """)


def test_an_end_that_is_tested_first_and_not_paid_for() -> None:
    """A round that has been paid for may be none."""
    text = """(func (param $a i32) (param $i i32) (param $s i32)
      (block $out (loop $again
        (br_if $out (i32.gt_s (local.get $i) (i32.const 99)))
        (i32.store16 (local.get $i) (i32.const 5))
        (local.set $i (i32.add (local.get $i) (local.get $s)))
        (br $again))))"""
    assert "cells" in printed(text, WITH._replace(metered=False))
    assert "cells" not in printed(text, WITH)
