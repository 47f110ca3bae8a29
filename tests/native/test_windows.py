"""What is built for Windows, in Python for Windows, which may run under Wine.

`WASM2PY_WINDOWS_PYTHON="wine /somewhere/python.exe"` names it; without that, nothing is run.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from tests.compilers import compiler
from tests.native.guest import write_guest
from tests.native.programs import run
from tests.native.test_stack import EXHAUST, IN_THREADS

VARIABLE = "WASM2PY_WINDOWS_PYTHON"
PYTHON = tuple(shlex.split(os.environ.get(VARIABLE, "")))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON, reason=f"{VARIABLE} names no Python"),
]

TRAPS = """
import traceback
for call, arguments, reason in (
    (e.load, (-1,), "out of bounds memory access"),
    (e.load_far, (0,), "out of bounds memory access"),
    (e.divide, (1, 0), "integer divide by zero"),
    (e.truncate, (1e300,), "integer overflow"),
):
    for _ in range(100):
        try:
            call(*arguments)
        except guest.Trap as error:
            assert str(error) == reason, error
            (*_, last) = traceback.extract_tb(error.__traceback__)
            assert last.name == call.__name__, last
        else:
            raise AssertionError(call)
assert e.add(2, 3) == 5
"""

MEMORIES = """
memory = world.memory
pages = len(memory.buffer) // 65536
assert e.load(pages * 65536 - 4) == 0
assert memory.grow(1) == pages
memory.write(pages * 65536, b"abcd")
assert e.load(pages * 65536) == int.from_bytes(b"abcd", "little")
"""

LOOPS = """
import signal, threading, time
def endless(**options):
    return guest.instantiate({"env": world.env}, **options).exports.loop
start = time.monotonic()
try:
    endless(limits=guest.Limits(deadline=0.2))()
except guest.DeadlineReached:
    assert time.monotonic() - start < 30
else:
    raise AssertionError
threading.Timer(0.2, signal.raise_signal, (signal.SIGINT,)).start()
try:
    endless(release_gil=True)()
except KeyboardInterrupt:
    pass
else:
    raise AssertionError
assert e.add(2, 3) == 5
"""

OTHERS = """
import ctypes, faulthandler
def host(value):
    try:
        ctypes.string_at(0)
    except OSError:
        return value + 1
assert instantiate(host=host).call_host(5) == 6
faulthandler.enable()
try:
    e.load(-1)
except guest.Trap:
    pass
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is that has been built for Windows."""
    command = compiler("zig").command
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CC", shlex.join((*command, "-target", "x86_64-windows-gnu")))
        return write_guest(tmp_path_factory.mktemp("windows"))


@pytest.mark.parametrize(
    "code",
    [TRAPS, MEMORIES, LOOPS, OTHERS, f"{EXHAUST}\nexhaust(e)\n{IN_THREADS}"],
    ids=["traps", "memories", "loops", "others", "stacks"],
)
def test_a_package(folder: Path, code: str) -> None:
    run(folder, code, program=PYTHON[0], options=PYTHON[1:])
