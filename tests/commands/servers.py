"""Servers on loopback that behave well, and badly."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

Respond = Callable[[socket.socket, Event], None]


@contextmanager
def serving(respond: Respond) -> Iterator[str]:
    """The address of a server that answers each connection with ``respond``.

    It is called with the connection, once the request has been read, and an event
    that is set at the end.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    closing = Event()

    def answer(connection: socket.socket) -> None:
        with connection:
            request = b""
            while b"\r\n\r\n" not in request:
                received = connection.recv(65536)
                if not received:
                    return
                request += received
            try:
                respond(connection, closing)
            except ConnectionError:
                # The client has gone away, as some tests want.
                return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            Thread(target=answer, args=(connection,), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/module.wasm"
    finally:
        closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def response(
    body: bytes,
    *headers: str,
    status: str = "200 OK",
    media_type: str | None = "application/wasm",
    length: int | None = -1,
) -> bytes:
    """A whole response; ``length`` is -1 for the body's own, None for no header."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", *headers]
    if media_type is not None:
        lines.append(f"Content-Type: {media_type}")
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length < 0 else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def sending(content: bytes) -> Respond:
    """Send bytes and close the connection."""
    return lambda connection, closing: connection.sendall(content)


def stalling(content: bytes) -> Respond:
    """Send bytes, and nothing any more."""

    def respond(connection: socket.socket, closing: Event) -> None:
        connection.sendall(content)
        closing.wait(60)

    return respond


def streaming(pieces: Iterable[bytes], pause: float = 0) -> Respond:
    """Send piece after piece, and pause after each for so many seconds."""

    def respond(connection: socket.socket, closing: Event) -> None:
        for piece in pieces:
            connection.sendall(piece)
            if closing.wait(pause) if pause else closing.is_set():
                return

    return respond


def chunk(content: bytes) -> bytes:
    """A chunk of a body with ``Transfer-Encoding: chunked``."""
    return b"%x\r\n%b\r\n" % (len(content), content)
