"""A package whose data files were changed by accident says so, or is as it was."""

from __future__ import annotations

import random
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from tests.package.modules import ALONE, EVERY_KIND, binary, translate
from tests.seeds import rotating
from wasm2py.package.columns import pack
from wasm2py.package.contents import content_files
from wasm2py.package.writer import write_package
from wasm2py_runtime.package import PackageFiles

ROUNDS = 40


def _files(folder: Path) -> PackageFiles:
    return PackageFiles(
        ModuleSpec(folder.name, None, origin=str(folder / "__init__.py"))
    )


def _contents(folder: Path) -> object:
    files = _files(folder)
    names, sections = dict(files.names()), files.custom_sections()
    return files.info(), files.data(), names, sections


@pytest.fixture(autouse=True)
def without_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of a file that has changed within a second, Python would take the old bytecode.
    monkeypatch.setattr("sys.dont_write_bytecode", True)


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("seed", [1, rotating(1)])
@pytest.mark.parametrize("wat", [ALONE, EVERY_KIND], ids=["alone", "every kind"])
def test_changed_bytes(wat: str, seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    folder = tmp_path / "package"
    write_package(translate(binary(wat)), folder)
    right = _contents(folder)
    for path in sorted(folder.glob("_data/*.py")):
        text = path.read_bytes()
        for _ in range(ROUNDS):
            changed = bytearray(text)
            for _ in range(rng.choice((1, 1, 2, 9))):
                changed[rng.randrange(len(text))] = rng.choice(
                    (rng.randrange(256), *b'AQ0159=+"\\ \n')
                )
            path.write_bytes(changed)
            try:
                found = _contents(folder)
            except ImportError as error:
                assert folder.name in str(error)
            else:
                assert found == right, changed
        path.write_bytes(text)
    assert _contents(folder) == right


def test_another_number_in_a_column(tmp_path: Path) -> None:
    """Everything is well-formed, but it is not what the package was written with."""
    folder = tmp_path / "package"
    write_package(translate(binary(EVERY_KIND)), folder)
    other = dict(content_files({"names": pack({"functions": [9]})}))
    part = "_data/names_0000.py"
    (folder / part).write_bytes(other[part])
    with pytest.raises(ImportError, match="damaged: its _data is not what"):
        _files(folder).names()


@pytest.mark.parametrize("text", [b"\0", b"\xff", b"(", b"def f0(:\n"])
def test_a_group_that_is_no_python(text: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    write_package(translate(binary(ALONE)), folder)
    (folder / "_functions/group_0000.py").write_bytes(text)
    with pytest.raises(ImportError, match=r"damaged: its _functions\.group_0000"):
        _files(folder).load_group(0)
