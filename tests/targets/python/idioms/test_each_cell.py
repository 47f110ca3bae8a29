"""Loops over rows of cells load what each round would have loaded, and nothing else changes."""

from __future__ import annotations

from itertools import chain

import pytest

import wasm2py
from tests.ir.printed import block, only, printed
from tests.ir.stages import stages
from tests.wasm_tools import assemble
from wasm2py.targets.base import Options

WITH = only("webs", "folding", "ranges", "cells")
WITHOUT = only("webs", "folding", "ranges")

LOAD = "(i32.load (local.get $p))"
BYTE = "(i32.load8_u (local.get $p))"


def mix(value: str) -> str:
    """`s = s * 3 ^ value`"""
    s = "(i32.mul (local.get $s) (i32.const 3))"
    return f"(local.set $s (i32.xor {s} {value}))"


def move(local: str, by: int) -> str:
    return f"(local.set ${local} (i32.add (local.get ${local}) (i32.const {by})))"


def function(
    *body: str,
    rounds: int = 100,
    step: int = 4,
    start: str = "(i32.const 1024)",
    result: str = "(local.get $s)",
) -> str:
    """`for (p = start, i = rounds; i; i--, p += step) { body }`"""
    return f"""(func (export "f") (param $q i32) (param $d i32) (result i32)
        (local $s i32) (local $p i32) (local $i i32) (local $x i32)
      (local.set $p {start})
      (local.set $i (i32.const {rounds}))
      (loop $again
        {" ".join(body)}
        {move("p", step)}
        (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      {result})"""


def heads(text: str, options: Options = WITH) -> list[str]:
    """The first lines of loops over rows."""
    lines = [line.strip() for line in printed(text, options).splitlines()]
    return [line for line in lines if line.startswith("each ")]


def test_with_and_without() -> None:
    text = function(mix(LOAD))
    assert printed(text, WITH) == block("""
        each v6 from i32.load[0 0](i32:1024) by 4, 100 times
          v2 = i32.xor(i32.mul(v2, i32:3), v6)
        return v2
        """)
    assert "each" not in printed(text, WITHOUT)


def test_rows_of_several_cells() -> None:
    two = function(
        mix(LOAD), mix("(i32.load8_s offset=9 (i32.shl (local.get $i)(i32.const 1)))")
    )
    first = "v7 from i32.load[0 0](i32:1024) by 4"
    second = "v8 from i32.load8_s[9 0](i32:200) by -2"
    assert heads(two) == [f"each {first}, {second}, 100 times"]
    same = function(mix(LOAD), mix(LOAD))
    assert heads(same) == [f"each {first}, 100 times"]


def test_a_load_is_from_where_the_address_is_by_then() -> None:
    text = function(move("p", 4), mix(LOAD), step=4)
    assert heads(text) == ["each v7 from i32.load[0 0](i32:1028) by 8, 100 times"]


def test_an_address_that_is_not_known() -> None:
    text = function(mix(LOAD), start="(local.get $q)")
    assert heads(text) == ["each v6 from i32.load[0 0](v0) by 4, 100 times"]


def test_what_is_read_afterwards_has_moved() -> None:
    result = "(i32.add (local.get $s) (local.get $p))"
    assert printed(function(mix(LOAD), result=result), WITH) == block("""
        each v6 from i32.load[0 0](i32:1024) by 4, 100 times
          v2 = i32.xor(i32.mul(v2, i32:3), v6)
        v3 = i32:1424
        return i32.add(v2, v3)
        """)


def test_what_begins_as_another_variable_that_changes() -> None:
    change = mix("(local.get $q)") + move("q", 3)
    result = "(i32.xor (local.get $s) (i32.mul (local.get $p) (i32.const 9)))"
    text = function(mix(LOAD), change, start="(local.get $q)", result=result)
    assert len(heads(text)) == 1
    results = {
        wasm2py.instantiate(module, {}).exports["f"](1000, 0)
        for _, module in stages(assemble(f"(module (memory 1) {text})"), Options())
    }
    assert len(results) == 1


def test_what_begins_as_another_variable_that_is_not_read() -> None:
    result = "(i32.xor (local.get $q) (local.get $p))"
    text = function(mix(LOAD), move("q", 3), start="(local.get $q)", result=result)
    assert printed(text, WITH) == block("""
        v3 = v0
        each v6 from i32.load[0 0](v0) by 4, 100 times
          v2 = i32.xor(i32.mul(v2, i32:3), v6)
        v3 = i32.add(v0, i32:400)
        v0 = i32.add(v0, i32:300)
        return i32.xor(v0, v3)
        """)


def test_what_the_round_reads_is_stepped() -> None:
    text = function(mix(LOAD), mix("(local.get $p)"))
    assert "v3 = i32.add(v3, i32:4)" in printed(text, WITH)
    assert len(heads(text)) == 1


def test_what_is_stored_after_the_load() -> None:
    store = "(i32.store offset=4 (local.get $p) (local.get $s))"
    assert len(heads(function(mix(LOAD), store))) == 1
    assert heads(function(store, mix(LOAD))) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(function(mix(LOAD), rounds=31), id="few rounds"),
        pytest.param(function(mix(LOAD), step=0), id="the same cell"),
        pytest.param(
            "(func (result i32) (loop $next (br $next)) (i32.const 0))", id="no end"
        ),
        pytest.param(function(mix(LOAD), step=1 << 25), id="a long step"),
        pytest.param(
            function(mix(LOAD)).replace("(i32.const 100)", "(local.get $d)"),
            id="an unknown number of rounds",
        ),
        pytest.param(function("(call $call)", mix(LOAD)), id="a call before"),
        pytest.param(function(mix(LOAD), "(call $call)"), id="a call afterwards"),
        pytest.param(
            function(mix(LOAD), "(drop (memory.grow (local.get $d)))"), id="growth"
        ),
        pytest.param(
            function(mix(LOAD), mix("(memory.grow (local.get $d))")),
            id="growth within an expression",
        ),
        pytest.param(
            function("(global.set $g (local.get $s))", mix(LOAD)), id="a global before"
        ),
        pytest.param(
            function(mix("(i32.div_u (local.get $s) (local.get $d))"), mix(LOAD)),
            id="another trap before",
        ),
        pytest.param(
            function(f"(if (local.get $s) (then {mix(LOAD)}))"), id="not in each round"
        ),
        pytest.param(
            function(f"(br_if 1 (local.get $s)) {mix(LOAD)}")
            .replace("(loop", "(block (loop")
            .replace("(i32.const 1)))))", "(i32.const 1))))))"),
            id="another way out",
        ),
        pytest.param(
            function(mix(LOAD), f"(local.set $p {LOAD})"), id="a list of cells"
        ),
        pytest.param(
            function(
                "(local.set $x (f32.ne (f32.load (local.get $p)) (f32.const 0)))",
                mix("(local.get $x)"),
            ),
            id="single precision",
        ),
        pytest.param(
            function(mix(LOAD), *[mix("(i32.load (local.get $s))")] * 2),
            id="one of three loads",
        ),
    ],
)
def test_loops_that_stay(text: str) -> None:
    assert printed(text, WITH) == printed(text, WITHOUT)


def test_a_constant_divisor_does_not_trap() -> None:
    text = function(mix("(i32.rem_u (local.get $s) (i32.const 7))"), mix(LOAD))
    assert len(heads(text)) == 1


def test_other_code_has_the_loop() -> None:
    text = function(mix(LOAD))
    assert heads(text, Options())
    for other in (
        Options(tune="pypy"),
        Options(optimize=1),
        Options(metered=True),
    ):
        assert not heads(text, other)


ROUND = [
    *(mix(f"(i32.{op} offset=3 (local.get $p))") for op in ("load", "load16_s")),
    mix("(i32.load8_s (local.get $p))"),
    "(i32.store offset=4 (local.get $p) (local.get $s))",
    "(local.set $x (i32.add (local.get $x) (local.get $p)))",
]


@pytest.mark.parametrize("step", [1, 4, -4, 5])
@pytest.mark.parametrize("first", [0, 1, 396, 400, 1024, 65136, 65140, 65532, -4])
def test_results_and_traps(first: int, step: int) -> None:
    """What is in memory afterwards, too: what the rounds before a trap have stored."""
    result = "(i32.xor (local.get $s) (local.get $x))"
    text = function(*ROUND, start="(local.get $q)", step=step, result=result)
    data = '"' + "".join(f"\\{at * 37 % 256:02x}" for at in range(256)) + '"'
    fields = f'(memory (export "m") 1) (data (i32.const 900) {data}) (data (i32.const 65280) {data})'
    wasm = assemble(f"(module {fields} {text})")
    modules = chain(stages(wasm, Options()), [("all", wasm2py.compile(wasm))])
    found = set()
    for _, module in modules:
        exports = wasm2py.instantiate(module, {}).exports
        try:
            outcome = str(exports["f"](first, 0))
        except wasm2py.Trap as trap:
            outcome = str(trap)
        found.add((outcome, bytes(exports["m"].buffer)))
    assert len(found) == 1


@pytest.mark.parametrize("grow", ["(call $grow)", "(drop (memory.grow (i32.const 1)))"])
def test_a_memory_that_grows_on_the_way(grow: str) -> None:
    first = "(i32.eq (memory.size) (i32.const 1))"
    text = function(
        mix(BYTE), f"(if {first} (then {grow}))", step=1, start="(i32.const 65500)"
    )
    called = "(func $grow (drop (memory.grow (i32.const 1))))"
    module = wasm2py.compile(assemble(f"(module (memory 1) {called} {text})"))
    assert wasm2py.instantiate(module).exports["f"](0, 0) == 0


class _Grows:
    """A host's object, whose finaliser lets a memory grow."""

    def __init__(self, memory: wasm2py.Memory) -> None:
        self._memory = memory

    def __del__(self) -> None:
        self._memory.grow(1)


@pytest.mark.parametrize(
    "release",
    [
        "(table.set $t (i32.const 0) (ref.null extern))",
        "(table.fill $t (i32.const 0) (ref.null extern) (i32.const 1))",
        "(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 1))",
        "(global.set $h (ref.null extern))",
    ],
)
def test_a_finaliser_that_lets_the_memory_grow(release: str) -> None:
    text = function(mix(BYTE), release, step=1, start="(i32.const 65500)")
    fields = """(memory (export "m") 1) (table $t 2 externref)
      (global $h (mut externref) (ref.null extern))
      (func (export "keep") (param externref)
        (table.set $t (i32.const 0) (local.get 0)) (global.set $h (local.get 0)))
      (func (export "forget") (param $table i32)
        (if (local.get $table)
          (then (table.set $t (i32.const 0) (ref.null extern)))
          (else (global.set $h (ref.null extern)))))"""
    module = wasm2py.compile(assemble(f"(module {fields} {text})"))
    exports = wasm2py.instantiate(module).exports
    exports["keep"](_Grows(exports["m"]))
    exports["forget"](int("global" in release))
    assert exports["f"](0, 0) == 0
