"""Writes worlds, for `run.py`: packages whose instances share a memory and a table.

What the model says is checked here: wasmtime does the same, undisturbed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import wasmtime

from tests.moments.model import HOST_RAISED, ModelTrap, State, called, host_value
from tests.moments.operations import (
    DATA,
    GROW,
    GROW_TABLE,
    NESTED,
    RAISE,
    SET,
    SLOT_BYTES,
    TABLE_RANGE,
    Operation,
    Programs,
)
from tests.moments.text import ModuleText
from tests.packages import write_package
from tests.reference import TRAPS, engine
from tests.wasm_tools import assemble

PROGRAMS = 12
# Of the modules: the runtime of their packages, and which slots have instances of them.
MODULES = (("vendor", (0,)), ("import", (1, 6)), ("vendor", (2, 3, 4, 5)))
SLOTS = 7
PAGES = 4
PLUGIN = """(module
 (type $unary (func (param i32) (result i32)))
 (import "env" "log" (func $log (param i32) (result i32)))
 {memory}
 (func (export "grow") (param i32) (result i32) (local $old i32)
  (local.set $old (memory.grow (local.get 0)))
  (drop (call $log (local.get $old)))
  (if (i32.load (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)))
   (then (unreachable)))
  (local.get $old)))
"""
PLUGINS = {
    "own": '(memory (export "memory") 1)',
    "shared": '(import "env" "memory" (memory 1))',
}


class HostError(Exception):
    """What the host raises when it is asked to."""


def prepare(
    folder: Path, seed: int, count: int, write: Callable[..., None] = write_package
) -> None:
    """Write the packages of so many worlds, and `worlds.json`."""
    for name, memory in PLUGINS.items():
        wasm = assemble(PLUGIN.replace("{memory}", memory))
        write(wasm, folder / f"plugin_{name}", runtime="import")
    worlds = [
        _world(folder, f"w{i}", random.Random(1000 * seed + i), write)
        for i in range(count)
    ]
    (folder / "worlds.json").write_text(json.dumps(worlds), "utf-8")


def _world(
    folder: Path, name: str, rng: random.Random, write: Callable[..., None]
) -> list[dict[str, Any]]:
    modules = []
    binaries = []
    for number, (runtime, slots) in enumerate(MODULES):
        programs = Programs(rng, nests=slots == (0,))
        rows = [programs.program() for _ in range(PROGRAMS)]
        base = slots[0] * SLOT_BYTES if len(slots) == 1 else None
        wasm = assemble(ModuleText(rng, base).module(rows))
        package = f"{name}_{number}"
        write(wasm, folder / package, runtime=runtime)
        modules.append({"package": package, "slots": slots, "programs": rows})
        binaries.append(wasm)
    _compare(modules, binaries)
    return modules


def _compare(modules: list[dict[str, Any]], binaries: list[bytes]) -> None:
    """Run each program twice, in wasmtime and by the model."""
    reference = _Reference(modules, binaries)
    states = [State(slot) for slot in range(SLOTS)]
    for number in list(range(PROGRAMS)) * 2:
        for module in modules:
            for slot in module["slots"]:
                operations = module["programs"][number]
                trap = _model(states, modules, slot, operations)
                assert reference.run(slot, number) == trap, operations
                for state in states:
                    found = reference.key(state.slot)
                    assert found == _visible(state), (state.slot, operations)


def _model(
    states: list[State],
    modules: list[dict[str, Any]],
    slot: int,
    operations: list[Operation],
) -> str | None:
    for operation in operations:
        inner = operation[-1] if operation[0] in ("deep", "brink") else operation
        if inner[:2] == ["host", NESTED]:
            guest = modules[1]["programs"][inner[2] % PROGRAMS]
            _model(states, modules, 1, guest)
        try:
            for _ in states[slot].effects(operation):
                pass
        except ModelTrap as trap:
            return str(trap)
    return None


def _visible(state: State) -> tuple[Any, ...]:
    """The state as it is seen by calling what is in the table."""
    answers: list[int | str] = []
    for element in state.table:
        try:
            answers.append(called(element, 8))
        except ModelTrap as trap:
            answers.append(str(trap))
    return bytes(state.data), answers, state.globals


class _Reference:
    """The instances of a world, in wasmtime."""

    def __init__(self, modules: list[dict[str, Any]], binaries: list[bytes]) -> None:
        self._engine = engine()
        self._store = wasmtime.Store(self._engine)
        limits = wasmtime.Limits(PAGES, None)
        self._memory = wasmtime.Memory(self._store, wasmtime.MemoryType(limits))
        limits = wasmtime.Limits(SLOTS * TABLE_RANGE, None)
        type_ = wasmtime.TableType(wasmtime.ValType.funcref(), limits)
        self._table = wasmtime.Table(self._store, type_, None)
        self._exports: dict[int, Any] = {}
        for module, wasm in zip(modules, binaries):
            for slot in module["slots"]:
                self._exports[slot] = self._instantiate(slot, wasm)

    def _instantiate(self, slot: int, wasm: bytes) -> Any:
        store = self._store
        i32 = wasmtime.ValType.i32()
        base = wasmtime.Val.i32(slot * SLOT_BYTES)
        linker = wasmtime.Linker(self._engine)
        linker.define(store, "env", "memory", self._memory)
        linker.define(store, "env", "table", self._table)
        constant = wasmtime.Global(store, wasmtime.GlobalType(i32, False), base)
        linker.define(store, "env", "base", constant)
        type_ = wasmtime.FuncType([i32, i32], [i32])
        host = wasmtime.Func(store, type_, lambda *args: self._host(slot, *args))
        linker.define(store, "env", "host", host)
        return linker.instantiate(store, wasmtime.Module(self._engine, wasm)).exports(
            store
        )

    def _host(self, slot: int, code: int, argument: int) -> int:
        if code == RAISE:
            raise HostError
        if code == SET:
            place = slot * TABLE_RANGE + argument % TABLE_RANGE
            self._table.set(self._store, place, self._exports[1]["t1"])
        elif code == GROW:
            self._memory.grow(self._store, 1)
        elif code == GROW_TABLE:
            self._table.grow(self._store, 1, None)
        elif code == NESTED:
            self.run(1, argument % PROGRAMS)
        return host_value(argument)

    def run(self, slot: int, number: int) -> str | None:
        """Run a program; the words of its trap, or None."""
        self._exports[slot]["reset"](self._store)
        try:
            self._exports[slot][f"p{number}"](self._store)
        except wasmtime.Trap as trap:
            return _words(trap)
        except HostError:
            return HOST_RAISED
        return None

    def key(self, slot: int) -> tuple[Any, ...]:
        start = slot * SLOT_BYTES
        data = bytes(self._memory.read(self._store, start, start + DATA))
        exports = self._exports[slot]
        answers = [
            self._ask(exports, slot * TABLE_RANGE + i) for i in range(TABLE_RANGE)
        ]
        values = [exports[f"g{i}"].value(self._store) for i in range(3)]
        return data, answers, values

    def _ask(self, exports: Any, index: int) -> int | str:
        try:
            return int(exports["ask"](self._store, index, 8)) & 0xFFFFFFFF
        except wasmtime.Trap as trap:
            return _words(trap)


def _words(trap: wasmtime.Trap) -> str:
    if trap.trap_code not in TRAPS:
        raise trap
    return TRAPS[trap.trap_code]
