"""A folder that nobody but the user can have put anything into.

It is opened once and looked at then; whatever is done afterwards is done to the folder
that was looked at, not to its path. On Windows, where folders have no such modes and
cannot be opened, the user's profile is private by its access control list, and the path
has to do.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom, BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Final

_POSIX: Final = os.name == "posix"
# Neither links nor pipes are what a file is to be.
_PLAIN: Final = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
_OTHERS_READ_OR_WRITE: Final = 0o077
_OTHERS_WRITE: Final = 0o022


class NotPrivate(Exception):
    """A folder, or a file in it, may hold what others have put there."""


class PrivateFolder:
    """A context manager, in which names are those of files right in the folder.

    Making one raises ``NotPrivate`` if the folder is a link, another user's, or one that
    others can enter; ``FileNotFoundError`` if it is not there, unless ``create`` is set;
    ``OSError`` if it cannot be used.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self._path = path
        self._folder: int | None = None
        if create and not os.path.lexists(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir(mode=0o700, exist_ok=True)
        if not stat.S_ISDIR(self._checked(os.lstat(path)).st_mode):
            raise NotADirectoryError(f"{path} is not a folder")
        if _POSIX:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
            self._folder = os.open(path, flags)
            try:
                self._checked(os.fstat(self._folder))
            except BaseException:
                os.close(self._folder)
                raise

    def __enter__(self) -> PrivateFolder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._folder is not None:
            os.close(self._folder)

    def names(self) -> list[str]:
        """What is in the folder."""
        return sorted(os.listdir(self._path if self._folder is None else self._folder))

    def size(self, name: str) -> int | None:
        """The bytes of a file that is the user's own; None if that is something else."""
        try:
            status = os.lstat(self._place(name), dir_fd=self._folder)
        except FileNotFoundError:
            return None
        return status.st_size if _is_own_file(status) else None

    def open(self, name: str) -> BufferedReader:
        """A file, to be read. Raises ``NotPrivate`` if others may have written it."""
        flags = os.O_RDONLY | _PLAIN
        handle = os.open(self._place(name), flags, dir_fd=self._folder)
        if not _is_own_file(os.fstat(handle)):
            os.close(handle)
            raise NotPrivate(f"{self._path / name} is not the user's own")
        return open(handle, "rb")

    @contextmanager
    def written(self, name: str, temporary: str) -> Iterator[BufferedRandom]:
        """A file to be written and read, which has its name once it is complete."""
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _PLAIN
        folder = self._folder
        try:
            handle = os.open(self._place(temporary), flags, 0o600, dir_fd=folder)
            with open(handle, "w+b") as file:
                yield file
            os.replace(
                self._place(temporary),
                self._place(name),
                src_dir_fd=folder,
                dst_dir_fd=folder,
            )
        except BaseException:
            self.remove(temporary)
            raise

    def remove(self, name: str) -> None:
        """Remove a file (or a link, not what it leads to), if it is there."""
        try:
            os.unlink(self._place(name), dir_fd=self._folder)
        except FileNotFoundError:
            return

    def _place(self, name: str) -> str:
        return name if self._folder is not None else os.fspath(self._path / name)

    def _checked(self, status: os.stat_result) -> os.stat_result:
        if stat.S_ISLNK(status.st_mode):
            raise NotPrivate(f"{self._path} is a link; name the folder itself")
        if _POSIX and stat.S_ISDIR(status.st_mode):
            if status.st_uid != os.geteuid():
                raise NotPrivate(f"{self._path} belongs to another user")
            if status.st_mode & _OTHERS_READ_OR_WRITE:
                raise NotPrivate(
                    f"{self._path} is open to other users;"
                    f" close it with chmod 700 {self._path}"
                )
        return status


def _is_own_file(status: os.stat_result) -> bool:
    if not stat.S_ISREG(status.st_mode):
        return False
    return not _POSIX or (
        status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE
    )
