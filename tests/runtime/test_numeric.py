"""Every numeric instruction against wasmtime, over the values where it is hard."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from wasm2py_runtime import float_bits, floats, integers
from wasm2py_runtime.errors import Trap

wasmtime = pytest.importorskip("wasmtime")

BITS = {"i32": 32, "i64": 64, "f32": 32, "f64": 64}
TYPES = {
    "i32": [0, 1, 2, 5, 31, 32, 33, 255, 0x8000, 0x7FFFFFFF, 0x80000000, 0x80000001]
    + [0xFFFFFFFF, 0xFFFFFFFE, 0xDEADBEEF, 0x00FF8000],
    "i64": [0, 1, 7, 63, 64, 65, 0x80, 0x8000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
    + [0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0x8000000000000001]
    + [0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFE, 0x20000020000001, 0x7FFFFF4000000001]
    + [0x8000008000000001, 0xDEADBEEFCAFEF00D],
    # Zeros, subnormals, ties, halves, limits of integers, infinities, NaNs.
    "f32": [0, 0x80000000, 1, 0x80000001, 0x007FFFFF, 0x00800000, 0x3F000000]
    + [0x3F800000, 0xBF800000, 0xBF7FFFFF, 0x3FC00000, 0xC0200000, 0x4B000001]
    + [0x4B7FFFFF, 0x4EFFFFFF, 0x4F000000, 0xCF000000, 0xCF000001, 0x4F800000]
    + [0x5F000000, 0xDF000000, 0x5F800000, 0x7F7FFFFF, 0x7F800000, 0xFF800000]
    + [0x7FC00000, 0xFFC00000, 0x7F800001, 0xFFA12345],
    "f64": [0, 1 << 63, 1, 0x000FFFFFFFFFFFFF, 0x0010000000000000]
    + [0x3690000000000000, 0x36A0000000000001, 0x380FFFFFFFFFFFFF]
    + [0x3FE0000000000000, 0x3FF0000000000000, 0xBFF0000000000000]
    + [0xBFEFFFFFFFFFFFFF, 0x3FF8000000000000, 0xC004000000000000]
    + [0x3FF0000010000000, 0x3FF0000030000000, 0x41DFFFFFFFC00000]
    + [0x41E0000000000000, 0xC1E0000000000000, 0xC1E00000001FFFFF]
    + [0xC1E0000000200000, 0x41F0000000000000, 0x4330000000000001]
    + [0x432FFFFFFFFFFFFF, 0x43E0000000000000, 0xC3E0000000000000]
    + [0x43F0000000000000, 0x47EFFFFFEFFFFFFF, 0x47EFFFFFF0000000]
    + [0x7FEFFFFFFFFFFFFF, 0x7FF0000000000000, 0xFFF0000000000000]
    + [0x7FF8000000000000, 0xFFF8000000000000, 0x7FF0000000000001]
    + [0xFFF4000020000000],
}
# These copy bits: their NaNs must be exactly the same.
SIGN_BIT = ("abs", "neg", "copysign")


def _instructions() -> list[tuple[str, tuple[str, ...], str]]:
    """(mnemonic, operand types, result type) of all numeric instructions."""
    table: list[tuple[str, tuple[str, ...], str]] = []
    for t in ("i32", "i64"):
        for name in "clz ctz popcnt extend8_s extend16_s".split():
            table.append((f"{t}.{name}", (t,), t))
        for name in (
            "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"
        ).split():
            table.append((f"{t}.{name}", (t, t), t))
        table.append((f"{t}.eqz", (t,), "i32"))
        for name in "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u".split():
            table.append((f"{t}.{name}", (t, t), "i32"))
        for f, saturating, sign in itertools.product(
            ("f32", "f64"), ("", "sat_"), ("s", "u")
        ):
            table.append((f"{t}.trunc_{saturating}{f}_{sign}", (f,), t))
    for t in ("f32", "f64"):
        for name in "abs neg sqrt ceil floor trunc nearest".split():
            table.append((f"{t}.{name}", (t,), t))
        for name in "add sub mul div min max copysign".split():
            table.append((f"{t}.{name}", (t, t), t))
        for name in "eq ne lt gt le ge".split():
            table.append((f"{t}.{name}", (t, t), "i32"))
        for i, sign in itertools.product(("i32", "i64"), ("s", "u")):
            table.append((f"{t}.convert_{i}_{sign}", (i,), t))
    return [
        *table,
        ("i64.extend32_s", ("i64",), "i64"),
        ("i32.wrap_i64", ("i64",), "i32"),
        ("i64.extend_i32_s", ("i32",), "i64"),
        ("i64.extend_i32_u", ("i32",), "i64"),
        ("f32.demote_f64", ("f64",), "f32"),
        ("f64.promote_f32", ("f32",), "f64"),
        ("i32.reinterpret_f32", ("f32",), "i32"),
        ("i64.reinterpret_f64", ("f64",), "i64"),
        ("f32.reinterpret_i32", ("i32",), "f32"),
        ("f64.reinterpret_i64", ("i64",), "f64"),
    ]


INSTRUCTIONS = _instructions()


@pytest.fixture(scope="module")
def reference() -> tuple[Any, Any]:
    """All instructions as functions on bits."""
    parts = []
    for mnemonic, operands, result in INSTRUCTIONS:
        parameters = " ".join(f"(param i{BITS[t]})" for t in operands)
        code = "".join(
            f" local.get {i}" + (f" {t}.reinterpret_i{BITS[t]}" if t[0] == "f" else "")
            for i, t in enumerate(operands)
        )
        code += f" {mnemonic}"
        if result[0] == "f":
            code += f" i{BITS[result]}.reinterpret_{result}"
        parts.append(
            f'(func (export "{mnemonic}") {parameters} (result i{BITS[result]}){code})'
        )
    store = wasmtime.Store()
    module = wasmtime.Module(store.engine, f"(module {' '.join(parts)})")
    return store, wasmtime.Instance(store, module, []).exports(store)


FROM_BITS: dict[str, Any] = {
    "i32": lambda x: x,
    "i64": lambda x: x,
    "f32": float_bits.f32_reinterpret_i32,
    "f64": float_bits.f64_reinterpret_i64,
}
TO_BITS: dict[str, Any] = {
    "i32": lambda x: x,
    "i64": lambda x: x,
    "f32": float_bits.i32_reinterpret_f32,
    "f64": float_bits.i64_reinterpret_f64,
}


def _signed(x: int, bits: int) -> int:
    return x - (1 << bits) if x >> (bits - 1) else x


def _is_nan(bits: int, kind: str) -> bool:
    if kind == "f32":
        return bits & 0x7FFFFFFF > 0x7F800000
    return kind == "f64" and bits & (1 << 63) - 1 > 0x7FF << 52


def _is_quiet(bits: int, kind: str) -> bool:
    return bool(bits >> (22 if kind == "f32" else 51) & 1)


@pytest.mark.parametrize(
    "mnemonic,operands,result", INSTRUCTIONS, ids=[row[0] for row in INSTRUCTIONS]
)
def test_results(
    reference: tuple[Any, Any], mnemonic: str, operands: tuple[str, ...], result: str
) -> None:
    store, exports = reference
    name = mnemonic.replace(".", "_")
    function = (
        getattr(integers, name, None)
        or getattr(floats, name, None)
        or getattr(float_bits, name)
    )
    expect = exports[mnemonic]
    width = BITS[result]
    for values in itertools.product(*(TYPES[t] for t in operands)):
        case = f"{mnemonic} {[hex(value) for value in values]}"
        arguments = [FROM_BITS[t](value) for t, value in zip(operands, values)]
        signed = [_signed(value, BITS[t]) for t, value in zip(operands, values)]
        try:
            wanted = expect(store, *signed) % (1 << width)
        except wasmtime.Trap as trap:
            with pytest.raises(Trap) as caught:
                function(*arguments)
            assert str(caught.value) in trap.message, case
            continue
        given = TO_BITS[result](function(*arguments))
        if (
            _is_nan(wanted, result)
            and mnemonic.split(".")[1] not in SIGN_BIT
            and "reinterpret" not in mnemonic
        ):
            assert _is_nan(given, result) and _is_quiet(given, result), case
        else:
            assert given == wanted, case


def test_there_is_a_function_for_each_instruction() -> None:
    names = {mnemonic.replace(".", "_") for mnemonic, _, _ in INSTRUCTIONS}
    defined = {
        name
        for module in (integers, float_bits, floats)
        for name, value in vars(module).items()
        if name[:4] in ("i32_", "i64_", "f32_", "f64_") and callable(value)
    }
    assert defined - {"f32_from_host", "i32_gcd_s", "i64_gcd_s"} == names


_DIVIDED = (0, 1, 6, 91, 2**31 - 1, 2**31, 2**31 + 2, 2**32 - 7, 2**32 - 1)


@pytest.mark.parametrize("a", _DIVIDED)
@pytest.mark.parametrize("b", _DIVIDED)
def test_divisors_are_what_the_algorithm_comes_to(a: int, b: int) -> None:
    x, y = a, b
    while y:
        x, y = y, integers.i32_rem_s(x, y)
    assert integers.i32_gcd_s(a, b) == x
    p, q = a << 32, b << 32
    x, y = p, q
    while y:
        x, y = y, integers.i64_rem_s(x, y)
    assert integers.i64_gcd_s(p, q) == x
