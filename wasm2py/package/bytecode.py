"""Compiled code beside the source files of a package."""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterable, Iterator
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash

# PEP 552: the file is valid as long as the hash in it is that of the source, which
# is looked at. An edited source file counts, then; reading and hashing it costs a
# few per cent of loading the code.
_CHECKED_HASH = 0b11

# Later formats of marshal share equal objects depending on how often each happens to
# be referenced in this process: the same code gives other bytes next time.
_MARSHAL_VERSION = 2


def with_bytecode(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """``files`` and, after each source file, its compiled code for this Python."""
    for name, content in files:
        yield name, content
        if name.endswith(".py"):
            cache = cache_from_source(name, optimization="")
            yield cache, compiled_file(name, content)


def compiled_file(name: str, source: bytes) -> bytes:
    """The content of the ``.pyc`` file of a source file of that name."""
    # The import system puts the file's real place into the code that it loads.
    code = compile(source, name, "exec", dont_inherit=True, optimize=0)
    header = MAGIC_NUMBER + struct.pack("<I", _CHECKED_HASH) + source_hash(source)
    return header + marshal.dumps(code, _MARSHAL_VERSION)
