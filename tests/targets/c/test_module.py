"""What belongs to a module as a whole: nothing in it is of the module's choosing."""

from __future__ import annotations

from tests.wasm_tools import assemble
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options
from wasm2py.targets.registry import SOURCE_TARGETS
from wasm2py.translation.translator import Translation, Translator

TEXT = r"""(module $*/evil
  (import "*/\0a#error" "??/" (func $f (param i32) (result i32 i64)))
  (global $g (export "*/ int x;") (mut i32) (i32.const 0))
  (global f64 (f64.const 1)) (global (mut externref) (ref.null extern))
  (func $\0a (export "#define") (param i32) (result i32) (local.get 0))
  (func (export "again") (param i32) (result i32) (local.get 0))
  (func (export "other") (result i32 i64) (call $f (global.get $g))))"""


def translated() -> Translation:
    translator = Translator(WASM2, Options(target="c"))
    translator.receive(assemble(TEXT.replace(r"$\0a", "$new")))
    translator.receive(b"")
    return translator.finish()


def test_the_same_body_is_the_same_code_under_another_name() -> None:
    codes = {code.funcidx: code.native for code in translated().codes}
    assert codes[2] == codes[1].replace(" f1(", " f2(")
    assert " f2(" in codes[2]


def test_names_are_not_in_it_and_it_is_always_the_same() -> None:
    def text() -> str:
        env, codes, _ = translated()
        target = SOURCE_TARGETS["c"]
        parts = [target.header(env), *(code.native for code in codes)]
        return "\n".join([*parts, target.module(env, codes)])

    for word in ("evil", "error", "again", "int x", "other", "??", "#define\n"):
        assert word not in text()
    assert text() == text()


def test_numbers_have_cells_and_references_have_not() -> None:
    header = SOURCE_TARGETS["c"].header(translated().env)
    assert "    volatile uint32_t g0;" in header
    assert "    volatile double g1;" in header
    assert " g2;" not in header


def test_functions_that_call_themselves_are_marked() -> None:
    translator = Translator(WASM2, Options(target="c"))
    translator.receive(assemble("""(module
      (func $own (param i32) (result i32)
        (if (result i32) (local.get 0)
          (then (call $own (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 1))))
      (func (param i32) (result i32) (call $own (local.get 0))))"""))
    translator.receive(b"")
    own, other = (code.native for code in translator.finish().codes)
    assert own.startswith("W2P_RECURSIVE uint32_t f0(")
    assert other.startswith("W2P_FRAMED uint32_t f1(")
