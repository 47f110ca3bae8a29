"""Generated loops whose variables begin as each other's values, and what wasmtime says they do.

What is done as a whole is made of what variables were before the loop: of an accumulator, too, that a
counter, an address or another accumulator began as.
"""

from __future__ import annotations

import random
from typing import Any

_ALL = ("p", "n", "q", "s", "t", "u", "e")  # the first two are parameters
_LONG = ("v", "w")
_LOADS = {
    "i32": (("load8_u", 1), ("load8_s", 1), ("load16_u", 2), ("load", 4)),
    "i64": (("load8_u", 1), ("load16_s", 2), ("load32_u", 4), ("load", 8)),
}


class Text:
    """The text of one function, drawn by a generator of random numbers."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser
        self._labels = 0

    def function(self, name: str) -> str:
        """The function as an export of this name."""
        lines = [self._aliases()]
        for _ in range(self._pick(1, 1, 2, 3)):
            loop = self._loop()
            lines.append(self._nested(loop) if self._chance(0.25) else loop)
            if self._chance(0.5):
                lines.append(self._aliases())
        mixed = "(i64.xor (local.get $v) (i64.mul (local.get $w) (i64.const 7)))"
        # Not always is everything read again.
        for local in _ALL if self._chance(0.6) else self._random.sample(_ALL, 2):
            mixed = (
                f"(i64.add (i64.mul {mixed} (i64.const 31))"
                f" (i64.extend_i32_u (local.get ${local})))"
            )
        names = " ".join(f"(local ${name} i32)" for name in _ALL[2:])
        return (
            f'(func (export "{name}") (param $p i32) (param $n i32) (param $v i64)'
            f" (result i64) {names} (local $m i32) (local $w i64)\n"
            + "\n".join(lines)
            + f"\n{mixed})"
        )

    def _pick(self, *options: Any) -> Any:
        return self._random.choice(options)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _aliases(self) -> str:
        """Variables that are given each other's values."""
        return "\n".join(self._alias() for _ in range(self._pick(1, 2, 3, 4)))

    def _alias(self) -> str:
        to, other, source = self._random.sample(_ALL, 3)
        if self._chance(0.1):
            to, source = self._random.sample(_LONG, 2)
            return f"(local.set ${to} (local.get ${source}))"
        value = self._pick(
            *[f"(local.get ${source})"] * 4,
            *[f"(local.tee ${other} (local.get ${source}))"] * 3,
            f"(i32.const {self._pick(0, 1, 8, 64)})",
            f"(i32.add (local.get ${source}) (i32.const {self._pick(1, 4, 8)}))",
            f"(i32.and (local.get ${source}) (i32.const {self._pick(31, 124)}))",
        )
        return f"(local.set ${to} {value})"

    def _nested(self, loop: str) -> str:
        """A loop in a loop of a few rounds, before which variables are given values anew or not."""
        self._labels += 1
        label = f"$outer{self._labels}"
        parts = [self._aliases(), loop] if self._chance(0.7) else [loop]
        inner = "\n".join(parts)
        return (
            f"(local.set $m (i32.const 3)) (loop {label} {inner}"
            f" (br_if {label} (local.tee $m (i32.sub (local.get $m) (i32.const 1)))))"
        )

    def _loop(self) -> str:
        """Sums, or a copy, with pointers and others that take steps."""
        roles = self._random.sample(_ALL, len(_ALL))
        counter, pointer, second, *others = roles
        lines = []
        moves = {pointer: 1}
        if self._chance(0.75):
            for _ in range(self._pick(1, 1, 2, 2, 3)):
                lines.append(self._sum(others, pointer, second, moves))
        else:
            op, width = self._pick(*_LOADS["i32"])
            moves[pointer] = moves[second] = width
            store = f"store{'' if width == 4 else 8 * width}"
            cell = f"(i32.{op} (local.get ${pointer}))"
            lines.append(f"(i32.{store} (local.get ${second}) {cell})")
        for other in others:
            if self._chance(0.25):
                by = self._pick("(i32.const 1)", "(i32.const -4)", "(local.get $m)")
                lines.append(
                    f"(local.set ${other} (i32.add (local.get ${other}) {by}))"
                )
        steps = [
            f"(local.set ${name} (i32.add (local.get ${name}) (i32.const {step})))"
            for name, step in moves.items()
        ]
        if self._chance(0.15):
            lines = steps + lines
        else:
            lines += steps
        return self._repeated(counter, pointer, moves[pointer], others[-1], lines)

    def _sum(
        self, others: list[str], pointer: str, second: str, moves: dict[str, int]
    ) -> str:
        """A cell, or a product, added to one of the first of the others, or to an i64."""
        type = self._pick("i32", "i32", "i32", "i64")
        total = self._random.choice(others[:2] if type == "i32" else _LONG)
        op, width = self._pick(*_LOADS[type])
        at = second if self._chance(0.4) else pointer
        moves[at] = max(moves.get(at, 1), width)
        cell = f"({type}.{op} offset={self._pick(0, 0, 8)} (local.get ${at}))"
        if self._chance(0.25):
            cell = f"({type}.mul {cell} ({type}.{op} (local.get ${pointer})))"
        elif self._chance(0.2):
            fixed = f"(local.get ${others[-1]})"
            if type == "i64":
                fixed = f"(i64.extend_i32_u {fixed})"
            cell = f"({type}.mul {cell} {fixed})"
        way = self._pick("add", "add", "add", "sub")
        old = f"(local.get ${total})"
        return f"(local.set ${total} ({type}.{way} {old} {cell}))"

    def _repeated(
        self, counter: str, pointer: str, step: int, end: str, body: list[str]
    ) -> str:
        """The body until a counter is zero, or a pointer at an end; mostly that is after a few rounds."""
        self._labels += 1
        label = f"$loop{self._labels}"
        inner = "\n".join(body)
        if self._chance(0.75):
            source = self._random.choice(_ALL)
            first = (
                f"(i32.or (i32.and (local.get ${source}) (i32.const 30)) (i32.const 1))"
            )
            begin = self._pick(
                "",
                f"(local.set ${counter} {first})",
                f"(local.set ${counter} {first})",
                f"(local.set ${source} {first}) (local.set ${counter} (local.get ${source}))",
                f"(local.set ${counter} (local.tee ${source} {first}))",
                f"(local.set ${counter} (i32.const 20))",
            )
            test = (
                f"(local.tee ${counter} (i32.sub (local.get ${counter}) (i32.const 1)))"
            )
        else:
            begin = (
                f"(local.set ${end} (i32.add (local.get ${pointer})"
                f" (i32.const {step * self._pick(1, 9, 20)})))"
            )
            test = f"(i32.ne (local.get ${pointer}) (local.get ${end}))"
        return f"{begin}\n(loop {label}\n{inner}\n(br_if {label} {test}))"
