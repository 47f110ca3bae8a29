"""Modules from http and https.

Nothing that a server sends is without bound: redirects are counted and their bodies not
read, a body is decoded in pieces, `network` bounds the bytes and the time.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from typing import Final

import httpcore
import httpx

from wasm2py.errors import LimitExceeded
from wasm2py.sources.errors import SourceError
from wasm2py.sources.network import Bounds, OutOfBounds
from wasm2py.sources.source import Source
from wasm2py.sources.transport import BoundedTransport
from wasm2py.web.content_encoding import SUPPORTED, EncodingError, Inflater, encodings
from wasm2py.web.responses import MEDIA_TYPE

_REDIRECTS: Final = 20
_SHOWN_LENGTH: Final = 80
_SHOWN_URL_LENGTH: Final = 400

_UNTYPED: Final = ("application/octet-stream", "binary/octet-stream")
"""What hosts of files call those that they know nothing of."""

_BROKEN: Final = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError)

_CUT_OFF: Final = (
    OutOfBounds,
    LimitExceeded,
    EncodingError,
    httpcore.TimeoutException,
    *_BROKEN,
)
"""What ends a transfer that has begun."""

# OSError comes from certificates that cannot be read, ValueError from host names that
# cannot be encoded, ImportError from SOCKS proxies.
_FAILURES: Final = (
    *_CUT_OFF,
    httpcore.UnsupportedProtocol,
    httpx.HTTPError,
    httpx.InvalidURL,
    OSError,
    ValueError,
    ImportError,
)


@contextmanager
def open_url(url: str, timeout: float, deadline: float) -> Iterator[Source]:
    """The response to a GET of ``url`` as a source; see `open_source`."""
    with ExitStack() as stack:
        download = _Download(url, timeout, deadline)
        response = download.begin(stack)
        download.check_status(response)
        note = download.check_media_type(response)
        encoding = download.encoding(response)
        total = None if encoding else _length(response)
        yield Source(url, download.chunks(response, encoding, total), total, note)


class _Download:
    """One transfer: the URL that was given, and the one that it has led to."""

    def __init__(self, url: str, timeout: float, deadline: float) -> None:
        self._url = url
        self._bounds = Bounds(timeout, deadline)
        self._redirected: httpx.URL | None = None

    def begin(self, stack: ExitStack) -> httpx.Response:
        """The response that is no redirect; ``stack`` closes it."""
        try:
            client = httpx.Client(
                transport=BoundedTransport(self._bounds),
                timeout=self._bounds.timeout,
                headers={"Accept-Encoding": ", ".join(SUPPORTED)},
            )
            stack.enter_context(client)
            request = client.build_request("GET", self._url)
            for _ in range(_REDIRECTS + 1):
                _check_url(request.url)
                response = self._send(client, request)
                stack.callback(response.close)
                if response.next_request is None:
                    return response
                # Its body may be endless: it is not read.
                response.close()
                request = response.next_request
                self._redirected = request.url
        except _FAILURES as error:
            raise self.failure(self._reason(error)) from error
        raise self.failure(f"redirected again and again, over {_REDIRECTS} times")

    def _send(self, client: httpx.Client, request: httpx.Request) -> httpx.Response:
        """The response to a request, whose redirect is not followed."""
        try:
            return client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.InvalidURL) as error:
            # What comes from the network are httpcore's errors.
            text = _shortened(str(error), _SHOWN_URL_LENGTH)
            reason = f"redirected to an address that is not a usable URL: {text}"
            raise self.failure(reason) from error

    def failure(self, reason: str) -> SourceError:
        """The error that has this reason."""
        final = self._redirected
        if final is None or final == httpx.URL(self._url):
            return SourceError(f"{self._url}: {reason}")
        place = _shortened(str(final), _SHOWN_URL_LENGTH)
        return SourceError(f"{self._url} (redirected to {place}): {reason}")

    def check_status(self, response: httpx.Response) -> None:
        """Raise SourceError for a response that carries no module, but an error page."""
        if not response.is_success:
            raise self.failure(f"the server answers {_status(response)}")

    def check_media_type(self, response: httpx.Response) -> str | None:
        """Raise SourceError for a media type that is not a module's.

        The rule is that of the WebAssembly Web API, which protects pages from what
        others have put on a server. Here somebody has asked for this very file, so if
        the server does not know what it is, the bytes may tell; then there is a note.
        """
        content_type = response.headers.get("content-type")
        if content_type is None:
            return f"{self._url}: a module without a Content-Type; its bytes tell"
        given = content_type.strip(" \t").lower()
        if given == MEDIA_TYPE:
            return None
        shown = ascii(_shortened(content_type, _SHOWN_LENGTH))
        if given.partition(";")[0].rstrip(" \t") in _UNTYPED:
            return (
                f"{self._url}: a module with the Content-Type {shown}; its bytes tell"
            )
        raise self.failure(
            f"the Content-Type is {shown}; it must be {MEDIA_TYPE}, without parameters"
        )

    def encoding(self, response: httpx.Response) -> str | None:
        """The content encoding; raises SourceError if it is not one asked for."""
        field = response.headers.get("content-encoding", "")
        names = encodings(field)
        shown = ascii(_shortened(field, _SHOWN_LENGTH))
        if len(names) > 1:
            raise self.failure(
                f"the Content-Encoding is {shown}; at most one encoding is undone"
            )
        if names and names[0] not in SUPPORTED:
            asked = " and ".join(SUPPORTED)
            raise self.failure(
                f"the Content-Encoding is {shown}, which was not asked for: {asked} were"
            )
        return names[0] if names else None

    def chunks(
        self, response: httpx.Response, encoding: str | None, total: int | None
    ) -> Iterator[bytes]:
        """The body, decoded; raises SourceError."""
        received = 0
        inflater = None if encoding is None else Inflater(encoding)
        try:
            for chunk in response.iter_raw():
                received += len(chunk)
                for piece in (chunk,) if inflater is None else inflater.decode(chunk):
                    # Also where the server is fast, and never at an end.
                    self._bounds.remaining()
                    yield piece
            if inflater is not None:
                inflater.finish()
        except _CUT_OFF as error:
            reason = self._reason(error)
            if isinstance(error, _BROKEN) and self._bounds.ended:
                of_all = "" if total is None else f" of {total:,}"
                reason = (
                    f"cut short: the connection ended after {received:,}{of_all} bytes;"
                    " try again"
                )
            raise SourceError(f"{self._url}: {reason}") from error

    def _reason(self, error: Exception) -> str:
        """One line on why there is no response, or not all of it."""
        if isinstance(error, httpcore.TimeoutException):
            try:
                self._bounds.remaining()
            except OutOfBounds as exceeded:
                error = exceeded
            else:
                seconds = self._bounds.timeout
                return f"timed out: nothing came for {seconds:g} seconds"
        text = " ".join(str(error).split()) or type(error).__name__
        return _explained(error, _shortened(text, _SHOWN_URL_LENGTH))


def _explained(error: Exception, text: str) -> str:
    """What an error means that has this text."""
    causes = list(_causes(error))
    if isinstance(error, (OutOfBounds, LimitExceeded)):
        return text
    if isinstance(error, EncodingError):
        return f"the Content-Encoding is damaged: {text}"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "no such host is known; check the name and the network"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "connection refused: no server is listening there"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return f"no secure connection: {text}"
    if isinstance(error, (httpcore.ProxyError, ImportError)):
        return f"the proxy cannot be used: {text}"
    if isinstance(error, httpcore.ProtocolError):
        return f"the server does not speak HTTP as it should: {text}"
    if isinstance(error, (httpx.HTTPError, httpx.InvalidURL, ValueError)):
        return f"not a usable URL: {text}"
    return f"the connection failed: {text}"


def _check_url(url: httpx.URL) -> None:
    """Raise ValueError for a URL that no request can be made to."""
    if not url.host:
        raise ValueError("it names no host")
    if url.scheme not in ("http", "https"):
        raise ValueError("it must begin with http:// or https://")


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}..."


def _status(response: httpx.Response) -> str:
    try:
        return f"{response.status_code} {HTTPStatus(response.status_code).phrase}"
    except ValueError:
        return str(response.status_code)


def _length(response: httpx.Response) -> int | None:
    length = response.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
