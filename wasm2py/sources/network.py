"""A network on which servers are bounded: in how much they send, and for how long.

What httpx and h11 bound is one header block (100 KiB). They do not bound the number of
informational (1xx) answers, the framing of a chunked body, or the time that a server
takes that is never silent for long. All of that comes through a socket, so it is there
that `Bounds` are kept.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, Final

import httpcore

from wasm2py.spec.limits import MODULE_SIZE

HEAD_LIMIT: Final = 1 << 18
"""Bytes that a server may send before a body: a header block, informational answers."""

BODY_LIMIT: Final = 2 * MODULE_SIZE
"""Bytes that a body may have on its way, the framing of its chunks included."""

_ADDRESSES: Final = 8  # of a host, that are tried


class OutOfBounds(Exception):
    """A server does what it may not; the message is one line."""


class Bounds:
    """What one transfer may take, from now on.

    `timeout` is how many seconds of silence a server is granted, `deadline` how many
    seconds the whole may take.
    """

    def __init__(self, timeout: float, deadline: float) -> None:
        self.timeout = timeout
        self.deadline = deadline
        self.ended = False  # whether the server has closed the connection
        self._end = monotonic() + deadline
        self._limit = self._left = HEAD_LIMIT

    def remaining(self) -> float:
        """The seconds that are left; raises OutOfBounds if there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise OutOfBounds(
                f"took too long: not done after {self.deadline:g} seconds; --deadline"
                " grants more"
            )
        return left

    def granted(self, seconds: float | None) -> float:
        """The seconds that a step may take of those asked for."""
        left = self.remaining()
        return left if seconds is None else min(seconds, left)

    def expect(self, limit: int) -> None:
        """Grant so many bytes to what comes next: `HEAD_LIMIT` or `BODY_LIMIT`."""
        self.ended = False
        self._limit = self._left = limit

    def receive(self, size: int) -> None:
        """Account for bytes from the server; raises OutOfBounds if they are too many."""
        self.ended = size == 0
        self._left -= size
        if self._left < 0:
            where = "before a body" if self._limit == HEAD_LIMIT else "as a body"
            raise OutOfBounds(
                f"the server sends too much: over {self._limit:,} bytes {where}"
            )


class BoundedNetwork(httpcore.NetworkBackend):
    """Opens connections whose every step is within the bounds."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that answers."""
        addresses = _addresses(host, port, self._bounds.granted(timeout))
        share = None if timeout is None else timeout / len(addresses)
        failure: Exception | None = None
        for address in addresses:
            seconds = self._bounds.granted(share)
            try:
                stream = self._network.connect_tcp(
                    address, port, seconds, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _BoundedStream(stream, self._bounds)
        raise failure or httpcore.ConnectError(f"{host} has no address")


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, bounds: Bounds) -> None:
        self._stream = stream
        self._bounds = bounds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._bounds.granted(timeout))
        self._bounds.receive(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._bounds.granted(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = self._bounds.granted(timeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return _BoundedStream(stream, self._bounds)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host. Raises ConnectTimeout, and what the resolver does."""
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def resolve() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answers.put(error)
        else:
            answers.put([str(address[0]) for *_, address in found])

    # The system's resolver takes its time, and cannot be told how much.
    Thread(target=resolve, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise httpcore.ConnectTimeout(f"no address of {host} is known yet") from None
    if isinstance(answer, Exception):
        raise answer
    return answer[:_ADDRESSES]
