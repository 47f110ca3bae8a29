"""Where in a module the frames of a traceback are.

Above each generated function stands a comment that says which one it is. It is read
when somebody asks, so that running code carries none of it.
"""

from __future__ import annotations

import linecache
import re

from .errors import MARK
from .lean import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, TracebackType
    from typing import List, Optional

_COMMENT = re.compile(r"# func ([0-9]+)(?: \$\S*)?, offset 0x([0-9a-f]+)$")
# Between the two, where black would not leave the function as it is.
_UNFORMATTED = "# fmt: off"
# Modules in memory have it in the names of their files, too. Their source text is in
# `linecache` only, which anybody may clear.
_FILENAME = re.compile(r":wasm-function\[([0-9]+)\]:0x([0-9a-f]+)$")


class Place(NamedTuple):
    """A function of a module: its index, its name, and its body's byte offset."""

    function: int
    name: str
    offset: int


def place_of(code: CodeType) -> Optional[Place]:
    """The function that is made of ``code``, if that can be told."""
    found = _FILENAME.search(code.co_filename)
    if found is None:
        above = code.co_firstlineno - 1
        if linecache.getline(code.co_filename, above).rstrip() == _UNFORMATTED:
            above -= 1
        found = _COMMENT.match(linecache.getline(code.co_filename, above).rstrip())
    if found is None:
        return None
    return Place(int(found[1]), code.co_name, int(found[2], 16))


def innermost_place(traceback: Optional[TracebackType]) -> Optional[Place]:
    """The innermost WebAssembly function of a traceback."""
    codes = _codes(traceback)
    return place_of(codes[-1]) if codes else None


def places(traceback: Optional[TracebackType]) -> List[Place]:
    """The WebAssembly functions of a traceback, from the outside."""
    found = [place_of(code) for code in _codes(traceback)]
    return [place for place in found if place is not None]


def _codes(traceback: Optional[TracebackType]) -> List[CodeType]:
    """The code of the WebAssembly frames of a traceback."""
    codes = []
    while traceback is not None:
        frame = traceback.tb_frame
        if MARK in frame.f_globals:
            codes.append(frame.f_code)
        traceback = traceback.tb_next
    return codes
