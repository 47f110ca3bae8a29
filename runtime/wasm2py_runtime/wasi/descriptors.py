"""Descriptors, and the table that gives them their numbers."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from . import rights
from .errno import (
    BADF,
    INVAL,
    MFILE,
    NOTCAPABLE,
    NOTDIR,
    NOTSOCK,
    Refused,
)
from .tree import Folder, Opening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Tuple

# That a program has open at once.
_MOST = 4096
# Of the descriptors that the host's process may have, a program gets one in so many.
_SHARE = 4


def _most_of_host() -> int:
    """How many of the host's descriptors a program may have: the host needs some, too."""
    try:
        import resource
    except ImportError:  # Windows: sockets only
        return _MOST
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST if most == resource.RLIM_INFINITY else min(_MOST, most // _SHARE)


class Descriptor:
    """What is open under a number, and what may be done with it.

    ``preopen`` is the path that it stands for, of folders that the host gives. One of the
    host's process is behind it if it ``is_of_host``. ``numbers`` counts those that it has.
    """

    kind = ""
    is_of_host = False

    def __init__(self, type_: int, base: int, inheriting: int = 0) -> None:
        self.type = type_
        self.rights = base
        self.inheriting = inheriting
        self.flags = 0
        self.preopen: Optional[bytes] = None
        self.numbers = 0

    @property
    def opened(self) -> Any:
        """The file, folder, stream or socket."""
        raise NotImplementedError

    def close(self) -> None:
        self.opened.close()


class FileDescriptor(Descriptor):
    kind = "file"

    def __init__(self, file: Any, base: int, flags: int) -> None:
        super().__init__(rights.REGULAR_FILE, base & rights.OF_FILES)
        self._file = file
        self.is_of_host = file.is_of_host
        self.flags = flags

    @property
    def opened(self) -> Any:
        return self._file


class FolderDescriptor(Descriptor):
    kind = "folder"

    def __init__(self, folder: Folder, base: int, inheriting: int) -> None:
        super().__init__(rights.DIRECTORY, base & rights.OF_FOLDERS, inheriting)
        self._folder = folder
        self.is_of_host = folder.is_of_host
        # How many entries have been read, where the program does not say from where on.
        self.position = 0

    @property
    def opened(self) -> Folder:
        return self._folder


class StreamDescriptor(Descriptor):
    kind = "stream"

    def __init__(self, stream: Any, base: int) -> None:
        super().__init__(stream.type, base | rights.OF_STREAMS)
        self._stream = stream

    @property
    def opened(self) -> Any:
        return self._stream

    def close(self) -> None:
        """The host's own stream stays open."""


class SocketDescriptor(Descriptor):
    kind = "socket"
    is_of_host = True

    def __init__(self, socket: Any) -> None:
        super().__init__(socket.type, rights.OF_SOCKETS, rights.OF_SOCKETS)
        self._socket = socket

    @property
    def opened(self) -> Any:
        return self._socket


class Descriptors:
    """The table of a program's descriptors. New ones get the lowest number."""

    def __init__(self) -> None:
        self._items: Dict[int, Descriptor] = {}
        self._free: List[int] = []
        self._of_host = 0
        self._most_of_host = _most_of_host()

    def add(self, descriptor: Descriptor) -> int:
        """The number of a new descriptor, which is closed where there is none."""
        full = descriptor.is_of_host and self._of_host >= self._most_of_host
        if full or len(self._items) >= _MOST:
            descriptor.close()
            raise Refused(MFILE)
        self._of_host += descriptor.is_of_host
        number = heappop(self._free) if self._free else len(self._items)
        self._put(number, descriptor)
        return number

    def _put(self, number: int, descriptor: Descriptor) -> None:
        self._items[number] = descriptor
        descriptor.numbers += 1

    def duplicate(self, number: int, least: int) -> int:
        """A further number of a descriptor, the lowest from ``least`` on."""
        descriptor = self.get(number)
        if least >= _MOST:
            raise Refused(INVAL)
        to = next((n for n in range(least, _MOST) if n not in self._items), None)
        if to is None:
            raise Refused(MFILE)
        self._take(to)
        self._put(to, descriptor)
        return to

    def duplicate_to(self, number: int, to: int) -> int:
        """Give a descriptor another number, too; what has it is closed."""
        descriptor = self.get(number)
        if to >= _MOST:
            raise Refused(BADF)
        if to in self._items:
            self.close(to)
        self._take(to)
        self._put(to, descriptor)
        return to

    def _take(self, number: int) -> None:
        """See to it that a number, which is free, is not given again."""
        known = len(self._items) + len(self._free)
        self._free += range(known, number + 1)
        self._free.remove(number)
        heapify(self._free)

    def __iter__(self) -> Iterator[Descriptor]:
        return iter(list(self._items.values()))

    def get(self, number: int, needed: int = 0) -> Descriptor:
        """The descriptor of a number; NOTCAPABLE if it does not have these rights."""
        descriptor = self._items.get(number)
        if descriptor is None:
            raise Refused(BADF)
        if needed & ~descriptor.rights:
            raise Refused(NOTCAPABLE)
        return descriptor

    def folder(self, number: int, needed: int) -> FolderDescriptor:
        """A folder's descriptor; NOTDIR if it is of something else."""
        descriptor = self.get(number)
        if not isinstance(descriptor, FolderDescriptor):
            raise Refused(NOTDIR)
        self.get(number, needed)
        return descriptor

    def socket(self, number: int, needed: int) -> SocketDescriptor:
        """A socket's descriptor; NOTSOCK if it is of something else."""
        descriptor = self.get(number)
        if not isinstance(descriptor, SocketDescriptor):
            raise Refused(NOTSOCK)
        self.get(number, needed)
        return descriptor

    def close(self, number: int) -> None:
        descriptor = self.get(number)
        del self._items[number]
        heappush(self._free, number)
        self._release(descriptor)

    def _release(self, descriptor: Descriptor) -> None:
        descriptor.numbers -= 1
        if not descriptor.numbers:
            self._of_host -= descriptor.is_of_host
            descriptor.close()

    def renumber(self, number: int, to: int) -> None:
        """Give a descriptor another's number, which is closed."""
        descriptor, replaced = self.get(number), self.get(to)
        if number == to:
            return
        self._items[to] = descriptor
        del self._items[number]
        heappush(self._free, number)
        self._release(replaced)

    def state(self) -> List[Tuple[object, ...]]:
        """What is open, to be compared with what is open at another time."""
        return [
            (number, item.opened, item.rights, item.inheriting, item.flags)
            for number, item in sorted(self._items.items())
        ]

    def close_all(self) -> None:
        while self._items:
            self.close(next(iter(self._items)))


def opened_descriptor(
    opened: Any, base: int, inheriting: int, how: Opening
) -> Descriptor:
    """The descriptor of what `path_open` has opened."""
    if opened.is_folder:
        return FolderDescriptor(opened, base, inheriting)
    return FileDescriptor(opened, base, how.fdflags & rights.ALL_FLAGS)
