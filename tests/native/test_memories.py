"""Memories of native instances: guard pages, growth, views, other owners."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from types import ModuleType

import pytest

import wasm2py
from tests.compilers import COMPILERS
from tests.native.guest import instantiate, needs_compiler
from tests.switched_on import switched_on
from tests.wasm_tools import assemble

pytestmark = needs_compiler

PAGE = 65536
MOST = (1 << 32) - 1


@pytest.mark.parametrize(
    ("name", "width"), [("load_byte", 1), ("load", 4), ("load64", 8)]
)
def test_accesses_end_where_the_memory_does(
    guest: ModuleType, name: str, width: int
) -> None:
    e, world = instantiate(guest)
    for size in (PAGE, 2 * PAGE, 3 * PAGE):
        assert e[name](size - width) == 0
        for address in (*range(size - width + 1, size + 1), size + 12345, 1 << 31, -1):
            with pytest.raises(guest.Trap, match="out of bounds memory access"):
                e[name](address)
        world.memory.grow(1)


def test_offsets_reach_beyond_32_bits(guest: ModuleType) -> None:
    e, _ = instantiate(guest)
    for address in (0, 1, PAGE, MOST):
        with pytest.raises(guest.Trap, match="out of bounds"):
            e.load_far(address)


def test_a_load_that_is_not_used_traps(guest: ModuleType) -> None:
    e, _ = instantiate(guest)
    e.drop(0)
    with pytest.raises(guest.Trap, match="out of bounds"):
        e.drop(PAGE - 3)


def test_a_store_across_the_end_writes_nothing(guest: ModuleType) -> None:
    e, world = instantiate(guest)
    with pytest.raises(guest.Trap, match="out of bounds"):
        e.store(PAGE - 2, -1)
    assert world.memory.buffer[-4:] == bytes(4)


def test_growth_by_code_and_host(guest: ModuleType) -> None:
    e, world = instantiate(guest)
    buffer = world.memory.buffer
    buffer[0] = 42
    assert e.load_byte(0) == 42
    assert e.grow(2) == 1
    assert e.size() == 3
    assert world.memory.grow(1) == 3
    assert e.size() == 4
    assert e.grow(100) == -1
    assert e.grow(0) == 4
    e.store(4 * PAGE - 4, 99)
    assert world.memory.buffer[4 * PAGE - 4] == 99
    # What was taken before goes on sharing its bytes.
    e.store(0, 7)
    assert buffer[0] == 7
    assert len(buffer) == PAGE
    assert e.grow_and_store(5 * PAGE - 4) == 99


def test_bulk_instructions(guest: ModuleType) -> None:
    e, world = instantiate(guest)
    e.init(10, 1, 4)
    assert bytes(world.memory.buffer[9:15]) == b"\0bcde\0"
    e.copy(12, 10, 4)
    assert bytes(world.memory.buffer[9:17]) == b"\0bcbcde\0"
    e.fill(10, 255, 3)
    assert bytes(world.memory.buffer[9:14]) == b"\0\xff\xff\xffc"
    e.drop_text()
    e.init(0, 0, 0)
    with pytest.raises(guest.Trap, match="out of bounds memory access"):
        e.init(0, 0, 1)


@pytest.mark.parametrize("count", [(1 << 18) - 1, 1 << 18, (5 << 17) + 3])
def test_bulk_instructions_in_several_pieces(guest: ModuleType, count: int) -> None:
    e, world = instantiate(guest)
    e.grow(15)
    size = len(world.memory.buffer)
    for place, address in enumerate((0, 4000, size - count)):
        before = bytearray(world.memory.buffer)
        e.fill(address, place + 1, count)
        before[address : address + count] = bytes([place + 1]) * count
        assert world.memory.buffer == before
    for target, source in ((5, 0), (0, 5), (size - count, 300000), (7, size - count)):
        before = bytearray(range(251)) * (size // 251 + 1)
        world.memory.buffer[:] = before[:size]
        e.copy(target, source, count)
        before[target : target + count] = before[source : source + count]
        assert world.memory.buffer == before[:size]


def test_growth_while_the_host_is_called(guest: ModuleType) -> None:
    memory = guest.Memory(1, 3)
    e, _ = instantiate(guest, host=lambda value: memory.grow(1), memory=memory)
    assert e.host_and_load(2 * PAGE - 4) == 0


def test_instances_of_both_targets_share_a_memory(guest: ModuleType) -> None:
    native, world = instantiate(guest)
    python = wasm2py.instantiate(
        wasm2py.Module(guest.module.info, guest.module.provider), {"env": world.env}
    ).exports
    for value, (writer, reader) in enumerate([(native, python), (python, native)]):
        writer.store(16, value + 5)
        assert reader.load(16) == value + 5
        size = writer.size()
        assert writer.grow(1) == size
        assert reader.size() == size + 1
        assert reader.load((size + 1) * PAGE - 4) == 0
        with pytest.raises(RuntimeError, match="out of bounds"):
            reader.load((size + 1) * PAGE - 3)


def test_memory_limits_bind_native_code(guest: ModuleType) -> None:
    module = wasm2py.compile(_OWN_MEMORY, target="c")
    assert module.target == "c"
    limits = wasm2py.Limits(memory=2 * PAGE)
    e = wasm2py.instantiate(module, limits=limits).exports
    assert e.grow(1) == 1
    with pytest.raises(wasm2py.MemoryLimitReached):
        e.grow(1)
    assert e.memory.buffer.nbytes == 2 * PAGE


# (module (memory (export "memory") 1)
#   (func (export "grow") (param i32) (result i32) local.get 0 memory.grow))
_OWN_MEMORY = bytes.fromhex(
    "0061736d01000000010601600" + "17f017f030201000503010001" + "0711"
    "02066d656d6f7279020004" + "67726f770000" + "0a08010600200040000b"
)


def test_64_bit_addresses_are_checked() -> None:
    wat = """(module (memory (export "memory") i64 1)
      (func (export "load") (param i64) (result i32)
        (i32.load offset=0xffffffffff (local.get 0)))
      (func (export "near") (param i64) (result i32) (i32.load (local.get 0)))
      (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0))))"""
    with switched_on({"memory64"}) as features:
        module = wasm2py.compile(assemble(wat), target="c", features=features)
    e = wasm2py.instantiate(module).exports
    assert "native" in type(e.near.__self__).__module__
    for address in (PAGE - 3, 1 << 33, 1 << 62, -1, -4):
        with pytest.raises(wasm2py.Trap, match="out of bounds memory access"):
            e.near(address)
        with pytest.raises(wasm2py.Trap, match="out of bounds memory access"):
            e.load(address)
    assert e.grow(1) == 1
    assert e.near(2 * PAGE - 4) == 0
    # Where a memory may not move, it grows into what is reserved.
    assert e.grow(1 << 40) == -1
    assert e.grow(1 << 17) == -1
    assert e.grow(1 << 16) == 2
    assert e.near(2 * PAGE + (1 << 32) - 4) == 0


def test_views_outlive_their_instance(guest: ModuleType) -> None:
    e, world = instantiate(guest)
    e.store(0, 5)
    buffer = world.memory.buffer
    del e, world
    gc.collect()
    assert buffer[0] == 5
    buffer[PAGE - 1] = 1


def test_memories_are_grown_by_many_threads(guest: ModuleType) -> None:
    e, world = instantiate(guest)
    olds: list[int] = []

    def run() -> None:
        for _ in range(3):
            olds.append(e.grow(1))
            olds.append(world.memory.grow(1))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(olds) == list(range(1, 13))
    assert e.load(13 * PAGE - 4) == 0
    with pytest.raises(guest.Trap):
        e.load(13 * PAGE - 3)


IN_ORDER = """(module (memory (export "memory") 1)
  (func (export "store") (param i32 i32 i32) (result i32)
    (i32.store (i32.const 0)
      (i32.rem_u (i32.mul (local.get 2) (i32.const 11)) (i32.add (local.get 1) (i32.const 5))))
    (i32.mul (i32.load offset=65536 (i32.const 31)) (i32.const 12344)))
  (func (export "fill") (param i32 i32 i32) (result i32)
    (memory.fill (i32.const 0) (i32.div_u (local.get 2) (local.get 1)) (i32.const 8))
    (i32.mul (i32.load offset=65536 (i32.const 31)) (i32.const 12344)))
  (func (export "fill_twice") (param i32 i32 i32) (result i32) (local i32)
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 8))
    (local.set 3 (i32.load offset=65536 (i32.const 31)))
    (memory.fill (i32.const 0) (i32.const 2) (i32.const 8))
    (local.get 3)))
"""


@pytest.mark.parametrize("name", COMPILERS)
def test_what_a_load_comes_after_has_happened_where_it_traps(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CC", name)
    module = wasm2py.compile(assemble(IN_ORDER), target="c", cache=str(tmp_path))
    for function, first in ("store", 7), ("fill", 1), ("fill_twice", 1):
        e = wasm2py.instantiate(module).exports
        with pytest.raises(wasm2py.Trap, match="out of bounds"):
            e[function](0, 5, 7)
        assert e.memory.buffer[0] == first, function
