"""Names of a module's functions in the symbols of an ELF file, for profilers and debuggers.

The names come after the code, which is compiled while it arrives: so they are put into what has
been linked. The table of symbols is no part of what is loaded.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import Final

from wasm2py.native.elf import HEADER, IDENTITY, SYMBOL

_SECTION: Final = struct.Struct("<IIQQQQIIQQ")
_SHT_SYMTAB: Final = 2
_FUNCTION: Final = re.compile(rb"f([0-9]{1,9})")
_NAME_LENGTH: Final = 100
_OTHERS: Final = re.compile("[^0-9A-Za-z_]")


def symbol(funcidx: int, name: str) -> str:
    """The symbol of a function: its index, and of its name what identifiers have in every language."""
    return f"f{funcidx}_{_OTHERS.sub('_', name[:_NAME_LENGTH])}"


def with_names(content: bytes, names: Mapping[int, str]) -> bytes:
    """A file whose symbols have the functions' names, by index.

    One that is no ELF file, has no symbols or cannot be read stays as it is.
    """
    try:
        return _with_names(content, names)
    except (struct.error, IndexError, OverflowError, ValueError):
        return content


def _with_names(content: bytes, names: Mapping[int, str]) -> bytes:
    if not content.startswith(IDENTITY):
        return content
    header = HEADER.unpack_from(content)
    first, size, count = header[6], header[11], header[12]
    sections = [
        _SECTION.unpack_from(content, first + number * size) for number in range(count)
    ]
    changed = bytearray(content)
    for section in sections:
        if section[1] == _SHT_SYMTAB:
            place = first + section[6] * size
            _rename(changed, section, sections[section[6]], place, names)
    return bytes(changed)


def _rename(
    changed: bytearray,
    symbols: tuple[int, ...],
    strings: tuple[int, ...],
    place: int,
    names: Mapping[int, str],
) -> None:
    """Move the strings of a table of symbols to the end of the file, with the new ones behind them.

    `place` is where the header of the section of strings is.
    """
    start, length = strings[4], strings[5]
    if start + length > len(changed):
        raise ValueError("the section of strings ends after the file")
    texts = bytearray(changed[start : start + length])
    changed[start : start + length] = bytes(length)
    for at in range(symbols[4], symbols[4] + symbols[5], SYMBOL.size):
        name, *others = SYMBOL.unpack_from(changed, at)
        found = _FUNCTION.fullmatch(texts, name, texts.index(0, name))
        if found is None or int(found[1]) not in names:
            continue
        funcidx = int(found[1])
        SYMBOL.pack_into(changed, at, len(texts), *others)
        texts += symbol(funcidx, names[funcidx]).encode() + b"\0"
    moved = (*strings[:4], len(changed), len(texts), *strings[6:])
    _SECTION.pack_into(changed, place, *moved)
    changed += texts
