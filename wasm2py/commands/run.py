"""`wasm2py run`: a program of WASI, translated where that has not been done before."""

from __future__ import annotations

import signal
from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from wasm2py.commands.arguments import FeaturesOption, NamesOption
from wasm2py.commands.failures import reported
from wasm2py.commands.interrupted import ProgramEnd
from wasm2py.commands.translating import note
from wasm2py.sources import DEFAULT_DEADLINE, DEFAULT_TIMEOUT, Source, open_source
from wasm2py.spec.features import Features
from wasm2py_runtime.module import Module

if TYPE_CHECKING:
    from wasm2py.spec.environment import ModuleEnvironment

_USAGE = 2


def run_command(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="A URL (http, https, file) or a file."),
    ],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="-- ARGS", help="The program's arguments."),
    ] = None,
    directories: Annotated[
        list[str] | None,
        typer.Option(
            "--dir",
            metavar="HOST::GUEST[::ro]",
            help="A folder, and the path that it has for the program; may be repeated.",
        ),
    ] = None,
    variables: Annotated[
        list[str] | None,
        typer.Option(
            "--env",
            metavar="NAME=VALUE",
            help="A variable of the program's environment; may be repeated.",
        ),
    ] = None,
    invoke: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Call this export with ARGS, and print the results."
        ),
    ] = None,
    limits: Annotated[
        list[str] | None,
        typer.Option(
            "--limit",
            metavar="NAME=NUMBER",
            help="How much it may take: memory (bytes), table (elements), call_depth,"
            " fuel (instructions), deadline (seconds); may be repeated.",
        ),
    ] = None,
    features: FeaturesOption = None,
    names: NamesOption = None,
) -> None:
    """Run a program (a command of WASI), which sees what it is given and nothing else."""
    opening = open_source(source, DEFAULT_TIMEOUT, DEFAULT_DEADLINE)
    with reported(), opening as opened:
        metered = any(text.startswith("fuel=") for text in limits or ())
        module = _translated(opened, features, metered, names)
    from wasm2py_runtime.wasi.command import Invocation, UsageError, run

    invocation = Invocation(
        tuple(directories or ()),
        tuple(variables or ()),
        invoke,
        tuple(arguments or ()),
        tuple(limits or ()),
    )
    # From now on an interruption ends the program, and nothing has to be put in order.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        name = _program_name(source)
        status = run(module, name, invocation, "wasm2py", _host(module))
    except UsageError as error:
        note(str(error))
        status = _USAGE
    raise ProgramEnd(status)


def _translated(
    opened: Source,
    features: Features | None,
    metered: bool,
    names: list[str] | None,
) -> Module:
    from wasm2py.commands.feeding import feed
    from wasm2py.options import settings
    from wasm2py.package.compiling import Compiling
    from wasm2py.package.known_module import options_of
    from wasm2py.translation.cache import Cache, Lookup
    from wasm2py.translation.collector import rare_collections

    chosen = settings({"features": features, "metered": metered})
    cache = Cache(chosen.features, options_of(chosen), warn=note)
    lookup = Lookup(cache, opened.total)
    with Compiling(chosen, None, lookup, changed=bool(names)) as compiling:
        with rare_collections():
            feed(opened, compiling.receive)
        if names:
            _rename(compiling.translation.env, names)
        return compiling.finish()


def _rename(env: ModuleEnvironment, names: list[str]) -> None:
    """Give imports and exports the names of scripts."""
    from wasm2py.commands.names import names_from
    from wasm2py.glue.renaming import rename

    glue = names_from(names, DEFAULT_TIMEOUT, DEFAULT_DEADLINE)
    if glue is not None:
        for text in rename(env, glue):
            note(text)


def _host(module: Module) -> Callable[..., object]:
    """What makes a program's imports."""
    from wasm2py_runtime.emscripten.signatures import imports_of, uses_emscripten
    from wasm2py_runtime.wasi import WASI

    if not uses_emscripten(imports_of(module.info)):
        return WASI
    from wasm2py_runtime.emscripten import Emscripten

    return partial(Emscripten, module)


def _program_name(source: str) -> str:
    """What the program is told that it is called."""
    return PurePath(urlsplit(source).path).name or source
