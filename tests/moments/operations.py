"""Random programs: rows of operations, each a list that JSON holds.

An instance owns a slot: a region of the memory (``DATA`` bytes and its logs), a range of the
table and three globals. Its programs touch nothing else but the sizes of memory and table, so
what they compute does not depend on what runs between their operations.
"""

from __future__ import annotations

import random
import struct
from typing import Any

Operation = list[Any]

SLOT_BYTES = 16384
DATA = 1536
# Of every four bytes, a program's number and how many of its operations are done.
LOG = 1536
# So many programs of a slot run between two checks: their logs have room.
MOST_RUNS = 12
# Of every eight bytes, what a growth returned plus one, and by how much it was.
GROWTHS = 2560
PASSIVE = bytes(range(7, 207))
TABLE_RANGE = 16
TARGETS = 5
# Of another type than `call_indirect` asks for.
WRONG_TYPE = 4

STORES = {
    "i32.store8": ("i32", 1),
    "i32.store16": ("i32", 2),
    "i32.store": ("i32", 4),
    "i64.store8": ("i64", 1),
    "i64.store32": ("i64", 4),
    "i64.store": ("i64", 8),
    "f32.store": ("f32", 4),
    "f64.store": ("f64", 8),
}
LOADS = {
    "i32.load8_s": ("i32", 1, True),
    "i32.load8_u": ("i32", 1, False),
    "i32.load16_s": ("i32", 2, True),
    "i32.load16_u": ("i32", 2, False),
    "i32.load": ("i32", 4, False),
    "i64.load8_s": ("i64", 1, True),
    "i64.load32_u": ("i64", 4, False),
    "i64.load": ("i64", 8, False),
}
EDGES = {
    "i32.load8_u": 1,
    "i32.load16_u": 2,
    "i32.load": 4,
    "i64.load": 8,
    "f32.load": 4,
    "f64.load": 8,
}
# A growth of the table, among the records of growth.
TABLE_FLAG = 1 << 30
# What `host` does, by its first argument.
VALUE, SET, GROW, GROW_TABLE, LITTER, NESTED, RAISE, NEST = range(8)


def float_of(value: int) -> float:
    """A number that both widths hold."""
    number: float = struct.unpack("<f", struct.pack("<f", value % 99991 / 8 - 5000))[0]
    return number


class Programs:
    """Makes programs from a source of randomness."""

    def __init__(self, rng: random.Random, *, nests: bool) -> None:
        """``nests``: the host may be asked to run programs of another instance."""
        self._rng = rng
        self._nests = nests

    def program(self) -> list[Operation]:
        """Some operations, of which the last may be one that traps."""
        rng = self._rng
        operations = [self._any() for _ in range(rng.randint(2, 9))]
        if rng.random() < 0.15:
            operations.append(["trap", rng.choice(["zero", "far", "unreachable"])])
        elif rng.random() < 0.1:
            operations.append(["host", RAISE, 0, self._place(4)])
        return operations

    def _any(self) -> Operation:
        draw = self._rng.random()
        if draw < 0.12:
            wrapper = self._rng.choice(["deep", "brink"])
            limit = 12 if wrapper == "brink" else 250
            return [wrapper, self._rng.randint(0, limit), self._plain()]
        return self._plain()

    def _plain(self) -> Operation:
        kinds = [self._memory, self._bulk, self._growth, self._table, self._call]
        weights = [5, 2, 2, 4, 4]
        operation: Operation = self._rng.choices(kinds, weights)[0]()
        return operation

    def _place(self, width: int) -> int:
        """An address in the region, aligned or not."""
        return self._rng.randrange(DATA - width)

    def _memory(self) -> Operation:
        rng = self._rng
        kind = rng.choice(["store", "store", "move", "move", "loop", "sum", "global"])
        if kind == "store":
            store = rng.choice(list(STORES))
            type_, width = STORES[store]
            value = rng.getrandbits(32 if type_ == "i32" else 64)
            return [kind, store, self._place(width), value]
        if kind == "move":
            load = rng.choice(list(LOADS))
            type_, width, _ = LOADS[load]
            store = rng.choice(
                [name for name, row in STORES.items() if row[0] == type_]
            )
            to = self._place(STORES[store][1])
            return [kind, load, self._place(width), store, to, rng.getrandbits(20)]
        if kind == "loop":
            store = rng.choice(["i32.store8", "i32.store"])
            count, width = rng.randint(1, 40), STORES[store][1]
            start = self._place(width * count)
            return [
                kind,
                store,
                start,
                count,
                rng.getrandbits(31),
                rng.choice([0, 0, 3]),
            ]
        if kind == "sum":
            count = rng.randint(1, 200)
            return [kind, self._place(count), count, self._place(4)]
        return [kind, rng.randrange(3), rng.getrandbits(31)]

    def _bulk(self) -> Operation:
        rng = self._rng
        kind = rng.choice(["memory.fill", "memory.copy", "memory.init"])
        count = rng.randint(0, 150)
        to = self._place(count)
        if kind == "memory.fill":
            return [kind, to, rng.getrandbits(8), count]
        start = rng.randrange(len(PASSIVE) - count)
        return [kind, to, start if kind == "memory.init" else self._place(count), count]

    def _growth(self) -> Operation:
        rng = self._rng
        kind = rng.choice(["memory.grow", "memory.grow", "table.grow", "edge", "edge"])
        if kind == "memory.grow":
            return [kind, rng.choice([0, 1, 1, 2])]
        if kind == "table.grow":
            return [kind, rng.randint(0, 5), self._target()]
        return [kind, rng.choice(list(EDGES))]

    def _target(self) -> int | None:
        target: int | None = self._rng.choice([None, *range(TARGETS)])
        return target

    def _table(self) -> Operation:
        rng = self._rng
        kind = rng.choice(["set", "set", "set", "get", "fill", "copy", "init"])
        if kind == "set":
            return ["table.set", rng.randrange(TABLE_RANGE), self._target()]
        if kind == "get":
            return ["table.get", rng.randrange(TABLE_RANGE), rng.randrange(TABLE_RANGE)]
        count = rng.randint(0, TARGETS)
        to = rng.randint(0, TABLE_RANGE - count)
        if kind == "fill":
            return ["table.fill", to, self._target(), count]
        if kind == "copy":
            return ["table.copy", to, rng.randint(0, TABLE_RANGE - count), count]
        return ["table.init", to, rng.randint(0, TARGETS - count), count]

    def _call(self) -> Operation:
        rng = self._rng
        if rng.random() < 0.5:
            index, argument = rng.randrange(TABLE_RANGE), rng.getrandbits(31)
            # Mostly of an element that is known to be there.
            known = rng.choice([None, 0, 1, 2, 3, 3])
            return ["call", index, argument, self._place(4), known]
        codes = [VALUE, SET, GROW, GROW_TABLE, LITTER, LITTER]
        code = rng.choice(codes + [NESTED] * 3 * self._nests)
        return ["host", code, rng.getrandbits(12), self._place(4)]
