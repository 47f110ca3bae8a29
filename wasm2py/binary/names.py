"""The name section: names for people, which bear on nothing else."""

from __future__ import annotations

from typing import Final

from wasm2py.binary.reader import Reader
from wasm2py.errors import Malformed
from wasm2py.spec.environment import NameSection

NAME_SECTION: Final = "name"  # what the custom section is called

_MODULE: Final = 0
_FUNCTIONS: Final = 1
_LOCALS: Final = 2


def read_names(contents: bytes) -> NameSection:
    """The names in the contents of a name section.

    As the specification asks, a fault is no error of the module: what precedes the
    faulty subsection is kept, the rest is not.
    """
    module: str | None = None
    functions: dict[int, str] = {}
    locals: dict[int, dict[int, str]] = {}
    reader = Reader(contents)
    try:
        while reader.remaining:
            kind = reader.byte()
            subsection = Reader(reader.take(reader.u32()))
            if kind == _MODULE:
                module = subsection.name()
            elif kind == _FUNCTIONS:
                functions = _name_map(subsection)
            elif kind == _LOCALS:
                locals = {
                    subsection.u32(): _name_map(subsection)
                    for _ in range(subsection.u32())
                }
    except Malformed:
        pass
    return NameSection(module, functions, locals)


def _name_map(reader: Reader) -> dict[int, str]:
    return {reader.u32(): reader.name() for _ in range(reader.u32())}
