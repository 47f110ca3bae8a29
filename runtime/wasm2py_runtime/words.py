"""Arithmetic on signed 64-bit machine words, which wraps around.

Code that is tuned for PyPy keeps an i64 as such a word: PyPy compiles these functions, its
own, to single instructions, and keeps an integer that does not fit as a long one. Elsewhere they are
what they say, so that such code runs everywhere.
"""

from __future__ import annotations

try:
    from __pypy__.intop import (  # type: ignore[import-not-found, unused-ignore]
        int_add,
        int_lshift,
        int_mul,
        int_sub,
        uint_rshift,
    )
except ImportError:
    _HALF = 0x8000000000000000
    _MASK = 0xFFFFFFFFFFFFFFFF

    def _word(x: int) -> int:
        return ((x + _HALF) & _MASK) - _HALF

    def int_add(x: int, y: int) -> int:
        return _word(x + y)

    def int_sub(x: int, y: int) -> int:
        return _word(x - y)

    def int_mul(x: int, y: int) -> int:
        return _word(x * y)

    def int_lshift(x: int, count: int) -> int:
        """``count`` is from 0 to 63."""
        return _word(x << count)

    def uint_rshift(x: int, count: int) -> int:
        """Zeros come in from the left; ``count`` is from 0 to 63."""
        return _word((x & _MASK) >> count)
