"""Processes that translate functions: the executor behind ``--jobs``.

A worker runs code of the standard library and of wasm2py, whatever lies in the working
directory: its search path holds nothing else. `multiprocessing` cannot promise that: its
processes begin with the working directory at the head of their path.

Calls and results are pickles on the worker's standard input and output. A worker whose
input ends is done, so none survives this process.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, Any, Final, ParamSpec, TypeVar, cast

import wasm2py
import wasm2py_runtime

P = ParamSpec("P")
T = TypeVar("T")

# Neither the working directory (-P) nor installed packages (-S): what a worker needs
# beside the standard library is in the folders that it is told.
_PROGRAM: Final = (
    "import sys; sys.path += sys.argv[1:];"
    "from wasm2py.translation.workers import serve; serve()"
)
# Ctrl-C reaches all processes of a terminal; the first one ends the others.
_LEFT_TO_THE_FIRST: Final = ("SIGINT", "SIGTERM", "SIGHUP")

# A function and its arguments, which are pickled only when their turn has come.
_Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class Workers(Executor):
    """A number of processes, started at once; each runs one call at a time.

    Functions, arguments and results must be picklable. What a function raises is raised
    by its future; where a process has died, that is a ``BrokenExecutor``.
    """

    def __init__(
        self, number: int, prepare: Callable[[], object] | None = None
    ) -> None:
        self._tasks: SimpleQueue[tuple[Future[Any], _Call] | None] = SimpleQueue()
        self._lock = Lock()
        self._closed = False
        self._workers: list[subprocess.Popen[bytes]] = []
        self._threads: list[Thread] = []
        for _ in range(number):
            with _signals_left_to_this_process():
                worker = _start()
            self._workers.append(worker)
            # An interruption may leave them behind, and nothing is to wait for them then.
            thread = Thread(target=self._attend, args=(worker, prepare), daemon=True)
            self._threads.append(thread)
            thread.start()

    def submit(
        self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Have a process call a function."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the workers have been shut down")
            self._tasks.put((future, (fn, args, kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes: when all calls are done, or at once with `cancel_futures`."""
        with self._lock:
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._tasks.put(None)
        if cancel_futures:
            for worker in self._workers:
                worker.kill()
        if wait:
            for thread in self._threads:
                thread.join()

    def _attend(
        self,
        worker: subprocess.Popen[bytes],
        prepare: Callable[[], object] | None,
    ) -> None:
        """Give a worker one call after the other (in a thread of its own)."""
        calls, results = cast(IO[bytes], worker.stdin), cast(IO[bytes], worker.stdout)
        # Closing the pipe to a worker that has died fails once more.
        with suppress(BrokenPipeError), worker:
            if prepare is not None:
                _call(calls, results, (prepare, (), {}))
            while (task := self._tasks.get()) is not None:
                future, call = task
                if not future.set_running_or_notify_cancel():
                    continue
                result, error = _call(calls, results, call)
                if error is None:
                    future.set_result(result)
                else:
                    future.set_exception(error)


def _start() -> subprocess.Popen[bytes]:
    folders = {
        str(Path(package).absolute().parents[1])
        for package in (wasm2py.__file__, wasm2py_runtime.__file__)
    }
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONPATH"
    }
    options = ["-P", "-S"] + ["-B"] * sys.dont_write_bytecode
    return subprocess.Popen(
        [sys.executable, *options, "-c", _PROGRAM, *sorted(folders)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        # On Windows, what a blocked signal is elsewhere.
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


@contextmanager
def _signals_left_to_this_process() -> Iterator[None]:
    """Start processes that never hear of an interruption, not even while they start."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    numbers = [getattr(signal, name) for name in _LEFT_TO_THE_FIRST]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _call(
    calls: IO[bytes], results: IO[bytes], call: _Call
) -> tuple[Any, BaseException | None]:
    """What a worker answers: a result, or else an exception."""
    try:
        pickle.dump(call, calls, pickle.HIGHEST_PROTOCOL)
        calls.flush()
        result, error = pickle.load(results)
    except (OSError, EOFError, pickle.UnpicklingError):
        return None, BrokenExecutor("a worker has died")
    except Exception as error:  # noqa: BLE001 - it is the caller's
        return None, error
    return result, error


def serve() -> None:
    """Do what is asked for on standard input until it ends (in a worker)."""
    calls = sys.stdin.buffer
    # Whatever prints something must not print it between the results.
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        while True:
            function, arguments, options = pickle.load(calls)
            results.write(_answer(function, arguments, options))
            results.flush()
    except (EOFError, BrokenPipeError, MemoryError):
        # Without the end of an interpreter: nothing is left to be done.
        os._exit(0)


def _answer(function: Any, arguments: Any, options: Any) -> bytes:
    answer: tuple[Any, Exception | None]
    try:
        answer = function(*arguments, **options), None
    except Exception as error:  # noqa: BLE001 - it is the caller's
        answer = None, error
    return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
