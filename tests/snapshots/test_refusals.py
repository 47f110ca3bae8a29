"""What a snapshot cannot keep is an error that says so."""

from __future__ import annotations

import tracemalloc

import pytest

import wasm2py
from tests.wasm_tools import assemble

WASI = "wasi_snapshot_preview1"
EXIT = f'(import "{WASI}" "proc_exit" (func $exit (param i32)))'
CLOSE = f'(import "{WASI}" "fd_close" (func $close (param i32) (result i32)))'
FLAGS = f'(import "{WASI}" "fd_fdstat_set_flags" (func $flags (param i32 i32) (result i32)))'
WRITE = (
    f'(import "{WASI}" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))'
)
MEMORY = '(memory (export "memory") 1)'

TOLD = "the snapshot keeps what the initialiser was told"

REFUSED: dict[str, tuple[str, bool | str, str]] = {
    "nothing": ("", True, "there is nothing to initialise: .*name an export"),
    "unknown": ("", "init", "there is no function 'init' among the exports"),
    "not a function": (
        '(memory (export "init") 1)',
        "init",
        "there is no function 'init' among the exports",
    ),
    "arguments": (
        '(func (export "init") (param i32 f64))',
        "init",
        r"'init' takes arguments \(i32, f64\)",
    ),
    "trap": (
        '(func $inner unreachable) (func (export "init") (call $inner))',
        "init",
        r"has failed: trap: unreachable; in inner \(offset .*\), called by init",
    ),
    "exit": (
        f'{EXIT} {MEMORY} (func (export "init") (call $exit (i32.const 3)))',
        "init",
        "has ended the program, with status 3",
    ),
    "what it has said": (
        f"""{WRITE} {MEMORY}
        (data (i32.const 0) "\\08\\00\\00\\00\\0a\\00\\00\\00no time\\0a\\1b[")
        (func (export "init")
          (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 64)))
          unreachable)""",
        "init",
        r"unreachable; in init .*; it has written 'no time\\n\\x1b\['$",
    ),
    "host function": (
        '(import "env" "f" (func $f)) (func (export "init") (call $f))',
        "init",
        "calls a function of the host, 'env' 'f'",
    ),
    "memory": (
        '(import "env" "m" (memory 1)) (func (export "init"))',
        "init",
        "imports a memory of the host, 'env' 'm'",
    ),
    "table": (
        '(import "env" "t" (table 1 funcref)) (func (export "init"))',
        "init",
        "imports a table of the host, 'env' 't'",
    ),
    "global": (
        '(import "env" "g" (global (mut i32))) (func (export "init"))',
        "init",
        "imports a global of the host, 'env' 'g'",
    ),
    "closed": (
        f'{CLOSE} {MEMORY} (func (export "init") (drop (call $close (i32.const 1))))',
        "init",
        "cannot keep what the initialiser has done to descriptors",
    ),
    "flags": (
        f"""{FLAGS} {MEMORY}
        (func (export "init") (drop (call $flags (i32.const 1) (i32.const 4))))""",
        "init",
        "cannot keep what the initialiser has done to descriptors",
    ),
    "type of WASI's": (
        f"""(import "{WASI}" "fd_close" (func (param i64) (result i32))) {MEMORY}
        (func (export "init"))""",
        "init",
        "incompatible import type: WASI's 'fd_close'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    body, snapshot, message = REFUSED[name]
    with pytest.raises(wasm2py.SnapshotError, match=message) as raised:
        wasm2py.compile(assemble(f"(module {body})"), snapshot=snapshot)
    assert "\n" not in str(raised.value)


def test_references_of_the_host() -> None:
    wat = """(module (import "text" "some" (global $text externref))
      (global $g (mut externref) (ref.null extern)) (global $h externref (global.get $text))
      (table $t 3 externref)
      (func (export "global") (global.set $g (global.get $text)))
      (func (export "table") (table.set $t (i32.const 1) (global.get $text)))
      (func (export "neither"))
      (func (export "constant") (result externref) (global.get $h)))"""
    wasm = assemble(wat)
    for name, place in (("global", "global 1"), ("table", "table 0")):
        message = f"^{place} holds a reference to something of the host"
        with pytest.raises(wasm2py.SnapshotError, match=message):
            wasm2py.compile(wasm, imported_string_constants="text", snapshot=name)
    module = wasm2py.compile(wasm, imported_string_constants="text", snapshot="neither")
    assert wasm2py.instantiate(module).exports.constant() == "some"


def test_too_much_memory() -> None:
    wat = """(module (memory 1) (func (export "init")
      (drop (memory.grow (i32.const 2000))) (memory.fill (i32.const 0) (i32.const 1) (i32.const 100000000))))"""
    wasm = assemble(wat)
    with pytest.raises(wasm2py.SnapshotError, match="131,072,000 more bytes of memory"):
        wasm2py.compile(wasm, snapshot="init", max_memory=50_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(wasm2py.CompileError, match="output is too large"):
            wasm2py.compile(wasm, snapshot="init", max_output=50_000_000)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000  # nothing is copied
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("value", [1, None, b"init"])
def test_wrong_types(value: object) -> None:
    with pytest.raises(TypeError, match="snapshot must be bool or str or Callable"):
        wasm2py.compile(assemble("(module)"), snapshot=value)  # type: ignore[arg-type]


def test_a_program_that_refuses_to_begin_at_zero() -> None:
    """Go's do."""
    wat = f"""(module
      (import "{WASI}" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
      {MEMORY}
      (func (export "init")
        (drop (call $clock (i32.const 1) (i64.const 0) (i32.const 32)))
        (if (i64.eqz (i64.load (i32.const 32))) (then unreachable)))
      (func (export "time") (result i64) (i64.load (i32.const 32))))"""
    with pytest.warns(UserWarning, match="a clock that stands"):
        module = wasm2py.compile(assemble(wat), snapshot="init")
    instance = wasm2py.instantiate(module, wasm2py.WASI())
    assert instance.exports.time() == 1


def test_what_a_user_should_know() -> None:
    wat = f"""(module
      (import "{WASI}" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (import "{WASI}" "args_sizes_get" (func $args (param i32 i32) (result i32)))
      (import "{WASI}" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
      {MEMORY} (data (i32.const 4) "\\05")
      (func (export "init") (result i32)
        (drop (call $args (i32.const 20) (i32.const 24)))
        (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 32)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.const 7)))"""
    with pytest.warns(UserWarning) as notes:
        wasm2py.compile(assemble(wat), snapshot="init")
    assert [str(note.message) for note in notes] == [
        f"{TOLD}: no arguments, a clock that stands at 1 ns",
        "the initialiser has written 5 bytes, which are lost",
        "'init' has returned 7",
    ]
