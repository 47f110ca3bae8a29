"""How far a translation has come, shown on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from wasm2py.commands.compilation import Report
from wasm2py.native.build import Built
from wasm2py.targets.base import FunctionCode
from wasm2py.translation.translator import Translator


@contextmanager
def shown_progress(total: int | None, quiet: bool) -> Iterator[Report | None]:
    """A report that is shown while the body runs; None where nobody would see it.

    ``total`` is the number of bytes that will come; if it is unknown, a pulse tells
    that something is going on.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    # Importing rich takes longer than translating a small module.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TransferSpeedColumn,
    )

    columns = (
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[functions]:,} functions"),
        TextColumn("{task.fields[files]}"),
        TransferSpeedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total, functions=0, files="")

        def translated(translator: Translator, codes: list[FunctionCode]) -> None:
            progress.update(
                task,
                completed=translator.bytes_received,
                functions=len(translator.codes),
            )

        def compiled(built: Built) -> None:
            progress.update(task, files=f"{built.done} of {built.known} files compiled")

        yield Report(translated, compiled)
