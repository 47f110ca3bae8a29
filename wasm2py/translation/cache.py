"""Translations that are kept on disk, and what modules in memory consist of.

An entry is found by the SHA-256 of the module, and by everything else that decides what
it is translated to. It holds the text of functions, which becomes code: so the
folder must be one that nobody but the user can write to. What is damaged costs a translation.

Entries are written beside their place and renamed, so that any number of processes can
share a folder. A folder that cannot be used is not used: the cache saves time, nothing
depends on it.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from io import BufferedRandom
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from wasm2py.spec.features import Features
from wasm2py.targets.base import Options
from wasm2py.translation.private_folder import NotPrivate, PrivateFolder

if TYPE_CHECKING:
    from wasm2py.translation.translator import Translation

# All of it decides what a module is translated to.
_PACKAGE: Final = Path(__file__).parents[1]

ENVIRONMENT_VARIABLE: Final = "WASM2PY_CACHE_DIR"

# So many bytes of a module that arrives are looked at to see whether it may be known.
_PREFIX: Final = 4096
# Of files that `clear` removes, whatever else is in the folder.
_ENTRY: Final = re.compile(
    r"[0-9]+-[0-9a-f]{16}-[0-9a-f]{64}-[0-9a-f]{16}\.(bin|module)"
    r"|native-[0-9a-f]{32}-[0-9a-f]{64}\.(o|so)"
)
_TRANSLATION, _CONTENT = "bin", "module"
_DIGEST_SIZE: Final = 32
_UNFINISHED: Final = re.compile(r"[0-9a-f]{32}\.tmp")


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
    # The names of these folders have the version. (`importlib.metadata` takes long to import.)
    installed = _PACKAGE.parent.glob(f"{_PACKAGE.name}-*.dist-info")
    parts = sorted(path.name for path in installed)
    for path in sorted(_PACKAGE.rglob("*.py")):
        status = path.stat()
        name = path.relative_to(_PACKAGE).as_posix()
        parts.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return sha256("\n".join(parts).encode()).hexdigest()


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
        ends = tuple(f"-{self._options}.{kind}" for kind in (_TRANSLATION, _CONTENT))
        try:
            with self._opened() as folder:
                names = folder.names()
        except (OSError, NotPrivate):
            return False
        return any(name.startswith(start) and name.endswith(ends) for name in names)

    def load(
        self, size: int, prefix: bytes, digest: str, pieces: Iterable[bytes]
    ) -> Translation | None:
        """The translation of a module, whose bytes are given, if it is intact."""
        from wasm2py.translation.entries import UNREADABLE, read_translation

        name = self._name(size, prefix, digest, _TRANSLATION)
        try:
            with self._opened() as folder, folder.open(name) as file:
                return read_translation(file, self._features, self._metered, pieces)
        except UNREADABLE:
            return None

    def store(
        self, size: int, prefix: bytes, digest: str, translation: Translation
    ) -> None:
        """Keep the translation of a module, if that is possible."""
        from wasm2py.translation.entries import write_translation

        name = self._name(size, prefix, digest, _TRANSLATION)
        self._write(name, lambda file: write_translation(file, translation.codes))

    def load_content(self, size: int, prefix: bytes, digest: str) -> bytes | None:
        """What `store_content` has kept of a module, if it is intact."""
        name = self._name(size, prefix, digest, _CONTENT)
        try:
            with self._opened() as folder, folder.open(name) as file:
                checksum, content = file.read(_DIGEST_SIZE), file.read()
        except (OSError, NotPrivate, MemoryError):
            return None
        return content if sha256(content).digest() == checksum else None

    def store_content(
        self, size: int, prefix: bytes, digest: str, content: bytes
    ) -> None:
        """Keep what a module in memory consists of, if that is possible."""
        name = self._name(size, prefix, digest, _CONTENT)
        entry = sha256(content).digest() + content
        self._write(name, lambda file: file.write(entry))

    def _write(self, name: str, write: Callable[[BufferedRandom], object]) -> None:
        temporary = f"{os.urandom(16).hex()}.tmp"
        try:
            with (
                self._opened(create=True) as folder,
                folder.written(name, temporary) as file,
            ):
                write(file)
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

    def _name(self, size: int, prefix: bytes, digest: str, kind: str) -> str:
        return f"{size}-{_prefix_digest(prefix)}-{digest}-{self._options}.{kind}"


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

    def content(self) -> bytes | None:
        """What has been kept of the module, which is complete, if it is a known one."""
        if self._cache is None or not self._holding:
            return None
        digest = self._hash.hexdigest()
        return self._cache.load_content(self._size, self._prefix, digest)

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

    def keep(self, content: bytes) -> None:
        """Keep what the module consists of in memory."""
        if self._cache is not None:
            digest = self._hash.hexdigest()
            self._cache.store_content(self._size, self._prefix, digest, content)


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
