"""The kernels: what each is for, how it is built, how much of it is measured."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent


class Kernel(NamedTuple):
    """A program in C whose export `run(n)` returns a checksum."""

    name: str
    covers: str
    size: int
    """The n that is measured: 0.1 to 0.3 s in pwasm on CPython 3.11."""
    idiom: bool = False
    """Its gain may come from a loop that is recognised as a whole."""
    bulk: bool = False
    """Built with the bulk memory instructions, and the C library's idioms."""
    bits: int = 32
    """Of the checksum."""
    exports: tuple[str, ...] = ("run",)

    @property
    def source(self) -> Path:
        """The C file."""
        return FOLDER / f"{self.name}.c"

    @property
    def wasm(self) -> Path:
        """The module that was built of it; it is part of the repository."""
        return FOLDER / f"{self.name}.wasm"


KERNELS = (
    Kernel("fib", "recursion", 30),
    Kernel("ackermann", "deep recursion", 200),
    Kernel("crc32", "byte loop, table", 200),
    Kernel("sieve", "strided byte stores", 800_000, idiom=True),
    Kernel("matmul", "word loops", 110),
    Kernel("gauss", "double loops", 120),
    Kernel("lists", "pointer chasing", 30_000),
    Kernel("trees", "allocation, recursion", 1200),
    Kernel("sha256", "32-bit rotates", 1500),
    Kernel("chacha", "32-bit rotates, straight", 2500),
    Kernel("xxh64", "64-bit hashing", 2500, bits=64),
    Kernel("splitmix", "64-bit mixing, division", 25_000, bits=64),
    Kernel("nbody", "floating point, memory", 8000),
    Kernel("mandelbrot", "floating point, locals", 200),
    Kernel("floats", "single precision", 200),
    Kernel("interp", "bytecode, large switch", 5000),
    Kernel("qsort", "sorting words", 50_000),
    Kernel("heapsort", "sorting doubles", 25_000),
    Kernel("strings", "string scanning", 50_000),
    Kernel("tables", "calls through tables", 4000),
    Kernel("bulk", "memory.copy and fill", 3000, idiom=True, bulk=True),
    Kernel("lzss", "unaligned loads, copies", 65_000, bulk=True),
    Kernel("life", "byte neighbourhoods", 120),
)

CALLS = Kernel(
    "calls",
    "calls across the border",
    100_000,
    exports=("run", "add", "wide", "half", "nested"),
)


def chosen(names: str | None) -> list[Kernel]:
    """The kernels of a list of names with commas between; all without one.

    Raises ValueError for a name that no kernel has.
    """
    if names is None:
        return list(KERNELS)
    by_name = {kernel.name: kernel for kernel in KERNELS}
    unknown = [name for name in names.split(",") if name not in by_name]
    if unknown:
        raise ValueError(f"no kernel {unknown[0]!r}; there are {', '.join(by_name)}")
    return [by_name[name] for name in names.split(",")]


def build(kernels: Iterable[Kernel]) -> None:
    """Compile the C files with the `ziglang` package (extra `bench`)."""
    for kernel in kernels:
        features = ["-mcpu=mvp+bulk_memory"] if kernel.bulk else ["-mcpu=mvp"]
        if not kernel.bulk:
            # Loops stay loops: there is no memset to call.
            features.append("-fno-builtin")
        command = [sys.executable, "-m", "ziglang", "cc"]
        command += ["-target", "wasm32-freestanding", "-O2", "-nostdlib", *features]
        command += ["-Wall", "-Wextra", "-Wl,--no-entry"]
        command += [f"-Wl,--export={name}" for name in kernel.exports]
        command += ["-Wl,--strip-debug", "-Wl,-z,stack-size=65536"]
        command += ["-o", str(kernel.wasm), str(kernel.source)]
        subprocess.run(command, check=True)
