"""What a compiler says, as one line."""

from __future__ import annotations

import re
import signal
from typing import Final

_ERROR: Final = re.compile(r"\berror\b|\bfatal\b|: undefined ", re.IGNORECASE)
_LONGEST: Final = 300


def first_error(name: str, status: int, output: bytes) -> str:
    """Why a compiler has failed: its first error, else its first words, else its exit status."""
    text = output.decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = next((line for line in lines if _ERROR.search(line)), None)
    if said is None and status < 0:
        return f"{name} was killed by {_signal(-status)} (out of memory?)"
    if said is None:
        said = lines[0] if lines else f"exit status {status}, without a word"
    return f"{name} failed: {said[:_LONGEST]}"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
