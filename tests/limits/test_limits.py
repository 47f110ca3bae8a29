"""Functions at the limits of what occurs, and beyond what Python's compiler accepts.

Every one is compiled by Python and called; the results are compared with wasmtime's.
The numbers are the largest among 290,817 functions of real modules, or larger.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
import wasmtime

import wasm2py
from tests.outcomes import Outcome, results
from tests.reference import Reference, engine, normalised
from tests.wasm_tools import assemble

BLOCK_DEPTH = 3289
TABLE_TARGETS = 5491
EXPRESSION_DEPTH = 2417
LOCALS = 739
MOST_LOCALS = 50_000
LOOP_DEPTH = 25
BODY_BYTES = 1_008_931


@pytest.fixture(scope="module")
def reference() -> wasmtime.Engine:
    return engine()


def check(
    reference: wasmtime.Engine, body: str, arguments: list[int], result: str = "i32"
) -> None:
    """Compare `f(x)`, whose body is given in flat text, for each argument."""
    wasm = assemble(
        f'(module (memory 1) (func (export "f") (param $x i32) (result {result})\n'
        f"{body}))"
    )
    expected = Reference(reference, wasm)
    module = wasm2py.compile(wasm, features="wasm2")
    function = wasm2py.instantiate(module).exports["f"]
    for argument in arguments:
        wanted = normalised(expected.call("f", [argument]))
        try:
            actual: Outcome = {"result": results(function(argument))}
        except wasm2py.Trap as trap:
            actual = {"trap": str(trap)}
        assert actual == wanted, f"f({argument})"


def ladder(depth: int, table: list[int]) -> Iterator[str]:
    """A `br_table` inside of blocks; each block's end changes the result."""
    yield "(local $r i32)"
    yield from ("block" for _ in range(depth))
    yield f"local.get $x br_table {' '.join(map(str, table))}"
    for level in range(depth):
        yield "end"
        yield f"local.get $r i32.const {level + 1} i32.xor i32.const 1 i32.rotl"
        yield "local.set $r"
    yield "local.get $r"


@pytest.mark.parametrize("depth", [21, 100, BLOCK_DEPTH])
def test_nested_blocks_falling_through(reference: wasmtime.Engine, depth: int) -> None:
    body = "\n".join(ladder(depth, list(range(depth))))
    check(reference, body, [0, 1, 2, depth // 2, depth - 1, depth, -1])


@pytest.mark.parametrize("targets", [7, TABLE_TARGETS])
def test_large_tables(reference: wasmtime.Engine, targets: int) -> None:
    """As many entries as occur, over few targets and over as many."""
    chooser = random.Random(targets)
    table = [chooser.randrange(targets) for _ in range(TABLE_TARGETS)]
    body = "\n".join(ladder(targets, table))
    check(reference, body, [0, 1, 500, TABLE_TARGETS - 2, TABLE_TARGETS - 1, 9999])


def test_a_large_switch_with_arms(reference: wasmtime.Engine) -> None:
    """Every arm jumps to the end."""
    arms = TABLE_TARGETS
    lines = ["(local $r i32) block"]
    lines += ["block"] * arms
    lines.append(f"local.get $x br_table {' '.join(map(str, range(arms)))}")
    for arm in range(arms):
        lines.append(f"end i32.const {arm * 7 + 1} local.set $r br {arms - 1 - arm}")
    lines.append("end local.get $r")
    check(reference, "\n".join(lines), [0, 1, 2, 3000, arms - 1, arms, -5])


def test_nested_conditions(reference: wasmtime.Engine) -> None:
    lines = ["(local $r i32)"]
    for level in range(BLOCK_DEPTH):
        lines.append(f"local.get $x i32.const {level} i32.gt_s if")
        lines.append("local.get $r i32.const 3 i32.mul i32.const 1 i32.add")
        lines.append("local.set $r")
    for level in reversed(range(BLOCK_DEPTH)):
        lines.append(f"else i32.const {level} local.get $r i32.xor local.set $r end")
    lines.append("local.get $r")
    check(reference, "\n".join(lines), [0, 1, 19, 99, 3000, BLOCK_DEPTH, 1 << 20])


def test_nested_conditions_with_values(reference: wasmtime.Engine) -> None:
    """The results of the arms nest too."""
    depth, lines = 1245, []
    for level in range(depth):
        lines.append(f"local.get $x i32.const {level} i32.ne if (result i32)")
    lines.append("i32.const 5")
    for level in reversed(range(depth)):
        lines.append(f"i32.const {level} i32.add else i32.const {level} end")
    check(reference, "\n".join(lines), [0, 1, 18, 97, 1000, depth, -1])


@pytest.mark.parametrize("seed", range(3))
def test_branches_over_many_levels(reference: wasmtime.Engine, seed: int) -> None:
    """Conditional branches to blocks at random distances."""
    chooser, depth = random.Random(seed), 400
    lines = ["(local $r i32)"] + ["block"] * depth
    for level in range(depth):
        inside = depth - level
        for _ in range(2):
            lines.append(f"local.get $x i32.const {chooser.randrange(64)} i32.eq")
            lines.append(f"br_if {chooser.randrange(inside)}")
        lines.append(f"local.get $r i32.const {level} i32.add i32.const 3 i32.mul")
        lines.append("local.set $r end")
    lines.append("local.get $r")
    check(reference, "\n".join(lines), list(range(0, 64, 7)) + [99])


@pytest.mark.parametrize("depth", [LOOP_DEPTH, 60, 66, 300])
def test_nested_loops(reference: wasmtime.Engine, depth: int) -> None:
    """Each loop continues itself, or one further out."""
    lines = ["(local $n i32) (local $r i32)"]
    # Without something between them, loops that begin together are one.
    entered = "local.get $r i32.const 3 i32.xor local.set $r"
    lines += [f"block loop {entered}"] * depth
    for level in range(depth):
        lines.append("local.get $n i32.const 1 i32.add local.tee $n")
        lines.append(f"local.get $x i32.const {level} i32.mul i32.lt_s br_if 0")
        if level % 3 == 0 and level + 2 < depth:
            lines.append("local.get $n i32.const 7 i32.rem_u i32.eqz")
            lines.append("local.get $n i32.const 500 i32.lt_s i32.and br_if 4")
        if level % 4 == 1:
            lines.append("local.get $n i32.const 11 i32.rem_u i32.eqz br_if 1")
        lines.append(f"local.get $r i32.const {level + 1} i32.add local.set $r")
        lines.append("end end")
    lines.append("local.get $n i32.const 1000 i32.mul local.get $r i32.add")
    check(reference, "\n".join(lines), [0, 1, 2, 9])


@pytest.mark.parametrize("depth", [70, 300])
def test_ways_out_of_nested_loops(reference: wasmtime.Engine, depth: int) -> None:
    """Each loop may leave half of those around it, before and after the one inside it."""
    step = "local.get $n i32.const 1 i32.add local.tee $n"
    lines = ["(local $n i32) (local $r i32)"]
    for level in range(depth):
        out = 2 * (level // 2) + 1
        lines.append(f"block loop {step} i32.const {3 * level + 11} i32.rem_u")
        lines.append(f"i32.eqz local.get $x i32.and br_if {out}")
    for level in reversed(range(depth)):
        lines.append(f"local.get $r i32.const {level + 3} i32.mul local.set $r {step}")
        lines.append("local.get $r i32.add local.set $r")
        lines.append("local.get $n local.get $x i32.lt_s br_if 0")
        lines.append("local.get $r i32.const 5 i32.rem_u i32.eqz br_if 1 end end")
    lines.append("local.get $n i32.const 1000 i32.mul local.get $r i32.add")
    check(reference, "\n".join(lines), [0, 1, 500, 2001])


@pytest.mark.parametrize("depth", [200, EXPRESSION_DEPTH, 8000])
@pytest.mark.parametrize("shape", ["left", "right", "unary", "select", "mixed"])
def test_deep_expressions(reference: wasmtime.Engine, depth: int, shape: str) -> None:
    operators = ["add", "sub", "xor", "mul", "rotl", "gt_u", "or", "shr_s"]
    lines = []
    if shape == "left":
        lines.append("local.get $x")
        lines += ["local.get $x i32.add"] * depth
    elif shape == "right":
        lines += [f"local.get $x i32.const {level} i32.xor" for level in range(depth)]
        lines += ["i32.sub"] * (depth - 1)
    elif shape == "unary":
        lines += ["local.get $x"] + ["i32.popcnt i32.eqz i32.extend8_s"] * depth
    elif shape == "select":
        lines.append("local.get $x")
        for level in range(depth):
            lines.append(f"i32.const {level} local.get $x i32.const {level} i32.lt_s")
            lines.append("select")
    else:
        lines.append("local.get $x")
        for level in range(depth):
            operator = operators[level % len(operators)]
            lines.append(f"local.get $x i32.const {level | 1} i32.mul i32.{operator}")
    check(reference, "\n".join(lines), [0, 1, -1, 12345])


def test_deep_expressions_of_loads(reference: wasmtime.Engine) -> None:
    lines = ["local.get $x"]
    lines += ["i32.const 255 i32.and i32.load8_u offset=3"] * EXPRESSION_DEPTH
    check(reference, "\n".join(lines), [0, 77])


@pytest.mark.parametrize("count", [LOCALS, 5000])
def test_many_locals(reference: wasmtime.Engine, count: int) -> None:
    """All of them alive at once."""
    lines = [f"(local {'i32 ' * count})"]
    for index in range(count):
        lines.append(f"local.get $x i32.const {index} i32.mul local.set {index + 1}")
    lines.append("i32.const 0")
    for index in range(count):
        lines.append(f"local.get {index + 1} i32.xor i32.const 3 i32.rotl")
    check(reference, "\n".join(lines), [1, 77])


def test_the_most_locals(reference: wasmtime.Engine) -> None:
    """50,000 with the parameter; a few of them used."""
    count = MOST_LOCALS - 1
    body = f"""(local {"i32 " * count})
        local.get $x local.set {count}
        local.get {count} local.get {count - 1} i32.add"""
    check(reference, body, [1, 77])


def test_more_than_the_most_locals() -> None:
    wasm = assemble(f"(module (func (local {'i32 ' * (MOST_LOCALS + 1)})))")
    with pytest.raises(wasm2py.CompileError, match="too many locals"):
        wasm2py.compile(wasm, features="wasm2")


def test_a_large_body(reference: wasmtime.Engine) -> None:
    """A megabyte of code: assignments, stores, conditions, loops."""
    lines, size, chooser = ["(local $a i32) (local $b i32)"], 0, random.Random(5)
    while size < BODY_BYTES:
        number = chooser.randrange(1 << 20)
        lines.append(f"local.get $a i32.const {number} i32.xor local.tee $b")
        lines.append("i32.const 5 i32.rotl local.get $x i32.add local.set $a")
        lines.append(f"local.get $b i32.const {number} i32.lt_u if")
        lines.append("i32.const 64 local.get $b i32.store offset=8")
        lines.append("else local.get $a i32.const 64 i32.load offset=8 i32.add")
        lines.append("local.set $a end")
        size += 46
    lines.append("local.get $a")
    check(reference, "\n".join(lines), [0, 3])


def test_a_sequence_of_blocks(reference: wasmtime.Engine) -> None:
    lines = ["(local $r i32)"]
    for index in range(8000):
        lines.append(f"block local.get $x i32.const {index % 97} i32.and br_if 0")
        lines.append(f"local.get $r i32.const {index} i32.add local.set $r end")
    lines.append("local.get $r")
    check(reference, "\n".join(lines), [0, 1, 255])


def test_a_chain_of_guards(reference: wasmtime.Engine) -> None:
    """More arms than Python's `elif` takes."""
    lines = []
    for index in range(4000):
        lines.append(f"local.get $x i32.const {index * 3} i32.eq if")
        lines.append(f"i32.const {index} return else")
    lines += ["end"] * 4000
    lines.append("i32.const -1")
    check(reference, "\n".join(lines), [0, 3, 4, 300, 11997, 12000])


def test_many_parameters_and_results(reference: wasmtime.Engine) -> None:
    """1,000 of each: the limit."""
    types = "i32 " * 1000
    wasm = assemble(f"""(module
        (func $g (param {types}) (result {types})
          {" ".join(f"local.get {999 - index}" for index in range(1000))})
        (func (export "f") (param i32) (result i32)
          {" ".join(f"local.get 0 i32.const {n} i32.add" for n in range(1000))}
          call $g
          {"i32.sub " * 999}))""")
    function = wasm2py.instantiate(wasm2py.compile(wasm, features="wasm2")).exports["f"]
    expected = Reference(reference, wasm).call("f", [7])
    assert {"result": results(function(7))} == expected


def test_calls_within_calls(reference: wasmtime.Engine) -> None:
    depth = EXPRESSION_DEPTH
    wasm = assemble(
        f"""(module
        (func $g (param i32) (result i32) local.get 0 i32.const 3 i32.mul)
        (func (export "f") (param i32) (result i32) local.get 0 {"call $g " * depth}))"""
    )
    function = wasm2py.instantiate(wasm2py.compile(wasm, features="wasm2")).exports["f"]
    expected = Reference(reference, wasm).call("f", [7])
    assert {"result": results(function(7))} == expected


@pytest.mark.parametrize("count", [1, 20, 33, 1000])
def test_a_function_with_parameters_and_no_statements(count: int) -> None:
    """Its head may take several lines, or take the parameters as one."""
    text = f'(module (func (export "f") (param {"i32 " * count})))'
    exports = wasm2py.instantiate(wasm2py.compile(assemble(text))).exports
    assert exports["f"](*range(count)) is None
