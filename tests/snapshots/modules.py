"""Modules that have something to initialise, and the state of their instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

EVERYTHING = """
(module $everything
  (type $number (func (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "env" "later" (func $later (param i32) (result i32)))
  (memory (export "memory") 1 5)
  (memory $other 0 3)
  (table $t (export "table") 4 9 funcref)
  (table $hosts 2 externref)
  (global $i (mut i32) (i32.const 1))
  (global $l (mut i64) (i64.const 2))
  (global $f (mut f32) (f32.const 3))
  (global $d (mut f64) (f64.const 4))
  (global $r (mut funcref) (ref.null func))
  (global $n (mut funcref) (ref.func $one))
  (global $h (mut externref) (ref.null extern))
  (global $fixed (export "fixed") i32 (i32.const 77))
  (global $mutable (export "mutable") (mut i64) (i64.const -1))
  (elem (table $t) (i32.const 1) func $one $two)
  (elem $dropped func $one)
  (elem $kept func $two $random)
  (elem declare func $start)
  (data (i32.const 8) "active")
  (data $used "dropped")
  (data $left "still here")
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func $start
    (global.set $i (i32.add (global.get $i) (i32.const 10)))
    (drop (call $random (i32.const 70000) (i32.const 40)))
    (global.set $l (i64.const -2))
    (global.set $f (f32.reinterpret_i32 (i32.const 0x7fa00001)))
    (global.set $d (f64.reinterpret_i64 (i64.const 0xfff4000000000001)))
    (global.set $r (ref.func $start))
    (global.set $n (ref.null func))
    (global.set $mutable (i64.const 0x8000000000000000))
    (drop (memory.grow (i32.const 2)))
    (drop (call $random (i32.const 70000) (i32.const 40)))
    (drop (memory.grow $other (i32.const 1)))
    (i64.store $other (i32.const 65528) (i64.const -1))
    (i32.store (i32.const 196604) (i32.const 0x01020304))
    (i32.store (i32.const 65534) (i32.const -1))
    (memory.init $used (i32.const 300) (i32.const 2) (i32.const 3))
    (data.drop $used)
    (memory.fill (i32.const 8) (i32.const 0) (i32.const 3))
    (drop (table.grow $t (ref.func $two) (i32.const 2)))
    (drop (table.grow $hosts (ref.null extern) (i32.const 1)))
    (table.init $t $dropped (i32.const 0) (i32.const 0) (i32.const 1))
    (elem.drop $dropped)
    (table.set $t (i32.const 1) (ref.null func))
    (table.set $t (i32.const 3) (ref.func $start)))
  (start $start)
  (func (export "_initialize") (global.set $i (i32.mul (global.get $i) (i32.const 3))))
  (func (export "init") (result i32)
    (global.set $i (i32.add (global.get $i) (i32.const 100)))
    (i32.const 0))
  (func (export "number") (result i32) (global.get $i))
  (func (export "call") (param i32) (result i32) (call_indirect $t (type $number) (local.get 0)))
  (func (export "copy") (param i32 i32)
    (memory.init $left (i32.const 500) (local.get 0) (local.get 1)))
  (func (export "dropped") (param i32)
    (memory.init $used (i32.const 500) (i32.const 0) (local.get 0)))
  (func (export "elements") (param i32)
    (table.init $t $kept (i32.const 4) (i32.const 0) (local.get 0)))
  (func (export "gone") (param i32)
    (table.init $t $dropped (i32.const 4) (i32.const 0) (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "grow_table") (param i32) (result i32)
    (table.grow $t (ref.null func) (local.get 0)))
  (func (export "later") (param i32) (result i32) (call $later (local.get 0)))
  (func (export "bits") (result i32 i64)
    (i32.reinterpret_f32 (global.get $f)) (i64.reinterpret_f64 (global.get $d))))
"""
"""All kinds of state, which its start function changes."""

CALLS: tuple[tuple[str, tuple[int, ...]], ...] = (
    *(("number", ()), ("bits", ()), ("later", (4,))),
    *(("call", (index,)) for index in range(8)),
    *(("copy", (0, 10)), ("copy", (0, 11)), ("dropped", (0,)), ("dropped", (1,))),
    *(("elements", (2,)), ("elements", (3,)), ("gone", (0,)), ("gone", (1,))),
    *(("call", (4,)), ("call", (5,)), ("grow", (2,)), ("grow", (1,))),
    *(("grow_table", (3,)), ("grow_table", (1,)), ("number", ())),
)
"""What can be called afterwards, in this order."""


def imports(api: Any) -> dict[str, Any]:
    """What the module imports, WASI as it is for whoever initialises it."""
    import random

    wasi = api.WASI(clock=lambda: 1, random=random.Random(0).randbytes)
    return {**wasi.imports, "env": {"later": lambda value: value + 1}}


def state(instance: Any) -> Iterator[Any]:
    """All that an instance holds: memories, tables, globals, and what segments are left."""
    info, spaces, functions = instance._info, instance._spaces, instance._functions

    def shown(value: Any) -> Any:
        if hasattr(value, "_wasm_type"):
            assert functions.reference(value._index) is value
            return f"f{value._index}"
        return value.hex() if isinstance(value, float) and value == value else value

    for memory in spaces.memories:
        yield bytes(memory.buffer)
        yield memory._wasm_type
    for index in range(len(info.table_minimums)):
        yield [shown(item) for item in spaces.tables[index]._wasm_elements]
        yield spaces.tables[index]._wasm_type
    for index, type_ in enumerate(info.global_types):
        raw = spaces.globals[index].raw
        yield type_, shown(raw) if raw == raw else "nan"


def segments(instance: Any, datas: int, elements: int) -> Iterator[Any]:
    """What is left of so many segments."""
    for index in range(datas):
        yield bytes(instance._spaces.datas[index].data)
    for index in range(elements):
        yield instance._spaces.elements[index].length


def outcome(instance: Any, name: str, args: tuple[Any, ...]) -> Any:
    """What a call gives: results, or the words of a trap."""
    try:
        value = instance.exports[name](*args)
    except RuntimeError as error:
        return str(error)
    values = value if isinstance(value, tuple) else (value,)
    return [item if item == item else "nan" for item in values]
