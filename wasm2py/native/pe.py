"""Extension modules of Windows: what a PE file needs and has, and what it is linked with (PE format)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

MAGIC: Final = b"MZ"
"""What a file begins with."""

MACHINE_X86_64: Final = 0x8664

_PLACE: Final = struct.Struct("<60xI")
_HEADER: Final = struct.Struct("<4sHHIIIHH")
_SECTION: Final = struct.Struct("<8sIIII16x")
_DIRECTORY: Final = struct.Struct("<II")
_EXPORTS: Final = struct.Struct("<24xI4xI4x")
_IMPORTS: Final = struct.Struct("<IIIII")
_WORD: Final = struct.Struct("<I")
_THUNK: Final = struct.Struct("<Q")

_PE: Final = b"PE\0\0"
_PE32_PLUS: Final = b"\x0b\x02"
_DLL: Final = 0x2000
# Within the optional header of 64-bit files.
_DIRECTORIES: Final = 112
_EXPORT_TABLE: Final = 0
_IMPORT_TABLE: Final = 1
_BY_ORDINAL: Final = 1 << 63
_HINT: Final = 2

# An archive's member; a short import, and the name it is imported by: its own.
_ARCHIVE: Final = b"!<arch>\n"
_SHORT_IMPORT: Final = struct.Struct("<HHHHIIHH")
_IMPORT_NAME: Final = 1 << 2


class Needs(NamedTuple):
    """What a file needs and has: its machine (``MACHINE_...``), libraries, and names of symbols.

    Names of libraries are in lower case: they are names of files.
    """

    machine: int
    libraries: frozenset[str]
    imported: frozenset[str]
    exported: frozenset[str]


class _Image(NamedTuple):
    content: bytes
    sections: list[tuple[int, int, int]]  # address, size, offset

    def at(self, address: int) -> int:
        """Where in the file the byte is that is loaded at an address."""
        for start, size, offset in self.sections:
            if 0 <= address - start < size:
                return offset + address - start
        raise ValueError(f"nothing of it is loaded at {address:#x}")

    def text(self, address: int) -> str:
        start = self.at(address)
        end = self.content.find(b"\0", start)
        if end < 0:
            raise ValueError("it ends too early")
        return self.content[start:end].decode("ascii", "replace")


def needs(content: bytes) -> Needs:
    """What a dynamic library needs; raises ValueError for what is none, or damaged."""
    try:
        return _needs(content)
    except (struct.error, OverflowError) as error:
        raise ValueError("it ends too early") from error


def _needs(content: bytes) -> Needs:
    (place,) = _PLACE.unpack_from(content)
    magic, machine, count, _, _, _, size, kind = _HEADER.unpack_from(content, place)
    optional = place + _HEADER.size
    is_wide = content[optional : optional + 2] == _PE32_PLUS
    if not content.startswith(MAGIC) or magic != _PE or not (is_wide and kind & _DLL):
        raise ValueError("it is no dynamic library of 64 bits for Windows")
    sections = []
    for number in range(count):
        section = optional + size + number * _SECTION.size
        _, _, address, length, offset = _SECTION.unpack_from(content, section)
        sections.append((address, length, offset))
    image = _Image(content, sections)
    exports, imports = (
        _DIRECTORY.unpack_from(content, optional + _DIRECTORIES + 8 * number)[0]
        for number in (_EXPORT_TABLE, _IMPORT_TABLE)
    )
    libraries: set[str] = set()
    imported: set[str] = set()
    for library, names in _imports(image, imports):
        libraries.add(library.lower())
        imported.update(names)
    exported = frozenset(_exports(image, exports))
    return Needs(machine, frozenset(libraries), frozenset(imported), exported)


def _exports(image: _Image, table: int) -> Iterator[str]:
    if not table:
        return
    count, names = _EXPORTS.unpack_from(image.content, image.at(table))
    for number in range(count):
        place = image.at(names + number * _WORD.size)
        yield image.text(_WORD.unpack_from(image.content, place)[0])


def _imports(image: _Image, table: int) -> Iterator[tuple[str, Iterable[str]]]:
    """Libraries, and the names of what is imported from each."""
    place = image.at(table) if table else -1
    while place >= 0:
        thunks, _, _, name, _ = _IMPORTS.unpack_from(image.content, place)
        if not name:
            return
        yield image.text(name), _imported(image, thunks)
        place += _IMPORTS.size


def _imported(image: _Image, thunks: int) -> Iterator[str]:
    place = image.at(thunks)
    while True:
        (thunk,) = _THUNK.unpack_from(image.content, place)
        if not thunk:
            return
        if thunk & _BY_ORDINAL:
            raise ValueError("it imports by number")
        yield image.text(thunk + _HINT)
        place += _THUNK.size


def import_library(library: str, symbols: Iterable[str]) -> bytes:
    """What a linker takes for a library that is not there: an archive of short imports.

    The symbols may be functions and data.
    """
    names = sorted(set(symbols))
    members = [_short_import(library, name) for name in names]
    defined = [prefix + name for name in names for prefix in ("__imp_", "")]
    texts = "".join(f"{name}\0" for name in defined).encode()
    table_size = _WORD.size * (1 + len(defined)) + len(texts)
    place = len(_ARCHIVE) + len(_member("/", bytes(table_size)))
    places: list[int] = []
    for member in members:
        places += (place, place)
        place += len(member)
    table = struct.pack(f">{1 + len(places)}I", len(places), *places) + texts
    return b"".join((_ARCHIVE, _member("/", table), *members))


def _short_import(library: str, name: str) -> bytes:
    texts = f"{name}\0{library}\0".encode()
    head = (0, 0xFFFF, 0, MACHINE_X86_64, 0, len(texts), 0, _IMPORT_NAME)
    return _member(f"{library}/", _SHORT_IMPORT.pack(*head) + texts)


def _member(name: str, content: bytes) -> bytes:
    head = f"{name:16}{0:<12}{0:<6}{0:<6}{0:<8}{len(content):<10}`\n".encode()
    return head + content + b"\n" * (len(content) % 2)
