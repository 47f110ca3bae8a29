"""Calls between the host and WebAssembly code: values, errors, identity."""

from __future__ import annotations

import functools
import math
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from tests.runtime.handmade import functions
from wasm2py_runtime import Global, Instance, StackExhausted, Trap
from wasm2py_runtime.float_bits import f32_reinterpret_i32, i32_reinterpret_f32

IDENTITY = "def f1(v0):\n    return v0"


def importing(
    host: Callable[..., Any], params: Any, results: Any, source: str = "", **fields: Any
) -> Any:
    """Exports of a module whose f0 is a host function and whose f1 calls it."""
    names = ", ".join(f"v{i}" for i in range(len(params)))
    text = source or f"def f1({names}):\n    return f0({names})"
    module = functions(
        text,
        [(params, results)] * 2,
        imports=(("env", "host", "function", 0),),
        **fields,
    )
    return Instance(module, {"env": {"host": host}}).exports


def echo(kind: str, shallow: bool = True) -> Any:
    """A function that returns its argument."""
    source = "def f0(v0):\n    return v0"
    signature = ((kind,), (kind,))
    module = functions(source, [signature], shallow=(0,) if shallow else ())
    return Instance(module).exports.f0


@pytest.mark.parametrize("kind,bits", [("i32", 32), ("i64", 64)])
def test_integers_are_signed_for_the_host(kind: str, bits: int) -> None:
    function = echo(kind)
    assert function(-1) == function((1 << bits) - 1) == -1
    assert function(1 << bits - 1) == -(1 << bits - 1)
    assert function((1 << bits - 1) - 1) == (1 << bits - 1) - 1
    for value in (1 << bits, -(1 << bits - 1) - 1):
        with pytest.raises(OverflowError, match=f"out of the range of {kind}"):
            function(value)
    for wrong in (1.0, True, "1", None):
        with pytest.raises(TypeError, match=f"{kind} must be an int"):
            function(wrong)


@pytest.mark.parametrize("kind,bits", [("i32", 32), ("i64", 64)])
def test_integers_of_other_libraries(kind: str, bits: int) -> None:
    class Number:
        def __init__(self, value: object) -> None:
            self.value = value

        def __index__(self) -> Any:
            return self.value

    class Thing:
        __int__ = Number.__index__

    function = echo(kind)
    assert function(Number((1 << bits) - 1)) == -1
    assert type(function(Number(5))) is int
    with pytest.raises(OverflowError, match=f"out of the range of {kind}"):
        function(Number(1 << bits))
    for wrong in (Number(1.5), Thing(), Number):
        with pytest.raises(TypeError):
            function(wrong)
    returning = importing(lambda: Number(-1), (), (kind,))
    assert returning.f1() == -1


def test_subclasses_of_int_are_ints() -> None:
    class Number(int):
        pass

    result = echo("i32")(Number(7))
    assert type(result) is int and result == 7


def test_a_comparison_is_an_int_for_the_host() -> None:
    module = functions("def f0(v0):\n    return v0 == 1", [(("i32",), ("i32",))])
    result = Instance(module).exports.f0(1)
    assert type(result) is int and result == 1


def test_floats() -> None:
    assert echo("f64")(0.1) == 0.1
    assert echo("f32")(0.1) == 0.10000000149011612
    assert echo("f32")(1e39) == math.inf
    assert type(echo("f64")(3)) is float
    assert echo("f32")(16777217) == 16777216.0
    for kind in ("f32", "f64"):
        for wrong in (True, "1", None):
            with pytest.raises(TypeError, match=f"{kind} must be a float"):
                echo(kind)(wrong)


def test_a_signalling_nan_crosses_both_ways() -> None:
    value = f32_reinterpret_i32(0x7FA00001)
    assert i32_reinterpret_f32(echo("f32")(value)) == 0x7FA00001
    seen: list[float] = []

    def host(x: float) -> float:
        seen.append(x)
        return x

    importing(host, ("f32",), ("f32",)).f1(value)
    assert i32_reinterpret_f32(seen[0]) == 0x7FA00001


def test_references() -> None:
    thing = object()
    assert echo("externref")(thing) is thing
    assert echo("externref")(None) is None
    function = echo("funcref")
    assert function(None) is None
    assert function(function) is function
    with pytest.raises(TypeError, match="must be an exported function"):
        function(print)


def test_an_imitation_is_not_the_exported_function() -> None:
    function = echo("i32")

    @functools.wraps(function)
    def wrapper(value: int) -> int:
        result: int = function(value) + 1
        return result

    with pytest.raises(TypeError):
        echo("funcref")(wrapper)
    assert importing(wrapper, ("i32",), ("i32",)).f1(1) == 2


@pytest.mark.parametrize("shallow", [True, False])
def test_arguments_are_positional_and_counted(shallow: bool) -> None:
    function = echo("i32", shallow)
    for arguments in ((), (1, 2)):
        with pytest.raises(TypeError):
            function(*arguments)
    for name in ("v0", "a0"):
        with pytest.raises(TypeError):
            function(**{name: 1})


def test_results() -> None:
    source = """
    def f0():
        return None
    def f1():
        return 0xFFFFFFFF, 0.5, None
    """
    signatures = [((), ()), ((), ("i32", "f64", "externref"))]
    exports = Instance(functions(source, signatures)).exports
    assert exports.f0() is None
    assert exports.f1() == (-1, 0.5, None)


def test_a_thousand_parameters_and_results() -> None:
    kinds = ("i32",) * 1000
    names = ", ".join(f"v{i}" for i in range(1000))
    module = functions(f"def f0({names}):\n    return {names}", [(kinds, kinds)])
    values = tuple(range(-500, 500))
    assert Instance(module).exports.f0(*values) == values


def test_what_a_host_function_gets_and_gives() -> None:
    seen: list[Any] = []

    def host(*values: Any) -> Any:
        seen.append(values)
        return values

    kinds = ("i32", "i64", "f32", "f64", "externref", "funcref")
    exports = importing(host, kinds, kinds)
    values = (-1, -2, 0.5, 0.1, "thing", exports.f1)
    assert exports.f1(*values) == values
    assert seen[0] == values
    assert seen[0][5] is exports.f1


def test_results_of_a_host_function_are_checked() -> None:
    results: list[Any] = [None]

    def host() -> Any:
        return results[0]

    one = importing(host, (), ("i32",))
    for wrong in (None, 1.5, True, (1,)):
        results[0] = wrong
        with pytest.raises(TypeError, match=r"result of host function env\.host: i32"):
            one.f1()
    results[0] = 1 << 32
    with pytest.raises(OverflowError, match=r"result of host function env\.host"):
        one.f1()
    two = importing(host, (), ("i32", "f64"))
    for good in ([1, 2.5], (1, 2.5), iter([1, 2.5])):
        results[0] = good
        assert two.f1() == (1, 2.5)
    results[0] = [1, 2, 3]
    with pytest.raises(TypeError, match="must return 2 results, not 3"):
        two.f1()
    results[0] = 5
    with pytest.raises(TypeError, match="must return 2 results, not one of type int"):
        two.f1()
    results[0] = "not looked at"
    assert importing(host, (), ()).f1() is None


def test_async_host_functions_are_refused() -> None:
    async def host() -> int:
        return 1

    with pytest.raises(TypeError, match="is async"):
        importing(host, (), ("i32",))
    for results in ((), ("i32",), ("i32", "i32")):
        exports = importing(lambda: host(), (), results)
        with pytest.raises(TypeError, match="is async"):
            exports.f1()


class Failure(Exception):
    pass


@pytest.mark.parametrize(
    "error",
    [Failure(), IndexError("mine"), ZeroDivisionError(), RecursionError("mine")],
    ids=repr,
)
def test_an_exception_of_a_host_function_passes_unchanged(error: Exception) -> None:
    def host() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        importing(host, (), ()).f1()
    assert caught.value is error
    assert error.__cause__ is None and not error.__suppress_context__


def test_an_exception_of_a_host_function_in_c_passes_unchanged() -> None:
    exports = importing([].pop, (), ())
    with pytest.raises(IndexError, match="pop from empty list") as caught:
        exports.f1()
    assert type(caught.value) is IndexError
    with pytest.raises(ZeroDivisionError) as division:
        importing(divmod, ("i32", "i32"), ("i32", "i32")).f1(1, 0)
    assert type(division.value) is ZeroDivisionError


def test_an_exception_of_the_runtime_called_by_the_host_is_the_hosts() -> None:
    from wasm2py_runtime import Memory

    memory = Memory(0)
    with pytest.raises(IndexError, match="out of bounds of a memory of 0 bytes") as got:
        importing(lambda: memory.read(0, 1), (), ()).f1()
    assert type(got.value) is IndexError


@pytest.mark.parametrize(
    "body,message",
    [
        ("return mu32[1 << 40]", "out of bounds memory access"),
        ("return i32_load(m0, 1 << 40)", "out of bounds memory access"),
        ("return 1 // v0", "integer divide by zero"),
        ("return 1 % v0", "integer divide by zero"),
        ("return i32_div_s(1, v0)", "integer divide by zero"),
        ("raise unreachable()", "unreachable"),
        ("return f0(v0)", "call stack exhausted"),
    ],
)
@pytest.mark.parametrize("shallow", [(), (0,)])
def test_traps(body: str, message: str, shallow: Any) -> None:
    module = functions(
        f'bind_views(__wasm__, m0, "mu32")\ndef f0(v0):\n    {body}',
        [(("i32",), ("i32",))],
        memories=(("i32", 1, None, False),),
        shallow=shallow,
    )
    with pytest.raises(Trap) as caught:
        Instance(module).exports.f0(0)
    assert str(caught.value) == message
    assert isinstance(caught.value, StackExhausted) == ("stack" in message)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_trap_shows_where_it_happened() -> None:
    module = functions("def f0(v0):\n    return 1 // v0", [(("i32",), ("i32",))])
    function = Instance(module).exports.f0
    function(1)
    with pytest.raises(Trap) as caught:
        function(0)
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [(f.filename, f.name) for f in frames[1:]] == [
        ("<export (i32) -> (i32)>", "f0"),
        ("<group 0>", "f0"),
    ]


def test_an_exported_function_is_one_object() -> None:
    source = "def f0():\n    return ref_func(0)"
    module = functions(
        source,
        [((), ("funcref",))],
        tables=(("funcref", "i32", 1, None, (("ref.func", 0),)),),
        globals=(("funcref", False, (("ref.func", 0),)),),
        exports=(("t", "table", 0), ("g", "global", 0), ("again", "function", 0)),
    )
    exports = Instance(module).exports
    function = exports["f0"]
    assert exports.f0 is function
    assert exports.again is function
    assert exports.t.get(0) is function
    assert exports.g.value is function
    assert function() is function
    assert Global("funcref", function).value is function
    assert function.__name__ == function.__qualname__ == "f0"
    assert function.__doc__ == "WebAssembly function () -> (funcref)."
    assert "f0" in repr(function._wasm_function)
    with pytest.raises((TypeError, pickle.PicklingError, AttributeError)):
        pickle.dumps(function)


def test_an_imported_function_is_exported_as_the_same_object() -> None:
    first = echo("i32")
    exports = importing(first, ("i32",), ("i32",))
    assert exports.f0 is first
    assert exports.f1(-3) == -3


def test_a_host_function_is_one_object() -> None:
    """However it is reached, and wherever its wrapper is made first."""
    module = functions(
        "def f2(v0):\n    return f0(v0) + f1(v0)\n"
        "def f3(v0):\n    return t0_0[v0](v0)\n",
        [(("i32",), ("i32",))] * 4,
        imports=tuple(("env", name, "function", 0) for name in ("a", "b")),
        tables=(("funcref", "i32", 2, None, None),),
        elements=(("active", 0, (("i32.const", 0),), "funcref", (0, 1)),),
        exports=(("t", "table", 0), ("again", "function", 0)),
    )

    def host(x: int) -> int:
        return x + 1

    exports = Instance(module, {"env": {"a": host, "b": host}}).exports
    function = exports.t.get(0)
    assert exports.f0 is exports.again is function
    assert exports.f1 is exports.t.get(1) is not function
    assert (function(5), exports.f2(5), exports.f3(1)) == (6, 12, 2)
    assert exports.f0 is exports.t.get(0) is function
    assert function.__name__ == "env.a" and exports.f1.__name__ == "env.b"
    other = Instance(module, {"env": {"a": function, "b": host}}).exports
    assert other.f0 is function and other.f2(5) == 12


def test_an_imported_host_function_is_exported_with_checks() -> None:
    exports = importing(lambda x: x + 1, ("i32",), ("i32",))
    assert exports.f0(1) == 2
    with pytest.raises(TypeError):
        exports.f0(1.0)
