"""Whether all that must agree does, once nothing runs any more.

Standard library only and Python 3.9: it runs under other interpreters too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from tests.moments.model import ModelTrap, State, called
from tests.moments.operations import (
    DATA,
    EDGES,
    GROWTHS,
    LOG,
    SLOT_BYTES,
    STORES,
    TABLE_FLAG,
    TABLE_RANGE,
    Operation,
)
from tests.moments.world import (
    MAIN,
    MOST_ELEMENTS,
    MOST_PAGES,
    PAGES,
    SLOTS,
    World,
    stack_is_empty,
    words,
)

PAGE = 65536
MASK = 0xFFFFFFFF
_OUTSIDE = "out of bounds memory access"
# What a program did that was stopped, in `Checker.check`.
INTERRUPTED = "interrupted"


class Violation(AssertionError):
    """Something does not agree."""


def expect(actual: object, expected: object, what: str) -> None:
    if actual != expected:
        raise Violation(f"{what}: {actual!r}, not {expected!r}")


class Replay:
    """What a slot may be like, from what its log says has been run."""

    def __init__(self, state: State, programs: list[list[Operation]]) -> None:
        self._programs = programs
        self.states = [state]
        # Growths that are done, and those that may have been, by kind: pages, elements.
        self.done = {"memory.grow": 0, "table.grow": 0}
        self.open: dict[str, list[int]] = {"memory.grow": [], "table.grow": []}
        # The words of the traps that ended a program.
        self.trapped: list[str] = []

    def entry(self, entry: int, interruptible: bool, outcome: str | None) -> None:
        """One run of a program. ``outcome`` is None where nobody noted it."""
        number, done = (entry >> 16) - 1, entry & 0xFFFF
        operations = self._programs[number]
        for operation in operations[:done]:
            self._complete(operation)
        if done == len(operations):
            if outcome not in (None, "", INTERRUPTED):
                raise Violation(f"program {number} is complete, but: {outcome}")
        elif outcome == "":
            raise Violation(f"program {number} ended after {done} operations")
        else:
            self._incomplete(operations[done], interruptible, outcome)
        if not self.states:
            text = f"program {number} ended after {done} operations ({outcome})"
            raise Violation(f"{text}: {operations[done:done + 1]}")

    def _complete(self, operation: Operation) -> None:
        possible = []
        for state in self.states:
            try:
                for _ in state.effects(operation):
                    pass
                possible.append(state)
            except ModelTrap:
                continue
        self.states = possible
        inner = _inner(operation)
        if inner[0] in self.done:
            self.done[inner[0]] += 1

    def _incomplete(
        self, operation: Operation, interruptible: bool, outcome: str | None
    ) -> None:
        """Either it trapped, or something else stopped it, after any of its effects."""
        possible = {}
        stopped = outcome in (None, INTERRUPTED)
        for state in self.states:
            before = state.copy()
            after = []
            try:
                for _ in state.effects(operation):
                    after.append(state.copy())
            except ModelTrap as trap:
                if outcome in (None, str(trap)):
                    possible[state.key()] = state
                    self.trapped.append(str(trap))
            if interruptible and stopped:
                possible.update((item.key(), item) for item in (before, *after))
        self.states = list(possible.values())
        inner = _inner(operation)
        if inner[0] in self.open and interruptible:
            self.open[inner[0]].append(inner[1])


def _inner(operation: Operation) -> Operation:
    return operation[-1] if operation[0] in ("deep", "brink") else operation


class Checker:
    """Compares a world with the model, and goes on from there."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._states = [State(slot) for slot in range(SLOTS)]
        self._sizes = {"memory.grow": PAGES, "table.grow": SLOTS * TABLE_RANGE}
        self._limit = sys.getrecursionlimit()
        self._turn = 0

    def check(self, outcomes: list[str], interruptible: Iterable[int]) -> None:
        """``outcomes``: of the main slot's programs; "" where one was completed.

        ``interruptible``: the slots whose programs may have been stopped anywhere.
        """
        world = self._world
        expect(list(words(world)), [], "errors")
        # Where there was no room to lower the limit, the next entry does: of code in Python.
        for instance in world.instances.values():
            instance.exports.nest(0)
        expect(sys.getrecursionlimit(), self._limit, "the recursion limit")
        expect(stack_is_empty(), True, "nothing is inside")
        self._turn += 1
        self._check_sizes()
        slots = frozenset(interruptible)
        replays = [
            self._replay(slot, slot in slots, outcomes if slot == MAIN else None)
            for slot in range(SLOTS)
        ]
        self._check_traps(replays)
        for slot, replay in enumerate(replays):
            self._compare(slot, replay)
        self._check_growths(replays)
        self._check_depth()
        self._reset()

    def _check_sizes(self) -> None:
        """All that tell the size of the memory, and all that use it, agree."""
        world = self._world
        memory, table = world.memory, world.table
        buffer = memory.buffer
        pages, rest = divmod(len(buffer), PAGE)
        expect(rest, 0, "a part of a page")
        for slot, instance in world.instances.items():
            exports = instance.exports
            expect(exports.size(), pages, f"memory.size of slot {slot}")
            expect(exports.table_size(), len(table), f"table.size of slot {slot}")
            for name, width in EDGES.items():
                load, end = exports[name], pages * PAGE
                expect(load(end - width), 0, f"{name} at the end in slot {slot}")
                for beyond in (end - width + 1, end, end + 5 * PAGE):
                    self._expect_trap(load, (beyond,), f"{name} beyond, slot {slot}")
        store = list(STORES)[self._turn % len(STORES)]
        width = STORES[store][1]
        writer = world.instances[self._turn % SLOTS].exports[store]
        writer(pages * PAGE - width, 1)
        last = bytes(buffer[-width:])
        for slot, instance in world.instances.items():
            seen = bytes(
                instance.exports["i32.load8_u"](pages * PAGE - width + i)
                for i in range(width)
            )
            expect(seen, last, f"what {store} wrote, as slot {slot} sees it")
        expect(any(last), True, f"{store} at the end writes")
        memory.write(pages * PAGE - width, bytes(width))
        self._expect_trap(writer, (pages * PAGE - width + 1, 1), f"{store} beyond")

    def _expect_trap(self, function: Any, args: tuple[int, ...], what: str) -> None:
        try:
            function(*args)
        except self._world.traps as trap:
            expect(str(trap), _OUTSIDE, what)
        else:
            raise Violation(f"{what}: no trap at {args[0]}")

    def _replay(
        self, slot: int, interruptible: bool, outcomes: list[str] | None
    ) -> Replay:
        replay = Replay(self._states[slot], self._world.programs[slot])
        start = slot * SLOT_BYTES + LOG
        log = memoryview(self._world.memory.read(start, GROWTHS - LOG)).cast("I")
        entries = [entry for entry in log[1:] if entry]
        if outcomes is not None:
            # The last may have been stopped before it began.
            ended = len(entries) < len(outcomes) and outcomes[-1] == INTERRUPTED
            expect(len(entries) + ended, len(outcomes), "programs run")
        for i, entry in enumerate(entries):
            try:
                replay.entry(entry, interruptible, outcomes[i] if outcomes else None)
            except Violation as violation:
                traps = [text for row, text in self._world.trapped if row == slot]
                raise Violation(f"slot {slot}: {violation}, {traps}") from None
        return replay

    def _compare(self, slot: int, replay: Replay) -> None:
        world = self._world
        exports = world.instances[slot].exports
        data = world.memory.read(slot * SLOT_BYTES, DATA)
        places = range(slot * TABLE_RANGE, (slot + 1) * TABLE_RANGE)
        table = tuple(world.elements.get(world.table.get(i), None) for i in places)
        values = tuple(exports[f"g{i}"].value for i in range(3))
        found = (data, table, values)
        for state in replay.states:
            if state.key() == found:
                self._states[slot] = state
                break
        else:
            raise Violation(f"slot {slot}: {_differences(found, replay.states)}")
        for other in (slot, (slot + self._turn) % SLOTS):
            self._check_calls(world.instances[other].exports.ask, places, table)

    def _check_calls(self, ask: Any, places: range, table: tuple[Any, ...]) -> None:
        """``call_indirect`` calls what ``table.get`` gives."""
        for place, element in zip(places, table):
            try:
                expected: object = called(element, 8)
            except ModelTrap as trap:
                expected = str(trap)
            try:
                actual: object = ask(place, 8) & MASK
            except self._world.traps as trap:
                actual = str(trap)
            expect(actual, expected, f"call_indirect of element {place}")

    def _check_traps(self, replays: list[Replay]) -> None:
        """Nothing trapped that does not."""
        for slot, text in self._world.trapped:
            if text not in replays[slot].trapped:
                raise Violation(f"slot {slot}: trapped without a reason: {text}")

    def _check_growths(self, replays: list[Replay]) -> None:
        world = self._world
        ranges: dict[str, list[tuple[int, int]]] = {
            "memory.grow": list(world.memory_growths.done),
            "table.grow": list(world.table_growths.done),
        }
        failed: dict[str, list[int]] = {"memory.grow": [], "table.grow": []}
        for slot, replay in enumerate(replays):
            found = self._records(slot)
            for kind in ranges:
                own = [(old, count) for row, old, count in found if row == kind]
                least = replay.done[kind]
                if not least <= len(own) <= least + len(replay.open[kind]):
                    raise Violation(f"slot {slot}: {len(own)} of {least} times {kind}")
                ranges[kind] += [item for item in own if item[0] >= 0]
                failed[kind] += [count for old, count in own if old < 0]
        ends = {
            "memory.grow": len(world.memory.buffer) // PAGE,
            "table.grow": len(world.table),
        }
        most = {"memory.grow": MOST_PAGES, "table.grow": MOST_ELEMENTS}
        begun = {
            "memory.grow": world.memory_growths,
            "table.grow": world.table_growths,
        }
        for kind, items in ranges.items():
            possible = [count for replay in replays for count in replay.open[kind]]
            host = list(begun[kind].begun)
            for _, count in begun[kind].done:
                host.remove(count)
            _check_tiles(items, self._sizes[kind], ends[kind], possible + host, kind)
            for count in failed[kind]:
                if ends[kind] + count <= most[kind]:
                    raise Violation(f"{kind} by {count} failed at {ends[kind]}")
        self._check_new_elements(ranges["table.grow"])
        self._sizes = ends

    def _records(self, slot: int) -> list[tuple[str, int, int]]:
        start = slot * SLOT_BYTES + GROWTHS
        cells = memoryview(self._world.memory.read(start, SLOT_BYTES - GROWTHS)).cast(
            "Q"
        )
        found = []
        for cell in cells:
            if not cell:
                break
            count = cell >> 32
            kind = "table.grow" if count & TABLE_FLAG else "memory.grow"
            found.append((kind, (cell & MASK) - 1, count & ~TABLE_FLAG))
        return found

    def _check_new_elements(self, ranges: list[tuple[int, int]]) -> None:
        """Each growth of a table adds elements that are all the same."""
        world = self._world
        for old, count in ranges:
            added = [world.table.get(i) for i in range(old, old + count)]
            table = tuple(map(world.elements.get, added))
            expect(len(set(table)) < 2, True, f"elements from {old} on, {table}")
            self._check_calls(
                world.instances[MAIN].exports.ask, range(old, old + count), table
            )

    def _check_depth(self) -> None:
        """No entry is counted for ever."""
        if self._turn % 16 == 0:
            self._world.instances[MAIN].exports.nest(150)

    def _reset(self) -> None:
        world = self._world
        for slot, instance in world.instances.items():
            instance.exports.reset()
            world.memory.write(slot * SLOT_BYTES + LOG, bytes(SLOT_BYTES - LOG))
        world.trapped.clear()
        world.free[:] = (2, 3, 4, 5)
        world.runs[:] = [0] * SLOTS
        for growths in (world.memory_growths, world.table_growths):
            growths.begun.clear()
            growths.done.clear()


def _differences(found: tuple[Any, ...], states: list[State]) -> str:
    """Where a slot is not like any state, in few words."""
    data, table, values = states[0].key()
    wrong = [
        f"byte {i} is {actual}, not {expected}"
        for i, (actual, expected) in enumerate(zip(found[0], data))
        if actual != expected
    ]
    if found[1] != table:
        wrong.append(f"elements {found[1]}, not {table}")
    if found[2] != values:
        wrong.append(f"globals {found[2]}, not {values}")
    return f"none of {len(states)} states: {', '.join(wrong[:20])}"


def _check_tiles(
    items: list[tuple[int, int]], start: int, end: int, possible: list[int], kind: str
) -> None:
    """The growths follow each other; what is between them, one that was stopped did."""
    gaps, at = 0, start
    for old, count in sorted(items):
        if old < at or old + count > end:
            raise Violation(f"{kind}: {sorted(items)} from {start} to {end}")
        gaps += old - at
        at = old + count
    gaps += end - at
    sums = {0}
    for count in possible:
        sums |= {total + count for total in sums}
    if gaps not in sums:
        text = f"{gaps} of {sorted(items)} from {start} to {end} are nobody's"
        raise Violation(f"{kind}: {text} ({possible} may have been)")
