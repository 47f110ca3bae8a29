"""Imports: what matches, and what a LinkError says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from tests.runtime.handmade import Text, description, functions
from wasm2py_runtime import Global, Instance, LinkError, Memory, Module, Table, Tag

BINARY = (("i32", "i32"), ("i32",))
TYPES = (BINARY, (("i64",), ()))


def importer(kind: str, wanted: Any) -> Module:
    info = description(
        types=TYPES,
        imports=(("env", "it", kind, wanted),),
        exports=(("it", kind, 0),),
    )
    return Module(info, Text([]))


def link(kind: str, wanted: Any, value: Any) -> Any:
    return Instance(importer(kind, wanted), {"env": {"it": value}}).exports.it


def adder() -> Any:
    source = "def f0(v0, v1):\n    return v0 + v1 & 0xFFFFFFFF"
    return Instance(functions(source, [BINARY])).exports.f0


@pytest.mark.parametrize(
    "kind,wanted,value",
    [
        ("memory", ("i32", 1, None, False), Memory(1)),
        ("memory", ("i32", 1, None, False), Memory(2, 3)),
        ("memory", ("i32", 1, 3, False), Memory(2, 3)),
        ("memory", ("i32", 1, 3, True), Memory(2, 3, shared=True)),
        ("memory", ("i64", 1, None, False), Memory(1, address="i64")),
        ("table", ("funcref", "i32", 1, None), Table("funcref", 1)),
        ("table", ("externref", "i32", 0, 5), Table("externref", 1, 4)),
        ("global", ("i32", False), Global("i32", 1)),
        ("global", ("i64", True), Global("i64", 1, mutable=True)),
        ("tag", 1, Tag(["i64"])),
    ],
    ids=repr,
)
def test_what_matches(kind: str, wanted: Any, value: Any) -> None:
    assert link(kind, wanted, value) is value


@pytest.mark.parametrize(
    "kind,wanted,value,message",
    [
        (
            "memory",
            ("i32", 2, None, False),
            Memory(1),
            "memory i32 2.., given memory i32 1..",
        ),
        ("memory", ("i32", 1, 2, False), Memory(1), "given memory i32 1.."),
        ("memory", ("i32", 1, 2, False), Memory(1, 3), "given memory i32 1..3"),
        ("memory", ("i32", 1, 3, True), Memory(1, 3), "i32 1..3 shared, given"),
        ("memory", ("i64", 1, 3, False), Memory(1, 3), "memory i64 1..3, given"),
        ("memory", ("i32", 1, None, False), Table("funcref", 1), "given table"),
        ("memory", ("i32", 1, None, False), bytearray(5), "given a Python bytearray"),
        ("table", ("funcref", "i32", 1, None), Table("externref", 1), "externref"),
        ("table", ("funcref", "i32", 2, None), Table("funcref", 1), "i32 1.. funcref"),
        ("table", ("funcref", "i32", 0, 2), Table("funcref", 1, 3), "i32 1..3 funcref"),
        ("table", ("funcref", "i64", 0, 3), Table("funcref", 1, 3), "i64 0..3"),
        ("global", ("i32", True), Global("i32", 1), "mut i32, given global i32"),
        ("global", ("i32", False), Global("i64", 1), "global i32, given global i64"),
        ("global", ("i32", True), 5, "mut i32, given a Python int"),
        ("global", ("i32", False), 1.5, "given a Python float (i32 must be an int"),
        ("global", ("i32", False), 1 << 32, "given a Python int (4294967296 is out"),
        ("global", ("i32", False), None, "given None"),
        ("global", ("funcref", False), print, "must be an exported function"),
        ("global", ("externref", False), Memory(0), "given memory"),
        ("tag", 1, Tag(["i32"]), "tag (i64), given tag (i32)"),
        ("function", 0, 5, "function (i32, i32) -> (i32), given a Python int"),
        ("function", 0, None, "given None"),
        ("function", 0, Global("i32", 1), "given global"),
        ("function", 1, adder(), "(i64) -> (), given function (i32, i32) -> (i32)"),
    ],
)
def test_what_does_not(kind: str, wanted: Any, value: Any, message: str) -> None:
    with pytest.raises(LinkError) as caught:
        link(kind, wanted, value)
    text = str(caught.value)
    assert text.startswith(f"incompatible import type: 'env' 'it': expected {kind} ")
    assert message in text


def test_sizes_count_as_they_are_now() -> None:
    memory, table = Memory(1, 5), Table("funcref", 1, 5)
    memory.grow(2)
    table.grow(2)
    assert link("memory", ("i32", 3, 5, False), memory) is memory
    assert link("table", ("funcref", "i32", 3, 5), table) is table


@pytest.mark.parametrize(
    "kind,value,seen",
    [
        ("i32", 0xFFFFFFFF, -1),
        ("i64", -5, -5),
        ("f32", 0.1, 0.10000000149011612),
        ("f64", 3, 3.0),
        ("externref", None, None),
        ("externref", "thing", "thing"),
        ("funcref", None, None),
    ],
)
def test_a_value_can_be_an_immutable_global(kind: str, value: Any, seen: Any) -> None:
    cell = link("global", (kind, False), value)
    assert cell.value == seen
    with pytest.raises(TypeError, match="immutable"):
        cell.value = value


def test_missing_imports() -> None:
    module = importer("function", 0)
    imports: Any
    for imports in (None, {}):
        with pytest.raises(
            LinkError, match=r"unknown import: 'env' 'it'.*no 'env'"
        ) as e:
            Instance(module, imports)
        assert isinstance(e.value, TypeError)
    with pytest.raises(LinkError, match=r"unknown import: 'env' 'it'.*given nothing"):
        Instance(module, {"env": {}})


def test_wrong_containers() -> None:
    module = importer("function", 0)
    wrong: Any
    for wrong in (5, [], SimpleNamespace(env={})):
        with pytest.raises(TypeError, match="imports must be a mapping"):
            Instance(module, wrong)
        with pytest.raises(TypeError, match="imports must be a mapping"):
            Instance(importer("tag", 1), wrong)
        with pytest.raises(TypeError, match=r"imports\['env'\] must be a mapping"):
            Instance(module, {"env": wrong})


def test_imports_are_looked_up_in_order() -> None:
    info = description(
        types=TYPES,
        imports=(("a", "1", "tag", 0), ("b", "2", "tag", 0), ("a", "3", "tag", 0)),
    )
    with pytest.raises(LinkError, match="'b' '2'"):
        Instance(Module(info, Text([])), {"a": {"1": Tag(["i32", "i32"])}, "b": {}})


def test_exports_of_an_instance_can_be_imports() -> None:
    exports = Instance(functions("def f0():\n    return 7", [((), ("i32",))])).exports
    module = functions(
        "def f1():\n    return f0() + 1",
        [((), ("i32",))] * 2,
        imports=(("env", "f0", "function", 0),),
    )
    assert Instance(module, {"env": exports}).exports.f1() == 8


def test_a_runtime_of_another_abi_is_refused() -> None:
    class Strange(Memory):
        _wasm_abi = 99

    with pytest.raises(LinkError, match="memory of a runtime with ABI 99"):
        link("memory", ("i32", 0, None, False), Strange(1))


def test_all_that_is_missing_is_told() -> None:
    names = [f"f{number}" for number in range(30)]
    info = description(
        types=TYPES,
        imports=tuple(("env", name, "function", 0) for name in names)
        + (("other", "m", "memory", ("i32", 1, None, False)),),
    )
    module = Module(info, Text([]))
    imports: Any
    for imports in (None, {}, {"env": {}}):
        with pytest.raises(LinkError) as refused:
            Instance(module, imports)
        text = str(refused.value)
        assert text.startswith("unknown import: 'env' 'f0': expected function")
        assert "; also missing: 'env' 'f1', function (i32, i32) -> (i32); 'env'" in text
        assert "'env' 'f20', function (i32, i32) -> (i32); and 10 more (" in text
        assert text.endswith(" (`wasm2py scaffold` writes functions to fill in)")
    given = {"env": {name: print for name in names if name != "f3"}, "other": {}}
    with pytest.raises(LinkError, match=r"'f3'.*; also missing: 'other' 'm', memory"):
        Instance(module, given)
    # What is no dict may do something when it is asked: it is asked in order.
    with pytest.raises(LinkError) as refused:
        Instance(module, Nothing())
    assert "also" not in str(refused.value)


class Nothing(Mapping[str, Any]):
    def __getitem__(self, name: str) -> Any:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
