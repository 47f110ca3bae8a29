"""Translations that are kept on disk.

An entry is found by the SHA-256 of the module, and by everything else that decides what
it is translated to. Entries are written beside their place and renamed, so that any
number of processes can share a folder. A folder that cannot be used is not used: the
cache saves time, nothing depends on it.
"""

from __future__ import annotations

import os
import pickle
import re
import tempfile
import zlib
from collections.abc import Iterator
from functools import cache
from gzip import GzipFile
from hashlib import file_digest, sha256
from io import BufferedRandom
from pathlib import Path
from typing import Any, Final, NamedTuple

from wasm2py.features import Features
from wasm2py.function import Options
from wasm2py.translator import Translation

ENVIRONMENT_VARIABLE: Final = "WASM2PY_CACHE_DIR"

# So many bytes of a module that arrives are looked at to see whether it may be known.
_PREFIX: Final = 4096
_DIGEST_SIZE: Final = 32
# Of entries: those that `clear` removes, whatever else is in the folder.
_NAME: Final = re.compile(r"[0-9a-f]{16}-[0-9a-f]{64}-[0-9a-f]{16}\.bin")
_SIZE: Final = re.compile(r"[0-9]+")
# What entries are made of, besides plain data.
_MODULES: Final = (
    "wasm2py.environment",
    "wasm2py.function",
    "wasm2py.translator",
    "wasm2py.types",
)
# What reading an entry raises that somebody else has written. It is to be replaced.
_UNREADABLE: Final = (
    zlib.error,
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    TypeError,
    ValueError,
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
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        status = path.stat()
        name = path.relative_to(root).as_posix()
        parts.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return sha256("\n".join(parts).encode()).hexdigest()


class _Unpickler(pickle.Unpickler):
    """Makes data, and objects of the classes that a translation consists of."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _MODULES:
            found = super().find_class(module, name)
            # Not what the module imports, whose own names "a.b.c" would lead to.
            if isinstance(found, type) and found.__module__ == module:
                return found
        elif module == "builtins" and name in ("set", "frozenset", "bytearray"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a translation")


def _write(file: BufferedRandom, translation: Translation) -> None:
    """Write an entry, which is never in memory as a whole."""
    file.write(bytes(_DIGEST_SIZE))
    with GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed:
        pickle.dump(translation, packed, pickle.HIGHEST_PROTOCOL)
    file.seek(_DIGEST_SIZE)
    checksum = file_digest(file, "sha256").digest()
    file.seek(0)
    file.write(checksum)


class Cache:
    """Translations for one way to translate, in a folder."""

    def __init__(
        self,
        features: Features,
        options: Options,
        *,
        target: str = "python",
        folder: Path | None = None,
    ) -> None:
        self.folder = default_folder() if folder is None else folder
        what = (_fingerprint(), target, *options, *sorted(features))
        self._options = sha256(repr(what).encode()).hexdigest()[:16]

    def may_hold(self, size: int, prefix: bytes | None) -> bool:
        """Whether there is a module of that size, which begins with these bytes."""
        pattern = "*" if prefix is None else f"{_prefix_digest(prefix)}-*"
        return any((self.folder / str(size)).glob(f"{pattern}-{self._options}.bin"))

    def load(self, size: int, prefix: bytes, digest: str) -> Translation | None:
        """The translation of a module, if it is there and intact."""
        try:
            with open(self._path(size, prefix, digest), "rb") as file:
                if file.read(_DIGEST_SIZE) != file_digest(file, "sha256").digest():
                    return None
                file.seek(_DIGEST_SIZE)
                with GzipFile(fileobj=file) as packed:
                    found = _Unpickler(packed).load()
        except (OSError, *_UNREADABLE):
            return None
        return found if isinstance(found, Translation) else None

    def store(
        self, size: int, prefix: bytes, digest: str, translation: Translation
    ) -> None:
        """Keep the translation of a module, if that is possible."""
        path = self._path(size, prefix, digest)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
            try:
                with open(handle, "w+b") as file:
                    _write(file, translation)
                os.replace(name, path)
            except BaseException:
                os.unlink(name)
                raise
        except OSError:
            pass

    def _path(self, size: int, prefix: bytes, digest: str) -> Path:
        name = f"{_prefix_digest(prefix)}-{digest}-{self._options}.bin"
        return self.folder / str(size) / name


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
        return self._cache.load(self._size, self._prefix, self._hash.hexdigest())

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


def _entries(folder: Path) -> Iterator[Path]:
    for child in folder.iterdir() if folder.is_dir() else ():
        if child.is_dir() and _SIZE.fullmatch(child.name):
            for path in child.iterdir():
                if _NAME.fullmatch(path.name) or path.suffix == ".tmp":
                    yield path


def contents(folder: Path) -> Contents:
    """What is in a folder. Raises OSError where it cannot be read."""
    sizes = [path.stat().st_size for path in _entries(folder)]
    return Contents(len(sizes), sum(sizes))


def clear(folder: Path) -> Contents:
    """Remove all entries, and nothing else. Raises OSError where that fails."""
    entries, size = 0, 0
    for path in list(_entries(folder)):
        size += path.stat().st_size
        path.unlink(missing_ok=True)
        entries += 1
    for child in list(folder.iterdir()) if folder.is_dir() else ():
        if child.is_dir() and _SIZE.fullmatch(child.name):
            if not any(child.iterdir()):
                child.rmdir()
    return Contents(entries, size)
