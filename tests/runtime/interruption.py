"""Runs an action again and again, each time interrupted one bytecode later.

Standard library only and Python 3.9: it runs under other interpreters too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import wasm2py_runtime

RUNTIME = str(Path(wasm2py_runtime.__file__).parent)
# What wrappers and handmade groups of functions are compiled as.
GENERATED = ("<export", "<import", "<group")
# CPython 3.9 loses what is raised at a line where bytecodes are traced too; others
# than CPython may know nothing smaller than a line.
EVENTS = ("call", "opcode" if sys.implementation.name == "cpython" else "line")

# One interpreter is interrupted everywhere, the others at every fifth place.
STEP = 1 if sys.version_info[:2] == (3, 11) else 5


class Interruption:
    """A trace function that does something else at one of the bytecodes of the runtime."""

    def __init__(self, at: int, act: Callable[[], Any]) -> None:
        self.left = at
        self.act = act
        self.done = False

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith((RUNTIME, *GENERATED)):
            return None
        frame.f_trace_opcodes = True
        if event in EVENTS and not self.done:
            if not self.left:
                self.done = True
                self.act()
                return None
            self.left -= 1
        return self


def interrupted(
    prepare: Callable[[], Callable[[], Any]],
    error: type[BaseException],
    start: int = 0,
    step: int = STEP,
    act: Callable[[], Any] | None = None,
) -> Iterator[BaseException | None]:
    """Prepare an action and run it, interrupted at one bytecode after the other.

    What interrupts it is ``act``, if that is given: it may not raise the error at once.
    Begins with the bytecode number ``start``, and goes on by ``step``.

    Gives what the action raised, or None, after each run; ends after the run that was over
    before it was interrupted.
    """

    def interrupt() -> None:
        raise error("interrupted")

    at = start
    while True:
        action = prepare()
        interruption = Interruption(at, act or interrupt)
        raised: BaseException | None = None
        before = sys.gettrace()
        sys.settrace(interruption)
        try:
            action()
        except (error, RuntimeError, IndexError, SystemError) as caught:
            # SystemError is what CPython 3.9 makes of some of them.
            raised = caught
        finally:
            sys.settrace(before)
        yield raised
        if not interruption.done:
            return
        at += step
