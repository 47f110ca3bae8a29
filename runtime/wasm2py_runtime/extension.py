"""The extension module of a package: a native build of its functions, used where it loads."""

from __future__ import annotations

import os
import sys
from _frozen_importlib import module_from_spec
from _frozen_importlib_external import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    spec_from_file_location,
)

from .abi import W2P_ABI

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Optional

NAME = "_native"

VARIABLE = "WASM2PY_TARGET"
"""The variable that decides between the functions of a package: "python" or "c"."""

# What the stable ABI of the extension modules begins with.
_FIRST_VERSION = (3, 11)
_SUFFIX = ".pyd" if sys.platform == "win32" else ".abi3.so"


def load_chosen(package: str, folder: str, only: bool = False) -> Optional[ModuleType]:
    """The extension module in the folder of a package, or None for the Python functions.

    Where it does not load, that is None as well. Raises ImportError if it has been asked for,
    or if it is the ``only`` build, and does not load, and for a variable that names no target,
    or one that the package does not have.
    """
    chosen = os.environ.get(VARIABLE, "")
    if chosen not in ("", "python", "c"):
        raise ImportError(f"{VARIABLE} must be python or c, not {chosen!r}")
    if chosen == "python":
        if only:
            text = f"{package} has no Python functions, which {VARIABLE} asks for"
            raise ImportError(text, name=package)
        return None
    try:
        return load(f"{package}.{NAME}", os.path.join(folder, NAME + _SUFFIX))
    except ImportError as error:
        if not chosen and not only:
            return None
        reason = f"which {VARIABLE} asks for" if chosen else "which is all there is"
        text = f"the native build of {package}, {reason}, does not load"
        raise ImportError(f"{text}: {error}", name=package) from error


def load(name: str, path: str) -> ModuleType:
    """The extension module in a file; raises ImportError where it does not load here."""
    if sys.implementation.name != "cpython" or sys.version_info < _FIRST_VERSION:
        raise ImportError("it is for CPython 3.11 and later")
    if _SUFFIX not in EXTENSION_SUFFIXES:
        raise ImportError("this Python takes no extension modules for the stable ABI")
    if not os.path.exists(path):
        raise ImportError(f"there is no {path}")
    loader = ExtensionFileLoader(name, path)
    spec = spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    found = getattr(module, "W2P_ABI", None)
    if found != W2P_ABI:
        raise ImportError(
            f"it is for W2P_ABI {found}, this runtime has {W2P_ABI}: build it again"
        )
    return module
