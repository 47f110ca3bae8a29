"""What C compilers must not make of the code: a load left out, a NaN that signals still."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import pytest

import wasm2py
from tests import compilers
from tests.wasm_tools import assemble

DROPPED = {
    "dropped": "(drop (i32.load (local.get 0)))",
    "a part of what is dropped": "(drop (i32.add (i32.load (local.get 0)) (local.get 1)))",
    "masked": "(local.set 1 (i32.and (i32.load (local.get 0)) (i32.const 0)))",
    "times zero": "(local.set 1 (i32.mul (i32.load8_u (local.get 0)) (i32.const 0)))",
    "overwritten": "(local.set 1 (i32.load16_s (local.get 0))) (local.set 1 (i32.const 0))",
    "of no importance to a choice": """(local.set 1 (i32.const 0))
      (drop (select (local.get 1) (local.get 1) (i32.load (local.get 0))))""",
    "one minus itself": """(local.set 1
      (i32.sub (i32.load (local.get 0)) (i32.load (local.get 0))))""",
    "a double": "(drop (f64.load (local.get 0)))",
    "a sum that nobody reads": """(loop $l
      (local.set 1 (i32.add (local.get 1) (i32.load (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (br_if $l (i32.lt_u (local.get 0) (i32.const 70000))))""",
}


@pytest.fixture(scope="module", params=compilers.NAMES)
def exports(request: pytest.FixtureRequest, native_cache: Path) -> wasm2py.Instance:
    functions = [
        f'(func (export "{name}") (param i32) (result i32) (local i32) {text} (i32.const 7))'
        for name, text in DROPPED.items()
    ]
    functions += [
        f"""(func (export "{name}{bits}") (param i{bits}) (result i{bits})
          (i{bits}.reinterpret_f{bits} ({text.replace("f64", f"f{bits}")
          .replace("$x", f"(f{bits}.reinterpret_i{bits} (local.get 0))")})))"""
        for name, text in FLOATS.items()
        for bits in (32, 64)
    ]
    functions.append(
        """(func (export "narrowed") (param i32) (result i32) (i32.reinterpret_f32
          (f32.demote_f64 (f64.promote_f32 (f32.reinterpret_i32 (local.get 0))))))"""
    )
    functions.append(
        """(func (export "minus a local") (param i64) (result i64) (local f64 f64)
          (if (i64.eqz (local.get 0)) (then (local.set 1 (f64.const 3))))
          (i64.reinterpret_f64 (f64.sub (f64.reinterpret_i64 (local.get 0)) (local.get 2))))"""
    )
    wasm = assemble(f"(module (memory 1) {' '.join(functions)})")
    with pytest.MonkeyPatch.context() as patch:
        compilers.use(patch, native_cache, request.param)
        return wasm2py.instantiate(wasm2py.compile(wasm, target="c"))


@pytest.mark.parametrize("name", DROPPED)
def test_loads_that_nobody_needs_trap(exports: wasm2py.Instance, name: str) -> None:
    for outside in (65536, -1, 65533 if "_u" not in DROPPED[name] else 65536):
        if "load16" in DROPPED[name]:
            outside = max(outside, 65535) if outside > 0 else outside
        with pytest.raises(wasm2py.Trap, match="out of bounds memory access"):
            exports.exports[name](outside)
    if name != "a sum that nobody reads":
        assert exports.exports[name](65528) == 7


# Operations that compilers take for an operand, or for its negation.
FLOATS = {
    "times one": "f64.mul $x (f64.const 1)",
    "one times": "f64.mul (f64.const 1) $x",
    "times minus one": "f64.mul $x (f64.const -1)",
    "over one": "f64.div $x (f64.const 1)",
    "over minus one": "f64.div $x (f64.const -1)",
    "minus zero": "f64.sub $x (f64.const 0)",
    "plus minus zero": "f64.add $x (f64.const -0)",
    "from minus zero": "f64.sub (f64.const -0) $x",
    "times two": "f64.mul $x (f64.const 2)",
    "minus a NaN": "f64.sub $x (f64.const nan:0x1)",
    "over a NaN": "f64.div $x (f64.const nan:0x1)",
    "a NaN times": "f64.mul (f64.const nan:0x1) $x",
    "least": "f64.min $x $x",
    "least of a NaN": "f64.min $x (f64.const nan:0x1)",
    "most of a NaN": "f64.max (f64.const nan:0x1) $x",
    "root": "f64.sqrt $x",
    "floor": "f64.floor $x",
    "ceiling": "f64.ceil $x",
    "truncated": "f64.trunc $x",
    "nearest": "f64.nearest $x",
}
MOVES = {
    "negated": ("f64.neg $x", 1),
    "twice negated": ("f64.neg (f64.neg $x)", 0),
}
FLOATS.update({name: text for name, (text, _) in MOVES.items()})


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("bits", [32, 64])
def test_no_operation_gives_a_signalling_nan(
    exports: wasm2py.Instance, name: str, bits: int
) -> None:
    quiet = 1 << (22 if bits == 32 else 51)
    signalling = (0x7F800000 if bits == 32 else 0x7FF << 52) | 5
    found = exports.exports[f"{name}{bits}"](signalling) & (1 << bits) - 1
    if name in MOVES:
        assert found == signalling | MOVES[name][1] << bits - 1
    else:
        assert found & quiet
        assert found & signalling & ~5 == signalling & ~5


def test_a_nan_is_quiet_after_it_has_been_narrowed(exports: wasm2py.Instance) -> None:
    assert exports.exports["narrowed"](0x7F800005) & 0x7FC00000 == 0x7FC00000


def test_a_nan_is_quiet_after_a_zero_has_been_taken_from_it(
    exports: wasm2py.Instance,
) -> None:
    """Compilers know the zero, but not from a constant in the operation."""
    signalling = 0x7FF << 52 | 5
    assert exports.exports["minus a local"](signalling) & 1 << 51


def _f64(bits: int) -> float:
    value: float = struct.unpack("<d", struct.pack("<q", bits))[0]
    return value


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("floor", math.floor),
        ("ceiling", math.ceil),
        ("truncated", math.trunc),
        ("nearest", round),
    ],
)
def test_rounding(exports: wasm2py.Instance, name: str, function: object) -> None:
    values = [0.0, 0.3, 0.5, 0.7, 1.0, 1.5, 2.5, 2.0**51 + 0.5, 2.0**52 - 0.5, 2.0**60]
    for value in (*values, *(-value for value in values)):
        (given,) = struct.unpack("<q", struct.pack("<d", value))
        found = _f64(exports.exports[f"{name}64"](given))
        assert callable(function)
        assert found == function(value)
        assert math.copysign(1, found) == math.copysign(1, value)


STATE = {
    "stored before a load": (
        "(i32.store (i32.const 0) (i32.const 1)) (drop (i32.load (local.get 0)))"
        " (i32.store (i32.const 0) (i32.const 2))"
    ),
    "stored before a store": (
        "(i32.store (i32.const 0) (i32.const 1)) (i32.store (local.get 0) (i32.const 3))"
        " (i32.store (i32.const 0) (i32.const 2))"
    ),
    "set before a load": (
        "(global.set $g (i32.const 1)) (drop (i32.load (local.get 0)))"
        " (global.set $g (i32.const 2))"
    ),
}


@pytest.mark.parametrize("name", STATE)
@pytest.mark.parametrize("compiler", compilers.NAMES)
def test_what_was_written_before_a_trap_is_seen_after_it(
    compiler: str, name: str, native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilers.use(monkeypatch, native_cache, compiler)
    wasm = assemble(
        f"""(module (memory (export "m") 1) (global $g (export "g") (mut i32) (i32.const 0))
        (func (export "f") (param i32) {STATE[name]}))"""
    )
    exports = wasm2py.instantiate(wasm2py.compile(wasm, target="c")).exports
    with pytest.raises(wasm2py.Trap):
        exports["f"](-4)
    assert exports["m"].read(0, 1)[0] + exports["g"].value == 1
