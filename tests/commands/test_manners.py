"""What a command says: about itself, wrong values, and names that get in the way."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import wasm2py
from tests.commands.running import COMMAND, ENVIRONMENT, REPOSITORY, Runner


def test_version(run: Runner) -> None:
    outcome = run("--version")
    assert outcome == (0, f"wasm2py {wasm2py.__version__}\n", "")
    assert re.fullmatch(r"\d+\.\d+\.\d+", wasm2py.__version__)


def test_the_version_is_written_once() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    assert "version" not in settings["project"]
    path = REPOSITORY / settings["tool"]["hatch"]["version"]["path"]
    assert f'\n__version__ = "{wasm2py.__version__}"\n' in path.read_text("utf-8")


COMMANDS = [
    [],
    ["compile"],
    ["validate"],
    ["inspect"],
    ["scaffold"],
    ["demo"],
    ["cache"],
]


@pytest.mark.parametrize("command", [*COMMANDS, ["cache", "clear"]], ids=" ".join)
def test_help(run: Runner, command: list[str]) -> None:
    short, long = run(*command, "-h"), run(*command, "--help")
    assert short == long
    assert (short.status, short.errors) == (0, "")
    assert " ".join(["Usage: wasm2py", *command]) in short.output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("comp", ["compile"]),
        ("compile --tu", ["--tune"]),
        ("compile --tune ", ["cpython", "pypy"]),
        ("compile --runtime ", ["vendor", "import"]),
    ],
)
def test_completion(words: str, expected: list[str]) -> None:
    run = subprocess.run(
        COMMAND,
        capture_output=True,
        text=True,
        check=True,
        env={
            **ENVIRONMENT,
            "_WASM2PY_COMPLETE": "complete_bash",
            "COMP_WORDS": f"wasm2py {words}",
            "COMP_CWORD": str(words.count(" ") + 1),
        },
    )
    assert run.stdout.split() == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_had(shell: str) -> None:
    run = subprocess.run(
        [*COMMAND, "--show-completion", shell],
        capture_output=True,
        text=True,
        check=True,
        env={**ENVIRONMENT, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
    )
    assert "_WASM2PY_COMPLETE" in run.stdout


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--target", "d"], "'d' is none of python, c"),
        (["--runtime", ""], "'' is none of vendor, import"),
        (["--tune", "CPYTHON"], "'CPYTHON' is none of cpython, pypy"),
        (["-O3"], "'3' is not a whole number from 0 to 2"),
        (["-O", "1.0"], "'1.0' is not a whole number from 0 to 2"),
        (["--jobs", "0"], "'0' is not a whole number from 1 to 61"),
        (["--jobs", "many"], "'many' is not a whole number from 1 to 61"),
        (["--jobs", "9" * 5000], "is not a whole number from 1 to 61"),
        (["--timeout", "0"], "'0' is not a number of seconds from 0.001 to 10,000,000"),
        (["--timeout", "nan"], "'nan' is not a number of seconds"),
        (["--timeout", "soon"], "'soon' is not a number of seconds"),
        (["--features", "wasm9"], "unknown feature 'wasm9'; there are: wasm1"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value)[:20],
)
def test_wrong_values(run: Runner, options: list[str], expected: str) -> None:
    outcome = run("compile", "a.wasm", "-o", "x", *options)
    assert (outcome.status, outcome.output) == (2, "")
    message = " ".join(outcome.errors.replace("│", " ").split())
    assert expected in message
    assert "rror," not in message


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("", "name the folder to write"),
        ("/", "as in -o /package"),
        ("..", "as in -o ../package"),
        ("a/..", "as in -o a/../package"),
        ("x.y", "try -o x_y"),
        ("a/x.y.z", "try -o a/x_y_z"),
    ],
)
def test_no_place_for_a_package(run: Runner, place: str, expected: str) -> None:
    outcome = run("compile", "a.wasm", "-o", place)
    assert (outcome.status, outcome.output) == (2, "")
    assert expected in " ".join(outcome.errors.replace("│", " ").split())


@pytest.mark.parametrize("name", ["plain", "with.dot"])
@pytest.mark.parametrize("options", [[], ["--force"]])
def test_the_working_directory(
    run: Runner,
    wasm: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    options: list[str],
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.chdir(folder)
    message = run.failure("compile", wasm, "-o", ".", *options)
    assert message == (
        ". contains the working directory, which cannot be replaced;"
        " name a folder inside it, as in -o package"
    )
    assert os.listdir(folder) == []


def test_an_empty_folder(run: Runner, wasm: Path, package: Path) -> None:
    package.mkdir()
    assert run("compile", wasm, "-o", package).status == 0
    assert (package / "__init__.py").exists()


@pytest.mark.parametrize("name", ["json", "re", "sys", "asyncio"])
def test_a_name_of_the_standard_library(
    run: Runner, wasm: Path, tmp_path: Path, name: str
) -> None:
    outcome = run("compile", wasm, "-o", tmp_path / name)
    assert outcome.status == 0
    assert outcome.errors.startswith(
        f"wasm2py: {name} is a module of the standard library, too: "
    )
    assert outcome.errors.count("\n") == 1
    assert run("compile", wasm, "-o", tmp_path / name, "-q") == (0, "", "")


@pytest.mark.parametrize("character", ["a", "\u20ac"])
def test_long_names(run: Runner, wasm: Path, tmp_path: Path, character: str) -> None:
    place = tmp_path / "out" / (character * (255 // len(character.encode())))
    assert run("compile", wasm, "-o", place).status == 0
    assert os.listdir(place.parent) == [place.name]
    message = run.failure("compile", wasm, "-o", f"{place}{character}")
    assert message.startswith("cannot write ")
    assert message.endswith(": File name too long; nothing was written")


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"9" * 5000, b"{}"])
def test_a_damaged_marker(
    run: Runner, wasm: Path, package: Path, content: bytes
) -> None:
    assert run("compile", wasm, "-o", package).status == 0
    (package / "_wasm2py.json").write_bytes(content)
    message = run.failure("compile", wasm, "-o", package)
    assert "is not a package that wasm2py wrote" in message


def test_a_cache_that_is_not_private(
    run: Runner, wasm: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = package.with_name("cache")
    folder.mkdir()
    folder.chmod(0o755)
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(folder))
    outcome = run("compile", wasm, "-o", package)
    reason = f"{folder} is open to other users; close it with chmod 700 {folder}"
    assert outcome.status == 0
    assert outcome.errors == f"wasm2py: the cache is not used: {reason}\n"
    assert run("compile", wasm, "-o", package, "-q") == (0, "", "")
    assert run.failure("cache", "clear") == f"nothing was removed: {reason}"
    assert os.listdir(folder) == []
