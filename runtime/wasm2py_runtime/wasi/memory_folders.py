"""Folders and files in memory, which behave as those of a POSIX system do.

Programs in several threads may have the same folders: what changes them is one step, under the lock of
the tree. A clock that is given is asked meanwhile.
"""

from __future__ import annotations

import os
import time
from _thread import RLock
from collections.abc import Mapping
from functools import wraps
from itertools import count
from pathlib import PurePath, PurePosixPath
from typing import Any, Callable, Dict, List, Optional, Tuple, TypeVar, Union, cast
from weakref import WeakSet

from . import rights
from .errno import (
    BADF,
    BUSY,
    EXIST,
    FBIG,
    INVAL,
    ISDIR,
    NAMETOOLONG,
    NOENT,
    NOSPC,
    NOTDIR,
    NOTEMPTY,
    PERM,
    XDEV,
    Refused,
)
from .tree import (
    MOST_NAME,
    MOST_PATH,
    Entry,
    Folder,
    Opening,
    Status,
    check_opening,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .tree import Times


# Of a file, where there is no limit for all of them.
_MOST_SIZE = 1 << 32
# Names in all folders, where there is a limit for bytes. What is open has none, perhaps.
_MOST_NAMES = 100_000
_SELF = b"."
_devices = count(1)

_Method = TypeVar("_Method", bound=Callable[..., Any])


class _Volume:
    """What the folders of one tree share: how much they hold, and their clock."""

    def __init__(self, max_bytes: Optional[int]) -> None:
        self.lock = RLock()
        self.device = next(_devices)
        self.now: Callable[[], int] = time.time_ns
        self.inodes = count(1)
        self.names = 0
        self._max_bytes = max_bytes
        self._bytes = 0
        _volumes.add(self)

    def check_name(self) -> None:
        """See whether there can be one more."""
        if self._max_bytes is not None and self.names >= _MOST_NAMES:
            raise Refused(NOSPC)

    def take(self, more: int) -> None:
        """Account for ``more`` bytes (or less, where it is negative)."""
        most = self._max_bytes
        if most is not None and more > 0 and self._bytes + more > most:
            raise Refused(NOSPC)
        self._bytes += more


_volumes: "WeakSet[_Volume]" = WeakSet()


def _after_fork() -> None:
    # Other threads are no more, and have no lock.
    for volume in list(_volumes):
        volume.lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _whole(method: _Method) -> _Method:
    """A method that changes something, or what is open, as one step for other threads."""

    @wraps(method)
    def whole(self: "_Opened", *args: Any) -> Any:
        with self._node.volume.lock:
            return method(self, *args)

    return cast(_Method, whole)


class _Node:
    """What has a number: a file, a folder or a link."""

    type = rights.UNKNOWN

    def __init__(self, volume: _Volume) -> None:
        self.volume = volume
        self.inode = next(volume.inodes)
        self.accessed = self.modified = self.changed = volume.now()
        # Names, and descriptors, that it has.
        self.links = 0
        self.users = 0

    def size(self) -> int:
        return 0

    def status(self) -> Status:
        return Status(
            self.volume.device,
            self.inode,
            self.type,
            self.links,
            self.size(),
            self.accessed,
            self.modified,
            self.changed,
        )

    def touch(self) -> None:
        self.modified = self.changed = self.volume.now()

    def set_times(self, times: Times) -> None:
        accessed, modified = times
        self.accessed = self.accessed if accessed is None else accessed
        self.modified = self.modified if modified is None else modified
        self.changed = self.volume.now()

    def drop_if_unused(self) -> None:
        if not self.links and not self.users:
            self.volume.take(-self.size())


class _FileNode(_Node):
    type = rights.REGULAR_FILE

    def __init__(self, volume: _Volume, data: bytes = b"") -> None:
        super().__init__(volume)
        volume.take(len(data))
        self.data = bytearray(data)

    def size(self) -> int:
        return len(self.data)

    def resize(self, size: int) -> None:
        """Cut off the end, or add zeros."""
        more = size - len(self.data)
        if size > _MOST_SIZE:
            raise Refused(FBIG)
        if more <= 0:
            del self.data[size:]
            self.volume.take(more)
        else:
            self.volume.take(more)
            try:
                self.data += bytes(more)
            except MemoryError:
                self.volume.take(-more)
                raise Refused(NOSPC) from None
        self.touch()

    def write(self, data: bytes, offset: int) -> int:
        if not data:
            return 0
        end = offset + len(data)
        if end > len(self.data):
            self.resize(end)
        self.data[offset:end] = data
        self.touch()
        return len(data)


class _LinkNode(_Node):
    type = rights.SYMBOLIC_LINK

    def __init__(self, volume: _Volume, target: bytes) -> None:
        super().__init__(volume)
        volume.take(len(target))
        self.target = target

    def size(self) -> int:
        return len(self.target)


class _FolderNode(_Node):
    type = rights.DIRECTORY

    def __init__(self, volume: _Volume, parent: Optional["_FolderNode"]) -> None:
        super().__init__(volume)
        self.parent = parent
        self.nodes: Dict[bytes, _Node] = {}

    def find(self, name: bytes) -> _Node:
        if name == _SELF:
            return self
        node = self.nodes.get(name)
        if node is None:
            raise Refused(NOENT)
        return node

    def check_free(self, name: bytes) -> None:
        """See whether there can be a new entry of that name."""
        if name == _SELF or name in self.nodes:
            raise Refused(EXIST)
        self.check_there()
        self.volume.check_name()

    def check_there(self) -> None:
        """See whether it has not been removed, and is only open."""
        if not self.links:
            raise Refused(NOENT)

    def add(self, name: bytes, node: _Node) -> None:
        node.links += 1
        node.changed = self.volume.now()
        self.nodes[name] = node
        self.volume.names += 1
        self.touch()

    def take(self, name: bytes) -> _Node:
        """What had the name, and may have none now."""
        node = self.nodes.pop(name)
        self.volume.names -= 1
        node.links -= 1
        node.changed = self.volume.now()
        self.touch()
        return node

    def remove(self, name: bytes) -> None:
        self.take(name).drop_if_unused()

    def is_within(self, other: "_FolderNode") -> bool:
        """Whether it is ``other``, or below it."""
        folder: Optional[_FolderNode] = self
        while folder is not None:
            if folder is other:
                return True
            folder = folder.parent
        return False


class _Opened:
    """An open node."""

    is_folder = False
    is_of_host = False
    read_only = False

    def __init__(self, node: Any) -> None:
        self._node = node
        self._is_open = True
        node.users += 1

    def status(self) -> Status:
        status: Status = self._node.status()
        return status

    @_whole
    def set_times(self, times: Times) -> None:
        self._node.set_times(times)

    def sync(self) -> None:
        pass

    @_whole
    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._node.users -= 1
            self._node.drop_if_unused()


class MemoryFile(_Opened):
    """An open file, with an offset."""

    def __init__(self, node: _FileNode, how: Opening) -> None:
        super().__init__(node)
        self._offset = 0
        self._append = bool(how.fdflags & rights.APPEND)
        self._how = how

    def read(self, count: int) -> bytes:
        data = self.read_at(count, self._offset)
        self._offset += len(data)
        return data

    @_whole
    def write(self, data: bytes) -> int:
        written = self.write_at(data, self._offset)
        self._offset = self._node.size() if self._append else self._offset + written
        return written

    def read_at(self, count: int, offset: int) -> bytes:
        if not self._how.reads:
            raise Refused(BADF)
        return bytes(self._node.data[offset : offset + count])

    @_whole
    def write_at(self, data: bytes, offset: int) -> int:
        if not self._how.writes:
            raise Refused(BADF)
        written: int = self._node.write(
            data, self._node.size() if self._append else offset
        )
        return written

    def seek(self, offset: int, whence: int) -> int:
        if whence == rights.CUR:
            offset += self._offset
        elif whence == rights.END:
            offset += self._node.size()
        if not 0 <= offset < 1 << 63:
            raise Refused(INVAL)
        self._offset = offset
        return offset

    def set_flags(self, fdflags: int) -> None:
        self._append = bool(fdflags & rights.APPEND)

    @_whole
    def set_size(self, size: int) -> None:
        if not self._how.writes:
            raise Refused(INVAL)
        self._node.resize(size)

    @_whole
    def allocate(self, offset: int, length: int) -> None:
        if not self._how.writes:
            raise Refused(BADF)
        if offset + length > self._node.size():
            self._node.resize(offset + length)


class MemoryFolder(_Opened):
    """An open folder."""

    is_folder = True

    @_whole
    def entries(self) -> List[Entry]:
        nodes: List[Tuple[bytes, _Node]] = list(self._node.nodes.items())
        return [Entry(name, node.inode, node.type) for name, node in nodes]

    @_whole
    def enter(self, name: bytes) -> Optional[Folder]:
        node = self._node.find(name)
        return MemoryFolder(node) if node.type == rights.DIRECTORY else None

    def read_link(self, name: bytes) -> Optional[bytes]:
        node = self._node.nodes.get(name)
        return node.target if isinstance(node, _LinkNode) else None

    def status_of(self, name: bytes) -> Status:
        status: Status = self._node.find(name).status()
        return status

    @_whole
    def open(self, name: bytes, how: Opening) -> Union[MemoryFile, "MemoryFolder"]:
        if name != _SELF and name not in self._node.nodes and how.oflags & rights.CREAT:
            return self._create(name, how)
        node = self._node.find(name)
        check_opening(node.type, how, self.read_only)
        if node.type == rights.DIRECTORY:
            return MemoryFolder(node)
        if how.oflags & rights.TRUNC:
            node.resize(0)
        return MemoryFile(node, how)

    def _create(self, name: bytes, how: Opening) -> MemoryFile:
        if how.oflags & rights.OPEN_DIRECTORY:
            raise Refused(INVAL)
        self._node.check_free(name)
        node = _FileNode(self._node.volume)
        self._node.add(name, node)
        return MemoryFile(node, how)

    @_whole
    def make_folder(self, name: bytes) -> None:
        self._node.check_free(name)
        self._node.add(name, _FolderNode(self._node.volume, self._node))

    @_whole
    def make_link(self, target: bytes, name: bytes) -> None:
        self._node.check_free(name)
        if not target:
            raise Refused(NOENT)
        if len(target) >= MOST_PATH:
            raise Refused(NAMETOOLONG)
        self._node.add(name, _LinkNode(self._node.volume, target))

    @_whole
    def remove_folder(self, name: bytes) -> None:
        if name == _SELF:
            raise Refused(INVAL)
        node = self._node.find(name)
        if node.type != rights.DIRECTORY:
            raise Refused(NOTDIR)
        if node.nodes:
            raise Refused(NOTEMPTY)
        self._node.remove(name)

    @_whole
    def remove_file(self, name: bytes) -> None:
        if self._node.find(name).type == rights.DIRECTORY:
            raise Refused(ISDIR)
        self._node.remove(name)

    @_whole
    def rename(self, name: bytes, folder: Folder, new: bytes) -> None:
        target = self._other(folder)
        if _SELF in (name, new):
            raise Refused(BUSY)
        node, existing = self._node.find(name), target.nodes.get(new)
        if existing is node:
            return
        if node.type == rights.DIRECTORY and target.is_within(node):
            raise Refused(INVAL)
        if isinstance(existing, _FolderNode) and self._node.is_within(existing):
            raise Refused(NOTEMPTY)
        if existing is None:
            target.check_there()
        else:
            _check_replaceable(node, existing)
            target.remove(new)
        target.add(new, self._node.take(name))
        if isinstance(node, _FolderNode):
            node.parent = target

    @_whole
    def link(self, name: bytes, folder: Folder, new: bytes) -> None:
        target, node = self._other(folder), self._node.find(name)
        target.check_free(new)
        if node.type == rights.DIRECTORY:
            raise Refused(PERM)
        target.add(new, node)

    def _other(self, folder: Folder) -> _FolderNode:
        """Where something of this folder goes."""
        node = folder._node if isinstance(folder, MemoryFolder) else None
        if not isinstance(node, _FolderNode) or node.volume is not self._node.volume:
            raise Refused(XDEV)
        return node

    @_whole
    def set_times_of(self, name: bytes, times: Times) -> None:
        self._node.find(name).set_times(times)


def _check_replaceable(node: _Node, existing: _Node) -> None:
    """Raise `Refused` where renaming one may not replace the other."""
    if not isinstance(existing, _FolderNode):
        if node.type == rights.DIRECTORY:
            raise Refused(NOTDIR)
    elif node.type != rights.DIRECTORY:
        raise Refused(ISDIR)
    elif existing.nodes:
        raise Refused(NOTEMPTY)


class Tree:
    """A folder and all that is in it, given and read as nested mappings.

    Raises TypeError and ValueError for what cannot be in a folder.
    """

    def __init__(self, files: Mapping[str, Any], max_bytes: Optional[int]) -> None:
        self._volume = _Volume(max_bytes)
        self._root = _FolderNode(self._volume, None)
        self._root.links = 1
        try:
            self._fill(files)
        except Refused:
            most = f"the {max_bytes} bytes, or the {_MOST_NAMES} names, allowed"
            raise ValueError(f"the files have more than {most}") from None

    def _fill(self, files: Mapping[str, Any]) -> None:
        pending: List[Tuple[_FolderNode, Mapping[str, Any]]] = [(self._root, files)]
        while pending:
            folder, given = pending.pop()
            for name, content in given.items():
                key = _checked_name(name)
                folder.check_free(key)
                node = self._new_node(folder, name, content)
                folder.add(key, node)
                if isinstance(node, _FolderNode):
                    pending.append((node, content))

    def _new_node(self, folder: _FolderNode, name: str, content: Any) -> _Node:
        if isinstance(content, Mapping):
            return _FolderNode(self._volume, folder)
        if isinstance(content, PurePath):
            return _LinkNode(self._volume, str(content).encode())
        if isinstance(content, (bytes, bytearray, memoryview)):
            return _FileNode(self._volume, bytes(content))
        kinds = "bytes, a mapping or a PurePath"
        raise TypeError(f"{name!r} must be {kinds}, not {type(content).__name__}")

    def files(self) -> Dict[str, Any]:
        """What is in the folder now."""
        with self._volume.lock:
            return self._files()

    def _files(self) -> Dict[str, Any]:
        result: Dict[str, Any] = {}
        pending = [(self._root, result)]
        while pending:
            folder, content = pending.pop()
            for key, node in sorted(folder.nodes.items()):
                name = key.decode()
                if isinstance(node, _FolderNode):
                    inner: Dict[str, Any] = {}
                    content[name] = inner
                    pending.append((node, inner))
                elif isinstance(node, _FileNode):
                    content[name] = bytes(node.data)
                elif isinstance(node, _LinkNode):
                    content[name] = PurePosixPath(node.target.decode())
        return result

    def open(self, now: Callable[[], int]) -> MemoryFolder:
        """The folder, for a program whose clock is ``now``."""
        with self._volume.lock:
            self._volume.now = now
            return MemoryFolder(self._root)


def _checked_name(name: object) -> bytes:
    if not isinstance(name, str):
        raise TypeError(f"names must be str, not {type(name).__name__}")
    key = name.encode()
    if name in ("", ".", "..") or "/" in name or "\0" in name or len(key) > MOST_NAME:
        raise ValueError(f"{name!r} cannot be a name in a folder")
    return key
