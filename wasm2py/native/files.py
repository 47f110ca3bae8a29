"""The C files of a module's functions, cut where a change to a function changes one of them.

Where a file ends depends on what its functions are, not on how many came before: so the
compiler, or a cache of what it makes, has one file to see to when one function has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple
from zlib import crc32

from wasm2py.targets.base import FunctionCode

_SMALLEST: Final = 64 * 1024
_LARGEST: Final = 512 * 1024
# From `_SMALLEST` on, so many characters more until a file ends, on average.
_MORE: Final = 128 * 1024
_CHECKSUMS: Final = 1 << 32


class SourceFile(NamedTuple):
    """A C file: its name and its text."""

    name: str
    text: str


class FunctionFiles:
    """Takes functions in order, and gives the files that are complete.

    `comment` gives what stands above the function of an index.
    """

    def __init__(self, comment: Callable[[int], str] = lambda funcidx: "") -> None:
        self._comment = comment
        self._parts: list[str] = []
        self._first = 0
        self._size = 0

    def receive(self, code: FunctionCode) -> Iterator[SourceFile]:
        """Take a function; gives the file that ends with it, if one does."""
        if not code.native:
            return
        if not self._parts:
            self._first = code.funcidx
        self._parts += ("\n", self._comment(code.funcidx), code.native)
        self._size += len(code.native)
        if self._ends_with(code.native):
            yield from self.finish()

    def finish(self) -> Iterator[SourceFile]:
        """The last file, if there is something in it."""
        if self._parts:
            text = "".join(('#include "module.h"\n', *self._parts))
            yield SourceFile(f"functions_{self._first:05}.c", text)
        self._parts, self._size = [], 0

    def _ends_with(self, text: str) -> bool:
        if self._size < _SMALLEST:
            return False
        if self._size >= _LARGEST:
            return True
        return crc32(text.encode()) < _CHECKSUMS * len(text) // _MORE
