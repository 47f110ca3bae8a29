"""Exceptions at each bytecode of the runtime while native code asks for something."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import wasm2py
from tests.native.guest import WAT, instantiate, needs_compiler
from tests.runtime.interruption import interrupted
from tests.wasm_tools import assemble

pytestmark = needs_compiler

PAGE = 65536
# How far apart the bytecodes are that instantiation, which has thousands, is interrupted at.
FAR = 37


class Stop(BaseException):
    """What comes at any moment."""


class Api:
    """The guest as a package has it, with the runtime that the harness interrupts."""

    Memory, Table, Global = wasm2py.Memory, wasm2py.Table, wasm2py.Global

    def __init__(self) -> None:
        self.module = wasm2py.compile(assemble(WAT), target="c")

    def instantiate(self, imports: Any) -> Any:
        """A new instance."""
        return wasm2py.instantiate(self.module, imports)


@pytest.fixture(scope="module")
def api() -> Api:
    return Api()


def check(e: Any, world: Any) -> None:
    """Memory and table are the same for Python and for native code."""
    size = len(world.memory.buffer)
    assert e.size() * PAGE == size
    assert e.load(size - 4) == 0
    with pytest.raises(wasm2py.Trap, match="out of bounds memory access"):
        e.load(size - 3)
    for index in range(len(world.table)):
        function = world.table.get(index)
        if function is None:
            with pytest.raises(wasm2py.Trap, match="uninitialized element"):
                e.indirect(index)
        else:
            assert e.indirect(index) == function()
    assert e.add(1, 2) == 3


def runs(
    api: Api, act: Callable[[Any, Any], Any], step: int = 1
) -> Iterator[tuple[Any, Any, BaseException | None]]:
    """An action of new instances, interrupted again and again, and what it raised."""
    made: list[Any] = []

    def prepare() -> Callable[[], Any]:
        e, world = instantiate(api)
        e.set_five(0)
        assert e.indirect(0) == 5
        made[:] = e, world
        return lambda: act(e, world)

    count = 0
    for raised in interrupted(prepare, Stop, step=step):
        count += raised is not None
        yield made[0], made[1], raised
    assert count > 10


def test_growth_by_code(api: Api) -> None:
    for e, world, _ in runs(api, lambda e, world: e.grow(1)):
        check(e, world)


def test_growth_by_the_host(api: Api) -> None:
    for e, world, _ in runs(api, lambda e, world: world.memory.grow(2)):
        check(e, world)


def test_changes_of_tables(api: Api) -> None:
    def act(e: Any, world: Any) -> None:
        world.table.set(1, e.five)
        e.indirect(1)
        e.init_table(0, 1, 1)
        e.copy_table(2, 0, 2)
        world.table.set(0, None)

    for e, world, _ in runs(api, act, step=3):
        check(e, world)


def test_lookups(api: Api) -> None:
    def act(e: Any, world: Any) -> None:
        e.set_five(3)
        e.indirect(3)

    for e, world, _ in runs(api, act):
        check(e, world)


def test_calls_with_unusual_values(api: Api) -> None:
    thing = object()

    def act(e: Any, world: Any) -> None:
        args = (True + 0, 5, 1, 2, thing, e.add)
        assert e.call_mixed(*args)[1] is thing

    for e, world, _ in runs(api, act):
        check(e, world)
        assert e.call_mixed(0, 0, 0.0, 0.5, thing, None) == (0.5, thing, None)


def test_instantiation(api: Api) -> None:
    """With a memory and a table that another instance has already."""

    def act(e: Any, world: Any) -> None:
        other = api.instantiate({"env": world.env}).exports
        world.table.set(1, other.five)
        assert e.indirect(1) == 5

    for e, world, _ in runs(api, act, step=FAR):
        check(e, world)
    gc.collect()


def test_traps(api: Api) -> None:
    def act(e: Any, world: Any) -> None:
        try:
            e.unreachable()
        except wasm2py.Trap:
            return
        raise AssertionError

    for e, world, _ in runs(api, act):
        check(e, world)
