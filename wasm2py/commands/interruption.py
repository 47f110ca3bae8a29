"""What Ctrl-C, and a polite request to terminate, do to a command.

While nothing has to be put in order the process ends at once, wherever it is. Otherwise
an exception unwinds the stack; the first signal is the one that counts, so that no
second one disturbs that.
"""

# This is imported before anything is handled. `signal` would import `enum`, in which Python makes a
# RuntimeError of an interruption.

from __future__ import annotations

import _signal as signal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

STATUS = 128 + 2
MESSAGE = "wasm2py: interrupted; nothing was written\n"

_AGAIN = 0.01  # seconds


class _State:
    received = 0  # the signal that counts
    unwinding = False
    held = False
    committed = False


_state = _State()


def handle() -> None:
    """From now on, end as this module says. Signals that are ignored stay ignored."""
    global _state
    _state = _State()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in (
            signal.SIG_DFL,
            signal.default_int_handler,
        ):
            signal.signal(number, _receive)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _receive_again)
    sys.unraisablehook = _on_unraisable


def ignore() -> None:
    """The command is over, whatever comes while the interpreter shuts down."""
    if signal.getsignal(signal.SIGINT) is _receive:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


class unwinding:  # noqa: N801 - used as a function
    """Within, a signal raises an exception: there are things to be put in order."""

    def __enter__(self) -> None:
        _state.unwinding = True
        _state.held = False

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        _state.unwinding = False
        if not _state.received:
            return
        if not _state.committed:
            # Whatever has become of the exception: where it comes while an extension
            # module is made, that may report another one, or nothing.
            _raise()
        if _state.received == signal.SIGINT:
            # It came too late to prevent anything.
            raise SystemExit(0) from None


class committing:  # noqa: N801 - used as a function
    """Within, signals have to wait; after it, what the command is to do has been done."""

    def __enter__(self) -> None:
        _state.held = True

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        _state.committed = error is None
        _state.held = False
        if _state.received:
            _raise()


def hold() -> None:
    """Have signals wait from now on: all is done but to put a few things in order."""
    _state.held = True


def _receive(number: int, frame: FrameType | None) -> None:
    if _state.received:
        return
    _state.received = number
    if _state.held:
        return
    if _state.unwinding:
        _raise()
    _leave()


def _raise() -> None:
    if _state.received == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + _state.received)


def _leave() -> None:
    """End at once: an exception might come to nothing, as `_on_unraisable` tells."""
    if _state.received != signal.SIGINT:
        os._exit(128 + _state.received)
    if _state.committed:
        os._exit(0)
    try:
        os.write(2, MESSAGE.encode())
    finally:
        os._exit(STATUS)


def _on_unraisable(args: sys.UnraisableHookArgs) -> None:
    """Raise again, and elsewhere, what was raised where Python cannot pass it on.

    Such places are finalisers, and callbacks of the import system.
    """
    ours = isinstance(args.exc_value, (KeyboardInterrupt, SystemExit))
    if not ours or not _state.received:
        sys.__unraisablehook__(args)
    elif hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
    else:
        _state.received = 0


def _receive_again(number: int, frame: FrameType | None) -> None:
    if _state.held:
        return
    if _state.unwinding:
        _raise()
    _leave()
