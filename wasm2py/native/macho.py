"""What a Mach-O file needs of the system that loads it (``mach-o/loader.h``, ``mach-o/nlist.h``)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

MAGIC: Final = b"\xcf\xfa\xed\xfe"
"""What a file of 64 bits, little endian, begins with."""

CPU_X86_64: Final = 0x01000007
CPU_ARM64: Final = 0x0100000C

_HEADER: Final = struct.Struct("<IIIIIIII")
_COMMAND: Final = struct.Struct("<II")
_WORD: Final = struct.Struct("<I")
_WORDS: Final = struct.Struct("<IIII")
_SYMBOL: Final = struct.Struct("<IBBHQ")

_MH_DYLIB: Final = 6
_MH_BUNDLE: Final = 8
_LC_SYMTAB: Final = 0x2
_LC_LOAD_DYLIB: Final = 0xC
_LC_CODE_SIGNATURE: Final = 0x1D
_LC_BUILD_VERSION: Final = 0x32
_PLATFORM_MACOS: Final = 1

_N_STAB: Final = 0xE0
_N_TYPE: Final = 0x0E
_N_UNDF: Final = 0
_N_EXT: Final = 0x01
# Of symbols that no library is named for; the first is what zig's linker writes, which binds them
# like those of the second.
_NO_LIBRARY: Final = (0, 0xFE)


class Needs(NamedTuple):
    """What a file needs: its machine (``CPU_...``), the first version of macOS, libraries.

    ``anywhere`` are the symbols that are looked for in all that has been loaded.
    """

    machine: int
    version: tuple[int, int]
    libraries: frozenset[str]
    anywhere: frozenset[str]
    is_signed: bool


def needs(content: bytes) -> Needs:
    """What a dynamic library needs; raises ValueError for what is none, or damaged."""
    try:
        return _needs(content)
    except struct.error as error:
        raise ValueError("it ends too early") from error


def _needs(content: bytes) -> Needs:
    _, machine, _, kind, *_ = _HEADER.unpack_from(content)
    if not content.startswith(MAGIC) or kind not in (_MH_DYLIB, _MH_BUNDLE):
        raise ValueError("it is no dynamic library of macOS")
    version: tuple[int, int] | None = None
    libraries: set[str] = set()
    anywhere: set[str] = set()
    is_signed = False
    for command, place in _commands(content):
        if command == _LC_BUILD_VERSION:
            platform, least = struct.unpack_from("<II", content, place)
            if platform == _PLATFORM_MACOS:
                version = least >> 16, least >> 8 & 255
        elif command == _LC_LOAD_DYLIB:
            (name,) = _WORD.unpack_from(content, place)
            libraries.add(_text(content, place - _COMMAND.size + name))
        elif command == _LC_SYMTAB:
            anywhere.update(_anywhere(content, place))
        is_signed |= command == _LC_CODE_SIGNATURE
    if version is None:
        raise ValueError("it does not say for which macOS it is")
    return Needs(machine, version, frozenset(libraries), frozenset(anywhere), is_signed)


def _commands(content: bytes) -> Iterator[tuple[int, int]]:
    """Load commands, and where what comes behind their size is."""
    count = _HEADER.unpack_from(content)[4]
    place = _HEADER.size
    for _ in range(count):
        command, size = _COMMAND.unpack_from(content, place)
        if size < _COMMAND.size:
            raise ValueError("a load command has no room for itself")
        yield command, place + _COMMAND.size
        place += size


def _anywhere(content: bytes, place: int) -> Iterator[str]:
    symbols, count, strings, _ = _WORDS.unpack_from(content, place)
    for number in range(count):
        name, kind, _, description, _ = _SYMBOL.unpack_from(
            content, symbols + number * _SYMBOL.size
        )
        is_needed = kind & (_N_TYPE | _N_EXT) == _N_UNDF | _N_EXT
        if not is_needed or kind & _N_STAB:
            continue
        if description >> 8 in _NO_LIBRARY:
            yield _text(content, strings + name)


def _text(content: bytes, offset: int) -> str:
    end = content.find(b"\0", offset)
    if end < 0:
        raise ValueError("it ends too early")
    return content[offset:end].decode("ascii", "replace")
