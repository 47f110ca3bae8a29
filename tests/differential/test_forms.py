"""Values that pass between the forms in which generated code keeps them."""

from __future__ import annotations

import pytest

import wasm2py
from tests.wasm_tools import assemble

# The call does not fit a line together with the store: its result is held in between.
STORE_OF_A_LONG_CALL = """
(module
  (memory (export "memory") 1)
  (func $far (param i64 i64 i64 i64 i64) (result i64)
    (i64.sub (local.get 0) (local.get 4)))
  (func (export "store") (param $to i32) (param $x i64)
    (i64.store (local.get $to)
      (call $far
        (i64.mul (local.get $x) (i64.const 0x7000000000000001))
        (i64.add (local.get $x) (i64.const 0x7100000000000001))
        (i64.sub (local.get $x) (i64.const 0x7200000000000001))
        (i64.xor (local.get $x) (i64.const 0x7300000000000001))
        (i64.mul (local.get $x) (i64.const 0x7400000000000001))))))
"""


@pytest.mark.parametrize("tune", ["cpython", "pypy"])
@pytest.mark.parametrize("x", [0, 1, -1, 7, -(2**63), 2**63 - 1, 0x1234_5678_9ABC_DEF0])
def test_a_result_of_any_sign_is_stored(
    tune: str, x: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wasm2py.package.known_module.TUNE", tune)
    exports = wasm2py.instantiate(
        wasm2py.compile(assemble(STORE_OF_A_LONG_CALL))
    ).exports
    exports["store"](9, x)
    expected = x * 0x7000000000000001 - x * 0x7400000000000001
    stored = exports["memory"].read(9, 8)
    assert int.from_bytes(stored, "little") == expected % 2**64


DIVISIONS = """
(module
  (func (export "div") (param i32) (result i32)
    (i32.div_s (i32.sub (local.get 0) (i32.const 24)) (i32.const 3)))
  (func (export "rem") (param i64) (result i64)
    (i64.rem_s (i64.sub (local.get 0) (i64.const 24)) (i64.const 3))))
"""


@pytest.mark.parametrize("x", [0, 23, 24, 25, 100, -1, -2, -100])
@pytest.mark.parametrize("optimize", [0, 2])
def test_the_dividend_is_below_zero_or_beyond_the_signed_range(
    x: int, optimize: int
) -> None:
    module = wasm2py.compile(assemble(DIVISIONS), optimize=optimize)
    exports = wasm2py.instantiate(module).exports
    quotient = int((x - 24) / 3)
    assert exports["div"](x) == quotient
    assert exports["rem"](x) == x - 24 - 3 * quotient


SHIFT_BY_A_SHIFT = """
(module
  (func (export "shl") (param i64) (result i64)
    (i64.shl
      (i64.and (local.get 0) (i64.const 255))
      (i64.shr_s (i64.const 256) (i64.const 7)))))
"""


@pytest.mark.parametrize("tune", ["cpython", "pypy"])
def test_a_shift_by_a_shift(tune: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasm2py.package.known_module.TUNE", tune)
    exports = wasm2py.instantiate(wasm2py.compile(assemble(SHIFT_BY_A_SHIFT))).exports
    assert exports["shl"](5) == 20


REMAINDERS = """
(module
  (memory 1)
  (func (export "address") (result i32)
    (i32.load (i32.rem_u (i32.const 5) (i32.const 0))))
  (func (export "comparison") (param i64) (result i32)
    (i64.lt_u
      (i64.rem_u (i64.const 5) (i64.const 0))
      (i64.extend8_s (local.get 0)))))
"""


@pytest.mark.parametrize("tune", ["cpython", "pypy"])
def test_what_can_only_be_zero_traps_all_the_same(
    tune: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wasm2py.package.known_module.TUNE", tune)
    exports = wasm2py.instantiate(wasm2py.compile(assemble(REMAINDERS))).exports
    with pytest.raises(wasm2py.Trap, match="integer divide by zero"):
        exports["address"]()
    with pytest.raises(wasm2py.Trap, match="integer divide by zero"):
        exports["comparison"](1)
