"""Options of the whole test suite."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The command line keeps translations: not those of tests, whose outcome must not depend
# on earlier ones. Nothing can be kept in what is no folder.
os.environ["WASM2PY_CACHE_DIR"] = os.devnull


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bless",
        action="store_true",
        help="rewrite what the golden cases expect (ir.txt, functions.py, functions.c, error.txt)",
    )


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether golden outputs are to be written instead of compared."""
    return bool(request.config.getoption("--bless"))


@pytest.fixture(scope="session")
def native_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what C compilers make, such as the runtime's own objects."""
    return tmp_path_factory.mktemp("native")


@pytest.fixture(autouse=True)
def same_recursion_limit() -> Iterator[None]:
    """The interpreter of the intermediate representation raises it, and others look at it."""
    before = sys.getrecursionlimit()
    yield
    sys.setrecursionlimit(before)
