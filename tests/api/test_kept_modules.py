"""What is kept of modules in memory, where its checksum is right and something else is not.

The folder is the user's own; so this is no attack, but what else there may be in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

import wasm2py
from tests.seeds import rotating
from tests.wasm_tools import assemble
from wasm2py.package.columns import Column, pack
from wasm2py.package.module_text import ModuleText
from wasm2py_runtime.abi import RT_ABI
from wasm2py_runtime.columns import ENTRY, HEADER, Columns

WAT = """
(module
  (type $unary (func (param i32) (result i32)))
  (import "env" "f" (func $f (type $unary)))
  (import "env" "base" (global $base i32))
  (memory (export "memory") 1 5)
  (table $functions (export "table") 5 10 funcref)
  (table $objects 2 funcref)
  (global $count (export "count") (mut i64) (i64.const 5))
  (global $far i32 (i32.add (global.get $base) (i32.const 4)))
  (global $later i32 (global.get $base))
  (data (i32.const 5) "data")
  (data $passive "passive")
  (elem (table $functions) (i32.const 1) func $h $f)
  (elem $listed funcref (ref.func $h) (ref.null func))
  (func $h (export "h") (type $unary) (call $f (local.get 0)))
  (func $begin (i32.store (i32.const 100) (i32.const 7)))
  (func (export "change")
    (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 3))
    (table.init $functions $listed (i32.const 3) (i32.const 0) (i32.const 1)))
  (start $begin)
  (@custom "mine" "content"))
"""
IMPORTS = {"env": {"f": lambda value: value + 1, "base": 8}}


@cache
def binary() -> bytes:
    return assemble(WAT)


def columns_of(content: bytes) -> dict[str, Column]:
    """All columns of a content, by name."""
    columns = Columns(content, RT_ABI)
    _, _, count = HEADER.unpack_from(content)
    entries = (
        ENTRY.unpack_from(content, HEADER.size + number * ENTRY.size)
        for number in range(count)
    )
    names = (name.rstrip(b"\0").decode() for name, _, _ in entries)
    return {name: columns.numbers(name) for name in names}


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    """What is kept of the module."""
    wasm2py.compile(binary(), cache=tmp_path)
    (path,) = tmp_path.glob("*.module")
    return path


def content_of(entry: Path) -> bytes:
    return entry.read_bytes()[32:]


def rewrite(entry: Path, content: bytes) -> None:
    entry.write_bytes(sha256(content).digest() + content)


def change(entry: Path, part: str, changes: Mapping[str, Column]) -> None:
    """Change columns in a part of what is kept, or of the whole."""
    whole = columns_of(content_of(entry))
    if part:
        inner = columns_of(bytes(whole[part]))
        assert changes.keys() <= inner.keys()
        whole[part] = pack({**inner, **changes})
    else:
        assert changes.keys() <= whole.keys()
        whole |= changes
    rewrite(entry, pack(whole))


def used(folder: Path) -> wasm2py.Instance:
    """An instance of what is compiled; all of it has been looked at."""
    module = wasm2py.compile(binary(), cache=folder)
    assert [item.name for item in wasm2py.Module.imports(module)] == ["f", "base"]
    assert wasm2py.Module.custom_sections(module, "mine") == [b"content"]
    instance = wasm2py.instantiate(module, IMPORTS)
    assert instance.exports.h(4) == 5
    instance.exports.change()
    return instance


def test_as_it_is(entry: Path) -> None:
    assert ModuleText(content_of(entry)).is_sound()
    used(entry.parent)


def test_a_module_without_functions(tmp_path: Path) -> None:
    data = assemble('(module (import "a" "b" (func)) (import "a" "c" (memory 1)))')
    wasm2py.compile(data, cache=tmp_path)
    (path,) = tmp_path.glob("*.module")
    assert ModuleText(content_of(path)).is_sound()


@pytest.mark.parametrize(
    ("column", "numbers"),
    [
        ("value_types", b"q32i64funcref"),
        ("type_items", [0, 9]),
        ("type_ends", [2, 1]),
        ("type_params_ends", [3, 2]),
        ("import_modules", b"\xffnv"),
        ("import_owners", [0, 1]),
        ("import_kinds", [0, 5]),
        ("import_kinds", [0, 2]),
        ("import_kinds", [3, 3]),
        ("functions", [0, 0, 1, 9]),
        ("functions", [0, 0, 0, 0]),
        ("table_elements", [9, 9]),
        ("table_elements", [0, 0]),
        ("table_minimums", [11, 2]),
        ("table_init_kinds", [0]),
        ("table_init_kinds", [3, 9]),
        ("memory_maximums", [1 << 17]),
        ("memory_addresses", [1]),
        ("memory_shared", []),
        ("global_types", [0, 1, 0]),
        ("global_mutable", [0, 1, 0, 0, 0]),
        ("global_init_kinds", [1, 5, 9]),
        ("global_init_values", [5, 0, 3]),
        ("expression_kinds", [6, 1, 4]),
        ("expression_values", [3, 4, 0]),
        ("expression_ends", [9]),
        ("export_names", b"\xffemorytablecounthchange"),
        ("export_kinds", [2, 1, 3, 9, 0]),
        ("export_indices", [0, 9, 1, 1, 3]),
        ("export_order", [0, 0, 0, 0, 0]),
        ("exported_functions", [1, 2]),
        ("exported_as", [0, 4]),
        ("start", [99]),
        ("start", [1]),
        ("element_modes", [0, 7]),
        ("element_tables", [9, 0]),
        ("element_ends", [3, 2]),
        ("element_items", [99, 3, 3, 0]),
        ("element_offset_kinds", [1]),
        ("data_memories", [7, 0]),
        ("data_ends", [5, 4]),
        ("groups", [9]),
    ],
)
def test_a_description_that_is_of_no_module(
    column: str, numbers: Column, entry: Path
) -> None:
    change(entry, "description", {column: numbers})
    assert not ModuleText(content_of(entry)).is_sound()
    used(entry.parent)


@pytest.mark.parametrize(
    ("part", "column", "numbers"),
    [
        ("names", "names", b"\xff"),
        ("names", "functions", [1]),
        ("custom_sections", "names", b"\xffine"),
        ("custom_sections", "contents_ends", [1]),
        ("", "names", b"none"),
        ("", "offsets", [1, 2]),
        ("", "label", b"a\0b"),
    ],
)
def test_other_parts(part: str, column: str, numbers: Column, entry: Path) -> None:
    change(entry, part, {column: numbers})
    used(entry.parent)


@pytest.mark.parametrize("seed", [1, rotating(1)])
def test_changed_bytes(seed: int, entry: Path) -> None:
    """It is not used, or says so, or is something else's; but no error of another kind."""
    rng = Random(seed)
    content = content_of(entry)
    for _ in range(150):
        changed = bytearray(content)
        for _ in range(rng.choice((1, 1, 2, 5))):
            changed[rng.randrange(len(content))] = rng.choice((0, 1, 127, 128, 255))
        rewrite(entry, bytes(changed))
        errors: Any = ImportError, wasm2py.LinkError, wasm2py.Trap, MemoryError
        try:
            module = wasm2py.compile(binary(), cache=entry.parent)
            wasm2py.Module.exports(module)
            wasm2py.Module.custom_sections(module, "mine")
            instance = wasm2py.instantiate(module, IMPORTS)
            for name in instance.exports:
                assert instance.exports[name] is not None
        except errors:
            continue
