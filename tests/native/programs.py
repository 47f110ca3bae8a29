"""Programs that use the native package, each in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.commands.running import interruptible

_SECONDS = 60
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
    code: str,
    *,
    shell: str = "",
    options: tuple[str, ...] = (),
    interrupt: bool = False,
    program: str = sys.executable,
) -> None:
    """Run code with `guest`, `world` and exports `e`, in a Python; it must succeed.

    `shell` is for limits, to be set before. With `interrupt`, it gets a SIGINT a moment after
    it has written a line.
    """
    process = start(folder, code, shell=shell, options=options, program=program)
    out, err = finish(process, interrupt)
    assert process.returncode == 0, (process.returncode, out, err)


def finish(process: subprocess.Popen[str], interrupt: bool = False) -> tuple[str, str]:
    """What a process writes to its end; it is ended if that takes too long."""
    try:
        if interrupt:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
        return process.communicate(timeout=_SECONDS)
    finally:
        process.kill()


def start(
    folder: Path,
    code: str,
    *,
    shell: str = "",
    options: tuple[str, ...] = (),
    program: str = sys.executable,
) -> subprocess.Popen[str]:
    """The process of such code."""
    prelude = _PRELUDE.format(paths=[str(folder.parent), str(ROOT)])
    command = [program, *options, "-c", prelude + code]
    if shell:
        command = ["/bin/sh", "-c", f'{shell} exec "$@"', "sh", *command]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=interruptible,
    )
