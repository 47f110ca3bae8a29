"""Each HTTP client against a real server."""

from __future__ import annotations

import email.message
import http.client
import io
import sys
import threading
import time
import tracemalloc
import urllib.error
import urllib.request
import urllib.response
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import requests

import wasm2py
from tests.streaming.loops import RUNNERS, Run, run_asyncio, run_trio
from tests.streaming.modules import EMPTY, HEADERS
from tests.streaming.server import Server, serving
from wasm2py.web import clients

Open = Callable[[str], AbstractAsyncContextManager[Any]]


@asynccontextmanager
async def httpx_stream(url: str) -> AsyncIterator[Any]:
    client = httpx.AsyncClient(follow_redirects=True)
    async with client, client.stream("GET", url) as response:
        yield response


@asynccontextmanager
async def httpx_read(url: str) -> AsyncIterator[Any]:
    async with httpx.AsyncClient(follow_redirects=True) as client:
        yield await client.get(url)


@asynccontextmanager
async def httpx_sync_stream(url: str) -> AsyncIterator[Any]:
    with httpx.stream("GET", url, follow_redirects=True) as response:
        yield response


@asynccontextmanager
async def aiohttp_stream(url: str) -> AsyncIterator[Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        yield response


@asynccontextmanager
async def aiohttp_read(url: str) -> AsyncIterator[Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        await response.read()
        yield response


@asynccontextmanager
async def requests_stream(url: str) -> AsyncIterator[Any]:
    with requests.get(url, stream=True, timeout=30) as response:
        yield response


@asynccontextmanager
async def requests_read(url: str) -> AsyncIterator[Any]:
    with requests.get(url, timeout=30) as response:
        yield response


@asynccontextmanager
async def urllib_stream(url: str) -> AsyncIterator[Any]:
    try:
        response = urllib.request.urlopen(url, timeout=30)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        yield response


ANY_LOOP: tuple[Open, ...] = (
    httpx_stream,
    httpx_read,
    httpx_sync_stream,
    requests_stream,
    requests_read,
    urllib_stream,
)
CASES = [
    *((run, open_) for run in RUNNERS.values() for open_ in ANY_LOOP),
    (run_asyncio, aiohttp_stream),
    (run_asyncio, aiohttp_read),
]
STREAMING = [case for case in CASES if "read" not in case[1].__name__]


def case_id(value: object) -> str:
    return getattr(value, "__name__", "").removeprefix("run_")


each_client = pytest.mark.parametrize(("run", "open_"), CASES, ids=case_id)
each_streaming_client = pytest.mark.parametrize(
    ("run", "open_"), STREAMING, ids=case_id
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def compiled(run: Run[Any], open_: Open, url: str, **options: Any) -> wasm2py.Module:
    async def main() -> wasm2py.Module:
        async with open_(url) as response:
            return await wasm2py.compile_streaming(response, **options)

    module: wasm2py.Module = run(main())
    return module


@each_client
@pytest.mark.parametrize("path", ["module", "chunked", "gzip", "chunked_gzip"])
def test_transfer(run: Run[Any], open_: Open, path: str, server: Server) -> None:
    seen: list[wasm2py.Progress] = []
    module = compiled(run, open_, server.url(path), progress=seen.append)
    assert wasm2py.instantiate(module).exports.f42(1) == 43
    assert seen[-1].functions_translated == 100
    assert seen[-1].total in (seen[-1].bytes_received, None)
    if path == "module":
        assert seen[-1].total is not None


@each_client
def test_redirect(run: Run[Any], open_: Open, server: Server) -> None:
    module = compiled(run, open_, server.url("redirect"))
    assert len(wasm2py.Module.exports(module)) == 100


@each_streaming_client
def test_slow_trickle(run: Run[Any], open_: Open, server: Server) -> None:
    """Each piece is worked on when it arrives."""
    server.worked_on = threading.Semaphore(0)
    seen: set[int] = set()

    def progress(done: wasm2py.Progress) -> None:
        if done.bytes_received not in seen:
            seen.add(done.bytes_received)
            server.worked_on.release()

    compiled(run, open_, server.url("trickle"), progress=progress)
    assert len(seen) > 5


@each_client
@pytest.mark.parametrize("path", ["missing", "html", "parameters", "twice"])
def test_refused(run: Run[Any], open_: Open, path: str, server: Server) -> None:
    with pytest.raises(TypeError, match=r"status is 404|Content-Type is '"):
        compiled(run, open_, server.url(path))


@each_client
def test_empty(run: Run[Any], open_: Open, server: Server) -> None:
    with pytest.raises(wasm2py.CompileError, match="unexpected end"):
        compiled(run, open_, server.url("empty"))


CUT = {
    "httpx": httpx.RemoteProtocolError,
    "aiohttp": aiohttp.ClientPayloadError,
    "requests": requests.exceptions.ChunkedEncodingError,
    "urllib": http.client.IncompleteRead,
}


@each_streaming_client
@pytest.mark.parametrize("path", ["cut", "cut_chunked"])
def test_cut(run: Run[Any], open_: Open, path: str, server: Server) -> None:
    """What the client says of a connection that ends too early is what is raised."""
    expected = CUT[open_.__name__.partition("_")[0]]
    with pytest.raises(expected):
        compiled(run, open_, server.url(path))


@each_streaming_client
def test_endless(run: Run[Any], open_: Open, server: Server) -> None:
    """The error is immediate, memory stays flat, and the connection is closed."""
    server.refused.clear()
    before = server.endless_sent
    compiled(run, open_, server.url("module"))  # What is imported is none of it.
    tracemalloc.start()
    try:
        started = time.monotonic()
        with pytest.raises(wasm2py.CompileError, match="malformed section id") as info:
            compiled(run, open_, server.url("endless"))
        took = time.monotonic() - started
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert info.value.offset == 8
    assert server.refused.wait(30)
    # What the buffers of both ends hold, and little more.
    assert server.endless_sent - before < 32 << 20
    assert peak < 8 << 20
    assert took < 20


@each_streaming_client
def test_cancelled_while_waiting(run: Run[Any], open_: Open, server: Server) -> None:
    """A cancellation closes the connection, also where a thread waits for its bytes."""
    server.refused.clear()
    before = threading.active_count()

    async def compile_stalled(opened: Callable[[], None]) -> None:
        async with open_(server.url("stalled")) as response:
            opened()
            await wasm2py.compile_streaming(response)

    async def under_asyncio() -> None:
        import asyncio

        now = asyncio.get_running_loop().time
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(None) as scope:
                await compile_stalled(lambda: scope.reschedule(now() + 0.3))

    async def under_trio() -> None:
        import trio

        def cancel_soon() -> None:
            scope.deadline = trio.current_time() + 0.3

        with trio.CancelScope() as scope:
            await compile_stalled(cancel_soon)
        assert scope.cancelled_caught

    run(under_trio() if run is run_trio else under_asyncio())
    assert server.refused.wait(30)
    assert threading.active_count() <= before + 2


@pytest.mark.parametrize("run", RUNNERS.values(), ids=RUNNERS.keys())
def test_awaitable_of_httpx_response(run: Run[Any], server: Server) -> None:
    async def main() -> wasm2py.Module:
        async with httpx.AsyncClient() as client:
            return await wasm2py.compile_streaming(client.get(server.url("module")))

    assert len(wasm2py.Module.exports(run(main()))) == 100


def test_awaitable_of_aiohttp_response(server: Server) -> None:
    async def main() -> wasm2py.Module:
        async with aiohttp.ClientSession() as session:
            return await wasm2py.compile_streaming(session.get(server.url("module")))

    assert len(wasm2py.Module.exports(run_asyncio(main()))) == 100


def test_refused_awaitable_is_closed(server: Server) -> None:
    """Nobody else could close the response."""

    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            with pytest.raises(TypeError, match="Content-Type"):
                await wasm2py.compile_streaming(session.get(server.url("html")))
            connector: Any = session.connector
            assert not connector._acquired

    run_asyncio(main())


CONSUMED: dict[str, Callable[[Any], Any]] = {
    "httpx_stream": lambda response: response.aiter_raw(),
    "httpx_sync_stream": lambda response: response.iter_raw(),
    "aiohttp_stream": lambda response: response.content.iter_any(),
    "requests_stream": lambda response: response.iter_content(1000),
    "urllib_stream": lambda response: iter(lambda: response.read(1000), b""),
}


@each_streaming_client
def test_consumed(run: Run[Any], open_: Open, server: Server) -> None:
    async def main() -> None:
        async with open_(server.url("module")) as response:
            chunks = CONSUMED[open_.__name__](response)
            if hasattr(chunks, "__aiter__"):
                async for _ in chunks:
                    pass
            else:
                for _ in chunks:
                    pass
            await wasm2py.compile_streaming(response)

    with pytest.raises(TypeError, match="used"):
        run(main())


BEGUN: dict[str, Callable[[Any], Any]] = {
    "httpx_stream": lambda response: anext(response.aiter_bytes(10)),
    "httpx_sync_stream": lambda response: next(response.iter_bytes(10)),
    "aiohttp_stream": lambda response: response.content.read(10),
    "requests_stream": lambda response: response.raw.read(10),
    "urllib_stream": lambda response: response.read(10),
}


@each_streaming_client
@pytest.mark.parametrize("path", ["module", "chunked", "gzip", "chunked_gzip"])
def test_used_in_part(run: Run[Any], open_: Open, path: str, server: Server) -> None:
    """What is left is no module, and is not looked at."""

    async def main() -> None:
        async with open_(server.url(path)) as response:
            some = BEGUN[open_.__name__](response)
            if hasattr(some, "__await__"):
                await some
            with pytest.raises(TypeError, match="used"):
                await wasm2py.compile_streaming(response)

    run(main())


def test_generator_of_httpx_is_closed(server: Server) -> None:
    """Not left to the garbage collector, which has the event loop do it later."""
    left: list[str] = []

    async def main() -> None:
        sys.set_asyncgen_hooks(finalizer=lambda it: left.append(repr(it)))
        async with httpx_stream(server.url("endless")) as response:
            with pytest.raises(wasm2py.CompileError):
                await wasm2py.compile_streaming(response)

    hooks = sys.get_asyncgen_hooks()
    try:
        run_asyncio(main())
    finally:
        sys.set_asyncgen_hooks(*hooks)
    # What that generator itself iterates over is httpx's affair.
    assert not any("aiter_bytes" in generator for generator in left)


def test_file_url_used_in_part(tmp_path: Path) -> None:
    path = tmp_path / "module.wasm"
    path.write_bytes(b"\0asm\1\0\0\0")
    with urllib.request.urlopen(path.as_uri()) as response:
        assert wasm2py.Module.exports(wasm2py.compile(response)) == []
    with urllib.request.urlopen(path.as_uri()) as response:
        response.read(1)
        with pytest.raises(TypeError, match="used"):
            wasm2py.compile(response)


@each_streaming_client
def test_twice(run: Run[Any], open_: Open, server: Server) -> None:
    """A streamed response has been used after a compilation."""

    async def main() -> None:
        async with open_(server.url("module")) as response:
            await wasm2py.compile_streaming(response)
            with pytest.raises(TypeError, match="used"):
                await wasm2py.compile_streaming(response)

    run(main())


class Reply:
    """A response of a client that nobody has heard of."""

    code = 200
    fields = (("content-type", "application/wasm"),)

    def pieces(self) -> Iterator[bytes]:
        yield b"\0asm"
        yield b"\1\0\0\0"


class SpecialReply(Reply):
    """Recognised by its base."""


def test_another_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one function."""
    with pytest.raises(TypeError, match="source must be"):
        run_asyncio(compiling(Reply()))
    monkeypatch.setattr(clients, "ADAPTERS", dict(clients.ADAPTERS))

    @clients.adapter("tests", "Reply")
    def adapt(reply: Any) -> wasm2py.Response:
        return wasm2py.Response(reply.pieces(), reply.code, reply.fields)

    for reply in (Reply(), SpecialReply()):
        assert wasm2py.Module.exports(run_asyncio(compiling(reply))) == []


async def compiling(source: Any) -> wasm2py.Module:
    return await wasm2py.compile_streaming(source)


class Plain:
    """The least that a file can do."""

    def __init__(self) -> None:
        self._file = io.BytesIO(EMPTY)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def readline(self) -> bytes:
        return self._file.readline()

    def close(self) -> None:
        self._file.close()


def of_requests(**attributes: object) -> requests.Response:
    made = requests.Response()
    made.status_code = 200
    made.headers["Content-Type"] = "application/wasm"
    vars(made).update(attributes)
    return made


def of_urllib(file: Any) -> Any:
    fields = email.message.Message()
    fields["Content-Type"] = "application/wasm"
    return urllib.response.addinfourl(file, fields, "", 200)


def of_httpx(**arguments: Any) -> httpx.Response:
    return httpx.Response(200, headers=HEADERS, **arguments)


HANDMADE: dict[str, Callable[[], Any]] = {
    "requests, file": lambda: of_requests(raw=io.BytesIO(EMPTY)),
    "requests, plain file": lambda: of_requests(raw=Plain()),
    "requests, content": lambda: of_requests(_content=EMPTY),
    "urllib, file": lambda: of_urllib(io.BytesIO(EMPTY)),
    "urllib, plain file": lambda: of_urllib(Plain()),
    "httpx, content": lambda: of_httpx(content=EMPTY),
    "httpx, generator": lambda: of_httpx(content=iter([EMPTY[:3], EMPTY[3:]])),
}


@pytest.mark.parametrize("make", HANDMADE.values(), ids=HANDMADE)
@pytest.mark.parametrize("run", RUNNERS.values(), ids=RUNNERS)
def test_handmade(run: Run[Any], make: Callable[[], Any]) -> None:
    """Without a connection, as tests and adapters of other protocols make them."""
    assert wasm2py.Module.exports(run(compiling(make()))) == []
    assert wasm2py.Module.exports(wasm2py.compile(make())) == []


def test_data_url() -> None:
    """An address without a status."""
    with urllib.request.urlopen("data:application/wasm,%00asm%01%00%00%00") as response:
        assert wasm2py.Module.exports(wasm2py.compile(response)) == []


@pytest.mark.parametrize("path", ["module", "chunked", "gzip", "redirect"])
def test_compile(path: str, server: Server) -> None:
    """The twin without an event loop."""
    url = server.url(path)
    with requests.get(url, stream=True, timeout=30) as streamed:
        assert len(wasm2py.Module.exports(wasm2py.compile(streamed))) == 100
    with urllib.request.urlopen(url) as opened:
        assert len(wasm2py.Module.exports(wasm2py.compile(opened))) == 100
    with httpx.stream("GET", url, follow_redirects=True) as sync:
        assert len(wasm2py.Module.exports(wasm2py.compile(sync))) == 100
    read = httpx.get(url, follow_redirects=True)
    assert len(wasm2py.Module.exports(wasm2py.compile(read))) == 100


def test_compile_refuses_asynchronous_responses(server: Server) -> None:
    async def main() -> None:
        async with aiohttp_stream(server.url("module")) as response:
            with pytest.raises(TypeError, match="use compile_streaming"):
                wasm2py.compile(response)
        async with httpx_stream(server.url("module")) as response:
            with pytest.raises(TypeError, match="use compile_streaming"):
                wasm2py.compile(response)

    run_asyncio(main())
