"""Adapters for the responses of HTTP clients.

A client's response is recognised by the names of its class and of the package that
defines it; no client is imported. An adapter takes the raw header fields, since the
helpers of some clients drop parameters, and gives a `Response`. Supporting another
client is one function with `@adapter`.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, suppress
from typing import Any, Final

from wasm2py.web.content_encoding import (
    SUPPORTED,
    EncodingError,
    Inflater,
    check_growth,
    encodings,
)
from wasm2py.web.responses import CHUNK_SIZE, ClosingChunks, Response, file_chunks

Adapter = Callable[[Any], Response]

ADAPTERS: Final[dict[tuple[str, str], Adapter]] = {}
"""By top-level package and name of the class of a response."""

_SHOWN: Final = 100  # characters of a header field in a message


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


def _encoding(response: Any) -> str | None:
    """What the body is compressed with.

    Raises TypeError if that is more than one encoding: no server has a reason for it,
    and each would multiply what a few bytes become.
    """
    # Fields of the same name are one list.
    fields = [
        value
        for name, value in response.headers.items()
        if name.lower() == "content-encoding"
    ]
    names = encodings(", ".join(fields))
    if len(names) > 1:
        shown = ", ".join(names)[:_SHOWN]
        raise TypeError(
            f"the response's Content-Encoding is {shown!r}: at most one is allowed"
        )
    return names[0] if names else None


class _Checked:
    """Looks at chunks that the client has decoded: are they out of proportion?

    `received` tells how many bytes the client has received.
    """

    def __init__(self, received: Callable[[], int]) -> None:
        self._received = received
        self._produced = 0

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """The chunk as it is. Raises LimitExceeded."""
        self._produced += len(chunk)
        check_growth(self._received(), self._produced)
        yield chunk

    def finish(self) -> None:
        """Nothing: the client has noticed what is not complete."""


def _decoded(chunks: Iterator[bytes], decoder: Inflater | _Checked) -> Iterator[bytes]:
    for chunk in chunks:
        yield from decoder.decode(chunk)
    decoder.finish()


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
            chunks = ClosingChunks(_httpx_blocking_chunks(response), response)
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
        decoder = _httpx_decoder(response)
        raw = isinstance(decoder, Inflater)
        chunks = response.aiter_raw() if raw else response.aiter_bytes()
        async with aclosing(chunks):
            async for chunk in chunks:
                for piece in decoder.decode(chunk):
                    yield piece
        decoder.finish()
    except EncodingError as error:
        raise _httpx_error(response, error) from error
    finally:
        await response.aclose()


def _httpx_blocking_chunks(response: Any) -> Iterator[bytes]:
    try:
        decoder = _httpx_decoder(response)
        raw = isinstance(decoder, Inflater)
        chunks = response.iter_raw() if raw else response.iter_bytes()
        yield from _decoded(chunks, decoder)
    except EncodingError as error:
        raise _httpx_error(response, error) from error


def _httpx_decoder(response: Any) -> Inflater | _Checked:
    """What decodes the raw body; of what we have no decoder for, httpx has."""
    encoding = _encoding(response)
    if encoding in SUPPORTED:
        return Inflater(encoding)
    return _Checked(lambda: response.num_bytes_downloaded)


def _httpx_error(response: Any, error: EncodingError) -> Exception:
    """The exception that httpx has for a damaged body."""
    failure: Exception = sys.modules["httpx"].DecodingError(str(error))
    # A response that was made by hand has no request.
    with suppress(RuntimeError):
        failure.request = response.request  # type: ignore[attr-defined]
    return failure


@adapter("aiohttp", "ClientResponse")
def _aiohttp(response: Any) -> Response:
    headers, content = list(response.headers.items()), response.content
    adapted = Response(_aiohttp_chunks(response), response.status, headers)
    # In part. Of what has been read at once there is a copy.
    adapted.body_used = not content.at_eof() and getattr(content, "_cursor", 0) > 0
    return adapted


async def _aiohttp_chunks(response: Any) -> AsyncIterator[bytes]:
    content = response.content
    _encoding(response)
    if content.at_eof():
        # Read, iterated over, or empty from the beginning.
        body = await response.read()
        if content.total_bytes and not body:
            raise TypeError("the response's body has been used already")
        yield body
        return
    # Releases before 3.13.3 do not tell; they take no more at a time than arrives.
    checked = _Checked(lambda: getattr(content, "total_raw_bytes", content.total_bytes))
    try:
        async for chunk in content.iter_any():
            for piece in checked.decode(chunk):
                yield piece
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
    # Otherwise it is a file, which requests does not decode.
    if hasattr(raw, "stream"):
        chunks = _requests_chunks(response)
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


def _requests_chunks(response: Any) -> Iterator[bytes]:
    """The body, each time what has arrived; raises what iter_content() would."""
    requests = sys.modules["requests"].exceptions
    urllib3 = sys.modules["urllib3"].exceptions
    encoding, raw = _encoding(response), response.raw
    try:
        if encoding in SUPPORTED:
            yield from _decoded(_urllib3_chunks(raw, False), Inflater(encoding))
        elif raw.chunked:
            # urllib3 does not count what it reads of these.
            yield from _urllib3_chunks(raw, True)
        else:
            yield from _decoded(_urllib3_chunks(raw, True), _Checked(raw.tell))
    except urllib3.ProtocolError as error:
        raise requests.ChunkedEncodingError(error) from error
    except (urllib3.DecodeError, EncodingError) as error:
        raise requests.ContentDecodingError(error) from error
    except urllib3.ReadTimeoutError as error:
        raise requests.ConnectionError(error) from error
    except urllib3.SSLError as error:
        raise requests.SSLError(error) from error


def _urllib3_chunks(raw: Any, decode_content: bool) -> Iterator[bytes]:
    # stream() waits for a full chunk, unless the transfer is chunked.
    if hasattr(raw, "read1") and not raw.chunked:
        while chunk := raw.read1(CHUNK_SIZE, decode_content=decode_content):
            yield chunk
    else:
        yield from raw.stream(CHUNK_SIZE, decode_content=decode_content)


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
    encoding = _encoding(response)
    if encoding is None:
        yield from _urllib_raw_chunks(response)
    elif encoding in SUPPORTED:
        yield from _decoded(_urllib_raw_chunks(response), Inflater(encoding))
    else:
        shown = encoding[:_SHOWN]
        raise TypeError(f"the response's Content-Encoding {shown!r} is not supported")


def _urllib_raw_chunks(response: Any) -> Iterator[bytes]:
    yield from file_chunks(response)
    # read1() does not say so where the connection was cut.
    missing = getattr(response, "length", None)
    if missing:
        from http.client import IncompleteRead

        raise IncompleteRead(b"", missing)


def _shutdown(fileno: Callable[[], int]) -> Callable[[], None]:
    """What wakes a thread that waits for bytes from a connection."""
    # Imported by whoever has a connection.
    import socket

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
