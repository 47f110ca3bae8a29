"""Putting a package in its place: whole or not at all, and over nothing of others."""

from __future__ import annotations

import filecmp
import json
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, Final

MARKER = "_wasm2py.json"
"""The file by which a package is known as written by wasm2py; it lists the files."""

_WRITER: Final = "wasm2py"
# Bytes of a marker: the names of 100,000 files. Whatever is larger is not ours.
_LARGEST_MARKER: Final = 1 << 22


def check_destination(directory: Path, force: bool = False) -> None:
    """See whether a package may be written at ``directory``.

    An empty folder may be replaced, and a package that wasm2py wrote. Raises
    ``FileExistsError`` if something else is there, and ``force`` is not set, or if it
    is a folder that contains the working directory; ``OSError`` if there cannot be
    anything at that place.
    """
    place = Path(os.path.realpath(directory))
    try:
        os.lstat(place)
    except FileNotFoundError:
        return
    if Path.cwd().is_relative_to(place):
        raise FileExistsError(
            f"{directory} contains the working directory, which cannot be replaced;"
            " name a folder inside it, as in -o package"
        )
    if force or _is_empty_folder(place):
        return
    files = _written_files(place)
    if files is None:
        raise FileExistsError(
            f"{directory} exists and is not a package that wasm2py wrote;"
            " choose another name, or replace it with --force"
        )
    foreign = _foreign_file(place, files)
    if foreign is not None:
        raise FileExistsError(
            f"{directory} holds {foreign!r}, which wasm2py did not write;"
            " move it away, or replace everything with --force"
        )


def write_directory(
    directory: Path,
    files: Iterable[tuple[str, bytes]],
    force: bool = False,
    committing: Callable[[], AbstractContextManager[object]] = nullcontext,
    expected: Collection[str] = (),
) -> int:
    """Write ``files`` (relative path with "/", content) as the package ``directory``.

    ``expected`` are files that may be made in it later, and replaced with it. They are written into a folder beside it, which is renamed at the end: whatever
    happens before, ``directory`` is as it was and nothing is left beside it. The
    renaming happens within ``committing()``: once that is left, the package is there.
    Gives the number of bytes written. Raises as `check_destination`, and ``OSError``.
    """
    check_destination(directory, force)
    place = Path(os.path.realpath(directory))
    missing = [parent for parent in place.parents if not parent.exists()]
    staged, aside = _beside(place), _beside(place)
    try:
        for parent in reversed(missing):
            parent.mkdir()
        staged.mkdir()
        written = _write_files(staged, files, expected)
        with committing():
            _put_in_place(staged, place, aside)
    except BaseException:
        _remove(staged)
        for parent in missing:
            _remove_if_empty(parent)
        raise
    finally:
        if os.path.lexists(place):
            _remove(aside)
    return written


def write_file(
    place: Path,
    write: Callable[[BinaryIO], object],
    force: bool = False,
    committing: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> int:
    """Have ``write`` write the file ``place``, whole or not at all; gives its size in bytes.

    The file is made beside it, and renamed within ``committing()``, as a folder is. What
    is there is replaced only by the same bytes, or with ``force``. Raises
    ``FileExistsError`` if something else is there, and ``OSError``.
    """
    folder = Path(os.path.realpath(place.parent))
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    place = folder / place.name
    staged = _beside(place)
    try:
        for parent in reversed(missing):
            parent.mkdir()
        with open(staged, "xb") as file:
            write(file)
        if os.path.lexists(place) and not (force or _is_same(staged, place)):
            raise FileExistsError(
                f"{place} exists, and is not the same; move it away,"
                " or replace it with --force"
            )
        size = staged.stat().st_size
        with committing():
            os.replace(staged, place)
    except BaseException:
        _remove(staged)
        for parent in missing:
            _remove_if_empty(parent)
        raise
    return size


def _is_same(made: Path, found: Path) -> bool:
    return found.is_file() and filecmp.cmp(made, found, shallow=False)


def _beside(place: Path) -> Path:
    """A new name in the same folder, which is short, however long a name may be."""
    return place.with_name(f".wasm2py.{secrets.token_hex(6)}")


def _write_files(
    folder: Path, files: Iterable[tuple[str, bytes]], expected: Collection[str]
) -> int:
    names = [*expected]
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


def _put_in_place(staged: Path, place: Path, aside: Path) -> None:
    """Rename ``staged`` to ``place``; what was there before is ``aside`` then."""
    if not os.path.lexists(place):
        staged.rename(place)
        return
    # No portable call exchanges two folders: for a moment there is none.
    try:
        place.rename(aside)
        staged.rename(place)
    except BaseException:
        if os.path.lexists(aside) and not os.path.lexists(place):
            aside.rename(place)
        raise


def _remove(path: Path) -> None:
    """Remove a folder or file if it exists, also when interrupted in the middle.

    An interruption is left at that: it comes too late to prevent anything.
    """
    try:
        _remove_once(path)
    except KeyboardInterrupt:
        _remove_once(path)


def _remove_once(path: Path) -> None:
    # Not the methods of `path`: they raise where a path is too long to exist.
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        path.unlink(missing_ok=True)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        # Somebody else uses it by now, or it was never made.
        return


def _is_empty_folder(place: Path) -> bool:
    try:
        with os.scandir(place) as entries:
            return next(entries, None) is None
    except OSError:
        return False


def _written_files(place: Path) -> frozenset[str] | None:
    """The files that wasm2py wrote into a folder; None if it did not write it."""
    try:
        marker = json.loads(_marker_content(place / MARKER))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(marker, dict) or marker.get("writer") != _WRITER:
        return None
    files = marker.get("files")
    if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
        return None
    return frozenset(files)


def _marker_content(path: Path) -> bytes:
    """The content of a marker, which may be anything: others can write into folders.

    Raises ``OSError`` and ``ValueError``. A pipe is not waited for, a link not followed.
    """
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, os.O_RDONLY | flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("a marker is a file")
        content = file.read(_LARGEST_MARKER + 1)
    if len(content) > _LARGEST_MARKER:
        raise ValueError("a marker is not as large")
    return content


def _foreign_file(place: Path, files: frozenset[str]) -> str | None:
    """The first file in a folder that is not among ``files``, if there is one.

    Python's caches of compiled code do not count. Raises ``OSError`` for a folder that
    cannot be read.
    """
    for relative in _files_in(place):
        if relative not in files and relative != MARKER:
            return relative
    return None


def _files_in(place: Path) -> Iterator[str]:
    """The relative paths of the files in a folder, in order; links are files, too."""
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(place / folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            if not entry.is_dir(follow_symlinks=False):
                yield folder + entry.name
            elif entry.name != "__pycache__":
                folders.append(f"{folder}{entry.name}/")
