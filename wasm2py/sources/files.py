"""Modules from files, and what to say of names that are not those of files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from wasm2py.sources.errors import SourceError
from wasm2py.sources.source import Source

_CHUNK: Final = 64 * 1024

_SERVER = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+):\d+(/.*)?", re.ASCII | re.IGNORECASE)
# One letter is a drive of Windows.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)


@contextmanager
def open_file(name: str) -> Iterator[Source]:
    """A file as a source; see `open_source`."""
    try:
        file = Path(name).open("rb", buffering=0)  # noqa: SIM115 - closed below
    except (OSError, ValueError) as error:
        raise SourceError(f"{name}: {_reason(name, error)}") from error
    with file:
        chunks = iter(lambda: file.read(_CHUNK), b"")
        # Pipes and devices have no size.
        yield Source(name, chunks, os.fstat(file.fileno()).st_size or None)


def file_of_url(url: str) -> str:
    """The file that a ``file:`` URL names; raises SourceError if it names none here."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise SourceError(f"{url}: not a usable URL: {error}") from error
    if parts.netloc.lower() not in ("", "localhost"):
        raise SourceError(
            f"{url}: a file: URL names a file of this machine: write"
            " file:///path/to/module.wasm, with three slashes and no host"
        )
    if not parts.path.startswith("/"):
        raise SourceError(
            f"{url}: a file: URL has a whole path: file:///path/to/module.wasm"
        )
    if os.name == "nt":
        # With it come a client for HTTP and TLS.
        from urllib.request import url2pathname

        return url2pathname(parts.path)
    return os.fsdecode(unquote_to_bytes(parts.path))


def _reason(name: str, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return _not_a_file(name)
    if isinstance(error, IsADirectoryError):
        return "this is a folder, not a WebAssembly module"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, ValueError):
        return f"not a usable file name: {error}"
    return error.strerror or type(error).__name__


def _not_a_file(name: str) -> str:
    """Why there is no such file, going by what else the name may mean."""
    if _SERVER.fullmatch(name):
        return f"there is no such file; if it is on a server, write http://{name}"
    scheme = _SCHEME.match(name)
    if scheme is None:
        return "there is no such file"
    if scheme[1].lower() in ("http", "https"):
        return f"not a usable URL: it must begin with {scheme[1].lower()}://"
    return (
        f"there is no such file, and modules cannot be read from {scheme[1]}: addresses;"
        " download the module and name the file, or give its http(s) URL"
    )
