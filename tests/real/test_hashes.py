"""hash-wasm and xxhash-wasm: checksums and digests against other implementations."""

from __future__ import annotations

import hashlib
import random
import zlib
from typing import Any, NamedTuple

import pytest
import xxhash

import wasm2py
from tests.real.npm import embedded_wasm, package

pytestmark = pytest.mark.network

SAMPLES = [
    b"",
    b"abc",
    b"The quick brown fox jumps over the lazy dog",
    bytes(range(256)) * 3,
    random.Random(1).randbytes(3001),
]


class Digest(NamedTuple):
    """A digest of hash-wasm and how its functions are called."""

    script: str
    other: str
    size: int
    init: tuple[int, ...] = ()
    final: tuple[int, ...] = ()


DIGESTS = [
    Digest("md5", "md5", 16),
    Digest("sha1", "sha1", 20),
    Digest("sha224", "sha224", 28, (224,)),
    Digest("sha256", "sha256", 32, (256,)),
    Digest("sha384", "sha384", 48, (384,)),
    Digest("sha512", "sha512", 64, (512,)),
    Digest("sha3", "sha3_256", 32, (256,), (6,)),
    Digest("sha3", "sha3_512", 64, (512,), (6,)),
    Digest("blake2b", "blake2b", 64, (512,)),
    Digest("blake2s", "blake2s", 32, (256,)),
]


def load(script: str) -> Any:
    """The exports of an instance of one of hash-wasm's modules."""
    folder = package("hash-wasm@4.13.0")
    path = folder / "dist" / f"{script}.umd.min.js"
    wasm = embedded_wasm(path, r'data:"([A-Za-z0-9+/=]+)"')
    return wasm2py.instantiate(wasm2py.compile(wasm, features="wasm2")).exports


def digest(exports: Any, kind: Digest, data: bytes, chunk: int) -> bytes:
    """The digest of data that is handed over in chunks."""
    memory, buffer = exports["memory"], exports["Hash_GetBuffer"]()
    exports["Hash_Init"](*kind.init)
    for start in range(0, len(data), chunk):
        piece = data[start : start + chunk]
        memory.write(buffer, piece)
        exports["Hash_Update"](len(piece))
    exports["Hash_Final"](*kind.final)
    return bytes(memory.read(buffer, kind.size))


@pytest.mark.parametrize("kind", DIGESTS, ids=lambda kind: kind.other)
def test_digests(kind: Digest) -> None:
    exports = load(kind.script)
    for sample in SAMPLES:
        wanted = hashlib.new(kind.other, sample).digest()
        assert digest(exports, kind, sample, 16384) == wanted
        assert digest(exports, kind, sample, 61) == wanted


def test_checksums() -> None:
    crc32, adler32 = load("crc32"), load("adler32")
    for sample in SAMPLES:
        actual = digest(crc32, Digest("crc32", "", 4, (0xEDB88320,)), sample, 1000)
        assert int.from_bytes(actual, "big") == zlib.crc32(sample)
        actual = digest(adler32, Digest("adler32", "", 4), sample, 1000)
        assert int.from_bytes(actual, "big") == zlib.adler32(sample)


def test_xxhash() -> None:
    wasm = (package("xxhash-wasm@1.1.0") / "workerd" / "xxhash.wasm").read_bytes()
    module = wasm2py.compile(wasm, features="wasm2")
    exports = wasm2py.instantiate(module).exports
    for sample in SAMPLES:
        exports["mem"].write(0, sample)
        for seed in (0, 1, 0xFFFF_FFFF):
            short = exports["xxh32"](0, len(sample), seed)
            assert short % 2**32 == xxhash.xxh32_intdigest(sample, seed)
            long = exports["xxh64"](0, len(sample), seed)
            assert long % 2**64 == xxhash.xxh64_intdigest(sample, seed)
