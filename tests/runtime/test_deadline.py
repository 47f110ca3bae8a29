"""Deadlines end calls in time, and nothing else."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from math import inf
from time import monotonic, sleep
from typing import Any

import pytest

from tests.deadlines import outlast, until_called
from tests.runtime.handmade import functions, second_runtime
from tests.runtime.interruption import STEP, interrupted
from wasm2py_runtime import DeadlineReached, Instance, Limits, Trap
from wasm2py_runtime.deadline import Call, time_left, watch

NONE = ((), ())
SOURCE = """
def f1():
    while True:
        pass
def f2():
    while True:
        f0()
def f3():
    x = 0
    for x in range(20):
        pass
    f0()
    for x in range(20):
        pass
def f4(v0):
    return v0 + 1
def f5(v0):
    return v0 if v0 < 2 else f5(v0 - 1) + f5(v0 - 2)
def f6():
    raise ZeroDivisionError
"""
IS_PYPY = sys.implementation.name == "pypy"
# Generous: other processes may have the processor.
IN_TIME = 30.0
only_main_thread = pytest.mark.skipif(
    IS_PYPY, reason="PyPy interrupts the main thread only"
)


def build(host: Callable[[], Any], deadline: float | None, runtime: Any = None) -> Any:
    limits = Limits(deadline=deadline)
    unary = (("i32",), ("i32",))
    module = functions(
        SOURCE,
        [NONE, NONE, NONE, NONE, unary, unary, NONE],
        types=(NONE, unary),
        functions=(0, 0, 0, 1, 1, 0),
        imports=(("env", "host", "function", 0),),
        **({} if runtime is None else {"runtime": runtime}),
    )
    kind = Instance if runtime is None else runtime.Instance
    return kind(module, {"env": {"host": host}}, limits=limits).exports


def nothing() -> None:
    pass


def seconds_until_deadline(call: Callable[..., object], *args: object) -> float:
    start = monotonic()
    with pytest.raises(DeadlineReached, match="the deadline has passed"):
        call(*args)
    return monotonic() - start


@pytest.fixture(autouse=True)
def nothing_remains() -> Iterator[None]:
    yield
    check_nothing_remains()


def check_nothing_remains() -> None:
    assert not watch.calls
    assert not watch.watched
    assert not watch.current


@pytest.mark.parametrize(
    "name, args",
    [
        ("f1", ()),
        ("f2", ()),
        pytest.param(
            *("f5", (60,)),
            marks=pytest.mark.skipif(
                IS_PYPY, reason="PyPy interrupts nothing where no loop turns"
            ),
        ),
    ],
)
def test_loops_and_recursion_end(name: str, args: tuple[int, ...]) -> None:
    call = build(nothing, 0.05)[name]
    for _ in range(3):
        assert 0.05 <= seconds_until_deadline(call, *args) < IN_TIME


@only_main_thread
def test_calls_end_in_other_threads() -> None:
    found: list[float] = []

    def run() -> None:
        found.append(seconds_until_deadline(build(nothing, 0.1).f1))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert max(found) < IN_TIME


@pytest.mark.skipif(not IS_PYPY, reason="CPython can interrupt any thread")
def test_pypy_says_what_it_cannot_do() -> None:
    found: list[BaseException] = []

    def run() -> None:
        try:
            build(nothing, 0.1).f1()
        except RuntimeError as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert "a deadline needs the main thread here" in str(found[0])


def test_each_call_has_the_time() -> None:
    def host() -> None:
        sleep(0.01)
        left.append(60 - time_left() - (monotonic() - begun))

    left: list[float] = []
    exports = build(host, 60)
    for _ in range(3):
        begun = monotonic()
        exports.f3()
    assert len(left) == 3
    assert max(left) <= 0
    assert exports.f4(1) == 2


def test_the_host_is_not_interrupted_but_its_time_counts() -> None:
    def attempt(deadline: float) -> bool:
        done: list[bool] = []

        def host() -> None:
            outlast()
            done.append(True)

        seconds_until_deadline(build(host, deadline).f3)
        return done == [True]

    until_called(attempt)


def test_exceptions_of_the_host_pass() -> None:
    def host() -> None:
        outlast()
        raise KeyError("of the host")

    def attempt(deadline: float) -> bool:
        with pytest.raises((KeyError, DeadlineReached)) as raised:
            build(host, deadline).f3()
        return raised.type is KeyError

    until_called(attempt)


def test_traps_are_what_they_are() -> None:
    with pytest.raises(Trap, match="divide by zero"):
        build(nothing, 60).f6()


def test_calls_within_others_have_what_is_left() -> None:
    def attempt(deadline: float) -> bool:
        seen: list[float] = []

        def host() -> None:
            for exports in (long, outer):
                seen.append(seconds_until_deadline(exports.f1))

        outer = build(host, deadline)
        seconds_until_deadline(outer.f3)
        return len(seen) == 2 and max(seen) < IN_TIME

    long, short = build(nothing, 60), build(nothing, 0.05)
    until_called(attempt)
    ended: list[float] = []
    build(lambda: ended.append(seconds_until_deadline(short.f1)), 60).f3()
    assert ended[0] < IN_TIME


def test_functions_of_another_copy_of_the_runtime_count() -> None:
    other = build(nothing, None, second_runtime())
    module = functions(
        "def f1():\n    f0()\n",
        [NONE, NONE],
        functions=(0,),
        imports=(("env", "f", "function", 0),),
    )
    limits = Limits(deadline=0.1)
    exports = Instance(module, {"env": {"f": other.f1}}, limits=limits).exports
    assert seconds_until_deadline(exports.f1) < IN_TIME


def test_an_instance_that_starts_has_the_time() -> None:
    module = functions(
        "def f0():\n    while True:\n        pass\n",
        [NONE],
        start=(0,),
    )
    start = monotonic()
    with pytest.raises(DeadlineReached):
        Instance(module, limits=Limits(deadline=0.05))
    assert monotonic() - start < IN_TIME


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(IS_PYPY, reason="finalisers run later")
def test_an_exception_that_gets_lost_comes_again() -> None:
    begun: list[bool] = []
    endless: list[bool] = []

    class Finalised:
        def __del__(self) -> None:
            begun.append(True)
            while endless:
                pass

    module = functions(
        "def f0(v0):\n    v0.clear()\n    while True:\n        pass\n",
        [(("externref",), ())],
    )

    def attempt(deadline: float) -> bool:
        endless.append(True)
        exports = Instance(module, limits=Limits(deadline=deadline)).exports
        try:
            took = seconds_until_deadline(exports.f0, [Finalised()])
        finally:
            endless.clear()
        return begun == [True] and took < IN_TIME

    until_called(attempt)


def test_ctrl_c_is_no_deadline() -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("not in the main thread")
    # In a shell's background it is ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGINT))
    try:
        with pytest.raises(KeyboardInterrupt):
            timer.start()
            build(nothing, 60).f1()
        timer.join()
    finally:
        signal.signal(signal.SIGINT, before)


def test_short_calls_at_the_moment_of_the_deadline() -> None:
    """Whatever comes first, nothing is raised when the call has ended."""
    ended = {"result": 0, "deadline": 0}
    most = 300
    for number in range(most):
        exports = build(nothing, 0.0002 + number % 10 * 0.0001)
        try:
            exports.f5(12)
            ended["result"] += 1
        except DeadlineReached:
            ended["deadline"] += 1
        for _ in range(50):
            pass
    assert sum(ended.values()) == most
    check_nothing_remains()


def expire() -> None:
    """What the watchdog does, at this moment."""
    now = monotonic()
    for call in list(watch.watched):
        watch._expire(call, now)


def call_that_is_over() -> None:
    """A call whose end was interrupted each time."""
    over = Call(threading.get_ident(), monotonic() - 1)
    watch.calls[over] = None
    watch.begin(over, None)


@pytest.mark.parametrize("pause", [0, 0.1])
def test_a_call_whose_end_was_interrupted_each_time(pause: float) -> None:
    """It is over all the same: nothing is raised for it, and it takes no time from others."""
    call_that_is_over()
    assert time_left() == inf
    start = monotonic()
    sleep(pause)
    while watch.watched and monotonic() - start < IN_TIME:
        assert build(nothing, 60).f4(1) == 2
    assert not watch.calls


@pytest.mark.parametrize("deadline", [60, None])
def test_such_a_call_and_functions_of_the_host(deadline: float | None) -> None:
    exports = build(nothing, deadline)
    for _ in range(50):
        call_that_is_over()
        exports.f3()
    start = monotonic()
    while watch.watched and monotonic() - start < IN_TIME:
        sleep(0.001)


def in_new_process(text: str) -> str:
    """What a program writes that runs after the definitions of this module; it must succeed."""
    text = f"from tests.runtime.test_deadline import *\n{textwrap.dedent(text)}"
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", text],
        env=environ,
        check=True,
        timeout=60,
        stdout=subprocess.PIPE,
    )
    return done.stdout.decode()


@pytest.mark.skipif(
    IS_PYPY, reason="the limit on threads is met as CPython starts them"
)
def test_where_there_can_be_no_thread_it_is_said_each_time() -> None:
    in_new_process("""
        import wasm2py_runtime.deadline as deadline
        def none(*args):
            raise RuntimeError("can't start new thread")
        usual, deadline.start_new_thread = deadline.start_new_thread, none
        call = build(nothing, 0.05).f1
        for _ in range(3):
            with pytest.raises(RuntimeError, match="new thread"):
                call()
        deadline.start_new_thread = usual
        assert seconds_until_deadline(call) < IN_TIME
        """)


def test_one_thread_watches_all_calls() -> None:
    in_new_process("""
        import wasm2py_runtime.deadline as deadline
        def starting(*args):
            started.append(args)
            return usual(*args)
        usual, started = deadline.start_new_thread, []
        deadline.start_new_thread = starting
        call = build(nothing, 60).f4
        for _ in range(500):
            call(1)
        assert len(started) == 1
        """)


@pytest.mark.skipif(IS_PYPY, reason="there, nothing is finalised at the end")
def test_where_python_shuts_down_there_is_no_thread() -> None:
    shown = in_new_process("""
        class Finalised:
            def __init__(self):
                self.me = self
                self.exports = build(nothing, 0.05)
                self.exports.f4(1)
            def __del__(self):
                try:
                    self.exports.f1()
                except RuntimeError as error:
                    print(error)
        Finalised()
        """)
    assert "Python is shutting down" in shown


def test_calls_end_although_there_was_no_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = [True] * 3
    usual = watch._expire

    def expire_later(call: Call, now: float) -> None:
        if left:
            left.pop()
            raise MemoryError
        usual(call, now)

    monkeypatch.setattr(watch, "_expire", expire_later)
    assert seconds_until_deadline(build(nothing, 0.05).f1) < IN_TIME
    assert not left


def interpreters() -> Any:
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            return importlib.import_module(name)
        except ImportError:
            pass
    return pytest.skip("there are no other interpreters")


def test_in_other_interpreters_it_is_refused() -> None:
    other = interpreters()
    program = f"""
import sys
sys.path[:] = {sys.path!r}
from tests.runtime.handmade import functions
from wasm2py_runtime import Instance, Limits
module = functions("def f0():\\n    return None\\n", [((), ())])
call = Instance(module, limits=Limits(deadline=0.05)).exports["f0"]
for _ in range(3):
    try:
        call()
    except RuntimeError as error:
        assert "needs the main interpreter" in str(error), error
    else:
        raise AssertionError("nothing was raised")
"""
    interpreter = other.create()
    try:
        assert other.run_string(interpreter, program) is None
    finally:
        other.destroy(interpreter)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@only_main_thread
def test_in_the_child_of_a_fork_only_its_own_calls_go_on() -> None:
    in_new_process("""
        class Forks:
            def __del__(self):
                pids.append(os.fork())
        module = functions(
            "def f0(v0):\\n    v0.clear()\\n    while True:\\n        pass\\n",
            [(("externref",), ())],
        )
        def others():
            with pytest.raises(DeadlineReached):
                build(nothing, 60).f1()
        threads = [threading.Thread(target=others) for _ in range(3)]
        for thread in threads:
            thread.start()
        while len(watch.watched) < 3:
            sleep(0.01)
        pids = []
        forking = Instance(module, limits=Limits(deadline=1)).exports
        assert seconds_until_deadline(forking.f0, [Forks()]) < IN_TIME
        if pids[0] == 0:
            check_nothing_remains()
            assert seconds_until_deadline(build(nothing, 0.05).f1) < IN_TIME
            os._exit(0)
        assert os.waitpid(pids[0], 0)[1] == 0
        expire()
        for thread in threads:
            thread.join()
        """)


@pytest.mark.skipif(IS_PYPY, reason="takes minutes, as the trace function is slow")
def test_a_deadline_at_each_bytecode() -> None:
    leaks: list[str] = []

    def host() -> None:
        has_ended = False
        try:
            inner.f3()
            for _ in range(3):
                pass
            has_ended = True
        except DeadlineReached:
            has_ended = True
        finally:
            if not has_ended:
                leaks.append("something else was raised")

    inner = build(nothing, 60)
    outer = build(host, 60)
    outcomes = {"result": 0, "deadline": 0}

    def call() -> None:
        try:
            outer.f3()
            outcomes["result"] += 1
        except DeadlineReached:
            outcomes["deadline"] += 1

    for raised in interrupted_by(expire, lambda: call):
        assert raised is None, raised
        for _ in range(20):
            pass
        check_nothing_remains()
    assert not leaks
    assert outcomes["deadline"] > 10
    assert outcomes["result"] > 0


def interrupted_by(
    act: Callable[[], None], prepare: Callable[[], Callable[[], Any]]
) -> Iterator[BaseException | None]:
    """As `interrupted` does, with something that does not raise by itself."""
    yield from interrupted(prepare, KeyboardInterrupt, step=STEP, act=act)


@pytest.mark.skipif(IS_PYPY, reason="takes minutes, as the trace function is slow")
@pytest.mark.parametrize("error", [KeyboardInterrupt, RecursionError])
def test_interruptions_leave_nothing(error: type[BaseException]) -> None:
    outer = build(lambda: inner.f3(), 60)
    inner = build(nothing, 60)
    for _ in interrupted(lambda: outer.f3, error, step=4 * STEP + 1):
        check_nothing_remains()
