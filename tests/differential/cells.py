"""Generated loops with a constant trip count that load from addresses which move, and do anything with that.

Several loads a round, of all kinds, at addresses beside each other, and at the ends of the memory; between them and after
them come stores to what is loaded next, choices, divisions, moves of variables; some loops are around others.
"""

from __future__ import annotations

import random
from typing import Any

_LOADS = (
    "i32.load",
    "i32.load8_u",
    "i32.load8_s",
    "i32.load16_u",
    "i32.load16_s",
    "i64.load",
    "i64.load8_s",
    "i64.load16_u",
    "i64.load32_u",
    "i64.load32_s",
    "f32.load",
    "f64.load",
)
_STORES = ("i32.store", "i32.store8", "i32.store16", "i64.store", "i64.store32")
_MIXES = ("add", "sub", "xor", "mul", "or", "and", "rotl", "shr_s", "shr_u")
_COMPARISONS = ("lt_s", "lt_u", "gt_s", "ge_u", "eq", "ne", "le_s")
_TOTALS = {"i32": "s", "i64": "v", "f32": "h", "f64": "f"}


class Text:
    """The text of one function, drawn by a generator of random numbers."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser

    def function(self, name: str) -> str:
        """The function as an export of this name, of two i32 and an i64, which gives an i64."""
        code = self._loop()
        trial = self._random.random()
        if trial < 0.3:
            # Again, with what the first one has left.
            step = "(local.tee $m (i32.sub (local.get $m) (i32.const 1)))"
            more = self._pick("", self._loop())
            around = f"{code} {self._move()} {more} (br_if $outer {step})"
            code = f"(local.set $m (i32.const 2)) (loop $outer {around})"
        elif trial < 0.5:
            code = f"{code} {self._move()} {self._loop()}"
        mixed = "(i64.xor (local.get $v) (i64.reinterpret_f64 (local.get $f)))"
        single = "(i64.extend_i32_u (i32.reinterpret_f32 (local.get $h)))"
        mixed = f"(i64.add {mixed} {single})"
        for local in ("s", *self._random.sample("abijpq", self._pick(0, 2, 6))):
            bits = f"(i64.extend_i32_u (local.get ${local}))"
            mixed = f"(i64.add (i64.mul {mixed} (i64.const 31)) {bits})"
        return (
            f'(func (export "{name}") (param $p i32) (param $n i32) (param $v i64)'
            " (result i64) (local $a i32) (local $b i32) (local $i i32) (local $j i32)"
            " (local $m i32) (local $q i32) (local $s i32) (local $h f32) (local $f f64)\n"
            f"{code}\n{mixed})"
        )

    def _pick(self, *options: Any) -> Any:
        return self._random.choice(options)

    def _loop(self) -> str:
        loads = [self._load() for _ in range(self._pick(1, 1, 2, 3))]
        others = [self._other() for _ in range(self._pick(0, 1, 2))]
        step = self._pick(1, 4, 4, 8, -1, -4, -8, 3, 12, -20, 1000, 1 << 24)
        moves = [f"(local.set $p (i32.add (local.get $p) (i32.const {step})))"]
        moves += [self._move() for _ in range(self._pick(0, 1, 1, 2))]
        body = self._pick(loads + others + moves, moves + loads + others)
        if self._pick(0, 0, 1):
            self._random.shuffle(body)
        near = self._pick(0, 8, 1024, 4000, 60000, 65530, -4, -400)
        start = self._pick(
            f"(local.set $p (i32.const {near}))",
            "",
            self._move(),
            f"(local.set $p (local.get ${self._pick(*'qqan')}))",
            f"(local.set $p (local.get ${self._pick(*'qqab')}))",
        )
        q = self._pick(
            f"(local.set $q (i32.const {self._pick(0, 300, 65000)}))",
            "",
            f"(local.set ${self._pick(*'qaj')} (local.get $p))",
        )
        return f"{start} {q} {self._counted(' '.join(body))}"

    def _counted(self, body: str) -> str:
        """A loop around a body, which it repeats so often."""
        rounds, by = self._pick(19, 32, 33, 64, 100), self._pick(1, 1, 2, -1, -1, -3, 7)
        end = self._pick(0, 0, 0, 5, 2**31, -7)
        first = end - rounds * by
        start = f"(local.set $i (i32.const {first}))"
        step = f"(i32.add (local.get $i) (i32.const {by}))"
        if self._pick(0, 1):
            stepped = f"(local.set $i {step})"
            body = self._pick(f"{body} {stepped}", f"{stepped} {body}")
            step = "(local.get $i)"
        else:
            step = f"(local.tee $i {step})"
        on = f"(i32.ne {step} (i32.const {end}))" if end else step
        relation = ("lt" if by > 0 else "gt") + "_s"
        if self._pick(0, 0, 1) and end != 2**31:
            on = f"(i32.{relation} {step} (i32.const {end}))"
        return f"{start} (loop $next {body} (br_if $next {on}))"

    def _local(self) -> str:
        return f"(local.get ${self._pick(*'pnabijqs')})"

    def _address(self) -> str:
        near = self._pick(4, 64, -4, -64)
        address: str = self._pick(
            "(local.get $p)",
            "(local.get $p)",
            "(local.get $p)",
            f"(i32.add (local.get $p) (i32.const {near}))",
            "(i32.sub (i32.const 65535) (local.get $p))",
            "(i32.add (local.get $p) (local.get $q))",
            "(local.get $q)",
            "(i32.shl (local.get $i) (i32.const 2))",
            "(i32.mul (local.get $i) (i32.const -8))",
            "(i32.add (local.get $n) (local.get $p))",
            "(i32.and (local.get $s) (i32.const 4095))",
        )
        return address

    def _loaded(self) -> tuple[str, str]:
        op = self._random.choice(_LOADS)
        offset = self._pick("", "", "", "offset=4", "offset=9", "offset=65000")
        return op[:3], f"({op} {offset} {self._address()})"

    def _load(self) -> str:
        """A statement that mixes what is loaded into a total."""
        type, value = self._loaded()
        total = _TOTALS[type]
        if type in ("f32", "f64"):
            # Of what arithmetic makes of NaNs, engines need not agree.
            operands = self._pick(
                f"{value} (local.get ${total})", f"(local.get ${total}) {value}"
            )
            return f"(local.set ${total} ({type}.copysign {operands}))"
        trial = self._random.random()
        if trial < 0.1:
            op = self._pick("div_s", "div_u", "rem_s", "rem_u")
            return f"(local.set ${total} ({type}.{op} (local.get ${total}) {value}))"
        if trial < 0.3:
            return f"(if {self._condition(type, value)} (then {self._other()}))"
        if trial < 0.4:
            other = self._pick(*_TOTALS)
            return f"(local.set ${total} (select {value} (local.get ${total}) {self._condition(other)}))"
        mix = f"({type}.{self._random.choice(_MIXES)} (local.get ${total}) {value})"
        return f"(local.set ${total} ({type}.add ({type}.mul {mix} ({type}.const 3)) ({type}.const 7)))"

    def _condition(self, type: str, value: str = "") -> str:
        value = value or f"(local.get ${_TOTALS[type]})"
        if type in ("f32", "f64"):
            return f"({type}.lt {value} ({type}.const {self._pick(0, 1.5, -3)}))"
        number = self._pick(0, 1, 7, 128, -1, -128, 255, 1 << 16, 1 << 30)
        relation = self._random.choice(_COMPARISONS)
        return f"({type}.{relation} {value} ({type}.const {number}))"

    def _other(self) -> str:
        """What is done beside the loads, or before them."""
        op = self._random.choice(_STORES)
        value = "(local.get $v)" if op.startswith("i64") else self._local()
        other: str = self._pick(
            f"({op} {self._address()} {value})",
            f"({op} {self._address()} {value})",
            f"(local.set ${self._pick(*'abs')} (i32.xor {self._local()} {self._local()}))",
            f"(if {self._condition('i32')} (then {self._move()}))",
            f"(if {self._condition('i64')} (then (unreachable)))",
            "(local.set $v (i64.div_u (i64.const 1000) (local.get $v)))",
            self._move(),
        )
        return other

    def _move(self) -> str:
        local = self._pick(*"qqjab")
        by = self._pick(1, 4, -4, 16, -2)
        from_bits = f"(i32.xor (local.get ${local}) (local.get $s))"
        move: str = self._pick(
            f"(local.set ${local} (i32.add (local.get ${local}) (i32.const {by})))",
            f"(local.set ${local} {self._local()})",
            f"(local.set ${local} {from_bits})",
        )
        return move
