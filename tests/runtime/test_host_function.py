"""Callables of the host as references to functions, and as function pointers."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from tests.runtime.handmade import functions, second_runtime
from wasm2py_runtime import Function, Global, Instance, LinkError, Table, Trap, table
from wasm2py_runtime.external import FunctionType

BINARY = FunctionType(("i32", "i32"), ("i32",))


def add(first: int, second: int) -> int:
    return first + second


def indirect(target: Table, index: int, type_: FunctionType = BINARY) -> Any:
    """What a `call_indirect` calls, with values in the form of the code."""
    return target._wasm_view(type_)[index]


def test_a_callable_in_a_table() -> None:
    target = Table("funcref", 2)
    function = Function(add, "i32 i32 -> i32")
    target.set(1, function)
    assert target.get(1) is function
    assert function(-1, 3) == 2
    assert indirect(target, 1)(0xFFFFFFFF, 0xFFFFFFFF) == 0xFFFFFFFE
    with pytest.raises(Trap, match="indirect call type mismatch"):
        indirect(target, 1, FunctionType((), ()))
    assert repr(function) == "<WebAssembly function add (i32, i32) -> (i32)>"
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(function)


@pytest.mark.parametrize(
    "text,params,results",
    [
        ("i32 f64 -> i64 f32", ("i32", "f64"), ("i64", "f32")),
        (" -> ", (), ()),
        ("->externref", (), ("externref",)),
        ("(ref null func)i32 ->", ("(ref null func)", "i32"), ()),
    ],
)
def test_types(text: str, params: Any, results: Any) -> None:
    function = Function(print, text)
    assert function._wasm_function._wasm_type == FunctionType(params, results)


def test_what_is_refused() -> None:
    async def later() -> None: ...

    for text in ("", "i32", "i33 -> i32", "i32, i32 -> i32", "i32 -> i32 ->", "( -> )"):
        with pytest.raises(ValueError, match="type"):
            Function(add, text)
    with pytest.raises(TypeError, match="type must be a str, not NoneType"):
        Function(add, None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="function must be callable, not int"):
        Function(3, "->")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="later is async"):
        Function(later, "->")
    with pytest.raises(TypeError, match="or a Function, not <function"):
        Table("funcref", 1).set(0, add)


def test_values_are_checked_as_those_of_imports() -> None:
    function = Function(add, "i32 i32 -> i32")
    with pytest.raises(OverflowError, match="out of the range of i32"):
        function(1 << 32, 0)
    with pytest.raises(TypeError, match="i32 must be an int"):
        function(1.5, 0)
    with pytest.raises(TypeError):
        function(1)
    with pytest.raises(
        TypeError, match="result of host function <lambda>: i32 must be"
    ):
        Function(lambda: "text", "-> i32")()
    assert Function(lambda: (1, 2.0), "-> i32 f32")() == (1, 2.0)


def test_errors_of_the_host_pass_unchanged() -> None:
    error = ZeroDivisionError("of the host")

    def fail() -> None:
        raise error

    target = Table("funcref", 1, init=Function(fail, "->"))
    with pytest.raises(ZeroDivisionError) as got:
        indirect(target, 0, FunctionType((), ()))()
    assert got.value is error
    with pytest.raises(ZeroDivisionError) as got:
        target.get(0)()
    assert got.value is error


def test_as_an_import_and_in_a_global() -> None:
    module = functions(
        "def f1():\n    return f0(2, 3)",
        [(("i32", "i32"), ("i32",)), ((), ("i32",))],
        imports=(("env", "host", "function", 0),),
    )
    function = Function(add, "i32 i32 -> i32")
    exports = Instance(module, {"env": {"host": function}}).exports
    assert exports.f1() == 5
    assert exports.f0 is function
    with pytest.raises(LinkError, match="incompatible import type"):
        Instance(module, {"env": {"host": Function(add, "i64 i32 -> i32")}})
    assert Global("funcref", function).value is function


def test_with_another_copy_of_the_runtime() -> None:
    other = second_runtime()
    target = other.Table("funcref", 1)
    function = Function(add, "i32 i32 -> i32")
    index = target.add(function)
    assert index == 1
    assert target.get(index) is function
    assert indirect(target, index)(1, 2) == 3


def test_indices_are_given_again() -> None:
    target = Table("funcref", 2, 5)
    first, second = (target.add(add, "i32 i32 -> i32") for _ in range(2))
    assert (first, second, len(target)) == (2, 3, 4)
    call: Callable[..., Any] = target.get(first)
    assert call(1, 2) == 3
    target.remove(first)
    assert target.get(first) is None
    with pytest.raises(Trap, match="uninitialized element"):
        indirect(target, first)
    assert target.add(max, "i32 i32 -> i32") == first
    assert indirect(target, first)(1, 2) == 2
    for index in (0, 4, -1):
        with pytest.raises(ValueError, match=f"no function has been added at {index}"):
            target.remove(index)
    target.remove(second)
    with pytest.raises(ValueError, match="no function"):
        target.remove(second)
    assert target.add(call) == second
    assert target.add(call) == 4
    with pytest.raises(ValueError, match="the maximum is 5"):
        target.add(call)


def test_an_index_that_the_module_has_used_is_not_given_again() -> None:
    target = Table("funcref", 0)
    index = target.add(add, "i32 i32 -> i32")
    target.remove(index)
    table.table_set(target, index, Function(max, "->")._wasm_function)
    assert target.add(min, "i32 i32 -> i32") == index + 1


def test_what_cannot_be_added() -> None:
    target = Table("funcref", 0)
    for value in (add, None, 3):
        with pytest.raises(TypeError, match="a type is needed"):
            target.add(value)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="type must be like"):
        target.add(add, "i32")
    with pytest.raises(TypeError, match="a table of externref holds no functions"):
        Table("externref", 0).add(add, "i32 i32 -> i32")
    assert len(target) == 0
