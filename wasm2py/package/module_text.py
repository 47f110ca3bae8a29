"""Modules that stay in memory, of what they consist of: one content, which can be kept.

The functions' source text is unpacked, and compiled by Python, a group at a time, when a
function of the group is first called. It is also given to `linecache`, so that tracebacks
and debuggers show it.
"""

from __future__ import annotations

import builtins
import linecache
import weakref
import zlib
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

from wasm2py.native.loading import load_kept
from wasm2py.package.info_check import is_sound
from wasm2py_runtime.abi import RT_ABI
from wasm2py_runtime.columns import Columns
from wasm2py_runtime.info import ModuleInfo
from wasm2py_runtime.package import Names, sections_in

_serial_numbers = count(1)

# Bytes that a packed byte may unpack to.
_RATIO: Final = 32


def packed(content: bytes) -> bytes:
    """A content in fewer bytes, as `unpacked` takes it."""
    short = zlib.compress(content, 1)
    return short if len(content) <= _RATIO * len(short) else zlib.compress(content, 0)


def unpacked(content: memoryview) -> bytes:
    """What has been packed. Raises ImportError for what has not."""
    unpacking = zlib.decompressobj()
    try:
        whole = unpacking.decompress(content, _RATIO * len(content))
    except zlib.error:
        whole = b""
    if not unpacking.eof or unpacking.unused_data:
        raise ImportError("what a module in memory consists of is damaged")
    return whole


class ModuleText:
    """The code, data and names of a module in memory, as its runtime asks for them.

    `content` has them in columns: `label`, what the module is called in tracebacks; its
    `description`, for `ModuleInfo`; `groups` of functions, packed, and the `offsets` of the
    functions' bodies; `segments`, packed; `names` and `custom_sections`, as packages have
    them; `size`, how many bytes had been generated; and with a native build `sources`,
    the key of its C. Raises ImportError for a content that is damaged, or another version's.

    It can be pickled: the text is, Python's compiled code is not.
    """

    def __init__(self, content: bytes, extension: Path | None = None) -> None:
        self._content = content
        self._columns = columns = Columns(content, RT_ABI)
        self.info = ModuleInfo(bytes(columns.numbers("description")))
        self._offsets = columns.numbers("offsets")
        self._ends = columns.numbers("groups_ends")
        self._extension = extension
        if len(self._ends) != len(self.info.groups):
            raise ImportError("what a module in memory consists of is damaged")
        # Two modules of the same name must not show each other's source.
        self._serial = next(_serial_numbers)

    def __reduce__(self) -> tuple[object, ...]:
        return ModuleText, (self._content, self._extension)

    def is_sound(self) -> bool:
        """Whether all but the code can be that of a module, whoever has written it."""
        if 0 in self._columns.numbers("label"):
            return False
        if not is_sound(self.info, self.functions):
            return False
        try:
            names, sections = map(self._part, ("names", "custom_sections"))
            counts = [len(list(part.texts("names"))) for part in (names, sections)]
        except (ImportError, UnicodeDecodeError):
            return False
        ends = len(names.numbers("functions")), len(sections.numbers("contents_ends"))
        return counts == [*ends]

    def _part(self, name: str) -> Columns:
        return Columns(bytes(self._columns.numbers(name)), RT_ABI)

    @property
    def functions(self) -> int:
        """How many functions are defined."""
        return len(self._offsets)

    @property
    def size(self) -> int:
        """How many bytes of source and data had been generated."""
        return sum(self._columns.numbers("size"))

    @property
    def sources(self) -> str:
        """The key of the native build's C; empty where there is none."""
        return bytes(self._columns.numbers("sources")).decode("ascii", "replace")

    def load_group(self, group: int) -> CodeType:
        """The code whose execution defines the functions of a group.

        Each function has a file name of its own, in the form of the Web API's
        conventions, for tracebacks to say which function and where it is.
        """
        source, offsets = self._source(group), self._offsets_of(group)
        label = bytes(self._columns.numbers("label")).decode("utf-8", "replace")
        module = f"<wasm {label}#{self._serial}>"
        filename = f"{module}:group[{group}]"
        lines = source.splitlines(keepends=True)
        code = builtins.compile(source, filename, "exec", dont_inherit=True)
        constants, shown = [], []
        for item in code.co_consts:
            if isinstance(item, CodeType) and item.co_name in offsets:
                number, offset = item.co_name[1:], offsets[item.co_name]
                name = f"{module}:wasm-function[{number}]:{offset:#x}"
                # No modification time: `linecache.checkcache` keeps the entry.
                linecache.cache[name] = (len(source), None, lines, name)
                shown.append(name)
                item = item.replace(co_filename=name)
            constants.append(item)
        # For as long as there is this module.
        weakref.finalize(self, _forget, shown).atexit = False
        return code.replace(co_consts=tuple(constants))

    def _source(self, group: int) -> str:
        start = self._ends[group - 1] if group else 0
        groups = self._columns.packed("groups")
        return unpacked(groups[start : self._ends[group]]).decode("utf-8", "replace")

    def _offsets_of(self, group: int) -> dict[str, int]:
        """Where the bodies of a group's functions are, by their names in the source."""
        groups = self.info.groups
        first, last = groups[group], groups[0] + len(self._offsets)
        end = groups[group + 1] if group + 1 < len(groups) else last
        offsets = self._offsets[first - groups[0] : end - groups[0]]
        return {f"f{first + place}": offset for place, offset in enumerate(offsets)}

    def data(self) -> bytes:
        """The contents of all data segments, one after the other."""
        return unpacked(self._columns.packed("segments"))

    def names(self) -> Mapping[int, str]:
        """Names of functions, for people."""
        return Names(bytes(self._columns.numbers("names")))

    def custom_sections(self) -> list[tuple[str, bytes]]:
        """Names and contents of the custom sections, in order."""
        return sections_in(bytes(self._columns.numbers("custom_sections")))

    def native(self) -> ModuleType | None:
        """The extension module, as long as it is kept, and loads."""
        return None if self._extension is None else load_kept(self._extension)


def _forget(filenames: list[str]) -> None:
    for filename in filenames:
        linecache.cache.pop(filename, None)
