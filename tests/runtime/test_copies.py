"""Objects of one copy of the runtime work with those of another."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

import wasm2py_runtime
from tests.runtime.handmade import Text, description, functions, second_runtime
from wasm2py_runtime import Global, Memory, Table, Tag

OTHER: Any = second_runtime()
COPIES = [(wasm2py_runtime, OTHER), (OTHER, wasm2py_runtime)]
UNARY = (("i32",), ("i32",))

EXPORTER = """
bind_views(__wasm__, m0, "mu8")
def f0(v0):
    return v0 + g0.raw & 0xFFFFFFFF
def f1(v0):
    return mu8[v0]
"""
IMPORTER = """
bind_views(__wasm__, m0, "mu8")
def f1(v0):
    g0.raw = 100
    mu8[v0] = 9
    memory_grow(m0, 1)
    return f0(v0) + t0_0[0](v0)
def f2(v0):
    return 1 // v0
def f3(v0):
    table_set(t0, 0, ref_func(2))
    return i32_load(m0, v0)
"""


def build(exporting: Any, importing: Any) -> tuple[Any, Any]:
    exporter = functions(
        EXPORTER,
        [UNARY, UNARY],
        exporting,
        types=(UNARY, (("i64",), ())),
        functions=(0, 0),
        tables=(("funcref", "i32", 1, None, (("ref.func", 1),)),),
        memories=(("i32", 1, 5, False),),
        globals=(("i32", True, (("i32.const", 1),)),),
        tags=(1,),
        exports=(
            ("memory", "memory", 0),
            ("table", "table", 0),
            ("global", "global", 0),
            ("tag", "tag", 0),
        ),
    )
    exports = exporting.instantiate(exporter).exports
    importer = functions(
        IMPORTER,
        [UNARY] * 4,
        importing,
        types=(UNARY, (("i64",), ())),
        functions=(0, 0, 0),
        imports=(
            ("env", "f0", "function", 0),
            ("env", "memory", "memory", ("i32", 1, 5, False)),
            ("env", "table", "table", ("funcref", "i32", 1, None)),
            ("env", "global", "global", ("i32", True)),
            ("env", "tag", "tag", 1),
        ),
        exports=(("memory", "memory", 0), ("tag", "tag", 0)),
    )
    return exports, importing.instantiate(importer, {"env": exports}).exports


@pytest.mark.parametrize("exporting,importing", COPIES)
def test_everything_links(exporting: Any, importing: Any) -> None:
    first, second = build(exporting, importing)
    assert second.f1(65535) == 65535 + 100 + 9
    assert first.memory.read(65535, 1) == b"\x09"
    assert first.f1(65535) == 9
    assert second.memory is first.memory
    assert second.tag is first.tag
    assert second.f0 is first.f0


@pytest.mark.parametrize("exporting,importing", COPIES)
def test_traps_and_references_cross(exporting: Any, importing: Any) -> None:
    first, second = build(exporting, importing)
    with pytest.raises(exporting.Trap, match="out of bounds memory access"):
        first.f1(1 << 20)
    with pytest.raises(importing.Trap, match="out of bounds memory access"):
        second.f3(1 << 20)
    assert first.table.get(0) is second.f2
    first.table.set(0, second.f1)
    assert first.table.get(0) is second.f1
    first.table.set(0, first.f1)
    with pytest.raises(importing.Trap, match="integer divide by zero"):
        second.f2(0)


@pytest.mark.parametrize("exporting,importing", COPIES)
def test_a_trap_is_of_the_copy_that_the_host_calls(
    exporting: Any, importing: Any
) -> None:
    inner = functions("def f0(v0):\n    raise unreachable()", [UNARY], exporting)
    function = exporting.instantiate(inner).exports.f0
    outer = functions(
        "def f1(v0):\n    return f0(v0)",
        [UNARY] * 2,
        importing,
        imports=(("env", "f0", "function", 0),),
    )
    exports = importing.instantiate(outer, {"env": {"f0": function}}).exports
    with pytest.raises(importing.Trap) as caught:
        exports.f1(1)
    assert type(caught.value) is importing.Trap
    assert str(caught.value) == "unreachable"
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-1] == "f0"
    assert "f1" in names
    # Between the two there may be a function of the host: then it is an error of that.
    host = importing.instantiate(outer, {"env": {"f0": lambda x: function(x)}}).exports
    with pytest.raises(exporting.Trap) as passed:
        host.f1(1)
    assert type(passed.value) is exporting.Trap


def test_a_runtime_error_of_the_host_is_no_trap() -> None:
    error = RuntimeError("the host's")

    def host(value: int) -> int:
        raise error

    module = functions(
        "def f1(v0):\n    return f0(v0)",
        [UNARY] * 2,
        imports=(("env", "f0", "function", 0),),
    )
    with pytest.raises(RuntimeError) as caught:
        wasm2py_runtime.instantiate(module, {"env": {"f0": host}}).exports.f1(1)
    assert caught.value is error


def test_an_error_of_the_host_passes_two_copies() -> None:
    error = IndexError("the host's")

    def host(value: int) -> int:
        raise error

    inner = functions(
        "def f1(v0):\n    return f0(v0)",
        [UNARY] * 2,
        OTHER,
        imports=(("env", "f0", "function", 0),),
    )
    outer = functions(
        "def f1(v0):\n    return f0(v0)",
        [UNARY] * 2,
        imports=(("env", "f0", "function", 0),),
    )
    first = OTHER.instantiate(inner, {"env": {"f0": host}}).exports
    second = wasm2py_runtime.instantiate(outer, {"env": {"f0": first.f1}}).exports
    with pytest.raises(IndexError) as caught:
        second.f1(1)
    assert caught.value is error


def test_objects_of_the_host_link_with_another_copy() -> None:
    info = description(
        types=(UNARY,),
        imports=(
            ("env", "memory", "memory", ("i32", 1, None, False)),
            ("env", "table", "table", ("externref", "i32", 1, None)),
            ("env", "global", "global", ("i32", False)),
            ("env", "tag", "tag", 0),
        ),
    )
    given = {
        "memory": Memory(1),
        "table": Table("externref", 1),
        "global": Global("i32", 5),
        "tag": Tag(["i32"]),
    }
    OTHER.instantiate(OTHER.Module(info, Text([])), {"env": given})
    with pytest.raises(OTHER.LinkError, match="incompatible import type"):
        bad = {**given, "memory": Memory(0)}
        OTHER.instantiate(OTHER.Module(info, Text([])), {"env": bad})


def test_the_stack_is_shared() -> None:
    from wasm2py_runtime import recursion

    other: Any = __import__("sys").modules["vendored_runtime.recursion"]
    assert other is not recursion
    assert other._stack is recursion._stack
