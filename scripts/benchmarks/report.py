"""Tables of measurements, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from scripts.benchmarks.measurement import Program, Timing
from scripts.benchmarks.processes import Variant
from scripts.benchmarks.summary import Ratio, geometric_mean, ratio

Samples = dict[tuple[str, str], list[float]]
"""By program and variant's label."""


class Column(NamedTuple):
    """A ratio of two variants: how many times longer the first takes."""

    title: str
    slower: str
    faster: str


def columns(variants: Sequence[Variant]) -> list[Column]:
    """The ratios that can be told, Python to Python first."""
    wanted = []
    labels = list(dict.fromkeys(item.interpreter.label for item in variants))
    for label in labels:
        own = f"wasm2py on {label}"
        wanted.append(Column(f"pwasm / wasm2py, {label}", f"pwasm on {label}", own))
    tuned = "wasm2py --tune pypy on pypy"
    wanted.append(Column("pwasm / tuned, pypy", "pwasm on pypy", tuned))
    for label in labels:
        own = f"wasm2py on {label}"
        by_hand = f"handwritten on {label}"
        wanted.append(Column(f"wasm2py / by hand, {label}", own, by_hand))
    native = next((v.label for v in variants if v.engine == "wasmtime"), "")
    for label in labels:
        own = f"wasm2py on {label}"
        wanted.append(Column(f"wasm2py / wasmtime, {label}", own, native))
    wanted.append(Column("tuned / wasmtime, pypy", tuned, native))
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
    """The lines of the table."""
    wanted = columns(variants)
    own = variants[0].label
    head = ["program", "covers", f"{own}, ms", *(column.title for column in wanted)]
    yield _line(head)
    yield _line(["---", "---", *("---:" for _ in head[2:])])
    for program in programs:
        seconds = min(samples[program.name, own])
        cells = [program.name, program.covers, _number(seconds * 1000)]
        for column in wanted:
            value = _ratio(samples, program.name, column)
            cells.append("" if value is None else _number(value.minima))
        yield _line(cells)
    yield _line(_means("geometric mean", programs, samples, wanted, lambda _: True))
    if any(program.idiom for program in programs):
        title = "without idioms"
        plain = _means(title, programs, samples, wanted, lambda item: not item.idiom)
        yield _line(plain)


def _means(
    title: str,
    programs: Sequence[Program],
    samples: Samples,
    wanted: Sequence[Column],
    keep: Callable[[Program], bool],
) -> list[str]:
    cells = [f"**{title}**", "", ""]
    for column in wanted:
        ratios = [_ratio(samples, item.name, column) for item in programs if keep(item)]
        values = [value.minima for value in ratios if value is not None]
        cells.append(f"**{_number(geometric_mean(values))}**" if values else "")
    return cells


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
