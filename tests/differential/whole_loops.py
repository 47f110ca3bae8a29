"""Generated loops that do nothing but add up cells, or copy them, and what is just beside that."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

# Where counters begin.
BASES = (0, 0, 0, 1, 16, 1024, 65472, 2**31 - 32, 2**31, 2**32 - 64, 2**32 - 1)
SMALL = (0, 0, 1, 16, 1024, 2048, 30000, 65472)
WIDTHS = {
    "i32.store8": 1,
    "i32.store16": 2,
    "i32.store": 4,
    "i64.store8": 1,
    "i64.store16": 2,
    "i64.store32": 4,
    "i64.store": 8,
}
LOADS = ("i32.load", "i32.load", "i32.load8_u", "i32.load8_s", "i32.load16_u")
LONG_LOADS = ("i64.load", "i64.load32_s", "i64.load32_u", "i64.load8_u")
COUNTERS = ("i", "j", "k")


class WholeLoops:
    """The part of `loops.Text` that writes them."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser
        self._counting: list[str] = []

    def _pick(self, *options: Any) -> Any:
        return self._random.choice(options)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _counter(self) -> str:
        return str(self._pick(*(c for c in COUNTERS if c not in self._counting)))

    def _bounds(self, step: int, near: Sequence[int] = BASES) -> tuple[str, str]:
        raise NotImplementedError

    def _repeated(
        self, name: str, step: int, start: str, end: str, body: list[str]
    ) -> str:
        raise NotImplementedError

    def _step(self, name: str, step: int) -> str:
        raise NotImplementedError

    def _sum(self) -> str:
        """Nothing but cells that are added up, as a rule, several a round or products."""
        name = self._counter()
        type, total = self._pick(("i32", "a"), ("i32", "a"), ("i64", "s"))
        lanes, factors = self._pick(1, 1, 2, 4), self._pick(1, 1, 2)
        step = self._pick(1, lanes, lanes, 4, -1, -lanes)
        rows: list[list[str]] = []
        moves: list[str] = []
        for _ in range(factors):
            op = self._random.choice(LOADS if type == "i32" else LONG_LOADS)
            width = 1 if "8" in op else 2 if "16" in op else 4
            stride = width if self._chance(0.7) else self._pick(1, 3, 8, 12, -width)
            rows.append(self._row(op, name, step, lanes, stride, moves))
        terms = [list(pair) for pair in zip(*rows)]
        if self._chance(0.1):
            terms[-1].append(self._pick(f"(local.get ${total})", self._any_cell(type)))
        if self._chance(0.2):
            self._random.shuffle(terms)
        lines = []
        for term in terms:
            value = term[0]
            for factor in term[1:]:
                value = f"({type}.mul {value} {factor})"
            old = f"(local.get ${total})"
            sign = "add" if self._chance(0.9) else "sub"
            lines.append(f"(local.set ${total} ({type}.{sign} {old} {value}))")
        if self._chance(0.1):
            # That it stores, too, is not to be lost; it may change the cells.
            store = f"(i32.store8 offset=9 (local.get ${name}) (local.get $b))"
            lines.insert(self._pick(0, 0, len(lines)), store)
        near = SMALL if self._chance(0.8) else BASES
        start, end = self._bounds(step, near)
        return self._repeated(
            name, step, start, end, [*lines, *moves, self._step(name, step)]
        )

    def _copy(self) -> str:
        """Nothing but cells that are copied, as a rule one after the other."""
        name = self._counter()
        op = self._random.choice((*WIDTHS, "f32.store"))
        load = op.replace("store", "load") + ("_u" if op[-1] in "862" else "")
        width = WIDTHS.get(op, 4)
        lanes = self._pick(1, 1, 2, 4)
        step = self._pick(1, lanes, 4, -lanes)
        stride = width if self._chance(0.9) else self._pick(1, 2, 8, -width)
        moves: list[str] = []
        rows = [self._row(load, name, step, lanes, stride, moves) for _ in range(2)]
        lines = []
        for to, start in zip(*rows):
            # The one row is of places to store at.
            lines.append(f"({op} {to.removeprefix(f'({load} ')[:-1]} {start})")
        if self._chance(0.1):
            self._random.shuffle(lines)
        near = SMALL if self._chance(0.8) else BASES
        start, end = self._bounds(step, near)
        return self._repeated(
            name, step, start, end, [*lines, *moves, self._step(name, step)]
        )

    def _any_cell(self, type: str) -> str:
        return f"({type}.load8_u (local.get $p))"

    def _row(
        self, op: str, name: str, step: int, lanes: int, stride: int, moves: list[str]
    ) -> list[str]:
        """Loads of cells that are a stride apart, lanes of them a round; adds how pointers move."""
        index, shift = f"(local.get ${name})", 0
        per_step = stride * lanes // step if stride * lanes % step == 0 else 0
        if per_step > 0 and per_step & (per_step - 1) == 0 and self._chance(0.5):
            shift = per_step.bit_length() - 1
            if shift:
                index = f"(i32.shl {index} (i32.const {shift}))"
            if self._chance(0.5):
                index = f"(i32.add {index} (local.get $p))"
        else:
            free = [c for c in ("p", *COUNTERS) if c not in (*self._counting, name)]
            pointer = self._random.choice(free)
            move = f"(i32.const {stride * lanes})"
            if self._chance(0.1):
                move = "(local.get $b)"
            index = f"(local.get ${pointer})"
            moved = f"(local.set ${pointer} (i32.add {index} {move}))"
            if moved not in moves:
                moves.append(moved)
        base, offset = self._pick(0, 0, 8, 1000, -4), self._pick(0, 0, 0, 8, 40)
        nuw = self._chance(0.2)  # offsets, not sums
        loads = []
        for lane in range(lanes):
            place = base if nuw else base + lane * stride
            more = offset + abs(lane * stride) * nuw
            if self._chance(0.02):
                place += self._pick(1, -4, stride)
            address = f"(i32.add {index} (i32.const {place}))" if place else index
            loads.append(f"({op} offset={more} {address})")
        return loads
