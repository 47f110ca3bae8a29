"""Fixtures for the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import Runner
from tests.package.modules import ALONE, binary


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Runs a command in this process."""
    return Runner(capsys, monkeypatch)


@pytest.fixture
def wasm(tmp_path: Path) -> Path:
    """A file with a small module."""
    path = tmp_path / "alone.wasm"
    path.write_bytes(binary(ALONE))
    return path


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Where a package is to be written, in an empty folder."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out/package"
