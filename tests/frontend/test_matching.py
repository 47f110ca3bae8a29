"""Matching of types: its rules, and that whatever compares types asks for it.

Translation still refuses typed references by their proposals' names; here they are switched on.
"""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import wasmtime

import wasm2py
import wasm2py_runtime
from tests.differential.comparison import differences
from tests.ir.stages import check_stages
from tests.reference import Reference, normalised
from tests.switched_on import switched_on
from tests.wasm_tools import assemble
from wasm2py.errors import CompileError, Unimplemented
from wasm2py.options import settings
from wasm2py.package.memory_module import memory_module
from wasm2py.spec import features, types
from wasm2py.spec.matching import (
    ABBREVIATIONS,
    BOTTOM,
    HEAP_SUPERTYPES,
    ReferenceType,
    all_match,
    has_default,
    is_number,
    is_reference,
    is_vector,
    matches,
    reference_type,
    value_kind,
)
from wasm2py.spec.types import EXTERNREF, FUNCREF, VALUE_KINDS
from wasm2py.targets.base import Options
from wasm2py.translation.translator import Translator
from wasm2py_runtime import external, values

HEAP_TYPES = sorted({*HEAP_SUPERTYPES, *HEAP_SUPERTYPES.values()})
ABSTRACT = [
    ReferenceType(null, heap).name for null in (False, True) for heap in HEAP_TYPES
]
TYPED = [ReferenceType(null, heap).name for null in (False, True) for heap in (0, 12)]
ALL = [*ABSTRACT, *TYPED, *(name for name in VALUE_KINDS if name not in ABSTRACT)]


# The rules, as section 3.3 has them


def test_names_stand_for_what_they_abbreviate() -> None:
    assert reference_type(FUNCREF) == (True, "func")
    assert reference_type(EXTERNREF) == (True, "extern")
    assert ReferenceType(True, "func").name == FUNCREF
    assert ReferenceType(True, "noextern").name == "nullexternref"
    assert ReferenceType(False, "func").name == "(ref func)"
    assert ReferenceType(True, 7).name == "(ref null 7)"
    for name in ALL:
        structure = reference_type(name)
        assert (structure is None) == (name in ("i32", "i64", "f32", "f64", "v128"))
        assert structure is None or structure.name == name
        assert pickle.loads(pickle.dumps(structure)) == structure


@pytest.mark.parametrize("type", ALL)
def test_types_match_themselves_and_bottom_matches_all(type: str) -> None:
    assert matches(type, type)
    assert matches(BOTTOM, type)
    assert not matches(type, BOTTOM)


def test_types_that_are_no_references_match_no_others() -> None:
    for a, b in product(ALL, ALL):
        if a != b and None in (reference_type(a), reference_type(b)):
            assert not matches(a, b)


@pytest.mark.parametrize("heap", [*HEAP_TYPES, 0, 12])
def test_what_has_no_null_matches_what_has(heap: str | int) -> None:
    assert matches(ReferenceType(False, heap).name, ReferenceType(True, heap).name)
    assert not matches(ReferenceType(True, heap).name, ReferenceType(False, heap).name)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("(ref 0)", "(ref func)"),
        ("(ref 0)", "funcref"),
        ("(ref null 0)", "funcref"),
        ("nullfuncref", "funcref"),
        ("nullfuncref", "(ref null 0)"),
        ("(ref nofunc)", "(ref 12)"),
        ("nullexternref", "externref"),
        ("(ref noextern)", "externref"),
        ("nullexnref", "exnref"),
    ],
)
def test_subtypes_match(given: str, expected: str) -> None:
    assert matches(given, expected)
    assert not matches(expected, given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("(ref 0)", "(ref 12)"),
        ("nullfuncref", "(ref func)"),
        ("nullfuncref", "externref"),
        ("nullexternref", "(ref null 0)"),
        ("funcref", "externref"),
        ("(ref 0)", "(ref extern)"),
        ("exnref", "externref"),
    ],
)
def test_others_do_not(given: str, expected: str) -> None:
    assert not matches(given, expected)
    assert not matches(expected, given)


def test_matching_is_a_partial_order() -> None:
    for a, b in product(ALL, ALL):
        assert a == b or not (matches(a, b) and matches(b, a))
    for a, b, c in product(ALL, ALL, ALL):
        assert matches(a, c) or not (matches(a, b) and matches(b, c))


def test_sequences_match_type_by_type() -> None:
    assert all_match((), ())
    assert all_match(["i32", "(ref 0)"], ("i32", "funcref"))
    assert not all_match(["i32"], ["i32", "i32"])
    assert not all_match(["funcref", "i32"], ["(ref 0)", "i32"])


def test_subtypes_are_of_the_kinds_of_types_above_them() -> None:
    for name in ALL:
        kind = value_kind(name)
        above = [row for row in VALUE_KINDS if matches(name, row)]
        assert kind == (VALUE_KINDS[above[0]] if above else None)
        assert is_reference(name) == (kind is not None and kind.form == types.REFERENCE)
        assert is_number(name) == (name[0] in "if" and name != FUNCREF)
        assert is_vector(name) == (name == "v128")
        assert has_default(name) != name.startswith("(ref ") or "null " in name


def test_the_runtime_has_the_same_rules() -> None:
    names = [name for name in ALL if name not in TYPED] + ["(ref null func)", "what"]
    for a, b in product(names, names):
        assert external.matches(a, b) == matches(a, b), (a, b)
    assert external.ABBREVIATIONS.keys() == ABBREVIATIONS.keys()
    assert external.HEAP_SUPERTYPES == HEAP_SUPERTYPES


# How externals match, in the runtime


def _functions(*signatures: tuple[tuple[str, ...], tuple[str, ...]]) -> Iterator[Any]:
    for params, results in signatures:
        yield external.FunctionType(params, results)


def test_functions_match_those_of_the_same_type_only() -> None:
    one, same, other, fewer = _functions(
        (("funcref",), ("i32",)),
        (("(ref null func)",), ("i32",)),
        (("nullfuncref",), ("i32",)),
        ((), ("i32",)),
    )
    assert external.function_matches(one, one)
    assert external.function_matches(one, same) and external.function_matches(same, one)
    for given, expected in product((one, other, fewer), repeat=2):
        assert external.function_matches(given, expected) == (given is expected)


def test_tables_do_not_vary() -> None:
    table = external.TableType("funcref", "i32", 2, 4)
    assert external.table_matches(table, table._replace(minimum=1, maximum=5))
    for other in ("nullfuncref", "(ref func)", "externref"):
        assert not external.table_matches(table, table._replace(element=other))
        assert not external.table_matches(table._replace(element=other), table)
    assert not external.table_matches(table, table._replace(address="i64"))
    assert not external.table_matches(table, table._replace(maximum=3))


def test_only_globals_that_never_change_vary() -> None:
    for mutable in (False, True):
        narrow = external.GlobalType("(ref func)", mutable)
        wide = external.GlobalType("funcref", mutable)
        assert external.global_matches(narrow, wide) != mutable
        assert not external.global_matches(wide, narrow)
        assert external.global_matches(wide, wide)
        assert not external.global_matches(wide, wide._replace(mutable=not mutable))


@pytest.mark.parametrize(
    ("type", "null", "function", "thing"),
    [
        ("funcref", True, True, False),
        ("(ref func)", False, True, False),
        ("nullfuncref", True, False, False),
        ("externref", True, True, True),
        ("(ref extern)", False, True, True),
        ("nullexternref", True, False, False),
        ("(ref noextern)", False, False, False),
    ],
)
def test_values_that_cross_are_of_their_types(
    type: str, null: bool, function: bool, thing: bool
) -> None:
    exported = wasm2py.instantiate(
        wasm2py.compile(assemble('(module (func (export "f")))'))
    ).exports["f"]
    kind = values.value_kind(type)
    for value, fits in ((None, null), (exported, function), ("thing", thing)):
        if fits:
            assert kind.to_host(kind.from_host(value)) is value
        else:
            with pytest.raises(TypeError):
                kind.from_host(value)


# Modules with subtypes go all the way


@pytest.fixture
def typed_references() -> Iterator[None]:
    with switched_on([features.FUNCTION_REFERENCES, features.GC]):
        yield


def _engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.wasm_function_references = True
    config.wasm_gc = True
    return wasmtime.Engine(config)


WAT = """
  (type $t (func (param i32) (result i32)))
  (table $f 6 funcref) (table $n 3 nullfuncref) (table $x 4 externref)
  (elem $e (ref func) (ref.func $one) (ref.func $two))
  (elem (table $f) (i32.const 4) (ref func) (ref.func $two))
  (elem declare func $one $two)
  (global $g (ref func) (ref.func $one))
  (global $h funcref (global.get $g))
  (global $m (mut funcref) (ref.func $two))
  (global $none nullfuncref (ref.null nofunc))
  (func $one (type $t) (i32.add (local.get 0) (i32.const 1)))
  (func $two (type $t) (i32.mul (local.get 0) (i32.const 2)))
  (func $narrow (param i32) (result (ref func))
    (if (result (ref func)) (local.get 0) (then (ref.func $one)) (else (global.get $g))))
  (func $put (param i32 funcref) (table.set $f (local.get 0) (local.get 1)))
  (func $call (param i32 i32) (result i32)
    (call_indirect $f (type $t) (local.get 0) (local.get 1)))
  (func (export "pass") (param i32 i32) (result i32)
    (call $put (i32.and (local.get 0) (i32.const 7)) (call $narrow (local.get 1)))
    (call $call (local.get 1) (i32.and (local.get 0) (i32.const 7))))
  (func (export "block") (param i32 i32) (result i32)
    (call $put (i32.const 0)
      (block $b (result funcref)
        (block $c (result funcref)
          (drop (br_if $b (global.get $g) (local.get 0)))
          (br_table $b $c $b (call $narrow (local.get 1)) (local.get 1)))))
    (call $call (local.get 1) (i32.const 0)))
  (func (export "loop") (param i32 i32) (result i32) (local $k funcref)
    (loop $l (param) (result)
      (local.set $k (call $narrow (local.get 0)))
      (br_if $l (local.tee 0 (i32.and (i32.sub (local.get 0) (i32.const 1)) (i32.const 7)))))
    (call $put (i32.const 1) (local.tee $k (global.get $g)))
    (i32.add (ref.is_null (local.get $k)) (call $call (local.get 1) (i32.const 1))))
  (func (export "select") (param i32 i32) (result i32)
    (call $put (i32.const 2)
      (select (result funcref) (call $narrow (local.get 1)) (global.get $none) (local.get 0)))
    (call $call (local.get 1) (i32.const 2)))
  (func (export "tables") (param i32 i32) (result i32)
    (table.copy $f $n (i32.const 0) (i32.const 1) (i32.and (local.get 0) (i32.const 3)))
    (table.init $f $e (i32.const 1) (i32.const 0) (i32.and (local.get 1) (i32.const 3)))
    (table.fill $f (i32.const 5) (global.get $g) (i32.const 1))
    (i32.add (call $call (local.get 0) (i32.const 1)) (call $call (local.get 0) (i32.const 4))))
  (func (export "grow") (param i32 i32) (result i32)
    (drop (table.grow $f (call $narrow (local.get 0)) (i32.const 2)))
    (call $call (local.get 1) (i32.sub (table.size $f) (i32.const 1))))
  (func (export "globals") (param i32 i32) (result i32)
    (global.set $m (call $narrow (local.get 0)))
    (call $put (i32.const 3) (global.get $m)) (global.set $m (global.get $none))
    (call $put (i32.const 2) (global.get $h))
    (i32.add (ref.is_null (global.get $m)) (call $call (local.get 1) (i32.const 3))))
  (func (export "none") (param i32 i32) (result i32)
    (call_indirect $n (type $t) (local.get 0) (i32.and (local.get 1) (i32.const 3))))
  (func (export "dead") (param i32 i32) (result i32)
    (if (local.get 0) (then (unreachable) (select) (drop) (call $put) (br 1 (i32.const 1))))
    (return (local.get 1)) (ref.is_null) (drop) (br_table 0 0 (i32.const 0)))
  (func (export "return") (param i32 i32) (result i32)
    (ref.is_null (call $wide (local.get 0))))
  (func $wide (param i32) (result funcref)
    (if (local.get 0) (then (return (global.get $none))))
    (ref.func $two))
"""


@pytest.mark.usefixtures("typed_references")
@pytest.mark.parametrize("tune", ["cpython", "pypy"])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_modules_with_subtypes_do_as_in_wasmtime(level: int, tune: str) -> None:
    wasm = assemble(f"(module {WAT})")
    options = Options(level, tune)
    check_stages(wasm, options)
    reference = Reference(_engine(), wasm)
    calls = [
        {
            "call": name,
            "args": [a, b],
            "outcome": normalised(reference.call(name, [a, b])),
        }
        for name in reference.names
        for a in (0, 1, 3, 6)
        for b in (0, 1, 2)
    ]
    expected = {"runs": [{"calls": calls, "state": {}}]}
    assert differences(_module(wasm, options), wasm2py, expected) == []


def _module(wasm: bytes, options: Options) -> Any:
    translator = Translator(features.DEFAULT_FEATURES, options)
    translator.receive(wasm)
    translator.receive(b"")
    return memory_module(translator.finish(), settings({}))


def _compiled(wat: str) -> Any:
    return _module(assemble(f"(module {wat})"), Options())


@pytest.mark.usefixtures("typed_references")
@pytest.mark.parametrize(
    "wat",
    [
        "(func (result (ref func)) (ref.null func))",
        "(func (param funcref) (result (ref func)) (local.get 0))",
        "(func (param funcref) (result nullfuncref) (local.get 0))",
        "(func (param nullfuncref) (result externref) (local.get 0))",
        "(global (ref func) (ref.null func))",
        "(global $g (mut (ref func)) (ref.func 0)) (func (global.set $g (ref.null func)))",
        "(table $a 1 funcref) (table $b 1 nullfuncref) (func (table.copy $b $a (i32.const 0) (i32.const 0) (i32.const 1)))",
        "(table $a 1 nullfuncref) (elem $e func) (func (table.init $a $e (i32.const 0) (i32.const 0) (i32.const 0)))",
        "(table $a 1 nullfuncref) (elem (table $a) (i32.const 0) funcref)",
        "(table $a 1 nullexternref) (func (call_indirect $a (i32.const 0)))",
        "(table 1 (ref func))",
        "(func (param funcref) (block (result nullfuncref) (br 0 (local.get 0))) drop)",
        "(func (param funcref (ref func)) (if (param funcref) (result (ref func)) (local.get 0) (i32.const 0) (then drop (local.get 1))) drop)",
        "(func (param (ref func) (ref func)) (drop (select (local.get 0) (local.get 1) (i32.const 0))))",
        "(table $a 1 nullfuncref) (func (param funcref) (table.set $a (i32.const 0) (local.get 0)))",
    ],
)
def test_what_does_not_match_is_invalid(wat: str) -> None:
    # Not every one of them can be written as text that an assembler takes for valid: it does not validate.
    with pytest.raises(CompileError, match="type mismatch"):
        _compiled(wat)


@pytest.mark.usefixtures("typed_references")
@pytest.mark.parametrize(
    ("wat", "named"),
    [
        ("(type $t (func)) (func (param (ref $t)))", "heap type 0x0"),
        ("(func (param anyref))", "anyref"),
        ("(func (local (ref func)))", r"locals of type \(ref func\)"),
        (
            "(func $f) (table 1 (ref func) (ref.func $f))",
            "a table's initial value",
        ),
        ("(type (struct))", "a structure type"),
    ],
)
def test_what_is_not_known_of_typed_references_fails_loudly(
    wat: str, named: str
) -> None:
    with pytest.raises(Unimplemented, match=named):
        _compiled(wat)


@pytest.mark.usefixtures("typed_references")
def test_imports_take_subtypes_where_that_is_sound() -> None:
    giver = _compiled("""(func $f (export "f") (param i32) (result i32) (local.get 0))
      (global (export "narrow") (ref func) (ref.func $f))
      (global (export "mutable") (mut (ref func)) (ref.func $f))
      (table (export "none") 1 nullfuncref)
      (func (export "take") (param (ref func)) (result funcref) (local.get 0))
      (func (export "give") (param i32) (result nullfuncref) (ref.null nofunc))""")
    exports = wasm2py.instantiate(giver).exports

    def link(item: str, name: str) -> Any:
        wat = f'(import "a" "b" {item}) (func (export "ok") (result i32) (i32.const 1))'
        return wasm2py.instantiate(_compiled(wat), {"a": {"b": exports[name]}})

    for item, name in (
        ("(global funcref)", "narrow"),
        ("(global (ref func))", "narrow"),
        ("(global (mut (ref func)))", "mutable"),
        ("(table 1 nullfuncref)", "none"),
        ("(func (param (ref func)) (result funcref))", "take"),
    ):
        assert link(item, name).exports["ok"]() == 1
    for item, name in (
        ("(global nullfuncref)", "narrow"),
        ("(global (mut funcref))", "mutable"),
        ("(table 1 funcref)", "none"),
        ("(func (param nullfuncref) (result funcref))", "take"),
        ("(func (param i32) (result funcref))", "give"),
    ):
        with pytest.raises(wasm2py.LinkError, match="incompatible import type"):
            link(item, name)
    assert exports["take"](exports["f"]) is exports["f"]
    assert exports["give"](0) is None
    for wrong in (None, 3):
        with pytest.raises(TypeError):
            exports["take"](wrong)


@pytest.mark.usefixtures("typed_references")
def test_host_functions_give_values_of_subtypes() -> None:
    wat = """(import "a" "b" (func $b (param i32 nullfuncref) (result (ref func))))
      (func (export "f") (result funcref) (call $b (i32.const 1) (ref.null nofunc)))"""
    given: list[Any] = []

    def host(number: int, none: object) -> object:
        given.append((number, none))
        return function

    instance = wasm2py.instantiate(_compiled(wat), {"a": {"b": host}})
    function: Any = instance.exports["f"]
    assert instance.exports["f"]() is function
    assert given == [(1, None)]
    function = None
    with pytest.raises(TypeError, match=r"no value of type \(ref func\)"):
        instance.exports["f"]()


@pytest.mark.parametrize(
    "wat", ["(func (param (ref func)))", "(func (param nullfuncref))"]
)
def test_typed_references_are_refused_by_name(wat: str) -> None:
    with pytest.raises(
        CompileError, match=r"needs the proposal '(function-references|gc)'"
    ):
        wasm2py.compile(assemble(f"(module {wat})"))


# What compares types otherwise

TRANSLATOR = Path(wasm2py.__file__).parent
RUNTIME = Path(wasm2py_runtime.__file__).parent
COMPARING = [
    *sorted((TRANSLATOR / "validation").glob("*.py")),
    *(
        TRANSLATOR / "binary" / f"{name}.py"
        for name in ("constexpr", "sections", "type_reader")
    ),
    *(TRANSLATOR / "ir" / f"{name}.py" for name in ("check", "signatures")),
    TRANSLATOR / "builtins.py",
    *(
        RUNTIME / f"{name}.py"
        for name in ("linking", "table", "functions", "global_", "tag")
    ),
]
# Attributes that are types of values or made of them, and constants that are such types. (Where variables
# hold operands' types, equality may be a shortcut: what is equal matches.)
TYPES = {
    "type",
    "element",
    "params",
    "results",
    "start_types",
    "end_types",
    "label_types",
    "types",
}
TYPES |= {
    "_wasm_type",
    "_type",
    "_types",
    "_results",
    "FUNCREF",
    "EXTERNREF",
    "BOTTOM",
    "REFERENCE_TYPES",
}
# Types of the intermediate representation's own, which have no subtypes.
OWN = {"TUPLE", "CALLEE"}


def _names(node: ast.expr) -> set[str]:
    """The attribute or constant that an operand is, or is an item of, or those that it lists."""
    if isinstance(node, ast.Subscript):
        return _names(node.value)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return set().union(*map(_names, node.elts))
    if isinstance(node, ast.Attribute):
        return {node.attr}
    return {node.id} if isinstance(node, ast.Name) and node.id.isupper() else set()


def comparisons_of_types(source: str) -> list[int]:
    """The lines in which types are compared by equality."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            names = set().union(*map(_names, [node.left, *node.comparators]))
            equal = any(
                isinstance(op, (ast.Eq, ast.NotEq, ast.In, ast.NotIn))
                for op in node.ops
            )
            if equal and names & TYPES and not names & OWN:
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", COMPARING, ids=lambda path: path.stem)
def test_nothing_compares_types_by_equality(path: Path) -> None:
    assert comparisons_of_types(path.read_text("utf-8")) == []


def test_comparisons_are_found() -> None:
    text = "a.type != b\nx in (FUNCREF, y)\nself._types[1] == z\na.type == TUPLE\nis_it(a.type)\nv.types[0] == z"
    assert comparisons_of_types(text) == [1, 2, 3, 6]
