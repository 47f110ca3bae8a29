"""Generated loops whose outcome is known when they begin, and what wasmtime says they do.

They look for a byte, divide as Euclid did, clear ones and count down to what comes below zero; beside that are tests in
other places, other bytes, counters, values that are read again, loops around them, and what only looks like such a loop.
"""

from __future__ import annotations

import random
from typing import Any

_BYTES = (0, 0, 1, 4, 77, 127, 160, 255, 256, -1, -96)


class Text:
    """The text of one function, drawn by a generator of random numbers."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser

    def function(self, name: str) -> str:
        """The function as an export of this name."""
        write = self._pick(self._search, self._euclid, self._ones, self._down)
        loop: str = write()
        if self._random.random() < 0.4:
            again = "(local.tee $m (i32.sub (local.get $m) (i32.const 1)))"
            loop = f"{self._start()} (loop $around {loop} {self._other()} (br_if $around {again}))"
        mixed = "(i64.const 0)"
        for local in self._pick("abijt", "ab", "i", "jt", "n"):
            bits = f"(i64.extend_i32_u (local.get ${local}))"
            mixed = f"(i64.add (i64.mul {mixed} (i64.const 31)) {bits})"
        return (
            f'(func (export "{name}") (param $p i32) (param $n i32) (param $v i64)'
            " (result i64) (local $a i32) (local $b i32) (local $i i32) (local $j i32)"
            " (local $t i32) (local $m i32) (local $w i64)\n"
            f"(local.set $m (i32.const 3)) (local.set $i (local.get $p))\n"
            f"(local.set $a (local.get $n)) (local.set $b (i32.const {self._pick(0, 1, 91, 1001, -7)}))\n"
            f"{self._start()}\n{loop}\n"
            f"(i64.add (i64.mul (local.get $v) (i64.const 3)) (i64.add (local.get $w) {mixed})))"
        )

    def _pick(self, *options: Any) -> Any:
        return self._random.choice(options)

    def _start(self) -> str:
        start: str = self._pick(
            "",
            "(local.set $i (local.get $p))",
            "(local.set $i (i32.add (local.get $p) (i32.const 5)))",
            "(local.set $a (i32.mul (local.get $m) (i32.const 37)))",
            "(local.set $w (local.get $v))",
        )
        return start

    def _other(self) -> str:
        """What is done beside it in a round."""
        counter = self._pick("j", "j", "t", "n")
        by = self._pick(1, 1, 3, -1)
        other: str = self._pick(
            "",
            "",
            f"(local.set ${counter} (i32.add (local.get ${counter}) (i32.const {by})))",
            "(local.set $v (i64.sub (local.get $v) (i64.const 2)))",
            "(local.set $t (local.get $i))",
        )
        return other

    def _loop(self, test: str, body: str, end: str = "") -> str:
        """A loop that goes on while something is not zero, tested in one of several places."""
        loop: str = self._pick(
            f"(block $out (loop $next (br_if $out (i32.eqz {test})) {body} (br $next)))",
            f"(loop $next (if {test} (then {body} (br $next)) (else {end})))",
            f"(loop $next {body} (br_if $next {test}))",
            f"(if {test} (then (loop $next {body} (br_if $next {test}))))",
            f"(block $out (loop $next {body} (br_if $out (i32.eqz {test})) {self._other()} (br $next)))",
        )
        return loop

    def _search(self) -> str:
        offset = self._pick("", "offset=3", "offset=65530")
        place = self._pick("(local.get $i)", "(i32.add (local.get $i) (local.get $j))")
        loaded = f"(i32.load8_{self._pick('u', 'u', 's')} {offset} {place})"
        byte = self._pick(
            f"(i32.const {self._pick(*_BYTES)})",
            "(local.get $b)",
            "(i32.and (local.get $n) (i32.const 255))",
        )
        test = self._pick(
            loaded, f"(i32.{self._pick('ne', 'ne', 'ne', 'eq')} {loaded} {byte})"
        )
        moved = self._pick("i", "i", "i", "j")
        step = self._pick(1, 1, 1, 1, 1, 2, -1)
        move = f"(local.set ${moved} (i32.add (local.get ${moved}) (i32.const {step})))"
        return self._loop(
            test,
            f"{self._other()} {move} {self._other()}",
            "(local.set $t (i32.const 9))",
        )

    def _euclid(self) -> str:
        sign, trial = self._pick("u", "s"), self._random.random()
        remainder = f"(i32.rem_{sign} (local.get $a) (local.get $b))"
        round = f"(local.set $t {remainder}) (local.set $a (local.get $b)) (local.set $b (local.get $t))"
        if trial < 0.3:
            round = f"(local.set $t (local.get $b)) (local.set $b {remainder}) (local.set $a (local.get $t))"
        elif trial < 0.4:
            round = f"(local.set $b {remainder}) (local.set $a (local.get $b))"
        tested = self._pick("b", "b", "b", "b", "t", "a")
        test = self._pick(
            f"(local.get ${tested})", f"(i32.ne (local.get ${tested}) (i32.const 0))"
        )
        if self._random.random() < 0.15:
            division, moves = round.split(") (local.set", 1)
            leave = f"(br_if $out (i32.eqz {test}))"
            return f"(block $out (loop $next {division}) {leave} (local.set{moves} (br $next)))"
        return self._loop(test, round + self._other(), "(local.set $j (local.get $a))")

    def _ones(self) -> str:
        less = self._pick(
            "(i32.sub (local.get $a) (i32.const 1))",
            "(i32.add (local.get $a) (i32.const -1))",
        )
        clear = f"(local.set $a (i32.and {less} (local.get $a)))"
        test = "(local.get $a)"
        if self._random.random() < 0.3:
            clear = "(local.set $w (i64.and (local.get $w) (i64.sub (local.get $w) (i64.const 1))))"
            test = "(i32.eqz (i64.eqz (local.get $w)))"
        return self._loop(test, f"{self._other()} {clear} {self._other()}")

    def _down(self) -> str:
        down = "(local.set $b (i32.sub (local.get $b) (i32.const 1)))"
        if self._random.random() < 0.3:
            down = "(local.set $b (i32.add (local.get $b) (i32.const -1)))"
        end = self._pick(-1, -1, -1, 0, -2)
        test = f"(i32.ne (local.get $b) (i32.const {end}))"
        start = (
            f"(local.set $b (i32.and (local.get $n) (i32.const {self._pick(15, 3)})))"
        )
        if self._random.random() < 0.5:
            read = "(local.set $t (i32.add (local.get $t) (local.get $b)))"
            return f"{start} (loop $next {self._other()} {read} {down} (br_if $next {test}))"
        return f"{start} (block $out (loop $next {self._other()} {down} (br_if $out (i32.eqz {test})) {self._other()} (br $next)))"
