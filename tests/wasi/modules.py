"""Modules of WASI in the text format, and programs in C."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import platformdirs
import pytest

from tests.wasm_tools import assemble

SOURCES = Path(__file__).parent / "c"
FLAGS = ("-target", "wasm32-wasi", "-O1", "-UNDEBUG", "-s")
ZIG_SECONDS = 900

HEAD = """
(module $program
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get"
    (func $arguments (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00")
  (data (i32.const 16) "hello\\n")
"""
HELLO = """
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
"""
EXIT = """
  (func $inner (call $exit (i32.const 33)))
  (func (export "_start") (call $inner) unreachable))
"""
COUNT = """
  (func (export "_start")
    (drop (call $arguments (i32.const 8) (i32.const 12)))
    (call $exit (i32.load (i32.const 8)))))
"""
ECHO = """
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 4096))
    (loop $more
      (i32.store (i32.const 4) (i32.const 100))
      (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (i32.store (i32.const 4) (i32.load (i32.const 8)))
      (if (i32.load (i32.const 8)) (then
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br $more))))))
"""
TRAP = """
  (func $divide (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
  (func $compute (drop (call $divide (i32.const 0))))
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $compute)))
"""
FOREVER = """
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (loop $l (i32.store (i32.const 100) (i32.const 1)) (br $l))))
"""
REACTOR = """
  (global $ready (mut i32) (i32.const 0))
  (func (export "_initialize")
    (if (global.get $ready) (then unreachable))
    (global.set $ready (i32.const 1)))
  (func (export "ready") (result i32) (global.get $ready))
  (func (export "add") (param i32 f64) (result i32 f64)
    (i32.add (local.get 0) (i32.const 1)) (f64.neg (local.get 1)))
  (func (export "say") (result i32)
    (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
  (func (export "leave") (call $exit (i32.const 7))))
"""


@cache
def module(body: str) -> bytes:
    """The binary of a module with WASI's functions at hand."""
    return assemble(HEAD + body)


@cache
def c_program(name: str) -> bytes:
    """A program of the folder `c`, compiled by zig, or as it was compiled before."""
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("ziglang, the C compiler, is not installed")
    source = SOURCES / f"{name}.c"
    digest = hashlib.sha256(source.read_bytes() + repr(FLAGS).encode()).hexdigest()
    configured = os.environ.get("WASM2PY_TEST_CACHE")
    folder = Path(configured or platformdirs.user_cache_dir("wasm2py-tests")) / "zig"
    compiled = folder / f"{name}-{digest[:16]}.wasm"
    if not compiled.exists():
        folder.mkdir(parents=True, exist_ok=True)
        scratch = compiled.with_suffix(f".{os.getpid()}")
        _compile(source, scratch, folder / "cache")
        scratch.rename(compiled)
    return compiled.read_bytes()


def _compile(source: Path, target: Path, cache: Path) -> None:
    zig = [sys.executable, "-m", "ziglang", "cc", *FLAGS]
    subprocess.run(
        [*zig, "-o", str(target), str(source)],
        check=True,
        timeout=ZIG_SECONDS,
        env={
            **os.environ,
            "ZIG_GLOBAL_CACHE_DIR": str(cache),
            "ZIG_LOCAL_CACHE_DIR": str(cache),
        },
    )
