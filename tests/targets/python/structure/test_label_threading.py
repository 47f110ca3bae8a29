"""Paths that are led to the next round of a loop, past tests of their label."""

from __future__ import annotations

import re
from typing import Final

from tests.ir.printed import only, printed
from wasm2py.targets.python.structure.label_threading import (
    FEWEST_TESTS,
    MOST_COPIED,
)

WITH = only("webs", "folding", "threading")
WITHOUT = only("webs", "folding")

AGAIN: Final = "(br_if $loop (local.tee $n (i32.sub (local.get $n) (i32.const 1))))"
STEP: Final = "(local.set $b (i32.add (local.get $b) (local.get $a)))"


def row(first: str, blocks: int, behind: str = STEP, again: str = AGAIN) -> str:
    """A loop around a switch whose arms may go to the next block or the one behind that.

    The first arm executes `first`; behind all blocks (`$end`) the round is brought to its end.
    """
    names = [*(f"$b{i}" for i in range(blocks)), "$end"]
    code = f"(br_table {' '.join(names)} (i32.and (local.get $n) (i32.const 15)))"
    for i, name in enumerate(names[:-1]):
        add = f"(local.set $a (i32.add (local.get $a) (i32.const {i})))"
        skip = f"(br_if {names[min(i + 2, blocks)]} (local.get $a))"
        code = f"(block {name} {code}) {add + skip if i else first}"
    return (
        "(func (param $n i32) (result i32) (local $a i32) (local $b i32)"
        f" (loop $loop (block $end {code}) {behind} {again}) (local.get $b))"
    )


def arm(text: str, number: int = 0) -> list[str]:
    """The statements of an arm of the (only) switch."""
    lines = [line.strip() for line in text.splitlines()]
    begin = lines.index(f"from {number}")
    return lines[begin + 1 : lines.index(f"from {number + 1}")]


WAY_ROUND: Final = [
    "v2 = i32.add(v2, v1)",
    "v0 = i32.sub(v0, i32:1)",
    "unless v0",
    "return v2",
    "continue",
]


def test_with_and_without() -> None:
    text = row("(br $end)", FEWEST_TESTS + 3)
    (label,) = arm(printed(text, WITHOUT))
    assert label.startswith("to ")
    assert arm(printed(text, WITH)) == WAY_ROUND


def test_what_stands_where_the_label_leads_is_done() -> None:
    text = row("(br $end)", FEWEST_TESTS + 3)
    without, threaded = (
        printed(text, options) + "\nfrom 7" for options in (WITHOUT, WITH)
    )
    assert arm(without, 6)[0] == "to 7"
    assert arm(threaded, 6)[: 2 + len(WAY_ROUND)] == [
        "v1 = i32.add(v1, i32:6)",
        "v1",
        *WAY_ROUND,
    ]


def test_a_guard_that_nothing_leads_to_any_more_goes() -> None:
    text = row("(local.set $a (i32.const 5)) (br $end)", FEWEST_TESTS + 3)
    for number in range(3, FEWEST_TESTS + 3):
        asked = printed(text, WITH).count(f"to == {number}")
        assert asked <= printed(text, WITH).count(f"  to {number}\n")


def test_guards_go_that_only_such_guards_lead_to() -> None:
    """Each arm goes on to the next one."""
    code = f"(br_table {' '.join(f'$b{i}' for i in range(FEWEST_TESTS + 2))}"
    code += " (i32.and (local.get $n) (i32.const 15)))"
    for i in range(FEWEST_TESTS + 2):
        code = f"(block $b{i} {code}) (local.set $a (i32.popcnt (local.get $a)))"
    text = printed(
        "(func (param $n i32) (result i32) (local $a i32)"
        f" (loop $loop {code} {AGAIN}) (local.get $a))",
        WITH,
    )
    assert "continue" in text
    for number in re.findall(r"to == (\d+)", text):
        assert f"  to {number}\n" in text


def test_few_tests_are_passed() -> None:
    for blocks in range(1, FEWEST_TESTS):
        text = row("(br $end)", blocks)
        assert printed(text, WITH) == printed(text, WITHOUT)


def test_much_would_be_copied() -> None:
    for times, replaced in ((MOST_COPIED - 3, True), (MOST_COPIED + 1, False)):
        stores = "(i32.store (local.get $a) (local.get $b))" * times
        text = row("(br $end)", FEWEST_TESTS + 3, stores)
        assert (printed(text, WITH) != printed(text, WITHOUT)) == replaced


def test_an_inner_loop_is_not_copied() -> None:
    inner = "(loop $inner (br_if $inner (i32.load (local.get $a))))"
    text = row("(br $end)", FEWEST_TESTS + 3, inner)
    assert printed(text, WITH) == printed(text, WITHOUT)


def test_a_way_out_of_the_loop_keeps_what_it_set() -> None:
    """Behind the loop, another label is asked for."""
    body = row("(br $end)", FEWEST_TESTS + 3)
    inner = body[body.index("(loop $loop") : body.rindex("(local.get $b)")]
    inner = inner.replace("(br $end)", "(br_if $away (local.get $b)) (br $end)")
    text = (
        "(func (param $n i32) (result i32) (local $a i32) (local $b i32)"
        f" (block $done (block $away {inner} (br $done))"
        " (local.set $b (i32.const 7)) (call $call)) (call $call) (local.get $b))"
    )
    wanted = printed(text, WITH)
    assert wanted != printed(text, WITHOUT)
    assert wanted.count("i32:7") == 1
