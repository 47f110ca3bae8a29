"""Where the command line reads modules from: URLs, files, standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BufferedReader
from typing import Final, cast

from wasm2py.sources.errors import SourceError
from wasm2py.sources.source import Source

__all__ = [
    "DEFAULT_DEADLINE",
    "DEFAULT_TIMEOUT",
    "Source",
    "SourceError",
    "open_source",
]

DEFAULT_TIMEOUT: Final = 20.0
"""Seconds of silence that a server is granted."""

DEFAULT_DEADLINE: Final = 1800.0
"""Seconds until the last byte: large modules are translated while they arrive, and that
may take longer than the transfer."""

_CHUNK: Final = 64 * 1024


def open_source(
    text: str, timeout: float = DEFAULT_TIMEOUT, deadline: float = DEFAULT_DEADLINE
) -> AbstractContextManager[Source]:
    """Open what a SOURCE argument names: a URL (http, https, file), ``-``, or a file.

    ``timeout`` is how many seconds of silence a server is granted, ``deadline`` how many
    seconds until the last byte. Entering raises ``SourceError`` if the source cannot be
    had, and so does reading its chunks.
    """
    # Importing an HTTP client takes longer than translating a small file.
    if text.lower().startswith(("http://", "https://")):
        from wasm2py.sources.web import open_url

        return open_url(text, timeout, deadline)
    if text == "-":
        return _open_stdin()
    from wasm2py.sources.files import file_of_url, open_file

    if not text:
        raise SourceError(
            "SOURCE is empty: name a file, an http(s) URL, or - for standard input"
        )
    if text.lower().startswith("file:"):
        text = file_of_url(text)
    return open_file(text)


@contextmanager
def _open_stdin() -> Iterator[Source]:
    if sys.stdin is None:
        raise SourceError("there is no standard input")
    stream = cast(BufferedReader, sys.stdin.buffer)
    # read1 gives what is there, where read would wait for a whole chunk.
    chunks = iter(lambda: stream.read1(_CHUNK), b"")
    yield Source("standard input", chunks, None)
