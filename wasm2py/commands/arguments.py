"""Arguments and options that several commands have."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from wasm2py.commands.values import choice, seconds, whole_number
from wasm2py.options import TARGETS
from wasm2py.spec.features import Features, feature_set

RUNTIMES = ("vendor", "import")
TUNES = ("cpython", "pypy")


def _features(text: str) -> Features:
    try:
        return feature_set([name.strip() for name in text.split(",")])
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE", help="A URL (http, https, file), a file, or - (stdin)."
    ),
]
FeaturesOption = Annotated[
    Features | None,
    typer.Option(
        parser=_features,
        metavar="NAMES",
        help="What the module may use: wasm1, wasm2, wasm3, all, or proposals by name,"
        " separated by commas. [default: everything standardised, and threads]",
    ),
]
NamesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--names-from",
        metavar="GLUE.js",
        help="The JavaScript (URL or file) that the module is published with, for"
        " readable names of imports and exports; it is not run; may be repeated.",
    ),
]
TimeoutOption = Annotated[
    float,
    typer.Option(
        parser=seconds,
        metavar="SECONDS",
        help="How long a server may stay silent.",
    ),
]
DeadlineOption = Annotated[
    float,
    typer.Option(
        parser=seconds,
        metavar="SECONDS",
        help="How long a server may take to send everything.",
    ),
]
TargetOption = Annotated[
    str,
    typer.Option(
        parser=choice(TARGETS),
        metavar="|".join(TARGETS),
        autocompletion=lambda: TARGETS,
        help="What functions are translated to.",
    ),
]
CompilerLevelOption = Annotated[
    int | None,
    typer.Option(
        "--cc-opt",
        parser=whole_number(0, 2),
        metavar="0|1|2",
        help="The C compiler's level of optimisation. [default: 2]",
    ),
]
RuntimeOption = Annotated[
    str,
    typer.Option(
        parser=choice(RUNTIMES),
        metavar="|".join(RUNTIMES),
        autocompletion=lambda: RUNTIMES,
        help="Copy the runtime into the package, or import wasm2py's.",
    ),
]
UnsignedOption = Annotated[
    bool,
    typer.Option(
        "--unsigned",
        help="Let the package give integers as unsigned numbers, as addresses are.",
    ),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")
]
JobsOption = Annotated[
    int,
    typer.Option(
        parser=whole_number(1, 61), metavar="N", help="Translate in N processes."
    ),
]
OptimizeOption = Annotated[
    int,
    typer.Option(
        "-O",
        parser=whole_number(0, 2),
        metavar="0|1|2",
        help="How much work goes into fast code.",
    ),
]
TuneOption = Annotated[
    str,
    typer.Option(
        parser=choice(TUNES),
        metavar="|".join(TUNES),
        autocompletion=lambda: TUNES,
        help="The interpreter whose strengths the code plays to.",
    ),
]
SnapshotOption = Annotated[
    str | None,
    typer.Option(
        metavar="[=EXPORT]",
        help="Initialise the module now, once for all: by its start function,"
        " _initialize and wizer.initialize, or the EXPORT.",
    ),
]
MeteredOption = Annotated[
    bool,
    typer.Option(
        "--metered", help="Count instructions, so that fuel can be a limit for them."
    ),
]
CacheOption = Annotated[bool, typer.Option(help="Keep the translation for next time.")]
MaxOutputOption = Annotated[
    int,
    typer.Option(
        parser=whole_number(1, sys.maxsize),
        metavar="BYTES",
        help="How large the package may be.",
    ),
]
MaxMemoryOption = Annotated[
    int,
    typer.Option(
        parser=whole_number(1, sys.maxsize),
        metavar="BYTES",
        help="How much memory the translation may use, as an estimate.",
    ),
]


_SNAPSHOT = "--snapshot"


class SnapshotCommand(TyperCommand):
    """A command whose ``--snapshot`` takes a value only behind an equals sign."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse arguments, an option without a value as one with an empty value."""
        bare, empty = _SNAPSHOT, f"{_SNAPSHOT}="
        return super().parse_args(ctx, [empty if arg == bare else arg for arg in args])


def snapshot_of(option: str | None) -> bool | str:
    """What an option means, as in ``wasm2py.CompileOptions``."""
    return option or option is not None
