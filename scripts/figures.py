"""The figures in the documents that can be counted, and what they are now.

    python scripts/figures.py [--network] [--write]

prints a line for each: the document, what is written there, and what is counted. `--network` adds
those of modules that npm has. `--write` puts what is counted into the documents.
`tests/docs/test_figures.py` fails for a figure that is out of its tolerance.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.benchmarks.kernels import KERNELS  # noqa: E402
from scripts.benchmarks.modules import LARGE  # noqa: E402
from scripts.benchmarks.packages import translate  # noqa: E402
from tests.golden.cases import case_names  # noqa: E402
from wasm2py.package.writer import PackageOptions, write_package  # noqa: E402
from wasm2py.targets.base import DEFAULT_OPTIONS  # noqa: E402
from wasm2py_runtime.limits import DEFAULT_TABLE_ELEMENTS  # noqa: E402
from wasm2py_runtime.memory import MOST_PAGES  # noqa: E402

DRAWING: Final = ROOT / "wasm2py" / "demo" / "drawing.wasm"


class Figure(NamedTuple):
    """A number in a document; `pattern` finds it, as its one group."""

    name: str
    document: str
    pattern: str
    now: Callable[[], float]
    """What the number is now, in the unit of the document."""
    tolerance: float = 0.0
    """By how much, as a part of it, the number may be off."""
    network: bool = False
    """What is counted needs a module from npm, and seconds."""

    def written(self) -> float:
        """The number that the document has. Raises LookupError if there is none, or are several."""
        return float(self._place()[1].replace(",", ""))

    def write(self, value: float) -> None:
        """Put a number into the document, with as many digits behind the point as it has."""
        place = self._place()
        digits = len(place[1].partition(".")[2])
        text = place.string[: place.start(1)] + f"{value:,.{digits}f}"
        path = ROOT / self.document
        path.write_text(text + place.string[place.end(1) :], "utf-8")

    def agrees(self, value: float) -> bool:
        """Whether what is written is what has been counted, within the tolerance."""
        return abs(self.written() - value) <= self.tolerance * value

    def _place(self) -> re.Match[str]:
        text = (ROOT / self.document).read_text("utf-8")
        places = list(re.finditer(self.pattern, text))
        if len(places) != 1:
            raise LookupError(
                f"{self.document}: {self.pattern!r} is there {len(places)} times"
            )
        return places[0]


@cache
def package_bytes(wasm: Path, part: str = "") -> int:
    """The bytes of a module's package, or of one of its folders."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "package"
        translation = translate(wasm.read_bytes(), DEFAULT_OPTIONS)
        write_package(translation, target, PackageOptions())
        files = [path for path in (target / part).rglob("*") if path.is_file()]
        return sum(path.stat().st_size for path in files)


@cache
def functions(name: str) -> int:
    """The functions of one of the large modules that have a body."""
    return len(translate(LARGE[name]().read_bytes(), DEFAULT_OPTIONS).codes)


NUMBER: Final = r"([\d,.]*\d)"

FIGURES: Final = (
    Figure(
        "bytes of the demonstration's package",
        "README.md",
        f"2,278 bytes in, {NUMBER} bytes out",
        lambda: package_bytes(DRAWING),
        tolerance=0.03,
    ),
    Figure(
        "KB of a copy of the runtime",
        "docs/packages.md",
        rf"copies the runtime into the package \(about {NUMBER} KB\)",
        lambda: package_bytes(DRAWING, "_runtime") / 1000,
        tolerance=0.05,
    ),
    Figure(
        "golden cases",
        "docs/architecture.md",
        f"{NUMBER} cases of printed IR",
        lambda: len(case_names()),
    ),
    Figure("kernels", "README.md", f"over {NUMBER} kernels", lambda: len(KERNELS)),
    Figure(
        "kernels",
        "scripts/benchmarks/README.md",
        f"{NUMBER} kernels in C",
        lambda: len(KERNELS),
    ),
    Figure(
        "pages of a memory",
        "README.md",
        f"memories of {NUMBER} pages",
        lambda: MOST_PAGES,
    ),
    Figure(
        "pages of a memory",
        "docs/limits.md",
        f"have at most {NUMBER} pages",
        lambda: MOST_PAGES,
    ),
    Figure(
        "elements of an instance's tables",
        "docs/limits.md",
        f"of one instance have at most {NUMBER} elements",
        lambda: DEFAULT_TABLE_ELEMENTS,
    ),
    Figure(
        "elements of an instance's tables",
        "docs/packages.md",
        f"tables have at most {NUMBER} elements together",
        lambda: DEFAULT_TABLE_ELEMENTS,
    ),
    Figure(
        "KB of QuickJS's module",
        "README.md",
        f"QuickJS, {NUMBER} KB of WebAssembly",
        lambda: LARGE["quickjs"]().stat().st_size / 1000,
        tolerance=0.002,
        network=True,
    ),
    Figure(
        "KB of QuickJS's module",
        "docs/benchmarks.md",
        f"QuickJS, a module of {NUMBER} KB",
        lambda: LARGE["quickjs"]().stat().st_size / 1000,
        tolerance=0.002,
        network=True,
    ),
    Figure(
        "functions of QuickJS",
        "docs/benchmarks.md",
        rf"QuickJS, a module of \d+ KB with {NUMBER} functions",
        lambda: functions("quickjs"),
        network=True,
    ),
    Figure(
        "bytes of QuickJS's package",
        "RATIONALE.md",
        rf"\| QuickJS \|(?:[ \d,]*\|)+ {NUMBER} \|\n",
        lambda: package_bytes(LARGE["quickjs"]()),
        tolerance=0.03,
        network=True,
    ),
    Figure(
        "MB of QuickJS's functions",
        "RATIONALE.md",
        f"QuickJS's package has {NUMBER} MB of function source",
        lambda: package_bytes(LARGE["quickjs"](), "_functions") / 1e6,
        tolerance=0.05,
        network=True,
    ),
    Figure(
        "bytes of SQLite's package",
        "RATIONALE.md",
        rf"\| SQLite \|(?:[ \d,]*\|)+ {NUMBER} \|\n",
        lambda: package_bytes(LARGE["sqlite"]()),
        tolerance=0.03,
        network=True,
    ),
)


def lines(network: bool, write: bool) -> Iterator[str]:
    """A line for each figure."""
    for figure in FIGURES:
        if figure.network and not network:
            continue
        value, written = figure.now(), figure.written()
        mark = "" if figure.agrees(value) else "  <- stale"
        yield f"{figure.document}: {figure.name}: {written:,.10g}, now {value:,.10g}{mark}"
        if write:
            figure.write(value)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, usage=argparse.SUPPRESS)
    parser.add_argument(
        "--network", action="store_true", help="those of large modules, too"
    )
    parser.add_argument(
        "--write", action="store_true", help="put them into the documents"
    )
    arguments = parser.parse_args()
    for line in lines(arguments.network, arguments.write):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
