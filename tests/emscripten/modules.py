"""Modules as Emscripten makes them, in the text format."""

from __future__ import annotations

# An allocator that never frees, and a stack.
ALLOCATOR = """
  (global $stack (mut i32) (i32.const 65536))
  (global $heap (mut i32) (i32.const 65536))
  (func $malloc (export "malloc") (param i32) (result i32) (local $at i32)
    (local.set $at (global.get $heap))
    (global.set $heap
      (i32.add (local.get $at)
        (i32.and (i32.add (local.get 0) (i32.const 15)) (i32.const -16))))
    (local.get $at))
  (func (export "free") (param i32))
  (func (export "stackSave") (result i32) (global.get $stack))
  (func (export "stackRestore") (param i32) (global.set $stack (local.get 0)))
  (func (export "stackAlloc") (param i32) (result i32)
    (global.set $stack
      (i32.and (i32.sub (global.get $stack) (local.get 0)) (i32.const -16)))
    (global.get $stack))
"""

PROGRAM = f"""
(module
  (import "env" "emscripten_resize_heap" (func $resize (param i32) (result i32)))
  (import "env" "invoke_ii" (func $invoke (param i32 i32) (result i32)))
  (import "env" "_emscripten_throw_longjmp" (func $throw))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek"
    (func $seek (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 3 10)
  (table (export "__indirect_function_table") 4 funcref)
  (elem (i32.const 1) $jumps $adds $again)
  (global $threw (mut i32) (i32.const 0))
  (global $ready (mut i32) (i32.const 0))
  {ALLOCATOR}
  (func (export "setThrew") (param i32 i32) (global.set $threw (local.get 0)))
  (func (export "__wasm_call_ctors") (global.set $ready (i32.const 1)))
  (func (export "ready") (result i32) (global.get $ready))
  (func $jumps (param i32) (result i32)
    (global.set $stack (i32.const 1000)) (call $throw) unreachable)
  (func $adds (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $again (param i32) (result i32)
    (i32.add (call $invoke (i32.const 3) (local.get 0)) (i32.const 1)))
  (func (export "call") (param i32 i32) (result i32 i32 i32)
    (global.set $threw (i32.const 0))
    (call $invoke (local.get 0) (local.get 1))
    (global.get $threw) (global.get $stack))
  (func (export "grow") (param i32) (result i32) (call $resize (local.get 0)))
  (func (export "seek") (result i32)
    (call $seek (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 8)))
  (func (export "main") (param $count i32) (param $texts i32) (result i32)
    (local $text i32)
    (local.set $text (i32.load offset=4 (local.get $texts)))
    (i32.store (i32.const 0) (local.get $text))
    (i32.store (i32.const 4) (i32.const 3))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.add (local.get $count) (i32.mul (i32.const 10) (global.get $ready)))))
"""

IMPORTING = """
(module
  (import "a" "a" (memory $memory 2 8))
  (import "a" "b" (func $resize (param i32) (result i32)))
  (import "a" "c" (func $own (param i32) (result i32)))
  (global $ready (mut i32) (i32.const 0))
  (func (export "d") (global.set $ready (i32.const 7)))
  (func (export "e") (param i32) (result i32) (call $own (local.get 0)))
  (func (export "f") (param i32) (result i32) (call $resize (local.get 0)))
  (func (export "g") (result i32) (global.get $ready)))
"""
IMPORTING_SCRIPT = """
var wasmImports={a:wasmMemory,b:_emscripten_resize_heap,c:_own};
function initRuntime(){wasmExports["d"]()}
_call_own=Module["_call_own"]=wasmExports["e"];
_grow=Module["_grow"]=wasmExports["f"];
_ready=Module["_ready"]=wasmExports["g"];
"""

# It checks its stack pointer, as with -sSTACK_OVERFLOW_CHECK=2.
CHECKED = """
(module
  (import "env" "__handle_stack_overflow" (func $overflow (param i32)))
  (import "env" "emscripten_memcpy_js" (func (param i32 i32 i32)))
  (memory (export "memory") 1)
  (global $base (mut i32) (i32.const 0))
  (global $end (mut i32) (i32.const 0))
  (global $low (mut i32) (i32.const -1))
  (global $high (mut i32) (i32.const 0))
  (func (export "emscripten_stack_init")
    (global.set $base (i32.const 65536)) (global.set $end (i32.const 1024)))
  (func (export "emscripten_stack_get_base") (result i32) (global.get $base))
  (func (export "emscripten_stack_get_end") (result i32) (global.get $end))
  (func (export "__set_stack_limits") (param i32 i32)
    (global.set $high (local.get 0)) (global.set $low (local.get 1)))
  (func (export "push") (param i32)
    (if (i32.or (i32.lt_u (local.get 0) (global.get $low))
                (i32.gt_u (local.get 0) (global.get $high)))
      (then (call $overflow (local.get 0))))))
"""

# As versions until 1.39 made modules: the name of the table, and WASI's first version.
OLD = f"""
(module
  (import "env" "memory" (memory 1 8))
  (import "env" "table" (table 2 2 funcref))
  (import "env" "emscripten_resize_heap" (func $resize (param i32) (result i32)))
  (import "env" "invoke_i" (func $invoke (param i32) (result i32)))
  (import "wasi_unstable" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "fd_seek"
    (func $seek (param i32 i32 i32 i32 i32) (result i32)))
  (elem (i32.const 1) $seven)
  (data (i32.const 8) "hello")
  (func $seven (result i32) (i32.const 7))
  {ALLOCATOR}
  (func (export "setThrew") (param i32 i32))
  (func (export "seven") (result i32) (call $invoke (i32.const 1)))
  (func (export "seek") (result i32)
    (call $seek (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 8)))
  (func (export "main") (param i32 i32) (result i32)
    (i32.store (i32.const 0) (i32.const 8))
    (i32.store (i32.const 4) (i32.const 5))
    (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16))))
"""

# Its static data: 16 bytes, aligned to 8; 1 element.
MAIN = f"""
(module
  (@custom "dylink.0" (before first) "\\01\\04\\10\\03\\01\\00")
  (import "env" "emscripten_resize_heap" (func (param i32) (result i32)))
  (import "env" "memory" (memory 1 40))
  (import "env" "__indirect_function_table" (table 1 funcref))
  (import "env" "__stack_pointer" (global $pointer (mut i32)))
  (import "env" "__memory_base" (global $memory i32))
  (import "env" "__table_base" (global $table i32))
  (import "GOT.mem" "__heap_base" (global $heap_base (mut i32)))
  (elem (global.get $table) $twice)
  {ALLOCATOR}
  (global (export "counter") i32 (i32.const 4))
  (func $twice (export "twice") (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 2)))
  (func (export "__wasm_call_ctors")
    (global.set $heap (global.get $heap_base))
    (i32.store (i32.add (global.get $memory) (i32.const 4)) (i32.const 5)))
  (func (export "count") (result i32)
    (i32.load (i32.add (global.get $memory) (i32.const 4)))))
"""

SIDE = """
(module
  (@custom "dylink.0" (before first) "\\01\\04\\10\\03\\01\\00%s")
  (import "env" "memory" (memory 1))
  (import "env" "__indirect_function_table" (table 1 funcref))
  (import "env" "__stack_pointer" (global $pointer (mut i32)))
  (import "env" "__memory_base" (global $memory i32))
  (import "env" "__table_base" (global $table i32))
  (import "GOT.mem" "counter" (global $counter (mut i32)))
  (import "GOT.func" "twice" (global $twice (mut i32)))
  (import "env" "twice" (func $call_twice (param i32) (result i32)))
  (import "env" "emscripten_date_now" (func $now (result f64)))
  (import "env" "own" (func $own (result i32)))
  (type $unary (func (param i32) (result i32)))
  (elem (global.get $table) $local)
  (func $local (param i32) (result i32) (i32.add (local.get 0) (i32.const 100)))
  (func (export "__wasm_apply_data_relocs")
    (i32.store (global.get $memory) (i32.add (global.get $table) (i32.const 0))))
  (func (export "__wasm_call_ctors")
    (i32.store offset=4 (global.get $memory) (i32.const 77)))
  (func (export "own") (result i32) (i32.load offset=4 (global.get $memory)))
  (func (export "test") (param i32) (result i32 i32 i32 i32 f64)
    (i32.store (global.get $counter)
      (i32.add (i32.load (global.get $counter)) (local.get 0)))
    (call $call_twice (local.get 0))
    (call_indirect (type $unary) (local.get 0) (global.get $twice))
    (call_indirect (type $unary) (local.get 0) (i32.load (global.get $memory)))
    (call $own) (call $now))
  (func (export "base") (result i32) (global.get $memory))
  (func (export "stack") (result i32) (global.get $pointer)))
"""
