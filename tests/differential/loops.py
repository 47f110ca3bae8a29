"""Generated functions that loop over memory, and what wasmtime says they do.

`wasm-tools smith` hardly ever makes a loop that counts. These are what compilers make of
loops, and what is just beside that: ends that are missed, addresses and counters that
wrap around, memory that ends, values that are read again afterwards.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

import wasmtime

from tests.differential.whole_loops import (
    BASES,
    COUNTERS,
    LOADS,
    LONG_LOADS,
    SMALL,
    WIDTHS,
    WholeLoops,
)
from tests.outcomes import Outcome
from tests.reference import Reference, normalised
from tests.wasm_tools import assemble

PAGE = 65536
FUNCTIONS = 8  # a module
FUEL = 30_000
_MASK = 0xFFFFFFFF
# Every other number is a signalling NaN.
_PIECE = b"".join(bytes(range(at, at + 4)) + b"\1\0\xa0\x7f" for at in range(1, 252, 5))
_PATTERN = (_PIECE * (PAGE // len(_PIECE) + 1))[:PAGE]

_POINTERS = (0, 4, 8, 16, 256, 1004, 4096, 32768, 1, 1003, PAGE - 64, PAGE - 3, -8)
_NUMBERS = (0, 1, 2, 3, 5, 8, 21, 64, 100, 255, 2**31 - 1, -(2**31), -1, 0x12345678)
_LONGS = (0, 1, -1, 2**31, 2**32, -(2**63), 0x0123456789ABCDEF)

# Where counters end.
_EDGES = (0, 0, 16, 256, PAGE, 2**31, 2**32)
_STEPS = (1, 1, 1, 2, 3, -3, 4, 4, 8, 12, -1, -1, -2, -4, -8)
_SUMS = ("add", "add", "add", "sub", "xor", "and", "or", "mul")
_DIVISIONS = ("div_u", "rem_u", "div_s", "rem_s")
_SHIFTS = ("shl", "shr_u", "shr_s", "rotl", "rotr")
_RELATIONS = ("lt_s", "lt_u", "le_s", "le_u", "gt_s", "gt_u", "ge_s", "ge_u", "eq")

# Parameters 0 to 2 are a pointer, a number and an i64; then come locals.
_INTS = ("p", "n", "i", "j", "k", "a", "b")
_OTHERS = ("a", "b")  # what no loop counts with


class Text(WholeLoops):
    """The text of one function, drawn by a generator of random numbers."""

    def __init__(self, chooser: random.Random) -> None:
        super().__init__(chooser)
        self._depth = 0
        self._labels = 0

    def function(self, name: str) -> str:
        """The function as an export of this name."""
        body = self._statements(self._random.randint(2, 5))
        mixed = "(i64.xor (local.get $v) (local.get $s))"
        for local in _INTS:
            mixed = (
                f"(i64.add (i64.mul {mixed} (i64.const 31))"
                f" (i64.extend_i32_u (local.get ${local})))"
            )
        # What is given a value once, before everything else.
        frame = "(local.set $q (i32.sub (local.get $p) (i32.const 16)))"
        # Not always is everything read again.
        last = self._random.choice([mixed, mixed, "(local.get $s)", "(local.get $v)"])
        return (
            f'(func (export "{name}") (param $p i32) (param $n i32) (param $v i64)'
            " (result i64) (local $i i32) (local $j i32) (local $k i32)"
            " (local $a i32) (local $b i32) (local $s i64) (local $t i64)"
            f" (local $f f32) (local $q i32)\n{frame}\n{body}\n{last})"
        )

    # Statements

    def _statements(self, count: int) -> str:
        return "\n".join(self._statement() for _ in range(count))

    def _statement(self) -> str:
        kinds = [self._assign, self._assign, self._store]
        if self._depth < 4:
            kinds += [self._if]
        if len(self._counting) < 2:
            kinds += [self._while] * (1 if not self._counting else 0)
            kinds += [self._loop] * (4 if not self._counting else 1)
            kinds += [self._fill] * (2 if not self._counting else 1)
            kinds += [self._walk] * (2 if not self._counting else 1)
            kinds += [self._sum, self._copy] * (2 if not self._counting else 1)
        return str(self._random.choice(kinds)())

    def _assign(self) -> str:
        if self._chance(0.3):
            return f"(local.set ${self._pick('v', 's')} {self._long(self._pick(2, 3))})"
        if self._chance(0.1):
            return f"(local.set $f {self._single()})"
        free = [name for name in COUNTERS if name not in self._counting]
        name = self._pick(*_OTHERS, *_OTHERS, *free)
        return f"(local.set ${name} {self._int(self._pick(2, 3))})"

    def _store(self) -> str:
        if self._chance(0.1):
            return f"(f32.store {self._address()} {self._single()})"
        op = self._random.choice(tuple(WIDTHS))
        value = self._int(2) if op.startswith("i32") else self._long(2)
        return f"({op}{self._offset()} {self._address()} {value})"

    def _if(self) -> str:
        self._depth += 1
        then = self._statements(self._random.randint(1, 2))
        otherwise = self._pick("", f"(else {self._statements(1)})")
        self._depth -= 1
        return f"(if {self._condition()} (then {then}) {otherwise})"

    def _single(self) -> str:
        """An f32 of which every engine makes the same."""
        number = f"(f32.convert_i32_s {self._int(1)})"
        return str(
            self._pick(
                number,
                f"(f32.mul {number} (f32.const 0.1))",
                f"(f32.load {self._address()})",
                "(f32.neg (local.get $f))",
                "(local.get $f)",
            )
        )

    def _loop(self) -> str:
        """Any body, a counter, and a test."""
        step = self._random.choice(_STEPS)
        start, end = self._bounds(step)
        if self._chance(0.1) and "t" not in self._counting:
            return self._long_loop(step, start, end)
        name = self._counter()
        self._counting.append(name)
        self._depth += 1
        body = [self._statement() for _ in range(self._random.randint(1, 3))]
        self._depth -= 1
        self._counting.pop()
        moved = self._step(name, step)
        if self._chance(0.1):
            body.insert(0, moved)
        else:
            body.append(moved)
        if self._chance(0.1):
            body.append(self._assign())
        return self._repeated(name, step, start, end, body)

    def _while(self) -> str:
        """A loop with a test of its own before whatever it does."""
        self._labels += 1
        label, exit = f"$loop{self._labels}", f"$exit{self._labels}"
        self._counting.append("n")
        body = self._statements(self._random.randint(1, 2))
        self._counting.pop()
        least = self._pick(f"(local.get ${self._pick(*COUNTERS)})", "(i32.const 0)")
        # Whether something follows decides if the test becomes the loop's own.
        return (
            f"(if (i32.le_s (local.get $n) (i32.const 1000)) (then (block {exit}"
            f" (loop {label} (br_if {exit} (i32.lt_s (local.get $n) {least})) {body}"
            f" (local.set $n (i32.sub (local.get $n) (i32.const {self._pick(1, 7, 9)})))"
            f" (br {label})))))"
        )

    def _long_loop(self, step: int, start: str, end: str) -> str:
        """A counter of 64 bits."""
        sign = self._pick("s", "u")
        self._counting.append("t")
        body = self._statements(self._random.randint(1, 2))
        self._counting.pop()
        self._labels += 1
        label, t = f"$loop{self._labels}", "(local.get $t)"
        return (
            f"(local.set $t (i64.extend_i32_{sign} {start}))"
            f"(local.set $s (i64.extend_i32_{sign} {end}))"
            f"(loop {label} {body}"
            f" (local.set $t (i64.add {t} (i64.const {step})))"
            f" (br_if {label} (i64.{self._pick('ne', 'ne', 'lt_u')} {t} (local.get $s))))"
        )

    def _fill(self) -> str:
        """Nothing but stores of one value, as a rule."""
        name = self._counter()
        op = self._random.choice(tuple(WIDTHS))
        width = WIDTHS[op]
        count = self._pick(1, 1, 1, 2, 4)
        step = count * width if self._chance(0.8) else self._pick(1, 2, 4, 8, 16, 24)
        shift = self._pick(0, 0, width.bit_length() - 1)
        scale = 1 << shift
        near = SMALL if self._chance(0.9) else BASES
        start, end = self._bounds(max(1, step // scale), near)
        type = op[:3]
        value = self._pick(
            f"({type}.const {self._pick(0, 0, 1, 255, 0x01020304, -1)})",
            f"(local.get ${'a' if type == 'i32' else 'v'})",
        )
        base = self._pick(0, 0, 0, 8, 1000, -4, 3)
        offset = self._offset()
        index = f"(local.get ${name})"
        if shift:
            index = f"(i32.shl {index} (i32.const {shift}))"
        places = [base + at * width for at in range(count)]
        if self._chance(0.1):
            places[-1] += self._pick(-1, 1, width, -width)
        if self._chance(0.2):
            self._random.shuffle(places)
        stores = []
        for place in places:
            address = f"(i32.add {index} (i32.const {place}))" if place else index
            stores.append(f"({op}{offset} {address} {value})")
        moves = max(1, step // scale)
        stores.append(self._step(name, moves))
        return self._repeated(name, moves, start, end, stores)

    def _walk(self) -> str:
        """Elements of an array, found by an index that is for hardly anything else."""
        name = self._counter()
        shift = self._pick(0, 0, 2, 2, 3)
        base = self._pick("", "", "p", "q", "q")
        place = self._pick(0, 0, 8, 1024, 30000, -4) + self._pick(0, 0, 0, 1)
        step = self._pick(1, 1, 2, -1, 4)
        start = self._pick(0, 0, 1, -20, -64, 16, "(local.get $n)")
        rounds = self._pick(3, 16, 40)
        first, end = str(start), f"(i32.add {start} (i32.const {step * rounds}))"
        if isinstance(start, int):
            first = f"(i32.const {start & _MASK})"
            end = f"(i32.const {start + step * rounds & _MASK})"

        def address(index: str) -> str:
            distance = place + self._pick(0, 0, 1 << shift, 4, 8, -4)
            value = f"(i32.shl {index} (i32.const {shift}))" if shift else index
            if base:
                sides = [f"(local.get ${base})", value]
                self._random.shuffle(sides)
                value = f"(i32.add {sides[0]} {sides[1]})"
            return f"(i32.add {value} (i32.const {distance}))"

        # Sometimes another variable counts.
        walker = self._pick(name, name, "a")
        index = f"(local.get ${walker})"
        body = []
        for _ in range(self._pick(1, 2, 4)):
            cell = address(index)
            load = f"({self._random.choice(LOADS)}{self._offset()} {cell})"
            if self._chance(0.5):
                body.append(
                    f"(local.set $v (i64.add (local.get $v) (i64.extend_i32_u {load})))"
                )
            else:
                ahead = f"(i32.add {index} (i32.const {self._pick(1, -1, 3)}))"
                body.append(f"(i32.store8 {address(ahead)} {load})")
        if self._chance(0.2):
            body.append(f"(local.set $s (i64.extend_i32_u {index}))")
        if self._chance(0.1):
            body.append(
                f"(if {self._condition()} (then (local.set ${walker} {self._int(1)})))"
            )
        moved = self._step(walker, step)
        body.insert(0, moved) if self._chance(0.2) else body.append(moved)
        if walker == name:
            return self._repeated(name, step, first, end, body)
        body.append(self._step(name, 1))
        again = self._repeated(name, 1, "(i32.const 0)", f"(i32.const {rounds})", body)
        return f"(local.set ${walker} {first}) {again}"

    def _step(self, name: str, step: int) -> str:
        if self._chance(0.3):
            return (
                f"(local.set ${name} (i32.sub (local.get ${name}) (i32.const {-step})))"
            )
        return f"(local.set ${name} (i32.add (local.get ${name}) (i32.const {step})))"

    def _bounds(self, step: int, near: Sequence[int] = BASES) -> tuple[str, str]:
        """Where a counter starts and ends; mostly it gets there."""
        base = self._random.choice(near)
        size = abs(step)
        if step < 0 and self._chance(0.6):
            base += 40 * size
        rounds = self._pick(1, 3, 16, 17, 20, 40, 100)
        end = base + step * rounds + (self._chance(0.1) and self._pick(1, -1))
        constants = (f"(i32.const {base & _MASK})", f"(i32.const {end & _MASK})")
        power = size & -size == size
        if self._chance(0.5):
            return constants
        some = self._pick(
            (
                f"(i32.shl (i32.and (local.get $n) (i32.const 31)) (i32.const {size.bit_length() - 1}))"
                if power
                else f"(i32.mul (i32.and (local.get $n) (i32.const 15)) (i32.const {size}))"
            ),
            f"(i32.and (local.get $n) (i32.const {-size}))",
            "(local.get $n)",
        )
        pointer = self._pick(
            "(local.get $p)", f"(i32.and (local.get $p) (i32.const {-size}))"
        )
        ahead = "add" if step > 0 else "sub"
        both: tuple[str, str] = self._pick(
            (constants[0], some),
            (some, constants[0]),
            (constants[0], f"(i32.{ahead} {constants[0]} {some})"),
            (pointer, f"(i32.{ahead} {pointer} {some})"),
            (pointer, f"(i32.{ahead} {pointer} (i32.const {size * rounds}))"),
            (f"(i32.sub (i32.const 0) {some})", "(i32.const 0)"),
            (f"(i32.const {-rounds * step & _MASK})", "(i32.const 0)"),
        )
        return both

    def _repeated(
        self, name: str, step: int, start: str, end: str, body: list[str]
    ) -> str:
        """The body, as a loop of one of the shapes that compilers write."""
        before = ""
        if self._chance(0.4) and name != "b" and "(local.get" in end:
            before, end = f"(local.set $b {end})", "(local.get $b)"
        first = f"(local.set ${name} {start})" if self._chance(0.95) else ""
        self._labels += 1
        label, exit = f"$loop{self._labels}", f"$exit{self._labels}"
        counter = f"(local.get ${name})"
        ordered = self._pick("lt_u", "lt_u", "lt_s", "le_u", "le_s")
        if step < 0:
            ordered = ordered.replace("lt", "gt").replace("le", "ge")
        relation = self._pick("ne", "ne", "ne", ordered, ordered)
        test = f"(i32.{relation} {counter} {end})"
        if relation == "ne" and end == "(i32.const 0)" and self._chance(0.5):
            test = counter
        elif self._chance(0.2) and body[-1].startswith(f"(local.set ${name} "):
            # The sum is tested as it is given.
            tee = body.pop().replace("local.set", "local.tee", 1)
            test = f"(i32.{relation} {tee} {end})"
        statements = "\n".join(body)
        inner = f"(br_if {exit} {self._condition()})" if self._chance(0.1) else ""
        again = f"(loop {label} {statements} {inner} (br_if {label} {test}))"
        if self._chance(0.2):
            opposite = f"(br_if {exit} (i32.eqz {test}))"
            again = f"(loop {label} {opposite} {statements} {inner} (br {label}))"
        elif self._chance(0.2):
            again = f"(if (i32.ne {start} {end}) (then {again}))"
        return f"{before} {first} (block {exit} {again})"

    # Expressions

    def _offset(self) -> str:
        offset = 0
        if self._chance(0.3):
            offset = self._pick(4, 4, 8, 8, 3)
        elif self._chance(0.03):
            offset = self._pick(PAGE - 40, 0xFFFFFFF0, _MASK)
        return f" offset={offset}" if offset else ""

    def _address(self) -> str:
        value = self._any_int()
        shift = self._pick(0, 0, 1, 2, 3)
        if shift:
            value = f"(i32.shl {value} (i32.const {shift}))"
        if self._chance(0.3):
            value = f"(i32.add (local.get $p) {value})"
        if self._chance(0.4):
            constant = self._pick(4, 8, 1, 1000, -4, -16, -(2**31), 64)
            value = f"(i32.add {value} (i32.const {constant}))"
        if self._chance(0.85):
            mask = self._pick(0xFFFC, 0xFFF8, 0x7FFF, 0xFF)
            value = f"(i32.and {value} (i32.const {mask}))"
        return value

    def _condition(self) -> str:
        relation = self._random.choice(_RELATIONS)
        if self._chance(0.1):
            return f"(f32.{self._pick('lt', 'eq', 'ge')} (local.get $f) (f32.const 2))"
        if self._chance(0.5):
            # Bounds for what comes after.
            value = f"(local.get ${self._random.choice(_INTS)})"
            if self._chance(0.3):
                value = (
                    f"(i32.add {value} (i32.const {self._pick(1, -1, 8, -8, -2**31)}))"
                )
            if self._chance(0.2):
                return f"(i32.{relation} {value} (local.get ${self._pick(*_INTS)}))"
            end = self._random.choice(_EDGES) + self._pick(-9, -1, 0, 1, 7)
            return f"(i32.{relation} {value} (i32.const {end & _MASK}))"
        if self._chance(0.8):
            return f"(i32.{relation} {self._int(1)} {self._int(1)})"
        return f"(i64.{relation} {self._long(1)} {self._long(1)})"

    def _any_int(self) -> str:
        """A variable; one that counts, if possible."""
        name = self._random.choice((*_INTS, *self._counting * 4))
        return (
            "(i32.wrap_i64 (local.get $t))" if name == "t" else f"(local.get ${name})"
        )

    def _int(self, depth: int) -> str:
        if not depth or self._chance(0.3):
            if self._chance(0.25):
                values = (0, 1, 2, 4, 31, 255, -1, -4, 2**31 - 1, -(2**31), 1000)
                return f"(i32.const {self._random.choice(values)})"
            return self._any_int()
        a, b = self._int(depth - 1), self._int(depth - 1)
        kind = self._random.randrange(15)
        if kind < 4:
            return f"(i32.{self._random.choice(_SUMS)} {a} {b})"
        if kind in (10, 12):
            edge = self._random.choice(_EDGES) + self._pick(-24, -1, 1, 3, 10)
            op = self._random.choice((*_SUMS, *_DIVISIONS))
            return f"(i32.{op} {a} (i32.const {edge & _MASK}))"
        if kind == 13:
            return f"(i32.{self._random.choice(_SHIFTS)} {a} {b})"
        if kind == 14:
            return self._condition()
        if kind == 11:
            return f"(i32.{self._pick('extend8_s', 'extend16_s')} {a})"
        if kind < 6:
            count = self._pick(1, 2, 3, 4, 7, 16, 24, 31, 32)
            return f"(i32.{self._random.choice(_SHIFTS)} {a} (i32.const {count}))"
        if kind == 6:
            # Two rotations of one thing.
            turns = [self._pick(0, 1, 7, 13, 31, 32) for _ in range(2)]
            return f"(i32.xor (i32.rotl {a} (i32.const {turns[0]})) (i32.rotr {a} (i32.const {turns[1]})))"
        if kind == 7:
            return f"({self._random.choice(LOADS)}{self._offset()} {self._address()})"
        if kind == 8:
            return f"(i32.wrap_i64 {self._long(depth - 1)})"
        return f"(select {a} {b} {self._condition()})"

    def _long(self, depth: int) -> str:
        if not depth or self._chance(0.3):
            return str(self._pick("(local.get $v)", "(local.get $s)", "(i64.const -3)"))
        kind = self._random.randrange(10)
        if kind == 8:
            op = self._random.choice((*_SUMS, *_DIVISIONS))
            edge = self._random.choice((2**32, 2**63 - 1, -(2**63), 24, -1, 3))
            return f"(i64.{op} {self._long(depth - 1)} (i64.const {edge}))"
        if kind == 9:
            a, b = self._long(depth - 1), self._long(depth - 1)
            return f"(i64.{self._random.choice(_SHIFTS)} {a} {b})"
        if kind < 3:
            a, b = self._long(depth - 1), self._long(depth - 1)
            return f"(i64.{self._random.choice(_SUMS)} {a} {b})"
        if kind == 3:
            a = self._long(depth - 1)
            count = self._pick(1, 8, 31, 32, 63)
            return f"(i64.{self._random.choice(_SHIFTS)} {a} (i64.const {count}))"
        if kind < 6:
            sign = self._pick("s", "u")
            return f"(i64.extend_i32_{sign} {self._int(depth - 1)})"
        return f"({self._random.choice(LONG_LOADS)}{self._offset()} {self._address()})"


class Writer(Protocol):
    """What writes functions: `Text`, or `aliases.Text`."""

    def function(self, name: str) -> str:
        """The text of a function, of two i32 and an i64, that gives an i64."""


def text(seed: int, writer: Callable[[random.Random], Writer]) -> str:
    """The module of a seed."""
    chooser = random.Random(seed)
    maximum = chooser.choice(["", "", " 1", " 3"])
    functions = [writer(chooser).function(f"f{at}") for at in range(FUNCTIONS)]
    memory = f'(memory (export "memory") 1{maximum})'
    return "\n".join(["(module", memory, *functions, ")"])


class Call(NamedTuple):
    """A call, and what wasmtime says of it."""

    export: str
    args: tuple[int, ...]
    outcome: Outcome
    memory: str  # a digest of what is in it afterwards


class Case(NamedTuple):
    """A module and the calls that come to an end."""

    seed: int
    wasm: bytes
    calls: list[Call]


def first_page() -> bytes:
    """What is in memory before each call."""
    return _PATTERN


def digest(content: bytes | memoryview) -> str:
    """What tells whether two memories hold the same."""
    return hashlib.sha256(content).hexdigest()


def cases(
    engine: wasmtime.Engine,
    seeds: Sequence[int],
    each: int,
    writer: Callable[[random.Random], Writer] = Text,
) -> Iterator[Case]:
    """The modules of seeds, with so many calls of each function."""
    for seed in seeds:
        wasm = assemble(text(seed, writer))
        yield Case(seed, wasm, list(_calls(engine, wasm, seed, each)))


def _calls(
    engine: wasmtime.Engine, wasm: bytes, seed: int, each: int
) -> Iterator[Call]:
    reference = Reference(engine, wasm)
    memory = reference.exports["memory"]
    assert isinstance(memory, wasmtime.Memory)
    chooser = random.Random(~seed)
    for at in range(FUNCTIONS):
        for _ in range(each):
            args = tuple(map(chooser.choice, (_POINTERS, _NUMBERS, _LONGS)))
            memory.write(reference.store, first_page(), 0)
            reference.store.set_fuel(FUEL)
            try:
                outcome = normalised(reference.call(f"f{at}", args))
            except wasmtime.Trap:
                continue  # out of fuel
            content = digest(bytes(memory.read(reference.store, 0, PAGE)))
            yield Call(f"f{at}", args, outcome, content)
