"""Signals, finalisers and threads while memories grow, tables change and calls begin."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.runtime.handmade import Text, functions
from tests.runtime.test_interruptions import build, check_memory, check_table
from wasm2py_runtime import Instance, Memory, Table, memory
from wasm2py_runtime.recursion import _stack

PAGE = 65536
UNARY = (("i32",), ("i32",))


class Stop(BaseException):
    pass


class Signals:
    """Signals one after the other, each some time after what handles the last is done.

    Signals at fixed times could come faster than a busy machine handles them.
    """

    def __init__(self) -> None:
        self.act: Callable[[], Any] | None = None

    def start(self, act: Callable[[], Any]) -> None:
        # What PyPy calls when the locks of imports are collected loses what interrupts it.
        gc.collect()
        self.act = act
        signal.setitimer(signal.ITIMER_REAL, 0.0003)

    def stop(self) -> None:
        self.act = None
        signal.setitimer(signal.ITIMER_REAL, 0)

    def handle(self, number: int, frame: Any) -> None:
        try:
            if self.act is not None:
                self.act()
        finally:
            if self.act is not None:
                signal.setitimer(signal.ITIMER_REAL, 0.00037)


@pytest.fixture
def signals() -> Iterator[Signals]:
    if not hasattr(signal, "setitimer"):
        pytest.skip("no timers that send signals")
    source = Signals()
    before = signal.signal(signal.SIGALRM, source.handle)
    try:
        yield source
    finally:
        source.stop()
        signal.signal(signal.SIGALRM, before)


def repeated(times: int, act: Callable[[], Any]) -> int:
    """How many of so many runs a signal stopped."""
    stopped = 0
    for _ in range(times):
        try:
            act()
        except Stop:
            stopped += 1
    return stopped


def test_signals_that_raise(signals: Signals) -> None:
    limit = sys.getrecursionlimit()
    target, table = Memory(1, 40_000), Table("funcref", 4)
    instance: Any = build(target, table, lambda x: instance.exports.f5(x))
    exports = instance.exports
    module = instance._python_module
    exports.f6(0)
    acts = [
        lambda: exports.f1(1),
        lambda: exports.f2(20),
        lambda: table.set(1, exports.f5 if table.get(1) is None else None),
        lambda: exports.f4(2) if table.get(2) else table.set(2, exports.f5),
        lambda: target.grow(1),
    ]
    stopped = 0
    for act in acts:
        stopped += try_under(signals, act)
        assert sys.getrecursionlimit() == limit
        assert not _stack.inside and not _stack.alone
        check_memory(target, module)
        check_table(table, module)
    assert stopped


def try_under(signals: Signals, act: Callable[[], Any]) -> int:
    armed, stopped = [True], 0

    def handler() -> None:
        if armed:
            raise Stop

    try:
        signals.start(handler)
        stopped = repeated(2000, act)
        armed.clear()
    except Stop:  # between the runs
        armed.clear()
        stopped += 1
    signals.stop()
    return stopped


def test_a_handler_may_do_what_it_interrupts(signals: Signals) -> None:
    """Nothing waits for its own thread, and nothing is lost."""
    target, table = Memory(1, 60_000), Table("funcref", 4)
    instance = build(target, table)
    exports: Any = instance.exports
    exports.f6(0)
    handled: list[int] = []

    def handler() -> None:
        handled.append(exports.f1(1))
        table.set(1, exports.f5)
        exports.f3(1)
        exports.f2(3)

    signals.start(handler)
    for _ in range(3000):
        exports.f1(1)
        table.set(1, None)
        table.set(2, exports.f0)
        exports.f2(3)
        exports.f3(2)
    signals.stop()
    assert handled
    assert memory.memory_size(target) == 1 + 3000 + len(handled)
    check_memory(target, instance._python_module)
    check_table(table, instance._python_module)


SOURCE = """
bind_views(__wasm__, m0, "mu8 mu32 eu16 mf64at8")
def f1(v0):
    x0 = memory_grow(m0, v0)
    return mu32[m0._wasm_size - 4]
def f2(v0):
    return f0(v0)
"""


class Plugin:
    """A host's object in a cycle with its instance."""

    def __init__(self, outcomes: list[Any], imports: dict[str, Any]) -> None:
        own = () if imports else (("i32", 1, None, False),)
        described = (("env", "memory", "memory", ("i32", 0, None, False)),)
        module = functions(
            "",
            [UNARY] * 3,
            provider=Text([SOURCE]),
            types=(UNARY,),
            functions=(0, 0),
            imports=(
                ("env", "log", "function", 0),
                *(described if imports else ()),
            ),
            memories=own,
        )
        self.instance = Instance(module, {"env": {"log": self.log, **imports}})
        self.outcomes = outcomes
        self.instance.exports.f1(0)

    def log(self, x: int) -> int:
        return x

    def __del__(self) -> None:
        try:
            self.outcomes.append(self.instance.exports.f1(1))
            self.outcomes.append(self.instance.exports.f1(200))
        except Exception as error:  # noqa: BLE001, finalisers raise to nobody
            self.outcomes.append(error)


@pytest.mark.parametrize("shared", [False, True])
def test_a_finaliser_that_grows_the_memory(shared: bool) -> None:
    """The collector has cleared the weak references to the module by then."""
    outcomes: list[Any] = []
    imports = {"memory": Memory(1)} if shared else {}
    for _ in range(10):
        Plugin(outcomes, imports)
    for _ in range(3):
        gc.collect()
    assert outcomes == [0] * 20


def test_finalisers_while_a_shared_memory_grows(request: Any) -> None:
    """Plugins die in the middle of growth, and grow the same memory."""
    target = Memory(1)
    outcomes: list[Any] = []
    if hasattr(gc, "set_threshold"):  # not on PyPy
        before = gc.get_threshold()
        request.addfinalizer(lambda: gc.set_threshold(*before))
        gc.set_threshold(5)
    for _ in range(100):
        Plugin(outcomes, {"memory": target})
        target.grow(1)
        Plugin(outcomes, {"memory": target})
    gc.collect()
    gc.collect()
    assert set(outcomes) == {0}
    assert memory.memory_size(target) == 1 + 100 + 201 * len(outcomes) // 2
    assert len(target._users) < 30


def test_dead_instances_cost_a_memory_nothing() -> None:
    target = Memory(1)
    for _ in range(300):
        Plugin([], {"memory": target})
    gc.collect()
    gc.collect()
    # PyPy's compiled loops hold a few of those that it has seen.
    assert len(target._users) < 30


def test_no_store_is_lost_while_another_thread_grows() -> None:
    target = Memory(1, 40_000)
    source = """
    bind_views(__wasm__, m0, "mu32")
    def f0(v0):
        v1 = v0 * 4
        v2 = 10000
        while v2:
            mu32[v1] = mu32[v1] + 1
            v2 = v2 - 1
        return mu32[v1]
    """
    module = functions(
        source,
        [UNARY],
        types=(UNARY,),
        functions=(0,),
        imports=(("env", "memory", "memory", ("i32", 0, None, False)),),
    )
    done: list[int] = []

    def write(place: int) -> None:
        exports: Any = Instance(module, {"env": {"memory": target}}).exports
        for _ in range(20):
            last = exports.f0(place)
        done.append(last)

    writers = [threading.Thread(target=write, args=(i,)) for i in range(3)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in writers:
            thread.start()
        while any(thread.is_alive() for thread in writers):
            if memory.memory_size(target) < 40_000:
                target.grow(1)
        for thread in writers:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert done == [200_000] * 3


def test_a_module_about_to_be_collected_knows_a_full_memory() -> None:
    """Where it cannot grow any more, it has views of all that others have added."""
    target = Memory(1, 40)
    outcomes: list[Any] = []
    plugin = Plugin(outcomes, {"memory": target})
    target._users.clear()  # as the collector clears the weak references to it
    target.grow(39)
    assert plugin.instance.exports.f1(1) == 0
    target._users.clear()
    del plugin
    gc.collect()
