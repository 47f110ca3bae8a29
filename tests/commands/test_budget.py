"""`--max-output` and `--max-memory`: one line, and nothing left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.api.test_budget import CALLS, DATA, GLOBALS
from tests.commands.running import Runner


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("data", "option", "limit", "words"),
    [
        (
            CALLS,
            "--max-output",
            9_000,
            "the output is too large: the limit is 9,000 bytes",
        ),
        (
            DATA,
            "--max-output",
            5_100,
            "the output is too large: the limit is 5,100 bytes",
        ),
        (GLOBALS, "--max-memory", 900_000, "the translation takes too much memory"),
    ],
)
def test_too_much(
    run: Runner,
    package: Path,
    tmp_path: Path,
    data: bytes,
    option: str,
    limit: int,
    words: str,
    jobs: str,
) -> None:
    source = tmp_path / "module.wasm"
    source.write_bytes(data)
    before = sorted(os.listdir(package.parent))
    arguments = ("compile", source, "-o", package, "--jobs", jobs, "--no-cache")
    message = run.failure(*arguments, option, str(limit))
    assert words in message
    assert sorted(os.listdir(package.parent)) == before
    assert run(*arguments, option, "100000000").status == 0


def test_the_runtime_does_not_count(run: Runner, package: Path, tmp_path: Path) -> None:
    source = tmp_path / "module.wasm"
    source.write_bytes(DATA)
    arguments = ("compile", source, "-o", package, "--max-output", "20000")
    assert run(*arguments).status == 0


def test_usage(run: Runner, package: Path) -> None:
    assert run("compile", "a.wasm", "-o", package, "--max-output", "0").status == 2
