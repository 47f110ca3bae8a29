"""How long native code goes on after Ctrl-C, and after its deadline."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import NamedTuple

import wasm2py
from tests.wasm_tools import assemble

SECONDS = 0.03
"""The deadline, and the time until a signal is sent."""

PROGRAM = """
(module
  (memory 32768)
  (func (export "tight loop") (loop br 0))
  (func (export "loop with loads") (local i32)
    (loop
      (local.set 0 (i32.and (i32.load (local.get 0)) (i32.const 0xfff0)))
      (br 0)))
  (func $down (param i32)
    (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "deep recursion") (loop (call $down (i32.const 20000)) (br 0)))
  (func (export "fill of 2 GiB")
    (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x7fffffff)) (br 0))))
"""

SENDER = """
import os, sys, time
for line in sys.stdin:
    time.sleep(float(sys.argv[2]))
    sent = time.monotonic()
    os.kill(int(sys.argv[1]), 2)
    print(sent, flush=True)
"""

Call = Callable[[], object]


class Delays(NamedTuple):
    """Milliseconds, of all attempts."""

    name: str
    what: str
    milliseconds: list[float]


@contextmanager
def _load(processes: int) -> Iterator[None]:
    """Have so many processes want a processor."""
    command = [sys.executable, "-c", "while True: pass"]
    started = [subprocess.Popen(command) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()


def after_interrupts(call: Call, attempts: int) -> list[float]:
    """Milliseconds from SIGINT, which another process sends, to KeyboardInterrupt."""
    found: list[float] = []
    command = [sys.executable, "-c", SENDER, str(os.getpid()), str(SECONDS)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as sender:
        assert sender.stdin is not None
        assert sender.stdout is not None
        while len(found) < attempts:
            sender.stdin.write("\n")
            sender.stdin.flush()
            try:
                call()
            except KeyboardInterrupt:
                ended = time.monotonic()
            found.append((ended - float(sender.stdout.readline())) * 1000)
        sender.stdin.close()
    return found


def after_deadlines(call: Call, attempts: int) -> list[float]:
    """Milliseconds from a call's deadline to the exception."""
    found: list[float] = []
    while len(found) < attempts:
        began = time.monotonic()
        try:
            call()
        except wasm2py.DeadlineReached:
            found.append((time.monotonic() - began - SECONDS) * 1000)
    return found


def in_threads(calls: list[Call], attempts: int) -> list[float]:
    """The same for calls in threads of their own, at the same time."""
    found: list[float] = []

    def run(call: Call) -> None:
        found.extend(after_deadlines(call, attempts))

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def delays(attempts: int, load: int) -> Iterator[Delays]:
    """Those of loops and recursion, while so many processes want a processor, too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with TemporaryDirectory() as folder, _load(load):
        yield from _delays(folder, attempts)


def _delays(folder: str, attempts: int) -> Iterator[Delays]:
    module = wasm2py.compile(assemble(PROGRAM), target="c", cache=folder)
    in_time = wasm2py.Limits(deadline=SECONDS)
    for name in ("tight loop", "loop with loads", "deep recursion", "fill of 2 GiB"):
        call = wasm2py.instantiate(module).exports[name]
        yield Delays(name, "Ctrl-C", after_interrupts(call, attempts))
        call = wasm2py.instantiate(module, limits=in_time).exports[name]
        yield Delays(name, "deadline", after_deadlines(call, attempts))
    for count, name in ((1, "tight loop in a thread"), (2, "two of them")):
        made = [
            wasm2py.instantiate(module, limits=in_time, release_gil=True)
            for _ in range(count)
        ]
        calls = [instance.exports["tight loop"] for instance in made]
        yield Delays(name, "deadline", in_threads(calls, attempts))
