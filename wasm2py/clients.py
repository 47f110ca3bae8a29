"""Adapters for the responses of HTTP clients.

A client's response is recognised by the names of its class and of the package that
defines it; no client is imported. An adapter takes the raw header fields, since the
helpers of some clients drop parameters, and gives a `Response`. Supporting another
client is one function with `@adapter`.
"""

from __future__ import annotations

import socket
import sys
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, suppress
from typing import Any, Final

from wasm2py.responses import CHUNK_SIZE, ClosingChunks, Response, file_chunks

Adapter = Callable[[Any], Response]

ADAPTERS: Final[dict[tuple[str, str], Adapter]] = {}
"""By top-level package and name of the class of a response."""


def adapter(package: str, name: str) -> Callable[[Adapter], Adapter]:
    """Register the decorated function for responses of the class `name`."""

    def register(function: Adapter) -> Adapter:
        ADAPTERS[package, name] = function
        return function

    return register


def as_response(source: object) -> Response | None:
    """The response that `source` is, or None if it is not a known kind of response."""
    if isinstance(source, Response):
        return source
    for base in type(source).__mro__:
        found = ADAPTERS.get((base.__module__.partition(".")[0], base.__name__))
        if found is not None:
            return found(source)
    return None


@adapter("httpx", "Response")
def _httpx(response: Any) -> Response:
    headers, status = response.headers.multi_items(), response.status_code
    try:
        content = response.content
    # httpx.ResponseNotRead: the body is still to be streamed.
    except RuntimeError:
        if hasattr(response.stream, "__aiter__"):
            adapted = Response(_httpx_chunks(response), status, headers)
        else:
            chunks = ClosingChunks(response.iter_bytes(), response)
            stream = response.extensions.get("network_stream")
            interrupt = _shutdown(lambda: stream.get_extra_info("socket").fileno())
            adapted = Response(
                chunks, status, headers, blocking=True, interrupt=interrupt
            )
        adapted.body_used = response.is_stream_consumed
        return adapted
    # Without the length, which is that of an encoded body.
    return Response(content, status, headers)


async def _httpx_chunks(response: Any) -> AsyncIterator[bytes]:
    try:
        async with aclosing(response.aiter_bytes()) as chunks:
            async for chunk in chunks:
                yield chunk
    finally:
        await response.aclose()


@adapter("aiohttp", "ClientResponse")
def _aiohttp(response: Any) -> Response:
    headers, content = list(response.headers.items()), response.content
    adapted = Response(_aiohttp_chunks(response), response.status, headers)
    # In part. Of what has been read at once there is a copy.
    adapted.body_used = not content.at_eof() and getattr(content, "_cursor", 0) > 0
    return adapted


async def _aiohttp_chunks(response: Any) -> AsyncIterator[bytes]:
    content = response.content
    if content.at_eof():
        # Read, iterated over, or empty from the beginning.
        body = await response.read()
        if content.total_bytes and not body:
            raise TypeError("the response's body has been used already")
        yield body
        return
    try:
        async for chunk in content.iter_any():
            yield chunk
    finally:
        # At the end the connection has been given back.
        if not content.at_eof():
            response.close()


@adapter("requests", "Response")
def _requests(response: Any) -> Response:
    status, raw = response.status_code, response.raw
    headers = list(response.headers.items())
    if getattr(response, "_content", False) is not False:
        return Response(response.content or b"", status, headers)
    try:
        chunks, used = response.iter_content(CHUNK_SIZE), _begun(raw)
    # requests.exceptions.StreamConsumedError
    except TypeError:
        chunks, used = iter(()), True
    # iter_content() would wait for a full chunk, unless the transfer is chunked; read1()
    # of urllib3, which has stream(), gives what has arrived.
    if hasattr(raw, "stream") and hasattr(raw, "read1") and not raw.chunked:
        chunks = _requests_chunks(raw)
    body = ClosingChunks(chunks, response)
    interrupt = _shutdown(lambda: raw.fileno())
    adapted = Response(body, status, headers, blocking=True, interrupt=interrupt)
    adapted.body_used = used
    return adapted


def _begun(file: Any) -> bool:
    """Whether something of a file has been read, as far as it tells, or it is closed."""
    try:
        return bool(getattr(file, "closed", False) or file.tell())
    # A file that has no position.
    except (AttributeError, OSError):
        return False


def _requests_chunks(raw: Any) -> Iterator[bytes]:
    """What has arrived, each time; raises what iter_content() would."""
    requests = sys.modules["requests"].exceptions
    urllib3 = sys.modules["urllib3"].exceptions
    try:
        while chunk := raw.read1(CHUNK_SIZE, decode_content=True):
            yield chunk
    except urllib3.ProtocolError as error:
        raise requests.ChunkedEncodingError(error) from error
    except urllib3.DecodeError as error:
        raise requests.ContentDecodingError(error) from error
    except urllib3.ReadTimeoutError as error:
        raise requests.ConnectionError(error) from error
    except urllib3.SSLError as error:
        raise requests.SSLError(error) from error


@adapter("http", "HTTPResponse")
@adapter("urllib", "addinfourl")
def _urllib(response: Any) -> Response:
    # Files and data: URLs have no status: they are there, or opening them has failed.
    status = 200 if response.status is None else response.status
    headers = list(response.headers.items())
    chunks = ClosingChunks(_urllib_chunks(response), response)
    interrupt = _shutdown(lambda: response.fileno())
    adapted = Response(chunks, status, headers, blocking=True, interrupt=interrupt)
    adapted.body_used = _urllib_begun(response)
    return adapted


def _urllib_begun(response: Any) -> bool:
    """Whether something of the body has been read."""
    if not hasattr(response, "chunked"):
        return _begun(response)
    # At its end an HTTP response closes its file, and is open itself.
    if response.closed or response.isclosed():
        return True
    if response.chunked:
        return response.chunk_left is not None
    length = response.headers.get("Content-Length", "")
    left = response.length
    return left is not None and length.isdecimal() and left < int(length)


def _urllib_chunks(response: Any) -> Iterator[bytes]:
    chunks = _urllib_raw_chunks(response)
    encoding = (response.headers.get("Content-Encoding") or "identity").lower()
    if encoding == "identity":
        return chunks
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflated(chunks)
    raise TypeError(f"the response's Content-Encoding {encoding!r} is not supported")


def _urllib_raw_chunks(response: Any) -> Iterator[bytes]:
    yield from file_chunks(response)
    # read1() does not say so where the connection was cut.
    missing = getattr(response, "length", None)
    if missing:
        from http.client import IncompleteRead

        raise IncompleteRead(b"", missing)


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Undo gzip or zlib compression, in pieces of bounded size.

    Raises zlib.error for corrupt data and EOFError where it is cut short.
    """
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)  # either header
    for chunk in chunks:
        while chunk:
            yield inflater.decompress(chunk, CHUNK_SIZE)
            chunk = inflater.unconsumed_tail
    yield inflater.flush()
    if not inflater.eof:
        raise EOFError("the response's compressed body ends early")


def _shutdown(fileno: Callable[[], int]) -> Callable[[], None]:
    """What wakes a thread that waits for bytes from a connection."""

    def shutdown() -> None:
        # No connection, one that is gone by now, or a file that is none.
        with suppress(OSError, ValueError, AttributeError):
            connection = socket.socket(fileno=fileno())
            try:
                connection.shutdown(socket.SHUT_RDWR)
            finally:
                # It belongs to the client.
                connection.detach()

    return shutdown
