"""Generated functions dense with what must happen in order, and what wasmtime says they do.

Calls, indirect calls, globals, tables, `memory.grow`, `select`, `local.tee` and f32 stand between loads,
stores and traps; values wait on the operand stack while statements are executed; all of that in
and outside of loops.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import wasmtime

from tests.differential.generated import state
from tests.outcomes import decode
from tests.reference import Reference, limited_engine, normalised
from tests.wasm_tools import assemble

FUNCTIONS = 6  # a module
CALLS_EACH = 4
FUEL = 20_000

# The types of what a table holds, by name.
_TABLE_TYPES = {
    "$ii": (("i32",), "i32"),
    "$ifi": (("i32", "f32"), "i32"),
    "$if": (("i32",), "f32"),
    "$lil": (("i64", "i32"), "i64"),
    "$v": ((), ""),
    "$iif": (("i32", "i32", "f32"), "i32"),
}
# Helpers, which the table holds some of: what they take and give.
_HELPERS = {
    "$bump": (("i32",), "i32"),
    "$poke": (("i32", "f32"), "i32"),
    "$peek": (("i32",), "f32"),
    "$long": (("i64", "i32"), "i64"),
    "$three": (("i32", "i32", "f32"), "i32"),
    "$swap": (("i32",), "i32"),
    "$more": (("i32",), "i32"),
    "$trap": (("i32",), "f32"),
}
_LOCALS = {
    "i32": ("$a", "$b", "$c", "$d"),
    "i64": ("$x", "$y"),
    "f32": ("$f", "$g"),
    "f64": ("$h",),
}
_GLOBALS = {"i32": ("$gi", "$gj"), "i64": ("$gl",), "f32": ("$gf",)}
_LOADS = {
    "i32": ("load", "load", "load8_u", "load8_s", "load16_u"),
    "i64": ("load", "load32_u", "load32_s", "load8_s"),
    "f32": ("load",),
    "f64": ("load",),
}
_STORES = {
    "i32": ("store", "store", "store8", "store16"),
    "i64": ("store", "store32", "store8"),
    "f32": ("store", "store"),
    "f64": ("store",),
}
_BINARY = {
    "i32": ("add", "add", "sub", "mul", "and", "or", "xor", "shl", "shr_u", "rotl"),
    "i64": ("add", "sub", "mul", "and", "xor", "shr_s"),
    "f32": ("add", "add", "sub", "mul", "mul", "div"),
    "f64": ("add", "mul", "div"),
}
_CONSTANTS = {
    "i32": (0, 0, 1, 2, 3, 4, 7, 8, 16, 40, 255, 65528, 65536, -1, -4, 2**31 - 1),
    "i64": (0, 1, -1, 3, 2**31, 2**32, -(2**63)),
    "f32": ("0x0p+0", "-0x0p+0", "0x1p+0", "-0x1.8p+1", "0x1.99999ap-4", "inf"),
    "f64": ("0x0p+0", "0x1p+0", "-0x1.4p+3", "0x1.999999999999ap-4"),
}
_CONVERSIONS = {
    "i32": (
        ("i32.wrap_i64", "i64"),
        ("i32.trunc_sat_f32_s", "f32"),
        ("i32.trunc_sat_f32_u", "f32"),
        ("i32.trunc_f32_s", "f32"),
        ("i32.eqz", "i32"),
    ),
    "i64": (("i64.extend_i32_u", "i32"), ("i64.extend_i32_s", "i32")),
    "f32": (
        ("f32.convert_i32_s", "i32"),
        ("f32.demote_f64", "f64"),
        ("f32.neg", "f32"),
        ("f32.abs", "f32"),
    ),
    "f64": (("f64.promote_f32", "f32"), ("f64.convert_i32_u", "i32")),
}
_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "i32": (0, 1, 2, 3, 4, 5, 8, 12, 64, 65532, 65536, -1, -8, 2**31 - 1),
    "i64": (0, 1, -1, 7, 2**32, -(2**63)),
    "f32": (0.0, -0.0, 1.0, -1.5, 3.0, 1e10, 1e-40, "inf"),
}
_PARAMETERS = ("i32", "i32", "i64", "f32")

_MODULE = """(module
  (memory (export "memory") 1 3)
  (table (export "table") 8 12 funcref)
  (global $gi (export "gi") (mut i32) (i32.const 4))
  (global $gj (export "gj") (mut i32) (i32.const 1))
  (global $gl (export "gl") (mut i64) (i64.const 5))
  (global $gf (export "gf") (mut f32) (f32.const 1.5))
  (type $ii (func (param i32) (result i32)))
  (type $ifi (func (param i32 f32) (result i32)))
  (type $if (func (param i32) (result f32)))
  (type $lil (func (param i64 i32) (result i64)))
  (type $v (func))
  (type $iif (func (param i32 i32 f32) (result i32)))
  (elem (i32.const 0) $bump $poke $peek $long $touch $three $swap)
  (elem declare func $bump $swap $trap)
  (data (i32.const 0) "\\04\\00\\00\\00\\08\\00\\00\\00\\00\\00\\80\\3f\\00\\00\\20\\40\\01\\02\\03\\04\\05\\06\\07\\08")
  (func $bump (type $ii)
    (global.set $gi (i32.add (global.get $gi) (i32.const 4)))
    (i32.store8 (i32.and (local.get 0) (i32.const 0x1fff)) (i32.load (i32.const 4)))
    (i32.and (global.get $gi) (i32.const 60)))
  (func $poke (type $ifi)
    (f32.store (i32.and (local.get 0) (i32.const 60)) (f32.add (local.get 1) (global.get $gf)))
    (global.set $gf (local.get 1))
    (i32.load (i32.const 8)))
  (func $peek (type $if)
    (global.set $gj (local.get 0))
    (f32.mul (f32.load offset=4 (i32.and (local.get 0) (i32.const 0x7fff))) (f32.const 0.5)))
  (func $long (type $lil)
    (i64.store offset=16 (i32.and (local.get 1) (i32.const 56)) (local.get 0))
    (global.set $gl (i64.add (global.get $gl) (local.get 0)))
    (i64.mul (local.get 0) (i64.const 3)))
  (func $touch (type $v)
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 4)))
    (table.set (i32.const 7) (ref.func $bump)))
  (func $three (type $iif)
    (i32.store (i32.const 12) (local.get 1))
    (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.trunc_sat_f32_s (local.get 2))))
  (func $index (param i32) (result i32)
    (i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (i32.const 4)))
    (global.set $gj (i32.add (global.get $gj) (i32.const 1)))
    (global.set $gf (f32.add (global.get $gf) (f32.const 1)))
    (local.get 0))
  (func $swap (type $ii)
    (table.set (i32.and (local.get 0) (i32.const 7)) (table.get (i32.const 7)))
    (i32.sub (table.size) (i32.const 8)))
  (func $more (param i32) (result i32)
    (i32.add (memory.grow (i32.and (local.get 0) (i32.const 1))) (global.get $gj)))
  (func $trap (type $if)
    (global.set $gi (i32.div_u (i32.const 64) (i32.and (local.get 0) (i32.const 7))))
    (f32.load (i32.and (local.get 0) (i32.const 0x1ffff))))
  (func (export "nulls") (result i32) (local i32 i32)
    (loop $next
      (local.set 1 (i32.or (i32.shl (local.get 1) (i32.const 1))
        (ref.is_null (table.get (local.get 0)))))
      (br_if $next (i32.lt_u
        (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (table.size))))
    (local.get 1))
"""


class Function:
    """The text of one function, an instruction to a line."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser
        self._lines: list[str] = []
        self._loops = 0  # that have been begun
        self._open = 0  # loops around
        self._room = chooser.choice((25, 60, 120))  # instructions, roughly
        # How often something is done that may well trap.
        self._danger = chooser.choice((0.01, 0.03, 0.25))

    def text(self, name: str) -> str:
        """The function as an export of this name."""
        result = self._random.choice(("i32", "i32", "i64", "f32", "i32 f32"))
        while self._room > 0:
            self._statement(3)
        self._room = 10
        for type in result.split():
            self._value(type, 2)
        counters = " ".join(f"(local $n{at} i32)" for at in range(self._loops))
        return (
            f'(func (export "{name}")'
            " (param $a i32) (param $b i32) (param $x i64) (param $f f32)"
            f" (result {result}) (local $c i32) (local $d i32) (local $y i64)"
            f" (local $g f32) (local $h f64) {counters}\n"
            + "\n".join(self._lines)
            + ")"
        )

    def _pick(self, *options: Any) -> Any:
        return self._random.choice(options)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _emit(self, line: str) -> None:
        self._lines.append(line)
        self._room -= 1

    # Values

    def _values(self, types: tuple[str, ...], depth: int) -> None:
        """Operands, between which there may be statements."""
        for type in types:
            self._value(type, depth - 1)
            if depth > 0 and self._room > 0 and self._chance(0.15):
                self._statement(depth - 1)

    def _value(self, type: str, depth: int) -> None:
        if depth <= 0 or self._room <= 0 or self._chance(0.15):
            self._leaf(type)
            return
        kinds = [self._load, self._load, self._binary, self._convert, self._choose]
        kinds += [self._tee, self._call, self._call_indirect, self._call_indirect]
        kinds.append(self._block)
        if type == "f32":
            kinds += [self._binary] * 4
        if type == "i32":
            kinds += [self._division, self._size, self._test]
        self._random.choice(kinds)(type, depth)

    def _leaf(self, type: str) -> None:
        found = [f"local.get {name}" for name in _LOCALS[type]]
        found += [f"global.get {name}" for name in _GLOBALS.get(type, ())] * 2
        found.append(f"{type}.const {self._pick(*_CONSTANTS[type])}")
        self._emit(self._pick(*found))

    def _address(self, depth: int) -> None:
        """Mostly one that is in bounds."""
        if self._chance(0.3):
            self._emit(f"i32.const {self._pick(0, 4, 8, 16, 17, 40)}")
            return
        self._value("i32", depth)
        if not self._chance(self._danger):
            self._emit("i32.const 124")
            self._emit("i32.and")

    def _offset(self) -> int:
        return int(self._pick(0, 4, 8, 16)) if not self._chance(self._danger) else 65500

    def _load(self, type: str, depth: int) -> None:
        self._address(depth - 1)
        op = self._pick(*_LOADS[type])
        self._emit(f"{type}.{op} offset={self._offset()}")

    def _binary(self, type: str, depth: int) -> None:
        self._values((type, type), depth)
        self._emit(f"{type}.{self._pick(*_BINARY[type])}")

    def _convert(self, type: str, depth: int) -> None:
        op, source = self._pick(*_CONVERSIONS[type])
        self._values((source,), depth)
        self._emit(op)

    def _choose(self, type: str, depth: int) -> None:
        self._values((type, type, "i32"), depth)
        self._emit("select")

    def _tee(self, type: str, depth: int) -> None:
        self._values((type,), depth)
        self._emit(f"local.tee {self._pick(*_LOCALS[type])}")

    def _call(self, type: str, depth: int) -> None:
        found = [name for name, (_, result) in _HELPERS.items() if result == type]
        if not found:
            self._leaf(type)
            return
        name = self._pick(*found)
        self._values(_HELPERS[name][0], depth)
        self._emit(f"call {name}")

    def _call_indirect(self, type: str, depth: int) -> None:
        found = [name for name, (_, result) in _TABLE_TYPES.items() if result == type]
        if not found:
            self._leaf(type)
            return
        name = self._pick(*found)
        self._values(_TABLE_TYPES[name][0], depth)
        right = list(_TABLE_TYPES).index(name)
        # Where there is such a function, unless something has changed the table.
        wrong = self._chance(self._danger)
        self._emit(f"i32.const {self._pick(6, 7, 9) if wrong else right}")
        if self._chance(0.4):
            self._emit("call $index")
        self._emit(f"call_indirect (type {name})")

    def _block(self, type: str, depth: int) -> None:
        """A value by way of control flow."""
        if self._chance(0.5):
            self._values(("i32",), depth)
            self._emit(f"if (result {type})")
            self._values((type,), depth - 1)
            self._emit("else")
            self._values((type,), depth - 1)
        else:
            self._emit(f"block (result {type})")
            self._values((type, "i32"), depth)
            self._emit("br_if 0")
            if self._chance(0.5):
                self._emit("drop")
                self._values((type,), depth - 1)
        self._emit("end")

    def _division(self, type: str, depth: int) -> None:
        self._values(("i32", "i32"), depth)
        if not self._chance(self._danger):
            self._emit("i32.const 1")
            self._emit("i32.or")
        self._emit(f"i32.{self._pick('div_u', 'rem_u', 'rem_s')}")

    def _test(self, type: str, depth: int) -> None:
        side = self._pick("i32", "i32", "i64", "f32")
        relation = self._pick("lt", "gt", "eq", "ne", "le")
        if side[0] == "i" and relation not in ("eq", "ne"):
            relation += self._pick("_s", "_u")
        self._values((side, side), depth)
        self._emit(f"{side}.{relation}")

    def _size(self, type: str, depth: int) -> None:
        op = self._pick(
            "memory.size", "table.size", "memory.grow", "table.grow", "null"
        )
        if op == "memory.grow":
            self._values(("i32",), depth)
            self._emit("i32.const 1")
            self._emit("i32.and")
        elif op == "table.grow":
            self._emit(self._pick("ref.null func", "ref.func $swap"))
            self._values(("i32",), depth)
            self._emit("i32.const 1")
            self._emit("i32.and")
        elif op == "null":
            self._index(depth)
            self._emit("table.get 0")
            op = "ref.is_null"
        self._emit(op)

    def _index(self, depth: int) -> None:
        """Of the table."""
        self._values(("i32",), depth - 1)
        if not self._chance(self._danger):
            self._emit("i32.const 7")
            self._emit("i32.and")

    # Statements

    def _statement(self, depth: int) -> None:
        kinds = [self._set, self._set, self._store, self._store, self._set_global]
        if depth > 0:
            kinds += [self._drop, self._do_call, self._set_table, self._if]
            kinds += [self._several]
        if depth > 1 and self._open < 2:
            kinds += [self._loop] * (3 - 2 * self._open)
        self._random.choice(kinds)(depth)

    def _set(self, depth: int) -> None:
        type = self._pick("i32", "i32", "i32", "i64", "f32", "f32", "f64")
        self._value(type, depth)
        self._emit(f"local.set {self._pick(*_LOCALS[type])}")

    def _store(self, depth: int) -> None:
        type = self._pick("i32", "i32", "i64", "f32", "f32", "f64")
        self._address(depth)
        if depth > 0 and self._chance(0.15):
            self._statement(depth - 1)
        self._value(type, depth)
        op = self._pick(*_STORES[type])
        self._emit(f"{type}.{op} offset={self._offset()}")

    def _set_global(self, depth: int) -> None:
        type = self._pick("i32", "i32", "i64", "f32")
        self._value(type, depth)
        self._emit(f"global.set {self._pick(*_GLOBALS[type])}")

    def _drop(self, depth: int) -> None:
        self._value(self._pick("i32", "i64", "f32"), depth)
        self._emit("drop")

    def _do_call(self, depth: int) -> None:
        if self._chance(0.5):
            self._emit("call $touch")
        else:
            self._emit(f"i32.const {self._pick(4, 4, 4, 4, 4, 4, 7)}")
            self._emit("call_indirect (type $v)")

    def _set_table(self, depth: int) -> None:
        self._index(depth)
        if self._chance(0.4):
            self._index(depth)
            self._emit("table.get 0")
        else:
            self._emit(self._pick("ref.null func", "ref.func $bump", "ref.func $trap"))
        self._emit("table.set 0")

    def _several(self, depth: int) -> None:
        """Values that are all there before the first of them is put away."""
        types = tuple(self._pick("i32", "i64", "f32") for _ in range(self._pick(2, 3)))
        self._values(types, depth)
        for type in reversed(types):
            self._emit(
                f"local.set {self._pick(*_LOCALS[type])}"
                if self._chance(0.6)
                else f"global.set {self._pick(*_GLOBALS[type])}"
            )

    def _if(self, depth: int) -> None:
        self._value("i32", depth)
        self._emit("if")
        self._statement(depth - 1)
        if self._chance(0.5):
            self._emit("else")
            self._statement(depth - 1)
        self._emit("end")

    def _loop(self, depth: int) -> None:
        """A few rounds."""
        counter = f"$n{self._loops}"
        self._loops += 1
        self._open += 1
        self._emit(f"i32.const {self._pick(1, 2, 3, 17)}")
        self._emit(f"local.set {counter}")
        self._emit("loop")
        for _ in range(self._pick(1, 2, 3, 4)):
            self._statement(depth - 1)
        self._emit(f"local.get {counter}")
        self._emit("i32.const 1")
        self._emit("i32.sub")
        self._emit(f"local.tee {counter}")
        if self._chance(0.3):
            self._value("i32", depth - 1)
            self._emit("i32.and")
        self._emit("br_if 0")
        self._emit("end")
        self._open -= 1


class Case(NamedTuple):
    """A module of a seed, and what is expected of it (see `generated.expected`)."""

    seed: int
    wasm: bytes
    expected: dict[str, Any]


def text(seed: int) -> str:
    """The module of a seed in the text format."""
    chooser = random.Random(seed)
    functions = [Function(chooser).text(f"f{at}") for at in range(FUNCTIONS)]
    return _MODULE + "\n".join(functions) + ")"


class Dense:
    """Generated modules together with what they are to do."""

    def __init__(self) -> None:
        self._engines = [limited_engine(canonical_nans=nans) for nans in (True, False)]

    def cases(self, first: int, count: int) -> Iterator[Case]:
        """The modules of seeds.

        Left out are calls that take too long, or that observe which NaN an instruction gives: two
        of wasmtime's choices tell.
        """
        for seed in range(first, first + count):
            wasm = assemble(text(seed))
            runs = zip(*(_runs(engine, wasm, seed) for engine in self._engines))
            agreed = [run for run, other in runs if run is not None and run == other]
            yield Case(seed, wasm, {"runs": agreed})


def _runs(
    engine: wasmtime.Engine, wasm: bytes, seed: int
) -> Iterator[dict[str, Any] | None]:
    """Calls of each function, with what they do, on an instance of its own."""
    chooser = random.Random(~seed)
    for at in range(FUNCTIONS):
        calls: list[tuple[str, list[Any]]] = []
        for _ in range(CALLS_EACH):
            args = [chooser.choice(_ARGUMENTS[type]) for type in _PARAMETERS]
            calls += [(f"f{at}", args), ("nulls", [])]
        yield run(engine, wasm, calls, FUEL)


def run(
    engine: wasmtime.Engine,
    wasm: bytes,
    calls: list[tuple[str, list[Any]]],
    fuel: int,
) -> dict[str, Any] | None:
    """What calls do, one after the other on one instance; None if one of them takes too long."""
    reference = Reference(engine, wasm, fuel=fuel)
    done = []
    for export, args in calls:
        try:
            outcome = reference.call(export, [decode(form) for form in args])
        except wasmtime.Trap:
            return None  # out of fuel
        done.append({"call": export, "args": args, "outcome": normalised(outcome)})
    return {"calls": done, "state": state(reference)}
