"""Generated loops that fill cells or copy them, in all the shapes in which compilers leave such loops.

One loop a function, with little memory around it: tested at the top or at the end, by equality or by order,
signed or not, upwards or downwards, by a pointer, an index or a counter of its own, some stores an iteration.
Starts, ends and values are arguments, near everything where numbers or memory end.
"""

from __future__ import annotations

import random
from typing import Any

_STORES = {
    "i32.store8": ("i32.load8_u", 1),
    "i32.store16": ("i32.load16_s", 2),
    "i32.store": ("i32.load", 4),
    "i64.store8": ("i64.load8_s", 1),
    "i64.store32": ("i64.load32_u", 4),
    "i64.store": ("i64.load", 8),
    "f32.store": ("f32.load", 4),
    "f64.store": ("f64.load", 8),
}
_CONSTANTS = {
    "i32": ("0", "-1", "0x01020304"),
    "i64": ("0", "0x0102030405060708"),
    "f32": ("0", "-nan:0x200000", "1.5"),
    "f64": ("0", "nan:0x4000000000001", "-2.25"),
}
_STARTS = "(local.get $p)"
_LOCALS = ("d", "s", "c", "e")


class Text:
    """Writes functions, drawn by a generator of random numbers."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser

    def _pick(self, *options: Any) -> Any:
        return self._random.choice(options)

    def function(self, name: str) -> str:
        """A function of two i32 and an i64, which gives an i64, as an export of this name."""
        mixed = "(local.get $v)"
        read = self._random.sample(_LOCALS, self._pick(0, 1, 4))
        for local in read:
            value = f"(i64.extend_i32_u (local.get ${local}))"
            mixed = f"(i64.add (i64.mul {mixed} (i64.const 31)) {value})"
        loop = self._loop()
        if self._pick(0, 0, 0, 1):
            # Twice, with what the first one has left.
            loop = (
                f"(local.set $o (i32.const 2)) (loop $outer {loop}"
                " (br_if $outer (local.tee $o (i32.sub (local.get $o) (i32.const 1)))))"
            )
        locals = " ".join(f"(local ${local} i32)" for local in (*_LOCALS, "o", "t"))
        return (
            f'(func (export "{name}") (param $p i32) (param $n i32) (param $v i64)'
            f" (result i64) {locals}\n{loop}\n{mixed})"
        )

    def _strided(self) -> str:
        """A loop whose step is a variable, up to an end."""
        op = self._random.choice(tuple(_STORES))
        near = f"(i32.const {self._pick(-64, -1, 0, 1, 64, 1 << 16)})"
        index = "(local.get $c)"
        at = self._pick(
            index,
            f"(i32.add {index} {near})",
            f"(i32.add (local.get $d) {index})",
            f"(i32.add {index} (local.get $d))",
        )
        base = self._pick(near, "(i32.const -2147483648)", _STARTS)
        first = self._pick(_STARTS, "(local.get $n)", f"(i32.add {_STARTS} {near})")
        step = self._pick("(local.get $n)", "(i32.shr_u (local.get $n) (i32.const 24))")
        end = self._pick(
            f"(i32.add {first} (i32.const {self._pick(0, 7, 100, 5000)}))",
            f"(i32.const {self._pick(100, 65536, -1, 0x7FFFFFFF, -0x80000000)})",
            "(local.get $n)",
        )
        relation = f"{self._pick('lt', 'le')}_{self._pick('u', 's')}"
        value = f"({op[:3]}.const 1)"
        start = (
            f"(local.set $d {base}) (local.set $c {first}) (local.set $e {end})"
            f"(local.set $s {step})"
            f"(if (i32.lt_u (local.get $s) (i32.const {self._pick(1, 4, 9)}))"
            " (then (local.set $s (i32.const 8))))"
        )
        body = [
            f"({op} offset={self._pick(0, 0, 8, 1000)} {at} {value})",
            f"(local.set $c (i32.add {index} (local.get $s)))",
        ]
        return start + self._around(body, f"(i32.{relation} {index} (local.get $e))")

    def _loop(self) -> str:
        if self._pick(*[0] * 9, 1):
            return self._strided()
        op = self._random.choice(tuple(_STORES))
        load, width = _STORES[op]
        lanes = self._pick(1, 1, 1, 2, 4, 8)
        size = width * lanes
        ahead = self._pick(1, 1, 1, -1)
        step = ahead * (size if self._pick(0, *[1] * 8) else self._pick(1, 2, size * 2))
        copied = self._pick(0, 1)
        place, source, moves = self._pointers(step, copied)
        stores = self._stores(op, load, width, lanes, ahead, place, source, copied)
        start, moved, test = self._counter(step, lanes, moves)
        body = [*stores, *moved]
        if self._pick(0, 0, 1):
            # The pointers go first, as in `*--p`.
            body = [*moved, *stores]
        if self._pick(*[0] * 7, 1):
            # What is tested is set in the iteration, and may have been anything before.
            counter = self._pick("d", "s", "c")
            body.append(f"(local.set $t (local.get ${counter}))")
            test = test.replace(f"(local.get ${counter})", "(local.get $t)")
            start += self._pick("", "(local.set $t (local.get $n))")
        return start + self._around(body, test)

    def _pointers(self, step: int, copied: int) -> tuple[str, str, list[str]]:
        """Where to store, where to load from, and what moves these."""
        distance = self._pick(1, 3, 4, 8, 16, 100, 4096, -1, -2, -8, -16, -100, -4096)
        source = f"(i32.add {_STARTS} (i32.const {distance}))"
        first = f"(local.set $d {_STARTS})(local.set $s {source})"
        kind = self._pick("both", "both", "index")
        if kind == "index":
            # `c` is the index, stepped by the counter.
            index = "(local.get $c)"
            self._start = first
            return (
                f"(i32.add (local.get $d) {index})",
                f"(i32.add {index} (local.get $s))",
                ["c"],
            )
        self._start = first
        moves = [f"(local.set $d (i32.add (local.get $d) (i32.const {step})))"]
        if copied:
            other = self._pick(*[step] * 8, -step, 0)
            moves.append(
                f"(local.set $s (i32.sub (local.get $s) (i32.const {-other})))"
            )
        return "(local.get $d)", "(local.get $s)", moves

    def _stores(
        self,
        op: str,
        load: str,
        width: int,
        lanes: int,
        ahead: int,
        place: str,
        source: str,
        copied: int,
    ) -> list[str]:
        type = op[:3]
        constants = [f"({type}.const {text})" for text in _CONSTANTS[type]]
        variable = {
            "i32": "(local.get $n)",
            "i64": "(local.get $v)",
            "f32": "(f32.demote_f64 (f64.convert_i64_s (local.get $v)))",
            "f64": "(f64.reinterpret_i64 (local.get $v))",
        }[type]
        value = self._random.choice([*constants, variable])
        offset, nuw = self._pick(0, 0, 4, 1000), self._pick(0, 0, 1)
        base = self._pick(0, 0, 0, -width, 8)
        stores = []
        for lane in range(lanes):
            away = lane * width * ahead
            if self._pick(*[0] * 60, 1):
                away += self._pick(1, width, -width)
            added = base if nuw and ahead > 0 else base + away
            more = offset + away if nuw and ahead > 0 else offset
            if more < 0:
                added, more = added + more, 0

            def at(pointer: str, added: int = added) -> str:
                moved = f"(i32.add {pointer} (i32.const {added}))"
                return moved if added else pointer

            stored = f"({load} offset={more} {at(source)})" if copied else value
            stores.append(f"({op} offset={more} {at(place)} {stored})")
        if self._pick(*[0] * 9, 1):
            self._random.shuffle(stores)
        return stores

    def _counter(
        self, step: int, lanes: int, moves: list[str]
    ) -> tuple[str, list[str], str]:
        """How it starts, what moves, and the test for going on."""
        start, size = self._start, abs(step)
        count = self._pick(
            "(local.get $n)",
            "(local.get $n)",
            f"(i32.mul (local.get $n) (i32.const {size}))",
            f"(i32.and (local.get $n) (i32.const {-size}))",
            f"(i32.const {self._pick(0, 1, 7, 16, 64, 100) * size})",
        )
        if moves == ["c"] or self._pick(0, 1):
            by = (
                step
                if moves == ["c"]
                else self._pick(step // size, -step // size, step, -step, 1)
            )
            first, end = f"(i32.const {self._pick(0, 0, 0, 5, -64)})", count
            if by < 0:
                first, end = count, f"(i32.const {self._pick(0, 0, 0, size - 1, -5)})"
            if self._pick(0, 0, 1):
                end = f"(local.tee $e {end})"
                start += f"(local.set $c {first}) (drop {end})"
                end = "(local.get $e)"
            else:
                start += f"(local.set $c {first})"
            step_ = f"(i32.add (local.get $c) (i32.const {by}))"
            moved = [] if moves == ["c"] else moves
            return start, [*moved, f"(local.set $c {step_})"], self._test("c", by, end)
        start += (
            f"(local.set $e (i32.{'add' if step > 0 else 'sub'} {_STARTS} {count}))"
        )
        pointer = self._pick("d", "d", "s") if len(moves) == 2 else "d"
        return start, list(moves), self._test(pointer, step, "(local.get $e)")

    def _test(self, variable: str, step: int, end: str) -> str:
        moving = f"(local.get ${variable})"
        near = self._pick(*[0] * 7, step, 8, -8)
        if near:
            moving = f"(i32.add {moving} (i32.const {near}))"
        order = "lt" if step > 0 else "gt"
        sign = self._pick("u", "u", "s")
        usual = f"{order}_{sign}"
        relation = self._pick(*["ne", "ne", usual] * 3, "other")
        if relation == "other":
            relation = f"{self._pick('le', 'ge', 'lt', 'gt')}_{sign}"
        if relation == "ne" and end == "(i32.const 0)":
            return moving
        if self._pick(0, 0, 1) and relation != "ne":
            mirrored = relation.translate(str.maketrans("lg", "gl"))
            return f"(i32.{mirrored} {end} {moving})"
        return f"(i32.{relation} {moving} {end})"

    def _around(self, body: list[str], test: str) -> str:
        text = " ".join(body)
        if self._pick(0, 1):
            end = f"(br_if $next {test})"
            if body[-1].startswith("(local.set $c") and test == "(local.get $c)":
                end = f"(br_if $next {body[-1].replace('.set', '.tee')})"
                text = " ".join(body[:-1])
            loop = f"(loop $next {text} {end})"
            return f"(if {test} (then {loop}))" if self._pick(0, 1) else loop
        after = self._pick("", "(local.set $e (i32.const 9))")
        leave = f"(br_if $end (i32.eqz {test}))"
        if after:
            leave = f"(if (i32.eqz {test}) (then {after} (br $end)))"
        return f"(block $end (loop $next {leave} {text} (br $next)))"
