"""The command line.

Exit status: 0 done, 1 the input or the environment is at fault (one line on standard
error says how), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import sys
from typing import Final, NoReturn

INTERRUPTED: Final = 130


def main() -> None:
    """Run the command that the process's arguments name."""
    try:
        # This takes a tenth of a second, time enough for a change of mind.
        from wasm2py.commands.application import run

        run()
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as end:
        # Where typer sees the interruption first, it exits without a word.
        if end.code == INTERRUPTED:
            _interrupted()
        raise


def _interrupted() -> NoReturn:
    print("wasm2py: interrupted; nothing was written", file=sys.stderr)
    raise SystemExit(INTERRUPTED) from None
