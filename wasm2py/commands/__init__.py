"""The command line.

Exit status: 0 done, 1 the input or the environment is at fault (one line on standard
error says how), 2 wrong usage, 130 interrupted.
"""

from wasm2py.commands.application import application, main

__all__ = ["application", "main"]
