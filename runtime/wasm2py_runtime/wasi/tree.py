"""What folders and files are to WASI's functions, wherever they are kept.

There are two kinds of them, in `host_folders` and in `memory_folders`. A folder's
operations take one name, never a path, and follow no link: finding the way is what
`paths` does, for both. They raise `Refused`, or OSError.
"""

from __future__ import annotations

from ..lean import NamedTuple, Protocol
from . import rights
from .errno import ACCES, EXIST, ISDIR, LOOP, NOTDIR, ROFS, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple, Union

    # Nanoseconds, None to leave a time as it is.
    Times = Tuple[Optional[int], Optional[int]]

# The longest name, and the longest path, links that are expanded included.
MOST_NAME = 255
MOST_PATH = 4096


class Status(NamedTuple):
    """What is known of a file; times in nanoseconds since 1970."""

    device: int
    inode: int
    type: int
    links: int
    size: int
    accessed: int
    modified: int
    changed: int


class Entry(NamedTuple):
    """What a folder holds under a name."""

    name: bytes
    inode: int
    type: int


class Opening(NamedTuple):
    """How something is opened: WASI's flags, and what will be done with it."""

    oflags: int = 0
    fdflags: int = 0
    reads: bool = True
    writes: bool = False


class File(Protocol):
    """An open regular file, with an offset."""

    is_folder: bool
    is_of_host: bool

    def status(self) -> Status: ...
    def read(self, count: int) -> bytes: ...
    def write(self, data: bytes) -> int: ...
    def read_at(self, count: int, offset: int) -> bytes: ...
    def write_at(self, data: bytes, offset: int) -> int: ...
    def seek(self, offset: int, whence: int) -> int: ...
    def set_flags(self, fdflags: int) -> None: ...
    def set_size(self, size: int) -> None: ...
    def set_times(self, times: Times) -> None: ...
    def allocate(self, offset: int, length: int) -> None: ...
    def sync(self) -> None: ...
    def close(self) -> None: ...


class Folder(Protocol):
    """An open folder. Names are neither empty nor ``..``; ``.`` is the folder itself."""

    is_folder: bool
    is_of_host: bool
    read_only: bool

    def status(self) -> Status: ...
    def set_times(self, times: Times) -> None: ...
    def sync(self) -> None: ...
    def entries(self) -> List[Entry]: ...
    def enter(self, name: bytes) -> Optional["Folder"]:
        """The folder of that name, None where there is something else."""

    def read_link(self, name: bytes) -> Optional[bytes]:
        """Where a link leads, None for what is no link, or not there."""

    def status_of(self, name: bytes) -> Status: ...
    def open(self, name: bytes, how: Opening) -> Union[File, "Folder"]: ...
    def make_folder(self, name: bytes) -> None: ...
    def make_link(self, target: bytes, name: bytes) -> None: ...
    def remove_folder(self, name: bytes) -> None: ...
    def remove_file(self, name: bytes) -> None: ...
    def rename(self, name: bytes, folder: "Folder", new: bytes) -> None: ...
    def link(self, name: bytes, folder: "Folder", new: bytes) -> None: ...
    def set_times_of(self, name: bytes, times: Times) -> None: ...
    def close(self) -> None: ...


def check_opening(type_: int, how: Opening, read_only: bool) -> None:
    """Raise `Refused` for what exists and cannot be opened in that way."""
    oflags = how.oflags
    if oflags & rights.CREAT and oflags & rights.EXCL:
        raise Refused(EXIST)
    if type_ == rights.SYMBOLIC_LINK:
        raise Refused(LOOP)
    if type_ == rights.DIRECTORY:
        if how.writes or oflags & (rights.CREAT | rights.TRUNC):
            raise Refused(ISDIR)
    elif oflags & rights.OPEN_DIRECTORY:
        raise Refused(NOTDIR)
    elif type_ != rights.REGULAR_FILE:
        # Devices, pipes and sockets are the host's: opening one may do something.
        raise Refused(ACCES)
    elif read_only and (how.writes or oflags & rights.TRUNC):
        raise Refused(ROFS)
