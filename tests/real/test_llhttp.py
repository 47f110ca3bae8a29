"""llhttp, as undici carries it: HTTP parsed through callbacks into Python."""

from __future__ import annotations

from typing import Any

import pytest

import wasm2py
from tests.real.npm import embedded_wasm, package

pytestmark = pytest.mark.network

REQUEST, RESPONSE = 1, 2
POST = 3
HPE_OK, HPE_INVALID_METHOD = 0, 6


class Parser:
    """One llhttp parser; collects what its callbacks are given."""

    def __init__(self, module: Any, kind: int) -> None:
        self.events: list[tuple[Any, ...]] = []
        spans = ("url", "status", "header_field", "header_value", "body")
        env: dict[str, Any] = {f"wasm_on_{name}": self._span(name) for name in spans}
        env["wasm_on_message_begin"] = self._mark("begin")
        env["wasm_on_message_complete"] = self._mark("complete")
        env["wasm_on_headers_complete"] = self._headers_complete
        self.exports = wasm2py.instantiate(module, {"env": env}).exports
        self.exports["_initialize"]()
        self.parser = self.exports["llhttp_alloc"](kind)

    def _span(self, name: str) -> Any:
        def record(parser: int, start: int, length: int) -> int:
            assert parser == self.parser
            text = bytes(self.exports["memory"].read(start, length))
            # A span may come in pieces, where the data did.
            if self.events and self.events[-1][0] == name:
                text = self.events.pop()[1] + text
            self.events.append((name, text))
            return 0

        return record

    def _mark(self, name: str) -> Any:
        def record(parser: int) -> int:
            self.events.append((name,))
            return 0

        return record

    def _headers_complete(self, parser: int, status: int, *flags: int) -> int:
        method = self.exports["llhttp_get_method"](parser)
        self.events.append(("headers", status or method, *flags))
        return 0

    def execute(self, data: bytes, chunk: int) -> int:
        """Feed data in chunks; returns llhttp's error number."""
        buffer = self.exports["malloc"](chunk)
        for start in range(0, len(data), chunk):
            piece = data[start : start + chunk]
            self.exports["memory"].write(buffer, piece)
            error: int = self.exports["llhttp_execute"](self.parser, buffer, len(piece))
            if error:
                return error
        return 0


@pytest.fixture(scope="module")
def module() -> Any:
    folder = package("undici@7.30.2") / "lib" / "llhttp"
    wasm = embedded_wasm(folder / "llhttp-wasm.js", r"= '([A-Za-z0-9+/=]+)'")
    return wasm2py.compile(wasm, features="wasm2")


@pytest.mark.parametrize("chunk", [1, 7, 4096])
def test_requests(module: Any, chunk: int) -> None:
    parser = Parser(module, REQUEST)
    data = (
        b"GET /a?b=c HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\n\r\n"
        b"POST /form HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n"
    )
    assert parser.execute(data, chunk) == HPE_OK
    assert parser.events == [
        ("begin",),
        ("url", b"/a?b=c"),
        ("header_field", b"Host"),
        ("header_value", b"example.org"),
        ("header_field", b"Accept"),
        ("header_value", b"*/*"),
        ("headers", 1, 0, 1),
        ("complete",),
        ("begin",),
        ("url", b"/form"),
        ("header_field", b"Transfer-Encoding"),
        ("header_value", b"chunked"),
        ("headers", POST, 0, 1),
        ("body", b"hello, world"),
        ("complete",),
    ]


def test_response(module: Any) -> None:
    parser = Parser(module, RESPONSE)
    data = b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\noops"
    assert parser.execute(data, 10) == HPE_OK
    assert parser.events == [
        ("begin",),
        ("status", b"Not Found"),
        ("header_field", b"Content-Length"),
        ("header_value", b"4"),
        ("headers", 404, 0, 1),
        ("body", b"oops"),
        ("complete",),
    ]


def test_errors_are_told(module: Any) -> None:
    parser = Parser(module, REQUEST)
    assert parser.execute(b"?? / HTTP/1.1\r\n\r\n", 64) == HPE_INVALID_METHOD
    reason = parser.exports["llhttp_get_error_reason"](parser.parser)
    text = bytes(parser.exports["memory"].read(reason, 64)).split(b"\0")[0]
    assert b"method" in text.lower()


def test_an_exception_of_a_callback_passes_through(module: Any) -> None:
    error = ValueError("from the host")

    def fail(*args: int) -> int:
        raise error

    env = {item.name: fail for item in wasm2py.Module.imports(module)}
    exports = wasm2py.instantiate(module, {"env": env}).exports
    exports["_initialize"]()
    data = b"GET / HTTP/1.1\r\n\r\n"
    buffer = exports["malloc"](len(data))
    exports["memory"].write(buffer, data)
    with pytest.raises(ValueError, match="from the host") as caught:
        exports["llhttp_execute"](exports["llhttp_alloc"](REQUEST), buffer, len(data))
    assert caught.value is error
