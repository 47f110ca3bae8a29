"""Functions of any size in several shapes, and what their translation takes.

    python -m scripts.benchmarks.linear SHAPE SIZE

translates one and prints seconds of CPU and the peak of memory, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from scripts.benchmarks.worker import peak_memory
from tests.frontend.binary import EMPTY_FUNC, HEADER, section, sized, u32, vector
from wasm2py.translation.translator import Translator

ROOT = Path(__file__).resolve().parents[2]

SIZES = (62_500, 250_000, 1_000_000, 4_000_000)
LOCALS = 200
MOST_LOCALS = 50_000


def _local(number: int) -> bytes:
    return u32(number % LOCALS)


def _repeated(size: int, piece: Callable[[int], bytes]) -> bytes:
    body = bytearray()
    number = 0
    while len(body) < size:
        body += piece(number)
        number += 1
    return bytes(body)


def arithmetic(size: int) -> bytes:
    """a[i] = a[i + 1] * 3 + a[i + 7], without end."""

    def piece(i: int) -> bytes:
        product = b"\x20" + _local(i + 1) + b"\x41\x03\x6c"
        return product + b"\x20" + _local(i + 7) + b"\x6a\x21" + _local(i)

    return _repeated(size, piece)


def blocks(size: int) -> bytes:
    """One block after the other, each left early or with an assignment."""

    def piece(i: int) -> bytes:
        test = b"\x02\x40\x20" + _local(i) + b"\x0d\x00"
        return test + b"\x20" + _local(i + 1) + b"\x21" + _local(i + 2) + b"\x0b"

    return _repeated(size, piece)


def branches(size: int) -> bytes:
    """One `if` with two arms after the other."""

    def piece(i: int) -> bytes:
        then = b"\x20" + _local(i) + b"\x04\x40\x41\x01\x21" + _local(i + 1)
        return then + b"\x05\x41\x02\x21" + _local(i + 1) + b"\x0b"

    return _repeated(size, piece)


def nesting(size: int) -> bytes:
    """Blocks within blocks; at each end a branch over some levels."""
    depth = size // 9

    def piece(i: int) -> bytes:
        away = min(i * 7 % 64, depth - 1 - i)
        return (
            b"\x20" + _local(i) + b"\x0d" + u32(max(away, 0)) + b"\x41\x01\x21\x00\x0b"
        )

    return b"\x02\x40" * depth + b"".join(map(piece, range(depth)))


def table(size: int) -> bytes:
    """A switch with as many arms as fit."""
    arms = size // 12
    row = b"".join(u32(i * 7 % arms) for i in range(arms))
    switch = b"\x02\x40\x20\x00\x0e" + u32(arms) + row + u32(arms) + b"\x0b"

    def arm(i: int) -> bytes:
        return b"\x41" + _local(i % 60) + b"\x21\x01\x0c" + u32(arms - 1 - i) + b"\x0b"

    return b"\x02\x40" * arms + switch + b"".join(map(arm, range(arms)))


def loops(size: int) -> bytes:
    """One loop after the other, each counting and summing, over many locals."""

    def piece(i: int) -> bytes:
        n, total = _local(i), _local(i + 1)
        add = b"\x20" + total + b"\x20" + n + b"\x6a\x21" + total
        step = b"\x20" + n + b"\x41\x01\x6a\x22" + n + b"\x41\x0a\x47\x0d\x00\x0b"
        return b"\x41\x00\x21" + n + b"\x03\x40" + add + step

    return _repeated(size, piece)


def inner_loops(size: int) -> bytes:
    """Loops within loops, each with a counter."""
    depth = size // 16

    def end(i: int) -> bytes:
        n = u32(i % MOST_LOCALS)
        return b"\x20" + n + b"\x41\x01\x6a\x22" + n + b"\x41\x0a\x47\x0d\x00\x0b"

    return b"\x03\x40" * depth + b"".join(map(end, range(depth)))


def deep_loops(size: int) -> bytes:
    """The same, but each begins with something of its own."""
    depth = size // 20

    def begin(i: int) -> bytes:
        return b"\x03\x40\x41" + _local(i % 60) + b"\x21" + u32(i * 7 % MOST_LOCALS)

    def end(i: int) -> bytes:
        return b"\x20" + u32(i % MOST_LOCALS) + b"\x0d\x00\x0b"

    return b"".join(map(begin, range(depth))) + b"".join(map(end, range(depth)))


def expression(size: int) -> bytes:
    """One sum of as many terms as fit, all of them on the stack first."""
    count = size // 4
    terms = b"".join(b"\x20" + bytes((i % 100,)) for i in range(count))
    return terms + b"\x6a" * (count - 1) + b"\x21\x00"


def accesses(size: int) -> bytes:
    """Memory copied, a word at a time."""

    def piece(i: int) -> bytes:
        load = b"\x20" + _local(i + 1) + b"\x28\x02" + u32(i % 4096)
        return b"\x20" + _local(i) + load + b"\x36\x02" + u32(i % 4096)

    return _repeated(size, piece)


def temporaries(size: int) -> bytes:
    """Values that wait on the stack while there are blocks."""

    def piece(i: int) -> bytes:
        load = b"\x20" + _local(i) + b"\x28\x02\x00"
        block = b"\x02\x40\x20" + _local(i + 1) + b"\x0d\x00\x41\x01\x21"
        return load + block + _local(i + 3) + b"\x0b\x21" + _local(i + 2)

    return _repeated(size, piece)


def waiting(size: int) -> bytes:
    """The same, but they all wait to the end."""
    count = size // 16

    def piece(i: int) -> bytes:
        load = b"\x20" + _local(i) + b"\x28\x02\x00"
        block = b"\x02\x40\x20" + _local(i + 1) + b"\x0d\x00\x41\x01\x21"
        return load + block + _local(i + 3) + b"\x0b"

    return b"".join(map(piece, range(count))) + b"\x6a" * (count - 1) + b"\x21\x00"


def variables(size: int) -> bytes:
    """Blocks, each about a local variable of its own, all read at the end."""
    count = min(MOST_LOCALS, size // 16)

    def piece(i: int) -> bytes:
        return b"\x02\x40\x20" + u32(i) + b"\x0d\x00\x41\x01\x21" + u32(i) + b"\x0b"

    reads = b"".join(b"\x20" + u32(i) + b"\x21\x00" for i in range(count))
    return b"".join(map(piece, range(count))) + reads


def rounds(size: int) -> bytes:
    """Loops, two within each other, each with local variables of its own."""

    def piece(i: int) -> bytes:
        a, b, c = (u32((3 * i + at) % MOST_LOCALS) for at in range(3))
        load = b"\x03\x40\x20" + c + b"\x28\x02\x00\x21" + a
        inner = b"\x03\x40\x20" + a + b"\x41\x01\x6b\x22" + a + b"\x0d\x00\x0b"
        copy = b"\x20" + a + b"\x20" + a + b"\x6c\x21" + b
        return load + inner + copy + b"\x20" + b + b"\x0d\x00\x0b"

    return _repeated(size, piece)


SHAPES: dict[str, Callable[[int], bytes]] = {
    shape.__name__: shape
    for shape in (
        *(arithmetic, blocks, branches, nesting, table, loops, inner_loops),
        *(deep_loops, expression, accesses, temporaries, waiting, variables, rounds),
    )
}


_WITH_MANY = ("variables", "inner_loops", "deep_loops", "rounds")


def module(shape: str, size: int) -> bytes:
    """A module of one function, of about so many bytes in that shape."""
    count = MOST_LOCALS if shape in _WITH_MANY else LOCALS
    code = b"\x01" + u32(count) + b"\x7f" + SHAPES[shape](size) + b"\x0b"
    sections = (
        section(1, vector([EMPTY_FUNC])),
        section(3, vector([u32(0)])),
        section(5, vector([b"\x00\x01"])),
        section(10, vector([sized(code)])),
    )
    return HEADER + b"".join(sections)


def measured(shape: str, size: int) -> dict[str, float]:
    """Translate a function in a fresh process; seconds of CPU and peak of memory."""
    command = [sys.executable, "-m", "scripts.benchmarks.linear", shape, str(size)]
    run = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
    )
    found: dict[str, float] = json.loads(run.stdout)
    return found


def main() -> None:
    """Translate one function and tell what it took."""
    data = module(sys.argv[1], int(sys.argv[2]))
    start = time.process_time()
    translator = Translator()
    translator.receive(data)
    translator.receive(b"")
    translator.finish()
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "peak": peak_memory()}))


if __name__ == "__main__":
    main()
