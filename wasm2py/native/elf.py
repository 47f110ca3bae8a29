"""What an ELF file needs of the system that loads it (ELF gABI; GNU symbol versioning)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

# The class of 64 bits, little endian, version 1.
IDENTITY: Final = b"\x7fELF\x02\x01\x01"
HEADER: Final = struct.Struct("<16sHHIQQQIHHHHHH")
_PROGRAM_HEADER: Final = struct.Struct("<IIQQQQQQ")
_DYNAMIC_ENTRY: Final = struct.Struct("<QQ")
_VERSION_NEED: Final = struct.Struct("<HHIII")
_VERSION_AUX: Final = struct.Struct("<IHHII")
SYMBOL: Final = struct.Struct("<IBBHQQ")
_WORDS: Final = struct.Struct("<II")
_HALF: Final = struct.Struct("<H")

_PT_LOAD: Final = 1
_PT_DYNAMIC: Final = 2
_DT_NULL: Final = 0
_DT_NEEDED: Final = 1
_DT_HASH: Final = 4
_DT_STRTAB: Final = 5
_DT_SYMTAB: Final = 6
_DT_GNU_HASH: Final = 0x6FFFFEF5
_DT_VERSYM: Final = 0x6FFFFFF0
_DT_VERNEED: Final = 0x6FFFFFFE
_PLACES: Final = frozenset(
    (_DT_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_GNU_HASH, _DT_VERSYM, _DT_VERNEED)
)

_SHN_UNDEF: Final = 0
_STB_GLOBAL: Final = 1
# Up to this, the number of a symbol's version says that it has none.
_VER_NDX_GLOBAL: Final = 1


class Needs(NamedTuple):
    """What a file needs: its machine (``EM_...``), libraries, and of these, versions of symbols.

    ``unversioned`` are the symbols that must be there, in whichever version.
    """

    machine: int
    libraries: frozenset[str]
    versions: frozenset[str]
    unversioned: frozenset[str]


class _Segment(NamedTuple):
    kind: int
    offset: int
    address: int
    size: int


def needs(content: bytes) -> Needs:
    """What a shared object needs; raises ValueError for what is none, or damaged."""
    try:
        return _needs(content)
    except (struct.error, OverflowError) as error:
        raise ValueError("it ends too early") from error


def _needs(content: bytes) -> Needs:
    if not content.startswith(IDENTITY):
        raise ValueError("it is no ELF file of 64 bits, little endian")
    machine = HEADER.unpack_from(content)[2]
    segments = list(_segments(content))
    needed: list[int] = []
    places: dict[int, int] = {}
    for tag, value in _dynamic_entries(content, segments):
        if tag == _DT_NEEDED:
            needed.append(value)
        elif tag in _PLACES:
            places[tag] = _offset(value, segments)
    if not {_DT_STRTAB, _DT_SYMTAB} <= places.keys():
        raise ValueError("it is not dynamically linked")

    def texts(names: Iterable[int]) -> frozenset[str]:
        return frozenset(_text(content, places[_DT_STRTAB] + name) for name in names)

    return Needs(
        machine,
        texts(needed),
        texts(_version_names(content, places)),
        texts(_unversioned(content, places)),
    )


def _segments(content: bytes) -> Iterator[_Segment]:
    header = HEADER.unpack_from(content)
    first, size, count = header[5], header[9], header[10]
    for number in range(count):
        kind, _, offset, address, _, length, _, _ = _PROGRAM_HEADER.unpack_from(
            content, first + number * size
        )
        yield _Segment(kind, offset, address, length)


def _dynamic_entries(
    content: bytes, segments: list[_Segment]
) -> Iterator[tuple[int, int]]:
    for segment in segments:
        if segment.kind != _PT_DYNAMIC:
            continue
        end = segment.offset + segment.size
        for offset in range(segment.offset, end, _DYNAMIC_ENTRY.size):
            tag, value = _DYNAMIC_ENTRY.unpack_from(content, offset)
            if tag == _DT_NULL:
                return
            yield tag, value


def _offset(address: int, segments: list[_Segment]) -> int:
    """Where in the file the byte is that is loaded at an address."""
    for segment in segments:
        distance = address - segment.address
        if segment.kind == _PT_LOAD and 0 <= distance < segment.size:
            return segment.offset + distance
    raise ValueError(f"nothing of it is loaded at {address:#x}")


def _version_names(content: bytes, places: Mapping[int, int]) -> Iterator[int]:
    """Where the names of needed versions begin among the names."""
    offset = places.get(_DT_VERNEED)
    while offset is not None:
        _, count, _, aux, following = _VERSION_NEED.unpack_from(content, offset)
        place = offset + aux
        for _ in range(count):
            _, _, _, name, distance = _VERSION_AUX.unpack_from(content, place)
            yield name
            place += distance
        offset = offset + following if following else None


def _unversioned(content: bytes, places: Mapping[int, int]) -> Iterator[int]:
    """Where the names of symbols begin that are needed, and have no version."""
    versions = places.get(_DT_VERSYM)
    for number in range(_symbol_count(content, places)):
        name, info, _, section, _, _ = SYMBOL.unpack_from(
            content, places[_DT_SYMTAB] + number * SYMBOL.size
        )
        if section != _SHN_UNDEF or info >> 4 != _STB_GLOBAL:
            continue
        version = 0
        if versions is not None:
            (version,) = _HALF.unpack_from(content, versions + number * _HALF.size)
        if version <= _VER_NDX_GLOBAL:
            yield name


def _symbol_count(content: bytes, places: Mapping[int, int]) -> int:
    """How many symbols there are, or how many come before those that are defined."""
    table = places.get(_DT_GNU_HASH, places.get(_DT_HASH))
    if table is None:
        raise ValueError("it has no table of symbols")
    _, count = _WORDS.unpack_from(content, table)
    return int(count)


def _text(content: bytes, offset: int) -> str:
    end = content.find(b"\0", offset)
    if end < 0:
        raise ValueError("it ends too early")
    return content[offset:end].decode("ascii", "replace")
