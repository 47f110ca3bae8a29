"""Loading of extension modules that have been built for modules in memory."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from types import ModuleType

from wasm2py.errors import BuildError
from wasm2py.native.extension import Extension
from wasm2py.translation.private_folder import NotPrivate, PrivateFolder
from wasm2py_runtime.extension import NAME, load


def load_extension(extension: Extension) -> ModuleType:
    """The module that has been built; raises BuildError where it does not load here."""
    if extension.place is not None:
        try:
            return load(NAME, str(extension.place))
        except ImportError:
            pass  # others may have cleared the folder, or nothing in it may be loaded
    try:
        from tempfile import TemporaryDirectory

        # What is loaded stays, the file need not.
        with TemporaryDirectory(prefix="wasm2py-") as folder:
            path = Path(folder, extension.name)
            path.write_bytes(extension.content)
            return load(NAME, str(path))
    except ImportError as error:
        raise BuildError(f"what has been built does not load: {error}") from error


def load_kept(place: Path) -> ModuleType | None:
    """The module that is kept at a place, if it is still there, and intact."""
    try:
        with PrivateFolder(place.parent) as folder, folder.open(place.name) as file:
            digest = sha256(file.read()).hexdigest()
        return load(NAME, str(place)) if f"-{digest}." in place.name else None
    except (OSError, NotPrivate, ImportError):
        return None
