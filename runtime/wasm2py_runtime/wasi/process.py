"""Arguments, environment, clocks, random bytes, and the end of the program."""

from __future__ import annotations

import os
import time
from itertools import accumulate
from struct import Struct

from .clocks import Clocks
from .descriptors import Descriptors
from .errno import INVAL, NOTSUP, Refused
from .guest import Guest
from .listings import Listings
from .program import ProcExit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List

_RANDOM_PIECE = 1 << 16
# Signals that are ignored, and those that would stop the process, by default.
_IGNORED = frozenset((0, 16, 17, 22, 27))
_STOPPING = frozenset((18, 19, 20, 21))
_MOST_SIGNAL = 30
_FATAL_STATUS = 128


class System:
    """What a program sees of the world."""

    def __init__(
        self,
        args: List[bytes],
        environ: List[bytes],
        clocks: Clocks,
        random: Callable[[int], bytes],
    ) -> None:
        self.args = args
        self.environ = environ
        self.clocks = clocks
        self.random = random
        self.descriptors = Descriptors()
        self.listings = Listings()


def args_get(system: System, guest: Guest, array: int, buffer: int) -> None:
    _put_texts(guest, system.args, array, buffer)


def args_sizes_get(system: System, guest: Guest, count: int, size: int) -> None:
    _put_sizes(guest, system.args, count, size)


def environ_get(system: System, guest: Guest, array: int, buffer: int) -> None:
    _put_texts(guest, system.environ, array, buffer)


def environ_sizes_get(system: System, guest: Guest, count: int, size: int) -> None:
    _put_sizes(guest, system.environ, count, size)


def _put_texts(guest: Guest, texts: List[bytes], array: int, buffer: int) -> None:
    """Texts, each with a zero at its end, and an array of where they are."""
    starts = list(accumulate([buffer] + [len(text) + 1 for text in texts]))[:-1]
    joined = b"".join(text + b"\0" for text in texts)
    guest.check(buffer, len(joined))
    guest.write(array, Struct(f"<{len(texts)}I").pack(*starts))
    guest.write(buffer, joined)


def _put_sizes(guest: Guest, texts: List[bytes], count: int, size: int) -> None:
    guest.put_u32(count, len(texts))
    guest.put_u32(size, sum(len(text) + 1 for text in texts))


def clock_res_get(system: System, guest: Guest, clock: int, result: int) -> None:
    guest.put_u64(result, system.clocks.resolution(clock))


def clock_time_get(
    system: System, guest: Guest, clock: int, precision: int, result: int
) -> None:
    guest.put_u64(result, system.clocks.now(clock))


def random_get(system: System, guest: Guest, buffer: int, length: int) -> None:
    guest.check(buffer, length)
    for start in range(0, length, _RANDOM_PIECE):
        count = min(_RANDOM_PIECE, length - start)
        data = system.random(count)
        if len(data) != count:
            raise ValueError(f"random gave {len(data)} bytes in place of {count}")
        guest.write(buffer + start, data)


def sched_yield(system: System, guest: Guest) -> None:
    time.sleep(0)


def proc_exit(system: System, guest: Guest, code: int) -> None:
    raise ProcExit(code, system)


def proc_raise(system: System, guest: Guest, signal: int) -> None:
    """A signal that would end the process ends the program, and nothing else."""
    if signal > _MOST_SIGNAL:
        raise Refused(INVAL)
    if signal in _STOPPING:
        raise Refused(NOTSUP)
    if signal not in _IGNORED:
        raise ProcExit(_FATAL_STATUS + signal, system)


def random_source(given: Any) -> Callable[[int], bytes]:
    """What gives random bytes; TypeError for what cannot be called."""
    if given is None:
        return os.urandom
    if not callable(given):
        raise TypeError(f"random must be callable, not {type(given).__name__}")
    source: Callable[[int], bytes] = given
    return source
