"""`Limits`: how much memory and how many elements an instance may have."""

from __future__ import annotations

from typing import Any

import pytest

import wasm2py
from tests.runtime.handmade import second_runtime
from tests.wasm_tools import assemble

GROWING = assemble("""(module
    (memory (export "m") 1)
    (memory 2)
    (table (export "t") 10 funcref)
    (table $u (export "u") 5 externref)
    (func (export "memory") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "second") (param i32) (result i32) (memory.grow 1 (local.get 0)))
    (func (export "table") (param i32) (result i32)
      (table.grow $u (ref.null extern) (local.get 0))))""")
PAGE = 65536


def exports(**limits: int) -> Any:
    module = wasm2py.compile(GROWING, features="all")
    return wasm2py.instantiate(module, limits=wasm2py.Limits(**limits)).exports


def test_memories_together() -> None:
    found = exports(memory=5 * PAGE)
    assert found.memory(1) == 1
    assert found.second(1) == 2
    for grow in (found.memory, found.second, found.m.grow):
        with pytest.raises(wasm2py.MemoryLimitReached, match="0 are left of 327,680"):
            grow(1)
    assert found.memory(0) == 2
    with pytest.raises(wasm2py.Trap):
        exports(memory=3 * PAGE - 1)


def test_tables_together() -> None:
    found = exports(table=18)
    assert found.table(2) == 5
    assert found.t.grow(1) == 10
    for grow in (found.table, found.t.grow, found.u.grow):
        with pytest.raises(wasm2py.TableLimitReached, match="0 are left of 18"):
            grow(1)
    assert (len(found.t), len(found.u)) == (11, 7)
    with pytest.raises(wasm2py.TableLimitReached, match="15 more elements in tables"):
        exports(table=14)


def test_what_could_not_be_had_is_given_back() -> None:
    found = exports(table=10_000_020, memory=1 << 40)
    assert found.table(9_999_996) == -1
    assert found.table(3) == 5
    assert found.memory(65_536) == -1
    assert found.memory(1) == 1


def test_tables_have_a_default_limit() -> None:
    found = exports()
    assert found.table(10_000_000 - 15 + 1) == -1
    with pytest.raises(MemoryError):
        found.t.grow(10_000_000 - 15 + 1)
    many = assemble(f"(module {'(table 10000000 funcref)' * 100})")
    with pytest.raises(MemoryError, match="1,000,000,000 elements together"):
        wasm2py.instantiate(many)


def test_imported_ones_count_where_they_were_made() -> None:
    memory, table = wasm2py.Memory(3), wasm2py.Table("funcref", 3)
    importer = assemble(
        """(module (import "a" "m" (memory 1)) (import "a" "t" (table 1 funcref))
        (func (export "grow") (result i32) (memory.grow (i32.const 1))))"""
    )
    limits = wasm2py.Limits(memory=0, table=0)
    imports = {"a": {"m": memory, "t": table}}
    _, instance = wasm2py.instantiate(importer, imports, limits=limits)
    assert instance.exports.grow() == 3


def test_limits_of_another_copy() -> None:
    limits = second_runtime().Limits(table=1)
    with pytest.raises(wasm2py.TableLimitReached):
        wasm2py.instantiate(GROWING, limits=limits, features="all")


@pytest.mark.parametrize("value", [1.0, True, "1", None])
def test_wrong_limits(value: Any) -> None:
    if value is not None:
        with pytest.raises(TypeError, match="memory must be an int"):
            wasm2py.Limits(memory=value)
        with pytest.raises(TypeError, match="limits must be Limits"):
            wasm2py.instantiate(GROWING, limits=value)
    with pytest.raises(ValueError, match="table must not be negative"):
        wasm2py.Limits(table=-1)
    with pytest.raises(ValueError, match="fuel must be neither negative nor 2\\*\\*63"):
        wasm2py.Limits(fuel=1 << 63)
    for seconds in (-1, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="deadline must be a number of seconds"):
            wasm2py.Limits(deadline=seconds)
    with pytest.raises(TypeError, match="deadline must be a number of seconds"):
        wasm2py.Limits(deadline="1")  # type: ignore[arg-type]
    assert repr(wasm2py.Limits(table=5, deadline=1.5)) == (
        "Limits(memory=None, table=5, call_depth=None, fuel=None, deadline=1.5)"
    )
