"""Random nestings of blocks, loops and conditions, far deeper than real code goes."""

from __future__ import annotations

import random

import pytest

import wasm2py
from tests.outcomes import results
from tests.reference import Reference, engine, normalised
from tests.wasm_tools import assemble

SEEDS = 40
SLOW_SEEDS = 600
_STEP = "local.get $n i32.const 1 i32.add local.tee $n i32.const 2000 i32.gt_u"


class Nesting:
    """A function of nested constructs that branch out of each other; it ends in any case."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines = ["(local $n i32) (local $r i32)"]

    def text(self) -> str:
        """The function's body."""
        depth = self.random.choice([30, 80, 150, 250])
        loops = self.random.choice([0.2, 0.5, 0.9])
        kinds = [self._open(level, loops) for level in range(depth)]
        for level in reversed(range(depth)):
            self._close(level, kinds[level])
        return "\n".join([*self.lines, "local.get $r"])

    def _open(self, level: int, loops: float) -> str:
        kind = self.random.choices(
            ["loop", "block", "if"], [loops, (1 - loops) * 0.6, (1 - loops) * 0.4]
        )[0]
        if kind == "if":
            self.lines.append(f"local.get $r i32.const {level % 4 + 1} i32.rem_u")
        self.lines.append(kind)
        if kind == "loop":
            self.lines.append(f"{_STEP} if local.get $r return end")
        self._work(0.4)
        self._branch(level + 1, 0.3)
        return kind

    def _close(self, level: int, kind: str) -> None:
        self._work(0.5)
        self._branch(level + 1, 0.5)
        if kind == "if" and self.random.random() < 0.4:
            self.lines.append("else")
            self._branch(level + 1, 0.5)
        self.lines.append("end")
        self._work(0.3)

    def _work(self, chance: float) -> None:
        if self.random.random() < chance:
            number = self.random.randrange(1000)
            self.lines.append(f"local.get $r i32.const {number} i32.add")
            self.lines.append("i32.const 3 i32.rotl local.set $r")

    def _branch(self, inside: int, chance: float) -> None:
        if self.random.random() >= chance:
            return
        label = self.random.randrange(min(inside, self.random.choice([3, 10, 400])))
        divisor, rest = self.random.randrange(1, 9), self.random.randrange(3)
        self.lines.append(f"local.get $n local.get $x i32.add i32.const {divisor}")
        self.lines.append(f"i32.rem_u i32.const {rest} i32.eq br_if {label}")
        if self.random.random() < 0.1:
            labels = [str(self.random.randrange(inside)) for _ in range(4)]
            self.lines.append("local.get $n i32.const 5 i32.rem_u")
            self.lines.append(f"br_if {label} local.get $n i32.const 7 i32.rem_u")
            self.lines.append(f"br_table {' '.join(labels)}")


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(first, marks=[pytest.mark.slow] if first >= SEEDS else [])
        for first in range(0, SEEDS + SLOW_SEEDS, 20)
    ],
)
def test_random_nesting(first: int) -> None:
    reference_engine = engine()
    for seed in range(first, first + 20):
        wasm = assemble(
            '(module (func (export "f") (param $x i32) (result i32)\n'
            f"{Nesting(seed).text()}))"
        )
        reference = Reference(reference_engine, wasm)
        module = wasm2py.compile(wasm, features="wasm2")
        function = wasm2py.instantiate(module).exports["f"]
        for argument in (0, 1, 5):
            expected = normalised(reference.call("f", [argument]))
            assert {"result": results(function(argument))} == expected, f"seed {seed}"
