"""Deadlines, fuel and the depth of calls in native code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

import wasm2py
from tests import compilers
from tests.compilers import needs_compiler
from tests.deadlines import outlast, until_called
from tests.native.programs import ROOT
from tests.wasi.test_run import SLEEPING
from tests.wasm_tools import assemble
from wasm2py.options import Target

pytestmark = needs_compiler

# Generous: other processes may have the processor.
IN_TIME = 30.0
TARGETS: tuple[Target, ...] = ("python", "c")
WAT = """
(module
  (import "env" "host" (func $host))
  (memory (export "memory") 1)
  (func (export "spin") (loop $l (br $l)))
  (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add
        (call $fib (i32.sub (local.get 0) (i32.const 1)))
        (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func (export "call") (call $host))
  (func (export "call_on") (loop $l (call $host) (br $l)))
  (func (export "call_and_spin") (call $host) (loop $l (br $l)))
  (func (export "count") (param i32) (result i32)
    (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 0))
  (func (export "deep") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call 7 (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 1)))))
"""


@pytest.fixture(scope="module")
def module(native_cache: Path) -> wasm2py.Module:
    with pytest.MonkeyPatch.context() as patch:
        compilers.use(patch, native_cache)
        return wasm2py.compile(assemble(WAT), target="c", metered=True)


def nothing() -> None:
    pass


def build(
    module: wasm2py.Module, host: Callable[[], object] = nothing, **limits: Any
) -> wasm2py.Instance:
    given = wasm2py.Limits(**limits)
    return wasm2py.instantiate(module, {"env": {"host": host}}, limits=given)


def seconds_until_deadline(call: Callable[..., object], *args: object) -> float:
    start = monotonic()
    with pytest.raises(wasm2py.DeadlineReached, match="the deadline has passed"):
        call(*args)
    return monotonic() - start


@pytest.mark.parametrize("name, args", [("spin", ()), ("fib", (60,)), ("call_on", ())])
def test_loops_and_recursion_end(
    module: wasm2py.Module, name: str, args: tuple[int, ...]
) -> None:
    exports = build(module, deadline=0.05).exports
    for _ in range(3):
        assert 0.05 <= seconds_until_deadline(exports[name], *args) < IN_TIME
        assert build(module).exports.fib(10) == 55


@pytest.mark.parametrize(
    "code",
    [
        "(memory.fill (i32.const 0) (i32.const 1) (i32.const 0x7fffffff))",
        "(memory.copy (i32.const 1) (i32.const 0) (i32.const 0x7fff0000))",
    ],
)
def test_bulk_instructions_end(code: str) -> None:
    """In the middle: it takes seconds to go through the memory so many times."""
    source = f'(module (memory 32768) (func (export "run") {code * 20}))'
    module = wasm2py.compile(assemble(source), target="c")
    exports = wasm2py.instantiate(module, limits=wasm2py.Limits(deadline=0.01)).exports
    seconds_until_deadline(exports.run)


def test_calls_end_in_other_threads(module: wasm2py.Module) -> None:
    found: list[float] = []

    def run() -> None:
        # Another one runs at the same time, as the page of loops is the thread's own.
        exports = build(module, host=lambda: sleep(0.01), deadline=0.2).exports
        found.append(seconds_until_deadline(exports.call_on))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    exports = build(module).exports
    while any(thread.is_alive() for thread in threads):
        assert exports.fib(15) == 610
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert max(found) < IN_TIME


def test_the_host_is_not_interrupted_but_its_time_counts(
    module: wasm2py.Module,
) -> None:
    def attempt(deadline: float) -> bool:
        done: list[bool] = []

        def host() -> None:
            outlast()
            done.append(True)

        seconds_until_deadline(build(module, host, deadline=deadline).exports.call)
        return done == [True]

    until_called(attempt)


def test_time_that_is_up_before_anybody_looks(module: wasm2py.Module) -> None:
    exports = build(module, deadline=1e-9).exports
    for _ in range(100):
        seconds_until_deadline(exports.call)


def test_who_waits_for_clocks_is_woken(
    native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilers.use(monkeypatch, native_cache)
    sleeping = wasm2py.compile(assemble(SLEEPING), target="c")
    wasi, limits = wasm2py.WASI(), wasm2py.Limits(deadline=0.05)
    instance = wasm2py.instantiate(sleeping, wasi, limits=limits)
    assert seconds_until_deadline(wasi.start, instance) < IN_TIME


def test_exceptions_of_the_host_pass(module: wasm2py.Module) -> None:
    def host() -> None:
        outlast()
        raise KeyError("of the host")

    def attempt(deadline: float) -> bool:
        with pytest.raises((KeyError, wasm2py.DeadlineReached)) as raised:
            build(module, host, deadline=deadline).exports.call()
        return raised.type is KeyError

    until_called(attempt)
    assert build(module, deadline=60).exports.fib(10) == 55


def test_calls_within_others_have_what_is_left(module: wasm2py.Module) -> None:
    def attempt(deadline: float) -> bool:
        seen: list[float] = []

        def host() -> None:
            for instance in (long, outer):
                seen.append(seconds_until_deadline(instance.exports.spin))

        outer = build(module, host, deadline=deadline)
        seconds_until_deadline(outer.exports.call)
        return len(seen) == 2 and max(seen) < IN_TIME

    long = build(module, deadline=60)
    until_called(attempt)
    short = build(module, deadline=0.05).exports
    ended: list[float] = []

    def end_short() -> None:
        ended.append(seconds_until_deadline(short.spin))

    build(module, end_short, deadline=60).exports.call()
    assert ended[0] < IN_TIME


@pytest.mark.parametrize("name, args", [("spin", ()), ("fib", (60,))])
def test_ctrl_c_is_no_deadline(
    module: wasm2py.Module, name: str, args: tuple[int, ...]
) -> None:
    # In a shell's background it is ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    exports = build(module, deadline=60).exports
    try:
        with pytest.raises(KeyboardInterrupt):
            # Another thread would have to wait for the GIL.
            pid = os.fork()
            if not pid:
                sleep(0.2)
                os.kill(os.getppid(), signal.SIGINT)
                os._exit(0)
            exports[name](*args)
        os.waitpid(pid, 0)
        assert exports.fib(10) == 55
    finally:
        signal.signal(signal.SIGINT, before)
    assert seconds_until_deadline(build(module, deadline=0.05).exports.spin) < IN_TIME


def test_a_child_of_a_fork_has_deadlines(module: wasm2py.Module) -> None:
    exports = build(module, deadline=0.05).exports
    seconds_until_deadline(exports.spin)
    pid = os.fork()
    if not pid:
        status = 1
        try:
            exports.spin()
        except wasm2py.DeadlineReached:
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_a_child_of_a_fork_within_a_call_goes_on(module: wasm2py.Module) -> None:
    parent = os.getpid()

    def attempt(deadline: float) -> bool:
        seen: list[int] = []

        def host() -> None:
            outlast()  # loops are interrupted
            pid = os.fork()
            if pid:
                seen.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            else:
                seen.append(build(module).exports.count(1000))

        outer = build(module, host, deadline=deadline)
        ends = False
        try:
            ends = seconds_until_deadline(outer.exports.call_and_spin) < IN_TIME
        finally:
            if os.getpid() != parent:  # in the child, which is no test
                os._exit(17 if ends and seen == [0] else 1)
        assert seen in ([], [17])
        return bool(seen)

    until_called(attempt)


@pytest.mark.parametrize(
    "seconds", [1e19, 1e300, 10**309], ids=("years", "in ns", "int")
)
@pytest.mark.parametrize("target", TARGETS)
def test_deadlines_may_be_far_away(
    target: Target, seconds: float, module: wasm2py.Module
) -> None:
    if target == "python":
        module = wasm2py.compile(assemble(WAT))
    assert build(module, deadline=seconds).exports.fib(10) == 55


ENDING = """
import ctypes, threading, time
import wasm2py
from tests.native.test_limits import WAT, build
from tests.wasm_tools import assemble
module = wasm2py.compile(assemble(WAT), target="c", metered=True)
def end():
    ctypes.CDLL(None).pthread_exit(None)
def count():
    exports, until = build(module).exports, time.monotonic() + 0.3
    while time.monotonic() < until:
        exports.count(1000)
    done.append(True)
done = []
exports = build(module, end, deadline=0.1).exports
ending = threading.Thread(target=exports.call, daemon=True)
ending.start()
time.sleep(0.05)
others = [threading.Thread(target=count) for _ in range(4)]
for thread in others:
    thread.start()
for thread in others:
    thread.join()
assert len(done) == len(others)
"""


def test_threads_may_end_within_calls(
    native_cache: Path, module: wasm2py.Module
) -> None:
    """As daemons do when the process ends; other threads get their pages."""
    environ = {
        **os.environ,
        "CC": " ".join(compilers.fastest().command),
        "WASM2PY_CACHE_DIR": str(native_cache),
    }
    subprocess.run(
        [sys.executable, "-c", ENDING], cwd=ROOT, env=environ, check=True, timeout=60
    )


def test_calls_of_greenlets_end_in_any_order(module: wasm2py.Module) -> None:
    greenlet = pytest.importorskip("greenlet")
    main = greenlet.getcurrent()

    def run(seconds: float) -> None:
        with suppress(wasm2py.DeadlineReached):
            build(module, main.switch, deadline=seconds).exports.call()

    first, second = greenlet.greenlet(run), greenlet.greenlet(run)
    first.switch(0.4)
    second.switch(0.3)
    for each in (first, second):
        each.switch()
        assert each.dead
    sleep(0.5)  # what the first one had is nobody's
    assert build(module).exports.count(1000) == 0


def test_short_calls_at_the_moment_of_the_deadline(module: wasm2py.Module) -> None:
    ended = 0
    for number in range(2000):
        exports = build(module, deadline=0.00001 + number % 10 * 0.00001).exports
        try:
            exports.fib(12 if number % 2 else 24)
        except wasm2py.DeadlineReached:
            ended += 1
        assert build(module).exports.fib(2) == 1
    assert 0 < ended < 2000


def test_fuel(module: wasm2py.Module) -> None:
    instance = build(module, fuel=1000)
    with pytest.raises(wasm2py.FuelExhausted, match="all fuel consumed"):
        instance.exports.spin()
    assert instance.fuel == 0
    instance.fuel = 10_000
    assert instance.exports.fib(10) == 55
    assert instance.fuel == 10_000 - 1766


def test_the_host_may_give_more_fuel_on_the_way(module: wasm2py.Module) -> None:
    left: list[int | None] = []

    def host() -> None:
        left.append(instance.fuel)
        if len(left) < 5:
            instance.fuel = 1000

    instance = build(module, host, fuel=1000)
    with pytest.raises(wasm2py.FuelExhausted):
        instance.exports.call_on()
    assert left[:5] == [997, *[998] * 4]
    assert len(left) == 500 + 4


def test_the_depth_of_calls_is_counted_in_python(module: wasm2py.Module) -> None:
    instance = build(module, call_depth=50)
    assert instance.exports.deep(49) == 50
    with pytest.raises(wasm2py.CallDepthReached):
        instance.exports.deep(50)


UP_TO_THE_END = """
(module
  (memory (export "memory") 1)
  (func (export "store") (param i32) (result i32)
    (loop $l
      (i32.store (local.get 0) (i32.const 1))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (br $l))
    (unreachable)))
"""


@pytest.mark.parametrize("name", compilers.COMPILERS)
def test_what_was_paid_before_a_fault_is_gone(
    name: str, native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wasm = assemble(UP_TO_THE_END)
    compilers.use(monkeypatch, native_cache, name)
    left = []
    for target in TARGETS:
        metered = wasm2py.compile(wasm, target=target, metered=True)
        instance = wasm2py.instantiate(metered, limits=wasm2py.Limits(fuel=1 << 30))
        with pytest.raises(wasm2py.Trap, match="out of bounds"):
            instance.exports.store(0)
        left.append(instance.fuel)
    assert left[0] == left[1] == (1 << 30) - 1 - 8 * (16384 + 1)
