"""The kernels as a person would write them in Python: `KERNELS[name](n)`.

Plain lists and integers, no numpy, no packing of several values into one; each
computes what `kernels/NAME.c` computes. Results may be in the unsigned form. Runs on
Python >= 3.9, so that PyPy can be measured too.
"""

from __future__ import annotations

from collections.abc import Callable

from . import arithmetic, hashing, structures, text

KERNELS: dict[str, Callable[[int], int]] = {
    function.__name__: function
    for function in (
        arithmetic.fib,
        arithmetic.ackermann,
        arithmetic.matmul,
        arithmetic.gauss,
        arithmetic.nbody,
        arithmetic.mandelbrot,
        arithmetic.floats,
        hashing.crc32,
        hashing.sha256,
        hashing.chacha,
        hashing.xxh64,
        hashing.splitmix,
        structures.sieve,
        structures.lists,
        structures.trees,
        structures.qsort,
        structures.heapsort,
        structures.tables,
        structures.life,
        text.interp,
        text.strings,
        text.bulk,
        text.lzss,
    )
}
