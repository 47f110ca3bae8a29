"""What is written of a translation, and read again.

An entry holds the text of the functions, which becomes code. All else is read from the
module, and what is damaged costs a translation.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from gzip import GzipFile
from hashlib import file_digest
from io import BufferedRandom, BufferedReader
from typing import Final

from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.errors import CompileError
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import Features
from wasm2py.targets.base import FunctionCode
from wasm2py.translation.private_folder import NotPrivate
from wasm2py.translation.translator import Translation

_DIGEST_SIZE: Final = 32
# Bytes that a byte of an entry may unpack to. Code packs to an eighth or so; what would
# be packed more densely is not packed.
_RATIO: Final = 32
# Addresses of 64 bits are the largest.
_MOST_DISTANCE: Final = 1 << 64
UNREADABLE: Final = (
    OSError,
    NotPrivate,
    CompileError,
    zlib.error,
    EOFError,
    ValueError,
    RecursionError,
    MemoryError,
)
"""What reading a damaged entry raises."""


def write_translation(file: BufferedRandom, codes: Iterable[FunctionCode]) -> None:
    """Write an entry: a checksum, and one line of JSON for each function, packed."""
    for level in (1, 0):
        file.seek(_DIGEST_SIZE)
        file.truncate()
        unpacked = 0
        with GzipFile(fileobj=file, mode="wb", compresslevel=level, mtime=0) as packed:
            for code in codes:
                kept = (
                    code.source,
                    code.calls,
                    code.views,
                    code.memory_views,
                    code.native,
                )
                unpacked += packed.write(json.dumps(kept).encode() + b"\n")
        if unpacked <= _RATIO * file.tell():
            break
    file.seek(_DIGEST_SIZE)
    checksum = file_digest(file, "sha256").digest()
    file.seek(0)
    file.write(checksum)


def read_translation(
    file: BufferedReader, features: Features, metered: bool, pieces: Iterable[bytes]
) -> Translation | None:
    """What an entry and the module's bytes give; raises what is `UNREADABLE`."""
    if file.read(_DIGEST_SIZE) != file_digest(file, "sha256").digest():
        return None
    room = _RATIO * file.tell()
    file.seek(_DIGEST_SIZE)
    reader = ModuleReader(features)
    reader.env.metered = metered
    codes = []
    with GzipFile(fileobj=file) as packed:
        for piece in (*pieces, b""):
            for job in reader.receive(piece):
                line = packed.readline(room)
                room -= len(line)
                codes.append(_code(line, job, reader.env))
        if packed.read(1):
            return None
    return Translation(reader.env, codes, reader.data)


def _code(line: bytes, job: FunctionJob, env: ModuleEnvironment) -> FunctionCode:
    """A function's line in an entry; raises ``ValueError`` where that cannot be its."""
    match json.loads(line):
        case [
            str(source),
            [*calls],
            [*views],
            [*memory_views],
            str(native),
        ] if (
            source.isascii() and native.isascii()
        ):
            return FunctionCode(
                job.funcidx,
                job.offset,
                len(job.body),
                source,
                tuple(_index(call, len(env.functions)) for call in calls),
                tuple(_view(view, env) for view in views),
                tuple(_memory_view(view, env) for view in memory_views),
                native,
            )
    raise ValueError("no function")


def _view(value: object, env: ModuleEnvironment) -> tuple[int, int]:
    match value:
        case [tableidx, typeidx]:
            return _index(tableidx, len(env.tables)), _index(typeidx, len(env.types))
    raise ValueError("no view")


def _memory_view(value: object, env: ModuleEnvironment) -> tuple[int, str, int]:
    match value:
        case [memidx, str(view), distance] if view.isalnum() and view.isascii():
            return (
                _index(memidx, len(env.memories)),
                view,
                _index(distance, _MOST_DISTANCE),
            )
    raise ValueError("no view of a memory")


def _index(value: object, count: int) -> int:
    if type(value) is not int or not 0 <= value < count:
        raise ValueError("no index")
    return value
