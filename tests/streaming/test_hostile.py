"""Hostile servers, and what the clients let through of them."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx
import pytest
import requests
import zstandard

import wasm2py
from tests.commands.servers import response, sending, serving
from tests.streaming.loops import RUNNERS, Run, run_asyncio
from tests.streaming.modules import EMPTY, incrementer
from tests.streaming.test_clients import (
    STREAMING,
    Open,
    case_id,
    compiled,
    each_client,
    httpx_stream,
    httpx_sync_stream,
    requests_stream,
    urllib_stream,
)

each_streaming_client = pytest.mark.parametrize(
    ("run", "open_"), STREAMING, ids=case_id
)


@cache
def bomb() -> bytes:
    """A module with a custom section of nearly a gigabyte, of which 100 MB come."""
    stream = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    head = stream.compress(EMPTY + b"\0\x80\x80\x80\xf8\x03\1x")
    zeros = [stream.compress(bytes(1 << 20)) for _ in range(100)]
    return b"".join([head, *zeros, stream.flush()])


def chunked(body: bytes, encoding: str) -> bytes:
    head = response(
        b"", f"Content-Encoding: {encoding}", "Transfer-Encoding: chunked", length=None
    )
    return b"%b%x\r\n%b\r\n0\r\n\r\n" % (head, len(body), body)


FRAMINGS: dict[str, Callable[[bytes, str], bytes]] = {
    "length": lambda body, encoding: response(body, f"Content-Encoding: {encoding}"),
    "chunked": chunked,
}
each_framing = pytest.mark.parametrize("framed", FRAMINGS.values(), ids=FRAMINGS)


@each_framing
@each_streaming_client
def test_a_bomb(
    run: Run[Any], open_: Open, framed: Callable[[bytes, str], bytes]
) -> None:
    content = framed(bomb(), "gzip")
    with serving(sending(content)) as url:
        tracemalloc.start()
        try:
            with pytest.raises(wasm2py.CompileError, match="grows too much"):
                compiled(run, open_, url)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 60 << 20


@each_framing
@each_streaming_client
def test_a_bomb_in_a_bomb(
    run: Run[Any], open_: Open, framed: Callable[[bytes, str], bytes]
) -> None:
    content = framed(gzip.compress(bomb()), "gzip, gzip")
    with (
        serving(sending(content)) as url,
        pytest.raises(TypeError, match="'gzip, gzip': at most one is allowed"),
    ):
        compiled(run, open_, url)


@each_client
def test_encodings(run: Run[Any], open_: Open) -> None:
    module = incrementer()
    for encoding, body in {
        "gzip": gzip.compress(module),
        "deflate": zlib.compress(module),
        "identity": module,
    }.items():
        content = response(body, f"Content-Encoding: {encoding}")
        with serving(sending(content)) as url:
            assert compiled(run, open_, url)


FAILURES: dict[Open, type[Exception]] = {
    httpx_stream: httpx.DecodingError,
    httpx_sync_stream: httpx.DecodingError,
    requests_stream: requests.exceptions.ContentDecodingError,
    urllib_stream: OSError,
}


@pytest.mark.parametrize("open_", FAILURES, ids=case_id)
@pytest.mark.parametrize(
    "body", [b"no gzip", gzip.compress(incrementer())[:-9]], ids=["damaged", "cut"]
)
def test_damaged_encodings(open_: Open, body: bytes) -> None:
    content = response(body, "Content-Encoding: gzip")
    with (
        serving(sending(content)) as url,
        pytest.raises(FAILURES[open_]),
    ):
        compiled(run_asyncio, open_, url)


@pytest.mark.parametrize("run", RUNNERS.values(), ids=RUNNERS)
def test_an_encoding_that_urllib_has_not(run: Run[Any]) -> None:
    with (
        serving(sending(response(EMPTY, "Content-Encoding: br"))) as url,
        pytest.raises(TypeError, match="'br' is not supported"),
    ):
        compiled(run, urllib_stream, url)


@pytest.mark.parametrize("open_", [httpx_stream, httpx_sync_stream], ids=case_id)
def test_a_bomb_that_the_client_decodes(open_: Open) -> None:
    module = EMPTY + b"\0\x80\x80\x80\xf8\x03\1x" + bytes(20 << 20)
    content = response(zstandard.compress(module), "Content-Encoding: zstd")
    with (
        serving(sending(content)) as url,
        pytest.raises(wasm2py.CompileError, match="grows too much"),
    ):
        compiled(run_asyncio, open_, url)


@pytest.mark.parametrize("open_", [requests_stream, urllib_stream], ids=case_id)
def test_endless_empty_members(open_: Open) -> None:
    body = gzip.compress(EMPTY) + gzip.compress(b"") * 100_000
    with (
        serving(sending(response(body, "Content-Encoding: gzip"))) as url,
        pytest.raises(wasm2py.CompileError, match="next to nothing"),
    ):
        compiled(run_asyncio, open_, url)


FAULTS = {
    "both": ("404 Not Found", "text/html", "status is 404, .*; .*Content-Type is 't"),
    "no type": ("503 Busy", None, "status is 503, .*; .*has no Content-Type"),
    "status": ("404 Not Found", "application/wasm", "status is 404, not 200 to 299$"),
    "type": ("200 OK", "text/html", "^the response's Content-Type is 'text/html'"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("encoding", ["identity", "gzip, br"])
@each_client
def test_the_status_comes_first(
    run: Run[Any], open_: Open, encoding: str, fault: tuple[str, str | None, str]
) -> None:
    if "read" in open_.__name__ and encoding != "identity":
        # The client itself fails, before there is a response.
        return
    status, media_type, message = fault
    headers = f"Content-Encoding: {encoding}"
    content = response(EMPTY, headers, status=status, media_type=media_type)
    with (
        serving(sending(content)) as url,
        pytest.raises(TypeError, match=message),
    ):
        compiled(run, open_, url)


def test_a_long_content_type_is_cut() -> None:
    odd = wasm2py.Response(EMPTY, headers={"Content-Type": "x" * 100_000})
    with pytest.raises(TypeError) as caught:
        wasm2py.compile(odd)
    assert len(str(caught.value)) < 300
