"""Programs as a module in the text format."""

from __future__ import annotations

import random

from tests.moments.operations import (
    EDGES,
    GROWTHS,
    LOADS,
    LOG,
    PASSIVE,
    SLOT_BYTES,
    STORES,
    TABLE_FLAG,
    TABLE_RANGE,
    Operation,
    float_of,
)

HEADER = """(module
 (type $unary (func (param i32) (result i32)))
 (import "env" "memory" (memory 1))
 (import "env" "table" (table 1 funcref))
 (import "env" "base" (global $base i32))
 (import "env" "host" (func $host (param i32 i32) (result i32)))
 (global $serial (mut i32) (i32.const 0))
 (global $growths (mut i32) (i32.const 0))
 (global $back (mut i32) (i32.const 0))
 (global $reached (export "reached") (mut i32) (i32.const 0))
 (global $depth (export "depth") (mut i32) (i32.const 40))
 (global $g0 (export "g0") (mut i32) (i32.const 0))
 (global $g1 (export "g1") (mut i64) (i64.const 0))
 (global $g2 (export "g2") (mut f64) (f64.const 0))
 (elem $targets func $t0 $t1 $t2 $t3 $t4)
 (func $t0 (export "t0") (type $unary)
  (i32.add (global.get $base) (i32.mul (local.get 0) (i32.const 3))))
 (func $t1 (export "t1") (type $unary)
  (i32.add (global.get $base) (i32.mul (local.get 0) (i32.const 4))))
 (func $t2 (export "t2") (type $unary)
  (if (result i32) (i32.and (local.get 0) (i32.const 7))
   (then (call $t2 (i32.sub (local.get 0) (i32.const 1))))
   (else (i32.add (global.get $base) (i32.mul (local.get 0) (i32.const 5))))))
 (func $t3 (export "t3") (type $unary) (call $host (i32.const 0) (local.get 0)))
 (func $t4 (export "t4") (param i32 i32) (result i32) (local.get 0))
 (func (export "ask") (param i32 i32) (result i32)
  (call_indirect (type $unary) (local.get 1) (local.get 0)))
 (func (export "size") (result i32) (memory.size))
 (func (export "table_size") (result i32) (table.size))
 (func (export "reset")
  (global.set $serial (i32.const 0)) (global.set $growths (i32.const 0)))
 (func $probe (export "probe")
  (global.set $reached (i32.add (global.get $reached) (i32.const 1)))
  (call $probe)
  (global.set $back (i32.const 0)))
 (func $nest (export "nest") (param i32) (result i32)
  (call $host (i32.const 7) (local.get 0)))
 (func $record (param $old i32) (param $count i64)
  (i64.store offset={growths} (i32.add (global.get $base)
    (i32.shl (global.get $growths) (i32.const 3)))
   (i64.or (i64.shl (local.get $count) (i64.const 32))
    (i64.extend_i32_u (i32.add (local.get $old) (i32.const 1)))))
  (global.set $growths (i32.add (global.get $growths) (i32.const 1))))
""".replace("{growths}", str(GROWTHS))


class ModuleText:
    """The text of a module; addresses are written in several ways."""

    def __init__(self, rng: random.Random, base: int | None) -> None:
        """``base``: where the region begins, if the code may know."""
        self._rng = rng
        self._base = base
        self._functions: list[str] = []

    def module(self, programs: list[list[Operation]]) -> str:
        content = "".join(f"\\{byte:02x}" for byte in PASSIVE)
        lines = [HEADER, f' (data $passive "{content}")']
        for name in EDGES:
            type_ = name.split(".")[0]
            lines.append(
                f' (func (export "{name}") (param i32) (result {type_})'
                f" ({name} (local.get 0)))"
            )
        for name, (type_, _) in STORES.items():
            lines.append(
                f' (func (export "{name}") (param i32 {type_})'
                f" ({name} (local.get 0) (local.get 1)))"
            )
        for number, operations in enumerate(programs):
            lines += self._program(number, operations)
        return "\n".join([*lines, *self._functions, ")"])

    def _program(self, number: int, operations: list[Operation]) -> list[str]:
        lines = [
            f' (func (export "p{number}") (local $i i32) (local $s i32)',
            "  (global.set $serial (i32.add (global.get $serial) (i32.const 1)))",
            self._log(number, 0),
        ]
        for done, operation in enumerate(operations, 1):
            lines += [f"  {self._operation(operation)}", self._log(number, done)]
        return [*lines, " )"]

    def _log(self, number: int, done: int) -> str:
        cell = (
            "(i32.add (global.get $base) (i32.shl (global.get $serial) (i32.const 2)))"
        )
        entry = (number + 1) << 16 | done
        return f"  (i32.store offset={LOG} {cell} (i32.const {entry}))"

    def _operation(self, operation: Operation) -> str:
        kind, *rest = operation
        method = getattr(self, "_" + kind.replace(".", "_"))
        text: str = method(*rest)
        return text

    def _at(self, offset: int, moved: str = "") -> tuple[str, str]:
        """The offset and the operand of an address."""
        style = self._rng.randrange(3 if self._base is not None else 2)
        if style == 0:
            address = f"(i32.add (global.get $base) (i32.const {offset}))"
            memarg = ""
        elif style == 1:
            address, memarg = "(global.get $base)", f"offset={offset}"
        else:
            address, memarg = f"(i32.const {(self._base or 0) + offset})", ""
        if moved:
            address = f"(i32.add {address} {moved})"
        return memarg, address

    def _plain_at(self, offset: int) -> str:
        return f"(i32.add (global.get $base) (i32.const {offset}))"

    def _index(self, index: int) -> str:
        if self._base is not None and self._rng.random() < 0.5:
            return f"(i32.const {self._base // SLOT_BYTES * TABLE_RANGE + index})"
        shift = (SLOT_BYTES // TABLE_RANGE).bit_length() - 1
        first = f"(i32.shr_u (global.get $base) (i32.const {shift}))"
        return f"(i32.add {first} (i32.const {index}))"

    def _write(self, store: str, offset: int, value: str, moved: str = "") -> str:
        memarg, address = self._at(offset, moved)
        return f"({store} {memarg} {address} {value})"

    # What follows is called by the names of operations.

    def _store(self, store: str, offset: int, value: int) -> str:
        type_ = STORES[store][0]
        if type_ in ("i32", "i64"):
            return self._write(store, offset, f"({type_}.const {value})")
        return self._write(store, offset, f"({type_}.const {float_of(value)})")

    def _move(self, load: str, start: int, store: str, to: int, more: int) -> str:
        type_ = LOADS[load][0]
        memarg, address = self._at(start)
        value = f"({type_}.add ({load} {memarg} {address}) ({type_}.const {more}))"
        return self._write(store, to, value)

    def _loop(self, store: str, start: int, count: int, value: int, step: int) -> str:
        width = STORES[store][1]
        moved = "(local.get $i)"
        if width > 1:
            moved = f"(i32.mul (local.get $i) (i32.const {width}))"
        item = f"(i32.const {value})"
        if step:
            item = f"(i32.add {item} (i32.mul (local.get $i) (i32.const {step})))"
        body = self._write(store, start, item, moved)
        return f"(local.set $i (i32.const 0)) (loop $l {body} {_next(count)})"

    def _sum(self, start: int, count: int, to: int) -> str:
        memarg, address = self._at(start, "(local.get $i)")
        term = f"(i32.load8_u {memarg} {address})"
        return (
            "(local.set $i (i32.const 0)) (local.set $s (i32.const 0))"
            f" (loop $l (local.set $s (i32.add (local.get $s) {term})) {_next(count)})"
            f" {self._write('i32.store', to, '(local.get $s)')}"
        )

    def _global(self, index: int, value: int) -> str:
        type_ = ("i32", "i64", "f64")[index]
        more = f"({type_}.add (global.get $g{index}) ({type_}.const {value}))"
        return f"(global.set $g{index} {more})"

    def _memory_fill(self, to: int, value: int, count: int) -> str:
        numbers = f"(i32.const {value}) (i32.const {count})"
        return f"(memory.fill {self._plain_at(to)} {numbers})"

    def _memory_copy(self, to: int, start: int, count: int) -> str:
        places = f"{self._plain_at(to)} {self._plain_at(start)}"
        return f"(memory.copy {places} (i32.const {count}))"

    def _memory_init(self, to: int, start: int, count: int) -> str:
        numbers = f"(i32.const {start}) (i32.const {count})"
        return f"(memory.init $passive {self._plain_at(to)} {numbers})"

    def _memory_grow(self, pages: int) -> str:
        return (
            f"(local.set $s (memory.grow (i32.const {pages})))"
            f" (call $record (local.get $s) (i64.const {pages}))"
        )

    def _edge(self, load: str) -> str:
        type_ = load.split(".")[0]
        size = "(i32.mul (memory.size) (i32.const 65536))"
        item = f"({load} (i32.sub {size} (i32.const {EDGES[load]})))"
        return f"(if ({type_}.ne {item} ({type_}.const 0)) (then (unreachable)))"

    def _table_grow(self, count: int, target: int | None) -> str:
        return (
            f"(local.set $s (table.grow {_reference(target)} (i32.const {count})))"
            f" (call $record (local.get $s) (i64.const {TABLE_FLAG | count}))"
        )

    def _table_set(self, index: int, target: int | None) -> str:
        return f"(table.set {self._index(index)} {_reference(target)})"

    def _table_get(self, to: int, start: int) -> str:
        return f"(table.set {self._index(to)} (table.get {self._index(start)}))"

    def _table_fill(self, to: int, target: int | None, count: int) -> str:
        numbers = f"{_reference(target)} (i32.const {count})"
        return f"(table.fill {self._index(to)} {numbers})"

    def _table_copy(self, to: int, start: int, count: int) -> str:
        places = f"{self._index(to)} {self._index(start)}"
        return f"(table.copy {places} (i32.const {count}))"

    def _table_init(self, to: int, start: int, count: int) -> str:
        numbers = f"(i32.const {start}) (i32.const {count})"
        return f"(table.init $targets {self._index(to)} {numbers})"

    def _call(self, index: int, argument: int, to: int, known: int | None) -> str:
        place = self._index(index)
        called = f"(call_indirect (type $unary) (i32.const {argument}) {place})"
        first = "" if known is None else f"(table.set {place} (ref.func $t{known})) "
        return first + self._write("i32.store", to, called)

    def _host(self, code: int, argument: int, to: int) -> str:
        called = f"(call $host (i32.const {code}) (i32.const {argument}))"
        return self._write("i32.store", to, called)

    def _trap(self, kind: str) -> str:
        if kind == "zero":
            return "(drop (i32.div_u (i32.const 1) (i32.and (local.get $i) (i32.const 0))))"
        if kind == "far":
            return "(drop (i32.load (i32.const -4)))"
        return "(unreachable)"

    def _deep(self, depth: int, operation: Operation) -> str:
        return f"(call {self._at_depth(operation)} (i32.const {depth}))"

    def _brink(self, short: int, operation: Operation) -> str:
        depth = f"(i32.sub (global.get $depth) (i32.const {short}))"
        return f"(call {self._at_depth(operation)} {depth})"

    def _at_depth(self, operation: Operation) -> str:
        """The name of a function that does it after so many calls of itself."""
        name = f"$deep{len(self._functions)}"
        self._functions.append("")
        again = f"(call {name} (i32.sub (local.get $n) (i32.const 1)))"
        self._functions[int(name[5:])] = (
            f" (func {name} (param $n i32) (local $i i32) (local $s i32)\n"
            f"  (if (i32.gt_s (local.get $n) (i32.const 0)) (then {again}\n"
            "    (global.set $back (i32.add (global.get $back) (i32.const 1))))\n"
            f"   (else {self._operation(operation)})))"
        )
        return name


def _reference(target: int | None) -> str:
    return "(ref.null func)" if target is None else f"(ref.func $t{target})"


def _next(count: int) -> str:
    more = "(local.tee $i (i32.add (local.get $i) (i32.const 1)))"
    return f"(br_if $l (i32.lt_u {more} (i32.const {count})))"
