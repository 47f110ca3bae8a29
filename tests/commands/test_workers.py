"""The processes behind --jobs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from tests.commands.running import ENVIRONMENT, interruptible
from wasm2py.binary.reader import Reader
from wasm2py.errors import CompileError, UnexpectedEnd
from wasm2py.translation.workers import Workers


@pytest.fixture
def workers() -> Iterator[Workers]:
    executor = Workers(2)
    yield executor
    executor.shutdown(cancel_futures=True)


def test_calls(workers: Workers) -> None:
    futures = [workers.submit(pow, number, 2, mod=7) for number in range(100)]
    assert [future.result() for future in futures] == [n * n % 7 for n in range(100)]
    assert list(workers.map(str, range(5))) == list("01234")
    data = bytes(10_000_000)
    assert workers.submit(bytes.upper, data).result() == data


def test_errors(workers: Workers) -> None:
    with pytest.raises(ZeroDivisionError):
        workers.submit(divmod, 1, 0).result()
    with pytest.raises(CompileError) as caught:
        workers.submit(Reader.u32, Reader(b"\xff", 5, 3)).result()
    assert (type(caught.value), caught.value.offset) == (UnexpectedEnd, 5)
    with pytest.raises((TypeError, AttributeError), match="pickle"):
        workers.submit(lambda: None).result()
    assert workers.submit(len, "abc").result() == 3


def test_what_prints_does_no_harm() -> None:
    program = """if True:
        from wasm2py.translation.workers import Workers
        with Workers(1) as workers:
            workers.submit(print, "text").result()
            workers.submit(print, "more", flush=True).result()
            print(workers.submit(len, "abc").result())
    """
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=ENVIRONMENT
    )
    assert (run.stdout, run.stderr) == ("3\n", "text\nmore\n")


def test_a_worker_that_dies() -> None:
    with Workers(1) as workers:
        first, second = workers.submit(os.abort), workers.submit(len, "")
        for future in (first, second):
            with pytest.raises(BrokenExecutor):
                future.result(30)


def test_no_call_after_the_end() -> None:
    workers = Workers(1)
    last = workers.submit(time.sleep, 0.1)
    workers.shutdown()
    assert last.result(0) is None
    with pytest.raises(RuntimeError, match="shut down"):
        workers.submit(len, "")


def test_an_end_that_does_not_wait() -> None:
    workers = Workers(2)
    futures = [workers.submit(time.sleep, 300) for _ in range(5)]
    began = time.monotonic()
    workers.shutdown(cancel_futures=True)
    assert time.monotonic() - began < 60
    assert all(future.done() for future in futures)


def test_signals_are_not_theirs(workers: Workers) -> None:
    processes = [worker.pid for worker in workers._workers]
    for pid in processes:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(pid, number)
    pids = {workers.submit(os.getpid).result(30) for _ in range(4)}
    assert pids <= set(processes)
    # This process hears of them as before.
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_they_do_not_survive(tmp_path: Path) -> None:
    """Whatever the first process dies of."""
    program = """if True:
        import os, time
        from wasm2py.translation.workers import Workers
        workers = Workers(2)
        print(*[workers.submit(os.getpid).result() for _ in range(2)], flush=True)
        time.sleep(60)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        preexec_fn=interruptible,
    )
    assert process.stdout is not None
    pids = set(map(int, process.stdout.readline().split()))
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    while any(map(_is_alive, pids)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_the_users_path_is_not_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty part of PYTHONPATH, for instance, is the working directory."""
    (tmp_path / "struct.py").write_text("raise SystemExit('executed')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep)
    monkeypatch.chdir(tmp_path)
    with Workers(1) as workers:
        assert workers.submit(len, "abc").result(30) == 3
