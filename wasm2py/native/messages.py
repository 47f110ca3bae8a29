"""What a compiler says, as one line."""

from __future__ import annotations

import re
import signal
from typing import Final

_ERROR: Final = re.compile(r"\berror\b|\bfatal\b|: undefined ", re.IGNORECASE)
# What a compiler says of another program's failure, which has said why.
_PASSED_ON: Final = re.compile(
    r"\bld returned \d+ exit status|\blinker command failed with exit code"
)
_LONGEST: Final = 300


def first_error(name: str, status: int, output: bytes) -> str:
    """Why a compiler has failed: its first error, else its first words, else its exit status."""
    text = output.decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    own = [line for line in lines if not _PASSED_ON.search(line)]
    said = next((line for line in own if _ERROR.search(line)), None)
    if said is None and own and own != lines:
        said = own[-1]
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
