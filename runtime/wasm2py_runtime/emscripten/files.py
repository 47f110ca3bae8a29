"""Where a program's paths lead: into the folders that the host has given it."""

from __future__ import annotations

from contextlib import contextmanager

from ..lean import NamedTuple
from ..wasi import rights
from ..wasi.descriptors import FolderDescriptor
from ..wasi.errno import INVAL, NAMETOOLONG, NOENT, NOTDIR, Refused
from ..wasi.paths import Place, place
from ..wasi.tree import MOST_PATH, Folder, Status
from .state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Optional, Tuple

AT_FDCWD = 0xFFFFFF9C
"""-100: where a path begins that begins at the current folder."""

_FOLDER = Status(0, 0, rights.DIRECTORY, 1, 0, 0, 0, 0)
DEVICES = {b"/dev/stdin": 0, b"/dev/stdout": 1, b"/dev/stderr": 2}


class Target(NamedTuple):
    """A path, from an open folder on."""

    folder: Folder
    path: bytes


def read_path(state: State, address: int) -> bytes:
    """The path at an address of the program's memory."""
    path = state.text(address, MOST_PATH + 1)
    if len(path) > MOST_PATH:
        raise Refused(NAMETOOLONG)
    return path


def target(state: State, fd: int, path: bytes) -> Target:
    """Where a path begins: ``fd`` is a folder's, or `AT_FDCWD`."""
    if not path:
        raise Refused(NOENT)
    if path.startswith(b"/") or fd == AT_FDCWD:
        return _in_preopen(state, absolute(state, path))
    return Target(_folder(state, fd).opened, path)


def _folder(state: State, fd: int) -> FolderDescriptor:
    return state.system.descriptors.folder(fd, 0)


def absolute(state: State, path: bytes) -> bytes:
    """A path from the root on, without what means nothing: ``.``, ``//``, the root's ``..``."""
    if not path.startswith(b"/"):
        path = state.cwd + b"/" + path
    names: List[bytes] = []
    for name in path.split(b"/"):
        if name in (b"", b".") or (name == b".." and not names):
            continue
        names.append(name)
    end = b"/" if path.endswith((b"/", b"/.")) and names else b""
    return b"/" + b"/".join(names) + end


def _in_preopen(state: State, path: bytes) -> Target:
    """The folder of the host's that a path leads into, the innermost."""
    found: Optional[Tuple[int, Folder]] = None
    for descriptor in preopens(state):
        name = preopen_path(descriptor)
        if path.startswith(name + b"/") or path == name or name == b"/":
            length = len(name.rstrip(b"/"))
            if found is None or length > found[0]:
                found = length, descriptor.opened
    if found is None:
        raise Refused(NOENT)
    return Target(found[1], path[found[0] :].lstrip(b"/") or b".")


def preopens(state: State) -> Iterator[FolderDescriptor]:
    """The folders that the host has given, as long as they are open."""
    for descriptor in state.system.descriptors:
        if isinstance(descriptor, FolderDescriptor) and descriptor.preopen is not None:
            yield descriptor


def preopen_path(descriptor: FolderDescriptor) -> bytes:
    """Where a folder is for the program, a path from the root on."""
    names = (descriptor.preopen or b"").split(b"/")
    return b"/" + b"/".join(name for name in names if name not in (b"", b"."))


@contextmanager
def looked_up(
    state: State, fd: int, path: bytes, follow: bool = True
) -> Iterator[Place]:
    """What a path leads to, to look at or to open."""
    folder, rest = target(state, fd, path)
    with place(folder, rest, follow=follow) as found:
        yield found


@contextmanager
def to_change(state: State, fd: int, path: bytes) -> Iterator[Place]:
    """Where a path's last name is, to change what is there."""
    folder, rest = target(state, fd, path)
    with place(folder, rest, to_change=True) as found:
        yield found


def status_at(state: State, fd: int, path: bytes, follow: bool) -> Status:
    """What is at a path. Folders above those that were given are there, and empty."""
    if path.startswith(b"/") or fd == AT_FDCWD:
        whole = absolute(state, path)
        if is_device(whole):
            return Status(0, 0, rights.CHARACTER_DEVICE, 1, 0, 0, 0, 0)
        if is_above(state, whole):
            return _FOLDER
    with looked_up(state, fd, path, follow) as found:
        status = found.folder.status_of(found.name)
    found.check_type(status.type == rights.DIRECTORY)
    return status


def is_above(state: State, path: bytes) -> bool:
    """Whether a path is that of a folder which holds those that were given."""
    start = path.rstrip(b"/") + b"/"
    names = [preopen_path(descriptor) for descriptor in preopens(state)]
    if b"/" in names:
        return False
    return start == b"/" or any(name.startswith(start) for name in names)


def is_device(path: bytes) -> bool:
    """Whether a path is one of the devices that every program has."""
    return path in DEVICES or path in (b"/dev/null", b"/dev/random", b"/dev/urandom")


def change_folder(state: State, path: bytes) -> None:
    """Go to a folder: relative paths begin there from now on."""
    status = status_at(state, AT_FDCWD, path, True)
    if status.type != rights.DIRECTORY:
        raise Refused(NOTDIR)
    whole = absolute(state, path).rstrip(b"/") or b"/"
    if len(whole) > MOST_PATH:
        raise Refused(NAMETOOLONG)
    state.cwd = whole


def change_to_preopen(state: State, fd: int) -> None:
    """Go to an open folder, one that was given: of others nobody knows the path."""
    descriptor = _folder(state, fd)
    if descriptor.preopen is None:
        raise Refused(INVAL)
    state.cwd = preopen_path(descriptor)
