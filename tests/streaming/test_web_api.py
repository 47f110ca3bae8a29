"""The rules of the Web API, after the web platform tests under `wasm/webapi`.

`web_api_subtests` says which test here is whose twin.
"""

from __future__ import annotations

import asyncio
import inspect
import math
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.api.bad_imports import BAD_IMPORTS, BadImports
from tests.ids import without_address
from tests.streaming.loops import Run, each_loop
from tests.streaming.modules import EMPTY, HEADERS, incrementer, response
from tests.wasm_tools import assemble

Method = Callable[..., Awaitable[Any]]

METHODS: list[Method] = [wasm2py.compile_streaming, wasm2py.instantiate_streaming]
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__)


async def awaited(value: Any) -> Any:
    """An awaitable of the value."""
    return value


async def outcome(method: Method, *arguments: Any, **options: Any) -> Any:
    """What a streaming call gives, as a coroutine."""
    return await method(*arguments, **options)


def exports_of(result: Any) -> list[str]:
    """The names of the exports, from either call."""
    if isinstance(result, wasm2py.InstantiatedSource):
        assert list(result.instance.exports) == exports_of(result.module)
        return list(result.instance.exports)
    return [export.name for export in wasm2py.Module.exports(result)]


# contenttype, modified-contenttype, status


@each_loop
@each_method
def test_no_content_type(run: Run[Any], method: Method) -> None:
    for headers in ({}, {"Content-Length": "8"}):
        with pytest.raises(TypeError, match="no Content-Type"):
            run(outcome(method, awaited(response(incrementer(), headers=headers))))


WRONG_TYPES = [
    "",
    "application/javascript",
    "application/octet-stream",
    "text/wasm",
    'application/"wasm"',
    '"application/wasm"',
    "application/wasm;",
    "application/wasm;x",
    "application/wasm;charset=UTF-8",
    "application/wasm ;",
    "application/wasm, application/wasm",
    "\napplication/wasm",
    "application/wasm\r",
    "\fapplication/wasm\f",
    "\u00a0application/wasm",
    "application/\uff57asm",
    "application/wasm\0",
    "application/ wasm",
    "application/wasm application/wasm",
]


@each_loop
@each_method
@pytest.mark.parametrize("value", WRONG_TYPES)
def test_wrong_content_type(run: Run[Any], method: Method, value: str) -> None:
    refused = response(incrementer(), headers={"Content-Type": value})
    with pytest.raises(TypeError, match="Content-Type is"):
        run(outcome(method, awaited(refused)))


@each_loop
@each_method
@pytest.mark.parametrize(
    "value",
    [
        "application/wasm",
        "APPLICATION/wasm",
        "APPLICATION/WASM",
        "\t application/wasm ",
    ],
)
@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_content_type(run: Run[Any], method: Method, value: str, name: str) -> None:
    accepted = response(incrementer(), headers=[(name, value)])
    assert exports_of(run(outcome(method, awaited(accepted)))) == ["increment"]


@each_loop
@each_method
def test_content_type_set_late(run: Run[Any], method: Method) -> None:
    async def main() -> None:
        changed = response(EMPTY, headers={"Content-Type": "test/test"})
        changed.headers["content-type"] = "application/wasm"
        assert exports_of(await method(changed)) == []
        with pytest.raises(TypeError, match="used"):
            await changed.read()

    run(main())


@each_loop
@each_method
def test_content_type_removed_late(run: Run[Any], method: Method) -> None:
    """What is refused is not consumed."""

    async def main() -> None:
        changed = response(EMPTY)
        del changed.headers["Content-Type"]
        with pytest.raises(TypeError, match="no Content-Type"):
            await method(changed)
        assert not changed.body_used
        assert await changed.read() == EMPTY

    run(main())


@each_loop
@each_method
@pytest.mark.parametrize("status", [0, 100, 199, 300, 304, 400, 404, 500, 600, 999])
def test_wrong_status(run: Run[Any], method: Method, status: int) -> None:
    with pytest.raises(TypeError, match=f"status is {status}"):
        run(outcome(method, response(incrementer(), status=status)))


@each_loop
@each_method
@pytest.mark.parametrize("status", [200, 201, 206, 299])
def test_status(run: Run[Any], method: Method, status: int) -> None:
    accepted = response(incrementer(), status=status)
    assert exports_of(run(outcome(method, accepted))) == ["increment"]


@each_method
def test_order_of_checks(method: Method) -> None:
    """Kind of source, header there, its value, status, body, bytes."""
    wrong: dict[str, Any] = {"status": 404, "headers": {"Content-Type": "text/html"}}
    used = response(b"no module", **wrong)
    used.body_used = True
    for mended, message in (
        ({}, "Content-Type is"),
        ({"headers": HEADERS}, "status is 404"),
    ):
        made = response(b"no module", **{**wrong, **mended})
        made.body_used = True
        with pytest.raises(TypeError, match=message):
            asyncio.run(outcome(method, made))
    used.headers["Content-Type"] = "application/wasm"
    used.status = 200
    with pytest.raises(TypeError, match="used"):
        asyncio.run(outcome(method, used))
    with pytest.raises(wasm2py.CompileError, match="magic"):
        asyncio.run(outcome(method, response(b"no module")))


# invalid-args, rejected-arg


NO_RESPONSES: list[Any] = [
    None,
    ...,
    True,
    "test",
    object(),
    0,
    0.1,
    math.nan,
    {},
    wasm2py.Response,
    type(wasm2py.Response),
    # The contract's: these are sources for compile().
    EMPTY,
    bytearray(EMPTY),
    memoryview(EMPTY),
    Path("module.wasm"),
    [EMPTY],
]


@each_loop
@each_method
@pytest.mark.parametrize("source", NO_RESPONSES, ids=without_address)
@pytest.mark.parametrize(
    "wrap", [lambda value: value, awaited], ids=["bare", "awaited"]
)
def test_no_response(run: Run[Any], method: Method, source: Any, wrap: Any) -> None:
    with pytest.raises(TypeError, match="the source must be"):
        run(outcome(method, wrap(source)))


@each_method
def test_file_is_no_response(method: Method, tmp_path: Path) -> None:
    path = tmp_path / "module.wasm"
    path.write_bytes(EMPTY)
    with open(path, "rb") as file, pytest.raises(TypeError, match="source must be"):
        asyncio.run(outcome(method, file))


@each_loop
@each_method
def test_error_of_the_awaitable(run: Run[Any], method: Method) -> None:
    """It reaches the caller as the same object."""
    error = LookupError("mine")

    async def failing() -> Any:
        raise error

    with pytest.raises(LookupError) as info:
        run(outcome(method, failing()))
    assert info.value is error


@each_loop
@each_method
def test_errors_come_through_the_awaitable(run: Run[Any], method: Method) -> None:
    for arguments, options in (
        ((None,), {}),
        ((response(EMPTY),), {"features": "wasm9"}),
        ((response(EMPTY),), {"unknown": 1}),
        ((response(EMPTY, status=404),), {}),
    ):
        awaitable = method(*arguments, **options)
        with pytest.raises((TypeError, ValueError)):
            run(outcome(awaited_twice, awaitable))


@each_loop
@pytest.mark.filterwarnings("error")
def test_coroutine_that_is_not_awaited(run: Run[Any]) -> None:
    """Where something else is wrong. It is closed, so that Python does not warn."""
    for method, arguments, options in (
        (METHODS[0], (), {"features": "wasm9"}),
        (METHODS[1], (), {"unknown": 1}),
        (METHODS[1], (5,), {}),
    ):
        request = awaited(response(EMPTY))
        with pytest.raises((TypeError, ValueError)):
            run(outcome(method, request, *arguments, **options))
        assert inspect.getcoroutinestate(request) == inspect.CORO_CLOSED


async def awaited_twice(awaitable: Awaitable[Any]) -> Any:
    """Await what was made before the loop began."""
    return await awaitable


# body, empty-body, invalid-code


@each_loop
@each_method
def test_consumed_body(run: Run[Any], method: Method) -> None:
    async def main() -> None:
        consumed = response(EMPTY)
        await consumed.read()
        with pytest.raises(TypeError, match="used"):
            await method(consumed)

    run(main())


@each_loop
@each_method
def test_body_is_consumed(run: Run[Any], method: Method) -> None:
    async def main() -> None:
        consumed = response(EMPTY)
        await method(consumed)
        with pytest.raises(TypeError, match="used"):
            await consumed.read()
        with pytest.raises(TypeError, match="used"):
            await method(consumed)

    run(main())


async def no_chunks() -> AsyncIterator[bytes]:
    for chunk in list[bytes]():
        yield chunk


@each_loop
@each_method
@pytest.mark.parametrize(
    "body",
    [bytes, lambda: [b"", b""], no_chunks, lambda: bytearray()],
    ids=["bytes", "empty chunks", "no chunks", "bytearray"],
)
def test_empty_body(run: Run[Any], method: Method, body: Callable[[], Any]) -> None:
    with pytest.raises(wasm2py.CompileError, match="unexpected end"):
        run(outcome(method, response(body())))


@each_loop
@each_method
@pytest.mark.parametrize("tail", [b"\0\0", b"\xca\xfe"], ids=["0x0000", "0xCAFE"])
def test_invalid_code(run: Run[Any], method: Method, tail: bytes) -> None:
    with pytest.raises(wasm2py.CompileError) as info:
        run(outcome(method, response(EMPTY + tail)))
    assert info.value.offset is not None
    assert info.value.offset >= len(EMPTY)


# instantiateStreaming


@each_loop
@pytest.mark.parametrize("case", BAD_IMPORTS, ids=lambda case: case.name)
def test_bad_imports(run: Run[Any], case: BadImports) -> None:
    source = response(assembled(case.wat))
    with pytest.raises(case.error):
        run(outcome(wasm2py.instantiate_streaming, source, case.imports))


ASSEMBLED: dict[str, bytes] = {}


def assembled(wat: str) -> bytes:
    if wat not in ASSEMBLED:
        ASSEMBLED[wat] = assemble(wat)
    return ASSEMBLED[wat]


@each_loop
def test_instantiate(run: Run[Any]) -> None:
    source = response(incrementer())
    result = run(outcome(wasm2py.instantiate_streaming, source))
    assert result.instance.exports.increment(41) == 42
    assert wasm2py.instantiate(result.module).exports.increment(1) == 2
    module, instance = result
    assert (module, instance) == (result.module, result.instance)


@each_loop
def test_imports_are_read_in_the_end(run: Run[Any]) -> None:
    asked = []

    class Imports(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            asked.append(key)
            return super().__getitem__(key)

    wasm = assembled('(module (import "module" "global" (global i32)))')
    imports = Imports(module={"global": 0})

    async def main() -> None:
        awaitable = wasm2py.instantiate_streaming(response(wasm), imports)
        assert asked == []
        await awaitable
        assert asked == ["module"]

    run(main())


@each_loop
def test_imports_that_are_no_mapping_come_first(run: Run[Any]) -> None:
    """As any argument that cannot be one: before the response is looked at."""
    refused: Any = 5
    for source in (response(b"no module"), response(status=404)):
        with pytest.raises(TypeError, match="imports must be a mapping"):
            run(outcome(wasm2py.instantiate_streaming, source, refused))
        assert not source.body_used
    with pytest.raises(TypeError, match="imports must be a mapping"):
        wasm2py.instantiate(b"no module", refused)


@each_loop
def test_limits(run: Run[Any]) -> None:
    call = wasm2py.instantiate_streaming
    two_pages = assembled("(module (memory 2))")
    most = wasm2py.Limits(memory=131_072)
    assert run(call(response(two_pages), limits=most)).instance is not None
    with pytest.raises(wasm2py.MemoryLimitReached, match="131,072 more bytes"):
        run(call(response(two_pages), limits=wasm2py.Limits(memory=131_071)))
    refused: Any = 5
    source = response(b"no module")
    with pytest.raises(TypeError, match="limits must be Limits"):
        run(call(source, limits=refused))
    assert not source.body_used


@each_loop
def test_omitted_imports(run: Run[Any]) -> None:
    wasm = assembled('(module (import "omitted" "f" (func)))')
    with pytest.raises(TypeError, match="omitted"):
        run(outcome(wasm2py.instantiate_streaming, response(wasm)))
    result = run(outcome(wasm2py.instantiate_streaming, response(EMPTY)))
    assert isinstance(result.module, wasm2py.Module)
    assert isinstance(result.instance, wasm2py.Instance)


# The streaming cases


async def asynchronous(chunks: Iterable[Any]) -> AsyncIterator[Any]:
    for chunk in chunks:
        yield chunk


CHUNKS: dict[str, Callable[[bytes], Any]] = {
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "list": lambda data: [data[:20], data[20:]],
    "generator": lambda data: (data[i : i + 1] for i in range(len(data))),
    "kinds": lambda data: [bytearray(data[:9]), memoryview(data[9:20]), data[20:]],
    "async": lambda data: asynchronous([data[:20], data[20:]]),
    "async bytewise": lambda data: asynchronous(
        data[i : i + 1] for i in range(len(data))
    ),
}


@each_loop
@each_method
@pytest.mark.parametrize("kind", CHUNKS)
def test_bodies(run: Run[Any], method: Method, kind: str) -> None:
    source = response(CHUNKS[kind](incrementer()))
    assert exports_of(run(outcome(method, source))) == ["increment"]


@each_loop
@each_method
@pytest.mark.parametrize(
    "chunk", [None, 5, "text", [1, 2], {}, object()], ids=without_address
)
def test_chunk_that_is_not_bytes_like(
    run: Run[Any], method: Method, chunk: object
) -> None:
    for body in ([EMPTY, chunk], asynchronous([EMPTY, chunk])):
        with pytest.raises(TypeError, match="must be bytes-like"):
            run(outcome(method, response(body)))


@each_loop
@each_method
@pytest.mark.parametrize("body", [None, 5, "text", object(), 1.5], ids=without_address)
def test_body_that_is_none(run: Run[Any], method: Method, body: object) -> None:
    with pytest.raises(TypeError, match="body must be"):
        run(outcome(method, response(body)))


@each_loop
@each_method
def test_file_as_body(run: Run[Any], method: Method, tmp_path: Path) -> None:
    path = tmp_path / "module.wasm"
    path.write_bytes(incrementer())
    file = open(path, "rb")  # noqa: SIM115 - the response closes it
    assert exports_of(run(outcome(method, response(file)))) == ["increment"]
    assert file.closed


@each_loop
@each_method
def test_other_contents(run: Run[Any], method: Method) -> None:
    """A body that is something else altogether, such as a form's data."""
    form = b"--boundary\r\nContent-Disposition: form-data\r\n\r\n\0asm"
    with pytest.raises(wasm2py.CompileError, match="magic header not detected"):
        run(outcome(method, response(form)))


@each_loop
@each_method
def test_error_of_the_body(run: Run[Any], method: Method) -> None:
    """It reaches the caller as the same object, and the body is closed."""
    error = ConnectionError("mine")
    closed = []

    async def failing() -> AsyncIterator[bytes]:
        try:
            yield incrementer()[:20]
            raise error
        finally:
            closed.append(True)

    def failing_too() -> Iterable[bytes]:
        try:
            yield incrementer()[:20]
            raise error
        finally:
            closed.append(True)

    for body in (failing(), failing_too()):
        with pytest.raises(ConnectionError) as info:
            run(outcome(method, response(body)))
        assert info.value is error
    assert closed == [True, True]


class Counting:
    """Chunks, asynchronous or not, that count how often they are closed."""

    def __init__(self, chunks: Iterable[Any]) -> None:
        self._chunks = iter(chunks)
        self.closed = 0

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._chunks)

    def close(self) -> None:
        self.closed += 1


class CountingAsync(Counting):
    __iter__ = None  # type: ignore[assignment]

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        for chunk in self._chunks:
            return chunk
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self.close()


def failing_progress(done: wasm2py.Progress) -> None:
    raise LookupError("mine")


CLOSINGS: dict[str, tuple[Iterable[Any], dict[str, Any], Any]] = {
    "exhausted": ([EMPTY], {}, nullcontext()),
    "bad byte": (
        [EMPTY + b"\xff", EMPTY],
        {},
        pytest.raises(wasm2py.CompileError, match="section id"),
    ),
    "wrong chunk": ([EMPTY, 5], {}, pytest.raises(TypeError, match="bytes-like")),
    "progress": (
        [EMPTY, b""],
        {"progress": failing_progress},
        pytest.raises(LookupError, match="mine"),
    ),
}


@each_loop
@pytest.mark.parametrize("kind", [Counting, CountingAsync])
@pytest.mark.parametrize("name", CLOSINGS)
def test_body_is_closed_once(run: Run[Any], kind: type[Counting], name: str) -> None:
    chunks, options, expected = CLOSINGS[name]
    body = kind(chunks)
    with expected:
        run(outcome(wasm2py.compile_streaming, response(body), **options))
    assert body.closed == 1


@each_loop
@pytest.mark.parametrize("kind", [Counting, CountingAsync])
def test_refused_body_is_not_touched(run: Run[Any], kind: type[Counting]) -> None:
    body = kind([EMPTY])
    with pytest.raises(TypeError, match="status"):
        run(outcome(wasm2py.compile_streaming, response(body, status=404)))
    assert body.closed == 0


@each_loop
@each_method
def test_bad_byte_is_reported_at_once(run: Run[Any], method: Method) -> None:
    """No chunk after it is asked for, and the body is closed."""
    events: list[str] = []

    async def endless() -> AsyncIterator[bytes]:
        try:
            yield EMPTY
            yield b"\xff"
            while True:
                events.append("asked for more")
                yield bytes(100)
        finally:
            events.append("closed")

    with pytest.raises(wasm2py.CompileError) as info:
        run(outcome(method, response(endless())))
    assert info.value.offset == 8
    assert events == ["closed"]


@each_loop
def test_invalid_function_is_reported_at_once(run: Run[Any]) -> None:
    """Its module goes on for long."""
    asked = []
    bad = b"\x04\0\x42\0\x0b"  # an i64 where nothing is expected
    code = b"\x0a" + b"\xff\xff\xff\x0f" + b"\x02"
    start = EMPTY + b"\1\4\1\x60\0\0" + b"\3\3\2\0\0" + code + bad

    def body() -> Iterable[bytes]:
        yield start
        asked.append(1)
        yield bytes(1000)

    with pytest.raises(wasm2py.CompileError, match="type mismatch") as info:
        run(outcome(wasm2py.compile_streaming, response(body())))
    assert info.value.function == 0
    assert asked == []


# historical


def test_storage() -> None:
    """A page cannot store a module; a Python program can, as any data."""
    module = asyncio.run(outcome(wasm2py.compile_streaming, response(incrementer())))
    again = pickle.loads(pickle.dumps(module))
    assert wasm2py.instantiate(again).exports.increment(1) == 2
