"""Tables, references and globals of native instances."""

from __future__ import annotations

import gc
import sys
import weakref
from types import ModuleType
from typing import Any

import pytest

import wasm2py
from tests.native.guest import instantiate, needs_compiler

pytestmark = needs_compiler


class Thing:
    """Something that can be referred to weakly."""


def python_instance(guest: ModuleType, imports: dict[str, Any]) -> Any:
    module = wasm2py.Module(guest.module.info, guest.module.provider)
    return wasm2py.instantiate(module, {"env": imports}).exports


def test_tables_hold_functions_of_both_targets(guest: ModuleType) -> None:
    native, world = instantiate(guest)
    python = python_instance(guest, world.env)
    for function in (native.five, python.five):
        world.table.set(1, function)
        for caller in (native, python):
            for _ in range(3):
                assert caller.indirect(1) == 5
            with pytest.raises(RuntimeError, match="indirect call type mismatch"):
                caller.indirect_unary(1, 0)
        assert world.table.get(1) is function


def test_host_functions_in_tables(guest: ModuleType) -> None:
    # By way of an instance that exports what it imports.
    module = wasm2py.compile(_REEXPORT)
    twice = wasm2py.instantiate(module, {"": {"": lambda x: 2 * x}}).exports["f"]
    e, world = instantiate(guest)
    world.table.set(0, twice)
    assert e.indirect_unary(0, 21) == 42
    assert world.table.get(0) is twice


def test_function_pointers_of_the_host(guest: ModuleType) -> None:
    native, world = instantiate(guest)
    python = python_instance(guest, world.env)
    error = KeyError("of the host")

    def twice(value: int) -> int:
        if value < 0:
            raise error
        return 2 * value

    index = world.table.add(twice, "i32 -> i32")
    for caller in (native, python, native):
        assert caller.indirect_unary(index, 21) == 42
        with pytest.raises(KeyError) as got:
            caller.indirect_unary(index, -1)
        assert got.value is error
        with pytest.raises(RuntimeError, match="indirect call type mismatch"):
            caller.indirect(index)
    assert world.table.get(index)(4) == 8
    world.table.remove(index)
    for caller in (native, python):
        with pytest.raises(RuntimeError, match="uninitialized element"):
            caller.indirect_unary(index, 1)
    assert world.table.add(lambda value: "text", "i32 -> i32") == index
    for caller in (native, python):
        with pytest.raises(TypeError, match="result of host function <lambda>: i32"):
            caller.indirect_unary(index, 1)


# (module (import "" "" (func (param i32) (result i32))) (export "f" (func 0)))
_REEXPORT = bytes.fromhex(
    "0061736d0100000001060160017f017f02050100000000070501016600" + "00"
)


def test_what_changes_in_a_table_is_called_from_then_on(guest: ModuleType) -> None:
    e, world = instantiate(guest)
    other, _ = instantiate(guest)
    world.table.set(0, e.load)
    assert e.indirect_unary(0, 0) == 0
    other.store(0, 7)
    world.table.set(0, other.load)
    assert e.indirect_unary(0, 0) == 7
    e.set_five(0)
    assert e.indirect(0) == 5
    e.init_table(0, 1, 1)
    assert e.indirect(0) == 6
    e.copy_table(1, 0, 1)
    world.table.set(0)
    assert e.indirect(1) == 6
    with pytest.raises(guest.Trap, match="uninitialized element"):
        e.indirect(0)
    world.table.grow(4, e.five)
    assert e.indirect(7) == 5
    with pytest.raises(guest.Trap, match="undefined element"):
        e.indirect(8)


def test_a_function_is_replaced_while_it_runs(guest: ModuleType) -> None:
    """And its instance has no other owner."""
    freed: list[str] = []
    world_of: list[Any] = []

    def replace(value: int) -> int:
        world_of[0].table.set(0, None)
        gc.collect()
        freed.append("alive" if held() is not None else "dead")
        return value

    e, world = instantiate(guest)
    world_of.append(world)
    thing = Thing()
    held = weakref.ref(thing)
    other = instantiate(guest, host=lambda value, thing=thing: replace(value))[0]
    del thing
    world.table.set(0, other.host_and_load)
    del other
    gc.collect()
    # Once to be looked up, once to be known; the last access is after the replacement.
    assert e.indirect_unary(0, 8) == 0
    assert freed == ["alive"]
    gc.collect()
    assert held() is None
    with pytest.raises(guest.Trap, match="uninitialized element"):
        e.indirect_unary(0, 8)


def test_a_function_that_is_known_is_replaced_while_it_runs(guest: ModuleType) -> None:
    count = [0]
    e, world = instantiate(guest)
    thing = Thing()
    held = weakref.ref(thing)

    def replace(value: int, thing: Thing = thing) -> int:
        count[0] += 1
        if count[0] == 3:
            world.table.set(0, e.load)
            gc.collect()
            assert held() is not None
        return value

    other = instantiate(guest, host=replace)[0]
    world.table.set(0, other.host_and_load)
    del thing, other, replace
    assert e.indirect_twice(0, 8) == 0
    assert e.indirect_twice(0, 8) == 0
    assert count == [3]
    gc.collect()
    assert held() is None


def test_cycles_through_tables_are_collected(guest: ModuleType) -> None:
    thing = Thing()
    held = weakref.ref(thing)
    e, world = instantiate(guest, host=lambda value, thing=thing: value)
    world.table.set(0, e.call_host)
    assert e.indirect_unary(0, 3) == 3
    del e, world, thing
    gc.collect()
    assert held() is None


def test_table_instructions(guest: ModuleType) -> None:
    e, _ = instantiate(guest)
    thing = object()
    assert e.get_object(0) is None
    e.set_object(1, thing)
    assert e.get_object(1) is thing is e.objects.get(1)
    assert e.objects_size() == 3
    assert e.grow_objects(thing, 2) == 3
    assert e.get_object(4) is thing
    assert e.grow_objects(None, 6) == -1
    e.fill_objects(0, None, 5)
    assert e.get_object(4) is None
    assert e.objects_size() == 5
    e.drop_passive()
    e.init_table(0, 0, 0)
    with pytest.raises(guest.Trap, match="out of bounds table access"):
        e.init_table(0, 0, 1)


def test_references_stay_alive_while_code_has_them(guest: ModuleType) -> None:
    collected: list[bool] = []
    held: list[Any] = []

    def host(value: int) -> int:
        gc.collect()
        collected.append(held[0]() is None)
        return value

    e, _ = instantiate(guest, host=host)
    thing = Thing()
    held.append(weakref.ref(thing))
    e.set_object(0, thing)
    del thing
    result = e.get_and_replace(0, None)
    assert result is held[0]()
    assert collected == [False]
    del result
    assert held[0]() is None


def test_references_are_released_when_the_call_ends(guest: ModuleType) -> None:
    e, _ = instantiate(guest)
    thing = Thing()
    before = sys.getrefcount(thing)
    for _ in range(100):
        assert e.same(thing) is thing
        e.set_object(0, thing)
        e.set_object(0, None)
    assert sys.getrefcount(thing) == before


def test_finalisers_of_references_may_call(guest: ModuleType) -> None:
    called: list[int] = []
    e, _ = instantiate(guest)

    class Last:
        def __del__(self) -> None:
            called.append(e.add(1, 2))

    e.set_object(0, Last())
    e.set_object(0, None)
    e.get_and_replace(1, Last())
    e.get_and_replace(1, None)
    assert called == [3, 3]


def test_globals(guest: ModuleType) -> None:
    e, world = instantiate(guest)
    assert e.get_setting() == 1 << 40
    e.set_setting(-5)
    assert world.setting.value == -5
    world.setting.value = 6
    assert e.get_setting() == 6
    assert e.get_constant() == 1.5
    assert e.get_count() == e.count.value == 7
    e.set_count(-1)
    assert e.count.value == -1
    e.count.value = 0x80000000
    assert e.get_count() == -0x80000000
    with pytest.raises(TypeError, match="i32 must be an int"):
        e.count.value = "x"
    assert e.ratio.value == e.get_ratio() == 0.5
    e.ratio.value = 0.1
    assert e.get_ratio() == e.ratio.value != 0.1
    thing = object()
    e.set_what(thing)
    assert e.what.value is thing
    e.what.value = None
    assert e.get_what() is None
    assert e.count is e.count
    assert isinstance(e.count, guest.Global)


def test_globals_are_shared_by_both_targets(guest: ModuleType) -> None:
    owner = wasm2py.instantiate(wasm2py.compile(_GLOBAL, target="c")).exports
    assert owner.g.value == 9
    native, world = instantiate(guest, setting=owner.g)
    python = python_instance(guest, world.env)
    for value, (writer, reader) in enumerate([(native, python), (python, native)]):
        writer.set_setting(value - 8)
        assert reader.get_setting() == owner.g.value == value - 8
    del owner, world
    gc.collect()
    native.set_setting(1)
    assert python.get_setting() == 1


# (module (global (export "g") (mut i64) (i64.const 9)))
_GLOBAL = bytes.fromhex("0061736d01000000" + "0606017e0142090b" + "070501016703" + "00")
