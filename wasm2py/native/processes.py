"""Compilers at work: a number of processes at a time, which end when they are to."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, Final, ParamSpec, TypeVar

from wasm2py.errors import BuildError
from wasm2py.native.messages import first_error

_P = ParamSpec("_P")
_Result = TypeVar("_Result")

# Bytes of what a compiler says that are looked at; one that says more is ended.
_MOST_SAID: Final = 1 << 20
# More at a time would need more memory than machines have for each of their processors.
_MOST: Final = 16


def available_processors() -> int:
    """How many compilers may run at a time to some purpose."""
    if hasattr(os, "sched_getaffinity"):
        return min(_MOST, len(os.sched_getaffinity(0)))
    return min(_MOST, os.cpu_count() or 1)


class Processes:
    """Runs commands, some at a time, each in a process group of its own.

    A signal from the terminal reaches this process only, which ends the others: `close`
    leaves none behind.
    """

    def __init__(self, number: int) -> None:
        self._threads = ThreadPoolExecutor(number, "wasm2py-compiler")
        self._futures: list[Future[Any]] = []
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self._closed = False

    def submit(
        self, name: str, command: Sequence[str], folder: Path, made: str
    ) -> Future[None]:
        """Have a command run in a folder, which makes a file there; `name` is what people call it.

        The future raises BuildError where the command fails, or has made no such file.
        """
        return self._begin(self._make, name, command, folder, made)

    def ask(
        self, name: str, command: Sequence[str], folder: Path
    ) -> Future[tuple[int, bytes]]:
        """Have a command run in a folder: its exit status, and what it says.

        The future raises BuildError where the command does not run, or never stops talking.
        """
        return self._begin(self._run, name, command, folder)

    def _begin(
        self, function: Callable[_P, _Result], *args: _P.args, **kwargs: _P.kwargs
    ) -> Future[_Result]:
        future = self._threads.submit(function, *args, **kwargs)
        self._futures.append(future)
        return future

    def close(self) -> None:
        """End all that runs, at once."""
        with self._lock:
            self._closed = True
            for process in self._running:
                _kill(process)
        for future in self._futures:
            _let_go(future)
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _make(self, name: str, command: Sequence[str], folder: Path, made: str) -> None:
        status, said = self._run(name, command, folder)
        if status:
            raise BuildError(first_error(name, status, said))
        if not (folder / made).is_file():
            raise BuildError(f"{name} says that all is well, and has made no {made}")

    def _run(
        self, name: str, command: Sequence[str], folder: Path
    ) -> tuple[int, bytes]:
        with self._lock:
            if self._closed:
                raise BuildError(f"{name} was not started any more")
            process = _start(name, command, folder)
            self._running.add(process)
        try:
            said = _said(process)
        finally:
            with self._lock:
                self._running.discard(process)
        if len(said) == _MOST_SAID:
            why = first_error(name, 1, said)
            raise BuildError(f"{why} (and more than a megabyte beside that)")
        return process.returncode, said


def ask(name: str, command: Sequence[str], folder: Path) -> tuple[int, bytes]:
    """The exit status and the words of a command that is run on its own; none is left behind.

    In a thread, like the others: an interrupt while a process is started would leave one
    that nobody knows.
    """
    processes = Processes(1)
    try:
        return processes.ask(name, command, folder).result()
    finally:
        processes.close()


def _let_go(future: Future[Any]) -> None:
    """Unlock a future that an interrupt of this thread has left locked.

    `wait` locks all futures, and an interrupt at that moment leaves them so: the threads that
    are to say what came of their processes would wait for ever, and so would who waits for them.
    """
    condition: Any = future._condition
    while condition._is_owned():
        condition.release()


def _said(process: subprocess.Popen[bytes]) -> bytes:
    """What a process says until it ends, within bounds."""
    assert process.stdout is not None
    with process.stdout as output:
        said = output.read(_MOST_SAID)
        if len(said) == _MOST_SAID:
            _kill(process)
    process.wait()
    return said


def _start(name: str, command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # What a compiler that is ended leaves behind is in the folder, too; and what it
            # says is to be in the language that is looked for.
            env={**os.environ, "TMPDIR": str(folder), "LC_ALL": "C"},
            process_group=0,
        )
    except OSError as error:
        reason = error.strerror or str(error)
        raise BuildError(f"{name} does not run: {reason}") from error


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it has started."""
    if process.returncode is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
