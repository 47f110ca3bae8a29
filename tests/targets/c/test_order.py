"""Operands are evaluated in order where that can be noticed, and without temporaries where not."""

from __future__ import annotations

from pathlib import Path

import pytest

import wasm2py
from tests import compilers
from tests.wasm_tools import assemble
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.spec.features import WASM2
from wasm2py.spec.opcodes import OPCODES, Opcode
from wasm2py.targets.base import Options
from wasm2py.targets.c.templates import is_numeric
from wasm2py.translation.function import translate_function

HEAD = """
  (memory 1) (table 4 funcref) (global $g (mut i32) (i32.const 0))
  (type $t (func (param i32 i32) (result i32)))
  (func $a (result i32) (i32.const 0)) (func $b (result i32) (i32.const 0))
"""
FIRST = 2  # functions before


def body(text: str, params: str = "(param i32 i32) (result i32)") -> list[str]:
    """The lines of C of a function's body, without declarations."""
    reader = ModuleReader(WASM2)
    wasm = assemble(f"(module {HEAD} (func {params} {text}))")
    jobs = [*reader.receive(wasm), *reader.receive(b"")]
    code = translate_function(reader.env, jobs[FIRST], Options(target="c"))
    inside = code.native.partition("{\n")[2].rpartition("}")[0]
    return [line.strip() for line in inside.rpartition("\n\n")[2].splitlines()]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            "(i32.add (i32.load (local.get 0)) (i32.load (local.get 1)))",
            ["return i32_load(m0, v0, 0) + i32_load(m0, v1, 0);"],
            id="it cannot be seen which of two loads traps",
        ),
        pytest.param(
            "(i32.add (i32.load (local.get 0)) (i32.div_u (i32.const 1) (local.get 1)))",
            ["t0 = i32_load(m0, v0, 0);", "return t0 + i32_div_u(I, 1u, v1);"],
            id="another trap can",
        ),
        pytest.param(
            "(i32.sub (call $a) (call $b))",
            ["t0 = f0(I);", "return t0 - f1(I);"],
            id="two calls",
        ),
        pytest.param(
            "(i32.sub (global.get $g) (call $b))",
            ["t0 = own(I)->g0;", "return t0 - f1(I);"],
            id="what a call may set",
        ),
        pytest.param(
            "(i32.sub (local.get 0) (call $b))",
            ["return v0 - f1(I);"],
            id="what a call cannot set",
        ),
        pytest.param(
            "(i32.sub (i32.mul (local.get 0) (global.get $g))"
            " (i32.sub (i32.load (local.get 1)) (call $b)))",
            ["t1 = v0 * own(I)->g0;", "t0 = i32_load(m0, v1, 0);"]
            + ["return t1 - (t0 - f1(I));"],
            id="before what is evaluated before",
        ),
        pytest.param(
            "(call_indirect (type $t) (local.get 0) (local.get 1) (local.get 0))",
            ["return call0(w2p_callee(I, 0, v0, 0), v0, v1);"],
            id="a callee",
        ),
        pytest.param(
            "(call_indirect (type $t) (call $a) (call $b) (local.get 0))",
            ["x0 = f0(I);", "x1 = f1(I);"]
            + ["return call0(w2p_callee(I, 0, v0, 0), x0, x1);"],
            id="arguments before their callee",
        ),
        pytest.param(
            "(select (local.get 0) (global.get $g) (call $b))",
            ["x0 = own(I)->g0;", "return f1(I) ? v0 : x0;"],
            id="an arm that the condition may change",
        ),
    ],
)
def test_text(text: str, lines: list[str]) -> None:
    assert body(text) == lines


def test_temporaries_are_used_again() -> None:
    twice = "(drop (i32.sub (call $a) (call $b)))" * 3
    assert not any("t1" in line for line in body(f"{twice} (local.get 0)"))


OPERATIONS = [row for row in OPCODES if row.params and len(row.params) > 1]
BINARY = [row for row in OPERATIONS if is_numeric(row.name) or row.access]


def _function(row: Opcode) -> str:
    params = row.params or ()
    operands = " ".join(f"(call ${type}{at})" for at, type in enumerate(params))
    text = f"({row.name} {operands})"
    return f'(func (export "{row.name}") {f"(drop {text})" if row.results else text})'


@pytest.mark.parametrize("compiler", compilers.NAMES)
def test_calls_are_made_in_order(
    compiler: str, native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilers.use(monkeypatch, native_cache, compiler)
    types = ("i32", "i64", "f32", "f64")
    operands = [f"""(func ${type}{at} (result {type})
          (global.set $g (i32.add (i32.mul (global.get $g) (i32.const 10)) (i32.const {at + 1})))
          ({type}.const 8))""" for type in types for at in range(2)]
    text = "\n".join([*operands, *map(_function, BINARY)])
    wasm = assemble(
        f"""(module (memory 1) (global $g (export "log") (mut i32) (i32.const 0)) {text})"""
    )
    instance = wasm2py.instantiate(wasm2py.compile(wasm, target="c"))
    for row in BINARY:
        instance.exports["log"].value = 0
        instance.exports[row.name]()
        assert instance.exports["log"].value == 12, row.name
