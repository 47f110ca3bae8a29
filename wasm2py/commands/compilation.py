"""From a source to a package: what `wasm2py compile` does."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from wasm2py.commands.failures import Failure
from wasm2py.commands.feeding import feed
from wasm2py.features import Features
from wasm2py.function import DEFAULT_OPTIONS, FunctionCode, Options
from wasm2py.package.directory import check_destination
from wasm2py.package.writer import DEFAULT_OPTIONS as DEFAULT_PACKAGE
from wasm2py.package.writer import PackageOptions, write_package
from wasm2py.sources import Source
from wasm2py.translator import Translator

Report = Callable[[Translator, list[FunctionCode]], object]
"""Called after each piece of the module, with the functions finished meanwhile."""


class Compilation(NamedTuple):
    """What is asked for. ``jobs`` is the number of translating processes."""

    directory: Path
    features: Features
    options: Options = DEFAULT_OPTIONS
    package: PackageOptions = DEFAULT_PACKAGE
    force: bool = False
    jobs: int = 1


class Summary(NamedTuple):
    """What has been done: sizes in bytes, times in seconds.

    ``lag`` is how long after the last byte had arrived the package was ready.
    """

    functions: int
    bytes_in: int
    bytes_out: int
    seconds: float
    lag: float


def compile_package(
    source: Source, wanted: Compilation, report: Report | None = None
) -> Summary:
    """Translate a module as its bytes arrive, and write the package.

    Raises ``Failure`` for what is no module or no valid one, ``SourceError``,
    ``FileExistsError`` and ``OSError``.
    """
    started = monotonic()
    check_destination(wanted.directory, wanted.force)
    with _executor(wanted.jobs) as executor:
        translator = Translator(wanted.features, wanted.options, executor)

        def receive(data: bytes) -> None:
            codes = translator.receive(data)
            if report is not None:
                report(translator, codes)

        last_byte = feed(source, receive)
    translation = translator.finish()
    try:
        size = write_package(
            translation, wanted.directory, wanted.package, force=wanted.force
        )
    except FileExistsError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"cannot write {wanted.directory}: {reason}; nothing was written"
        raise Failure(message) from error
    ready = monotonic()
    return Summary(
        functions=len(translation.codes),
        bytes_in=translator.bytes_received,
        bytes_out=size,
        seconds=ready - started,
        lag=ready - last_byte,
    )


@contextmanager
def _executor(jobs: int) -> Iterator[Executor | None]:
    if jobs == 1:
        yield None
        return
    # A forked process would inherit the locks of threads that it does not have.
    executor = ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), initializer=_leave_interrupts
    )
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl-C reaches all processes of a terminal; the first one ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
