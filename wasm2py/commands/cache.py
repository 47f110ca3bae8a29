"""`wasm2py cache`: what the cache of translations holds, and clearing it."""

from __future__ import annotations

import os

import typer

from wasm2py.commands.failures import Failure, reported

cache_application = typer.Typer(
    help="Show or clear what is kept of earlier translations.", no_args_is_help=True
)


@cache_application.command("dir")
def dir_command() -> None:
    """Print the folder: $WASM2PY_CACHE_DIR, or else the platform's place for it."""
    from wasm2py.translation.cache import default_folder

    # As bytes: a path need not be text.
    typer.echo(os.fsencode(default_folder()))


@cache_application.command("clear")
def clear_command() -> None:
    """Remove all translations from the folder."""
    from wasm2py.translation.cache import clear, default_folder
    from wasm2py.translation.private_folder import NotPrivate

    with reported():
        try:
            removed = clear(default_folder())
        except NotPrivate as error:
            raise Failure(f"nothing was removed: {error}") from error
        typer.echo(f"removed {removed.entries:,} modules, {removed.size:,} bytes")
