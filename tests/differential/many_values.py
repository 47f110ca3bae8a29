"""Generated functions that pass many values about, and what wasmtime says they do.

Functions, blocks, loops and `if`s have types of up to 130 parameters and results; branches of all
kinds carry as many. Between them are instructions that take some off the stack, add to it, write
what is observed at the end, and trap.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import wasmtime

from tests.outcomes import Outcome
from tests.reference import Reference, normalised
from tests.wasm_tools import assemble

FUNCTIONS = 5
STATEMENTS = 16
DEEPEST = 5
FUEL = 30
ARGUMENTS = (0, 1, -1, 2, 7, 12)
NUMERIC = ("i32", "i64", "f32", "f64")
_SIZES = (0, 1, 2, 3, 5, 15, 16, 17, 18, 24, 40, 40, 130)
_CONSTANTS = {
    "i32": ("0", "1", "-1", "0x7fffffff", "0x80000000", "12345"),
    "i64": ("0", "1", "-1", "0x8000000000000000", "0x123456789abcdef"),
    "f32": ("0", "-0", "1.5", "nan:0x200001", "nan", "inf", "3e38"),
    "f64": ("0", "-0", "2.5", "-inf", "1e300"),
}

Types = tuple[str, ...]


class Call(NamedTuple):
    """A call of the export `f`, what it does, and the globals `seen` and `count` afterwards."""

    argument: int
    outcome: Outcome
    globals: tuple[int, int]


class Label(NamedTuple):
    """An open block, and what a branch to it carries."""

    kind: str
    types: Types


class _Body:
    """The instructions of one function, and the types on the stack behind the last one."""

    def __init__(self, module: _Module, index: int) -> None:
        params, results = module.signatures[index]
        self.lines: list[str] = []
        self._module = module
        self._random = module.random
        self._index = index
        self._locals = [*params, *NUMERIC]
        self._stack: list[str] = []
        self._labels = [Label("function", results)]
        self._left = STATEMENTS
        self._block(0, results)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _push(self, type: str) -> None:
        local = self._random.choice(
            [at for at, known in enumerate(self._locals) if known == type]
        )
        constant = f"{type}.const {self._random.choice(_CONSTANTS[type])}"
        self.lines.append(f"local.get {local}" if self._chance(0.6) else constant)
        self._stack.append(type)

    def _pop(self) -> None:
        """Take the topmost value off, in some way that may be noticed."""
        type = self._stack.pop()
        local = [at for at, known in enumerate(self._locals) if known == type][-1]
        if type == "i32" and self._chance(0.3):
            self.lines.append("global.set $seen")
        elif type == "f32" and self._chance(0.5):
            self.lines.append("i32.reinterpret_f32 global.set $seen")
        else:
            self.lines.append(f"local.set {local}" if self._chance(0.6) else "drop")

    def _fit(self, base: int, types: Types) -> None:
        """Let the stack end with these types; what is there already, above `base`, stays."""
        kept = min(len(self._stack) - base, len(types))
        while kept and tuple(self._stack[-kept:]) != types[:kept]:
            kept -= 1
        for type in types[kept:]:
            self._push(type)

    def _exactly(self, base: int, types: Types) -> None:
        """Let the stack above `base` be of these types."""
        while tuple(self._stack[base:]) != types[: len(self._stack) - base]:
            self._pop()
        for type in types[len(self._stack) - base :]:
            self._push(type)

    def _block(self, base: int, results: Types) -> None:
        """Statements, and then these results."""
        while self._left > 0 and self._chance(0.85):
            self._left -= 1
            if not self._statement(base):
                self._stack[base:] = results  # cannot be reached
                return
        self._exactly(base, results)

    def _statement(self, base: int) -> bool:
        """Write one; whether what is behind it can be reached."""
        kind = self._random.randrange(12)
        if kind < 3:
            self._plain(base)
        elif kind < 5:
            self._call(base)
        elif kind < 9 and len(self._labels) <= DEEPEST:
            self._structure(base)
        elif kind < 11:
            return self._branch(base)
        elif len(self._stack) > base:
            self._pop()
        return True

    def _plain(self, base: int) -> None:
        operands, result, text = self._random.choice(_PLAIN)
        self._fit(base, operands)
        self.lines.append(text)
        self._stack[len(self._stack) - len(operands) :] = result

    def _call(self, base: int) -> None:
        if not self._index:
            return
        callee = self._random.randrange(self._index)
        params, results = self._module.signatures[callee]
        self._fit(base, params)
        if self._chance(0.3):
            slot = self._random.choice((callee, callee, callee, callee + 1, FUNCTIONS))
            type = self._module.type(params, results)
            self.lines.append(f"i32.const {slot} call_indirect {type}")
        else:
            self.lines.append(f"call $f{callee}")
        self._stack[len(self._stack) - len(params) :] = results

    def _structure(self, base: int) -> None:
        kind = self._random.choice(("block", "loop", "if", "if"))
        params, results = self._module.some_type()
        if self._chance(0.5):  # some of what is there
            height = self._random.randint(base, len(self._stack))
            params = tuple(self._stack[height:])
        one_arm = kind == "if" and self._chance(0.4)
        if one_arm:
            results = params
        self._fit(base, params)
        if kind == "if":
            self.lines.append("global.get $seen i32.const 3 i32.and")
        self.lines.append(f"{kind} {self._module.type(params, results)}")
        below = len(self._stack) - len(params)
        self._labels.append(Label(kind, params if kind == "loop" else results))
        self._block(below, results)
        if kind == "loop":
            self._once_more(below, params, results)
        if kind == "if" and not one_arm:
            self._stack[below:] = params
            self.lines.append("else")
            self._block(below, results)
        self._labels.pop()
        self.lines.append("end")

    def _once_more(self, base: int, params: Types, results: Types) -> None:
        self._fit(base, params)
        self.lines.append("call $fueled br_if 0")
        self._exactly(base, results)

    def _branch(self, base: int) -> bool:
        """A branch, but not back."""
        depth = len(self._labels) - 1
        ahead = [at for at in range(depth + 1) if self._labels[at].kind != "loop"]
        label = self._random.choice(ahead)
        types = self._labels[label].types
        self._fit(base, types)
        kind = self._random.randrange(6)
        if kind < 3:
            self.lines.append(f"call $flag br_if {depth - label}")
            return True
        if kind == 3:
            same = [at for at in ahead if self._labels[at].types == types]
            table = [str(depth - self._random.choice(same)) for _ in range(5)]
            self.lines.append(f"global.get $seen br_table {' '.join(table)}")
        else:
            self.lines.append(f"br {depth - label}" if label else "return")
        return False


_PLAIN: tuple[tuple[Types, Types, str], ...] = (
    (("i32", "i32"), ("i32",), "i32.add"),
    (("i32", "i32"), ("i32",), "i32.sub"),
    (("i32", "i32"), ("i32",), "i32.div_s"),
    (("i32", "i32"), ("i32",), "i32.lt_s"),
    (("i64", "i64"), ("i64",), "i64.mul"),
    (("i64", "i64"), ("i64",), "i64.shr_s"),
    (("f64", "f64"), ("f64",), "f64.copysign"),
    (("f32", "f32", "i32"), ("f32",), "select"),
    (("i32",), (), "global.set $seen"),
    (("i32",), ("i32",), "i32.const 65535 i32.and i32.load"),
    (("i32",), ("i32",), "call $counted"),
    (("i64",), ("i64",), "local.tee $a"),
    ((), ("i32",), "call $flag"),
    ((), ("i32",), "global.get $seen"),
    ((), ("i64",), "local.get $a"),
)

_MODULE = """(module
{types}
(memory 1)
(global $seen (export "seen") (mut i32) (i32.const 0))
(global $count (export "count") (mut i32) (i32.const 0))
(global $fuel (mut i32) (i32.const 0))
(table funcref (elem {table}))
(func $counted (param i32) (result i32)
  global.get $count i32.const 31 i32.mul local.get 0 i32.add global.set $count
  global.get $count)
(func $flag (result i32) global.get $seen i32.const 1 call $counted i32.xor i32.const 1 i32.and)
(func $fueled (result i32)
  global.get $fuel i32.const 1 i32.sub global.set $fuel
  global.get $fuel i32.const 0 i32.gt_s)
{functions}
(func (export "f") (param i32) (result {results})
  local.get 0 global.set $seen i32.const 7 global.set $count
  i32.const {fuel} global.set $fuel
  {arguments} call $f{last}))
"""


class _Module:
    """The text of a module, drawn by a generator of random numbers."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._types: dict[tuple[Types, Types], int] = {}
        self._rows = [self._row() for _ in range(4)]
        self.signatures = [self.some_type() for _ in range(FUNCTIONS)]

    def _row(self) -> Types:
        kinds = self.random.choice([("i32",), ("i64", "i32"), ("f32", "i32"), NUMERIC])
        return (kinds * max(_SIZES))[: self.random.choice(_SIZES)]

    def some_type(self) -> tuple[Types, Types]:
        """The parameters and results of a function or block."""
        return self.random.choice(self._rows), self.random.choice(self._rows)

    def type(self, params: Types, results: Types) -> str:
        """The use of a type."""
        return f"(type {self._types.setdefault((params, results), len(self._types))})"

    def text(self) -> str:
        """The module as text."""
        functions = []
        for index, (params, results) in enumerate(self.signatures):
            named = " ".join(
                f"(local $a {t})" if t == "i64" else f"(local {t})" for t in NUMERIC
            )
            lines = "\n".join(_Body(self, index).lines)
            functions.append(
                f"(func $f{index} {self.type(params, results)} {named}\n{lines})"
            )
        params, results = self.signatures[-1]
        return _MODULE.format(
            types="\n".join(
                f"(type (func (param {' '.join(p)}) (result {' '.join(r)})))"
                for p, r in self._types
            ),
            table=" ".join(f"$f{index}" for index in range(FUNCTIONS)),
            functions="\n".join(functions),
            results=" ".join(results),
            fuel=FUEL,
            arguments=" ".join(f"{type}.const {at}" for at, type in enumerate(params)),
            last=FUNCTIONS - 1,
        )


def module(seed: int) -> bytes:
    """The module of a seed; it exports the function `f` and the globals `seen` and `count`."""
    return assemble(_Module(seed).text())


def cases(
    engine: wasmtime.Engine, seeds: Iterable[int]
) -> Iterator[tuple[int, bytes, list[Call]]]:
    """Seeds, modules, and what calls in them do."""
    for seed in seeds:
        wasm = module(seed)
        reference = Reference(engine, wasm)
        calls = []
        for argument in ARGUMENTS:
            outcome = normalised(reference.call("f", [argument]))
            values = [_global(reference, name) for name in ("seen", "count")]
            calls.append(Call(argument, outcome, (values[0], values[1])))
        yield seed, wasm, calls


def _global(reference: Reference, name: str) -> int:
    item = reference.exports[name]
    assert isinstance(item, wasmtime.Global)
    return int(item.value(reference.store))
