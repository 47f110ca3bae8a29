"""Giving a source to what takes bytes, and saying what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from wasm2py.commands.failures import Failure
from wasm2py.errors import CompileError
from wasm2py.sources import Source, SourceError
from wasm2py.sources.looks import PREFIX_LENGTH, looks_like

_HEADER_LENGTH = 8
# So many bytes tell most kinds of files; more is not worth waiting for.
_TELLING_LENGTH = 16


def feed(source: Source, receive: Callable[[bytes], object]) -> float:
    """Call ``receive`` with each piece of a source, and with b"" at the end.

    Gives the time (of ``time.monotonic``) at which the last byte arrived. Raises
    ``Failure`` for the ``CompileError`` of ``receive``, and ``SourceError``.
    """
    last = monotonic()
    prefix = b""
    try:
        for chunk in source.chunks:
            if chunk:
                last = monotonic()
                prefix += chunk[: PREFIX_LENGTH - len(prefix)]
                receive(chunk)
        receive(b"")
    except CompileError as error:
        looks = None
        if (error.offset or 0) < _HEADER_LENGTH:
            looks = looks_like(_completed(prefix, source))
        message = str(error)
        if looks is not None:
            message = f"not a WebAssembly module: it looks like {looks}"
        raise Failure(f"{source.name}: {message}") from error
    return last


def _completed(prefix: bytes, source: Source) -> bytes:
    """The prefix, made long enough to be telling if there is more."""
    try:
        while len(prefix) < _TELLING_LENGTH:
            prefix += next(source.chunks)[:PREFIX_LENGTH]
    except (StopIteration, SourceError):
        return prefix
    return prefix
