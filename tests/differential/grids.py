"""Generated loops over grids: addresses that are sums of numbers from outside of the loop and in it.

Rows and columns, strides that are variables, pointers that are stepped by them; numbers at which sums wrap around,
counters that begin at their ends or miss them, values that are read behind the loop or in its next run.
"""

from __future__ import annotations

import random

_STARTS = (0, 0, 0, 1, 3, 4, 8, 16, 2**24 - 1, 2**24, 2**31 - 4, 2**31, 2**32 - 8, -4)
_ENDS = (0, 1, 2, 4, 6, 7, 8, 16, 2**24, 2**24 + 4, 2**31, -8)
_STEPS = (1, 1, 1, 2, 2, 4, 3, -1, -2, 8)
_STRIDES = (0, 1, 2, 4, 8, 12, 20, 256, 2**24, 2**31, -4, -8, 2**32 - 256)
_RELATIONS = ("ne", "ne", "ne", "lt_u", "lt_s", "le_s", "gt_s", "ge_s", "eq")
_LOADS = ("i32.load", "i32.load8_u", "i32.load16_s", "i32.load8_s")
_STORES = ("i32.store", "i32.store8", "i32.store16")
# Rows and pointers, which come from outside; the counter; sums in the loop.
_OUTER = ("p", "n", "a", "b", "d")
_MOVED = ("q", "r", "i")


class Text:
    """The text of one function."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser

    def function(self, name: str) -> str:
        """The function as an export of this name."""
        before = "\n".join(
            f"(local.set ${local} {self._outside()})" for local in (*"abd", *"qr")
        )
        inner = self._inner()
        kind = self._random.randrange(4)
        if kind:
            again = self._pick("", "(local.set $i (i32.const 0))", self._reset())
            moved = "\n".join(
                f"(local.set ${local} (i32.add (local.get ${local}) {self._stride()}))"
                for local in self._random.sample("abdqr", 2)
            )
            inner = f"""(local.set $j (i32.const {self._pick(1, 2, 3)}))
              (loop $outer {again} {inner} {moved}
                (br_if $outer (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))"""
        if self._random.random() < 0.5:
            inner = f"{self._reset()} {inner}"
        mixed = "(i64.extend_i32_u (local.get $s))"
        for local in self._random.sample("abdqrin", self._random.randrange(5)):
            mixed = (
                f"(i64.add (i64.mul {mixed} (i64.const 31))"
                f" (i64.extend_i32_u (local.get ${local})))"
            )
        return f"""(func (export "{name}") (param $p i32) (param $n i32) (param $v i64)
          (result i64) (local $a i32) (local $b i32) (local $d i32) (local $q i32)
          (local $r i32) (local $i i32) (local $j i32) (local $s i32) (local $x i32)
          (local $y i32)
          {before} {inner} {mixed})"""

    def _pick(self, *choices: object) -> str:
        return str(self._random.choice(choices))

    def _reset(self) -> str:
        local = self._random.choice(_MOVED)
        return f"(local.set ${local} {self._outside()})"

    def _outside(self) -> str:
        kind = self._random.randrange(5)
        if kind == 0:
            return f"(i32.const {self._random.choice(_STARTS)})"
        if kind == 1:
            return f"(i32.mul (local.get $n) (i32.const {self._pick(1, 2, 4, 12)}))"
        if kind == 2:
            return (
                f"(i32.add (local.get $p) (i32.const {self._pick(0, 16, -16, 1024)}))"
            )
        if kind == 3:
            return f"(i32.and (local.get $n) (i32.const {self._pick(-2, -4, 7, 252)}))"
        return self._pick(*(f"(local.get ${local})" for local in ("p", "n")))

    def _stride(self) -> str:
        if self._random.random() < 0.5:
            return f"(i32.const {self._random.choice(_STRIDES)})"
        return f"(local.get ${self._random.choice('abdn')})"

    # The inner loop

    def _inner(self) -> str:
        step = self._random.choice(_STEPS)
        end = self._pick(
            f"(i32.const {self._random.choice(_ENDS)})",
            "(local.get $n)",
            "(local.get $d)",
            f"(i32.and (local.get $n) (i32.const {self._pick(-2, -4, -8)}))",
        )
        body = [self._work() for _ in range(self._random.randint(1, 4))]
        for local in self._random.sample("qr", self._random.randrange(3)):
            step_of = self._pick(self._stride(), "(i32.const 4)", "(i32.const -4)")
            body.append(
                f"(local.set ${local} (i32.add (local.get ${local}) {step_of}))"
            )
        if self._random.random() < 0.2:
            body.append(f"(br_if $out (i32.lt_u (local.get $x) {self._term()}))")
        if self._random.random() < 0.15:
            body.append("(drop (memory.grow (i32.const 0)))")
        self._random.shuffle(body)
        stepped = f"(i32.add (local.get $i) (i32.const {step}))"
        if self._random.random() < 0.25:
            body.append(f"(local.set $y {stepped})")
            last = (
                f"(local.set $i (local.get $y)) (br_if $next {self._test('$y', end)})"
            )
        else:
            body.append(f"(local.set $i {stepped})")
            last = f"(br_if $next {self._test('$i', end)})"
        loop = f"(loop $next {' '.join(body)} {last})"
        if self._random.random() < 0.4:
            loop = f"(br_if $out (i32.eq (local.get $i) {end})) {loop}"
        return f"(block $out {loop})"

    def _test(self, counter: str, end: str) -> str:
        return f"(i32.{self._random.choice(_RELATIONS)} (local.get {counter}) {end})"

    def _work(self) -> str:
        kind = self._random.randrange(4)
        if kind == 0:
            return f"(local.set $x {self._address()})"
        if kind == 1:
            return f"({self._random.choice(_STORES)}{self._offset()} {self._address()} {self._value()})"
        if kind == 2:
            test = f"(i32.lt_s {self._load()} {self._load()})"
            return f"(if {test} (then {self._work()}))"
        return f"(local.set $s (i32.add (i32.mul (local.get $s) (i32.const 5)) {self._load()}))"

    def _value(self) -> str:
        return self._pick(
            "(local.get $i)", self._load(), f"(i32.add {self._load()} (local.get $s))"
        )

    def _load(self) -> str:
        return f"({self._random.choice(_LOADS)}{self._offset()} {self._address()})"

    def _offset(self) -> str:
        offset = self._random.choice((0, 0, 0, 1, 4, 64, 4096, 2**24, 2**31))
        return f" offset={offset}" if offset else ""

    def _address(self) -> str:
        terms = [self._term() for _ in range(self._random.randint(1, 3))]
        address = terms[0]
        for term in terms[1:]:
            address = f"(i32.{self._pick('add', 'add', 'sub')} {address} {term})"
        return address

    def _term(self) -> str:
        local = self._random.choice((*_OUTER, *_MOVED, *_MOVED, "x"))
        kind = self._random.randrange(4)
        if kind == 0:
            return f"(i32.shl (local.get ${local}) (i32.const {self._pick(1, 2, 3)}))"
        if kind == 1:
            return f"(i32.add (local.get ${local}) (i32.const {self._pick(4, -4, 1, 4096)}))"
        return f"(local.get ${local})"
