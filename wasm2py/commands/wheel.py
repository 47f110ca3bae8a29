"""`wasm2py wheel`: a module as something that pip installs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

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
    SnapshotOption,
    SourceArgument,
    TargetOption,
    TimeoutOption,
    TuneOption,
    UnsignedOption,
    snapshot_of,
)
from wasm2py.commands.failures import reported
from wasm2py.commands.translating import (
    note,
    note_unusual_name,
    opened,
    translated,
    unheard,
)
from wasm2py.sources import DEFAULT_DEADLINE, DEFAULT_TIMEOUT
from wasm2py.spec import limits
from wasm2py.spec.features import feature_set


def _name(text: str) -> str:
    from wasm2py.package.wheel import normal_name

    with _wrong_values():
        return normal_name(text)


def _version(text: str) -> str:
    from wasm2py.package.wheel import checked_version

    with _wrong_values():
        return checked_version(text)


def _platform(text: str) -> str:
    from wasm2py.native.platforms import PLATFORMS

    if text not in PLATFORMS:
        known = ", ".join(PLATFORMS)
        raise typer.BadParameter(
            f"nothing native can be built for {text!r} yet: there are {known}"
        )
    return text


def _license_file(text: str) -> Path:
    from wasm2py.package.wheel import check_license_name

    path = Path(text)
    with _wrong_values():
        check_license_name(path.name)
    # A pipe or a device might never end.
    if not path.is_file():
        raise typer.BadParameter(f"there is no file {text!r}")
    return path


@contextmanager
def _wrong_values() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def wheel_command(
    source: SourceArgument,
    name: Annotated[
        str,
        typer.Option(
            parser=_name,
            metavar="NAME",
            help="The distribution's name; in its normal form, with underscores, it is"
            " the import name.",
        ),
    ],
    version: Annotated[
        str,
        typer.Option(
            parser=_version, metavar="VERSION", help="The distribution's version."
        ),
    ],
    directory: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="The folder for the wheel, which names itself.",
        ),
    ] = Path(),
    target: TargetOption = "python",
    platform: Annotated[
        str | None,
        typer.Option(
            parser=_platform,
            metavar="PLATFORM",
            help="What the native build is for: by zig, such as linux-aarch64."
            " [default: what the compiler builds for]",
        ),
    ] = None,
    fallback: Annotated[
        bool,
        typer.Option(help="Put Python functions beside those of the native build."),
    ] = True,
    license_file: Annotated[
        Path | None,
        typer.Option(
            parser=_license_file,
            metavar="FILE",
            help="A licence to put into the wheel.",
        ),
    ] = None,
    cc_opt: CompilerLevelOption = None,
    runtime: RuntimeOption = "vendor",
    unsigned: UnsignedOption = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace another wheel of the same name.")
    ] = False,
    quiet: QuietOption = False,
    jobs: JobsOption = 1,
    features: FeaturesOption = None,
    optimize: OptimizeOption = 2,
    tune: TuneOption = "cpython",
    snapshot: SnapshotOption = None,
    metered: MeteredOption = False,
    cache: CacheOption = True,
    max_output: MaxOutputOption = limits.MAX_OUTPUT,
    max_memory: MaxMemoryOption = limits.MAX_MEMORY,
    names: NamesOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    deadline: DeadlineOption = DEFAULT_DEADLINE,
) -> None:
    """Translate a module into a wheel, which pip installs as a package."""
    with reported():
        from wasm2py.commands.compilation import (
            Compilation,
            NativeOptions,
            WheelFile,
            check_place,
        )
        from wasm2py.commands.names import names_from
        from wasm2py.native.extension import DEFAULT_LEVEL
        from wasm2py.package.wheel import Distribution
        from wasm2py.package.writer import PackageOptions
        from wasm2py.targets.base import Options

        if target == "python" and (cc_opt is not None or platform or not fallback):
            raise typer.BadParameter(
                "--cc-opt, --platform and --no-fallback go with --target c"
            )
        distribution = Distribution(name, version)
        if license_file is not None:
            licence = (license_file.name, license_file.read_bytes())
            distribution = distribution._replace(license=licence)
        wanted = Compilation(
            WheelFile(
                directory,
                distribution,
                PackageOptions(runtime, fallback=fallback, unsigned=unsigned),
                force,
            ),
            feature_set() if features is None else features,
            Options(optimize, tune, target=target, metered=metered),
            NativeOptions(
                DEFAULT_LEVEL if cc_opt is None else cc_opt, platform=platform
            ),
            jobs,
            cache,
            max_output,
            max_memory,
            unheard if quiet else note,
            snapshot_of(snapshot),
            names_from(names, timeout, deadline),
        )
        check_place(wanted)
        with opened(source, timeout, deadline, quiet) as found:
            translated(found, wanted, quiet)
        if not quiet:
            note_unusual_name(distribution.package)
