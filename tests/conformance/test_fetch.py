"""scripts/fetch_spec_tests.py: what it takes from an archive, and where that goes."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from scripts.fetch_spec_tests import SOURCES, extract

FILES = {
    "spec-285a/LICENSE": b"licence",
    "spec-285a/test/core/i32.wast": b"(module)",
    "spec-285a/test/core/simd/simd_lane.wast": b"(module)",
    "spec-285a/test/core/run.py": b"",
    "spec-285a/test/js-api/x.wast": b"",
    "spec-285a/test/core/../../../x.wast": b"",
}


def archive(files: dict[str, bytes]) -> bytes:
    """A gzipped tar archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def test_scripts_and_licence_are_taken(tmp_path: Path) -> None:
    assert extract(SOURCES[0], archive(FILES), tmp_path / "to") == 2
    written = {
        path.relative_to(tmp_path).as_posix()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert written == {
        "to/spec/LICENSE",
        "to/spec/test/core/i32.wast",
        "to/spec/test/core/simd/simd_lane.wast",
    }


def test_proposals_lose_their_folder(tmp_path: Path) -> None:
    files = {"testsuite-1/proposals/threads/atomic.wast": b"(module)"}
    assert extract(SOURCES[3], archive(files), tmp_path) == 1
    assert (tmp_path / "proposals" / "threads" / "atomic.wast").exists()
