"""Fixtures for the tests of the examples."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.docs.examples import importable
from tests.examples.packages import EXAMPLES, make


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives a folder with an example, and what its commands have made."""

    @cache
    def folder(name: str) -> Path:
        path = tmp_path_factory.mktemp(name)
        shutil.copy(EXAMPLES / f"{name}.py", path)
        make(name, path)
        return path

    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to work in, whose modules can be imported."""
    with importable(tmp_path, monkeypatch):
        yield tmp_path
