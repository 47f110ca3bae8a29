"""What the examples' README and docs/porting.md show is what happens.

`pytest --bless -m slow tests/examples` writes what happens into them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.examples import REPOSITORY, check
from tests.examples.packages import EXAMPLES, NAMES
from tests.real.npm import package


@pytest.mark.slow
@pytest.mark.network
def test_the_readme(made: Callable[[str], Path], folder: Path, bless: bool) -> None:
    for name in NAMES:
        for path in made(name).iterdir():
            (folder / path.name).symlink_to(path)
    check("examples/README.md", folder, bless)


@pytest.mark.slow
@pytest.mark.network
def test_the_port(made: Callable[[str], Path], folder: Path, bless: bool) -> None:
    files = package("@bokuweb/zstd-wasm@0.0.27") / "dist/web"
    for path in (
        EXAMPLES,
        files / "zstd.wasm",
        files / "zstd.js",
        made("sqlite") / "sqlite_wasm",
    ):
        (folder / path.name).symlink_to(path)
    check("docs/porting.md", folder, bless)


def test_the_first_of_all_sessions() -> None:
    """What README.md shows of the examples, theirs does, too, where it is run."""
    text = (REPOSITORY / "README.md").read_text("utf-8")
    shown = (EXAMPLES / "README.md").read_text("utf-8")
    for session in re.findall(r"^```pycon\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        assert session in shown
