"""A module's bytes on their way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Source(NamedTuple):
    """Bytes that arrive: ``name`` is for messages, ``total`` their number, if known."""

    name: str
    chunks: Iterator[bytes]
    total: int | None
