"""Names of test parameters."""

from __future__ import annotations


def without_address(value: object) -> str:
    """A value's repr without its address: processes must agree on a test's name."""
    return repr(value).partition(" at 0x")[0]
