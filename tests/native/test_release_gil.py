"""Instances that release the GIL: native code in several threads at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import wasm2py
from tests.commands.running import interruptible
from tests.compilers import compiler, needs_compiler
from tests.native.programs import ROOT
from tests.wasm_tools import assemble

pytestmark = needs_compiler

WAT = """
(module
  (type $t (func (param i32) (result i32)))
  (import "env" "host" (func $host (param i32) (result i32)))
  (import "env" "table" (table 8 funcref))
  (import "env" "setting" (global $setting (mut i32)))
  (memory (export "memory") 1 4)
  (table $objects 4 externref)
  (elem (i32.const 0) $divide)
  (func $divide (export "divide") (param i32) (result i32)
    (i32.div_u (i32.const 12) (local.get 0)))
  (func (export "wait") (result i32)
    (i32.store (i32.const 4) (i32.const 1))
    (loop (br_if 0 (i32.eqz (call $load (i32.const 0)))))
    (call $load (i32.const 0)))
  (func (export "wait_and_load") (param i32) (result i32)
    (i32.store (i32.const 4) (i32.const 1))
    (loop (br_if 0 (i32.eqz (call $load (i32.const 0)))))
    (call $load (local.get 0)))
  (func $load (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "call") (param i32 i32) (result i32)
    (call_indirect 0 (type $t) (local.get 1) (local.get 0)))
  (func (export "ask") (param i32) (result i32)
    (i32.add (call $host (local.get 0)) (i32.load (i32.const 8))))
  (func $deep (export "deep") (param i32) (result i32)
    (i32.add (i32.const 1) (call $deep (local.get 0))))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "exchange") (param i32 externref) (result externref)
    (table.get $objects (local.get 0))
    (table.set $objects (local.get 0) (local.get 1)))
  (func (export "set") (param i32) (global.set $setting (local.get 0)))
  (func (export "loop") (loop (br 0)))
  (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add
        (call $fib (i32.sub (local.get 0) (i32.const 1)))
        (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
)
"""

_PRELUDE = """
import gc, sys, threading, time, weakref
import wasm2py
from tests.wasm_tools import assemble
from tests.native.test_release_gil import WAT
module = wasm2py.compile(assemble(WAT), target="c")
def new(host=lambda value: value, table=None, setting=None, release_gil=True, limits=None):
    table = table or wasm2py.Table("funcref", 8)
    setting = setting or wasm2py.Global("i32", 0, mutable=True)
    imports = {"env": {"host": host, "table": table, "setting": setting}}
    return wasm2py.instantiate(module, imports, release_gil=release_gil, limits=limits)
def raises(kind, call, *args, match=""):
    try:
        call(*args)
    except kind as error:
        assert match in str(error), error
        return error
    raise AssertionError("nothing was raised")
def in_threads(work, count=4):
    failed = []
    def guarded(number):
        try:
            work(number)
        except BaseException as error:
            failed.append(error)
    threads = [threading.Thread(target=guarded, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
"""


def _start(code: str, folder: Path, name: str) -> subprocess.Popen[str]:
    environ = {
        **os.environ,
        "CC": " ".join(compiler(name).command),
        "WASM2PY_CACHE_DIR": str(folder),
    }
    return subprocess.Popen(
        [sys.executable, "-c", _PRELUDE + code],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=interruptible,
    )


@pytest.fixture(params=["gcc", "tcc"])
def run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> object:
    """Runs code in a process of its own; it must succeed."""
    folder = Path(tmp_path_factory.getbasetemp()) / f"released-{request.param}"
    folder.mkdir(mode=0o700, exist_ok=True)

    def run(code: str, interrupt: bool = False) -> None:
        process = _start(code, folder, request.param)
        try:
            if interrupt:
                assert process.stdout is not None
                process.stdout.readline()
                time.sleep(0.1)
                process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
        assert not process.returncode, (process.returncode, err)

    return run


_WAITING = """
instance = new()
memory, table = instance.memory, wasm2py.Table("funcref", 8)
results = []
thread = threading.Thread(target=lambda: results.append(instance.exports.wait()))
thread.start()
while not memory.buffer[4]:  # what native code writes, which runs meanwhile
    pass
"""


def test_python_runs_beside_native_code(run):  # type: ignore[no-untyped-def]
    run(_WAITING + """
raises(RuntimeError, instance.exports.load, 0, match="in use by another thread")
memory.buffer[0] = 5
thread.join()
assert results == [5]
assert instance.exports.load(0) == 5
""")


def test_a_second_thread_is_refused(run):  # type: ignore[no-untyped-def]
    run("""
entered, opened = threading.Event(), threading.Event()
def host(value):
    entered.set()
    assert opened.wait(30)
    return value
instance = new(host)
thread = threading.Thread(target=instance.exports.ask, args=(1,))
thread.start()
assert entered.wait(30)
raises(RuntimeError, instance.exports.load, 0, match="in use by another thread")
opened.set()
thread.join()
assert instance.exports.load(0) == 0
""")


def test_a_table_in_use_is_not_changed(run):  # type: ignore[no-untyped-def]
    run("""
table = wasm2py.Table("funcref", 8)
instance, other = new(table=table), new()
assert instance.exports.call(0, 4) == 3
thread = threading.Thread(target=instance.exports.wait)
thread.start()
while not instance.memory.buffer[4]:
    pass
raises(RuntimeError, table.set, 0, other.exports.deep, match="in use")
assert table.get(0) is instance.exports.divide
table.grow(1)
instance.memory.buffer[0] = 1
thread.join()
table.set(0, None)
raises(wasm2py.Trap, instance.exports.call, 0, 4, match="uninitialized element")
table.set(0, other.exports.divide)
assert instance.exports.call(0, 4) == 3
""")


def test_traps_and_calls_in_several_threads(run):  # type: ignore[no-untyped-def]
    run("""
def work(number):
    def host(value):
        if value == 1:
            raise KeyError(value)
        if value == 2:
            return instance.exports.divide(0)
        if value == 3:
            return instance.exports.call(0, 3)
        return value
    instance = new(host)
    e = instance.exports
    for turn in range(200):
        assert e.divide(3) == 4
        raises(wasm2py.Trap, e.divide, 0, match="divide by zero")
        error = raises(wasm2py.Trap, e.load, -1, match="out of bounds")
        assert error.function_name == "load"
        raises(wasm2py.Trap, e.call, 7, 1, match="uninitialized element")
        raises(KeyError, e.ask, 1)
        raises(wasm2py.Trap, e.ask, 2, match="divide by zero")
        assert e.ask(3) == 4
        assert e.ask(9) == 9
        assert e.exchange(0, turn) == (turn - 1 if turn else None)
        e.set(turn)
        if turn % 50 == 0:
            raises(wasm2py.StackExhausted, e.deep, 1)
    assert [e.grow() for _ in range(4)] == [1, 2, 3, -1]
    e.load(4 * 65536 - 4)
in_threads(work)
""")


def test_others_call_by_way_of_python(run):  # type: ignore[no-untyped-def]
    run("""
table, setting = wasm2py.Table("funcref", 8), wasm2py.Global("i32", 0, mutable=True)
def work(number):
    kinds = number % 2 == 0, number // 2 == 0
    one = new(release_gil=kinds[0])
    two = new(one.exports.divide, release_gil=kinds[1])
    three = new(two.exports.ask, table=wasm2py.Table("funcref", 8))
    for turn in range(100):
        assert two.exports.ask(3) == 4
        assert three.exports.ask(4) == 3
        error = raises(wasm2py.Trap, three.exports.ask, 0, match="divide by zero")
        assert error.function_name == "divide"
in_threads(work)
owner, user, third = new(table=table), new(table=table), new(table=table, release_gil=False)
for each in (owner, user, third):  # all have the function of the one made last
    assert each.exports.call(0, 4) == 3
table.set(1, owner.exports.divide)
table.set(2, user.exports.divide)
for each in (owner, user, third):
    assert each.exports.call(1, 6) == 2
    assert each.exports.call(2, 6) == 2
    raises(wasm2py.Trap, each.exports.call, 1, 0, match="divide by zero")
""")


@pytest.mark.parametrize("call", ["loop()", "fib(60)"])
def test_an_interrupt_ends_a_loop(run, call):  # type: ignore[no-untyped-def]
    run(
        f"""
instance = new(limits=wasm2py.Limits(deadline=20))
def call():
    print("ready", flush=True)
    instance.exports.{call}
raises(KeyboardInterrupt, call)
assert instance.exports.divide(3) == 4
assert instance.exports.fib(10) == 55
""",
        interrupt=True,
    )


def test_nobody_else_is_inside_in_the_child_of_a_fork(run):  # type: ignore[no-untyped-def]
    run("""
import os
def in_child(check):
    pid = os.fork()
    if not pid:
        try:
            check()
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
table = wasm2py.Table("funcref", 8)
running = new(table=table)
thread = threading.Thread(target=running.exports.wait)
thread.start()
while not running.memory.buffer[4]:
    pass
def check():
    table.set(0, None)
    raises(wasm2py.Trap, running.exports.call, 0, 4, match="uninitialized element")
    table.set(0, running.exports.divide)
    assert running.exports.call(0, 4) == 3
in_child(check)
running.memory.buffer[0] = 1
thread.join()
for release_gil in (False, True):
    entered, opened = threading.Event(), threading.Event()
    def host(value):
        if value == 1:
            entered.set()
            assert opened.wait(30)
        return value
    instance = new(host, release_gil=release_gil)
    thread = threading.Thread(target=instance.exports.ask, args=(1,))
    thread.start()
    assert entered.wait(30)
    for _ in range(2):
        in_child(lambda: instance.exports.ask(2))
        raises(RuntimeError, instance.exports.ask, 2, match="in use by another thread")
    opened.set()
    thread.join()
    # Who forks within a call goes on in it, and stays inside.
    pids = []
    def forks(value):
        pids.append(os.fork())
        thread = threading.Thread(target=refused)
        thread.start()
        thread.join()
        return value
    def refused():
        raises(RuntimeError, instance.exports.ask, 2, match="in use by another thread")
        pids.append("refused")
    instance = new(forks, release_gil=release_gil)
    assert instance.exports.ask(7) == 7
    if not pids[0]:
        os._exit(len(pids))
    assert os.waitstatus_to_exitcode(os.waitpid(pids[0], 0)[1]) == len(pids) == 2
""")


def test_instances_are_freed(run):  # type: ignore[no-untyped-def]
    run("""
table = wasm2py.Table("funcref", 8)
def use():
    instance = new(table=table)
    assert instance.exports.call(0, 4) == 3
    return weakref.ref(instance)
found = [use() for _ in range(20)]
table.set(0, None)
gc.collect()
assert not any(each() for each in found)
gc.collect()  # what tables have lost goes after the instances
assert not table._own_mirrors
""")


def test_it_means_nothing_in_python() -> None:
    wasm = assemble('(module (func (export "five") (result i32) (i32.const 5)))')
    assert wasm2py.instantiate(wasm, release_gil=True).instance.exports.five() == 5


@pytest.mark.parametrize("change", ["enable", "disable"])
def test_deadlines_after_faulthandler(run, change):  # type: ignore[no-untyped-def]
    run(f"""
import faulthandler
limited = new(limits=wasm2py.Limits(deadline=0.4))
(faulthandler.disable if {change!r} == "enable" else faulthandler.enable)()
started = threading.Event()
def loop(number):
    started.set()
    raises(wasm2py.DeadlineReached, limited.exports.loop)
def change():
    started.wait()
    time.sleep(0.1)
    faulthandler.{change}()
changing = threading.Thread(target=change)
changing.start()
in_threads(loop, 1)
changing.join()
""")


def test_faults_after_faulthandler(run):  # type: ignore[no-untyped-def]
    run("""
import faulthandler, os
nowhere = open(os.devnull, "w")
for _ in range(3):
    instance = new()
    memory = instance.memory
    def load():
        raises(wasm2py.Trap, instance.exports.wait_and_load, -1, match="out of bounds")
        results.append(True)
    results = []
    thread = threading.Thread(target=load)
    thread.start()
    while not memory.buffer[4]:
        pass
    faulthandler.enable(nowhere)
    memory.buffer[0] = 1
    thread.join()
    assert results
    raises(wasm2py.Trap, instance.exports.load, -1, match="out of bounds")
    faulthandler.disable()
""")
