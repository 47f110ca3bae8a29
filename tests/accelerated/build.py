"""Builds the accelerated wheel (see `hatch_build.py`)."""

from __future__ import annotations

import os
import shutil
import subprocess
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SECONDS = 1500


def has_compiler() -> bool:
    """Whether there is a C compiler where setuptools looks for it."""
    return shutil.which(os.environ.get("CC", "cc").split()[0]) is not None


def unpacked_wheel(folder: Path) -> Path:
    """Build the wheel, below `folder`; gives where its two import packages are.

    In an environment with nothing in it, as on the machine of one who installs it first.
    """
    venv.create(folder / "bare", with_pip=True)
    python = str(folder / "bare" / "bin" / "python")
    command = [python, "-m", "pip", "wheel", "--quiet", "--no-deps", str(ROOT)]
    run = subprocess.run(
        [*command, "--wheel-dir", str(folder)],
        env={**os.environ, "HATCH_BUILD_HOOKS_ENABLE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"the wheel cannot be built:\n{run.stdout[-8000:]}")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"
