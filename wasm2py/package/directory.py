"""Putting a package in its place: whole or not at all, and over nothing of others."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

MARKER = "_wasm2py.json"
"""The file by which a package is known as written by wasm2py; it lists the files."""

_WRITER = "wasm2py"


def check_destination(directory: Path, force: bool = False) -> None:
    """See whether a package may be written at ``directory``.

    Raises ``FileExistsError`` if something is there that wasm2py did not write, and
    ``force`` is not set, or if it is a folder that contains the working directory.
    """
    place = Path(os.path.realpath(directory))
    if not os.path.lexists(place):
        return
    if Path.cwd().is_relative_to(place):
        raise FileExistsError(f"{directory} contains the working directory")
    if force:
        return
    files = _written_files(place)
    if files is None:
        raise FileExistsError(
            f"{directory} exists and is no package that wasm2py wrote;"
            " choose another name, or replace it with --force"
        )
    foreign = _foreign_file(place, files)
    if foreign is not None:
        raise FileExistsError(
            f"{directory} holds {foreign!r}, which wasm2py did not write;"
            " move it away, or replace everything with --force"
        )


def write_directory(
    directory: Path, files: Iterable[tuple[str, bytes]], force: bool = False
) -> int:
    """Write ``files`` (relative path with "/", content) as the package ``directory``.

    They are written into a folder beside it, which is renamed at the end: whatever
    happens before, ``directory`` is as it was and nothing is left beside it. Gives
    the number of bytes written. Raises as `check_destination`, and ``OSError``.
    """
    check_destination(directory, force)
    place = Path(os.path.realpath(directory))
    missing = [parent for parent in place.parents if not parent.exists()]
    staged = _beside(place)
    try:
        for parent in reversed(missing):
            parent.mkdir()
        staged.mkdir()
        written = _write_files(staged, files)
        _put_in_place(staged, place)
    except BaseException:
        _remove(staged)
        for parent in missing:
            _remove_if_empty(parent)
        raise
    return written


def _beside(place: Path) -> Path:
    return place.with_name(f".{place.name}.{secrets.token_hex(6)}")


def _write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    names = []
    size = 0
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        names.append(name)
        size += len(content)
    marker = {"writer": _WRITER, "files": names}
    content = (json.dumps(marker, indent=1) + "\n").encode()
    (folder / MARKER).write_bytes(content)
    return size + len(content)


def _put_in_place(staged: Path, place: Path) -> None:
    if not os.path.lexists(place):
        staged.rename(place)
        return
    # No portable call exchanges two folders: for a moment there is none.
    aside = _beside(place)
    try:
        place.rename(aside)
        staged.rename(place)
    except BaseException:
        if os.path.lexists(aside) and not os.path.lexists(place):
            aside.rename(place)
        raise
    finally:
        _remove(aside)


def _remove(path: Path) -> None:
    """Remove a folder or file if it exists, also when interrupted in the middle.

    An interruption is left at that: it comes too late to prevent anything.
    """
    try:
        _remove_once(path)
    except KeyboardInterrupt:
        _remove_once(path)


def _remove_once(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        # Somebody else uses it by now, or it was never made.
        return


def _written_files(place: Path) -> frozenset[str] | None:
    """The files that wasm2py wrote into a folder; None if it did not write it."""
    try:
        marker = json.loads((place / MARKER).read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(marker, dict) or marker.get("writer") != _WRITER:
        return None
    files = marker.get("files")
    return frozenset(map(str, files)) if isinstance(files, list) else None


def _foreign_file(place: Path, files: frozenset[str]) -> str | None:
    """The first file in a folder that is not among ``files``, if there is one.

    Python's caches of compiled code do not count.
    """
    for folder, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            relative = Path(folder, name).relative_to(place).as_posix()
            if relative not in files and relative != MARKER:
                return relative
    return None
