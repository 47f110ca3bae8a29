"""The command line.

Exit status: 0 done, 1 the input or the environment is at fault (one line on standard
error says how), 2 wrong usage, 130 interrupted; `run` has the program's own.

Nothing is imported before the signals are seen to but a few lines of ours.
"""

from __future__ import annotations

import sys

from wasm2py.commands.interrupted import MESSAGE, STATUS, ProgramEnd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> None:
    """Run the command that the process's arguments name."""
    try:
        # What the commands import takes a third of a second, time enough for a change of mind.
        from wasm2py.commands import interruption

        interruption.handle()
        try:
            from wasm2py.commands.application import run

            run()
        finally:
            interruption.ignore()
    except KeyboardInterrupt:
        end_interrupted()
    except SystemExit as end:
        # Where typer sees the interruption first, it exits without a word.
        if end.code == STATUS and not isinstance(end, ProgramEnd):
            end_interrupted()
        raise


def end_interrupted() -> NoReturn:
    """End as a command that was interrupted: with a line on standard error, and a status."""
    print(MESSAGE, end="", file=sys.stderr)
    raise SystemExit(STATUS) from None
