"""How large numbers are guessed to be, as the generated Python shows it."""

from __future__ import annotations

import pytest

import wasm2py
from tests.targets.python.choose.test_representation import lines
from tests.wasm_tools import assemble
from wasm2py.targets.base import Options

PYPY = Options(tune="pypy")
SUM = "(i32.add (local.get $p) (local.get $n))"


def function(body: str) -> str:
    return f"(func (param $p i32) (param $n i32) (result i32) (local $t i32) {body})"


def test_an_address_is_small() -> None:
    assert lines(function(f"(i32.load {SUM})"))[1:] == [
        "return mu32[(v0 + v1) % 0x100000000]"
    ]


def test_a_value_is_not_known_to_be() -> None:
    assert lines(function(SUM))[1:] == ["return (v0 + v1) & 0xFFFFFFFF"]


def test_what_addresses_are_made_of_is_small() -> None:
    body = f"(local.set $t {SUM}) (call 0 (local.get $t) (local.get $t)) (drop)"
    found = lines(function(f"{body} (i32.load (local.get $t))"))
    assert "v2 = (v0 + v1) % 0x100000000" in found


def test_what_is_compared_with_it_is_small() -> None:
    body = f"""(local.set $t {SUM})
      (if (i32.lt_u (local.get $t) (local.get $p)) (then (return (i32.const 1))))
      (i32.load (local.get $p))"""
    assert "if (v0 + v1) % 0x100000000 < v0:" in lines(function(body))


def test_what_is_compared_with_a_small_number_is_small() -> None:
    leave = "(if (i32.{} (local.get $p) (i32.const {})) (then (return (local.get $n))))"
    result = "(i32.add (local.get $p) (call 0 (local.get $n) (local.get $n)))"
    ends = {
        test: lines(function(leave.format(*test) + result))[-1]
        for test in (("lt_s", 20), ("eq", 20), ("lt_s", 0), ("gt_u", 1 << 30))
    }
    assert [end.count("%") for end in ends.values()] == [1, 0, 0, 0]


def test_what_calls_are_added_up_in_is_small() -> None:
    step = (
        "(local.set $t (i32.add (call 0 (local.get $p) (i32.const 1)) (local.get $t)))"
    )
    again = f"(loop $l {step} (br_if $l (local.tee $p (i32.load (local.get $p)))))"
    assert lines(function(again + "(local.get $t)"))[-1] == "return v2 % 0x100000000"


def test_a_hash_is_large() -> None:
    hash = "(i32.mul (local.get $p) (i32.const -1640531535))"
    body = f"(local.set $t (i32.add {hash} (local.get $n))) (i32.load (local.get $t))"
    assert "v2 = (v0 * 0x9E3779B1 + v1) & 0xFFFFFFFF" in lines(function(body))


def test_what_is_a_multiple_of_itself_is_large() -> None:
    step = """(local.set $t (i32.add (i32.mul (local.get $t) (i32.const 31)) (i32.load8_u (local.get $p))))"""
    body = f"(loop $l {step} (br_if $l (i32.lt_u (local.get $t) (local.get $p)))) (local.get $t)"
    assert any(line.endswith("& 0xFFFFFFFF") for line in lines(function(body)))


@pytest.mark.parametrize(("bits", "operator"), [(8, "%"), (9, "&")])
def test_a_byte_of_a_large_number_is_a_remainder(bits: int, operator: str) -> None:
    mixed = "(i32.xor (local.get $p) (i32.shr_u (local.get $p) (i32.const 3)))"
    found = lines(function(f"(i32.and {mixed} (i32.const {(1 << bits) - 1}))"))
    number = 256 if operator == "%" else 511
    assert found[1] == f"return (v0 ^ (v0 >> 3)) {operator} {number}"


def test_a_difference_is_a_remainder_whatever_it_is_for() -> None:
    assert lines(function("(i32.sub (local.get $p) (local.get $n))"))[1:] == [
        "return (v0 - v1) % 0x100000000"
    ]


def test_a_small_number_is_multiplied_where_it_would_be_shifted() -> None:
    scaled = "(i32.shl (local.get $n) (i32.const 2))"
    body = f"(i32.load (i32.add (local.get $p) {scaled}))"
    assert lines(function(body))[1:] == ["return mu32[(v0 + v1 * 4) % 0x100000000]"]


def test_no_guesses_for_pypy() -> None:
    assert lines(function(f"(i32.load {SUM})"), PYPY)[1:] == [
        "return mu32[(v0 + v1) & 0xFFFFFFFF]"
    ]


EDGES = sorted(
    {
        (1 << bits) + near & 0xFFFFFFFF
        for bits in (8, 16, 30, 31, 32)
        for near in (-1, 0, 1)
    }
)


def test_the_guess_does_not_change_results() -> None:
    """Sums, bytes, steps and signed readings of numbers small and large, used as addresses."""
    text = """(module (memory 1)
      (func (export "sum") (param $p i32) (param $n i32) (result i32) (local $t i32)
        (local.set $t (i32.add (local.get $p) (i32.shl (local.get $n) (i32.const 2))))
        (if (i32.lt_u (local.get $t) (i32.const 65536))
          (then (drop (i32.load8_u (local.get $t)))))
        (local.get $t))
      (func (export "byte") (param $p i32) (param $n i32) (result i32)
        (i32.and (i32.xor (local.get $p) (i32.shr_u (local.get $n) (i32.const 3))) (i32.const 127)))
      (func (export "step") (param $p i32) (param $n i32) (result i32)
        (if (i32.lt_s (i32.add (local.get $p) (i32.const 5)) (local.get $n))
          (then (return (i32.sub (local.get $n) (i32.const 3)))))
        (i32.add (local.get $p) (i32.const 1024)))
      (func (export "sign") (param $p i32) (param $n i32) (result i32)
        (i32.shr_s (i32.add (local.get $p) (local.get $n)) (i32.const 4))))"""
    exports = wasm2py.instantiate(wasm2py.compile(assemble(text))).exports

    def signed(x: int) -> int:
        return x - (1 << 32) if x >> 31 else x

    full = 0xFFFFFFFF
    for p in EDGES:
        for n in EDGES:
            assert exports.sum(p, n) & full == p + n * 4 & full
            assert exports.byte(p, n) == (p ^ n >> 3) & 127
            stepped = n - 3 if signed(p + 5 & full) < signed(n) else p + 1024
            assert exports.step(p, n) & full == stepped & full
            assert exports.sign(p, n) & full == signed(p + n & full) >> 4 & full
