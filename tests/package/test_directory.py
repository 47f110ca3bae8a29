"""Packages appear whole or not at all, and replace nothing of others."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wasm2py.package.directory import MARKER, check_destination, write_directory

FILES = [("__init__.py", b"a = 1\n"), ("deep/er/x.bin", b"\0")]


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a package is to be written, in a folder of its own."""
    return tmp_path / "here/package"


def _failing(error: BaseException) -> Iterator[tuple[str, bytes]]:
    yield from FILES
    raise error


def test_written_files_and_size(place: Path) -> None:
    size = write_directory(place, FILES)
    tree = _tree(place)
    assert {name: tree[name] for name, _ in FILES} == dict(FILES)
    assert set(tree) == {*dict(FILES), MARKER}
    assert size == sum(map(len, tree.values()))
    assert os.listdir(place.parent) == ["package"]


def test_a_package_replaces_a_package(place: Path) -> None:
    write_directory(place, [*FILES, ("old.py", b"")])
    (place / "__pycache__").mkdir()
    (place / "__pycache__/x.pyc").write_bytes(b"")
    write_directory(place, FILES)
    assert set(_tree(place)) == {*dict(FILES), MARKER}
    assert os.listdir(place.parent) == ["package"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "full")])
def test_nothing_is_left_of_a_failure(place: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        write_directory(place, _failing(error))
    # Neither the package nor the folder that was made for it.
    assert not place.parent.exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "full")])
def test_a_failure_leaves_what_was_there(place: Path, error: BaseException) -> None:
    write_directory(place, FILES)
    before = _tree(place)
    with pytest.raises(type(error)):
        write_directory(place, _failing(error))
    assert _tree(place) == before
    assert os.listdir(place.parent) == ["package"]


@pytest.mark.parametrize("calls", range(1, 3))
def test_interrupted_between_the_renames(
    place: Path, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_directory(place, FILES)
    before = _tree(place)
    rename = Path.rename
    done = 0

    def interrupted(path: Path, target: Path) -> Path:
        nonlocal done
        done += 1
        result = rename(path, target)
        if done == calls:
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_directory(place, [*FILES, ("new.py", b"")])
    expected = before if calls == 1 else {**before, "new.py": b""}
    assert set(_tree(place)) == set(expected)
    assert os.listdir(place.parent) == ["package"]


def test_interrupted_while_the_old_package_is_removed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_directory(place, FILES)
    rmtree = shutil.rmtree
    interruptions = [KeyboardInterrupt()]

    def interrupted(path: Path, ignore_errors: bool = False) -> None:
        if interruptions:
            raise interruptions.pop()
        rmtree(path, ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", interrupted)
    # The new package is in its place.
    write_directory(place, [("new.py", b"")])
    assert not interruptions
    assert os.listdir(place.parent) == ["package"]
    assert set(_tree(place)) == {"new.py", MARKER}


def _folder(place: Path) -> None:
    place.mkdir(parents=True)


def _folder_with_file(place: Path) -> None:
    _folder(place)
    (place / "precious.txt").write_text("mine")


def _file(place: Path) -> None:
    place.parent.mkdir()
    place.write_text("mine")


def _marker(content: bytes) -> Callable[[Path], None]:
    def make(marker: Path) -> None:
        marker.write_bytes(content)

    return make


BAD_MARKERS: dict[str, Callable[[Path], None]] = {
    "cut short": _marker(b"{"),
    "empty": _marker(b""),
    "deep": _marker(b"[" * 100_000),
    "deep within": _marker(b'{"writer": "wasm2py", "files": ' + b'{"a":' * 100_000),
    "not UTF-8": _marker(b'{"writer": "wasm2py", "files": ["\xff"]}'),
    "large": _marker(b'{"writer": "wasm2py", "files": ["other"]}' + b" " * (1 << 23)),
    "large number": _marker(b"9" * 5000),
    "a list": _marker(b"[]"),
    "no files": _marker(b'{"writer": "wasm2py"}'),
    "other files": _marker(b'{"writer": "wasm2py", "files": [["a"], 1, null]}'),
    "files are text": _marker(b'{"writer": "wasm2py", "files": "abc"}'),
    "folder": Path.mkdir,
    "link": lambda marker: marker.symlink_to("other"),
    "pipe": os.mkfifo,
    "unreadable": lambda marker: marker.touch(0),
}


def _with_marker(kind: str) -> Callable[[Path], None]:
    def make(place: Path) -> None:
        _folder(place)
        content = b'{"writer": "wasm2py", "files": ["other"]}'
        (place / "other").write_bytes(content)
        BAD_MARKERS[kind](place / MARKER)

    return make


def _marker_of_another(place: Path) -> None:
    _folder(place)
    (place / MARKER).write_text('{"writer": "someone", "files": []}')


@pytest.mark.parametrize(
    "make",
    [_folder_with_file, _file, _marker_of_another, *map(_with_marker, BAD_MARKERS)],
    ids=["file in it", "file", "another's", *BAD_MARKERS],
)
def test_what_others_wrote_is_left_alone(place: Path, make: object) -> None:
    assert callable(make)
    make(place)
    before = _tree(place.parent)
    with pytest.raises(FileExistsError, match="--force"):
        write_directory(place, FILES)
    assert _tree(place.parent) == before
    write_directory(place, FILES, force=True)
    assert set(_tree(place)) == {*dict(FILES), MARKER}
    assert os.listdir(place.parent) == ["package"]


def test_files_put_into_a_package_are_left_alone(place: Path) -> None:
    write_directory(place, FILES)
    (place / "deep/notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"'deep/notes\.txt'"):
        write_directory(place, FILES)
    assert (place / "deep/notes.txt").read_text() == "mine"
    write_directory(place, FILES, force=True)
    assert not (place / "deep/notes.txt").exists()


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    write_directory(tmp_path / "link", FILES)
    write_directory(tmp_path / "link", FILES)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / MARKER).exists()
    assert sorted(os.listdir(tmp_path)) == ["link", "real"]


def test_the_working_directory_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    for path in (Path("."), Path(".."), tmp_path):
        with pytest.raises(FileExistsError, match="working directory"):
            check_destination(path, force=True)


def test_an_empty_folder_is_replaced(place: Path) -> None:
    _folder(place)
    write_directory(place, FILES)
    assert set(_tree(place)) == {*dict(FILES), MARKER}
    assert os.listdir(place.parent) == ["package"]


def test_a_link_in_a_package_is_left_alone(place: Path, tmp_path: Path) -> None:
    write_directory(place, FILES)
    (place / "deep/link").symlink_to(tmp_path)
    with pytest.raises(FileExistsError, match=r"'deep/link'"):
        check_destination(place)


@pytest.mark.parametrize("character", ["a", "\u20ac", "\U0001f600"])
def test_names_as_long_as_they_may_be(tmp_path: Path, character: str) -> None:
    longest = character * (255 // len(character.encode()))
    for _ in range(2):
        write_directory(tmp_path / longest, FILES)
        assert os.listdir(tmp_path) == [longest]
    with pytest.raises(OSError, match="too long"):
        check_destination(tmp_path / (longest + character))


def test_paths_as_long_as_they_may_be(tmp_path: Path) -> None:
    """A path that leaves no room for the files fails, and nothing is left of it."""
    outcomes = set()
    for length in range(4040, 4100, 4):
        rest = length - len(os.fsencode(tmp_path))
        parts = ["d" * 250] * (rest // 251) + ["e" * max(1, rest % 251 - 1)]
        try:
            write_directory(tmp_path.joinpath(*parts), FILES)
        except OSError as error:
            assert error.errno == errno.ENAMETOOLONG
            assert os.listdir(tmp_path) == []
            outcomes.add("failed")
        else:
            assert len(os.listdir(tmp_path)) == 1
            shutil.rmtree(tmp_path / parts[0])
            outcomes.add("written")
    assert outcomes == {"failed", "written"}


def test_a_folder_that_cannot_be_put_in_place(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even what was there before can be put back: it is kept all the same."""
    write_directory(place, FILES)
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if target == place:
            raise OSError(errno.EIO, "failing")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="failing"):
        write_directory(place, FILES)
    (kept,) = place.parent.iterdir()
    assert set(_tree(kept)) == {*dict(FILES), MARKER}


def test_nothing_there_is_fine(place: Path) -> None:
    check_destination(place)
    assert not place.parent.exists()


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(FileExistsError):
        write_directory(tmp_path / "loop", FILES)
    assert os.listdir(tmp_path) == ["loop"]
