"""How structures lie in memory, in preview 1 and in the version before it."""

from __future__ import annotations

from struct import Struct

from ..lean import NamedTuple
from . import rights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Tuple

FDSTAT = Struct("<BxH4xQQ")
PRESTAT = Struct("<B3xI")
DIRENT = Struct("<QQIB3x")
EVENT = Struct("<QHB5xQH6x")


class Layout(NamedTuple):
    """What differs between the versions.

    ``whences`` are the meanings of 0, 1 and 2. A subscription begins with its userdata and
    type; ``clock`` are its clock, timeout, precision and flags, and where they begin.
    """

    whences: Tuple[int, int, int]
    filestat: Struct
    subscription: int
    clock: Tuple[Struct, int]


PREVIEW1 = Layout(
    (rights.SET, rights.CUR, rights.END),
    Struct("<QQB7xQQQQQ"),
    48,
    (Struct("<I4xQQH"), 16),
)
UNSTABLE = Layout(
    (rights.CUR, rights.END, rights.SET),
    Struct("<QQB3xIQQQQ"),
    56,
    (Struct("<I4xQQH"), 24),
)
