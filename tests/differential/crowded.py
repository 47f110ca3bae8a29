"""Generated functions with hundreds of locals in nested loops and switches, and what wasmtime says they do.

Most values are read a few statements further on, some much later, some in the next round of a loop; some
locals are read before they are set. Branches leave blocks, rounds and loops, over several levels.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final

import wasmtime

from tests.differential.dense import Case, run
from tests.reference import limited_engine
from tests.wasm_tools import assemble

FUNCTIONS: Final = 3  # a module
CALLS_EACH: Final = 3
FUEL: Final = 60_000

# How many locals of each type there may be; `p` are f32 that are copied, and not calculated with.
_MOST: Final = {"i32": 160, "i64": 40, "f32": 20, "f64": 20, "p": 16}
_BINARY: Final = {
    "i32": ("add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl"),
    "i64": ("add", "sub", "mul", "and", "xor", "shr_s", "shr_u"),
    "f32": ("add", "sub", "mul"),
    "f64": ("add", "sub", "mul"),
}
_TESTS: Final = ("lt_s", "lt_u", "ge_s", "gt_u", "eq", "ne")
_CONVERSIONS: Final = {
    "i32": (
        ("i64", "i32.wrap_i64"),
        ("f64", "i32.trunc_sat_f64_s"),
        ("f32", "i32.trunc_sat_f32_u"),
    ),
    "i64": (("i32", "i64.extend_i32_s"), ("i32", "i64.extend_i32_u")),
    "f32": (("i32", "f32.convert_i32_s"), ("f64", "f32.demote_f64")),
    "f64": (("i32", "f64.convert_i32_u"), ("f32", "f64.promote_f32")),
}
_LOADS: Final = ("load", "load", "load8_u", "load8_s", "load16_u")
_NUMBERS: Final = (0, 1, 2, 3, 5, 8, 31, 255, 4096, 65535, -1, -7, 2**31 - 1, -(2**31))
_ARGUMENTS: Final = (0, 1, 2, 3, 7, 64, -1, -5, 2**31 - 1)

_MODULE: Final = """(module
  (memory (export "memory") 1)
  (data (i32.const 0) "\\01\\02\\03\\04\\80\\ff\\7f\\00\\01\\00\\80\\7f\\02\\00\\80\\ff\\00\\00\\c0\\7f\\00\\00\\80\\3f")
  (func $two (param i32) (result i32 i64)
    (i32.store offset=32 (i32.const 0) (local.get 0))
    (i32.mul (local.get 0) (i32.const 7))
    (i64.extend_i32_s (i32.sub (local.get 0) (i32.const 9))))
"""


class Function:
    """The text of one function."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser
        scale = chooser.choice((0.3, 1.0, 1.0))
        self._names = {
            type: [f"${type}_{at}" for at in range(max(2, int(most * scale)))]
            for type, most in _MOST.items()
        }
        self._recent: dict[str, list[str]] = {type: [] for type in _MOST}
        self._labels: list[str] = []
        self._begun = 0
        self._loops = 0
        self._room = chooser.choice((60, 150, 300))

    def text(self, name: str) -> str:
        """The function as an export of this name."""
        lines = []
        while self._room > 0:
            lines.append(self._statement(4))
        declared = "".join(
            f" (local {local} {'f32' if type == 'p' else type})"
            for type, names in self._names.items()
            for local in names
        )
        counters = "".join(f" (local $n{at} i32)" for at in range(self._begun))
        body = "\n".join(lines)
        head = f'(func (export "{name}") (param $x i32) (param $y i32) (result i32)'
        return f"{head}{declared}{counters}\n{body}\n{self._value('i32', 2)})"

    # Values

    def _old(self, type: str) -> str:
        """A local to read: most likely one that has just been set."""
        recent = self._recent[type]
        if recent and self._random.random() < 0.9:
            return self._random.choice(recent[-4:])
        if type == "i32" and self._random.random() < 0.3:
            return self._random.choice(("$x", "$y"))
        return self._random.choice(self._names[type])

    def _new(self, type: str) -> str:
        """A local to set."""
        recent = self._recent[type]
        if recent and self._random.random() < 0.25:
            name = self._random.choice(recent[-6:])
        else:
            name = self._random.choice(self._names[type])
        recent.append(name)
        return name

    def _value(self, type: str, depth: int) -> str:
        kind = self._random.random()
        if depth == 0 or kind < 0.25:
            if type[0] == "i" and self._random.random() < 0.3:
                return f"({type}.const {self._random.choice(_NUMBERS)})"
            return f"(local.get {self._old(type)})"
        if kind < 0.4:
            source, op = self._random.choice(_CONVERSIONS[type])
            return f"({op} {self._value(source, depth - 1)})"
        if type == "i32" and kind < 0.65:
            if kind < 0.5:
                left, right = (self._value("i32", depth - 1) for _ in range(2))
                return f"(i32.{self._random.choice(_TESTS)} {left} {right})"
            op = self._random.choice(_LOADS)
            return f"(i32.{op} offset={self._offset()} {self._address(depth)})"
        left, right = (self._value(type, depth - 1) for _ in range(2))
        return f"({type}.{self._random.choice(_BINARY[type])} {left} {right})"

    def _address(self, depth: int) -> str:
        return f"(i32.and {self._value('i32', depth - 1)} (i32.const 0x3ff))"

    def _offset(self) -> int:
        return self._random.choice((0, 4, 8, 40, 1024))

    # Statements

    def _statement(self, depth: int) -> str:
        self._room -= 1
        kinds = [self._set] * 8 + [self._store] * 4 + [self._copy, self._call]
        if depth > 0:
            kinds += [self._if, self._if, self._block, self._switch]
        if depth > 1 and self._loops < 3:
            kinds += [self._loop]
        if self._labels:
            kinds += [self._leave]
        return self._random.choice(kinds)(depth)

    def _list(self, depth: int) -> str:
        count = self._random.choice((1, 2, 3, 5, 8))
        return "\n".join(self._statement(depth - 1) for _ in range(count))

    def _set(self, depth: int) -> str:
        type = self._random.choice(("i32", "i32", "i32", "i64", "f32", "f64"))
        value = self._value(type, 3)
        return f"(local.set {self._new(type)} {value})"

    def _copy(self, depth: int) -> str:
        """An f32 whose bits must stay as they are."""
        if self._random.random() < 0.5:
            address = self._address(2)
            load = f"(f32.load offset={self._offset()} {address})"
            return f"(local.set {self._new('p')} {load})"
        address = f"(i32.const {self._random.choice((64, 68, 1040))})"
        return f"(f32.store {address} (local.get {self._old('p')}))"

    def _store(self, depth: int) -> str:
        op, type = self._random.choice(
            (("i32.store", "i32"), ("i32.store8", "i32"), ("i64.store", "i64"))
        )
        return (
            f"({op} offset={self._offset()} {self._address(2)} {self._value(type, 2)})"
        )

    def _call(self, depth: int) -> str:
        call = f"(call $two {self._value('i32', 2)})"
        second = f"(local.set {self._new('i64')})"
        first = f"(local.set {self._new('i32')})"
        return " ".join([call, *(self._drop_some(end) for end in (second, first))])

    def _drop_some(self, end: str) -> str:
        return "(drop)" if self._random.random() < 0.2 else end

    def _if(self, depth: int) -> str:
        condition = self._value("i32", 2)
        text = f"(if {condition} (then {self._list(depth)})"
        if self._random.random() < 0.5:
            text += f" (else {self._list(depth)})"
        return text + ")"

    def _label(self) -> str:
        label = f"$l{len(self._labels)}"
        self._labels.append(label)
        return label

    def _block(self, depth: int) -> str:
        label = self._label()
        body = self._list(depth)
        self._labels.pop()
        return f"(block {label} {body})"

    def _switch(self, depth: int) -> str:
        """Arms that may fall through into the next one."""
        count = self._random.choice((2, 3, 5))
        end = self._label()
        arms = [f"$a{len(self._labels)}_{at}" for at in range(count)]
        targets = " ".join([*arms, end] if self._random.random() < 0.5 else arms)
        text = f"(br_table {targets} {self._value('i32', 2)})"
        for arm in arms:
            text = f"(block {arm} {text}) {self._list(depth)}"
            if self._random.random() < 0.6:
                text += f" (br {end})"
        self._labels.pop()
        return f"(block {end} {text})"

    def _loop(self, depth: int) -> str:
        """A few rounds, which may end early; the counter goes on in each."""
        counter = f"$n{self._begun}"
        self._begun += 1
        self._loops += 1
        out, again = self._label(), self._label()
        body = self._list(depth)
        self._labels.pop()
        self._labels.pop()
        self._loops -= 1
        rounds = self._random.choice((1, 2, 3, 5, 20))
        step = f"(local.set {counter} (i32.sub (local.get {counter}) (i32.const 1)))"
        leave = f"(br_if {out} (i32.eqz (local.get {counter})))"
        start = f"(local.set {counter} (i32.const {rounds + 1}))"
        return (
            f"{start} (block {out} (loop {again} {step} {leave} {body} (br {again})))"
        )

    def _leave(self, depth: int) -> str:
        label = self._random.choice(self._labels)
        return f"(br_if {label} {self._value('i32', 2)})"


def text(seed: int) -> str:
    """The module of a seed in the text format."""
    chooser = random.Random(seed)
    functions = [Function(chooser).text(f"f{at}") for at in range(FUNCTIONS)]
    return _MODULE + "\n".join(functions) + ")"


class Crowded:
    """Generated modules together with what they are to do."""

    def __init__(self) -> None:
        self._engine = limited_engine()

    def cases(self, first: int, count: int) -> Iterator[Case]:
        """The modules of seeds, without calls that take too long."""
        for seed in range(first, first + count):
            wasm = assemble(text(seed))
            runs = [run for run in _runs(self._engine, wasm, seed) if run is not None]
            yield Case(seed, wasm, {"runs": runs})


def _runs(
    engine: wasmtime.Engine, wasm: bytes, seed: int
) -> Iterator[dict[str, Any] | None]:
    """Calls of each function, with what they do, on an instance of its own."""
    chooser = random.Random(~seed)
    for at in range(FUNCTIONS):
        calls = [
            (f"f{at}", [chooser.choice(_ARGUMENTS) for _ in range(2)])
            for _ in range(CALLS_EACH)
        ]
        yield run(engine, wasm, calls, FUEL)
