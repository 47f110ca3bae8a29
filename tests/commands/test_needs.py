"""`wasm2py inspect --needs`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.running import Runner
from tests.wasm_tools import assemble

PROGRAM = """
(module
  (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32)))
  (import "env" "f" (func))
  (func (export "_start") (drop (i32.extend8_s (i32.const 0)))))
"""
LIBRARY = """
(module
  (import "wasi_unstable" "sched_yield" (func (result i32)))
  (func (export "_initialize")))
"""
PART = """
(module
  (import "wasi:cli/environment@0.2.0" "get" (func (param i32))))
"""
EMSCRIPTEN = """
(module
  (import "env" "emscripten_resize_heap" (func (param i32) (result i32)))
  (import "env" "invoke_vii" (func (param i32 i32 i32)))
  (import "env" "own" (func)))
"""
EMBIND = """
(module (import "env" "_embind_register_void" (func (param i32 i32))))
"""
MINIFIED = '(module (import "a" "b" (func)) (import "a" "c" (func)))'
BINDGEN = """
(module
  (import "wbg" "__wbindgen_throw" (func (param i32 i32)))
  (func (export "__wbindgen_malloc") (param i32) (result i32) unreachable))
"""
BINDGEN_ALONE = """
(module (func (export "__wbindgen_malloc") (param i32) (result i32) unreachable))
"""
GO = """
(module (import "gojs" "runtime.wasmExit" (func (param i32))))
"""
SIDE = '(module (@custom "dylink.0" "\\01\\02"))'


def needs(run: Runner, tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "module.wasm"
    path.write_bytes(assemble(text))
    outcome = run("inspect", "--needs", "--json", path)
    assert outcome.status == 0
    found: dict[str, str] = json.loads(outcome.output)
    lines = run("inspect", "--needs", path).output.splitlines()
    assert lines == ([f"{kind}: {text}" for kind, text in found.items()]) or not found
    return found


@pytest.mark.parametrize(
    "text, expected",
    [
        (
            PROGRAM,
            {
                "proposals": "sign-extension",
                "WASI": "preview 1; it is a program (_start)",
                "imports": '"env.f"',
            },
        ),
        (
            LIBRARY,
            {
                "WASI": "the version before preview 1 (wasi_unstable); it is a library"
                " (_initialize)"
            },
        ),
        (
            PART,
            {
                "WASI": "preview 2 or later, as a part of a component; it is a library,"
                " without _initialize",
                "imports": '"wasi:cli/environment@0.2.0.get"',
            },
        ),
        (
            EMSCRIPTEN,
            {
                "Emscripten": "emscripten(...) gives 2 of its 3 imports",
                "imports": '"env.own"',
            },
        ),
        (
            EMBIND,
            {
                "Emscripten": "its own JavaScript gives its imports",
                "imports": '"env._embind_register_void"',
            },
        ),
        (
            MINIFIED,
            {
                "Emscripten": "likely: the names are minified; its JavaScript has others:"
                " --names-from",
                "imports": '"a.b", "a.c"',
            },
        ),
        (
            BINDGEN,
            {
                "wasm-bindgen": "its own JavaScript gives its imports, and tells how it is"
                " called",
                "imports": '"wbg.__wbindgen_throw"',
            },
        ),
        (
            BINDGEN_ALONE,
            {"wasm-bindgen": "its own JavaScript tells how it is called"},
        ),
        (
            GO,
            {
                "Go": "its wasm_exec.js gives its imports",
                "imports": '"gojs.runtime.wasmExit"',
            },
        ),
        (
            SIDE,
            {"dynamic linking": "it is to be loaded into another module (dylink.0)"},
        ),
    ],
)
def test_needs(
    run: Runner, tmp_path: Path, text: str, expected: dict[str, str]
) -> None:
    assert needs(run, tmp_path, text) == expected


def test_needs_of_nothing(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "module.wasm"
    path.write_bytes(assemble("(module)"))
    assert run("inspect", "--needs", path) == (0, "needs nothing\n", "")


def test_a_proposal_is_named_once(run: Runner, tmp_path: Path) -> None:
    """However many of its instructions there are, in however many functions."""
    found = needs(
        run,
        tmp_path,
        """(module (memory 1)
             (func (drop (v128.load (i32.const 0))))
             (func (drop (v128.const i64x2 0 0)) (drop (f32x4.splat (f32.const 0))))
             (func (local v128)))""",
    )
    assert found == {
        "proposals": "simd",
        "not supported": "opcode fd 00 needs the proposal 'simd', which is not supported",
    }


def test_many_imports_with_names_of_any_kind(run: Runner, tmp_path: Path) -> None:
    imports = "".join(f'(import "\\0a" "f{number}" (func))' for number in range(30))
    found = needs(run, tmp_path, f"(module {imports})")
    assert found["imports"].startswith('"\\n.f0", ')
    assert found["imports"].endswith(", and 20 more")


def test_names_from_a_script(run: Runner, tmp_path: Path) -> None:
    module, script = tmp_path / "module.wasm", tmp_path / "module.js"
    module.write_bytes(
        assemble('(module (import "a" "b" (func (param i32) (result i32))))')
    )
    script.write_text("var wasmImports = {b: _emscripten_resize_heap}")
    outcome = run("inspect", "--needs", "--names-from", script, module)
    assert outcome == (0, "Emscripten: emscripten(...) gives 1 of its 1 imports\n", "")
