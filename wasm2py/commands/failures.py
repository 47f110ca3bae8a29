"""What goes wrong in a command, as one line on standard error and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from typing import NoReturn

from wasm2py.commands.interruption import unwinding
from wasm2py.errors import BuildError, CompileError, SnapshotError
from wasm2py.sources import SourceError

FAULT = 1


class Failure(Exception):
    """A command cannot do what is asked; the message is one line."""


_FAULTS = (
    *(Failure, SourceError, CompileError, BuildError, SnapshotError),
    FileExistsError,
)
"""What has a message for the user."""


@contextmanager
def reported() -> Iterator[None]:
    """Turn the failures of a command's body into a message and ``SystemExit``.

    An interruption unwinds the body's stack, and passes.
    """
    try:
        with unwinding():
            yield
    except _FAULTS as error:
        _fail(str(error))
    except BrokenPipeError:
        # Whoever read the output has seen enough. Python would complain at its end
        # about what cannot be flushed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(FAULT) from None
    except BrokenExecutor:
        _fail("a translating process was killed (out of memory?); try fewer --jobs")
    except MemoryError:
        _fail("out of memory")
    except OSError as error:
        _fail(_environment_fault(error))


def _fail(message: str) -> NoReturn:
    print(f"wasm2py: {one_line(message)}", file=sys.stderr)
    raise SystemExit(FAULT)


def one_line(message: str) -> str:
    """The text with everything that a terminal would not just show escaped."""
    return "".join(
        (
            character
            if character.isprintable()
            else character.encode("unicode_escape", "backslashreplace").decode()
        )
        for character in message
    )


def _environment_fault(error: OSError) -> str:
    reason = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        return reason
    return f"{os.fsdecode(error.filename)}: {reason}"
