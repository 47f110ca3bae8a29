"""Faults and interrupts: those of native code, and those of everybody else."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.native.guest import needs_compiler
from tests.native.programs import finish, run, start

pytestmark = needs_compiler

TRAP = """
def trap():
    for _ in range(3):
        try:
            e.load(-1)
        except guest.Trap as error:
            assert str(error) == "out of bounds memory access"
        else:
            raise AssertionError
"""
CRASH = "\nimport ctypes\nctypes.string_at(0)\n"
# A fault at an address that is a memory's, but not in native code.
CRASH_IN_GUARD = """
import ctypes
address = ctypes.addressof(ctypes.c_char.from_buffer(world.memory.buffer))
ctypes.string_at(address + 65536)
"""


def test_faulthandler_before_and_after(guest_folder: Path) -> None:
    """As well as switched on and off, in the host and by a function that is called."""
    program = TRAP + (
        "import faulthandler\n"
        "trap()\n"
        "faulthandler.enable(); trap()\n"
        "faulthandler.disable(); trap()\n"
        "faulthandler.enable(); trap()\n"
        "faulthandler.disable(); trap()\n"
        "e = instantiate(host=lambda value: faulthandler.enable() or value)\n"
        "try: e.host_and_load(-4)\n"
        "except guest.Trap: pass\n"
        "else: raise AssertionError\n"
    )
    run(guest_folder, program)
    run(guest_folder, program, options=("-X", "faulthandler"))


@pytest.mark.parametrize("when", ["", "before", "after"])
@pytest.mark.parametrize("crash", [CRASH, CRASH_IN_GUARD])
def test_faults_of_others_end_the_process(
    guest_folder: Path, when: str, crash: str
) -> None:
    enable = "import faulthandler; faulthandler.enable(); trap()\n"
    program = TRAP + "trap()\n" + (enable if when == "after" else "") + crash
    options = ("-X", "faulthandler") if when == "before" else ()
    process = start(guest_folder, program, options=options)
    _, err = finish(process)
    assert process.returncode == -signal.SIGSEGV
    assert ("Fatal Python error: Segmentation fault" in err) == bool(when)
    assert err.count("Fatal Python error") <= 1


def test_a_signal_that_is_sent_ends_the_process(guest_folder: Path) -> None:
    program = TRAP + "trap()\nimport os, signal\nos.kill(os.getpid(), signal.SIGSEGV)"
    process = start(guest_folder, program)
    finish(process)
    assert process.returncode == -signal.SIGSEGV


def test_a_host_has_its_own_handler(guest_folder: Path) -> None:
    """Set before, it gets what is not ours; set after, both work once we have looked."""
    program = TRAP + (
        "import os, signal\n"
        "seen = []\n"
        "trap()\n"
        "signal.signal(signal.SIGSEGV, lambda *args: seen.append(args[0]))\n"
        "for _ in range(64): e.add(1, 2)\n"
        "trap()\n"
        "os.kill(os.getpid(), signal.SIGSEGV)\n"
        "assert seen == [signal.SIGSEGV], seen\n"
        "trap()\n"
    )
    # One that sends itself a signal goes on only because of the handler.
    run(guest_folder, program)


def test_wasmtime_in_the_same_process(guest_folder: Path) -> None:
    pytest.importorskip("wasmtime")
    program = TRAP + (
        "import wasmtime\n"
        "text = '(module (memory 1) (func (export \"f\") (param i32) (result i32)'\n"
        "text += ' (i32.load (local.get 0))))'\n"
        "engine = wasmtime.Engine()\n"
        "store = wasmtime.Store(engine)\n"
        "module = wasmtime.Module(engine, text)\n"
        "f = wasmtime.Instance(store, module, []).exports(store)['f']\n"
        "def other():\n"
        "    try: f(store, -1)\n"
        "    except wasmtime.Trap: return\n"
        "    raise AssertionError\n"
        "for _ in range(3): trap(); other()\n"
        # Always the same fault.
        "for _ in range(2000): other()\n"
        "import threading\n"
        "done = []\n"
        "def body():\n"
        "    store = wasmtime.Store(engine)\n"
        "    f = wasmtime.Instance(store, module, []).exports(store)['f']\n"
        "    e.add(1, 2)\n"
        "    for _ in range(300):\n"
        "        try: f(store, -1)\n"
        "        except wasmtime.Trap: done.append(1)\n"
        "threads = [threading.Thread(target=body) for _ in range(4)]\n"
        "for thread in threads: thread.start()\n"
        "for _ in range(300): trap()\n"
        "for thread in threads: thread.join()\n"
        "assert len(done) == 1200\n"
        "e = instantiate(host=lambda value: other() or value)\n"
        "assert e.host_and_load(0) == 0\n"
        "trap()\n"
    )
    run(guest_folder, program)


@pytest.mark.parametrize("faulthandler", [False, True])
def test_an_interrupt_ends_a_loop(guest_folder: Path, faulthandler: bool) -> None:
    program = TRAP + (
        "for name in ('loop', 'loop'):\n"
        "    try:\n"
        "        print('ready', flush=True)\n"
        "        e[name]()\n"
        "    except KeyboardInterrupt: break\n"
        "assert e.sum(10) == 55\n"
        "trap()\n"
    )
    options = ("-X", "faulthandler") if faulthandler else ()
    run(guest_folder, program, options=options, interrupt=True)


def test_interrupts_end_loops_again_and_again(guest_folder: Path) -> None:
    program = (
        "import os, signal, subprocess, sys\n"
        "code = 'import os, signal, sys, time; time.sleep(0.1);'\n"
        "code += ' os.kill(int(sys.argv[1]), signal.SIGINT)'\n"
        "for _ in range(5):\n"
        "    try:\n"
        "        killer = subprocess.Popen([sys.executable, '-c', code, str(os.getpid())])\n"
        "        e.loop()\n"
        "    except KeyboardInterrupt: pass\n"
        "    else: raise AssertionError\n"
        "    killer.wait()\n"
        "    assert e.sum(10) == 55\n"
    )
    run(guest_folder, program)


def test_an_interrupt_while_the_host_is_called(guest_folder: Path) -> None:
    """It is the host's; if the host takes it, code goes on."""
    program = (
        "import os, signal\n"
        "def host(value):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        for _ in range(100): pass\n"
        "    except KeyboardInterrupt: return e.sum(10) + value\n"
        "    raise AssertionError\n"
        "e = instantiate(host=host)\n"
        "assert e.call_host(1) == 56\n"
        "assert e.sum(10) == 55\n"
    )
    run(guest_folder, program)


def test_an_interrupt_with_a_handler_of_the_host(guest_folder: Path) -> None:
    """One that does not raise waits for the call to end."""
    program = (
        "import os, signal, subprocess, sys\n"
        "seen = []\n"
        "signal.signal(signal.SIGINT, lambda *args: seen.append(args[0]))\n"
        "for _ in range(64): e.add(1, 2)\n"
        "code = 'import os, signal, sys; os.kill(int(sys.argv[1]), signal.SIGINT)'\n"
        "killer = subprocess.Popen([sys.executable, '-c', code, str(os.getpid())])\n"
        "while not seen: assert e.sum(1 << 20)\n"
        "killer.wait()\n"
        "assert seen == [signal.SIGINT]\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "for _ in range(64): e.add(1, 2)\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    e.loop()\n"
        "except KeyboardInterrupt: sys.exit(0)\n"
        "raise AssertionError\n"
    )
    run(guest_folder, program, interrupt=True)


def test_faults_in_many_threads(guest_folder: Path) -> None:
    program = TRAP + (
        "import threading\n"
        "done = []\n"
        "def body():\n"
        "    for _ in range(50): trap()\n"
        "    done.append(1)\n"
        "threads = [threading.Thread(target=body) for _ in range(9)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
        "assert len(done) == 9\n"
    )
    run(guest_folder, program)


def test_children_that_are_forked(guest_folder: Path) -> None:
    program = TRAP + (
        "import os, threading\n"
        "trap()\n"
        "def fork():\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        trap()\n"
        "        os._exit(e.add(3, 4))\n"
        "    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7\n"
        "fork()\n"
        "thread = threading.Thread(target=fork)\n"
        "thread.start()\n"
        "thread.join()\n"
        "e = instantiate(host=lambda value: fork() or value)\n"
        "assert e.host_and_load(0) == 0\n"
        "trap()\n"
    )
    run(guest_folder, program)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at what Linux maps")
@pytest.mark.parametrize("options", [(), ("-X", "faulthandler")])
def test_handlers_have_room_and_a_guard(
    guest_folder: Path, options: tuple[str, ...]
) -> None:
    """Also where faulthandler has a stack for them, which is smaller, and has no guard."""
    program = TRAP + (
        "import ctypes, faulthandler\n"
        "class Stack(ctypes.Structure):\n"
        "    _fields_ = [('base', ctypes.c_void_p), ('flags', ctypes.c_int),\n"
        "                ('size', ctypes.c_size_t)]\n"
        "def check():\n"
        "    trap()\n"
        "    stack = Stack()\n"
        "    assert not ctypes.CDLL(None).sigaltstack(None, ctypes.byref(stack))\n"
        "    assert stack.size >= 65536, stack.size\n"
        "    with open('/proc/self/maps') as maps:\n"
        "        below = [line for line in maps if f'-{stack.base:x} ' in line]\n"
        "    assert '---p' in below[0], below\n"
        "check()\n"
        "faulthandler.enable()\n"
        "check()\n"
    )
    run(guest_folder, program, options=options)


def test_an_interrupt_ends_a_loop_of_the_child_of_a_thread(guest_folder: Path) -> None:
    program = (
        "import os, signal, sys, threading, time\n"
        "def fork():\n"
        "    e.add(1, 2)\n"
        "    read, write = os.pipe()\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        signal.alarm(20)\n"
        "        try:\n"
        "            os.write(write, b'.')\n"
        "            e.loop()\n"
        "        except KeyboardInterrupt: os._exit(7)\n"
        "        os._exit(1)\n"
        "    os.read(read, 1)\n"
        "    time.sleep(0.1)\n"
        "    os.kill(child, signal.SIGINT)\n"
        "    statuses.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        "statuses = []\n"
        "thread = threading.Thread(target=fork)\n"
        "thread.start()\n"
        "thread.join()\n"
        "assert statuses == [7], statuses\n"
    )
    run(guest_folder, program)
