"""The native package that the tests use, built once."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType

import pytest

from tests.native.guest import write_guest
from tests.packages import import_package
from wasm2py_runtime.reservation import SHARED


@pytest.fixture(scope="session")
def guest_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the package."""
    return write_guest(tmp_path_factory.mktemp("native"))


@pytest.fixture(scope="session")
def later_guest(guest_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the package as of another version of the runtime."""
    folder = tmp_path_factory.mktemp("later") / "later_guest"
    shutil.copytree(guest_folder, folder)
    for path in (*folder.glob("_native.*"), folder / "_runtime/reservation.py"):
        content = path.read_bytes()
        assert SHARED.encode() in content
        path.write_bytes(content.replace(SHARED.encode(), b"_wasm2py_native_v?"))
    return folder


@pytest.fixture(scope="session")
def guest(guest_folder: Path) -> ModuleType:
    """The package."""
    package = import_package(guest_folder)
    assert package.target == "c"
    return package
