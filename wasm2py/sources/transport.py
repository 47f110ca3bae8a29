"""Requests of httpx over a network on which servers are bounded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from wasm2py.sources.network import BODY_LIMIT, HEAD_LIMIT, BoundedNetwork, Bounds


class BoundedTransport(httpx.BaseTransport):
    """A transport whose responses keep the bounds; proxies are those of the system.

    It raises OutOfBounds, and the exceptions of httpcore.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._network = BoundedNetwork(bounds)
        self._pools = ExitStack()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the response's body is still to be received."""
        pool = self._pools.enter_context(self._pool(request.url))
        self._bounds.expect(HEAD_LIMIT)
        response = pool.handle_request(
            httpcore.Request(
                request.method,
                _core_url(request.url),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        self._bounds.expect(BODY_LIMIT)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close all connections."""
        self._pools.close()

    def _pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        context = httpx.create_ssl_context() if url.scheme == "https" else None
        return httpcore.ConnectionPool(
            ssl_context=context, network_backend=self._network, proxy=_proxy(url)
        )


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def _proxy(url: httpx.URL) -> httpcore.Proxy | None:
    """The proxy that the environment or the system names for a URL.

    Raises httpcore.ProxyError for what is not the URL of a proxy.
    """
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    if not named or proxy_bypass(url.netloc.decode("ascii")):
        return None
    try:
        proxy = httpx.Proxy(named if "://" in named else f"http://{named}")
    except (ValueError, httpx.InvalidURL) as error:
        raise httpcore.ProxyError(f"{named!r}: {error}") from error
    return httpcore.Proxy(
        _core_url(proxy.url), proxy.raw_auth, ssl_context=proxy.ssl_context
    )


def _core_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
