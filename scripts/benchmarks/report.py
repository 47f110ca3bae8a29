"""Tables of measurements, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from scripts.benchmarks.measurement import Program, Timing
from scripts.benchmarks.processes import Variant
from scripts.benchmarks.summary import Ratio, geometric_mean, ratio

Samples = dict[tuple[str, str], list[float]]
"""By program and variant's label."""


TUNED = "wasm2py --tune pypy on pypy"


# How columns are called, by the engine.
_BY_WAY_OF_C = {
    "c": "native package",
    "source": "C, not WebAssembly",
    "wasm2c": "wasm2c",
    "wasmext": "wasmext",
}


class Column(NamedTuple):
    """A ratio of two variants: how many times longer the first takes."""

    title: str
    slower: str
    faster: str


def python_columns(variants: Sequence[Variant]) -> list[Column]:
    """The ratios of Python to Python: stable from machine to machine."""
    labels = list(dict.fromkeys(item.interpreter.label for item in variants))
    wanted = []
    for label in labels:
        own = f"wasm2py on {label}"
        wanted.append(Column(f"pwasm / wasm2py, {label}", f"pwasm on {label}", own))
    wanted.append(Column("pwasm / tuned, pypy", "pwasm on pypy", TUNED))
    for label in labels:
        by_hand = f"handwritten on {label}"
        own = f"wasm2py on {label}"
        wanted.append(Column(f"wasm2py / by hand, {label}", own, by_hand))
    return _present(wanted, variants)


def native_columns(variants: Sequence[Variant]) -> list[Column]:
    """The ratios to wasmtime."""
    labels = list(dict.fromkeys(item.interpreter.label for item in variants))
    native = next((v.label for v in variants if v.engine == "wasmtime"), "")
    wanted = [Column(label, f"wasm2py on {label}", native) for label in labels]
    wanted.append(Column("pypy, tuned", TUNED, native))
    wanted += [
        Column(title, f"{engine} on {label}", native)
        for label in labels[:1]
        for engine, title in _BY_WAY_OF_C.items()
    ]
    wanted += [
        Column(f"pwasm, {label}", f"pwasm on {label}", native) for label in labels
    ]
    return _present(wanted, variants)


def _present(wanted: Iterable[Column], variants: Sequence[Variant]) -> list[Column]:
    present = {variant.label for variant in variants}
    return [item for item in wanted if {item.slower, item.faster} <= present]


def tabulate(timings: Iterable[Timing]) -> Samples:
    """Samples by program and variant."""
    return {(row.program, row.variant.label): row.seconds for row in timings}


def _ratio(samples: Samples, program: str, column: Column) -> Ratio | None:
    slower = samples.get((program, column.slower))
    faster = samples.get((program, column.faster))
    return ratio(slower, faster) if slower and faster else None


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def row_text(samples: Samples, program: Program, wanted: Sequence[Column]) -> str:
    """One line for a terminal, with the spread of the ratios."""
    parts = [f"{program.name:11}"]
    for column in wanted:
        value = _ratio(samples, program.name, column)
        if value is not None:
            parts.append(f"{column.title} {value}")
    return "  ".join(parts)


def markdown(
    programs: Sequence[Program], samples: Samples, variants: Sequence[Variant]
) -> Iterator[str]:
    """The lines of two tables: Python to Python, and to native."""
    own = variants[0].label
    lead = ["covers", f"{own}, ms"]

    def cells(program: Program) -> list[str]:
        seconds = min(samples[program.name, own])
        return [program.covers, _number(seconds * 1000)]

    yield from _table(programs, samples, python_columns(variants), lead, cells)
    wanted = native_columns(variants)
    if wanted:
        yield ""
        yield "Times wasmtime's time:"
        yield ""
        yield from _table(programs, samples, wanted, [], lambda program: [])


def _table(
    programs: Sequence[Program],
    samples: Samples,
    wanted: Sequence[Column],
    lead: Sequence[str],
    cells: Callable[[Program], list[str]],
) -> Iterator[str]:
    """A table: a program a row, some cells of its own, then ratios."""
    yield _line(["program", *lead, *(column.title for column in wanted)])
    texts = ["---" for _ in ["program", *lead[:1]]]
    yield _line([*texts, *("---:" for _ in [*lead[1:], *wanted])])
    for program in programs:
        values = [_ratio(samples, program.name, column) for column in wanted]
        ratios = ["" if value is None else _number(value.minima) for value in values]
        yield _line([program.name, *cells(program), *ratios])
    rows = [("geometric mean", list(programs))]
    if any(program.idiom for program in programs):
        plain = [program for program in programs if not program.idiom]
        rows.append(("without idioms", plain))
    for title, kept in rows:
        means = _means(kept, samples, wanted)
        yield _line([f"**{title}**", *("" for _ in lead), *means])


def _means(
    programs: Sequence[Program], samples: Samples, wanted: Sequence[Column]
) -> list[str]:
    cells = []
    for column in wanted:
        ratios = [_ratio(samples, program.name, column) for program in programs]
        values = [value.minima for value in ratios if value is not None]
        cells.append(f"**{_number(geometric_mean(values))}**" if values else "")
    return cells


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
