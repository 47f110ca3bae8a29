"""Instances that import WASI: what is bound to what, and how a program ends."""

from __future__ import annotations

import io
from typing import Any

import pytest

import wasm2py
from tests.wasi.modules import COUNT, EXIT, HELLO, REACTOR, module
from tests.wasm_tools import assemble
from wasm2py import WASI, LinkError, ProcExit

WRAPPED = """
(module
  (import "host" "before" (func $before))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (func (export "_start") (call $before) (call $exit (i32.const 5)) unreachable))
"""


def test_a_program() -> None:
    output = io.BytesIO()
    wasi = WASI(stdout=output)
    instance = wasm2py.instantiate(wasm2py.compile(module(HELLO)), wasi.imports)
    assert wasi.start(instance) == 0
    assert output.getvalue() == b"hello\n"


def test_without_start() -> None:
    """The memory is that of the instance, whoever calls its exports."""
    output = io.BytesIO()
    instance = wasm2py.instantiate(wasm2py.compile(module(HELLO)), WASI(stdout=output))
    instance.exports._start()
    assert output.getvalue() == b"hello\n"


def test_two_instances_of_one_program() -> None:
    compiled = wasm2py.compile(module(REACTOR))
    output = io.BytesIO()
    wasi = WASI(stdout=output)
    one, two = (wasm2py.instantiate(compiled, wasi) for _ in range(2))
    two.exports.memory.write(16, b"HELLO\n")
    one.exports.say()
    two.exports.say()
    assert output.getvalue() == b"hello\nHELLO\n"


def test_the_end_passes_the_hosts_functions() -> None:
    calls: list[str] = []
    compiled = wasm2py.compile(assemble(WRAPPED))

    def before() -> None:
        inner = WASI()
        assert inner.start(wasm2py.instantiate(compiled_exit, inner)) == 33
        calls.append("before")

    compiled_exit = wasm2py.compile(module(EXIT))
    wasi = WASI()
    imports = {**wasi.imports, "host": {"before": before}}
    assert wasi.start(wasm2py.instantiate(compiled, imports)) == 5
    assert calls == ["before"]


def test_the_end_through_a_host_that_catches_exceptions() -> None:
    text = """
    (module
      (import "host" "call" (func $call))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (func (export "leave") (call $exit (i32.const 5)))
      (func (export "_start") (call $call) unreachable))
    """
    seen = []

    def call() -> None:
        try:
            instance.exports.leave()
        except Exception:  # noqa: BLE001 - as careless hosts do
            seen.append("caught")
        finally:
            seen.append("finally")

    wasi = WASI()
    imports = {**wasi.imports, "host": {"call": call}}
    instance: Any = wasm2py.instantiate(wasm2py.compile(assemble(text)), imports)
    assert wasi.start(instance) == 5
    assert seen == ["finally"]


def test_a_library() -> None:
    wasi = WASI()
    instance = wasm2py.instantiate(wasm2py.compile(module(REACTOR)), wasi)
    assert instance.exports.ready() == 0
    wasi.initialize(instance)
    wasi.initialize(instance)
    assert instance.exports.ready() == 1
    with pytest.raises(ProcExit) as ended:
        instance.exports.leave()
    assert ended.value.code == 7
    with pytest.raises(ValueError, match="_start"):
        wasi.start(instance)


def test_a_function_of_another_type() -> None:
    text = """
    (module
      (import "wasi_snapshot_preview1" "fd_close" (func (param i64) (result i32))))
    """
    with pytest.raises(LinkError, match="'fd_close'"):
        wasm2py.instantiate(wasm2py.compile(assemble(text)), WASI())


def test_a_function_that_there_is_not() -> None:
    text = '(module (import "wasi_snapshot_preview1" "fd_fly" (func)))'
    with pytest.raises(LinkError, match="'fd_fly'"):
        wasm2py.instantiate(wasm2py.compile(assemble(text)), WASI())


def test_an_instance_without_a_memory() -> None:
    text = """
    (module
      (import "wasi_snapshot_preview1" "args_sizes_get"
        (func $f (param i32 i32) (result i32)))
      (func (export "_start") (drop (call $f (i32.const 0) (i32.const 0)))))
    """
    wasi = WASI()
    instance = wasm2py.instantiate(wasm2py.compile(assemble(text)), wasi)
    with pytest.raises(LinkError, match="exports a 'memory'"):
        wasi.start(instance)


def test_exit_status_is_the_number_of_arguments() -> None:
    wasi = WASI(["prog", "1", "2"])
    instance = wasm2py.instantiate(wasm2py.compile(module(COUNT)), wasi)
    assert wasi.start(instance) == 3
