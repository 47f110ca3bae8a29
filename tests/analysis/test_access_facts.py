"""What an access tells about code before it, as the generated Python shows it."""

from __future__ import annotations

import pytest

import wasm2py
from tests.ir.printed import built, only
from tests.package.modules import translate
from tests.wasm_tools import assemble
from wasm2py.ir.nodes import Fact
from wasm2py.ir.walk import variables
from wasm2py.targets.base import DEFAULT_OPTIONS, Options
from wasm2py.targets.python.tree.nodes import Return

LATER = "(i32.load (local.get $p))"
EARLIER = "(i32.load (i32.add (local.get $p) (i32.const 4)))"


def source(body: str, options: Options = DEFAULT_OPTIONS) -> str:
    """The text of a function with parameters `p` and `n` and a local `t`."""
    function = (
        f"(func (param $p i32) (param $n i32) (result i32) (local $t i32) {body})"
    )
    fields = '(import "host" "call" (func $call)) (memory 1)'
    return translate(assemble(f"(module {fields} {function})"), options).codes[0].source


def test_fields_that_are_not_read_in_order() -> None:
    assert "mu32at4[v0] - mu32[v0]" in source(f"(i32.sub {EARLIER} {LATER})")


def test_an_index_that_is_stepped_before_it_is_used() -> None:
    step = "(local.set $n (i32.add (local.get $p) (i32.const 8)))"
    text = source(f"{step} (i32.add {LATER} (i32.load (local.get $n)))")
    assert "w0 = v0 + 8\n" in text


def test_a_store_ends_it_and_belongs_to_it() -> None:
    body = f"(i32.store (local.get $p) {EARLIER}) {EARLIER}"
    assert "mu32[v0] = mu32at4[v0]" in source(body)
    store = f"(i32.store (i32.add (local.get $p) (i32.const 4)) (i32.const 1)) {LATER}"
    assert "mu32[v0 + 4 if" in source(store)


@pytest.mark.parametrize(
    "between",
    [
        "(call $call)",
        "(i32.store (i32.const 0) (i32.const 1))",
        "(local.set $p (i32.load (i32.const 0)))",
        "(drop (memory.grow (i32.const 0)))",
        "(local.set $n (i32.div_u (i32.const 1) (local.get $n)))",
        "(local.set $n (i32.trunc_f32_s (f32.load (i32.const 0))))",
        "(if (local.get $n) (then (return (i32.const 0))))",
        "(memory.fill (i32.const 0) (i32.const 1) (i32.const 2))",
    ],
)
def test_nothing_may_be_noticed_in_between(between: str) -> None:
    text = source(
        f"(local.set $t {EARLIER}) {between} (i32.sub (local.get $t) {LATER})"
    )
    assert "mu32[v0 + 4 if v0 < 0x3FFFFFFF else (v0 + 4) & 0xFFFFFFFF]" in text


def test_a_division_that_cannot_trap_is_not_noticed() -> None:
    division = "(local.set $n (i32.div_u (local.get $n) (i32.const 3)))"
    body = f"(local.set $t {EARLIER}) {division} (i32.sub (local.get $t) {LATER})"
    assert "mu32at4[v0]" in source(body)


def test_what_is_assumed_does_not_prove_more_before_the_access() -> None:
    """`p + 12` may be in bounds because it wraps around; then the second load must trap."""
    first = "(i32.load (i32.add (local.get $p) (i32.const 12)))"
    function = built(
        f"(func (param $p i32) (result i32) (i32.sub {first} {LATER}))",
        only("ranges"),
    )
    (returned,) = (s for s in function.statements if isinstance(s, Return))
    facts = [variable.fact for variable in variables(returned.values[0])]
    assert [fact.high >= 2**31 for fact in facts if fact] == [True, True]


def test_no_more_is_assumed_than_that_the_sum_does_not_wrap() -> None:
    """A small memory would bound the count, were it known to be one."""
    shift = "(local.set $t (i32.shl (i32.const 1) (local.get $n)))"
    far = "(i32.load8_u offset=65520 (local.get $n))"
    assert "(v1 & 31)" in source(f"{shift} (i32.add (local.get $t) {far})")


@pytest.mark.parametrize("value", [LATER, f"(i32.add {LATER} (call $g (i32.const 1)))"])
def test_an_access_tells_nothing_about_what_its_value_is_given_to(value: str) -> None:
    """`p = load(p)` bounds the former `p`."""
    call = "(func $g (param i32) (result i32) (local.get 0))"
    function = built(
        f"{call} (func (param $p i32) (result i32) (local.set $p {value})"
        " (i32.add (local.get $p) (i32.const 4)))",
        only("ranges"),
    )
    (returned,) = (s for s in function.statements if isinstance(s, Return))
    (variable,) = variables(returned.values[0])
    assert variable.fact == Fact(0, 0xFFFFFFFF, 1)


# What is assumed of an address that has not been used yet says nothing about its sign: an
# index would become negative, and Python would take it.


def test_low_bits_with_a_comparison_before_the_access() -> None:
    body = """(local.set $t (i32.sub (local.get $p) (i32.const 4)))
      (local.set $n (i32.sub (local.get $t) (i32.const 16)))
      (if (i32.le_u (local.get $n) (i32.const 0xFFFFFFEF)) (then
        (return (i32.add (local.get $n)
          (i32.load offset=64 (i32.add (local.get $t) (i32.const -16)))))))
      (i32.mul (local.get $t) (local.get $t))"""
    function = f"""(module (memory 1)
      (func (export "f") (param $p i32) (result i32) (local $t i32) (local $n i32) {body}))"""
    exports = wasm2py.instantiate(wasm2py.compile(assemble(function))).exports
    with pytest.raises(wasm2py.Trap, match="out of bounds memory access"):
        exports.f(0)
    assert exports.f(20) == 0


@pytest.mark.parametrize("again", ["", "(local.set $x (local.get $x))"])
def test_a_signed_variable_with_a_large_offset_later(again: str) -> None:
    less = "(i32.lt_s (local.get $x) (local.get $q))"
    function = f"""(module (memory 1) (data (i32.const 0) "\\11\\22")
      (global $g (mut i32) (i32.const 0))
      (func (export "f") (param $p i32) (param $n i32) (result i32) (local $x i32) (local $q i32)
        (local.set $q (i32.load (i32.const 0)))
        (local.set $x (i32.add (local.get $p) (local.get $n))) {again}
        (global.set $g
          (i32.add {less} (i32.add {less} (i32.shr_s (local.get $x) (local.get $n)))))
        (i32.load8_u offset=0x80000000 (local.get $x))))"""
    exports = wasm2py.instantiate(wasm2py.compile(assemble(function))).exports
    for address in (-(1 << 31), -1, 0, 1):
        with pytest.raises(wasm2py.Trap, match="out of bounds memory access"):
            exports.f(address, 0)
