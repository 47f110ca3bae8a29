"""Modules from http and https."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus

import httpx

from wasm2py.responses import MEDIA_TYPE
from wasm2py.sources.errors import SourceError
from wasm2py.sources.source import Source

_SHOWN_LENGTH = 80

# UnicodeError comes from host names that cannot be encoded.
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, UnicodeError)


@contextmanager
def open_url(url: str, timeout: float) -> Iterator[Source]:
    """The response to a GET of ``url`` as a source; see `open_source`."""
    with ExitStack() as stack:
        try:
            client = httpx.Client(timeout=timeout, follow_redirects=True)
            stack.enter_context(client)
            response = stack.enter_context(client.stream("GET", url))
        except _FAILURES as error:
            place = _place(url, _requested(error))
            raise SourceError(f"{place}: {_reason(error, timeout)}") from error
        check_response(response, url)
        yield Source(url, _chunks(response, url, timeout), _total(response))


def check_response(response: httpx.Response, url: str) -> None:
    """Raise ``SourceError`` unless the response carries a module.

    The conditions are those of the WebAssembly Web API. A status that tells of a
    failure is named first here: it is why an error page comes in place of a module.
    """
    place = _place(url, response.url if response.history else None)
    if not response.is_success:
        raise SourceError(f"{place}: the server answers {_status(response)}")
    content_type = response.headers.get("content-type")
    if content_type is None:
        raise SourceError(
            f"{place}: the response has no Content-Type; it must be {MEDIA_TYPE}"
        )
    if content_type.strip(" \t").lower() != MEDIA_TYPE:
        given = ascii(content_type[:_SHOWN_LENGTH])
        raise SourceError(
            f"{place}: the Content-Type is {given}; it must be {MEDIA_TYPE},"
            " without parameters"
        )


def _place(url: str, final: httpx.URL | None) -> str:
    """Where a fault is: the URL that was given, and the one that it has led to."""
    if final is None or not final.host or final == httpx.URL(url):
        return url
    return f"{url} (redirected to {final})"


def _requested(error: Exception) -> httpx.URL | None:
    """The URL whose request failed, if it came to a request."""
    if not isinstance(error, httpx.RequestError):
        return None
    try:
        return error.request.url
    except RuntimeError:
        return None


def _status(response: httpx.Response) -> str:
    try:
        return f"{response.status_code} {HTTPStatus(response.status_code).phrase}"
    except ValueError:
        return str(response.status_code)


def _total(response: httpx.Response) -> int | None:
    length = response.headers.get("content-length", "")
    # Of compressed content, it is the length before decompression.
    plain = "content-encoding" not in response.headers
    return int(length) if plain and length.isascii() and length.isdigit() else None


def _chunks(response: httpx.Response, url: str, timeout: float) -> Iterator[bytes]:
    received = 0
    try:
        for chunk in response.iter_bytes():
            received += len(chunk)
            yield chunk
    except httpx.RemoteProtocolError as error:
        total = _total(response)
        expected = "" if total is None else f" of {total:,}"
        raise SourceError(
            f"{url}: cut short: the connection ended after {received:,}{expected}"
            " bytes; try again"
        ) from error
    except httpx.HTTPError as error:
        raise SourceError(f"{url}: {_reason(error, timeout)}") from error


def _reason(error: Exception, timeout: float) -> str:
    """One line on why there is no response."""
    causes = list(_causes(error))
    text = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return f"timed out: nothing came for {timeout:g} seconds"
    if isinstance(error, httpx.TooManyRedirects):
        return "redirected again and again"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "no such host is known; check the name and the network"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "connection refused: no server is listening there"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return f"no secure connection: {text}"
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)):
        return f"no usable URL: {text}"
    if isinstance(error, httpx.DecodingError):
        return f"the Content-Encoding is damaged: {text}"
    return f"the connection failed: {text}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
