"""What folders hold, for ``fd_readdir``, which reads it in parts."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from . import rights
from .tree import Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

# Kept at once, but for the last listing: a program may open a large folder thousands of
# times.
_MOST_ENTRIES = 400_000


class Listings:
    """The listings that a program is reading, by descriptors of folders."""

    def __init__(self) -> None:
        self._kept: "WeakKeyDictionary[Any, List[Entry]]" = WeakKeyDictionary()

    def of(self, descriptor: Any, cookie: int) -> List[Entry]:
        """All entries, as they were when the first of them was asked for.

        Where a program reads very much at once, the oldest listings are made anew.
        """
        listing = self._kept.get(descriptor)
        if listing is None or not cookie:
            self._kept.pop(descriptor, None)
            listing = self._kept[descriptor] = _listing(descriptor.opened)
            self._forget_the_oldest()
        return listing

    def _forget_the_oldest(self) -> None:
        kept = self._kept
        while len(kept) > 1 and sum(map(len, kept.values())) > _MOST_ENTRIES:
            del kept[next(iter(kept))]


def _listing(folder: Any) -> List[Entry]:
    inode = folder.status().inode
    # Where the folder above is outside, its number is nobody's business.
    own = [Entry(name, inode, rights.DIRECTORY) for name in (b".", b"..")]
    return own + sorted(folder.entries())
