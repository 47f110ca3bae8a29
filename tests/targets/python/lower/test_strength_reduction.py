"""Indexes that become addresses, and those that had better not."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed
from tests.wasm_tools import assemble
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.targets.python.lower.strength_reduction import Survey
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION
from wasm2py.translation.function import linked_function

WITH = only("webs", "folding", "rebasing")
WITHOUT = only("webs", "folding")

INDEX = "(local.get $i)"


def loop(
    body: str,
    start: str = "i32.const 0",
    step: str = "i32.const 4",
    test: str = "(i32.ne (local.get $i) (i32.const 400))",
    before: str = "",
    after: str = "(i32.const 0)",
) -> str:
    """`i = start; do { body; i += step; } while (test); return after;`"""
    return f"""(func (param $p i32) (param $n i32) (result i32)
      (local $i i32) (local $q i32) (local $s i32)
      {before}
      (local.set $i ({start}))
      (loop $again
        {body}
        (local.set $i (i32.add {INDEX} ({step})))
        (br_if $again {test}))
      {after})"""


def add(value: str, constant: int) -> str:
    return f"(i32.add {value} (i32.const {constant}))"


def shl(value: str, count: int) -> str:
    return f"(i32.shl {value} (i32.const {count}))"


def set_cell(address: str) -> str:
    return f"(i32.store {address} (i32.const 7))"


def moved(text: str) -> bool:
    """Whether the pass does anything."""
    return printed(text, WITH) != printed(text, WITHOUT)


def test_with_and_without() -> None:
    text = loop(set_cell(add(INDEX, 1024)) + set_cell(add(INDEX, 1028)))
    assert printed(text, WITHOUT) == block("""
        v2 = i32:0
        loop
          i32.store[2 0 0](i32.add(v2, i32:1024), i32:7)
          i32.store[2 0 0](i32.add(v2, i32:1028), i32:7)
          v2 = i32.add(v2, i32:4)
          unless i32.ne(v2, i32:400)
            return i32:0
        """)
    assert printed(text, WITH) == block("""
        v2 = i32:1024
        loop
          i32.store[2 0 0](v2, i32:7)
          i32.store[2 0 0](i32.add(v2, i32:4), i32:7)
          v2 = i32.add(v2, i32:4)
          unless i32.ne(v2, i32:1424)
            return i32:0
        """)


def test_from_a_negative_number_up_to_zero() -> None:
    text = loop(set_cell(add(INDEX, 2048)), "i32.const -400", test=INDEX)
    assert printed(text, WITH) == block("""
        v2 = i32:1648
        loop
          i32.store[2 0 0](v2, i32:7)
          v2 = i32.add(v2, i32:4)
          unless i32.ne(v2, i32:2048)
            return i32:0
        """)


def test_an_element_of_an_array_at_a_variable_place() -> None:
    """The index is not tested, so that its upper bits do not matter."""
    cell = set_cell(add(f"(i32.add (local.get $p) {shl(INDEX, 2)})", 96))
    text = loop(cell, step="i32.const 1", test="(i32.load (i32.const 8))")
    assert printed(text, WITH) == block("""
        v2 = i32.add(v0, i32:96)
        loop
          i32.store[2 0 0](v2, i32:7)
          v2 = i32.add(v2, i32:4)
          unless i32.load[2 0 0](i32:8)
            return i32:0
        """)


def test_the_place_may_be_a_variable_that_gets_its_only_value_before() -> None:
    frame = "(local.set $q (i32.sub (local.get $p) (i32.const 16)))"
    cell = set_cell(f"(i32.add {INDEX} (local.get $q))")
    text = loop(cell, test="(i32.load (i32.const 8))", before=frame)
    assert "i32.store[2 0 0](v2, i32:7)" in printed(text, WITH)
    late = text.replace(frame, "").replace("(loop", frame + "(loop")
    assert not moved(late)
    changing = text.replace(cell, cell + frame)
    assert not moved(changing)


def test_what_else_reads_it_takes_the_place_away() -> None:
    body = set_cell(add(INDEX, 1024)) * 4 + f"(local.set $s (i32.mul {INDEX} {INDEX}))"
    text = printed(loop(body, after="(local.get $s)"), WITH)
    assert "i32.mul(i32.add(v2, i32:4294966272), i32.add(v2, i32:4294966272))" in text


def test_copies_and_what_differs_by_a_constant_move_with_it() -> None:
    body = f"(local.set $s (i32.sub {INDEX} (i32.const 4)))"
    body += set_cell(add("(local.get $s)", 1024)) + set_cell(
        add("(local.get $s)", 1032)
    )
    text = printed(loop(body, after="(local.get $s)"), WITH)
    assert "v4 = i32.sub(v2, i32:4)" not in text
    assert "v4 = i32.add(v2, i32:4294967292)" in text
    assert "i32.store[2 0 0](v4, i32:7)" in text
    assert text.endswith("return i32.add(v4, i32:4294966272)")


def test_a_local_that_begins_at_zero() -> None:
    text = loop(set_cell(add(INDEX, 1024))).replace("(local.set $i (i32.const 0))", "")
    assert printed(text, WITH).startswith("v2 = i32:1024\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(loop(set_cell(INDEX)), id="an address already"),
        pytest.param(loop(set_cell(add(INDEX, -8))), id="a place before it"),
        pytest.param(
            loop(set_cell(add(INDEX, 1024)), start="local.get $p"),
            id="begins as a parameter",
        ),
        pytest.param(
            loop(
                set_cell(add(INDEX, 1024))
                + f"(local.set $s (i32.mul {INDEX} {INDEX}))",
                after="(local.get $s)",
            ),
            id="read as often for itself",
        ),
        pytest.param(
            loop(
                set_cell(add(INDEX, 1024)),
                test=f"(i32.lt_u {INDEX} (local.get $n))",
            ),
            id="bounded by a comparison",
        ),
        pytest.param(
            loop(
                set_cell(add(shl(INDEX, 2), 1024)),
                test=f"(i32.ne {INDEX} (i32.const 100))",
            ),
            id="upper bits matter",
        ),
        pytest.param(
            loop(set_cell(add(f"(i32.mul {INDEX} (i32.const 12))", 8))),
            id="another product",
        ),
    ],
)
def test_not_moved(text: str) -> None:
    assert not moved(text)


def test_shifts_are_modulo_the_width() -> None:
    cell = set_cell(shl(INDEX, 34))
    text = printed(loop(cell, test="(i32.load (i32.const 8))"), WITH)
    assert "i32.store[2 0 0](v2, i32:7)" in text and "i32.add(v2, i32:16)" in text


def test_a_pointer_to_the_first_of_its_cells() -> None:
    text = loop(
        set_cell(INDEX) + set_cell(add(INDEX, -8)) + set_cell(add(INDEX, -4)),
        start="i32.load (i32.const 4)",
        test="(i32.ne (local.get $i) (local.get $n))",
    )
    assert printed(text, WITH) == block("""
        v2 = i32.add(i32.load[2 0 0](i32:4), i32:4294967288)
        loop
          i32.store[2 0 0](i32.add(v2, i32:8), i32:7)
          i32.store[2 0 0](v2, i32:7)
          i32.store[2 0 0](i32.add(v2, i32:4), i32:7)
          v2 = i32.add(v2, i32:4)
          unless i32.ne(i32.add(v2, i32:8), v1)
            return i32:0
        """)


def test_a_pointer_that_is_compared_for_order_stays() -> None:
    cells = set_cell(INDEX) + set_cell(add(INDEX, -8)) + set_cell(add(INDEX, -4))
    start, test = "i32.load (i32.const 4)", "(i32.lt_u (local.get $i) (local.get $n))"
    assert not moved(loop(cells, start=start, test=test))


def test_pointers_are_left_alone_at_once() -> None:
    """Only a variable of which operations make an address is looked at further."""
    other = "(local.set $q (i32.add (local.get $q) (i32.const 8)))"
    plain = loop(set_cell(INDEX) + other + set_cell("(local.get $q)"))
    index = loop(set_cell(INDEX) + other + set_cell(shl("(local.get $q)", 2)))
    assert [len(_looked_at(text)) for text in (plain, index)] == [0, 1]


def _looked_at(text: str) -> set[int]:
    reader = ModuleReader()
    (job,) = reader.receive(assemble(f"(module (memory 1) {text})"))
    function = linked_function(reader.env, job, LARGEST_EXPRESSION)
    survey = Survey(function.blocks, function)
    survey.leave_plain_pointers()
    return survey.candidates
