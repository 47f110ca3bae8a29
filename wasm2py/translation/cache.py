"""Translations that are kept on disk.

An entry is found by the SHA-256 of the module, and by everything else that decides what
it is translated to. It holds the text of the functions, which becomes code: so the
folder must be one that nobody but the user can write to. All else is read from the
module, and what is damaged costs a translation.

Entries are written beside their place and renamed, so that any number of processes can
share a folder. A folder that cannot be used is not used: the cache saves time, nothing
depends on it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import warnings
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from gzip import GzipFile
from hashlib import file_digest, sha256
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import Final, NamedTuple

from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.errors import CompileError
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import Features
from wasm2py.targets.base import FunctionCode, Options
from wasm2py.translation.private_folder import NotPrivate, PrivateFolder
from wasm2py.translation.translator import Translation

# All of it decides what a module is translated to.
_PACKAGE: Final = Path(__file__).parents[1]

ENVIRONMENT_VARIABLE: Final = "WASM2PY_CACHE_DIR"

# So many bytes of a module that arrives are looked at to see whether it may be known.
_PREFIX: Final = 4096
_DIGEST_SIZE: Final = 32
# Bytes that a byte of an entry may unpack to. Code packs to an eighth or so; what would
# be packed more densely is not packed.
_RATIO: Final = 32
# Of files that `clear` removes, whatever else is in the folder.
_ENTRY: Final = re.compile(
    r"[0-9]+-[0-9a-f]{16}-[0-9a-f]{64}-[0-9a-f]{16}\.bin"
    r"|native-[0-9a-f]{32}-[0-9a-f]{64}\.(o|so)"
)
_UNFINISHED: Final = re.compile(r"[0-9a-f]{32}\.tmp")
# Addresses of 64 bits are the largest.
_MOST_DISTANCE: Final = 1 << 64
# What reading a damaged entry raises.
_UNREADABLE: Final = (
    OSError,
    NotPrivate,
    CompileError,
    zlib.error,
    EOFError,
    ValueError,
    RecursionError,
    MemoryError,
)


class Contents(NamedTuple):
    """What a folder holds: number of entries, and their size in bytes."""

    entries: int
    size: int


def default_folder() -> Path:
    """The folder of the cache: $WASM2PY_CACHE_DIR, else the platform's place for it."""
    given = os.environ.get(ENVIRONMENT_VARIABLE)
    if given:
        return Path(given)
    from platformdirs import user_cache_path

    return user_cache_path("wasm2py", appauthor=False)


@cache
def _fingerprint() -> str:
    """What changes with wasm2py itself, also where it is being worked on."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        parts = [version("wasm2py")]
    except PackageNotFoundError:
        parts = []
    for path in sorted(_PACKAGE.rglob("*.py")):
        status = path.stat()
        name = path.relative_to(_PACKAGE).as_posix()
        parts.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return sha256("\n".join(parts).encode()).hexdigest()


def _write(file: BufferedRandom, codes: Iterable[FunctionCode]) -> None:
    """Write an entry: a checksum, and one line of JSON for each function, packed."""
    for level in (1, 0):
        file.seek(_DIGEST_SIZE)
        file.truncate()
        unpacked = 0
        with GzipFile(fileobj=file, mode="wb", compresslevel=level, mtime=0) as packed:
            for code in codes:
                kept = (
                    code.source,
                    code.calls,
                    code.views,
                    code.memory_views,
                    code.native,
                )
                unpacked += packed.write(json.dumps(kept).encode() + b"\n")
        if unpacked <= _RATIO * file.tell():
            break
    file.seek(_DIGEST_SIZE)
    checksum = file_digest(file, "sha256").digest()
    file.seek(0)
    file.write(checksum)


def _read(
    file: BufferedReader, features: Features, metered: bool, pieces: Iterable[bytes]
) -> Translation | None:
    """What an entry and the module's bytes give; raises what is `_UNREADABLE`."""
    if file.read(_DIGEST_SIZE) != file_digest(file, "sha256").digest():
        return None
    room = _RATIO * file.tell()
    file.seek(_DIGEST_SIZE)
    reader = ModuleReader(features)
    reader.env.metered = metered
    codes = []
    with GzipFile(fileobj=file) as packed:
        for piece in (*pieces, b""):
            for job in reader.receive(piece):
                line = packed.readline(room)
                room -= len(line)
                codes.append(_code(line, job, reader.env))
        if packed.read(1):
            return None
    return Translation(reader.env, codes, reader.data)


def _code(line: bytes, job: FunctionJob, env: ModuleEnvironment) -> FunctionCode:
    """A function's line in an entry; raises ``ValueError`` where that cannot be its."""
    match json.loads(line):
        case [
            str(source),
            [*calls],
            [*views],
            [*memory_views],
            str(native),
        ] if (
            source.isascii() and native.isascii()
        ):
            return FunctionCode(
                job.funcidx,
                job.offset,
                len(job.body),
                source,
                tuple(_index(call, len(env.functions)) for call in calls),
                tuple(_view(view, env) for view in views),
                tuple(_memory_view(view, env) for view in memory_views),
                native,
            )
    raise ValueError("no function")


def _view(value: object, env: ModuleEnvironment) -> tuple[int, int]:
    match value:
        case [tableidx, typeidx]:
            return _index(tableidx, len(env.tables)), _index(typeidx, len(env.types))
    raise ValueError("no view")


def _memory_view(value: object, env: ModuleEnvironment) -> tuple[int, str, int]:
    match value:
        case [memidx, str(view), distance] if view.isalnum() and view.isascii():
            return (
                _index(memidx, len(env.memories)),
                view,
                _index(distance, _MOST_DISTANCE),
            )
    raise ValueError("no view of a memory")


def _index(value: object, count: int) -> int:
    if type(value) is not int or not 0 <= value < count:
        raise ValueError("no index")
    return value


def _warn(message: str) -> None:
    warnings.warn(message, RuntimeWarning, stacklevel=2)


class Cache:
    """Translations for one way to translate, in a folder.

    `warn` is called, once, with a sentence if the folder is not used because others may
    have put something into it.
    """

    def __init__(
        self,
        features: Features,
        options: Options,
        *,
        folder: Path | None = None,
        warn: Callable[[str], object] = _warn,
    ) -> None:
        self.folder = default_folder() if folder is None else folder
        self._features = features
        self._metered = options.metered
        self._warn = warn
        self._refused = False
        what = (_fingerprint(), *options, *sorted(features))
        self._options = sha256(repr(what).encode()).hexdigest()[:16]

    def may_hold(self, size: int, prefix: bytes | None) -> bool:
        """Whether there is a module of that size, which begins with these bytes."""
        start = f"{size}-" if prefix is None else f"{size}-{_prefix_digest(prefix)}-"
        end = f"-{self._options}.bin"
        try:
            with self._opened() as folder:
                names = folder.names()
        except (OSError, NotPrivate):
            return False
        return any(name.startswith(start) and name.endswith(end) for name in names)

    def load(
        self, size: int, prefix: bytes, digest: str, pieces: Iterable[bytes]
    ) -> Translation | None:
        """The translation of a module, whose bytes are given, if it is intact."""
        name = self._name(size, prefix, digest)
        try:
            with self._opened() as folder, folder.open(name) as file:
                return _read(file, self._features, self._metered, pieces)
        except _UNREADABLE:
            return None

    def store(
        self, size: int, prefix: bytes, digest: str, translation: Translation
    ) -> None:
        """Keep the translation of a module, if that is possible."""
        name = self._name(size, prefix, digest)
        temporary = f"{secrets.token_hex(16)}.tmp"
        try:
            with (
                self._opened(create=True) as folder,
                folder.written(name, temporary) as file,
            ):
                _write(file, translation.codes)
        except (OSError, NotPrivate):
            return

    def _opened(self, create: bool = False) -> PrivateFolder:
        try:
            return PrivateFolder(self.folder, create=create)
        except NotPrivate as error:
            if not self._refused:
                self._refused = True
                self._warn(f"the cache is not used: {error}")
            raise

    def _name(self, size: int, prefix: bytes, digest: str) -> str:
        return f"{size}-{_prefix_digest(prefix)}-{digest}-{self._options}.bin"


def _prefix_digest(prefix: bytes) -> str:
    return sha256(prefix[:_PREFIX]).hexdigest()[:16]


class Lookup:
    """A module that arrives, and may turn out to be known.

    A module whose size is that of a known one, and whose first bytes are, too, is held
    back until it is complete; any other is passed on at once. Without a cache, none is
    known.
    """

    def __init__(self, cache: Cache | None, total: int | None) -> None:
        self._cache = cache
        self._total = -1 if total is None else total
        self._hash = sha256()
        self._size = 0
        self._prefix = b""
        self._held: list[bytes] = []
        self._holding = cache is not None and cache.may_hold(self._total, None)
        self._decided = not self._holding

    def receive(self, chunk: bytes) -> list[bytes]:
        """Take the next bytes, and give those that are to be translated now."""
        if self._cache is None:
            return [chunk]
        self._hash.update(chunk)
        self._size += len(chunk)
        if len(self._prefix) < _PREFIX:
            self._prefix += chunk[: _PREFIX - len(self._prefix)]
        if not self._holding:
            return [chunk]
        self._held.append(chunk)
        if not self._decided and len(self._prefix) == _PREFIX:
            self._decided = True
            self._holding = self._cache.may_hold(self._total, self._prefix)
        # More bytes than there should be: not the known module.
        if self._holding and self._size <= self._total:
            return []
        return self.rest()

    def find(self) -> Translation | None:
        """The translation, if the module, which is complete, is a known one."""
        if self._cache is None or not self._holding:
            return None
        digest = self._hash.hexdigest()
        return self._cache.load(self._size, self._prefix, digest, self._held)

    def rest(self) -> list[bytes]:
        """The bytes that have been held back, to be translated after all."""
        self._holding = False
        held, self._held = self._held, []
        return held

    def store(self, translation: Translation) -> None:
        """Keep the module's translation."""
        if self._cache is not None:
            digest = self._hash.hexdigest()
            self._cache.store(self._size, self._prefix, digest, translation)


def contents(folder: Path) -> Contents:
    """What is in a folder. Raises ``OSError`` and ``NotPrivate``."""
    return _count(folder, remove=False)


def clear(folder: Path) -> Contents:
    """Remove all entries, and nothing else. Raises ``OSError`` and ``NotPrivate``."""
    return _count(folder, remove=True)


def _count(folder: Path, remove: bool) -> Contents:
    entries, total = 0, 0
    try:
        opened = PrivateFolder(folder)
    except FileNotFoundError:
        return Contents(0, 0)
    with opened:
        for name in opened.names():
            if _ENTRY.fullmatch(name) or _UNFINISHED.fullmatch(name):
                size = opened.size(name)
                if size is not None:
                    entries += 1
                    total += size
                    if remove:
                        opened.remove(name)
    return Contents(entries, total)
