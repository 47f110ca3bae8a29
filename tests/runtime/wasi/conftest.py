"""Folders of both kinds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

import pytest

from tests.runtime.wasi.caller import Caller
from wasm2py_runtime import Directory, MemoryDirectory


def write_tree(folder: Path, files: dict[str, Any]) -> None:
    for name, content in files.items():
        if isinstance(content, dict):
            (folder / name).mkdir()
            write_tree(folder / name, content)
        elif isinstance(content, PurePath):
            (folder / name).symlink_to(content)
        else:
            (folder / name).write_bytes(content)


def read_tree(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in folder.iterdir():
        if path.is_symlink():
            found[path.name] = PurePath(path.readlink())
        elif path.is_dir():
            found[path.name] = read_tree(path)
        else:
            found[path.name] = path.read_bytes()
    return found


class Folders:
    """Makes folders of one kind."""

    def __init__(self, kind: str, path: Path) -> None:
        self.kind = kind
        self._path = path
        self._count = 0
        self._made: dict[int, Any] = {}

    def make(self, files: dict[str, Any]) -> Any:
        """A folder for ``preopens``."""
        if self.kind == "memory":
            return MemoryDirectory(files)
        self._count += 1
        path = self._path / f"folder{self._count}"
        path.mkdir()
        write_tree(path, files)
        return Directory(path)

    def contents(self, folder: Any) -> dict[str, Any]:
        """What is in one now."""
        if isinstance(folder, MemoryDirectory):
            return folder.files
        return read_tree(Path(folder.path))

    def program(self, files: dict[str, Any], **options: Any) -> Caller:
        """A program with a folder."""
        return Caller(preopens={"/": self.make(files)}, **options)


@pytest.fixture(params=["host", "memory"])
def folders(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Folders]:
    if request.param == "host" and sys.platform == "win32":
        pytest.skip("no descriptors of folders")
    yield Folders(request.param, tmp_path)
