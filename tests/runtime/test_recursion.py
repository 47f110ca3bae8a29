"""Deep calls: room for 10,000, an orderly end of all others, the limit restored."""

from __future__ import annotations

import gc
import itertools
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType
from typing import Any

import pytest

from tests.runtime.handmade import Text, functions
from wasm2py_runtime import Instance, StackExhausted, Trap
from wasm2py_runtime.recursion import _FRAMES, ANYBODY, _Stack, _stack

SOURCE = """
def f1(v0):
    if not v0:
        return 0
    return f2(v0 - 1) + 1
def f2(v0):
    v1 = 0
    while True:
        if not v0:
            break
        v1 = t0_0[0](v0 - 1) + 1
        break
    return v1
def f3(v0):
    return f3(v0 + 1 & 0xFFFFFFFF) + 1
def f4(v0):
    return f0(v0)
"""
UNARY = (("i32",), ("i32",))


@pytest.fixture(autouse=True)
def _no_collections() -> Iterator[None]:
    """What other tests have left is not to be finalised where the stack ends."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def build(host: Callable[[int], int] = lambda x: x) -> Any:
    module = functions(
        SOURCE,
        [UNARY] * 5,
        types=(UNARY,),
        functions=(0,) * 4,
        imports=(("env", "host", "function", 0),),
        tables=(("funcref", "i32", 1, None, (("ref.func", 1),)),),
    )
    return Instance(module, {"env": {"host": host}}).exports


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = sys.getrecursionlimit()
    yield
    assert sys.getrecursionlimit() == before
    assert not _stack.inside and not _stack.alone


def in_thread(act: Callable[[], Any]) -> Any:
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(act())
        except (Trap, AssertionError) as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results[0]


def test_ten_thousand_nested_calls() -> None:
    exports = build()
    assert exports.f1(10_000) == 10_000
    assert in_thread(lambda: exports.f1(10_000)) == 10_000


def test_nested_first_calls() -> None:
    """A function that has not been called yet takes no more of the stack than others."""
    count = 9_000

    class Chain(Text):
        def load_group(self, group: int) -> CodeType:
            function = group + 3  # after those that are imported
            value = f"f{function + 1}(v0) + 1" if group < count else "f1(v0)"
            source = f"def f{function}(v0):\n    return {value}\n"
            return compile(source, f"<group {group}>", "exec")

    every = range(count + 1)
    fields: dict[str, Any] = {
        "types": (UNARY,),
        "functions": (0,) * len(every),
        "groups": tuple(range(3, count + 4)),
        "imports": tuple(("env", name, "function", 0) for name in "abc"),
    }
    signatures = [UNARY] * (count + 4)
    module = functions("", signatures, provider=Chain([]), **fields)
    instance = Instance(module, {"env": dict.fromkeys("abc", int)})
    assert instance.exports.f3(0) == count
    # Of those that are imported, what code names is loaded with the rest, and no more.
    names = set(vars(instance._python_module))
    assert {"f1", f"f{count + 3}"} < names and not {"f0", "f2"} & names


def test_unbounded_recursion_is_a_trap() -> None:
    exports = build()
    for _ in range(3):
        with pytest.raises(StackExhausted, match=r"^call stack exhausted$") as caught:
            exports.f3(0)
        assert isinstance(caught.value, Trap)
        assert isinstance(caught.value, RecursionError)
    error = in_thread(lambda: exports.f3(0))
    assert isinstance(error, StackExhausted)
    assert exports.f1(9_000) == 9_000


def host_ways() -> list[Any]:
    return [
        lambda f: f,
        lambda f: lambda x: f(x),
        lambda f: partial(f),
        lambda f: lambda x: next(map(f, [x])),
        lambda f: lambda x: sorted([x, x, x], key=f)[1],
        lambda f: lambda x: max([x, x], key=f),
    ]


def test_the_traceback_of_an_exhausted_stack_is_short() -> None:
    with pytest.raises(StackExhausted) as caught:
        build().f3(0)
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert 50 < len(frames) < 150
    assert frames[-1].name == "f3"


def test_the_stack_size_of_new_threads_stays_as_it_is() -> None:
    before = threading.stack_size(2 << 20)
    try:
        assert build().f1(50) == 50
        # Asking makes it the default again.
        assert threading.stack_size() == 2 << 20
    finally:
        threading.stack_size(before)


@pytest.mark.parametrize("way", host_ways())
def test_unbounded_recursion_through_the_host_is_a_trap(way: Any) -> None:
    calls: list[Any] = [None]
    exports = build(lambda x: calls[0](x))
    calls[0] = way(exports.f4)
    with pytest.raises(StackExhausted):
        exports.f4(1)
    assert isinstance(in_thread(lambda: exports.f4(1)), StackExhausted)


def test_recursion_through_the_host_is_possible() -> None:
    def host(x: int) -> int:
        return exports.f4(x - 1) + 1 if x else 0

    exports: Any = build(host)
    assert exports.f4(300) == 300


def test_a_host_function_can_go_on_after_exhaustion() -> None:
    def host(x: int) -> int:
        try:
            result: int = exports.f3(0)
        except StackExhausted:
            result = exports.f1(5)
        return result

    exports: Any = build(host)
    assert exports.f4(0) == 5


def test_exhaustion_where_a_host_function_is_called() -> None:
    def host(x: int) -> int:
        return x

    source = """
    def f1(v0):
        return f1(f0(v0))
    """
    module = functions(source, [UNARY] * 2, imports=(("env", "host", "function", 0),))
    exports = Instance(module, {"env": {"host": host}}).exports
    for _ in range(5):
        with pytest.raises(RecursionError):
            exports.f1(1)


def test_the_limit_is_restored_when_the_last_thread_leaves() -> None:
    before = sys.getrecursionlimit()
    entered = [threading.Event() for _ in range(4)]
    leave = [threading.Event() for _ in range(4)]

    def host(index: int) -> int:
        entered[index].set()
        assert leave[index].wait(60)
        return index

    threads = [threading.Thread(target=build(host).f4, args=(i,)) for i in range(4)]
    for thread, event in zip(threads, entered):
        thread.start()
        assert event.wait(60)
        assert sys.getrecursionlimit() > before
    for index in (2, 0, 3, 1):
        assert sys.getrecursionlimit() > before
        leave[index].set()
        threads[index].join()
    assert sys.getrecursionlimit() == before


def test_many_threads_at_once() -> None:
    results: list[int] = []

    def work() -> None:
        exports = build()
        for depth in (1, 3000, 0, 9000):
            results.append(exports.f1(depth))
        with pytest.raises(StackExhausted):
            exports.f3(0)
        results.append(-1)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted([1, 3000, 0, 9000, -1] * 6)


def test_a_limit_that_the_host_sets_meanwhile_stays() -> None:
    before = sys.getrecursionlimit()

    def host(x: int) -> int:
        sys.setrecursionlimit(x)
        return x

    exports = build(host)
    try:
        exports.f4(30_000)
        assert sys.getrecursionlimit() == 30_000
        exports.f1(1)
        assert sys.getrecursionlimit() == 30_000
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("limit", [500, 5_000, 11_000])
def test_a_limit_that_the_host_sets_before_it_calls_again(
    depth: int, limit: int
) -> None:
    before = sys.getrecursionlimit()

    def host(x: int) -> int:
        if not x:
            return 0
        sys.setrecursionlimit(limit)
        result: int = exports.f4(x - 1)
        return result

    exports = build(host)
    try:
        exports.f4(depth)
        assert sys.getrecursionlimit() == limit
    finally:
        sys.setrecursionlimit(before)


def test_a_limit_is_restored_later_if_the_host_is_too_deep_for_it() -> None:
    before = sys.getrecursionlimit()
    exports = build()

    def descend(depth: int) -> int:
        if not depth:
            result: int = exports.f1(5)
            return result
        return descend(depth - 1)

    with pytest.raises(RecursionError):
        descend(before * 20)
    for depth in range(before - 60, before):
        try:
            descend(depth)
        except RecursionError:
            break
    exports.f1(1)
    assert sys.getrecursionlimit() == before


def test_entries_may_end_in_another_order() -> None:
    """As those of greenlets do, which share a thread."""
    before = sys.getrecursionlimit()
    for order in itertools.permutations(range(3)):
        entries = [next(_stack.numbers) for _ in order]
        for entry in entries:
            _stack.enter(entry, ANYBODY)
        for index in order:
            assert sys.getrecursionlimit() > before
            _stack.leave(0, entries[index], ANYBODY)
        assert sys.getrecursionlimit() == before


def test_the_limit_is_changed_twice_and_restored_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is what the stacks of all threads inside have room for, also where that is less."""
    monkeypatch.setattr(_stack, "limits", [*_stack.limits])  # not for others to meet
    before = sys.getrecursionlimit()
    rooms = before + 900, before + 500, before + 700, before - 50
    entries = [next(_stack.numbers) for _ in rooms]
    for at, (entry, room) in enumerate(zip(entries, rooms)):
        monkeypatch.setattr("wasm2py_runtime.recursion._limit", partial(int, room))
        _stack.enter(entry, ANYBODY)
        assert sys.getrecursionlimit() == min(rooms[: at + 1])
    for entry in entries:
        assert sys.getrecursionlimit() == before - 50
        _stack.leave(0, entry, ANYBODY)
    assert sys.getrecursionlimit() == before


def test_a_host_that_has_set_the_very_number() -> None:
    before = sys.getrecursionlimit()
    stack, entry = _Stack(), 1
    try:
        sys.setrecursionlimit(_FRAMES)
        stack.enter(entry, ANYBODY)
        stack.leave(0, entry, ANYBODY)
        assert sys.getrecursionlimit() == _FRAMES
    finally:
        sys.setrecursionlimit(before)


SMALL_STACK = """
import sys, threading
from wasm2py_runtime.recursion import ANYBODY, _stack
from tests.runtime.test_recursion import build

size, way, when = int(sys.argv[1]) << 10, sys.argv[2], sys.argv[3]
deepest = 0

def host(depth):
    global deepest
    deepest = max(deepest, depth)
    if depth >= 1000:
        return 0
    if way == "call":
        return exports.f4(depth + 1)
    # Needs more C stack than most functions that call back.
    return sorted([depth + 1], key=exports.f4)[0]

def enter():
    for _ in range(3):
        try:
            exports.f3(0) if way == "recursion" else exports.f4(0)
        except RecursionError as error:
            assert type(error).__name__ == "StackExhausted", error
    assert not _stack.inside and not _stack.alone

exports = build(host)
before = sys.getrecursionlimit()
threading.stack_size(size)
thread = threading.Thread(target=enter)
thread.start()
if when == "before":  # it has a small stack, new ones have not
    threading.stack_size(0)
thread.join()
threading.stack_size(0)
assert sys.getrecursionlimit() == before
assert exports.f1(1000) == 1000
print(deepest)
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("way", ["recursion", "call", "sort"])
@pytest.mark.parametrize("size", [256, 512, 1024, 2048])
def test_small_stacks(size: int, way: str, when: str) -> None:
    """Whatever nests, and however small the stack: it ends before the process does."""
    if when == "before" and sys.implementation.name == "pypy":
        pytest.skip("PyPy does not tell the size of a thread's stack")
    run = subprocess.run(
        [sys.executable, "-c", SMALL_STACK, str(size), way, when],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.returncode == 0, run.stderr
    if way != "recursion":
        assert size // 16 * 4 // 5 - 10 < int(run.stdout) < size // 16
