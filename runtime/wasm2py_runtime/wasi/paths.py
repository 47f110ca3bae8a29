"""Finding what a path leads to, within the folder that it starts from.

The way is walked name by name, over open folders, and no step follows a link: a link is
read, and what it says is walked in its place. ``..`` goes back to the folder that the walk
came from, never to where the file system says, and not beyond the first. So wherever others
move or replace what is on the way meanwhile, the walk stays inside. ``.`` at the end is not
left out: what is before it must be there, as a folder, and the way ends within.
"""

from __future__ import annotations

from contextlib import contextmanager

from ..lean import NamedTuple
from .errno import ILSEQ, INVAL, LOOP, NAMETOOLONG, NOENT, NOTCAPABLE, NOTDIR, Refused
from .tree import MOST_NAME, MOST_PATH, Folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List

_MOST_LINKS = 40
# Folders that are open at once for one path.
_MOST_DEPTH = 256
_SELF = b"."


class Place(NamedTuple):
    """What a path leads to: a name in an open folder, where something may be or not.

    The path ends with a slash where ``must_be_folder``, or leads back to a folder.
    """

    folder: Folder
    name: bytes
    must_be_folder: bool

    def check_type(self, is_folder: bool) -> None:
        """Raise NOTDIR where a folder is meant and there is something else."""
        if self.must_be_folder and not is_folder:
            raise Refused(NOTDIR)


class _Walk:
    def __init__(self, start: Folder) -> None:
        self.folders: List[Folder] = [start]
        self.must_be_folder = False
        self._names: List[bytes] = []
        self._links = 0

    def close(self) -> None:
        while len(self.folders) > 1:
            self.folders.pop().close()

    def add(self, path: bytes) -> None:
        """Walk this next. The last that is walked says whether a folder is meant."""
        if not path:
            raise Refused(NOENT)
        if path.startswith(b"/"):
            raise Refused(NOTCAPABLE)
        if not self._names and path.endswith(b"/"):
            self.must_be_folder = True
        self._names += filter(None, reversed(path.split(b"/")))

    def find(self, follow: bool) -> Place:
        """The end of the way. A link there is followed if ``follow`` is set."""
        while self._names:
            name = self._names.pop()
            if len(name) > MOST_NAME:
                raise Refused(NAMETOOLONG)
            folder = self.folders[-1]
            if name == b"..":
                self._leave()
            elif name == _SELF:
                continue
            elif self._names:
                inner = folder.enter(name)
                if inner is not None:
                    self._descend(inner)
                elif not self._expand(name):
                    raise Refused(NOTDIR)
            elif not (follow and self._expand(name)):
                return Place(folder, name, self.must_be_folder)
        return Place(self.folders[-1], _SELF, True)

    def _leave(self) -> None:
        if len(self.folders) == 1:
            raise Refused(NOTCAPABLE)
        self.folders.pop().close()

    def _descend(self, folder: Folder) -> None:
        self.folders.append(folder)
        if len(self.folders) > _MOST_DEPTH:
            raise Refused(NAMETOOLONG)

    def _expand(self, name: bytes) -> bool:
        """Walk what a link says, if there is one of that name."""
        target = self.folders[-1].read_link(name)
        if target is None:
            return False
        self._links += 1
        if self._links > _MOST_LINKS:
            raise Refused(LOOP)
        self.add(target)
        return True


def check_path(path: bytes) -> None:
    """Raise `Refused` for what is no path at all."""
    if len(path) > MOST_PATH:
        raise Refused(NAMETOOLONG)
    if b"\0" in path:
        raise Refused(INVAL)
    try:
        path.decode()
    except UnicodeDecodeError:
        raise Refused(ILSEQ) from None


@contextmanager
def place(
    start: Folder, path: bytes, *, follow: bool = False, to_change: bool = False
) -> Iterator[Place]:
    """What a path leads to; the folder there is open within the ``with`` statement.

    A link at the end is followed if ``follow`` is set. So is one with a slash behind it,
    but not ``to_change`` what the folder has under the name: that is an error then.
    """
    check_path(path)
    walk = _Walk(start)
    try:
        walk.add(path)
        yield walk.find(follow or (walk.must_be_folder and not to_change))
    finally:
        walk.close()
