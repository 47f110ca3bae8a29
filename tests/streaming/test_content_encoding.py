"""Bodies decoded in pieces, whatever pieces they come in."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest

from wasm2py.errors import LimitExceeded
from wasm2py.web.content_encoding import EncodingError, Inflater, encodings


def decoded(encoding: str, body: bytes, sizes: random.Random) -> bytes:
    """The body, decoded from pieces of random sizes."""
    inflater = Inflater(encoding)
    pieces: list[bytes] = []
    while body:
        size = sizes.choice((1, 2, 10, 1000, 100_000))
        pieces += inflater.decode(body[:size])
        body = body[size:]
    inflater.finish()
    assert all(0 < len(piece) <= 1 << 16 for piece in pieces)
    return b"".join(pieces)


@pytest.mark.parametrize("seed", range(20))
def test_random_bodies(seed: int) -> None:
    rng = random.Random(seed)
    parts = [
        rng.choice((rng.randbytes(size), bytes(size)))
        for size in rng.choices((0, 1, 100, 70_000, 1 << 18), k=6)
    ]
    body = b"".join(parts)
    raw = zlib.compressobj(rng.randrange(10), wbits=-zlib.MAX_WBITS)
    packed = raw.compress(body) + raw.flush()
    assert decoded("deflate", packed, rng) == body
    assert decoded("deflate", zlib.compress(body, rng.randrange(10)), rng) == body
    members = b"".join(gzip.compress(part, rng.randrange(10)) for part in parts)
    assert decoded("gzip", members + bytes(rng.randrange(3)), rng) == body


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_every_cut_is_noticed(encoding: str) -> None:
    packed = (gzip if encoding == "gzip" else zlib).compress(b"some module" * 9)
    for length in range(1, len(packed)):
        with pytest.raises(EncodingError):
            decoded(encoding, packed[:length], random.Random(length))
    assert decoded(encoding, b"", random.Random(0)) == b""


def test_output_is_bounded_before_it_is_given() -> None:
    packed = zlib.compress(bytes(200 << 20), 9)
    inflater = Inflater("deflate")
    produced = 0
    with pytest.raises(LimitExceeded):
        for piece in inflater.decode(packed):
            produced += len(piece)
    assert produced <= 100 * len(packed)


def test_names() -> None:
    assert encodings("") == encodings(" identity ,") == []
    assert encodings("X-GZip,\tbr , identity") == ["gzip", "br"]
