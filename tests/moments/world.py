"""Instances of several packages that share a memory and a table, and their host.

Standard library only and Python 3.9: it runs under other interpreters too.
"""

from __future__ import annotations

import gc
import importlib
import random
import sys
import threading
from collections.abc import Iterator
from typing import Any

from tests.moments.model import GUEST, host_value
from tests.moments.operations import (
    GROW,
    GROW_TABLE,
    LITTER,
    MOST_RUNS,
    NEST,
    NESTED,
    RAISE,
    SET,
    SLOT_BYTES,
    TABLE_RANGE,
)

PAGES, MOST_PAGES = 4, 400
SLOTS, MOST_ELEMENTS = 7, 2000
MAIN, THREAD = 0, 6
POOL = (2, 3, 4, 5)
IS_PYPY = sys.implementation.name == "pypy"


class Stop(BaseException):
    """What signal handlers raise."""


class HostError(Exception):
    """What the host raises when it is asked to."""


def is_interruption(error: BaseException) -> bool:
    """Whether it may be raised at any moment, where programs may be stopped."""
    # What PyPy may say where the stack ends while an exception is being handled.
    no_room = IS_PYPY and "couldn't record exception context" in str(error)
    return isinstance(error, (RecursionError, Stop)) or no_room


class Growths:
    """What the host itself has added to the memory or to the table."""

    def __init__(self, target: Any) -> None:
        self.target = target
        # Those that may have happened, whatever became of them; those that returned.
        self.begun: list[int] = []
        self.done: list[tuple[int, int]] = []

    def grow(self, count: int) -> None:
        self.begun.append(count)
        try:
            old = self.target.grow(count)
        except ValueError:  # at the maximum
            return
        self.done.append((old, count))


class World:
    """One memory, one table, and the instances of all slots."""

    def __init__(self, modules: list[dict[str, Any]], rng: random.Random) -> None:
        self.packages = [importlib.import_module(row["package"]) for row in modules]
        self.plugins = {
            kind: importlib.import_module(f"plugin_{kind}")
            for kind in ("own", "shared")
        }
        self.programs = {
            slot: row["programs"] for row in modules for slot in row["slots"]
        }
        self.rng = rng
        api = rng.choice(self.packages)
        self.memory = api.Memory(PAGES, MOST_PAGES)
        self.table = api.Table("funcref", SLOTS * TABLE_RANGE, MOST_ELEMENTS)
        self.memory_growths = Growths(self.memory)
        self.table_growths = Growths(self.table)
        self.traps = tuple(
            package.Trap for package in (*self.packages, *self.plugins.values())
        )
        self.instances: dict[int, Any] = {}
        for number, row in enumerate(modules):
            for slot in row["slots"]:
                self.instances[slot] = self.instantiate(number, slot)
        self.elements = {
            self.instances[slot].exports[f"t{i}"]: (slot, i)
            for slot in range(SLOTS)
            for i in range(5)
        }
        self.quiet = False
        # Chance decides again and again; the lists are prepared, as handlers use them.
        self.littering = False
        self.free = list(POOL)
        self.runs = [0] * SLOTS
        self.errors: list[BaseException] = []
        self.trapped: list[tuple[int, str]] = []
        self.counts = dict.fromkeys(("handled", "finalised", "interrupted"), 0)

    def instantiate(self, number: int, slot: int) -> Any:
        """A new instance of a package for a slot."""
        host = Host(self, slot)
        env = {
            "memory": self.memory,
            "table": self.table,
            "base": slot * SLOT_BYTES,
            "host": host.call,
        }
        return self.packages[number].instantiate({"env": env})

    def run(self, slot: int, number: int) -> None:
        """Run a program of a slot, unless its log is full."""
        if self.runs[slot] < MOST_RUNS:
            self.runs[slot] += 1
            programs = self.programs[slot]
            self.instances[slot].exports[f"p{number % len(programs)}"]()

    def borrow(self, kind: str) -> None:
        """Run a program of a slot that nobody uses; from wherever it is called."""
        try:
            slot = self.free.pop()
        except IndexError:
            return
        try:
            self.attempt(slot)
            self.counts[kind] += 1
        finally:
            self.free.append(slot)

    def attempt(self, slot: int) -> None:
        """Run a program of a slot, and note how it ended."""
        try:
            self.run(slot, self.rng.getrandbits(8))
        except HostError:
            pass
        except BaseException as error:  # noqa: BLE001, reported at the next check
            if is_interruption(error):
                self.counts["interrupted"] += 1
            elif isinstance(error, self.traps):
                self.trapped.append((slot, str(error)))
            else:
                self.errors.append(error)

    def litter(self) -> None:
        """Leave something for the collector whose finaliser runs WebAssembly code."""
        draw = self.rng.random()
        if draw < 0.6:
            Litter(self)
        else:
            Plugin(self, "own" if draw < 0.8 else "shared")
        if IS_PYPY and draw < 0.05:
            gc.collect()


class Host:
    """The function that the instance of a slot imports."""

    def __init__(self, world: World, slot: int) -> None:
        self._world = world
        self._slot = slot

    def call(self, code: int, argument: int) -> int:
        """Do what the code says; the answer depends on the argument only."""
        world = self._world
        if code == RAISE:
            raise HostError
        if code == SET:
            place = self._slot * TABLE_RANGE + argument % TABLE_RANGE
            world.table.set(place, world.instances[GUEST].exports["t1"])
        elif code == GROW:
            world.memory_growths.grow(1)
        elif code == GROW_TABLE:
            world.table_growths.grow(1)
        elif code == LITTER and world.littering:
            world.litter()
        elif code == NEST and argument:
            return int(world.instances[self._slot].exports["nest"](argument - 1))
        elif code == NESTED:
            self._nested(argument)
        return host_value(argument)

    def _nested(self, argument: int) -> None:
        world = self._world
        try:
            world.run(GUEST, argument)
        except RecursionError:
            raise
        except HostError:
            pass
        except world.traps as trap:
            world.trapped.append((GUEST, str(trap)))


class Litter:
    """Found by the collector only."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._itself = self

    def __del__(self) -> None:
        if hasattr(self, "_itself") and not self._world.quiet:
            self._world.borrow("finalised")


class Plugin:
    """In a cycle with its instance, whose memory it makes grow when it dies."""

    def __init__(self, world: World, kind: str) -> None:
        self._world = world
        self._kind = kind
        env = {"log": self.log, "memory": world.memory}
        self._exports = world.plugins[kind].instantiate({"env": env}).exports
        self._exports.grow(0)

    def log(self, value: int) -> int:
        """An import that refers to the object."""
        return value

    def __del__(self) -> None:
        if not hasattr(self, "_exports"):  # interrupted before it was complete
            return
        world = self._world
        if world.quiet:
            return
        try:
            self._grow(world)
            world.counts["finalised"] += 1
        except BaseException as error:  # noqa: BLE001, reported at the next check
            if is_interruption(error):
                world.counts["interrupted"] += 1
            else:
                world.errors.append(error)

    def _grow(self, world: World) -> None:
        if self._kind == "own":
            if self._exports.grow(30) != 1:
                raise AssertionError("a plugin's own memory did not grow")
            return
        world.memory_growths.begun.append(1)
        old = self._exports.grow(1)
        if old >= 0:
            world.memory_growths.done.append((old, 1))


class Worker:
    """A second thread, which runs programs and grows the memory until it is stopped."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopped = False
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        world = self._world
        try:
            for _ in range(MOST_RUNS):
                if self._stopped:
                    break
                world.attempt(THREAD)
                if world.rng.random() < 0.1:
                    world.memory_growths.grow(1)
        except BaseException as error:  # noqa: BLE001, reported at the next check
            world.errors.append(error)

    def __enter__(self) -> Worker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        self._thread.join()


def stack_is_empty() -> bool:
    """Whether the account of the threads that are inside of WebAssembly code is."""
    from wasm2py_runtime.recursion import _stack

    return not _stack.inside and not _stack.alone


def words(world: World) -> Iterator[str]:
    """What went wrong where nobody could be told."""
    for error in world.errors:
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        line = (
            f" at {where.tb_frame.f_code.co_filename}:{where.tb_lineno}"
            if where
            else ""
        )
        yield f"{type(error).__name__}: {error}{line}"
