"""Where the official test scripts are, and which of them there are."""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

MISSING = """\
There are no official tests in {folder}. Fetch them:
    python scripts/fetch_spec_tests.py FOLDER
and set WASM2PY_SPEC_TESTS=FOLDER."""


def spec_tests() -> Path:
    """The folder of the suites: WASM2PY_SPEC_TESTS, or `../shared/conformance`."""
    configured = os.environ.get("WASM2PY_SPEC_TESTS")
    if configured:
        return Path(configured)
    return REPOSITORY.parent / "shared" / "conformance"


def scripts(suite: str) -> list[str]:
    """Names of a suite's scripts, relative to it and without `.wast`, sorted."""
    folder = spec_tests() / suite
    return sorted(
        path.relative_to(folder).with_suffix("").as_posix()
        for path in folder.rglob("*.wast")
    )
