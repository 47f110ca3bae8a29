"""The commands and their options."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasm2py import __version__
from wasm2py.commands.cache import cache_application
from wasm2py.commands.failures import one_line, reported
from wasm2py.commands.run import run_command
from wasm2py.commands.values import (
    choice,
    package_directory,
    seconds,
    whole_number,
)
from wasm2py.options import TARGETS
from wasm2py.sources import DEFAULT_DEADLINE, DEFAULT_TIMEOUT, Source, open_source
from wasm2py.spec import limits
from wasm2py.spec.features import Features, feature_set

if TYPE_CHECKING:
    from wasm2py.commands.compilation import Compilation

application = typer.Typer(
    name="wasm2py",
    help="Translate WebAssembly modules into importable Python packages.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
application.add_typer(cache_application, name="cache")
application.command("run")(run_command)

RUNTIMES = ("vendor", "import")
TUNES = ("cpython", "pypy")
EMITTED = ("c",)


def _features(text: str) -> Features:
    try:
        return feature_set([name.strip() for name in text.split(",")])
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _passes(names: list[str]) -> tuple[str, ...]:
    from wasm2py.targets import registry

    passes = registry.TARGETS["python"].optional_passes
    for name in names:
        if name not in passes:
            known = ", ".join(passes)
            raise typer.BadParameter(
                f"no pass {name!r}: there are {known}", param_hint="'--without'"
            )
    return tuple(sorted(set(names)))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wasm2py {__version__}")
        raise typer.Exit


@application.callback()
def common(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Translate WebAssembly modules into importable Python packages."""


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


@application.command("compile")
def compile_command(
    source: SourceArgument,
    directory: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            parser=package_directory,
            metavar="DIR",
            help="The package to write; its last component is the import name.",
        ),
    ],
    target: Annotated[
        str,
        typer.Option(
            parser=choice(TARGETS),
            metavar="|".join(TARGETS),
            autocompletion=lambda: TARGETS,
            help="What functions are translated to.",
        ),
    ] = "python",
    cc_opt: Annotated[
        int | None,
        typer.Option(
            "--cc-opt",
            parser=whole_number(0, 2),
            metavar="0|1|2",
            help="The C compiler's level of optimisation. [default: 2]",
        ),
    ] = None,
    emit: Annotated[
        str | None,
        typer.Option(
            parser=choice(EMITTED),
            metavar="|".join(EMITTED),
            autocompletion=lambda: EMITTED,
            help="Stop at the C source, for you to build.",
        ),
    ] = None,
    runtime: Annotated[
        str,
        typer.Option(
            parser=choice(RUNTIMES),
            metavar="|".join(RUNTIMES),
            autocompletion=lambda: RUNTIMES,
            help="Copy the runtime into the package, or import wasm2py's.",
        ),
    ] = "vendor",
    force: Annotated[
        bool, typer.Option("--force", help="Replace whatever is at DIR.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")
    ] = False,
    jobs: Annotated[
        int,
        typer.Option(
            parser=whole_number(1, 61), metavar="N", help="Translate in N processes."
        ),
    ] = 1,
    features: FeaturesOption = None,
    bytecode: Annotated[
        bool,
        typer.Option("--bytecode", help="Add the compiled code for this Python."),
    ] = False,
    optimize: Annotated[
        int,
        typer.Option(
            "-O",
            parser=whole_number(0, 2),
            metavar="0|1|2",
            help="How much work goes into fast code.",
        ),
    ] = 2,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PASS",
            help="Leave out a pass, to find the one at fault; may be repeated.",
        ),
    ] = None,
    tune: Annotated[
        str,
        typer.Option(
            parser=choice(TUNES),
            metavar="|".join(TUNES),
            autocompletion=lambda: TUNES,
            help="The interpreter whose strengths the code plays to.",
        ),
    ] = "cpython",
    cache: Annotated[
        bool, typer.Option(help="Keep the translation for next time.")
    ] = True,
    max_output: Annotated[
        int,
        typer.Option(
            parser=whole_number(1, sys.maxsize),
            metavar="BYTES",
            help="How large the package may be.",
        ),
    ] = limits.MAX_OUTPUT,
    max_memory: Annotated[
        int,
        typer.Option(
            parser=whole_number(1, sys.maxsize),
            metavar="BYTES",
            help="How much memory the translation may use, as an estimate.",
        ),
    ] = limits.MAX_MEMORY,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    deadline: DeadlineOption = DEFAULT_DEADLINE,
) -> None:
    """Translate a module into a Python package, while its bytes arrive."""
    with reported():
        from wasm2py.commands.compilation import (
            Compilation,
            NativeOptions,
            check_place,
        )
        from wasm2py.native.build import DEFAULT_LEVEL
        from wasm2py.package.writer import PackageOptions
        from wasm2py.targets.base import Options

        if target == "python" and (cc_opt is not None or emit is not None):
            raise typer.BadParameter("--cc-opt and --emit go with --target c")
        wanted = Compilation(
            directory,
            feature_set() if features is None else features,
            Options(optimize, tune, _passes(without or []), target),
            PackageOptions(runtime=runtime, bytecode=bytecode),
            NativeOptions(DEFAULT_LEVEL if cc_opt is None else cc_opt, emit == "c"),
            force,
            jobs,
            cache,
            max_output,
            max_memory,
            _unheard if quiet else _note,
        )
        # Before a server is bothered for nothing.
        check_place(wanted)
        with _opened(source, timeout, deadline, quiet) as opened:
            _compile(opened, wanted, quiet)


@contextmanager
def _opened(
    source: str, timeout: float, deadline: float, quiet: bool = False
) -> Iterator[Source]:
    """A source; notes on it are printed if all goes well."""
    with open_source(source, timeout, deadline) as opened:
        yield opened
    if opened.note is not None and not quiet:
        typer.echo(f"wasm2py: {one_line(opened.note)}", err=True)


def _compile(opened: Source, wanted: Compilation, quiet: bool) -> None:
    from wasm2py.commands.compilation import compile_package
    from wasm2py.commands.progress import shown_progress
    from wasm2py.package.native_source import FOLDER
    from wasm2py.translation.collector import rare_collections

    with (
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
        if wanted.native.source_only:
            place = wanted.directory / FOLDER / "README"
            _note(f"to build the C source, run the command in {place}")
        _note_unusual_name(wanted.directory.absolute().name)


def _note(text: str) -> None:
    """Tell the user something that they should know and that is not a failure."""
    typer.echo(f"wasm2py: {one_line(text)}", err=True)


def _unheard(text: str) -> None:
    """Drop a note, where only errors are to be printed."""


def _note_unusual_name(name: str) -> None:
    """Say what stands in the way of importing a package by its name."""
    if not name.isidentifier() or iskeyword(name):
        _note(
            "an import statement cannot name this package:"
            f" use importlib.import_module({name!a})"
        )
    elif name in sys.stdlib_module_names:
        _note(
            f"{name} is a module of the standard library, too: whichever comes first"
            " on sys.path is imported, also by others; choose another name"
        )


@application.command("validate")
def validate_command(
    source: SourceArgument,
    features: FeaturesOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    deadline: DeadlineOption = DEFAULT_DEADLINE,
) -> None:
    """Decode and validate a module."""
    with reported():
        from wasm2py.binary.module_reader import ModuleReader
        from wasm2py.commands.feeding import feed
        from wasm2py.validation.module import validate_function

        chosen = feature_set() if features is None else features
        reader = ModuleReader(chosen, keep_contents=False)
        functions = 0

        def receive(data: bytes) -> None:
            nonlocal functions
            for job in reader.receive(data):
                validate_function(reader.env, job)
                functions += 1

        with _opened(source, timeout, deadline) as opened:
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
    needs: Annotated[
        bool,
        typer.Option(
            "--needs",
            help="Only what the module needs to run: proposals, WASI, Emscripten,"
            " dynamic linking, imports.",
        ),
    ] = False,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    deadline: DeadlineOption = DEFAULT_DEADLINE,
) -> None:
    """Show a module's sections, imports, exports, features and largest functions."""
    with reported():
        from wasm2py.commands.feeding import feed
        from wasm2py.commands.needs import needs_json, needs_report
        from wasm2py.commands.report import json_report, text_report
        from wasm2py.inspection import Inspector

        inspector = Inspector()
        with _opened(source, timeout, deadline) as opened:
            feed(opened, inspector.receive)
        if needs:
            render = needs_json if json else needs_report
        else:
            render = json_report if json else text_report
        typer.echo(render(inspector.finish()))


@application.command("scaffold")
def scaffold_command(
    source: SourceArgument,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    deadline: DeadlineOption = DEFAULT_DEADLINE,
) -> None:
    """Write Python to fill in: a function for each import that is not WASI's."""
    with reported():
        from wasm2py.commands.feeding import feed
        from wasm2py.commands.scaffold import scaffold
        from wasm2py.inspection import Inspector

        inspector = Inspector()
        with _opened(source, timeout, deadline) as opened:
            feed(opened, inspector.receive)
        typer.echo(scaffold(inspector.finish()))


@application.command("demo")
def demo_command() -> None:
    """Translate a small module while it arrives slowly, and draw with it."""
    with reported():
        from wasm2py.demo import show

        show()


def run() -> None:
    """Run the command that the process's arguments name."""
    application(prog_name="wasm2py")
