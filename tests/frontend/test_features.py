"""Each construct of a proposal works, or is refused with the proposal's name, never as something else."""

from __future__ import annotations

import pytest

import wasm2py
from tests.wasm_tools import assemble
from wasm2py.errors import Malformed, Unsupported
from wasm2py.spec import features

WORKING = {
    features.MULTI_MEMORY: (
        "(memory 1) (memory $b 1) (func (drop (i32.load $b (i32.const 0))))",
    ),
    features.EXTENDED_CONST: ("(global i32 (i32.add (i32.const 1) (i32.const 2)))",),
    features.MUTABLE_GLOBALS: ('(import "a" "b" (global (mut i32)))',),
    features.SIGN_EXTENSION: ("(func (drop (i32.extend8_s (i32.const 1))))",),
    features.SATURATING_FLOAT_TO_INT: (
        "(func (drop (i32.trunc_sat_f32_s (f32.const 1))))",
    ),
    features.MULTI_VALUE: ("(func (result i32 i32) (i32.const 1) (i32.const 2))",),
    features.REFERENCE_TYPES: ("(func (param externref))", "(table 1 externref)"),
    features.BULK_MEMORY: ('(memory 1) (data "") (func (data.drop 0))',),
}

REFUSED = {
    features.FUNCTION_REFERENCES: (
        "(type $t (func)) (func (param (ref $t)))",
        "(type $t (func)) (func (result (ref null $t)) unreachable)",
        "(type $t (func)) (func (local (ref null $t)))",
        "(type $t (func)) (global (ref null $t) (ref.null $t))",
        "(type $t (func)) (global funcref (ref.null $t))",
        '(type $t (func)) (import "a" "b" (global (ref $t)))',
        "(type $t (func)) (table 1 (ref null $t))",
        "(func $f) (table 1 funcref (ref.func $f))",
        "(func $f) (table 1 funcref) (elem (i32.const 0) (ref func) (ref.func $f))",
        "(func (param (ref func)))",
        "(func (param (ref extern)))",
        "(type $t (func)) (func (drop (ref.null $t)))",
        "(type $t (func)) (func (block (result (ref null $t)) unreachable) drop)",
        "(type $t (func)) (func (call_ref $t (ref.null $t)))",
        "(type $t (func)) (func unreachable return_call_ref $t)",
        "(func unreachable ref.as_non_null drop)",
        "(func unreachable br_on_null 0 drop)",
        "(func unreachable br_on_non_null 0)",
    ),
    features.GC: (
        "(type (struct (field i32)))",
        "(type (array i8))",
        "(rec (type (func)) (type (func)))",
        "(type (sub (func)))",
        "(type (sub final (struct)))",
        *(
            f"(func (param {type}ref))"
            for type in ("any", "eq", "i31", "struct", "array", "null", "nullfunc")
        ),
        "(table 1 anyref)",
        "(func (drop (ref.null any)))",
        "(func (drop (ref.null none)))",
        "(func (drop (ref.null nofunc)))",
        "(func (drop (ref.i31 (i32.const 0))))",
        "(global i31ref (ref.i31 (i32.const 1)))",
        "(func unreachable ref.test funcref drop)",
        "(func unreachable ref.cast funcref drop)",
        "(func unreachable any.convert_extern drop)",
        "(func unreachable ref.eq drop)",
    ),
    features.EXCEPTIONS: (
        "(tag (param i32))",
        '(import "a" "b" (tag))',
        "(func (param exnref))",
        "(func (drop (ref.null exn)))",
        "(func (drop (ref.null noexn)))",
        "(func unreachable throw_ref)",
        "(func (try_table (nop)))",
    ),
    features.TAIL_CALL: (
        "(func $f (return_call $f))",
        "(type $t (func)) (table 1 funcref) (func unreachable return_call_indirect (type $t))",
    ),
    features.MEMORY64: (
        "(memory i64 1)",
        '(import "a" "b" (memory i64 1))',
        "(table i64 1 funcref)",
    ),
    features.SIMD: (
        "(func (param v128))",
        "(func (local v128))",
        '(import "a" "b" (global v128))',
        "(func (block (result v128) unreachable) drop)",
        "(func unreachable select (result v128) drop)",
        "(func (drop (v128.const i32x4 0 0 0 0)))",
        "(func unreachable i8x16.add drop)",
    ),
    features.RELAXED_SIMD: (
        "(func unreachable i8x16.relaxed_swizzle drop)",
        "(func unreachable i32x4.relaxed_dot_i8x16_i7x16_add_s drop)",
    ),
    features.THREADS: (
        "(memory 1 1 shared)",
        '(import "a" "b" (memory 1 1 shared))',
        "(func atomic.fence)",
        "(memory 1) (func unreachable i64.atomic.rmw32.cmpxchg_u drop)",
        "(memory 1) (func unreachable memory.atomic.notify drop)",
    ),
    features.LEGACY_EXCEPTIONS: (
        "(func try catch_all end)",
        "(func unreachable rethrow 0)",
    ),
    features.CUSTOM_PAGE_SIZES: (
        "(memory 1 (pagesize 1))",
        '(import "a" "b" (memory 1 (pagesize 1)))',
    ),
    features.WIDE_ARITHMETIC: (
        "(func unreachable i64.add128 drop drop)",
        "(func unreachable i64.mul_wide_u drop drop)",
    ),
    features.STACK_SWITCHING: (
        "(type $f (func)) (type (cont $f))",
        "(func (param contref))",
        "(func (param nullcontref))",
        "(func (drop (ref.null cont)))",
        "(func unreachable suspend 0)",
    ),
}


def parametrised(modules: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(feature, text) for feature, texts in modules.items() for text in texts]


def test_there_is_a_module_for_each_feature() -> None:
    assert WORKING.keys() == features.IMPLEMENTED - {features.MVP}
    assert REFUSED.keys() == features.ALL - features.IMPLEMENTED


@pytest.mark.parametrize(("feature", "text"), parametrised(WORKING))
def test_what_works(feature: str, text: str) -> None:
    wasm = assemble(f"(module {text})")
    wasm2py.compile(wasm)
    with pytest.raises(wasm2py.CompileError):
        wasm2py.compile(wasm, features=features.ALL - {feature})


@pytest.mark.parametrize(("feature", "text"), parametrised(REFUSED))
def test_what_is_refused(feature: str, text: str) -> None:
    wasm = assemble(f"(module {text})")
    with pytest.raises(Unsupported, match=f"needs the proposal '{feature}'") as refused:
        wasm2py.compile(wasm, features="all")
    assert refused.value.feature == feature
    with pytest.raises(Malformed, match=f"needs the feature '{feature}'"):
        wasm2py.compile(wasm, features=features.ALL - {feature})
