"""A server on loopback whose responses are as good, and as bad, as those of others."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.streaming.modules import EMPTY, incrementer, many_functions

ENDLESS_PIECE = bytes(1 << 14)


class Server(ThreadingHTTPServer):
    """It counts what it sends of the endless body, and tells when it could not go on."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.endless_sent = 0
        self.refused = threading.Event()
        self.worked_on = threading.Semaphore(0)

    def url(self, path: str) -> str:
        """The address of a resource, which is a method of the handler."""
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"


class Handler(BaseHTTPRequestHandler):
    """Each `send_<path>` is a resource."""

    protocol_version = "HTTP/1.1"
    server: Server

    def handle(self) -> None:
        """Serve a connection until the client is gone, however it goes."""
        with suppress(ConnectionResetError):
            super().handle()

    def do_GET(self) -> None:
        """Answer with the resource that the path names."""
        try:
            getattr(self, "send_" + self.path.lstrip("/"))()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            self.server.refused.set()

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""

    def head(self, status: int = 200, /, **fields: object) -> None:
        """Send the status line and header fields."""
        self.send_response(status)
        fields.setdefault("Content_Type", "application/wasm")
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def whole(self, body: bytes, status: int = 200, /, **fields: object) -> None:
        """Send a body with its length."""
        self.head(status, Content_Length=len(body), **fields)
        self.wfile.write(body)

    def chunks(self, pieces: Iterator[bytes], **fields: object) -> None:
        """Send a body in chunks, each as soon as it is there."""
        self.head(Transfer_Encoding="chunked", **fields)
        for piece in pieces:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def send_module(self) -> None:
        self.whole(many_functions(100))

    def send_chunked(self) -> None:
        module = many_functions(100)
        self.chunks(module[i : i + 999] for i in range(0, len(module), 999))

    def send_gzip(self) -> None:
        self.whole(gzip.compress(many_functions(100)), Content_Encoding="gzip")

    def send_chunked_gzip(self) -> None:
        packed = gzip.compress(many_functions(100))
        pieces = (packed[i : i + 99] for i in range(0, len(packed), 99))
        self.chunks(pieces, Content_Encoding="gzip")

    def send_trickle(self) -> None:
        """A few bytes, and the next when these were worked on, or after a while."""
        module = incrementer()
        self.head(Content_Length=len(module))
        for i in range(0, len(module), 4):
            self.wfile.write(module[i : i + 4])
            self.server.worked_on.acquire(timeout=1)

    def send_cut(self) -> None:
        module = many_functions(100)
        self.head(Content_Length=len(module))
        self.wfile.write(module[: len(module) // 2])
        self.close_connection = True

    def send_cut_chunked(self) -> None:
        self.head(Transfer_Encoding="chunked")
        self.wfile.write(b"100\r\n" + many_functions(100)[:77])
        self.close_connection = True

    def send_redirect(self) -> None:
        self.head(302, Location=self.server.url("module"), Content_Length=0)

    def send_missing(self) -> None:
        self.whole(incrementer(), 404)

    def send_html(self) -> None:
        self.whole(incrementer(), Content_Type="text/html; charset=utf-8")

    def send_parameters(self) -> None:
        self.whole(incrementer(), Content_Type="application/wasm; charset=utf-8")

    def send_twice(self) -> None:
        self.send_response(200)
        for _ in range(2):
            self.send_header("Content-Type", "application/wasm")
        self.send_header("Content-Length", str(len(incrementer())))
        self.end_headers()
        self.wfile.write(incrementer())

    def send_empty(self) -> None:
        self.whole(b"")

    def send_endless(self) -> None:
        """A bad byte behind the header, and then no end of zeros."""
        self.head(Transfer_Encoding="chunked")
        piece = EMPTY + b"\xff"
        while True:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.server.endless_sent += len(piece)
            piece = ENDLESS_PIECE

    def send_stalled(self) -> None:
        """The beginning of a module, and then nothing until the client is gone."""
        module = incrementer()
        self.head(Content_Length=len(module))
        self.wfile.write(module[:10])
        self.wfile.flush()
        self.connection.settimeout(30)
        if not self.rfile.read(1):
            self.server.refused.set()
        self.close_connection = True


@contextmanager
def serving() -> Iterator[Server]:
    """A running server."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
