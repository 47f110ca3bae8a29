"""What the parser tells about a module, in the order of its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from wasm2py.spec.opcodes import END


class NeedData(Enum):
    """The type of `NEED_DATA`."""

    NEED_DATA = "NEED_DATA"


NEED_DATA: Final = NeedData.NEED_DATA
"""Returned in place of an event: the next one needs bytes that have not arrived."""


@dataclass(frozen=True, slots=True)
class ModuleStart:
    """The header: magic and version."""

    version: int


@dataclass(frozen=True, slots=True)
class SectionStart:
    """A section begins.

    `name` is a custom section's own name, else what the specification calls the
    section. `offset` is where the contents begin in the module, behind id and size;
    `size` is the number of bytes of the contents, a custom section's name included.
    """

    id: int
    name: str
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class SectionContents:
    """All of a section that is neither code, data nor custom."""

    id: int
    offset: int
    contents: bytes


@dataclass(frozen=True, slots=True)
class CodeStart:
    """The code section's number of function bodies."""

    count: int
    offset: int


@dataclass(frozen=True, slots=True)
class FunctionBody:
    """A function body: its locals and instructions.

    `index` counts the bodies of the section from 0; `offset` is that of the first
    byte of `body` in the module.
    """

    index: int
    offset: int
    body: bytes

    @property
    def terminated(self) -> bool:
        """Whether the last byte can be the body's `end`; else an error follows."""
        return self.body[-1:] == bytes((END,))


@dataclass(frozen=True, slots=True)
class DataStart:
    """The data section's number of segments."""

    count: int
    offset: int


@dataclass(frozen=True, slots=True)
class SegmentStart:
    """A data segment begins.

    `header` is everything up to the segment's own bytes, which follow in pieces as
    `Chunk`; they are `size` bytes.
    """

    index: int
    offset: int
    header: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a data segment's or custom section's bytes, of bounded size.

    Where pieces are cut does not depend on how the module arrived.
    """

    data: bytes


@dataclass(frozen=True, slots=True)
class SectionEnd:
    """The section is complete; `offset` is that of the byte behind it."""

    id: int
    offset: int


@dataclass(frozen=True, slots=True)
class ModuleEnd:
    """The module is complete; `size` is its number of bytes."""

    size: int


Event = (
    ModuleStart
    | SectionStart
    | SectionContents
    | CodeStart
    | FunctionBody
    | DataStart
    | SegmentStart
    | Chunk
    | SectionEnd
    | ModuleEnd
)
