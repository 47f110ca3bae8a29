"""The command line.

Exit status: 0 done, 1 the input or the environment is at fault (one line on standard
error says how), 2 wrong usage, 130 interrupted; `run` has the program's own.
"""

from __future__ import annotations

import sys

from wasm2py.commands.interrupted import MESSAGE, STATUS, ProgramEnd


def main() -> None:
    """Run the command that the process's arguments name."""
    try:
        # What is imported here takes a third of a second, time enough for a change of
        # mind. So nothing but this stands before the signals are seen to.
        from wasm2py.commands import interruption

        interruption.handle()
        try:
            from wasm2py.commands.application import run

            run()
        finally:
            interruption.ignore()
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as end:
        # Where typer sees the interruption first, it exits without a word.
        if end.code == STATUS and not isinstance(end, ProgramEnd):
            _interrupted()
        raise


def _interrupted() -> None:
    print(MESSAGE, end="", file=sys.stderr)
    raise SystemExit(STATUS) from None
