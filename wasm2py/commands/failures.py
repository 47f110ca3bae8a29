"""What goes wrong in a command, as one line on standard error and an exit status."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from wasm2py.errors import CompileError
from wasm2py.sources import SourceError

FAULT = 1


class Failure(Exception):
    """A command cannot do what is asked; the message is one line."""


@contextmanager
def reported() -> Iterator[None]:
    """Turn the failures of a command's body into a message and ``SystemExit``."""
    try:
        yield
    except (Failure, SourceError, CompileError, FileExistsError) as error:
        _fail(str(error))
    except BrokenPipeError:
        # Whoever read the output has seen enough. Python would complain at its end
        # about what cannot be flushed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(FAULT) from None
    except BrokenProcessPool:
        _fail("a translating process was killed (out of memory?); try fewer --jobs")
    except MemoryError:
        _fail("out of memory")
    except OSError as error:
        _fail(_environment_fault(error))


def exit_on_termination() -> None:
    """Let a polite request to terminate clean up as an interruption does."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Under nohup, for instance, the signal is to be ignored.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _terminate)


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


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
