"""The end of the stack: a StackExhausted in every thread, at any stack size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.compilers import COMPILERS
from tests.native.guest import needs_compiler, write_native
from tests.native.programs import run
from tests.wasm_tools import assemble

pytestmark = needs_compiler

EXHAUST = """
def exhaust(e):
    for _ in range(3):
        try:
            e.recurse_for_ever(0)
        except guest.StackExhausted as error:
            assert isinstance(error, RecursionError) and str(error) == "call stack exhausted"
        else:
            raise AssertionError
        assert e.recurse(50) == 50
"""

IN_THREADS = """
import threading
failed = []
def body():
    try:
        exhaust(e)
        done.append(1)
    except BaseException as error:
        failed.append(repr(error))
for size in (0, 32768, 65536, 256 << 10, 64 << 20):
    done = []
    threading.stack_size(size)
    threads = [threading.Thread(target=body) for _ in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert not failed and len(done) == 3, (size, failed)
"""

# The first trap of the process, where nothing but Python has been imported.
FIRST_TRAP = """
import threading
kinds = []
def body():
    try: e.divide(1, 0)
    except guest.Trap as error: kinds.append(str(error))
threading.stack_size(32768)
thread = threading.Thread(target=body)
thread.start()
thread.join()
assert kinds == ["integer divide by zero"], kinds
unused = {"linecache", "tokenize"} & {*sys.modules}
assert not unused, unused
"""

CHAIN = """
import sys, threading
depths = []
def host(value):
    depths.append(value)
    return e.call_host(value + 1)
e = instantiate(host=host)
def chain():
    for _ in range(2):
        depths.clear()
        try:
            e.call_host(0)
        except RecursionError as error:
            kinds.append(type(error).__name__)
    assert e.add(1, 2) == 3
kinds = []
chain()
assert set(kinds) == {"StackExhausted"}, kinds
assert depths[-1] > 50
for size in (65536, 256 << 10, 16 << 20):
    threading.stack_size(size)
    thread = threading.Thread(target=chain)
    thread.start()
    thread.join()
assert len(kinds) == 8, kinds
assert set(kinds) == {"StackExhausted"}, kinds
"""

# Deep native frames below each call of the host.
DEEP_CHAIN = """
import json
def host(value):
    json.dumps([[[[[value]]]]])
    try:
        e.recurse_for_ever(0)
    except guest.StackExhausted:
        pass
    return value
e = instantiate(host=host)
assert e.call_host(3) == 3
def at_the_end(value):
    if value:
        return value
    return other.recurse_for_ever(0)
other = instantiate()
world.table.set(0, other.recurse_for_ever)
for _ in range(3):
    try:
        e.indirect_unary(0, 1)
    except guest.StackExhausted:
        continue
    raise AssertionError
"""


def test_in_the_main_thread(guest_folder: Path) -> None:
    run(guest_folder, EXHAUST + "exhaust(e)")


def test_with_an_unlimited_stack(guest_folder: Path) -> None:
    run(guest_folder, EXHAUST + "exhaust(e)", shell="ulimit -s unlimited;")


def test_with_a_small_stack(guest_folder: Path) -> None:
    run(guest_folder, EXHAUST + "exhaust(e)", shell="ulimit -s 512;")


def test_in_threads(guest_folder: Path) -> None:
    run(guest_folder, EXHAUST + IN_THREADS)


def test_of_the_first_trap(guest_folder: Path) -> None:
    """Nothing is imported for its frames: that needs more of a stack than there may be."""
    run(guest_folder, FIRST_TRAP)


def test_in_chains_of_native_code_and_host(guest_folder: Path) -> None:
    run(guest_folder, CHAIN)


def test_below_the_host(guest_folder: Path) -> None:
    run(guest_folder, DEEP_CHAIN)


def test_it_is_deep(guest_folder: Path) -> None:
    run(guest_folder, "assert e.recurse(10_000) == 10_000")


# Each call may have room of its own in the frame: 1 MiB.
LARGE = f"""(module
  (type $many (func (param i32) (result {"i64 " * 1000})))
  (func $many (type $many) {"(i64.const 7)" * 1000})
  (func (export "large") (param i32) (result i32)
    (if (local.get 0) (then (return (i32.const 5))))
    {f"(call $many (i32.const 0)) {'(drop)' * 1000}" * 60}
    (i32.const 9)))
"""

LARGE_FRAME = """
import sys, threading
sys.path[:0] = {paths!r}
import large
e = large.instantiate().exports
answers = []
def body():
    for value in (0, 1):
        try:
            answers.append(e.large(value))
        except large.StackExhausted:
            answers.append(None)
body()
assert answers == [9, 5], answers
threading.stack_size(256 << 10)
thread = threading.Thread(target=body)
thread.start()
thread.join()
assert len(answers) == 4 and set(answers[2:]) <= {{9, 5, None}}, answers
"""


@pytest.mark.parametrize("name", COMPILERS)
def test_a_frame_larger_than_the_stack(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", name)
    write_native(assemble(LARGE), tmp_path / "large")
    code = LARGE_FRAME.format(paths=[str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert not done.returncode, (done.returncode, done.stderr)
