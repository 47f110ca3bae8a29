"""The commands and their options."""

from __future__ import annotations

from enum import StrEnum
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasm2py import limits
from wasm2py.commands.cache import cache_application
from wasm2py.commands.failures import (
    Failure,
    exit_on_termination,
    one_line,
    reported,
)
from wasm2py.features import Features, feature_set
from wasm2py.sources import DEFAULT_TIMEOUT, open_source

if TYPE_CHECKING:
    from wasm2py.commands.compilation import Compilation

application = typer.Typer(
    name="wasm2py",
    help="Translate WebAssembly modules into importable Python packages.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
application.add_typer(cache_application, name="cache")


class Target(StrEnum):
    """What functions are translated to."""

    PYTHON = "python"
    C = "c"


class Runtime(StrEnum):
    """Where a package has its runtime from."""

    VENDOR = "vendor"
    IMPORT = "import"


class Tune(StrEnum):
    """The interpreter whose strengths the code plays to."""

    CPYTHON = "cpython"
    PYPY = "pypy"


def _features(text: str) -> Features:
    try:
        return feature_set([name.strip() for name in text.split(",")])
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _passes(names: list[str]) -> tuple[str, ...]:
    from wasm2py.function import PASSES

    for name in names:
        if name not in PASSES:
            known = ", ".join(PASSES)
            raise typer.BadParameter(f"no pass {name!r}: there are {known}")
    return tuple(sorted(set(names)))


def _directory(text: str) -> Path:
    path = Path(text)
    name = path.absolute().name
    # The import system takes a dot for the name of a submodule.
    if name in ("", "..") or "." in name:
        raise typer.BadParameter(
            f"the last component of {text!r} cannot be a package's name"
        )
    return path


SourceArgument = Annotated[
    str, typer.Argument(metavar="SOURCE", help="An http(s) URL, a file, or - (stdin).")
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
TimeoutOption = Annotated[
    float,
    typer.Option(
        min=0.001, metavar="SECONDS", help="How long a server may stay silent."
    ),
]


@application.command("compile")
def compile_command(
    source: SourceArgument,
    directory: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            parser=_directory,
            metavar="DIR",
            help="The package to write; its last component is the import name.",
        ),
    ],
    target: Annotated[
        Target, typer.Option(help="What functions are translated to.")
    ] = Target.PYTHON,
    runtime: Annotated[
        Runtime,
        typer.Option(help="Copy the runtime into the package, or import wasm2py's."),
    ] = Runtime.VENDOR,
    force: Annotated[
        bool, typer.Option("--force", help="Replace whatever is at DIR.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")
    ] = False,
    jobs: Annotated[
        int, typer.Option(min=1, max=61, metavar="N", help="Translate in N processes.")
    ] = 1,
    features: FeaturesOption = None,
    bytecode: Annotated[
        bool,
        typer.Option("--bytecode", help="Add the compiled code for this Python."),
    ] = False,
    optimize: Annotated[
        int, typer.Option("-O", min=0, max=2, help="How much work goes into fast code.")
    ] = 2,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PASS",
            help="Leave out a pass, to find the one at fault; may be repeated.",
        ),
    ] = None,
    tune: Annotated[
        Tune, typer.Option(help="The interpreter whose strengths the code plays to.")
    ] = Tune.CPYTHON,
    cache: Annotated[
        bool, typer.Option(help="Keep the translation for the next time.")
    ] = True,
    max_output: Annotated[
        int, typer.Option(min=1, metavar="BYTES", help="How large the package may be.")
    ] = limits.MAX_OUTPUT,
    max_memory: Annotated[
        int,
        typer.Option(
            min=1, metavar="BYTES", help="How much the translation may hold at a time."
        ),
    ] = limits.MAX_MEMORY,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
) -> None:
    """Translate a module into a Python package, while its bytes arrive."""
    with reported():
        from wasm2py.commands.compilation import Compilation
        from wasm2py.function import Options
        from wasm2py.package.writer import PackageOptions

        if target is Target.C:
            raise Failure("the target c is not built yet; use --target python")
        wanted = Compilation(
            directory,
            feature_set() if features is None else features,
            Options(optimize, tune.value, _passes(without or [])),
            PackageOptions(runtime=runtime.value, bytecode=bytecode),
            force,
            jobs,
            cache,
            max_output,
            max_memory,
        )
        _compile(source, wanted, quiet, timeout)


def _compile(source: str, wanted: Compilation, quiet: bool, timeout: float) -> None:
    from wasm2py.collector import rare_collections
    from wasm2py.commands.compilation import compile_package
    from wasm2py.commands.progress import shown_progress
    from wasm2py.package.directory import check_destination

    # Before a server is bothered for nothing.
    check_destination(wanted.directory, wanted.force)
    with (
        open_source(source, timeout) as opened,
        shown_progress(opened.total, quiet) as report,
        rare_collections(),
    ):
        summary = compile_package(opened, wanted, report)
    if not quiet:
        typer.echo(
            f"{one_line(str(wanted.directory))}: {summary.functions:,} functions,"
            f" {summary.bytes_in:,} bytes in, {summary.bytes_out:,} bytes out,"
            f" {summary.seconds:.2f} s; ready {summary.lag:.2f} s after the last byte"
        )
        _note_unusual_name(wanted.directory.absolute().name)


def _note_unusual_name(name: str) -> None:
    """Say how a package is imported that no import statement can name."""
    if name.isidentifier() and not iskeyword(name):
        return
    typer.echo(
        "wasm2py: an import statement cannot name this package:"
        f" use importlib.import_module({name!a})",
        err=True,
    )


@application.command("validate")
def validate_command(
    source: SourceArgument,
    features: FeaturesOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
) -> None:
    """Decode and validate a module."""
    with reported():
        from wasm2py.commands.feeding import feed
        from wasm2py.module_reader import ModuleReader
        from wasm2py.validation import validate_function

        chosen = feature_set() if features is None else features
        reader = ModuleReader(chosen, keep_contents=False)
        functions = 0

        def receive(data: bytes) -> None:
            nonlocal functions
            for job in reader.receive(data):
                validate_function(reader.env, job)
                functions += 1

        with open_source(source, timeout) as opened:
            feed(opened, receive)
        typer.echo(
            f"{one_line(opened.name)}: valid,"
            f" {functions:,} functions, {reader.size:,} bytes"
        )


@application.command("inspect")
def inspect_command(
    source: SourceArgument,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
) -> None:
    """Show a module's sections, imports, exports, features and largest functions."""
    with reported():
        from wasm2py.commands.feeding import feed
        from wasm2py.commands.report import json_report, text_report
        from wasm2py.inspection import Inspector

        inspector = Inspector()
        with open_source(source, timeout) as opened:
            feed(opened, inspector.receive)
        render = json_report if json else text_report
        typer.echo(render(inspector.finish()))


@application.command("demo")
def demo_command() -> None:
    """Translate a small module while it arrives slowly, and draw with it."""
    with reported():
        from wasm2py.demo import show

        show()


def run() -> None:
    """Run the command that the process's arguments name."""
    exit_on_termination()
    application()
