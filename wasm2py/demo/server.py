"""A server whose link is slow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

_PIECES = 60


@contextmanager
def serving_slowly(content: bytes, seconds: float) -> Iterator[str]:
    """The address on loopback of a module that takes so many seconds to arrive."""
    closing = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/wasm")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            size = -(-len(content) // _PIECES)
            # A client that has gone away has its reasons.
            with suppress(ConnectionError):
                for start in range(0, len(content), size):
                    self.wfile.write(content[start : start + size])
                    closing.wait(seconds / _PIECES)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the client tells what happens."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/drawing.wasm"
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
