"""Programs that use the native package, each in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

_PRELUDE = """
import sys
sys.path[:0] = {paths!r}
import guest
assert guest.target == "c"
from tests.native.world import World
world = World(guest)
def instantiate(**changes):
    return guest.instantiate({{"env": {{**world.env, **changes}}}}).exports
e = instantiate()
"""


def run(
    folder: Path,
    program: str,
    *,
    shell: str = "",
    options: tuple[str, ...] = (),
    interrupt: bool = False,
    timeout: float = 20,
) -> subprocess.CompletedProcess[str]:
    """Run a program with `guest`, `world` and exports `e`; it must succeed.

    `shell` is for limits, to be set before. With `interrupt`, it gets a SIGINT a moment after
    it has written a line.
    """
    process = start(folder, program, shell=shell, options=options)
    try:
        if interrupt:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=timeout)
    finally:
        process.kill()
    assert process.returncode == 0, (process.returncode, out, err)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def start(
    folder: Path, program: str, *, shell: str = "", options: tuple[str, ...] = ()
) -> subprocess.Popen[str]:
    """The process of such a program."""
    prelude = _PRELUDE.format(paths=[str(folder.parent), str(ROOT)])
    command = [sys.executable, *options, "-c", prelude + program]
    if shell:
        command = ["/bin/sh", "-c", f'{shell} exec "$@"', "sh", *command]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
