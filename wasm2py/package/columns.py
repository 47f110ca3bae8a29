"""Writing of columns, which `wasm2py_runtime.columns` describes and reads."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from wasm2py_runtime.abi import RT_ABI
from wasm2py_runtime.columns import ENTRY, HEADER, ITEM_CODES, MAGIC

Column = Sequence[int]


def pack(columns: Mapping[str, Column]) -> bytes:
    """The content that holds these columns of unsigned numbers."""
    present = {name: column for name, column in columns.items() if len(column)}
    entries, contents = [], []
    for name, column in present.items():
        width, content = _packed(column)
        entries.append(ENTRY.pack(name.encode(), width, len(column)))
        contents.append(content)
    head = HEADER.pack(MAGIC, RT_ABI, len(entries))
    return b"".join((head, *entries, *contents))


def _packed(column: Column) -> tuple[int, bytes]:
    """The number of bytes that an item takes, and the items."""
    if isinstance(column, bytes):
        return 1, column
    largest = max(column)
    width = next(width for width in ITEM_CODES if not largest >> 8 * width)
    items = array(ITEM_CODES[width], column)
    if sys.byteorder == "big":
        items.byteswap()
    return width, items.tobytes()


def text_columns(name: str, texts: Iterable[str]) -> dict[str, Column]:
    """The two columns of texts."""
    return bytes_columns(name, [text.encode() for text in texts])


def bytes_columns(name: str, items: Sequence[bytes]) -> dict[str, Column]:
    """The two columns of byte strings."""
    return {name: b"".join(items), f"{name}_ends": ends(map(len, items))}


def ends(lengths: Iterable[int]) -> Column:
    """Where things of such lengths end that follow each other."""
    return list(accumulate(lengths))
