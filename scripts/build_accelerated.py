"""Builds the accelerated wheel for the running platform (see `hatch_build.py`).

    python scripts/build_accelerated.py [-o dist] [PYTHON ...]

One wheel for each PYTHON (3.11 or later, and its headers; the running one by default), each in an
environment with nothing in it, as on the machine of one who installs wasm2py first. It takes a C
compiler, the network, and about two and a half minutes of CPU for each.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
# For one wheel, on a machine that has other things to do.
SECONDS = 1500


class BuildError(Exception):
    """A wheel cannot be built; the message holds the end of what was printed."""


def has_compiler() -> bool:
    """Whether there is a C compiler where setuptools looks for it."""
    return shutil.which(os.environ.get("CC", "cc").split()[0]) is not None


def build(python: str, folder: Path) -> Path:
    """The wheel for a Python, below ``folder``; raises BuildError."""
    with TemporaryDirectory() as scratch:
        bare = Path(scratch) / "bare"
        _run([python, "-m", "venv", str(bare)])
        pip = [str(_program(bare)), "-m", "pip"]
        made = Path(scratch) / "wheels"
        options = ["--quiet", "--disable-pip-version-check", "--no-deps"]
        _run([*pip, "wheel", *options, "--wheel-dir", str(made), str(ROOT)])
        (wheel,) = made.glob("*.whl")
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.move(wheel, folder / wheel.name))


def _program(environment: Path) -> Path:
    """The Python of a virtual environment."""
    if os.name == "nt":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def _run(command: list[str]) -> None:
    try:
        run = subprocess.run(
            command,
            env={**os.environ, "HATCH_BUILD_HOOKS_ENABLE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(str(error)) from error
    if run.returncode:
        raise BuildError(f"{' '.join(command)} failed:\n{run.stdout[-8000:]}")


def main() -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pythons", metavar="PYTHON", nargs="*")
    parser.add_argument("-o", "--output", type=Path, default=Path("dist"))
    arguments = parser.parse_args()
    if not has_compiler():
        print("there is no C compiler: install one, or name it in CC", file=sys.stderr)
        return 1
    for python in arguments.pythons or [sys.executable]:
        try:
            print(build(python, arguments.output))
        except BuildError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
