"""Other Pythons that are installed, for tests that run written packages with them.

WASM2PY_INTERPRETERS lists their programs, separated as in PATH; otherwise those that
are found are taken.
"""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest


def interpreters() -> list[str]:
    """The programs to test with."""
    configured = os.environ.get("WASM2PY_INTERPRETERS")
    if configured is not None:
        return [name for name in configured.split(os.pathsep) if name]
    versions = (f"python3.{minor}" for minor in (9, 10, 12, 13, 14))
    return [
        name for name in ("pypy3", *versions) if shutil.which(name) and _works(name)
    ]


def _works(program: str) -> bool:
    """Whether it starts: version managers leave programs that only complain."""
    try:
        run = subprocess.run([program, "-c", ""], capture_output=True, check=False)
    except OSError:
        return False
    return run.returncode == 0


def parameters() -> list[object]:
    """The programs as parameters of a test, or one that says why it is skipped."""
    found = interpreters()
    if found:
        return list(found)
    reason = "no other interpreter is installed (set WASM2PY_INTERPRETERS)"
    return [pytest.param("", id="none", marks=pytest.mark.skip(reason=reason))]
