"""A module's bytes on their way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Source(NamedTuple):
    """Bytes that arrive.

    ``name`` is for messages, ``total`` the number of bytes, if it is known, ``note``
    what is to be said once they have turned out to be a module.
    """

    name: str
    chunks: Iterator[bytes]
    total: int | None
    note: str | None = None
