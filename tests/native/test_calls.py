"""Calls into native code and out of it: values, results, exceptions, identity."""

from __future__ import annotations

import gc
import inspect
import pickle
import struct
import threading
import weakref
from types import ModuleType
from typing import Any

import pytest

import wasm2py
from tests.native.guest import instantiate, needs_compiler

pytestmark = needs_compiler


def double(bits: int) -> float:
    return struct.unpack("<d", struct.pack("<Q", bits))[0]  # type: ignore[no-any-return]


def bits_of(number: float) -> int:
    return struct.unpack("<Q", struct.pack("<d", number))[0]  # type: ignore[no-any-return]


def test_values_cross_as_the_contract_says(guest: ModuleType) -> None:
    e, _ = instantiate(guest)
    assert e.add(-1, 0xFFFFFFFF) == -2
    assert e.add64(-(1 << 63), (1 << 64) - 1) == (1 << 63) - 1
    assert e.same32(0.1) == struct.unpack("f", struct.pack("f", 0.1))[0]
    assert e.same32(1e300) == float("inf")
    assert e.same64(0.1) == 0.1
    assert e.same32(3) == e.same64(3) == 3.0
    assert type(e.same64(3)) is float
    assert e.swap(-1, 2) == (2, -1)
    assert e.many(*range(10)) == 9
    assert e.nothing() is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (0x7FF4000020000000, 0x7FF4000020000000),  # signalling
        (0xFFF8000000000001, 0xFFF8000000000000),
        (0x7FF0000000000001, 0x7FF8000000000000),  # nothing left: the canonical one
    ],
)
def test_f32_nans_keep_their_leading_bits(
    guest: ModuleType, given: int, kept: int
) -> None:
    e, _ = instantiate(guest)
    assert bits_of(e.same32(double(given))) == kept
    assert bits_of(e.same64(double(given))) == given


def test_integers_of_subclasses_are_taken(guest: ModuleType) -> None:
    class Number(int):
        def __index__(self) -> int:
            raise AssertionError

    class Fraction(float):
        def __float__(self) -> float:
            raise AssertionError

    e, _ = instantiate(guest)
    assert e.add(Number(3), 4) == 7
    assert e.same64(Fraction(0.5)) == 0.5


def test_integers_of_other_libraries_are_taken(guest: ModuleType) -> None:
    class Number:
        def __init__(self, value: object) -> None:
            self.value = value

        def __index__(self) -> Any:
            return self.value

    e, _ = instantiate(guest, host=Number)
    assert e.add(Number(3), 4) == 7
    assert e.add64(Number((1 << 64) - 1), 0) == -1
    assert e.call_host(5) == 5
    with pytest.raises(OverflowError, match="out of the range of i32"):
        e.add(Number(1 << 32), 0)
    with pytest.raises(TypeError):
        e.add(Number(1.5), 0)


@pytest.mark.parametrize(
    ("name", "args", "error", "text"),
    [
        ("add", (1, True), TypeError, "i32 must be an int, not bool"),
        ("add", (1, 1.0), TypeError, "i32 must be an int, not float"),
        ("add", (1, None), TypeError, "i32 must be an int, not NoneType"),
        ("add", (1, 1 << 32), OverflowError, "out of the range of i32"),
        ("add", (1, -(1 << 31) - 1), OverflowError, "out of the range of i32"),
        ("add64", (1, 1 << 64), OverflowError, "out of the range of i64"),
        ("same32", ("1",), TypeError, "f32 must be a float, not str"),
        ("same64", (True,), TypeError, "f64 must be a float, not bool"),
        ("same_function", (len,), TypeError, "funcref must be an exported function"),
        (
            "add",
            (1,),
            TypeError,
            r"add\(\) missing 1 required positional argument: 'a1'$",
        ),
        ("nothing", (1,), TypeError, r"nothing\(\) takes 0 positional arguments"),
        ("add", (1, 2, 3), TypeError, "but 3 were given"),
    ],
)
def test_arguments_are_checked(
    guest: ModuleType,
    name: str,
    args: tuple[Any, ...],
    error: type[Exception],
    text: str,
) -> None:
    e, _ = instantiate(guest)
    with pytest.raises(error, match=text):
        e[name](*args)


@pytest.mark.parametrize("count", range(12))
@pytest.mark.parametrize("name", ["nothing", "same", "add", "many"])
def test_wrong_numbers_of_arguments_are_told_as_in_python(
    guest: ModuleType, name: str, count: int
) -> None:
    python = wasm2py.Module(guest.module.info, guest.module.provider)
    texts = []
    for module in (python, guest.module):
        e = wasm2py.instantiate(module, _imports(guest, len)).exports
        try:
            e[name](*[1] * count)
        except TypeError as error:
            texts.append(str(error))
    assert len(texts) in (0, 2)
    assert len({*texts}) <= 1


def test_i64_arguments_use_the_unsigned_range(guest: ModuleType) -> None:
    e, _ = instantiate(guest)
    assert e.add64((1 << 64) - 1, 0) == -1
    assert e.add64(1 << 63, 0) == -(1 << 63)


def test_keywords_are_refused(guest: ModuleType) -> None:
    e, _ = instantiate(guest)
    with pytest.raises(TypeError, match="takes no keyword arguments"):
        e.add(a=1, b=2)


def test_functions_tell_about_themselves(guest: ModuleType) -> None:
    e, _ = instantiate(guest)
    assert e.add is e["add"] is e.add
    assert e.add.__name__ == "add"
    assert e.add.__doc__ == "WebAssembly function (i32, i32) -> (i32)."
    assert str(inspect.signature(e.add)) == "(a0, a1, /)"
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(e.add)


def test_references_keep_their_identity(guest: ModuleType) -> None:
    e, _ = instantiate(guest)
    thing = object()
    assert e.same(thing) is thing
    assert e.same(None) is None
    assert e.same_function(e.add) is e.add
    assert e.same_function(None) is None
    assert e.a_function() is e.load


def test_host_functions_get_and_give_values(guest: ModuleType) -> None:
    e, world = instantiate(guest)
    thing = object()
    args = (-1, -2, 0.5, 0.25, thing, e.add)
    assert e.call_mixed(*args) == (0.25, thing, e.add)
    assert world.calls == [args]
    assert e.call_mixed(0, 0, 0.0, 1, None, None) == (1.0, None, None)


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        (
            "x",
            TypeError,
            "result of host function env.host: i32 must be an int, not str",
        ),
        (1 << 32, OverflowError, "result of host function env.host: 4294967296 is out"),
        (None, TypeError, "result of host function env.host: i32 must be an int"),
    ],
)
def test_host_results_are_checked(
    guest: ModuleType, given: object, error: type[Exception], text: str
) -> None:
    e, _ = instantiate(guest, host=lambda value: given)
    with pytest.raises(error, match=text):
        e.call_host(1)


def test_several_host_results_are_counted(guest: ModuleType) -> None:
    e, _ = instantiate(guest, mixed=lambda *values: (1.0, None))
    with pytest.raises(TypeError, match="must return 3 results, not 2"):
        e.call_mixed(0, 0, 0.0, 0.0, None, None)


def test_host_exceptions_are_the_same_objects(guest: ModuleType) -> None:
    for error in (ValueError("x"), IndexError("y"), KeyboardInterrupt(), SystemExit(3)):

        def host(value: int, error: BaseException = error) -> int:
            raise error

        e, _ = instantiate(guest, host=host)
        with pytest.raises(type(error)) as caught:
            e.call_host(1)
        assert caught.value is error
        assert e.add(1, 2) == 3


def test_what_a_host_raises_passes_through_other_instances(guest: ModuleType) -> None:
    error = IndexError("of the host")

    def host(value: int) -> int:
        raise error

    inner, _ = instantiate(guest, host=host)
    python = wasm2py.Module(guest.module.info, guest.module.provider)
    for module in (guest.module, python):
        outer = wasm2py.instantiate(module, _imports(guest, inner.call_host)).exports
        with pytest.raises(IndexError) as caught:
            outer.call_host(1)
        assert caught.value is error


def _imports(guest: ModuleType, host: Any) -> Any:
    _, world = instantiate(guest)
    return {"env": {**world.env, "host": host}}


def test_instances_of_both_targets_call_each_other(guest: ModuleType) -> None:
    python = wasm2py.Module(guest.module.info, guest.module.provider)
    assert python.target == "python"
    first, _ = instantiate(guest)
    for outer in (python, guest.module):
        for inner in (python, guest.module):
            callee = wasm2py.instantiate(inner, _imports(guest, lambda x: x)).exports
            caller = wasm2py.instantiate(outer, _imports(guest, callee.load)).exports
            assert caller.call_host(0) == 0
            assert caller.call_host(8) == 0
            trap = "out of bounds memory access"
            with pytest.raises(RuntimeError, match=trap):
                caller.call_host(-1)
            callee.store(8, -5)
            assert caller.call_host(8) == -5
    assert first.add(1, 2) == 3


def test_native_functions_import_each_other_without_python(guest: ModuleType) -> None:
    inner, _ = instantiate(guest)
    outer, _ = instantiate(guest, host=inner.load)
    inner.store(12, 34)
    assert outer.call_host(12) == 34


@pytest.mark.parametrize(
    ("name", "args", "text"),
    [
        ("unreachable", (), "unreachable"),
        ("divide", (1, 0), "integer divide by zero"),
        ("divide", (-(1 << 31), -1), "integer overflow"),
        ("truncate", (1e10,), "integer overflow"),
        ("truncate", (float("nan"),), "invalid conversion to integer"),
        ("load", (-1,), "out of bounds memory access"),
        ("fill", (65536, 0, 1), "out of bounds memory access"),
        ("copy", (0, 65530, 7), "out of bounds memory access"),
        ("init", (0, 3, 4), "out of bounds memory access"),
        ("indirect", (9,), "undefined element"),
        ("indirect", (0,), "uninitialized element"),
        ("get_object", (3,), "out of bounds table access"),
        ("set_object", (3, None), "out of bounds table access"),
        ("init_table", (0, 1, 2), "out of bounds table access"),
    ],
)
def test_traps(guest: ModuleType, name: str, args: tuple[Any, ...], text: str) -> None:
    e, _ = instantiate(guest)
    for _ in range(3):
        with pytest.raises(guest.Trap) as caught:
            e[name](*args)
        assert str(caught.value) == text
        assert type(caught.value) is guest.Trap
    assert e.add(1, 2) == 3


def test_calls_are_reentrant(guest: ModuleType) -> None:
    def host(value: int) -> int:
        if value == 0:
            return 0
        with pytest.raises(guest.Trap):
            exports[0].unreachable()
        return 1 + int(exports[0].call_host(value - 1))

    e, _ = instantiate(guest, host=host)
    exports = [e]
    assert e.call_host(30) == 30


def test_threads_call_at_the_same_time(guest: ModuleType) -> None:
    barrier = threading.Barrier(4)
    wrong: list[object] = []

    def host(value: int) -> int:
        if value % 50 == 0:
            barrier.wait(60)
        return value

    def run() -> None:
        e, _ = instantiate(guest, host=host)
        for value in range(201):
            if e.call_host(value) != value or e.recurse(100) != 100:
                wrong.append(value)
            try:
                e.load(-1)
            except guest.Trap:
                continue
            wrong.append("no trap")

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_second_thread_is_refused(guest: ModuleType) -> None:
    refused: list[BaseException] = []

    def host(value: int) -> int:
        def other() -> None:
            try:
                e.call_host(1)
            except RuntimeError as error:
                refused.append(error)

        if value == 2:
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
            # The same thread is in it already, and may be again.
            assert e.call_host(3) == 3
        return value

    e, _ = instantiate(guest, host=host)
    for _ in range(2):
        assert e.call_host(2) == 2
    assert [str(error)[:44] for error in refused] == [
        "the instance is in use by another thread, an"
    ] * 2


def test_instances_are_freed(guest: ModuleType) -> None:
    class Host:
        def __call__(self, value: int) -> int:
            return value

    host = Host()
    e, world = instantiate(guest, host=host)
    e.call_host(1)
    world.table.set(0, e.five)
    assert e.indirect(0) == 5
    held = weakref.ref(host)
    del host, e, world
    gc.collect()
    assert held() is None


def test_a_function_keeps_its_instance(guest: ModuleType) -> None:
    load = instantiate(guest)[0].load
    gc.collect()
    assert load(0) == 0
