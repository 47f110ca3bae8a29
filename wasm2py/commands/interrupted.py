"""What a command that has been interrupted leaves: its exit status, and a line on standard error.

It imports nothing: it is there before the signals are seen to.
"""

STATUS = 128 + 2
MESSAGE = "wasm2py: interrupted; nothing was written\n"


class ProgramEnd(SystemExit):
    """The end of a program that a command has run: its status is the program's own."""
