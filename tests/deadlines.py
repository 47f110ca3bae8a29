"""Deadlines that come while the host is called, however busy the machine is."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep

from wasm2py_runtime.deadline import time_left


def until_called(attempt: Callable[[float], bool]) -> None:
    """Try with deadlines that are further away until the host has been called in time."""
    assert any(map(attempt, (0.05, 0.5, 5)))


def outlast() -> None:
    """Go on until the time is up of the call that this host is called from."""
    while time_left() > 0:
        sleep(0.01)
