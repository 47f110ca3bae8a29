"""Generated loops that store one value at a variable distance from each other, up to an end.

One loop a function, as the inner loops of sieves are: the address is made of the index or moves beside it, the
index is one of 32 bits or of 64, steps and ends are constants or arguments, and nothing else is stored.
"""

from __future__ import annotations

import random
from typing import Any

_STORES = {
    "i32.store8": 1,
    "i32.store16": 2,
    "i32.store": 4,
    "i64.store8": 1,
    "i64.store32": 4,
    "i64.store": 8,
}
_INDEX = "(local.get $i)"


class Text:
    """Writes functions, drawn by a generator of random numbers."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser

    def _pick(self, *options: Any) -> Any:
        return self._random.choice(options)

    def function(self, name: str) -> str:
        """A function of two i32 and an i64, which gives an i64, as an export of this name."""
        type = self._pick("i32", "i32", "i64")
        loop = self._loop(type)
        if self._pick(0, 0, 1):
            # Again, with what the first one has left.
            loop = (
                f"(local.set $o (i32.const 2)) (loop $outer {loop}"
                " (br_if $outer (local.tee $o (i32.sub (local.get $o) (i32.const 1)))))"
            )
        left = {"a": "i32", "b": "i32", "i": type}
        mixed = "(local.get $v)"
        for local in self._random.sample(tuple(left), self._pick(0, 1, 3)):
            value = f"(local.get ${local})"
            if left[local] == "i32":
                value = f"(i64.extend_i32_u {value})"
            mixed = f"(i64.add (i64.mul {mixed} (i64.const 31)) {value})"
        return (
            f'(func (export "{name}") (param $p i32) (param $n i32) (param $v i64)'
            " (result i64) (local $a i32) (local $b i32) (local $d i32) (local $o i32)"
            f" (local $i {type}) (local $s {type}) (local $e {type})\n{loop}\n{mixed})"
        )

    def _loop(self, type: str) -> str:
        op = self._random.choice(tuple(_STORES))
        value = f"({op[:3]}.const {self._pick(0, 7, -1)})"
        start, address, moves = self._address(type, _STORES[op])
        step, end = self._step(type), self._end(type)
        first = self._widened("(local.get $p)", type)
        if self._pick(0, 1):
            first = f"({type}.const {self._pick(0, 4, 100, -8)})"
        offset = self._pick(0, 0, 0, 8, 1000, 65000)
        stores = [f"({op} offset={offset} {address} {value})"]
        moves.append(f"(local.set $i ({type}.add {_INDEX} (local.get $s)))")
        self._random.shuffle(moves)
        if self._pick(*[0] * 5, 1):
            moves.append("(local.set $b (i32.add (local.get $a) (i32.const 12)))")
        body = moves + stores if self._pick(0, 0, 1) else stores + moves
        return (
            f"(local.set $s {step}) {start} (local.set $i {first}) (local.set $e {end})"
            + self._around(" ".join(body), self._test(type))
        )

    def _widened(self, value: str, type: str) -> str:
        return value if type == "i32" else f"(i64.extend_i32_u {value})"

    def _step(self, type: str) -> str:
        some = f"(i32.and (local.get $n) (i32.const {self._pick(15, 127, -1)}))"
        if self._pick(0, 0, 1):
            return f"({type}.const {self._pick(3, 5, 12, 1000)})"
        return f"({type}.add {self._widened(some, type)} ({type}.const {self._pick(0, 1, 4)}))"

    def _end(self, type: str) -> str:
        if self._pick(0, 1):
            return f"({type}.const {self._pick(0, 9, 700, 5000, 65536, -1)})"
        return f"({type}.add {_INDEX} ({type}.const {self._pick(0, 1, 300, 2000)}))"

    def _address(self, type: str, width: int) -> tuple[str, str, list[str]]:
        """How it begins, the address, and what moves it beside the index."""
        near = f"(i32.const {self._pick(-64, 0, 0, 8, 256)})"
        if type == "i32" and self._pick(0, 1):
            scale = self._pick(0, 0, width.bit_length() - 1)
            scaled = f"(i32.shl {_INDEX} (i32.const {scale}))" if scale else _INDEX
            base = self._pick(near, "(local.get $d)")
            return f"(local.set $d {near})", f"(i32.add {scaled} {base})", []
        stride = "(local.get $s)" if type == "i32" else "(i32.wrap_i64 (local.get $s))"
        if self._pick(0, 0, 0, 1):
            stride = f"(i32.const {self._pick(width, 12, 24, 0, 1, -16)})"
        scale = self._pick(0, *[width.bit_length() - 1] * 4)
        start = (
            f"(local.set $d (i32.shl {stride} (i32.const {scale})))"
            f"(local.set $a (i32.add (local.get $p) {near}))"
        )
        moved = "(local.set $a (i32.add (local.get $a) (local.get $d)))"
        return start, "(local.get $a)", [moved]

    def _test(self, type: str) -> str:
        relation = f"{self._pick('lt', 'lt', 'le')}_{self._pick('u', 's')}"
        if self._pick(0, 0, 1):
            mirrored = relation.replace("l", "g", 1)
            return f"({type}.{mirrored} (local.get $e) {_INDEX})"
        return f"({type}.{relation} {_INDEX} (local.get $e))"

    def _around(self, body: str, test: str) -> str:
        if self._pick(0, 0, 1):
            leave = f"(br_if $end (i32.eqz {test}))"
            return f"(block $end (loop $next {leave} {body} (br $next)))"
        loop = f"(loop $next {body} (br_if $next {test}))"
        return f"(if {test} (then {loop}))" if self._pick(0, 1) else loop
