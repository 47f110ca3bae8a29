"""Where the command line reads modules from: URLs, files, standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BufferedReader
from pathlib import Path
from typing import cast

from wasm2py.sources.errors import SourceError
from wasm2py.sources.source import Source

__all__ = ["DEFAULT_TIMEOUT", "Source", "SourceError", "open_source"]

DEFAULT_TIMEOUT = 20.0
_CHUNK = 64 * 1024


def open_source(
    text: str, timeout: float = DEFAULT_TIMEOUT
) -> AbstractContextManager[Source]:
    """Open what a SOURCE argument names: an http(s) URL, ``-``, or a file.

    ``timeout`` is how many seconds of silence a server is granted. Entering raises
    ``SourceError`` if the source cannot be had, and so does reading its chunks.
    """
    if text.lower().startswith(("http://", "https://")):
        # Importing an HTTP client takes longer than translating a small file.
        from wasm2py.sources.web import open_url

        return open_url(text, timeout)
    if text == "-":
        return _open_stdin()
    return _open_file(text)


@contextmanager
def _open_stdin() -> Iterator[Source]:
    if sys.stdin is None:
        raise SourceError("there is no standard input")
    stream = cast(BufferedReader, sys.stdin.buffer)
    # read1 gives what is there, where read would wait for a whole chunk.
    chunks = iter(lambda: stream.read1(_CHUNK), b"")
    yield Source("standard input", chunks, None)


@contextmanager
def _open_file(text: str) -> Iterator[Source]:
    try:
        file = Path(text).open("rb", buffering=0)  # noqa: SIM115 - closed below
    except OSError as error:
        raise SourceError(f"{text}: {_reason(error)}") from error
    with file:
        chunks = iter(lambda: file.read(_CHUNK), b"")
        # Pipes and devices have no size.
        yield Source(text, chunks, os.fstat(file.fileno()).st_size or None)


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "this is a folder, not a WebAssembly module"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return error.strerror or type(error).__name__
