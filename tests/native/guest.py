"""A module of all that crosses between native code and the host, as a native package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.native.world import World
from tests.wasm_tools import assemble
from wasm2py.errors import BuildError
from wasm2py.native.compilers import find_compiler

WAT = """
(module
  (type $unary (func (param i32) (result i32)))
  (type $constant (func (result i32)))
  (import "env" "host" (func $host (param i32) (result i32)))
  (import "env" "mixed" (func $mixed
    (param i32 i64 f32 f64 externref funcref) (result f64 externref funcref)))
  (import "env" "setting" (global $setting (mut i64)))
  (import "env" "constant" (global $fixed f32))
  (import "env" "memory" (memory 1))
  (import "env" "table" (table $table 4 funcref))
  (global $count (export "count") (mut i32) (i32.const 7))
  (global $ratio (export "ratio") (mut f32) (f32.const 0.5))
  (global $what (export "what") (mut externref) (ref.null extern))
  (table $objects (export "objects") 3 10 externref)
  (elem $passive func $five $six)
  (data $text "abcdef")
  (elem declare func $five $load)

  (func $add (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))
  (func (export "add64") (param i64 i64) (result i64)
    (i64.add (local.get 0) (local.get 1)))
  (func (export "same32") (param f32) (result f32) (local.get 0))
  (func (export "same64") (param f64) (result f64) (local.get 0))
  (func (export "same") (param externref) (result externref) (local.get 0))
  (func (export "same_function") (param funcref) (result funcref) (local.get 0))
  (func (export "swap") (param i32 i64) (result i64 i32)
    (local.get 1) (local.get 0))
  (func (export "many") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32.sub (local.get 9) (local.get 0)))
  (func $five (export "five") (result i32) (i32.const 5))
  (func $six (result i32) (i32.const 6))
  (func (export "nothing"))

  (func (export "divide") (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func (export "truncate") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
  (func (export "unreachable") unreachable)

  (func $load (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "load_far") (param i32) (result i32)
    (i32.load offset=4294967295 (local.get 0)))
  (func (export "load_byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "load64") (param i32) (result i64) (i64.load (local.get 0)))
  (func (export "drop") (param i32) (drop (i32.load (local.get 0))))
  (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "fill") (param i32 i32 i32)
    (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i32 i32 i32)
    (memory.init $text (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop_text") (data.drop $text))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "size") (result i32) (memory.size))
  (func (export "grow_and_store") (param i32) (result i32)
    (drop (memory.grow (i32.const 1)))
    (i32.store (local.get 0) (i32.const 99))
    (i32.load (local.get 0)))
  (func (export "host_and_load") (param i32) (result i32)
    (drop (call $host (local.get 0)))
    (i32.load (local.get 0)))

  (func (export "call_host") (param i32) (result i32) (call $host (local.get 0)))
  (func (export "call_mixed")
    (param i32 i64 f32 f64 externref funcref) (result f64 externref funcref)
    (call $mixed (local.get 0) (local.get 1) (local.get 2) (local.get 3)
      (local.get 4) (local.get 5)))
  (func (export "indirect") (param i32) (result i32)
    (call_indirect $table (type $constant) (local.get 0)))
  (func (export "indirect_unary") (param i32 i32) (result i32)
    (call_indirect $table (type $unary) (local.get 1) (local.get 0)))
  (func (export "indirect_twice") (param i32 i32) (result i32)
    (drop (call_indirect $table (type $unary) (local.get 1) (local.get 0)))
    (call_indirect $table (type $unary) (local.get 1) (local.get 0)))
  (func $recurse (export "recurse") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (i32.add (i32.const 1)
        (call $recurse (i32.sub (local.get 0) (i32.const 1)))))))
  (func $for_ever (export "recurse_for_ever") (param i32) (result i32)
    (i32.add (i32.const 1) (call $for_ever (call $add (local.get 0) (i32.const 1)))))
  (func (export "loop") (loop br 0))
  (func (export "sum") (param i32) (result i32) (local i32)
    (loop
      (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1))

  (func (export "get_object") (param i32) (result externref)
    (table.get $objects (local.get 0)))
  (func (export "set_object") (param i32 externref)
    (table.set $objects (local.get 0) (local.get 1)))
  (func (export "get_and_replace") (param i32 externref) (result externref)
    (table.get $objects (local.get 0))
    (table.set $objects (local.get 0) (local.get 1))
    (drop (call $host (i32.const 0))))
  (func (export "grow_objects") (param externref i32) (result i32)
    (table.grow $objects (local.get 0) (local.get 1)))
  (func (export "fill_objects") (param i32 externref i32)
    (table.fill $objects (local.get 0) (local.get 1) (local.get 2)))
  (func (export "objects_size") (result i32) (table.size $objects))
  (func (export "set_five") (param i32)
    (table.set $table (local.get 0) (ref.func $five)))
  (func (export "init_table") (param i32 i32 i32)
    (table.init $table $passive (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop_passive") (elem.drop $passive))
  (func (export "copy_table") (param i32 i32 i32)
    (table.copy $table $table (local.get 0) (local.get 1) (local.get 2)))
  (func (export "a_function") (result funcref) (ref.func $load))

  (func (export "get_setting") (result i64) (global.get $setting))
  (func (export "set_setting") (param i64) (global.set $setting (local.get 0)))
  (func (export "get_constant") (result f32) (global.get $fixed))
  (func (export "get_count") (result i32) (global.get $count))
  (func (export "set_count") (param i32) (global.set $count (local.get 0)))
  (func (export "get_ratio") (result f32) (global.get $ratio))
  (func (export "get_what") (result externref) (global.get $what))
  (func (export "set_what") (param externref) (global.set $what (local.get 0)))
)
"""


def has_compiler() -> bool:
    """Whether there is a C compiler for the tests."""
    try:
        find_compiler()
    except BuildError:
        return False
    return True


needs_compiler = pytest.mark.skipif(
    not has_compiler(), reason="there is no C compiler (set CC)"
)


def write_guest(folder: Path) -> Path:
    """Write the module as a native package `guest` into a folder, and give its path."""
    where = folder / "guest"
    write_native(assemble(WAT), where)
    return where


def write_native(wasm: bytes, where: Path, *, runtime: str = "vendor") -> None:
    """Write a module as a native package."""
    source = where.with_suffix(".wasm")
    source.write_bytes(wasm)
    command = [sys.executable, "-P", "-m", "wasm2py", "compile", "--target", "c"]
    options = ["--quiet", "--runtime", runtime]
    done = subprocess.run(
        [*command, *options, str(source), "-o", str(where)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stderr


def instantiate(package: Any, api: Any = None, **changes: Any) -> tuple[Any, World]:
    """The exports of a new instance, and what it imports."""
    world = World(api or package, **changes)
    return package.instantiate({"env": world.env}).exports, world
