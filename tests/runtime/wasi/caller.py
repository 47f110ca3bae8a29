"""A program in Python: it calls WASI's functions as WebAssembly code would."""

from __future__ import annotations

import builtins
import struct
from typing import Any, NamedTuple

from wasm2py_runtime import WASI, Memory
from wasm2py_runtime.wasi import rights

# Where results go, where data, and where paths.
RESULT = 8
DATA = 0x1000
PATH = 0x8000
OTHER_PATH = 0xC000
# The first folder that is given.
ROOT = 3
CREAT, DIRECTORY, EXCL, TRUNC = 1, 2, 4, 8
FOLLOW = 1
READ = rights.FD_READ
WRITE = rights.FD_WRITE
# All that can be done with a file.
ALL = rights.ALL


class Exporting:
    """What an instance is to WASI."""

    def __init__(self, memory: Memory) -> None:
        self.exports = {"memory": memory}


class Filestat(NamedTuple):
    device: int
    inode: int
    type: int
    links: int
    size: int
    accessed: int
    modified: int
    changed: int


class Dirent(NamedTuple):
    next: int
    inode: int
    type: int
    name: str


class Failed(Exception):
    """A call has ended with an error number."""

    def __init__(self, name: str, errno: int) -> None:
        super().__init__(f"{name}: {errno}")
        self.errno = errno


class Caller:
    """A program with a memory of two pages."""

    def __init__(
        self, *args: Any, module: str = "wasi_snapshot_preview1", **options: Any
    ) -> None:
        self.wasi = WASI(*args, **options)
        self.memory = Memory(2)
        self.instance = Exporting(self.memory)
        self.wasi.initialize(self.instance)
        self.functions = self.wasi[module]

    def errno(self, name: str, *args: int) -> int:
        """What a call gives."""
        errno: int = self.functions[name](*args)
        return errno

    def __call__(self, name: str, *args: int) -> None:
        errno = self.errno(name, *args)
        if errno:
            raise Failed(name, errno)

    def u32(self, address: int = RESULT) -> int:
        number: int = struct.unpack("<I", self.memory.read(address, 4))[0]
        return number

    def u64(self, address: int = RESULT) -> int:
        number: int = struct.unpack("<Q", self.memory.read(address, 8))[0]
        return number

    def path(self, path: str | bytes, at: int = PATH) -> tuple[int, int]:
        """A path's address and length."""
        data = path.encode() if isinstance(path, str) else path
        self.memory.write(at, data)
        return at, len(data)

    def on_path(self, name: str, fd: int, path: str | bytes, *args: int) -> None:
        self(name, fd, *self.path(path), *args)

    def open(
        self,
        path: str | bytes,
        oflags: int = 0,
        base: int = READ | rights.FD_SEEK | rights.FD_TELL | rights.FD_FILESTAT_GET,
        *,
        inheriting: int = 0,
        fd: int = ROOT,
        follow: bool = False,
        fdflags: int = 0,
    ) -> int:
        place = self.path(path)
        flags = FOLLOW if follow else 0
        self("path_open", fd, flags, *place, oflags, base, inheriting, fdflags, RESULT)
        return self.u32()

    def open_folder(self, path: str, fd: int = ROOT) -> int:
        return self.open(path, DIRECTORY, rights.OF_FOLDERS, inheriting=ALL, fd=fd)

    def close(self, fd: int) -> None:
        self("fd_close", fd)

    def _buffer(self, address: int, length: int) -> tuple[int, int]:
        self.memory.write(16, struct.pack("<II", address, length))
        return 16, 1

    def write(self, fd: int, data: bytes) -> int:
        self.memory.write(DATA, data)
        self("fd_write", fd, *self._buffer(DATA, len(data)), RESULT)
        return self.u32()

    def read(self, fd: int, count: int = 0x4000) -> bytes:
        self("fd_read", fd, *self._buffer(DATA, count), RESULT)
        return self.memory.read(DATA, self.u32())

    def write_at(self, fd: int, data: bytes, offset: int) -> int:
        self.memory.write(DATA, data)
        self("fd_pwrite", fd, *self._buffer(DATA, len(data)), offset, RESULT)
        return self.u32()

    def read_at(self, fd: int, count: int, offset: int) -> bytes:
        self("fd_pread", fd, *self._buffer(DATA, count), offset, RESULT)
        return self.memory.read(DATA, self.u32())

    def seek(self, fd: int, offset: int, whence: int = 0) -> int:
        self("fd_seek", fd, offset, whence, RESULT)
        return self.u64()

    def read_file(self, path: str, **options: Any) -> bytes:
        fd = self.open(path, **options)
        data = self.read(fd)
        self.close(fd)
        return data

    def write_file(self, path: str, data: bytes, **options: Any) -> None:
        fd = self.open(path, CREAT | TRUNC, WRITE, **options)
        self.write(fd, data)
        self.close(fd)

    def status(self, fd: int) -> Filestat:
        self("fd_filestat_get", fd, DATA)
        return self._status()

    def status_of(self, path: str, follow: bool = False, fd: int = ROOT) -> Filestat:
        self("path_filestat_get", fd, int(follow), *self.path(path), DATA)
        return self._status()

    def _status(self) -> Filestat:
        return Filestat(*struct.unpack("<QQB7xQQQQQ", self.memory.read(DATA, 64)))

    def list(self, fd: int = ROOT, size: int = 0x4000) -> builtins.list[Dirent]:
        """A folder's entries, without ``.`` and ``..``."""
        found: list[Dirent] = []
        cookie = 0
        while True:
            self("fd_readdir", fd, DATA, size, cookie, RESULT)
            used = self.u32()
            data = self.memory.read(DATA, used)
            more = list(dirents(data))
            found += more
            if used < size:
                return [item for item in found if item.name not in (".", "..")]
            cookie = more[-1].next

    def names(self, fd: int = ROOT) -> builtins.list[str]:
        return [item.name for item in self.list(fd)]

    def link_to(self, target: str | bytes, path: str, fd: int = ROOT) -> None:
        """Make a symbolic link."""
        old = self.path(target, OTHER_PATH)
        self("path_symlink", *old, fd, *self.path(path))

    def hard_link(self, path: str, new: str, flags: int = 0, fd: int = ROOT) -> None:
        other = self.path(new, OTHER_PATH)
        self("path_link", ROOT, flags, *self.path(path), fd, *other)

    def rename(self, path: str, new: str, fd: int = ROOT, to: int = ROOT) -> None:
        other = self.path(new, OTHER_PATH)
        self("path_rename", fd, *self.path(path), to, *other)

    def make_folder(self, path: str, fd: int = ROOT) -> None:
        self.on_path("path_create_directory", fd, path)

    def remove_folder(self, path: str) -> None:
        self.on_path("path_remove_directory", ROOT, path)

    def unlink(self, path: str, fd: int = ROOT) -> None:
        self.on_path("path_unlink_file", fd, path)

    def read_link(self, path: str, size: int = 0x1000) -> bytes:
        self.on_path("path_readlink", ROOT, path, DATA, size, RESULT)
        return self.memory.read(DATA, self.u32())

    def fdstat(self, fd: int) -> dict[str, int]:
        self("fd_fdstat_get", fd, DATA)
        fields = struct.unpack("<BxH4xQQ", self.memory.read(DATA, 24))
        return dict(zip(("type", "flags", "base", "inheriting"), fields))


def dirents(data: bytes) -> list[Dirent]:
    """The whole entries in a buffer."""
    found = []
    while len(data) >= 24:
        next_, inode, length, type_ = struct.unpack_from("<QQIB", data)
        if len(data) < 24 + length:
            break
        name = data[24 : 24 + length].decode()
        found.append(Dirent(next_, inode, type_, name))
        data = data[24 + length :]
    return found
