"""Where the official test scripts are, and which of them there are."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

import httpx
import platformdirs

from scripts.fetch_spec_tests import SOURCES, fetch

REPOSITORY = Path(__file__).resolve().parents[2]

MISSING = """\
There are no official tests in {folder}. Fetch them:
    python scripts/fetch_spec_tests.py FOLDER
and set WASM2PY_SPEC_TESTS=FOLDER."""


@cache
def spec_tests() -> Path:
    """The folder of the suites.

    It is WASM2PY_SPEC_TESTS, `../shared/conformance` if that is there, or one in the user's
    cache, into which they are fetched once.
    """
    configured = os.environ.get("WASM2PY_SPEC_TESTS")
    if configured:
        return Path(configured)
    beside = REPOSITORY.parent / "shared" / "conformance"
    return beside if beside.exists() else _cached()


def _cached() -> Path:
    commits = "-".join(source.commit[:8] for source in SOURCES)
    folder = Path(platformdirs.user_cache_dir("wasm2py-tests")) / "spec" / commits
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            try:
                fetch(Path(scratch) / "all")
                (Path(scratch) / "all").rename(folder)
            except (httpx.HTTPError, OSError):
                pass  # no network; or another run has put them there meanwhile
    return folder


def are_there() -> bool:
    """Whether there are official tests: without a network they may be missing.

    Where WASM2PY_SPEC_TESTS says that there are, none may be.
    """
    return "WASM2PY_SPEC_TESTS" in os.environ or spec_tests().exists()


def scripts(suite: str) -> list[str]:
    """Names of a suite's scripts, relative to it and without `.wast`, sorted."""
    folder = spec_tests() / suite
    return sorted(
        path.relative_to(folder).with_suffix("").as_posix()
        for path in folder.rglob("*.wast")
    )
