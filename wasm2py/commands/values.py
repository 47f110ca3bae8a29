"""The values of options: a wrong one gets a line that says which are right."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import typer

_LONGEST = 10_000_000  # seconds


def choice(names: Sequence[str]) -> Callable[[str], str]:
    """Takes one of several names."""

    def parse(text: str) -> str:
        if text not in names:
            raise typer.BadParameter(f"{text!r} is none of {', '.join(names)}")
        return text

    return parse


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Takes a whole number from a range."""

    def parse(text: str | int) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            wanted = f"a whole number from {least} to {most}"
            raise typer.BadParameter(f"{str(text)!r} is not {wanted}")
        return number

    return parse


def seconds(text: str | float) -> float:
    """Takes a time."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    # Sockets take neither infinity nor what is no number.
    if not 0.001 <= number <= _LONGEST:
        wanted = f"a number of seconds from 0.001 to {_LONGEST:,}"
        raise typer.BadParameter(f"{str(text)!r} is not {wanted}")
    return number


def package_directory(text: str) -> Path:
    """Takes a folder whose name can be that of a package."""
    if not text:
        raise typer.BadParameter("it is empty: name the folder to write, -o package")
    path = Path(text)
    if path.name in ("", "..") and text != ".":
        inside = path / "package"
        raise typer.BadParameter(
            f"{text!r} does not name a package; name a folder in it, as in -o {inside}"
        )
    # The import system takes a dot for the name of a submodule.
    if "." in path.name:
        other = path.with_name(path.name.replace(".", "_"))
        raise typer.BadParameter(
            f"{path.name!r} cannot be a package's name, since there is a dot in it;"
            f" try -o {other}"
        )
    return path
