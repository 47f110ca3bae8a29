"""Truncations of floats to integers, guarded by the module or not."""

from __future__ import annotations

import itertools
import math
import struct

import pytest

import wasm2py
from tests.targets.python.choose.test_representation import lines
from tests.wasm_tools import assemble

LIMIT = "(f64.const 2147483648)"
INSIDE = f"(f64.lt (f64.abs (local.get $x)) {LIMIT})"
BELOW = "(f64.lt (local.get $x) (f64.const 4294967296))"
POSITIVE = "(f64.ge (local.get $x) (f64.const 0))"
UNSIGNED = "(i32.trunc_f64_u (local.get $x))"
TRUNCATED = "(i32.trunc_f64_s (local.get $x))"


def function(body: str) -> str:
    """A function with a local that is assigned once: a parameter is not."""
    load = "(local.set $x (f64.load (i32.const 0)))"
    return f"(func (param $p i32) (result i32) (local $x f64) (local $i i32) {load} {body})"


def test_without_a_guard() -> None:
    assert lines(function(TRUNCATED))[1:] == [
        "v1 = mf64[0]",
        "return (trunc(v1) if abs(v1) < 2147483648.0 else i32_trunc_f64_s(v1)) % 0x100000000",
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f"""(if {INSIDE} (then (local.set $i {TRUNCATED}))
              (else (local.set $i (i32.const 0x80000000)))) (local.get $i)""",
            id="in the first arm",
        ),
        pytest.param(
            f"""(if (i32.eqz {INSIDE}) (then (local.set $i (i32.const 0x80000000)))
              (else (local.set $i {TRUNCATED}))) (local.get $i)""",
            id="in the other arm",
        ),
        pytest.param(
            f"(if (i32.eqz {INSIDE}) (then (return (i32.const 7)))) {TRUNCATED}",
            id="behind it",
        ),
        pytest.param(
            f"(if {INSIDE} (then (loop $l (local.set $i {TRUNCATED}) (br_if $l (local.get $p)))))"
            "(local.get $i)",
            id="in a loop inside",
        ),
        pytest.param(
            f"""(if (i32.and {BELOW} {POSITIVE}) (then (return {UNSIGNED}))) (i32.const 7)""",
            id="unsigned",
        ),
        pytest.param(
            f"""(if (i32.eqz (i32.and {POSITIVE} {BELOW})) (then (return (i32.const 7))))
              {UNSIGNED}""",
            id="unsigned, behind it",
        ),
    ],
)
def test_guarded(body: str) -> None:
    text = "\n".join(lines(function(body)))
    assert "trunc(v1)" in text
    assert "i32_trunc_f64" not in text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f"(if {INSIDE} (then (return (i32.const 7)))) {TRUNCATED}",
            id="behind what it lets through",
        ),
        pytest.param(
            f"(if {INSIDE} (then (local.set $i (i32.const 7)))) {TRUNCATED}",
            id="behind both arms",
        ),
        pytest.param(
            f"(if {INSIDE.replace('lt', 'le')} (then (return {TRUNCATED}))) (i32.const 7)",
            id="another relation",
        ),
        pytest.param(
            f"(if {INSIDE.replace('8)', '9)')} (then (return {TRUNCATED}))) (i32.const 7)",
            id="another limit",
        ),
        pytest.param(
            f"""(if {INSIDE} (then (local.set $x (f64.load (i32.const 8)))
              (return {TRUNCATED}))) (local.set $x (f64.add (local.get $x) (local.get $x)))
              {TRUNCATED}""",
            id="another value",
        ),
        pytest.param(
            f"(if {BELOW} (then (return {UNSIGNED}))) (i32.const 7)",
            id="perhaps negative",
        ),
        pytest.param(
            f"(if (i32.and {BELOW} {POSITIVE.replace('f64.ge', 'f64.gt')}) (then (return {UNSIGNED})))"
            "(i32.const 7)",
            id="another test of the sign",
        ),
        pytest.param(
            f"(if (i32.and {BELOW} {POSITIVE}) (then (return {TRUNCATED}))) (i32.const 7)",
            id="another sign",
        ),
    ],
)
def test_not_guarded(body: str) -> None:
    assert "i32_trunc_f64" in "\n".join(lines(function(body)))


BOUNDS = [0.0, 1.0, *(2.0**bits for bits in (31, 32, 63, 64))]
FLOATS = [
    sign * float(value)
    for bound in BOUNDS
    for value in (
        bound,
        math.nextafter(bound, 0),
        math.nextafter(bound, 1e30),
        bound + 0.5,
    )
    for sign in (1, -1)
] + [math.inf, -math.inf, math.nan]


def expected(value: float, bits: int, sign: str, saturating: bool) -> int | str:
    low, high = (
        (-(1 << bits - 1), (1 << bits - 1) - 1) if sign == "s" else (0, (1 << bits) - 1)
    )
    if math.isnan(value):
        return 0 if saturating else "invalid conversion to integer"
    if math.isinf(value) or not low <= math.trunc(value) <= high:
        return (low if value < 0 else high) if saturating else "integer overflow"
    return math.trunc(value)


@pytest.mark.parametrize(("bits", "width"), [*itertools.product((32, 64), (32, 64))])
def test_every_limit(bits: int, width: int) -> None:
    ways = [(sat, sign) for sat in ("", "sat_") for sign in "su"]
    functions = " ".join(
        f"""(func (export "{sat}{sign}") (param f{width}) (result i{bits})
          (i{bits}.trunc_{sat}f{width}_{sign} (local.get 0)))""" for sat, sign in ways
    )
    module = wasm2py.compile(assemble(f"(module {functions})"))
    exports = wasm2py.instantiate(module).exports
    for value in FLOATS:
        if width == 32:
            value = struct.unpack("<f", struct.pack("<f", value))[0]
        for sat, sign in ways:
            wanted = expected(value, bits, sign, bool(sat))
            if isinstance(wanted, str):
                with pytest.raises(wasm2py.Trap, match=wanted):
                    exports[f"{sat}{sign}"](value)
            else:
                found = exports[f"{sat}{sign}"](value)
                assert (found - wanted) % (1 << bits) == 0, (value, sat, sign)
