"""Two threads and one instance, which is for one of them at a time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from tests.runtime.handmade import functions
from wasm2py_runtime import Function, Instance
from wasm2py_runtime.recursion import _stack

I32 = (("i32",), ("i32",))
# f0 is the host's, f1 calls it, f2 calls nothing.
SOURCE = "def f1(v0):\n    return f0(v0)\ndef f2(v0):\n    return v0"


def instance_of(host: Callable[[int], int]) -> Any:
    module = functions(
        SOURCE,
        [I32] * 3,
        imports=(("env", "host", "function", 0),),
        shallow=(2,),
    )
    return Instance(module, {"env": {"host": host}})


class Gate:
    """A function of the host that waits until it may go on."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def __call__(self, value: int) -> int:
        if value == 1:
            self.entered.set()
            assert self.open.wait(30)
        return value


@contextmanager
def waiting(executor: ThreadPoolExecutor, gate: Gate, export: Any) -> Iterator[None]:
    """Another thread is in the function."""
    future: Future[int] = executor.submit(export, 1)
    assert gate.entered.wait(30)
    try:
        yield
    finally:
        gate.open.set()
        assert future.result(30) == 1
        gate.entered.clear()
        gate.open.clear()


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as found:
        yield found
    assert not _stack.inside and not _stack.alone


def test_the_second_thread_is_refused(executor: ThreadPoolExecutor) -> None:
    gate = Gate()
    e = instance_of(gate).exports
    for _ in range(3):
        with waiting(executor, gate, e.f1):
            with pytest.raises(RuntimeError, match="in use by another thread"):
                e.f1(2)
            # It has taken nothing, and can be tried again.
            with pytest.raises(RuntimeError, match="in use by another thread"):
                e.f1(2)
        assert e.f1(2) == 2


def test_so_it_is_where_neither_is_alone(executor: ThreadPoolExecutor) -> None:
    gate, other = Gate(), Gate()
    e, f = instance_of(gate).exports, instance_of(other).exports
    with waiting(executor, other, f.f1), waiting(executor, gate, e.f1):
        for export in (e.f1, f.f1):
            with pytest.raises(RuntimeError, match="in use by another thread"):
                export(2)
    assert e.f1(2) == f.f1(2) == 2


def test_instances_of_their_own_are_not_in_the_way(
    executor: ThreadPoolExecutor,
) -> None:
    gates = [Gate(), Gate(), Gate()]
    exports = [instance_of(gate).exports for gate in gates]
    first = waiting(executor, gates[0], exports[0].f1)
    with first, waiting(executor, gates[1], exports[1].f1):
        assert exports[2].f1(2) == 2


def test_a_host_that_calls_back_is_in_the_same_thread(
    executor: ThreadPoolExecutor,
) -> None:
    gate = Gate()
    other = instance_of(gate).exports

    def nested(value: int) -> int:
        return own.f1(value - 1) + 1 if value else 0

    own = instance_of(nested).exports
    assert own.f1(5) == 5
    with waiting(executor, gate, other.f1):
        assert own.f1(5) == 5
        assert executor.submit(own.f1, 5).result(30) == 5
        with pytest.raises(RuntimeError):
            other.f1(0)


def test_through_another_instance(executor: ThreadPoolExecutor) -> None:
    gate = Gate()
    inner = instance_of(gate).exports

    def calling(value: int) -> int:
        result: int = inner.f1(value)
        return result

    outer = instance_of(calling).exports
    with waiting(executor, gate, inner.f1):
        with pytest.raises(RuntimeError, match="in use by another thread"):
            outer.f1(2)
        assert outer.f2(3) == 3
    assert outer.f1(2) == 2


def test_functions_of_the_host_are_for_all_threads(
    executor: ThreadPoolExecutor,
) -> None:
    gate = Gate()
    function = Function(gate, "i32 -> i32")
    again = instance_of(gate)
    with waiting(executor, gate, function):
        assert function(2) == 2
        assert again._functions.reference(0)._wasm_export()(3) == 3


def test_threads_that_take_turns(executor: ThreadPoolExecutor) -> None:
    busy: list[int] = []

    def host(value: int) -> int:
        busy.append(value)
        assert busy == [value]
        busy.remove(value)
        return value

    instance = instance_of(host)

    def work(number: int) -> int:
        with instance.lock:
            result: int = instance.exports.f1(number)
            return result

    assert [*executor.map(work, range(400))] == [*range(400)]


def test_an_exception_leaves_nothing(executor: ThreadPoolExecutor) -> None:
    def failing(value: int) -> int:
        raise KeyError(value)

    e = instance_of(failing).exports
    for _ in range(2):
        with pytest.raises(KeyError):
            executor.submit(e.f1, 1).result(30)
        with pytest.raises(KeyError):
            e.f1(1)


def test_many_threads_and_one_instance(executor: ThreadPoolExecutor) -> None:
    """Whatever is not refused runs by itself."""
    inside: list[int] = []

    def host(value: int) -> int:
        inside.append(value)
        alone = len(inside) == 1
        inside.remove(value)
        return int(alone)

    e = instance_of(host).exports

    def work(number: int) -> list[int]:
        found = []
        for _ in range(300):
            try:
                found.append(e.f1(number))
            except RuntimeError:
                found.append(2)
        return found

    found = [item for items in executor.map(work, range(4)) for item in items]
    assert 1 in found and 0 not in found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("others", [1, 2])
def test_in_the_child_of_a_fork_nobody_else_is_inside(
    executor: ThreadPoolExecutor, others: int
) -> None:
    gates = [Gate() for _ in range(others)]
    exports = [instance_of(gate).exports for gate in gates]

    def fork(value: int) -> int:
        pids.append(os.fork())
        if not pids[0]:
            gates[0].open.set()
        return value

    def check() -> None:
        assert forking.f1(1) == 1
        if pids[0]:
            return
        # Whatever happens, the child must not go on as this one.
        status = 1
        try:
            if not _stack.inside and not _stack.alone:
                status = exports[0].f1(1) + exports[-1].f2(-1)
        finally:
            os._exit(status)

    pids: list[int] = []
    forking = instance_of(fork).exports
    with waiting(executor, gates[0], exports[0].f1):
        if others == 1:
            check()
        else:
            with waiting(executor, gates[1], exports[1].f1):
                check()
        with pytest.raises(RuntimeError, match="in use by another thread"):
            exports[0].f1(2)
    assert os.waitpid(pids[0], 0)[1] == 0
