"""What compilers have made, kept on disk beside the translations.

An entry's name ends with the checksum of its content. It becomes code: so the folder must
be one that nobody but the user can write to, and what is damaged is made again.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from wasm2py.translation.private_folder import NotPrivate, PrivateFolder


def key_of(*parts: str) -> str:
    """The key of what these texts, together, decide."""
    hashed = sha256()
    for part in parts:
        content = part.encode()
        hashed.update(b"%d:" % len(content))
        hashed.update(content)
    return hashed.hexdigest()[:32]


class Kept:
    """Object files and extension modules in a folder, by key.

    A folder that cannot be used is not used.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def load(self, key: str, suffix: str) -> tuple[Path, bytes] | None:
        """The place and the content of what is kept under a key, if it is intact."""
        if self._folder is None:
            return None
        start, end = f"native-{key}-", f".{suffix}"
        try:
            with PrivateFolder(self._folder) as folder:
                for name in folder.names():
                    if name.startswith(start) and name.endswith(end):
                        with folder.open(name) as file:
                            content = file.read()
                        if name == _entry(key, content, suffix):
                            return self._folder / name, content
        except (OSError, NotPrivate):
            return None
        return None

    def store(self, key: str, suffix: str, content: bytes) -> Path | None:
        """Keep something, if that is possible; gives its place."""
        if self._folder is None:
            return None
        name, temporary = _entry(key, content, suffix), f"{os.urandom(16).hex()}.tmp"
        try:
            with (
                PrivateFolder(self._folder, create=True) as folder,
                folder.written(name, temporary) as file,
            ):
                file.write(content)
        except (OSError, NotPrivate):
            return None
        return self._folder / name


def _entry(key: str, content: bytes, suffix: str) -> str:
    return f"native-{key}-{sha256(content).hexdigest()}.{suffix}"
