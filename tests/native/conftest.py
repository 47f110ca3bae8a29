"""The native package that the tests use, built once."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.native.guest import write_guest
from tests.packages import import_package


@pytest.fixture(scope="session")
def guest_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the package."""
    return write_guest(tmp_path_factory.mktemp("native"))


@pytest.fixture(scope="session")
def guest(guest_folder: Path) -> ModuleType:
    """The package."""
    package = import_package(guest_folder)
    assert package.target == "c"
    return package
