"""The commands and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wasm2py import __version__
from wasm2py.commands.arguments import (
    CacheOption,
    CompilerLevelOption,
    DeadlineOption,
    FeaturesOption,
    JobsOption,
    MaxMemoryOption,
    MaxOutputOption,
    MeteredOption,
    NamesOption,
    OptimizeOption,
    QuietOption,
    RuntimeOption,
    SnapshotCommand,
    SnapshotOption,
    SourceArgument,
    TargetOption,
    TimeoutOption,
    TuneOption,
    UnsignedOption,
    snapshot_of,
)
from wasm2py.commands.cache import cache_application
from wasm2py.commands.failures import one_line, reported
from wasm2py.commands.run import run_command
from wasm2py.commands.translating import (
    inspected,
    note,
    note_unusual_name,
    opened,
    translated,
    unheard,
)
from wasm2py.commands.values import choice, package_directory
from wasm2py.commands.wheel import wheel_command
from wasm2py.sources import DEFAULT_DEADLINE, DEFAULT_TIMEOUT
from wasm2py.spec import limits
from wasm2py.spec.features import feature_set

application = typer.Typer(
    name="wasm2py",
    help="Translate WebAssembly modules into importable Python packages.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
application.add_typer(cache_application, name="cache")
application.command("run")(run_command)
application.command("wheel", cls=SnapshotCommand)(wheel_command)

EMITTED = ("c",)


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


@application.command("compile", cls=SnapshotCommand)
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
    target: TargetOption = "python",
    cc_opt: CompilerLevelOption = None,
    emit: Annotated[
        str | None,
        typer.Option(
            parser=choice(EMITTED),
            metavar="|".join(EMITTED),
            autocompletion=lambda: EMITTED,
            help="Stop at the C source, for you to build.",
        ),
    ] = None,
    runtime: RuntimeOption = "vendor",
    unsigned: UnsignedOption = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace whatever is at DIR.")
    ] = False,
    quiet: QuietOption = False,
    jobs: JobsOption = 1,
    features: FeaturesOption = None,
    bytecode: Annotated[
        bool | None,
        typer.Option(
            help="Add the compiled code for this Python, as a snapshot has it anyway."
        ),
    ] = None,
    optimize: OptimizeOption = 2,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PASS",
            help="Leave out a pass, to find the one at fault; may be repeated.",
        ),
    ] = None,
    tune: TuneOption = "cpython",
    snapshot: SnapshotOption = None,
    metered: MeteredOption = False,
    names: NamesOption = None,
    cache: CacheOption = True,
    max_output: MaxOutputOption = limits.MAX_OUTPUT,
    max_memory: MaxMemoryOption = limits.MAX_MEMORY,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    deadline: DeadlineOption = DEFAULT_DEADLINE,
) -> None:
    """Translate a module into a Python package, while its bytes arrive."""
    with reported():
        from wasm2py.commands.compilation import (
            Compilation,
            NativeOptions,
            PackageFolder,
            check_place,
        )
        from wasm2py.commands.names import names_from
        from wasm2py.native.extension import DEFAULT_LEVEL
        from wasm2py.package.native_source import FOLDER
        from wasm2py.package.writer import PackageOptions
        from wasm2py.targets.base import Options

        if target == "python" and (cc_opt is not None or emit is not None):
            raise typer.BadParameter("--cc-opt and --emit go with --target c")
        if bytecode is None:
            # It takes longer to compile what a program needs first than to initialise most.
            bytecode = snapshot is not None
        wanted = Compilation(
            PackageFolder(
                directory,
                PackageOptions(runtime, bytecode=bytecode, unsigned=unsigned),
                force,
            ),
            feature_set() if features is None else features,
            Options(optimize, tune, _passes(without or []), target, metered),
            NativeOptions(DEFAULT_LEVEL if cc_opt is None else cc_opt, emit == "c"),
            jobs,
            cache,
            max_output,
            max_memory,
            unheard if quiet else note,
            snapshot_of(snapshot),
            names_from(names, timeout, deadline),
        )
        # Before a server is bothered for nothing.
        check_place(wanted)
        with opened(source, timeout, deadline, quiet) as found:
            translated(found, wanted, quiet)
            if not quiet and emit == "c":
                place = directory / FOLDER / "README"
                note(f"to build the C source, run the command in {place}")
            if not quiet:
                note_unusual_name(directory.absolute().name)


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

        with opened(source, timeout, deadline) as found:
            feed(found, receive)
        typer.echo(
            f"{one_line(found.name)}: valid,"
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
    names: NamesOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    deadline: DeadlineOption = DEFAULT_DEADLINE,
) -> None:
    """Show a module's sections, imports, exports, features and largest functions."""
    with reported():
        from wasm2py.commands.needs import needs_json, needs_report
        from wasm2py.commands.report import json_report, text_report

        if needs:
            render = needs_json if json else needs_report
        else:
            render = json_report if json else text_report
        typer.echo(render(inspected(source, names, timeout, deadline)))


@application.command("scaffold")
def scaffold_command(
    source: SourceArgument,
    names: NamesOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    deadline: DeadlineOption = DEFAULT_DEADLINE,
) -> None:
    """Write Python to fill in: a function for each import that is not WASI's or Emscripten's."""
    with reported():
        from wasm2py.commands.failures import Failure
        from wasm2py.commands.scaffold import scaffold
        from wasm2py.inspection import ComponentInspection
        from wasm2py.sources.looks import COMPONENT

        found = inspected(source, names, timeout, deadline)
        if isinstance(found, ComponentInspection):
            raise Failure(f"{source}: {COMPONENT}")
        typer.echo(scaffold(found))


@application.command("demo")
def demo_command() -> None:
    """Translate a small module while it arrives slowly, and draw with it."""
    with reported():
        from wasm2py.demo import show

        show()


def run() -> None:
    """Run the command that the process's arguments name."""
    application(prog_name="wasm2py")
