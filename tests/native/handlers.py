"""A process in which several have set handlers of signals: what they do, step by step.

python -m tests.native.handlers LIBRARY PACKAGE OTHER_PACKAGE STEP...
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.native.world import World

# Handlers are looked for at every 64th call: in these, but not at the next ones.
_CALLS = 80


class Process:
    """What the steps have in common; each is a method."""

    def __init__(self, library: str, package: str, other: str) -> None:
        self._host = ctypes.CDLL(library)
        self._folders = {"package": package, "other": other}
        self._used: dict[str, tuple[Any, Any]] = {}
        self._wasmtime: Any = None

    def package(self) -> None:
        """Have a trap in a package, which sees to its handlers before."""
        self._use("package")

    def other(self) -> None:
        """The same in one of another version."""
        self._use("other")

    def _use(self, name: str) -> None:
        if name not in self._used:
            folder = Path(self._folders[name])
            sys.path.insert(0, str(folder.parent))
            package: Any = import_module(folder.name)
            assert package.target == "c"
            instance = package.instantiate({"env": World(package).env})
            self._used[name] = package, instance.exports
        _, exports = self._used[name]
        for _ in range(_CALLS):
            exports.add(1, 2)
        self._trap(name)

    def traps(self) -> None:
        """Have traps in all packages, which do not see to their handlers before."""
        for name in self._used:
            for _ in range(3):
                self._trap(name)

    def blocked(self) -> None:
        """Block all signals in this thread."""
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())

    def _trap(self, name: str) -> None:
        api, exports = self._used[name]
        try:
            exports.load(-1)
        except api.Trap as error:
            assert str(error) == "out of bounds memory access"
        else:
            raise AssertionError

    def wasmtime(self) -> None:
        """Have a trap of wasmtime's."""
        import wasmtime

        if self._wasmtime is None:
            engine = wasmtime.Engine()
            text = (
                '(module (memory 1) (func (export "load") (param i32) (result i32)'
                " (i32.load (local.get 0))))"
            )
            store = wasmtime.Store(engine)
            instance = wasmtime.Instance(store, wasmtime.Module(engine, text), [])
            self._wasmtime = store, instance.exports(store)["load"]
        store, load = self._wasmtime
        for _ in range(3):
            try:
                load(store, -1)
            except wasmtime.Trap:
                continue
            raise AssertionError

    def faulthandler(self) -> None:
        """Switch it on."""
        faulthandler.enable()

    def dumps(self) -> None:
        """Have it write where the process is, and send the interrupt to who was before it."""
        faulthandler.register(signal.SIGINT, chain=True)

    def no_dumps(self) -> None:
        """Have it no more."""
        faulthandler.unregister(signal.SIGINT)

    def no_faulthandler(self) -> None:
        """Switch it off."""
        faulthandler.disable()

    def host(self) -> None:
        """Have the host set its handler of faults."""
        assert not self._host.take(signal.SIGSEGV)

    def host_interrupts(self) -> None:
        """Have the host set its handler of interrupts."""
        assert not self._host.take(signal.SIGINT)

    def pages(self) -> None:
        """Have its handler map pages as they are met."""
        assert self._host.read_pages() == 4096

    def probes(self) -> None:
        """Have its handler jump."""
        assert self._host.probe_in_thread() == 100

    def python(self) -> None:
        """Set a handler of Python's."""
        signal.signal(signal.SIGSEGV, lambda number, frame: print("handled"))

    def default(self) -> None:
        """Set the default action."""
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)

    def ignored(self) -> None:
        """Have the signal ignored."""
        signal.signal(signal.SIGSEGV, signal.SIG_IGN)

    def sent(self) -> None:
        """Send the signal, which is no fault."""
        os.kill(os.getpid(), signal.SIGSEGV)

    def interrupt(self) -> None:
        """Have loops of all packages interrupted."""
        code = "import os, sys, time; time.sleep(0.1); os.kill(int(sys.argv[1]), 2)"
        for _, exports in self._used.values():
            command = [sys.executable, "-c", code, str(os.getpid())]
            with subprocess.Popen(command):
                try:
                    exports.loop()
                except KeyboardInterrupt:
                    continue
                raise AssertionError

    def crash(self) -> None:
        """Have a fault that is nobody's."""
        print("crash", flush=True)
        ctypes.string_at(8)

    def crash_in_thread(self) -> None:
        """Have one in a thread that neither Python nor a package knows."""
        print("crash", flush=True)
        self._host.crash_in_thread()


if __name__ == "__main__":
    process = Process(*sys.argv[1:4])
    for step in sys.argv[4:]:
        getattr(process, step)()
    print("done")
