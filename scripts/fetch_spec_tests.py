"""Fetches the official conformance tests, at the commits that the runner knows.

    python scripts/fetch_spec_tests.py FOLDER
    WASM2PY_SPEC_TESTS=FOLDER pytest

Without that variable the tests fetch them themselves, once, into the user's cache.
Only the `.wast` scripts are kept, with each repository's licence.
"""

from __future__ import annotations

import io
import sys
import tarfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import httpx


class Source(NamedTuple):
    """A repository of tests: what is taken from which commit, and where it goes."""

    folder: str
    repository: str
    commit: str
    taken: tuple[str, ...]
    """Folders of the repository."""
    stripped: str = ""
    """Leading folder of the repository that is left out of the path."""


SOURCES = (
    Source(
        "spec",
        "WebAssembly/spec",
        "285a9032950cbad6a9f84de11183008e286092a2",
        ("test/core", "test/custom", "test/legacy"),
    ),
    Source(
        "wg-2.0",
        "WebAssembly/spec",
        "fffc6e12fa454e475455a7b58d3b5dc343980c10",
        ("test/core",),
    ),
    Source(
        "threads",
        "WebAssembly/threads",
        "979d0fcb994439423d63b2f0a8a7332d6285dd84",
        ("test/core/threads",),
    ),
    Source(
        "proposals",
        "WebAssembly/testsuite",
        "193e551ff22663995b1ac95dc62344133669e14b",
        tuple(
            f"proposals/{name}"
            for name in (
                "custom-descriptors",
                "custom-page-sizes",
                "threads",
                "wide-arithmetic",
            )
        ),
        "proposals/",
    ),
)


def place(source: Source, member: str) -> str | None:
    """Where a member of the archive goes, relative to the target; None: nowhere.

    The first component of an archive's names is the archive's own folder.
    """
    path = PurePosixPath(*PurePosixPath(member).parts[1:])
    wanted = str(path) == "LICENSE" or (
        path.suffix == ".wast"
        and any(path.is_relative_to(folder) for folder in source.taken)
    )
    if not wanted or ".." in path.parts:
        return None
    return f"{source.folder}/{str(path).removeprefix(source.stripped)}"


def extract(source: Source, archive: bytes, target: Path) -> int:
    """Write the scripts of a gzipped archive under `target`; returns how many."""
    count = 0
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for member in tar:
            where = place(source, member.name) if member.isfile() else None
            content = tar.extractfile(member) if where else None
            if where is None or content is None:
                continue
            path = target / where
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read())
            count += path.suffix == ".wast"
    return count


def fetch(target: Path) -> None:
    """Write the scripts of all sources under `target`. Raises httpx.HTTPError."""
    for source in SOURCES:
        url = f"https://codeload.github.com/{source.repository}/tar.gz/{source.commit}"
        answer = httpx.get(url, follow_redirects=True, timeout=120)
        answer.raise_for_status()
        count = extract(source, answer.content, target)
        print(f"{source.folder}: {count} scripts of {source.repository}")


def main() -> int:
    """Command line; returns the exit status."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        fetch(Path(sys.argv[1]))
    except httpx.HTTPError as error:
        print(f"{error.request.url}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
