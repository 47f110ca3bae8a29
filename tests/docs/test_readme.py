"""What README.md and the pages in docs/ show is what happens.

`pytest --bless tests/docs` writes what happens into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.examples import REPOSITORY, check, importable

DOCUMENTS = (
    "README.md",
    "docs/packages.md",
    "docs/wheels.md",
    "docs/architecture.md",
    "docs/benchmarks.md",
    "docs/limits.md",
)
# Or they are run by tests/examples, as they need a network.
WITHOUT_EXAMPLES = (
    "RATIONALE.md",
    "CHANGELOG.md",
    "docs/porting.md",
    "examples/README.md",
)
_LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#]+)")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place that looks like the repository, to run examples in."""
    for name in ("wasm2py", "golden"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    with importable(tmp_path, monkeypatch):
        yield tmp_path


@pytest.mark.parametrize("document", DOCUMENTS)
def test_examples(document: str, folder: Path, bless: bool) -> None:
    check(document, folder, bless)


@pytest.mark.parametrize("document", (*DOCUMENTS, *WITHOUT_EXAMPLES))
def test_links(document: str) -> None:
    """Links within the repository lead somewhere."""
    path = REPOSITORY / document
    links = set(_LINK.findall(path.read_text("utf-8")))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_contents_list_of_the_rationale() -> None:
    text = (REPOSITORY / "RATIONALE.md").read_text("utf-8")
    expected = [
        f"{'  ' * (len(level) - 2)}- [{title}](#{_anchor(title)})"
        for level, title in re.findall("^(#{2,3}) (.*)$", text, re.MULTILINE)
    ]
    contents = re.findall(r"^ *- \[.*\]\(#.*\)$", text, re.MULTILINE)
    assert contents == expected
    assert len(set(contents)) == len(contents)


def _anchor(title: str) -> str:
    """What GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def test_setup_commands() -> None:
    """Two blocks of set-up commands, of which CI runs the first."""
    text = (REPOSITORY / "README.md").read_text("utf-8")
    first, second = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert first.endswith("pip install . && .venv/bin/wasm2py demo\n")
    assert second.endswith("pip install -e '.[test]' && .venv/bin/pytest\n")


@pytest.mark.parametrize("root", ["wasm2py", "runtime/wasm2py_runtime"])
def test_every_module_has_its_place(root: str) -> None:
    """docs/architecture.md names each module, or the folder of those described as one."""
    text = (REPOSITORY / "docs/architecture.md").read_text("utf-8")
    missing = []
    for path in sorted((REPOSITORY / root).rglob("*.py")):
        relative = path.relative_to(REPOSITORY / root).as_posix()
        known = f"{path.name}`" in text or f"`{relative.partition('/')[0]}/` |" in text
        if not path.name.startswith("__") and not known:
            missing.append(relative)
    assert missing == []
