"""The command line.

Exit status: 0 done, 1 the input or the environment is at fault (one line on standard
error says how), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import sys
from typing import Final

INTERRUPTED: Final = 130
INTERRUPTION: Final = "wasm2py: interrupted; nothing was written"


def main() -> None:
    """Run the command that the process's arguments name."""
    try:
        # This takes a tenth of a second, time enough for a change of mind.
        from wasm2py.commands.application import run
    except KeyboardInterrupt:
        print(INTERRUPTION, file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    run()
