"""What commands that read modules have in common: opening a source, and what they print."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from keyword import iskeyword
from typing import TYPE_CHECKING

import typer

from wasm2py.commands.failures import one_line
from wasm2py.sources import Source, open_source

if TYPE_CHECKING:
    from wasm2py.commands.compilation import Compilation, Summary
    from wasm2py.inspection import ComponentInspection, Inspection


@contextmanager
def opened(
    source: str, timeout: float, deadline: float, quiet: bool = False
) -> Iterator[Source]:
    """A source; notes on it are printed if all goes well."""
    with open_source(source, timeout, deadline) as found:
        yield found
    if found.note is not None and not quiet:
        note(found.note)


def inspected(
    source: str, scripts: list[str] | None, timeout: float, deadline: float
) -> Inspection | ComponentInspection:
    """What can be told of a module, or component, without translating it.

    With names from scripts, for a module.
    """
    from wasm2py.commands.feeding import feed
    from wasm2py.commands.names import names_from, with_names
    from wasm2py.inspection import ComponentInspection, Inspector

    names = names_from(scripts, timeout, deadline)
    inspector = Inspector()
    with opened(source, timeout, deadline) as found:
        feed(found, inspector.receive)
    inspection = inspector.finish()
    if names is None or isinstance(inspection, ComponentInspection):
        return inspection
    return with_names(inspection, names, note)


def translated(source: Source, wanted: Compilation, quiet: bool) -> Summary:
    """Translate and write what is wanted; progress and what has been done are shown."""
    from wasm2py.commands.compilation import compile_module
    from wasm2py.commands.progress import shown_progress
    from wasm2py.translation.collector import rare_collections

    with (
        shown_progress(source.total, quiet) as report,
        rare_collections(),
    ):
        summary = compile_module(source, wanted, report)
    if not quiet:
        typer.echo(
            f"{one_line(str(summary.path))}: {summary.functions:,} functions,"
            f" {summary.bytes_in:,} bytes in, {summary.bytes_out:,} bytes out,"
            f" {summary.seconds:.2f} s; ready {summary.lag:.2f} s after the last byte"
        )
    return summary


def note(text: str) -> None:
    """Tell the user something that they should know and that is not a failure."""
    typer.echo(f"wasm2py: {one_line(text)}", err=True)


def unheard(text: str) -> None:
    """Drop a note, where only errors are to be printed."""


def note_unusual_name(name: str) -> None:
    """Say what stands in the way of importing a package by its name."""
    if not name.isidentifier() or iskeyword(name):
        note(
            "an import statement cannot name this package:"
            f" use importlib.import_module({name!a})"
        )
    elif name in sys.stdlib_module_names:
        note(
            f"{name} is a module of the standard library, too: whichever comes first"
            " on sys.path is imported, also by others; choose another name"
        )
