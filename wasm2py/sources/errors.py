"""Why a source cannot be had."""

from __future__ import annotations


class SourceError(Exception):
    """A source cannot be read; the message is one line, for the one who named it."""
