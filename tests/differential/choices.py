"""Generated loops with choices, counts and searches, and what wasmtime says they do.

Values are chosen and counted up by conditions that may be kept, changed and used again; loops go on while a square is
small enough, up to a number and with it, or to a byte; sums are used when their variables have been stepped.
"""

from __future__ import annotations

import random
from typing import Any

_NAMES = ("a", "b", "p", "n")
_RELATIONS = ("eq", "ne", "lt_s", "lt_u", "le_s", "le_u", "gt_s", "gt_u", "ge_s")
_CONSTANTS = (0, 1, 2, 3, 7, 255, 46341, 65535, 65536, 2**31 - 1, -(2**31), -1)
_STEPS = (1, 1, 1, 2, 3, -1, 65536, 46340)


class Text:
    """The text of one function, drawn by a generator of random numbers."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser

    def function(self, name: str) -> str:
        """The function as an export of this name."""
        steps = "\n".join(self._step() for _ in range(self._pick(2, 3, 4, 5)))
        write = self._pick(self._squares, self._up_to, self._search, self._down)
        loop: str = write(steps)
        mixed = "(i64.trunc_sat_f64_s (local.get $x))"
        for local in (*_NAMES, "i", "t", "c"):
            bits = f"(i64.extend_i32_u (local.get ${local}))"
            mixed = f"(i64.add (i64.mul {mixed} (i64.const 31)) {bits})"
        return (
            f'(func (export "{name}") (param $p i32) (param $n i32) (param $v i64)'
            " (result i64) (local $a i32) (local $b i32) (local $i i32) (local $t i32)"
            " (local $c i32) (local $m i32) (local $x f64)\n"
            f"(local.set $m (i32.const 60)) (local.set $i {self._start()})\n{loop}\n"
            f"(i64.add (local.get $v) {mixed}))"
        )

    def _pick(self, *options: Any) -> Any:
        return self._random.choice(options)

    def _start(self) -> str:
        if self._random.random() < 0.3:
            return self._value()
        return f"(i32.const {self._pick(0, 3, -1)})"

    # Loops

    def _round(self, body: str) -> str:
        again = "(local.tee $m (i32.sub (local.get $m) (i32.const 1)))"
        return f"(block $out (loop $next (br_if $out (i32.eqz {again}))\n{body}))"

    def _squares(self, steps: str) -> str:
        square = "(local.set $t (i32.mul (local.get $i) (local.get $i)))"
        test = f"(i32.{self._pick('gt_u', 'ge_u', 'gt_s', 'lt_u')} (local.get $t) (local.get $n))"
        least: str = self._pick(
            "", "(local.set $n (i32.shr_u (local.get $n) (i32.const 1)))"
        )
        go_on = f"(br_if $out {test}) (br $next)"
        return least + self._round(f"{steps} {square} {self._move()} {go_on}")

    def _up_to(self, steps: str) -> str:
        kept = "(local.set $t (local.get $i))"
        test = (
            f"(i32.eq (local.get $t) {self._pick('(local.get $n)', '(i32.const 9)')})"
        )
        loop = self._round(
            f"{kept} {steps} {self._move()} (br_if $out {test}) (br $next)"
        )
        if self._random.random() < 0.5:
            return loop
        return f"(if (i32.lt_s (local.get $i) (local.get $n)) (then {loop}))"

    def _search(self, steps: str) -> str:
        far = self._pick(1, 3, 1025, -1, 65530)
        sum = f"(local.set $t (i32.add (local.get $i) (i32.const {far})))"
        found = "(i32.load8_u (local.get $t))"
        return self._round(f"{steps} {sum} {self._move()} (br_if $next {found})")

    def _down(self, steps: str) -> str:
        down = "(local.tee $i (i32.sub (local.get $i) (i32.const 1)))"
        start = f"(local.set $i (i32.const {self._pick(1, 2, 7, 8, 9, 16, 17)}))"
        return start + self._round(f"{steps} (br_if $next {down})")

    def _move(self) -> str:
        return (
            f"(local.set $i (i32.add (local.get $i) (i32.const {self._pick(*_STEPS)})))"
        )

    # What is done in each round

    def _step(self) -> str:
        name = self._pick(*_NAMES)
        kind = self._pick("choose", "choose", "keep", "count", "mask", "convert")
        if kind == "keep":
            return f"(local.set $c {self._condition()})"
        if kind == "convert":
            number = f"(f64.convert_i32_{self._pick('s', 'u')} {self._value()})"
            operation = self._pick("add", "sub", "mul")
            return f"(local.set $x (f64.{operation} (local.get $x) {number}))"
        test = self._pick("(local.get $c)", self._condition())
        if kind == "choose":
            name = self._pick(name, name, "c")
            arms = (
                f"{self._pick(f'(local.get ${name})', self._value())} {self._value()}"
            )
            return f"(local.set ${name} (select {arms} {test}))"
        if kind == "mask":
            sign = self._pick(
                f"(i32.sub (i32.const 0) (i32.and {self._value()} (i32.const 1)))",
                f"(i32.shr_s {self._value()} (i32.const 31))",
            )
            bits = f"(i32.and {sign} (i32.const {self._pick(0xEDB8, -0x12477CE0, 1)}))"
            rest = f"(i32.shr_u (local.get ${name}) (i32.const {self._pick(0, 1, 8)}))"
            return f"(local.set ${name} (i32.xor {bits} {rest}))"
        added = self._pick(
            test,
            f"(select {self._value()} (i32.const 0) {test})",
            f"(select (i32.const 0) {self._value()} {test})",
        )
        operands = [f"(local.get ${self._pick(name, name, *_NAMES)})", added]
        self._random.shuffle(operands)
        operation = self._pick("add", "add", "sub", "or", "xor")
        return f"(local.set ${name} (i32.{operation} {' '.join(operands)}))"

    def _condition(self) -> str:
        relation = self._pick(*_RELATIONS)
        return f"(i32.{relation} {self._value()} {self._value()})"

    def _value(self) -> str:
        if self._random.random() < 0.7:
            return f"(local.get ${self._pick(*_NAMES, 'i')})"
        return f"(i32.const {self._pick(*_CONSTANTS)})"
