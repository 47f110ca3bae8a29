"""Generated loops around blocks that are left in all ways: rows of them, switches, short ways and long ones.

Most of what stands in a loop is reached by a branch past other places; where that leads is known early or late.
"""

from __future__ import annotations

import random
from typing import Final

_LOCALS: Final = ("p", "n", "a", "b", "c")
_ROUNDS: Final = 60
_DEPTH: Final = 6
_NEAR: Final = 7  # labels that are branched to, of the innermost ones


class Text:
    """The text of one function, drawn by a generator of random numbers."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser
        self._labels: list[str] = []
        self._count = 0
        self._loops = 0

    def function(self, name: str) -> str:
        """The function as an export of this name."""
        self._labels, self._loops = [], 0
        mixed = "(local.get $v)"
        loop = self._loop(_DEPTH)
        for local in _LOCALS:
            mixed = (
                f"(i64.add (i64.mul {mixed} (i64.const 31))"
                f" (i64.extend_i32_u (local.get ${local})))"
            )
        return (
            f'(func (export "{name}") (param $p i32) (param $n i32) (param $v i64)'
            " (result i64) (local $a i32) (local $b i32) (local $c i32)"
            f" (local $rounds i32) (local.set $rounds (i32.const {_ROUNDS}))\n"
            f"{loop}\n{mixed})"
        )

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _label(self) -> str:
        self._count += 1
        return f"$l{self._count}"

    # Values

    def _atom(self) -> str:
        if self._chance(0.3):
            return f"(i32.const {self._random.randint(-3, 9)})"
        return f"(local.get ${self._random.choice(_LOCALS)})"

    def _condition(self) -> str:
        return f"(i32.and {self._atom()} (i32.const {1 << self._random.randint(0, 4)}))"

    def _cell(self) -> str:
        return f"(i32.and {self._atom()} (i32.const 60))"

    # Statements

    def _statements(self, depth: int, least: int, most: int) -> str:
        count = self._random.randint(least, most)
        return " ".join(self._statement(depth) for _ in range(count))

    def _statement(self, depth: int) -> str:
        kind = self._random.random()
        if depth <= 0 or kind < 0.25:
            return self._simple()
        if kind < 0.5:
            return self._branch()
        if kind < 0.68:
            return self._row(depth)
        if kind < 0.85:
            label = self._label()
            return f"(block {label} {self._inside(label, depth - 1)})"
        if kind < 0.93 and self._loops < 3:
            return self._loop(depth)
        then, otherwise = (self._statements(depth - 1, 1, 2) for _ in range(2))
        return f"(if {self._condition()} (then {then}) (else {otherwise}))"

    def _simple(self) -> str:
        variable = self._random.choice(_LOCALS[2:])
        kind = self._random.random()
        if kind < 0.2:
            return f"(i32.store {self._cell()} {self._atom()})"
        if kind < 0.4:
            return f"(local.set ${variable} (i32.load {self._cell()}))"
        operation = self._random.choice(["add", "sub", "xor", "and", "mul"])
        value = f"(i32.{operation} {self._atom()} {self._atom()})"
        return f"(local.set ${variable} {value})"

    def _branch(self) -> str:
        near = self._labels[-_NEAR:]
        label = self._random.choice(near)
        kind = self._random.random()
        if kind < 0.55:
            return f"(br_if {label} {self._condition()})"
        if kind < 0.75:
            then = self._statements(0, 1, 2)
            return f"(if {self._condition()} (then {then} (br {label})))"
        if kind < 0.9:
            targets = " ".join(self._random.choices(near, k=self._random.randint(1, 7)))
            return f"(br_table {targets} (i32.and {self._atom()} (i32.const 7)))"
        return f"(br {label})"

    # What has labels

    def _inside(self, label: str, depth: int) -> str:
        self._labels.append(label)
        text = self._statements(depth, 1, 4)
        self._labels.pop()
        return text

    def _row(self, depth: int) -> str:
        """Blocks one in the other, with something behind each."""
        labels = [self._label() for _ in range(self._random.randint(2, 7))]
        self._labels += reversed(labels)
        code = self._statements(depth - 2, 0, 2) + self._branch()
        for label in labels:
            self._labels.remove(label)
            behind = self._statements(depth - 2, 0, 2)
            if self._labels and self._chance(0.8):
                behind += self._branch()
            code = f"(block {label} {code}) {behind}"
        return code

    def _loop(self, depth: int) -> str:
        """A loop; all of a function's together have a number of rounds."""
        out, again = self._label(), self._label()
        self._labels.append(out)
        self._loops += 1
        body = self._inside(again, depth - 1)
        self._loops -= 1
        self._labels.pop()
        last = "br" if self._chance(0.6) else "br_if"
        condition = self._condition() if last == "br_if" else ""
        return (
            f"(block {out} (loop {again} (br_if {out} (i32.eqz (local.get $rounds)))"
            " (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))"
            f" {body} ({last} {again} {condition})))"
        )
