"""The examples in the pages about the API are run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"

_SESSION = re.compile(r"^```python\n(>>>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["javascript-api.md", "wasmtime-py.md"])
def test_examples(name: str) -> None:
    """All sessions of a page are one."""
    text = (DOCS / name).read_text("utf-8")
    sessions = _SESSION.findall(text)
    assert len(sessions) >= 4
    parser = doctest.DocTestParser()
    test = parser.get_doctest("\n".join(sessions), {}, name, name, 0)
    failures: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, out=failures.append)
    assert not failures, "".join(failures)
