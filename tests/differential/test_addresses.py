"""Memories and tables with 64-bit addresses, against wasmtime: nothing takes an address to be an i32.

Translation still refuses memory64 by its name; here it is switched on.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
import wasmtime

import wasm2py
from tests.differential.comparison import differences
from tests.differential.generated import state
from tests.ir.stages import check_stages
from tests.reference import Reference, normalised
from tests.switched_on import switched_on
from tests.wasm_tools import assemble
from wasm2py.options import settings
from wasm2py.package.memory_module import memory_module
from wasm2py.spec import addresses, features
from wasm2py.targets.base import Options
from wasm2py.translation.translator import Translator
from wasm2py_runtime import memory as runtime_memory

ALL_LEVELS = [(0, "cpython"), (1, "cpython"), (2, "cpython"), (0, "pypy"), (2, "pypy")]
Calls = list[tuple[str, tuple[int, ...]]]


@pytest.fixture
def memory64() -> Iterator[None]:
    """Translate modules with 64-bit addresses."""
    with switched_on([features.MEMORY64]):
        yield


def _engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.wasm_memory64 = True
    config.wasm_multi_memory = True
    config.cranelift_nan_canonicalization = True
    return wasmtime.Engine(config)


# Addresses around the ends of a memory of a page, of 32 bits, of a signed and of an unsigned word.
_ENDS = (0, 1 << 16, 1 << 31, 1 << 32, (1 << 32) + (1 << 16), 1 << 63, 1 << 64)
EDGES = sorted(
    {(end + by) % (1 << 64) for end in _ENDS for by in (-9, -8, -5, -4, -1, 0, 1, 4, 7)}
)
_OFFSETS = (0, 5, 300, 1 << 31, (1 << 32) - 4, 1 << 32, (1 << 63) + 8, (1 << 64) - 4)
_LOADS = {
    "i32": ("load", "load8_s", "load8_u", "load16_s", "load16_u"),
    "i64": ("load", "load8_s", "load16_u", "load32_s", "load32_u"),
    "f32": ("load",),
    "f64": ("load",),
}
_STORES = {
    "i32": ("store", "store8", "store16"),
    "i64": ("store", "store8", "store16", "store32"),
    "f32": ("store",),
    "f64": ("store",),
}


def _accesses() -> tuple[str, Calls]:
    """Each kind of load and store, with and without offsets."""
    functions, names = [], []
    for type in _LOADS:
        for offset in _OFFSETS:
            for op in _LOADS[type]:
                names.append(f"{type}.{op} {offset}")
                functions.append(
                    f'(func (export "{names[-1]}") (param i64) (result {type})'
                    f" ({type}.{op} offset={offset} (local.get 0)))"
                )
            for op in _STORES[type]:
                names.append(f"{type}.{op} {offset}")
                functions.append(
                    f'(func (export "{names[-1]}") (param i64)'
                    f" ({type}.{op} offset={offset} (local.get 0)"
                    f" ({type}.load (i64.const 24))))"
                )
    calls: Calls = [
        (name, (edge,)) for name in names for edge in EDGES[:: 1 + len(name) % 2]
    ]
    return " ".join(functions), calls


_DATA = '(data (i64.const 16) "\\01\\02\\83\\c4\\05\\f6\\c7\\88\\00\\00\\c0\\3f\\9a\\99\\f1\\bf")'
_WHOLE = """
  (memory $s 1) (data $d "abcdefgh") (table $t i64 8 9 funcref) (elem $e func $one $one)
  (elem (table $t) (i64.const 1) func $one)
  (type $f (func (param i32) (result i32)))
  (func $one (type $f) (i32.add (local.get 0) (i32.const 1)))
  (func (export "size") (result i64) (memory.size 0))
  (func (export "grow") (param i64) (result i64) (memory.grow 0 (local.get 0)))
  (func (export "fill") (param i64 i64) (memory.fill 0 (local.get 0) (i32.const 7) (local.get 1)))
  (func (export "copy") (param i64 i64) (memory.copy 0 0 (local.get 0) (local.get 1) (i64.const 9)))
  (func (export "to32") (param i64 i64)
    (memory.copy $s 0 (i32.wrap_i64 (local.get 0)) (local.get 1) (i32.const 9)))
  (func (export "from32") (param i64 i64)
    (memory.copy 0 $s (local.get 0) (i32.wrap_i64 (local.get 1)) (i32.const 9)))
  (func (export "init") (param i64 i64)
    (memory.init 0 $d (local.get 0) (i32.wrap_i64 (local.get 1)) (i32.const 3)))
  (func (export "tsize") (result i64) (table.size $t))
  (func (export "tgrow") (param i64) (result i64) (table.grow $t (ref.func $one) (local.get 0)))
  (func (export "tget") (param i64) (result i32) (ref.is_null (table.get $t (local.get 0))))
  (func (export "tset") (param i64) (table.set $t (local.get 0) (ref.func $one)))
  (func (export "tfill") (param i64 i64)
    (table.fill $t (local.get 0) (ref.func $one) (local.get 1)))
  (func (export "tcopy") (param i64 i64) (table.copy $t $t (local.get 0) (local.get 1) (i64.const 2)))
  (func (export "tinit") (param i64) (table.init $t $e (local.get 0) (i32.const 0) (i32.const 2)))
  (func (export "icall") (param i64) (result i32)
    (call_indirect $t (type $f) (i32.const 4) (local.get 0)))
"""


def _wholes() -> Calls:
    one = ("grow", "tgrow", "tget", "tset", "tinit", "icall")
    two = ("fill", "copy", "to32", "from32", "init", "tfill", "tcopy")
    few = (0, 3, 7, 8, 9, 65527, 65528, 65536, 1 << 32, (1 << 64) - 1, (1 << 64) - 9)
    calls: Calls = [("size", ()), ("tsize", ())]
    for value in few:
        calls += [(name, (value,)) for name in one if value or name != "grow"]
        calls += [(name, (a, value)) for name in two for a in few]
    return [*calls, ("size", ()), ("tsize", ()), ("grow", (1,)), ("size", ())]


# Loops whose addresses are stepped, scaled, counted down, and compared for equality: what ranges,
# idioms and the forms of variables look for in 32 bits.
_LOOPS = """
  (func (export "sum") (param $p i64) (param $n i64) (result i64) (local $s i64)
    (loop $l
      (local.set $s (i64.add (local.get $s) (i64.load32_u offset=8 (local.get $p))))
      (local.set $p (i64.add (local.get $p) (i64.const 4)))
      (br_if $l (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1))) (i64.const 0))))
    (i64.add (local.get $s) (local.get $p)))
  (func (export "index") (param $a i64) (param $n i64) (result i32) (local $i i64) (local $s i32)
    (block $out (loop $l
      (br_if $out (i64.ge_u (local.get $i) (local.get $n)))
      (local.set $s (i32.add (i32.mul (local.get $s) (i32.const 31))
        (i32.load16_u offset=2 (i64.add (local.get $a) (i64.shl (local.get $i) (i64.const 1))))))
      (i32.store16 offset=4096 (i64.add (local.get $a) (i64.shl (local.get $i) (i64.const 1)))
        (local.get $s))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br $l)))
    (local.get $s))
  (func (export "fill") (param $p i64) (param $n i64)
    (loop $l
      (i64.store (local.get $p) (i64.const -3))
      (local.set $p (i64.add (local.get $p) (i64.const 8)))
      (br_if $l (i64.lt_u (local.get $p) (local.get $n)))))
  (func (export "copy") (param $p i64) (param $q i64) (local $n i64)
    (local.set $n (i64.const 40))
    (loop $l
      (i32.store (local.get $p) (i32.load (local.get $q)))
      (local.set $p (i64.add (local.get $p) (i64.const 4)))
      (local.set $q (i64.add (local.get $q) (i64.const 4)))
      (br_if $l (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1))) (i64.const 0)))))
  (func (export "down") (param $p i64) (param $q i64) (result i64) (local $s i64)
    (block $out (loop $l
      (br_if $out (i64.lt_s (local.get $p) (local.get $q)))
      (local.set $s (i64.add (local.get $s) (i64.load8_u (local.get $p))))
      (local.set $p (i64.sub (local.get $p) (i64.const 3)))
      (br $l)))
    (local.get $s))
  (func (export "fields") (param $p i64) (param $q i64) (result i64)
    (local $a i64)
    (local.set $a (i64.add (local.get $p) (i64.const 16)))
    (i64.store (local.get $a) (i64.add (i64.load (local.get $a)) (i64.const 1)))
    (i64.store offset=8 (local.get $a) (i64.load (i64.add (local.get $p) (local.get $q))))
    (i64.add (i64.load offset=4 (i64.add (local.get $p) (i64.const -4)))
      (i64.load (i64.and (local.get $p) (i64.const 0xfff8)))))
  (func (export "wrap") (param $p i64) (param $q i64) (result i32)
    (i32.load (i64.add (i64.add (local.get $p) (local.get $q)) (i64.const 12))))
"""


def _around() -> Calls:
    calls: Calls = []
    ends = (0, 1, 4, 8, 16, 24, 100, 65500, 65520, 65528, 65536)
    far = (
        1 << 32,
        (1 << 32) - 4,
        1 << 63,
        (1 << 64) - 1,
        (1 << 64) - 16,
        (1 << 64) - 28,
    )
    for a in (*ends, *far):
        calls += [(name, (a, n)) for name in ("sum", "index") for n in (1, 2, 9, 200)]
        calls += [("fill", (a, n)) for n in (a + 8 & (1 << 64) - 1, 2048, 65000)]
        calls += [
            (name, (a, b))
            for name in ("copy", "fields", "wrap", "down")
            for b in (*ends[::2], *far)
        ]
    # Nearly endless where nothing traps.
    return [
        call for call in calls if call[0] != "down" or call[1][0] < 1 << 63 > call[1][1]
    ]


MODULES = {
    "accesses": (
        f'(memory (export "memory") i64 1 2) {_DATA} {_accesses()[0]}',
        _accesses()[1],
    ),
    "wholes": (f'(memory (export "memory") i64 1 3) {_DATA} {_WHOLE}', _wholes()),
    "loops": (f'(memory (export "memory") i64 1) {_DATA} {_LOOPS}', _around()),
    "loops, with a maximum": (
        f'(memory (export "memory") i64 1 1) {_DATA} {_LOOPS}',
        _around(),
    ),
}


def _random_address(rng: random.Random, depth: int) -> str:
    if not depth or rng.random() < 0.3:
        return rng.choice(
            (
                "(local.get $p)",
                "(local.get $q)",
                "(local.get $i)",
                f"(i64.const {rng.choice(EDGES)})",
                f"(i64.const {rng.randrange(200)})",
                "(i64.extend_i32_u (local.get $k))",
            )
        )
    op = rng.choice(("add", "add", "add", "sub", "and", "or", "mul", "shl", "shr_u"))
    left = _random_address(rng, depth - 1)
    if op in ("shl", "shr_u", "mul", "and"):
        return f"(i64.{op} {left} (i64.const {rng.choice((1, 2, 3, 8, 34, 0xFFFC))}))"
    return f"(i64.{op} {left} {_random_address(rng, depth - 1)})"


def _random_function(rng: random.Random, name: str) -> str:
    lines = []
    for _ in range(rng.randrange(2, 6)):
        offset = f"offset={rng.choice((0, 0, 4, 60, 1000, *_OFFSETS))}"
        address = _random_address(rng, 2)
        kind = rng.randrange(4)
        if kind == 0:
            lines.append(f"(local.set $k (i32.load {offset} {address}))")
        elif kind == 1:
            lines.append(f"(i64.store16 {offset} {address} (local.get $q))")
        elif kind == 2:
            lines.append(f"(local.set $p {address})")
        else:
            lines.append(
                f"(local.set $q (i64.add (local.get $q) (i64.load8_u {offset} {address})))"
            )
    step = rng.choice((1, 2, 4, 8, -4))
    body = " ".join(lines)
    return f"""(func (export "{name}") (param $p i64) (param $q i64) (result i64)
      (local $i i64) (local $k i32) (local $n i32)
      (loop $l {body}
        (local.set $i (i64.add (local.get $i) (i64.const {step})))
        (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const {rng.choice((1, 5, 12))}))))
      (i64.add (i64.add (local.get $p) (local.get $q)) (i64.extend_i32_u (local.get $k))))"""


def _random_module(seed: int) -> tuple[str, Calls]:
    rng = random.Random(seed)
    names = [f"f{at}" for at in range(8)]
    body = " ".join(_random_function(rng, name) for name in names)
    few = (0, 8, 17, 300, 65530, *EDGES[-12::3])
    calls: Calls = [
        (name, (rng.choice(few), rng.choice(few))) for name in names for _ in range(8)
    ]
    maximum = rng.choice(("", "1", "4", "70000"))
    return f'(memory (export "memory") i64 1 {maximum}) {_DATA} {body}', calls


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _compare(text: str, calls: Calls, level: int, tune: str) -> None:
    wasm = assemble(f"(module {text})")
    options = Options(level, tune)
    check_stages(wasm, options)
    reference = Reference(_engine(), wasm)
    made = [
        {
            "call": name,
            "args": list(map(_signed, args)),
            "outcome": normalised(reference.call(name, list(map(_signed, args)))),
        }
        for name, args in calls
    ]
    translator = Translator(features.DEFAULT_FEATURES, options)
    translator.receive(wasm)
    translator.receive(b"")
    module = memory_module(translator.finish(), settings({}))
    expected = {"runs": [{"calls": made, "state": state(reference)}]}
    assert differences(module, wasm2py, expected) == []


@pytest.mark.usefixtures("memory64")
@pytest.mark.parametrize(("level", "tune"), ALL_LEVELS)
@pytest.mark.parametrize("name", MODULES)
def test_64_bit_addresses_do_as_in_wasmtime(name: str, level: int, tune: str) -> None:
    text, calls = MODULES[name]
    _compare(text, calls, level, tune)


@pytest.mark.usefixtures("memory64")
@pytest.mark.parametrize("seed", range(12))
def test_random_64_bit_addresses_do_as_in_wasmtime(seed: int) -> None:
    text, calls = _random_module(seed)
    for level, tune in ALL_LEVELS[1:]:
        _compare(text, calls, level, tune)


def test_64_bit_addresses_are_refused_by_name() -> None:
    for text in ("(memory i64 1)", "(table i64 1 funcref)"):
        with pytest.raises(wasm2py.CompileError, match="proposal 'memory64'"):
            wasm2py.compile(assemble(f"(module {text})"))


def test_the_runtime_promises_what_is_assumed_of_memories() -> None:
    for type, row in addresses.ADDRESS_TYPES.items():
        most = row.largest_memory // addresses.PAGE_SIZE
        assert most * addresses.PAGE_SIZE == row.largest_memory
        with pytest.raises(MemoryError, match=f"the maximum is {most}$"):
            wasm2py.Memory(most + 1, address=type)
        memory = wasm2py.Memory(0, address=type)
        assert runtime_memory.memory_grow(memory, most + 1) == row.greatest
        with pytest.raises(ValueError, match=f"at most {row.most_pages} pages"):
            wasm2py.Memory(row.most_pages + 1, address=type)
    assert runtime_memory.PAGE_SIZE == addresses.PAGE_SIZE
    # Of loops as a whole the runtime does those over 32-bit addresses.
    assert addresses.ADDRESS_TYPES["i32"].longest_step == runtime_memory.LONGEST_STEP
