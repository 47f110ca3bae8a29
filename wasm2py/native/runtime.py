"""The C runtime, which is compiled into each extension module."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import wasm2py_native
from wasm2py.native.files import SourceFile
from wasm2py.native.pe import import_library

EXTENSION: Final = "_native.abi3.so"
EXTENSION_OF_WINDOWS: Final = "_native.pyd"
EXTENSIONS: Final = (EXTENSION, EXTENSION_OF_WINDOWS)
"""The files that extension modules are."""

PYTHON_LIBRARY: Final = "python3.lib"
"""What linkers of Windows know Python by."""

_PYTHON: Final = "python3.dll"
_NAME: Final = re.compile(r"\b_?Py\w+")


@cache
def runtime_files() -> tuple[SourceFile, ...]:
    """The headers and sources of the C runtime."""
    files = sorted(Path(wasm2py_native.__path__[0]).glob("*.[ch]"))
    return tuple(SourceFile(file.name, file.read_text("ascii")) for file in files)


@cache
def python_library() -> bytes:
    """The content of a library that stands for Python, where the linker has to have one."""
    (header,) = (file for file in runtime_files() if file.name == "python_abi.h")
    # Types and macros too: of a library, only what is used is taken.
    names = _NAME.findall(header.text)
    return import_library(_PYTHON, names)
