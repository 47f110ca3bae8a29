"""Each instruction has a whole path through the translator, or is refused by its proposal's name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import wasmtime

import wasm2py
from tests.ir.stages import check_stages
from tests.outcomes import encode
from tests.reference import engine
from tests.switched_on import switched_on
from tests.wasm_tools import assemble
from wasm2py.binary import decoder
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.binary.reader import Reader
from wasm2py.errors import Malformed, Unimplemented, Unsupported
from wasm2py.ir.build.builder import Builder
from wasm2py.ir.nodes import Const, Expression, operation
from wasm2py.ir.signatures import signature
from wasm2py.options import settings
from wasm2py.package.memory_module import memory_module
from wasm2py.spec import features, opcodes, types
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.opcodes import OPCODES, Opcode
from wasm2py.spec.types import FuncType
from wasm2py.targets.base import Options
from wasm2py.targets.python.emit.code import greatest, zero
from wasm2py.translation.function import translate_function
from wasm2py.translation.translator import Translator
from wasm2py_runtime import values

ALL = features.ALL
IMPLEMENTED = [row for row in OPCODES if row.feature in features.IMPLEMENTED]

# Instructions whose operands are no matter of their rows alone: the results of a function, and its body.
BODIES = {
    "unreachable": ("", "unreachable"),
    "nop": ("", "nop"),
    "block": ("(result i32)", "(block (result i32) (local.get 0))"),
    "loop": ("(result i32)", "(loop (result i32) (local.get 0))"),
    "if": ("", "(if (local.get 0) (then nop))"),
    "else": (
        "(result i32)",
        "(if (result i32) (local.get 0) (then (i32.const 5)) (else (i32.const 6)))",
    ),
    "end": ("", ""),
    "br": ("(result i32)", "(br 0 (local.get 0))"),
    "br_if": ("(result i32)", "(br_if 0 (i32.const 9) (local.get 0)) drop i32.const 8"),
    "br_table": (
        "(result i32)",
        (
            "(block (block (br_table 0 1 0 (local.get 0))) (return (i32.const 1)))"
            " (i32.const 2)"
        ),
    ),
    "return": ("(result i32)", "(return (local.get 0))"),
    "call": ("(result i32)", "(call $one (local.get 0))"),
    "call_indirect": (
        "(result i32)",
        "(call_indirect (type $t) (local.get 0) (local.get 1))",
    ),
    "drop": ("", "(drop (local.get 0))"),
    "local.get": ("(result i32)", "(local.get 0)"),
    "local.set": ("(result i32)", "(local.set 0 (local.get 1)) (local.get 0)"),
    "local.tee": ("(result i32)", "(local.tee 0 (local.get 1))"),
    "global.get": ("(result i32)", "(global.get $g)"),
    "global.set": (
        "(result i32)",
        "(global.set $g (local.get 0)) (global.get $g)",
    ),
    "memory.size": ("(result i32)", "(memory.size)"),
    "memory.grow": ("(result i32)", "(memory.grow (local.get 0))"),
    "memory.init": (
        "",
        "(memory.init $d (local.get 0) (local.get 1) (i32.const 2))",
    ),
    "memory.copy": ("", "(memory.copy (local.get 0) (local.get 1) (i32.const 2))"),
    "memory.fill": ("", "(memory.fill (local.get 0) (local.get 1) (i32.const 2))"),
    "data.drop": ("", "(data.drop $d)"),
    "table.init": (
        "",
        "(table.init $t $e (local.get 0) (local.get 1) (i32.const 1))",
    ),
    "table.copy": (
        "",
        "(table.copy $t $t (local.get 0) (local.get 1) (i32.const 1))",
    ),
    "elem.drop": ("", "(elem.drop $e)"),
    "table.get": ("(result i32)", "(ref.is_null (table.get $t (local.get 0)))"),
    "table.set": ("", "(table.set $t (local.get 0) (ref.func $one))"),
    "table.grow": (
        "(result i32)",
        "(table.grow $t (ref.func $one) (local.get 0))",
    ),
    "table.size": ("(result i32)", "(table.size $t)"),
    "table.fill": (
        "",
        "(table.fill $t (local.get 0) (ref.func $one) (local.get 1))",
    ),
    "ref.null": ("(result i32)", "(ref.is_null (ref.null extern))"),
    "ref.is_null": ("(result i32)", "(ref.is_null (table.get $t (local.get 0)))"),
    "ref.func": ("(result i32)", "(ref.is_null (ref.func $one))"),
}
SELECTS = {
    0x1B: "(select (local.get 0) (local.get 1) (local.get 0))",
    0x1C: "(select (result i32) (local.get 0) (local.get 1) (local.get 0))",
}
SAMPLES = {
    "i32": (0, 7, -3, 2**31 - 1),
    "i64": (5, 0, -9, 2**63 - 1),
    "f32": (1.5, -0.0, 1e30, -2.5),
    "f64": (-7.25, 3.0, 1e300, 0.0),
}


def _plain(row: Opcode) -> tuple[tuple[str, ...], str, str]:
    """The parameters and results of a function that executes an instruction, and its body."""
    if row.code in SELECTS:
        return ("i32", "i32"), "(result i32)", SELECTS[row.code]
    if row.name in BODIES:
        return ("i32", "i32"), *BODIES[row.name]
    assert row.params is not None and row.results is not None
    assert row.immediates in ("", "memarg", "i32", "i64", "f32", "f64"), row.name
    immediate = "1" if row.immediates in SAMPLES else ""
    values = " ".join(f"(local.get {at})" for at in range(len(row.params)))
    results = "".join(f"(result {type})" for type in row.results)
    return row.params, results, f"({row.name} {immediate} {values})"


@cache
def module() -> bytes:
    """A function for each of the implemented instructions, in their order."""
    functions = []
    for at, row in enumerate(IMPLEMENTED):
        params, results, body = _plain(row)
        types = " ".join(params)
        functions.append(f'(func (export "{at}") (param {types}) {results} {body})')
    return assemble(f"""(module
        (type $t (func (param i32) (result i32)))
        (func $one (type $t) (i32.add (local.get 0) (i32.const 1)))
        (memory 1 3) (data (i32.const 0) "\\80\\ff\\7f\\01\\c0\\7f\\00\\00\\ff\\ff")
        (table $t 8 9 funcref) (elem (i32.const 5) $one) (elem $e func $one)
        (global $g (mut i32) (i32.const 4)) (data $d "abcdef")
        {" ".join(functions)})""")


def calls() -> Iterator[tuple[str, list[Any]]]:
    for at, row in enumerate(IMPLEMENTED):
        params, _, _ = _plain(row)
        for turn in range(4):
            yield str(at), [SAMPLES[type][turn - n] for n, type in enumerate(params)]


@cache
def expected() -> list[Any]:
    store = wasmtime.Store(engine())
    exports = wasmtime.Instance(
        store, wasmtime.Module(store.engine, module()), []
    ).exports(store)
    outcomes = []
    for name, args in calls():
        try:
            outcomes.append(encode(exports[name](store, *args)))  # type: ignore[operator]
        except (wasmtime.Trap, wasmtime.WasmtimeError):
            outcomes.append("trap")
    return outcomes


def test_each_implemented_instruction_is_among_the_functions() -> None:
    reader = ModuleReader(features.DEFAULT_FEATURES)
    jobs = list(reader.receive(module())) + list(reader.receive(b""))
    for row, job in zip(IMPLEMENTED, jobs[1:], strict=True):
        body = Reader(job.body, job.offset)
        decoder.read_locals(body, reader.env.features, ())
        assert row in [found for found, _, _ in decoder.decode_body(body, reader.env)]


@pytest.mark.parametrize("tune", ["cpython", "pypy"])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_implemented_instructions_go_all_the_way(level: int, tune: str) -> None:
    options = Options(level, tune)
    check_stages(module(), options)
    translator = Translator(features.DEFAULT_FEATURES, options)
    translator.receive(module())
    translator.receive(b"")
    compiled = memory_module(translator.finish(), settings({}))
    exports = wasm2py.instantiate(compiled).exports
    outcomes = []
    for name, args in calls():
        try:
            outcomes.append(encode(exports[name](*args)))
        except wasm2py.Trap:
            outcomes.append("trap")
    names = [IMPLEMENTED[int(name)].name for name, _ in calls()]
    assert list(zip(names, outcomes)) == list(zip(names, expected()))


def _leb(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _leb(rest) if rest else bytes([low])


def _encoded(code: int) -> bytes:
    prefix, number = code >> opcodes.PREFIX_SHIFT, code & 0xFFFF
    return bytes([prefix]) + _leb(number) if prefix else bytes([number])


def _others() -> Iterator[tuple[int, str]]:
    """The codes of the instructions that are not implemented, and their proposals."""
    for row in OPCODES:
        if row.feature not in features.IMPLEMENTED:
            yield row.code, row.feature
    for prefix in (0, *sorted(opcodes.PREFIXES)):
        for number in range(0x200):
            code = prefix << opcodes.PREFIX_SHIFT | number
            feature = opcodes.proposal_of(code)
            if feature is not None:
                yield code, feature


def test_other_instructions_are_refused_by_their_proposals_names() -> None:
    others = list(_others())
    assert len(others) > 300
    for code, feature in others:
        assert feature not in features.IMPLEMENTED
        reader = Reader(_encoded(code), 0)
        with pytest.raises(Unsupported, match=f"proposal '{feature}'") as refused:
            decoder.instruction_set(ALL).look_up(reader)
        assert refused.value.feature == feature
        reader = Reader(_encoded(code), 0)
        with pytest.raises(Malformed, match=f"needs the feature '{feature}'"):
            decoder.instruction_set(features.WASM1).look_up(reader)


# What comes of switching on a feature that is not implemented


@pytest.fixture
def all_switched_on() -> Iterator[None]:
    with switched_on(ALL):
        yield


@pytest.mark.usefixtures("all_switched_on")
@pytest.mark.parametrize("tune", ["cpython", "pypy"])
@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize(
    ("wat", "named"),
    [
        (
            "(func $f (param i32) (result i32) (return_call $f (local.get 0)))",
            "return_call",
        ),
        (
            (
                "(table 1 funcref) (type $t (func)) (func (return_call_indirect (type $t)"
                " (i32.const 0)))"
            ),
            "return_call_indirect",
        ),
        ("(func (param v128) (result v128) (local.get 0))", "type v128"),
        (
            (
                '(import "" "f" (func $f (param v128)))'
                " (func (local v128) (call $f (local.get 0)))"
            ),
            "type v128",
        ),
        ("(func (result v128) (v128.const i64x2 1 2))", "fd 0c"),
        ("(global v128 (v128.const i64x2 1 2))", "fd 0c"),
        (
            (
                "(func (param i64 i64) (result i64 i64) (i64.mul_wide_s (local.get 0)"
                " (local.get 1)))"
            ),
            "fc 15",
        ),
    ],
)
def test_what_is_not_known_fails_loudly(
    wat: str, named: str, level: int, tune: str
) -> None:
    reader = ModuleReader(ALL)
    with pytest.raises(Unimplemented, match=named):
        for job in [*reader.receive(assemble(f"(module {wat})"))]:
            translate_function(reader.env, job, Options(level, tune))


WIDE = Opcode(
    0xFC_0013,
    "i64.add128",
    "",
    (("i64",) * 4, ("i64",) * 2),
    0,
    features.WIDE_ARITHMETIC,
)


def test_an_unknown_row_stops_the_builder() -> None:
    builder = Builder(ModuleEnvironment(ALL), FuncType((), ()), ["i64"] * 4, 80)
    for at in range(4):
        builder.step(next(row for row in OPCODES if row.name == "local.get"), at)
    with pytest.raises(Unimplemented, match=r"i64\.add128"):
        builder.step(WIDE, None)


def test_an_unknown_instruction_has_neither_type_nor_signature() -> None:
    with pytest.raises(Unimplemented, match=r"f64x2\.add"):
        operation("f64x2.add", (Const("i32", 0),), 1)
    with pytest.raises(Unimplemented, match=r"f64x2\.add"):
        signature(ModuleEnvironment(ALL), Expression("f64x2.add", (), None, "", 0, 0))


def test_each_kind_of_values_has_its_rows() -> None:
    implemented = set(types.VALUE_KINDS) - {"v128"}
    assert set(values.VALUE_KINDS) == implemented
    for name, kind in values.VALUE_KINDS.items():
        is_reference = types.VALUE_KINDS[name].form == types.REFERENCE
        assert kind.is_reference == is_reference
        at_first = eval(zero(name))
        assert kind.to_host(at_first) == (None if is_reference else 0)
        assert kind.to_host(kind.from_host(None if is_reference else 1)) in (None, 1)
    for name in ("v128", "exnref"):
        with pytest.raises(Unimplemented, match=name):
            zero(name)
        with pytest.raises(Unimplemented, match=name):
            greatest(name)
