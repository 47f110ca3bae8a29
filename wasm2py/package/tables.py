"""The binary files of a package: data, function names, custom sections."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from itertools import accumulate


def names_table(names: Mapping[int, str]) -> bytes:
    """Function names by index, as ``wasm2py_runtime.package.Names`` reads them."""
    count = max(names, default=-1) + 1
    encoded = [names.get(index, "").encode() for index in range(count)]
    ends = accumulate(map(len, encoded), initial=0)
    return struct.pack(f"<{count + 2}I", count, *ends) + b"".join(encoded)


def custom_sections_table(sections: Sequence[tuple[str, bytes]]) -> bytes:
    """Custom sections in order, as ``wasm2py_runtime.package`` reads them."""
    parts = []
    for name, content in sections:
        encoded = name.encode()
        parts += [struct.pack("<II", len(encoded), len(content)), encoded, content]
    return b"".join(parts)
