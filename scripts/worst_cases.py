"""What a byte of a module costs at worst: time, memory and output, by kind of module.

    python scripts/worst_cases.py [--write] [KIND ...]

translates a module of each kind, in a process of its own, and prints a table of what each byte of it
took. `--write` puts the table into `docs/limits.md`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.frontend.binary import (  # noqa: E402
    EMPTY_FUNC,
    code,
    custom,
    functions,
    module,
    section,
    sized,
    types,
    u32,
    vector,
)

PAGE: Final = ROOT / "docs" / "limits.md"
BEGIN: Final = "<!-- what scripts/worst_cases.py measured -->"
END: Final = "<!-- end -->"
SIZE: Final = 200_000
LONGEST: Final = 600  # seconds for one of them

MANY: Final = u32(1000) + b"\x7f" * 1000
THOUSAND_EACH: Final = b"\x60" + MANY + MANY
FROM_THOUSAND: Final = b"\x60" + MANY + b"\0"
TO_THOUSAND: Final = b"\x60\0" + MANY
CONSTANTS: Final = b"\x41\1" * 1000
DROPS: Final = b"\x1a" * 1000


class Cost(NamedTuple):
    """What a byte of a module costs: bytes of output and of memory, seconds."""

    output: float
    memory: float
    seconds: float


# What a byte may cost, and of some kinds, which make most of theirs, how much more.
BOUND: Final = Cost(30, 1500, 100e-6)
HIGHER_BOUNDS: Final = {
    "nested ifs with values": Cost(200, 2000, 200e-6),
    "tables with few values": Cost(220, 3000, 200e-6),
}


def one(body: bytes, *more: bytes) -> bytes:
    """A module with one function of type [] -> [], whose body this is without its end.

    Types 0 and 1 have a thousand parameters and results, 2 and 3 a thousand of either.
    """
    return module(
        types(EMPTY_FUNC, THOUSAND_EACH, FROM_THOUSAND, TO_THOUSAND, b"\x60\1\x7f\0"),
        functions(0),
        *more,
        code(b"\0" + body + b"\x0b"),
    )


def same_functions(body: bytes, size: int, type: bytes = EMPTY_FUNC) -> bytes:
    """As many functions as fit, all with one body."""
    count = size // (len(body) + 2)
    return module(types(type), functions(*[0] * count), code(*[body] * count))


def repeated(piece: bytes, size: int) -> bytes:
    """A piece of code, as often as it fits."""
    return piece * (size // len(piece))


def copies(use: bytes, size: int) -> bytes:
    """Copies of one local, all of them on the stack before the first is used."""
    count = size // (len(use) + 2)
    body = b"\1\1\x7f" + b"\x20\0" * count + use * count + b"\x0b"
    return module(types(EMPTY_FUNC), functions(0), section(5, b"\1\0\1"), code(body))


# Kinds of modules. Each is about as large as it is told to be.


def locals_unread(size: int) -> bytes:
    """Functions with 50,000 locals, of which one is set."""
    pieces = [
        b"\1\xd0\x86\3\x7f\x41" + u32(n) + b"\x21\0\x0b" for n in range(size // 14)
    ]
    return module(types(EMPTY_FUNC), functions(*[0] * len(pieces)), code(*pieces))


def locals_read(size: int) -> bytes:
    """One function after the other that reads many of 50,000 locals."""
    body = b"\1\xd0\x86\3\x7f"
    body += b"".join(b"\x20" + u32(n) + b"\x1a" for n in range(0, 50_000, 7)) + b"\x0b"
    return same_functions(body, size)


def parameters_unread(size: int) -> bytes:
    """Functions of a thousand parameters, each another one."""
    bodies = [b"\0\x41" + u32(n) + b"\x1a\x0b" for n in range(size // 8)]
    return module(types(FROM_THOUSAND), functions(*[0] * len(bodies)), code(*bodies))


def loops(size: int) -> bytes:
    """Loops of a thousand parameters, one after the other."""
    return one(CONSTANTS + repeated(b"\x03\1\x0b", size) + DROPS)


def nested_loops(size: int) -> bytes:
    """Loops of a thousand parameters, one in the other."""
    depth = size // 3
    return one(CONSTANTS + b"\x03\1" * depth + b"\x0b" * depth + DROPS)


def turning_loops(size: int) -> bytes:
    """Loops that change the first of a thousand parameters in each round."""
    piece = b"\x03\1\x1a\x41\1\x41\0\x0d\0\x0b"
    return one(CONSTANTS + repeated(piece, size) + DROPS)


def ifs_with_values(size: int) -> bytes:
    """`if`s of a thousand parameters without `else`, one after the other."""
    return one(CONSTANTS + repeated(b"\x41\0\x04\1\x0b", size) + DROPS)


def nested_ifs_with_values(size: int) -> bytes:
    """The same, one in the other."""
    depth = size // 5
    inner = b"\x23\0\x04\1" * depth + b"\x0b" * depth
    return one(CONSTANTS + inner + DROPS, section(6, b"\1\x7f\1\x41\0\x0b"))


def branches_with_values(size: int) -> bytes:
    """`br_if`s with a thousand values, and one more value before each."""
    piece = b"\x41\1\x23\0\x0d\0"
    body = b"\x02\3" + CONSTANTS + repeated(piece, size)
    body += b"\x1a" * (size // len(piece)) + b"\x0b" + DROPS
    return one(body, section(6, b"\1\x7f\1\x41\0\x0b"))


def tables_with_values(size: int) -> bytes:
    """`br_table`s that carry a thousand values to each of a hundred labels."""
    depth = 100
    table = b"\x23\0\x0e" + u32(depth) + bytes(range(depth)) + b"\0"
    again = b"\x02\3" * depth + CONSTANTS + table
    again += (b"\x0b" + DROPS + CONSTANTS) * (depth - 1) + b"\x0b" + DROPS
    rounds = max(1, size // len(again))
    return one(again * rounds, section(6, b"\1\x7f\1\x41\0\x0b"))


def tables_with_few_values(size: int) -> bytes:
    """`br_table`s that carry sixteen values to each of a hundred labels, one after the other."""
    sixteen = b"\x60\0" + u32(16) + b"\x7f" * 16
    labels = bytes(range(1, 101))
    table = b"\x23\0" * 17 + b"\x0e" + u32(99) + labels
    body = b"\x02\1" * 100 + repeated(b"\x23\0\x04\x40" + table + b"\x0b", size)
    body += b"\x41\1" * 16 + b"\x0b" * 100 + b"\x1a" * 16
    return module(
        types(EMPTY_FUNC, sixteen),
        functions(0),
        section(6, b"\1\x7f\1\x41\0\x0b"),
        code(b"\0" + body + b"\x0b"),
    )


def calls_with_values(size: int) -> bytes:
    """Calls of a thousand arguments and results."""
    callee = b"\0" + b"".join(b"\x20" + u32(n) for n in range(1000)) + b"\x0b"
    caller = b"\0" + CONSTANTS + repeated(b"\x10\0", size) + DROPS + b"\x0b"
    return module(
        types(THOUSAND_EACH, EMPTY_FUNC), functions(0, 1), code(callee, caller)
    )


def calls_with_few_values(size: int) -> bytes:
    """Calls of sixteen arguments and results."""
    sixteen = u32(16) + b"\x7f" * 16
    callee = b"\0" + b"".join(b"\x20" + u32(n) for n in range(16)) + b"\x0b"
    caller = b"\0" + b"\x41\1" * 16 + repeated(b"\x10\0", size) + b"\x1a" * 16 + b"\x0b"
    return module(
        types(b"\x60" + sixteen + sixteen, EMPTY_FUNC),
        functions(0, 1),
        code(callee, caller),
    )


def calls_with_globals(size: int) -> bytes:
    """Calls of a thousand arguments, each of them read from a global."""
    piece = b"\x23\0" * 1000 + b"\x10\0"
    caller = b"\0" + repeated(piece, size) + b"\x0b"
    return module(
        types(FROM_THOUSAND, EMPTY_FUNC),
        functions(0, 1),
        section(6, b"\1\x7f\1\x41\0\x0b"),
        code(b"\0\x0b", caller),
    )


def exports_with_values(size: int) -> bytes:
    """Exports of a function with a thousand parameters and results."""
    names = [b"%05x" % n for n in range(size // 8)]
    exports = vector([sized(name) + b"\0\0" for name in names])
    return module(
        types(THOUSAND_EACH),
        functions(0),
        section(7, exports),
        code(b"\0" + CONSTANTS + b"\x0b"),
    )


def imports_with_values(size: int) -> bytes:
    """Imports of functions with a thousand parameters and results."""
    names = [b"%05x" % n for n in range(size // 9)]
    imports = vector([b"\0" + sized(name) + b"\0\0" for name in names])
    return module(types(THOUSAND_EACH), section(2, imports))


def calls(size: int) -> bytes:
    """Calls without arguments, one after the other."""
    return one(repeated(b"\x10\0", size))


def dropped_calls(size: int) -> bytes:
    """Calls whose results are dropped, one after the other."""
    body = b"\0" + repeated(b"\x10\0\x1a", size) + b"\x41\1\x0b"
    return module(types(b"\x60\0\1\x7f"), functions(0), code(body))


def ifs_with_calls(size: int) -> bytes:
    """`if`s that test the result of a call, with a call in each arm, whose result is dropped."""
    piece = b"\x10\0\x04\x7f\x10\0\x05\x41\2\x0b\x1a"
    body = b"\0" + repeated(piece, size) + b"\x41\1\x0b"
    return module(types(b"\x60\0\1\x7f"), functions(0), code(body))


def ifs(size: int) -> bytes:
    """`if`s with an assignment, one after the other."""
    body = b"\1\1\x7f" + repeated(b"\x20\0\x04\x40\x41\1\x21\0\x0b", size) + b"\x0b"
    return module(types(EMPTY_FUNC), functions(0), code(body))


def nested_ifs(size: int) -> bytes:
    """`if`s, one in the other, with a call in each."""
    depth = size // 7
    body = b"\x23\0\x04\x40\x10\0" * depth + b"\x0b" * depth
    return one(body, section(6, b"\1\x7f\1\x41\0\x0b"))


def deep_calls(size: int) -> bytes:
    """Calls as deep inside of `if`s and loops as can be written."""
    depth = 60
    around = (b"\x23\0\x04\x40" * 9 + b"\x03\x40") * (depth // 10)
    ends = b"\x0b" * depth
    body = around + repeated(b"\x10\0", size) + b"\x23\0\x0d\0" + ends
    return one(body, section(6, b"\1\x7f\1\x41\0\x0b"))


def nested_loops_left(size: int) -> bytes:
    """Loops, one in the other, each of which may leave many."""
    piece = b"\x02\x40\x03\x40\x23\0\x0d\x0b"
    depth = size // (len(piece) + 2)
    body = b"\x02\x40" * 12 + piece * depth + b"\x0b" * (2 * depth + 12)
    return one(body, section(6, b"\1\x7f\1\x41\0\x0b"))


def searches(size: int) -> bytes:
    """Loops that look for a byte that is 0, in a loop."""
    search = b"\x03\x40\x20\0\x41\1\x6a\x22\0\x2d\0\0\x0d\0\x0b"
    body = b"\x03\x40" + repeated(search, size) + b"\x20\0\x0d\0\x0b"
    memory = section(5, b"\1\0\1")
    function = b"\1\1\x7f" + body + b"\x0b"
    return module(types(EMPTY_FUNC), functions(0), memory, code(function))


def tables(size: int) -> bytes:
    """`br_table`s with a hundred labels each."""
    depth = 100
    table = b"\x02\x40\x23\0\x0e" + u32(depth) + bytes(range(depth)) + b"\0\x0b"
    body = b"\x02\x40" * depth + repeated(table, size) + b"\x0b" * depth
    return one(body, section(6, b"\1\x7f\1\x41\0\x0b"))


def selects(size: int) -> bytes:
    """`select`s, one in the other."""
    body = b"\x23\0" + repeated(b"\x23\0\x23\0\x1b", size) + b"\x1a"
    return one(body, section(6, b"\1\x7f\1\x41\0\x0b"))


def comparisons(size: int) -> bytes:
    """Signed comparisons of sums, which take most text."""
    piece = b"\x20\0\x20\1\x6a\x20\0\x20\2\x6b\x48\x24\0"
    body = b"\0" + repeated(piece, size) + b"\x0b"
    three = b"\x60\3\x7f\x7f\x7f\0"
    seen = section(6, b"\1\x7f\1\x41\0\x0b")
    return module(types(three), functions(0), seen, code(body))


def compared_copies(size: int) -> bytes:
    """Copies of one local, of which each is compared."""
    return copies(b"\x41\5\x49\x04\x40\1\x0b", size)


def loads_by_copies(size: int) -> bytes:
    """Loads from where copies of one local point."""
    return copies(b"\x28\2\0\x1a", size)


def stores(size: int) -> bytes:
    """Stores of f32s, which take a test each."""
    piece = b"\x20\0\x20\1\x38\0\0"
    body = b"\2\1\x7f\1\x7d" + repeated(piece, size) + b"\x0b"
    return module(types(EMPTY_FUNC), functions(0), section(5, b"\1\0\1"), code(body))


def divisions(size: int) -> bytes:
    """Rounded and unsigned arithmetic on many locals in a loop."""
    piece = b"\x20\0\x20\1\x6d\x22\1\x20\0\x78\x21\0"
    body = b"\1\2\x7f\x03\x40" + repeated(piece, size) + b"\x20\0\x0d\0\x0b\x0b"
    return module(types(EMPTY_FUNC), functions(0), code(body))


def empty_functions(size: int) -> bytes:
    """Functions without an instruction."""
    return same_functions(b"\0\x0b", size)


def small_functions(size: int) -> bytes:
    """Functions of which no two are the same."""
    bodies = [b"\0\x41" + u32(n) + b"\x1a\x0b" for n in range(size // 9)]
    return module(types(EMPTY_FUNC), functions(*[0] * len(bodies)), code(*bodies))


def named_functions(size: int) -> bytes:
    """Empty functions with names."""
    count = size // 9
    names = vector([u32(n) + b"\1\x61" for n in range(count)])
    return module(
        types(EMPTY_FUNC),
        functions(*[0] * count),
        code(*[b"\0\x0b"] * count),
        custom("name", b"\1" + sized(names)),
    )


KINDS: Final[dict[str, Callable[[int], bytes]]] = {
    function.__name__.replace("_", " "): function
    for function in (
        locals_unread,
        locals_read,
        parameters_unread,
        loops,
        nested_loops,
        turning_loops,
        ifs_with_values,
        nested_ifs_with_values,
        branches_with_values,
        tables_with_values,
        tables_with_few_values,
        calls_with_values,
        calls_with_few_values,
        calls_with_globals,
        exports_with_values,
        imports_with_values,
        calls,
        dropped_calls,
        ifs_with_calls,
        ifs,
        nested_ifs,
        deep_calls,
        nested_loops_left,
        searches,
        tables,
        selects,
        comparisons,
        compared_copies,
        loads_by_copies,
        stores,
        divisions,
        empty_functions,
        small_functions,
        named_functions,
    )
}


def measured(kind: str, size: int) -> Cost:
    """What a byte of a module costs; to be called in a process of its own."""
    from scripts.benchmarks.worker import peak_memory
    from wasm2py.package.writer import package_files
    from wasm2py.translation.translator import Translator

    def translate(data: bytes) -> int:
        translator = Translator()
        for at in range(0, len(data), 1 << 16):
            translator.receive(data[at : at + (1 << 16)])
        translator.receive(b"")
        files = package_files(translator.finish())
        return sum(len(text) for name, text in files if not name.startswith("_runtime"))

    fixed = translate(module())
    data = KINDS[kind](size)
    before, began = peak_memory(), time.process_time()
    output = translate(data)
    seconds = time.process_time() - began
    memory = peak_memory() - before
    count = len(data)
    return Cost((output - fixed) / count, memory / count, seconds / count)


def measure(kind: str, size: int = SIZE) -> Cost:
    """The same, in a process of its own."""
    command = [sys.executable, __file__, "--one", kind, str(size)]
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, cwd=ROOT, timeout=LONGEST
    )
    return Cost(*json.loads(done.stdout))


def bound(kind: str) -> Cost:
    """What a byte of a module of a kind may cost."""
    return HIGHER_BOUNDS.get(kind, BOUND)


def table(costs: dict[str, Cost]) -> str:
    """The costs as a table in Markdown, the greatest last."""
    lines = [
        "| kind | output, bytes | memory, bytes | time, us |",
        "| --- | --- | --- | --- |",
    ]
    worst = Cost(*(max(column) for column in zip(*costs.values())))
    for kind, cost in [*costs.items(), ("**the most**", worst)]:
        lines.append(
            f"| {kind} | {cost.output:.1f} | {cost.memory:.0f} | {cost.seconds * 1e6:.1f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measured(chosen.one[0], int(chosen.one[1]))))
        return
    text = table({kind: measure(kind) for kind in chosen.kinds or KINDS})
    print(text, end="")
    if chosen.write:
        page = PAGE.read_text("utf-8")
        before, rest = page.split(BEGIN)
        _, after = rest.split(END)
        PAGE.write_text(f"{before}{BEGIN}\n{text}{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
