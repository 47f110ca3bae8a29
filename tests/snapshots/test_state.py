"""An instance that starts from a snapshot is as one that has been initialised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests import compilers
from tests.snapshots.modules import CALLS, EVERYTHING, imports, outcome, segments, state
from tests.wasm_tools import assemble

TARGETS = ["python", pytest.param("c", marks=compilers.needs_compiler)]
pytestmark = pytest.mark.filterwarnings("ignore:the snapshot keeps:UserWarning")


@pytest.fixture(autouse=True)
def compiler(monkeypatch: pytest.MonkeyPatch, native_cache: Path) -> None:
    if compilers.FASTEST:
        compilers.use(monkeypatch, native_cache)


def initialised(wasm: bytes, target: Any, *calls: str) -> wasm2py.Instance:
    module = wasm2py.compile(wasm, target=target)
    instance = wasm2py.instantiate(module, imports(wasm2py))
    for name in calls:
        instance.exports[name]()
    return instance


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("snapshot", [True, "init", "_initialize"])
def test_everything(target: Any, snapshot: bool | str) -> None:
    wasm = assemble(EVERYTHING)
    called = ("_initialize", "init") if snapshot == "init" else ("_initialize",)
    wanted = initialised(wasm, target, *called)
    module = wasm2py.compile(wasm, target=target, snapshot=snapshot)
    found = wasm2py.instantiate(module, imports(wasm2py))
    assert module.target == target
    assert [*state(found)] == [*state(wanted)]
    assert [*segments(found, 3, 4)] == [*segments(wanted, 3, 4)]
    assert outcome(found, "bits", ()) == [0x7FA00001, 0xFFF4000000000001 - (1 << 64)]
    for name, args in CALLS:
        assert outcome(found, name, args) == outcome(wanted, name, args), (name, args)
    assert [*state(found)] == [*state(wanted)]
    assert [*segments(found, 3, 4)] == [*segments(wanted, 3, 4)]
    assert {*wanted.exports} - {*found.exports} == {*called}


@pytest.mark.parametrize("target", TARGETS)
def test_a_callable_goes_on_from_initialize(target: Any) -> None:
    wasm = assemble(EVERYTHING)
    wanted = initialised(wasm, target, "_initialize", "init")
    wanted.memory.write(500, b"written by the host")

    def initialise(instance: wasm2py.Instance) -> str:
        instance.exports.init()
        instance.memory.write(500, b"written by the host")
        return "of no interest"

    module = wasm2py.compile(wasm, target=target, snapshot=initialise)
    found = wasm2py.instantiate(module, imports(wasm2py))
    assert [*state(found)] == [*state(wanted)]
    assert {*wanted.exports} - {*found.exports} == {"_initialize"}


def test_what_a_callable_raises() -> None:
    def fail(instance: wasm2py.Instance) -> None:
        raise LookupError(repr(instance.memory))

    with pytest.raises(LookupError, match="Memory"):
        wasm2py.compile(assemble(EVERYTHING), snapshot=fail)
    with_argument = assemble('(module (func (export "_initialize") (param i32)))')
    with pytest.raises(wasm2py.SnapshotError, match="takes arguments"):
        wasm2py.compile(with_argument, snapshot=fail)
    trapping = assemble('(module (func (export "f") unreachable))')
    with pytest.raises(wasm2py.SnapshotError, match="trap: unreachable"):
        wasm2py.compile(trapping, snapshot=lambda instance: instance.exports.f())


def test_instances_do_not_share_what_was_kept() -> None:
    wasm = assemble(EVERYTHING)
    module = wasm2py.compile(wasm, snapshot=True)
    first = wasm2py.instantiate(module, imports(wasm2py))
    before = [*state(first)]
    for name, args in CALLS:
        outcome(first, name, args)
    second = wasm2py.instantiate(module, imports(wasm2py))
    assert [*state(second)] == before


def test_gaps_are_left_out() -> None:
    wat = """(module (memory (export "memory") 100) (func (export "init")
      (i32.store8 (i32.const 63) (i32.const 1))
      (i64.store (i32.const 200) (i64.const 0x0100000000000001))
      (i64.store (i32.const 1048574) (i64.const -1))
      (i32.store8 (i32.const 6535999) (i32.const 9))))"""
    module = wasm2py.compile(assemble(wat), snapshot="init")
    assert len(module.data()) < 100
    memory = wasm2py.instantiate(module).exports.memory
    places = [place for place, byte in enumerate(memory.buffer) if byte]
    assert places == [63, 200, 207, *range(1048574, 1048582), 6535999]


def test_a_program_made_for_wizer() -> None:
    wat = """(module (global $g (mut i32) (i32.const 1)) (memory (export "memory") 1)
      (func (export "wizer.initialize") (global.set $g (i32.const 5)))
      (func (export "wizer.resume") (global.set $g (i32.add (global.get $g) (i32.const 1))))
      (func (export "_start") unreachable)
      (func (export "value") (result i32) (global.get $g)))"""
    module = wasm2py.compile(assemble(wat), snapshot=True)
    instance = wasm2py.instantiate(module)
    assert [*instance.exports] == ["memory", "_start", "value"]
    assert wasm2py.WASI().start(instance) == 0
    assert instance.exports.value() == 6


async def _streamed(wasm: bytes) -> wasm2py.Module:
    headers = {"Content-Type": "application/wasm"}
    response = wasm2py.Response(wasm, headers=headers)
    return await wasm2py.compile_streaming(response, snapshot="init")


def test_streaming() -> None:
    import asyncio

    module = asyncio.run(_streamed(assemble(EVERYTHING)))
    instance = wasm2py.instantiate(module, imports(wasm2py))
    assert instance.exports.number() == 133


def test_many_gaps_are_not_left_out() -> None:
    """A description of each would be larger than they are."""
    wat = """(module (memory (export "memory") 200)
      (func (export "init") (local $at i32)
        (loop $next
          (i32.store8 (local.get $at) (i32.const 1))
          (local.set $at (i32.add (local.get $at) (i32.const 100)))
          (br_if $next (i32.lt_u (local.get $at) (i32.const 13000000))))))"""
    module = wasm2py.compile(assemble(wat), snapshot="init")
    assert len(module.info.data_ends) < 100
    content = bytes(wasm2py.instantiate(module).exports.memory.buffer)
    assert content[:13_000_000] == (b"\1" + bytes(99)) * 130_000
    assert not any(content[13_000_000:])


def test_gaps_in_tables() -> None:
    wat = """(module (table $t (export "table") 1000 funcref)
      (func $f) (elem declare func $f)
      (func (export "init")
        (table.set $t (i32.const 3) (ref.func $f))
        (table.set $t (i32.const 5) (ref.func $f))
        (table.set $t (i32.const 69) (ref.func $f))
        (table.set $t (i32.const 999) (ref.func $f))))"""
    module = wasm2py.compile(assemble(wat), snapshot="init")
    assert [*module.info.element_ends] == [0, 67, 68]
    table = wasm2py.instantiate(module).exports.table
    places = [at for at in range(1000) if table.get(at) is not None]
    assert places == [3, 5, 69, 999]
