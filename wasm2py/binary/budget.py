"""How much a translation may give and hold, counted as it arises.

Output is what is generated: the functions' source, data and tables; not the copy of the runtime. Memory is
an estimate from above of what the translator holds at a time. It is counted in what can be told
before anything is allocated: sections, function bodies, and the source so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from wasm2py.binary.names import NAME_SECTION
from wasm2py.binary.parser import CODE, CUSTOM, DATA
from wasm2py.errors import LimitExceeded
from wasm2py.spec import limits

# Bytes held for each byte of a section that is a table of small items: a global of five bytes
# is a handful of objects.
TABLE_BYTES: Final = 100
# And for each byte of a function's body, while it is translated.
BODY_BYTES: Final = 2_100
# Contents that are kept as they are may be copied once on their way.
_CONTENT_BYTES: Final = 2


class Budget:
    """What one translation has given and holds, against what it may."""

    def __init__(
        self, max_output: int = limits.MAX_OUTPUT, max_memory: int = limits.MAX_MEMORY
    ) -> None:
        self.max_output = max_output
        self._max_memory = max_memory
        self._output = 0
        self._held = 0  # apart from the output

    def begin_section(self, id: int, name: str, size: int, offset: int) -> None:
        """Take note of a section of so many bytes that is about to arrive.

        Raises LimitExceeded where its contents will be too much.
        """
        if id == DATA:
            self.give(size, offset)
            return
        if id == CODE:
            return
        kept = id == CUSTOM and name != NAME_SECTION
        self._held += size * (_CONTENT_BYTES if kept else TABLE_BYTES)
        self._check_memory(0, offset)

    def begin_function(self, size: int, offset: int, function: int) -> None:
        """Take note that a body of so many bytes is to be translated.

        Raises LimitExceeded where that takes too much.
        """
        self._check_memory(size * BODY_BYTES, offset, function)

    def give(self, size: int, offset: int, function: int | None = None) -> None:
        """Count output; raises LimitExceeded where it has become too much."""
        self._output += size
        if self._output > self.max_output:
            raise too_much_output(self.max_output, offset, function)

    def _check_memory(
        self, passing: int, offset: int, function: int | None = None
    ) -> None:
        if self._held + self._output + passing > self._max_memory:
            message = f"the translation takes too much memory: the limit is {self._max_memory:,} bytes"
            raise LimitExceeded(message, offset, function=function)


def too_much_output(
    limit: int, offset: int | None = None, function: int | None = None
) -> LimitExceeded:
    """The error for output that becomes larger than a limit."""
    message = f"the output is too large: the limit is {limit:,} bytes"
    return LimitExceeded(message, offset, function=function)


def within(
    files: Iterable[tuple[str, bytes]], limit: int, copied: str
) -> Iterator[tuple[str, bytes]]:
    """Pass files on, up to a limit of bytes in all; those in the folder `copied` do not count.

    Raises LimitExceeded beyond it.
    """
    size = 0
    for name, content in files:
        size += 0 if name.startswith(f"{copied}/") else len(content)
        if size > limit:
            raise too_much_output(limit)
        yield name, content
