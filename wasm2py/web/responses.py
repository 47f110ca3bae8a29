"""Responses: what streaming compilation takes its bytes from.

`Response` is the project's own. The responses of HTTP clients become one through their
adapters (see `clients`).
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
)
from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol, TypeAlias

from wasm2py.translation.loops import Loop, running_loop

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    Body: TypeAlias = (
        ReadableBuffer
        | BinaryIO
        | Iterable[ReadableBuffer]
        | AsyncIterable[ReadableBuffer]
    )
    HeaderItems: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]

MEDIA_TYPE: Final = "application/wasm"
CHUNK_SIZE: Final = 1 << 16
"""Bytes that are read, and worked on, at a time."""

_SHOWN: Final = 100  # characters of a header field in a message


class ResponseLike(Protocol):
    """A response of a known kind; which kinds are known, `clients` tells."""

    @property
    def headers(self) -> Any:
        """The header fields."""


class Headers(MutableMapping[str, str]):
    """Header fields by name, in which case does not matter.

    Fields of the same name are one, their values joined by ", ", as in the Fetch
    standard's header lists.
    """

    def __init__(self, items: HeaderItems = ()) -> None:
        self._fields: dict[str, tuple[str, str]] = {}
        pairs = items.items() if isinstance(items, Mapping) else items
        for name, value in pairs:
            given = self.get(name)
            self[name] = value if given is None else f"{given}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()][1]

    def __setitem__(self, name: str, value: str) -> None:
        self._fields[name.lower()] = (name, value)

    def __delitem__(self, name: str) -> None:
        del self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._fields.values())

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"


class Response:
    """A response from anywhere, for the streaming calls.

    `body` is bytes-like, a binary file, or an iterable or async iterable of bytes-like
    chunks. Its iterator (and a file) is closed when the response has been used, whether
    it is exhausted by then or not. A body can be used once.

    An iterable is iterated in the event loop; say `blocking=True` if that may wait for
    something, and it is done in a worker thread. Files are always read in one.
    `interrupt` is called, in the event loop, to end such a wait after a cancellation.
    """

    def __init__(
        self,
        body: Body = b"",
        status: int = 200,
        headers: HeaderItems = (),
        *,
        blocking: bool = False,
        interrupt: Callable[[], object] | None = None,
    ) -> None:
        self.status = status
        self.headers = Headers(headers)
        self.body_used = False
        self._body = body
        self._blocking = blocking or hasattr(body, "read")
        self._interrupt = interrupt

    def __repr__(self) -> str:
        media_type = self.headers.get("Content-Type")
        used = ", body used" if self.body_used else ""
        return f"<wasm2py.Response {self.status} {media_type!r}{used}>"

    @property
    def content_length(self) -> int | None:
        """The number of bytes of the body, if it is known beforehand."""
        if _is_buffer(self._body):
            return len(as_bytes(self._body))
        length = self.headers.get("Content-Length", "")
        encoding = self.headers.get("Content-Encoding", "identity")
        if encoding.lower() != "identity" or not (
            length.isascii() and length.isdigit()
        ):
            return None
        return int(length)

    async def read(self) -> bytes:
        """The whole body. Raises TypeError if it has been used, and what it raises."""
        from asyncstdlib import scoped_iter

        async with scoped_iter(self.chunks(running_loop())) as chunks:
            return b"".join([chunk async for chunk in chunks])

    def chunks(self, loop: Loop) -> AsyncIterator[bytes]:
        """The body, in chunks that are not empty. It is to be closed with `aclose`.

        Raises TypeError if the body has been used, is not a body, or gives a chunk that
        is not bytes-like; and what the body raises.
        """
        body = self._use()
        if isinstance(body, AsyncIterable):
            return _from_async(body)
        iterator = _iterate(body)
        if self._blocking:
            return _Threaded(iterator, self._interrupt, loop)
        return _from_sync(iterator)

    def blocking_chunks(self) -> ClosingChunks:
        """The same without an event loop. It is to be closed with `close`.

        Raises TypeError also where the body can only be iterated in an event loop.
        """
        if isinstance(self._body, AsyncIterable):
            raise TypeError(
                "this response's body is asynchronous: use compile_streaming()"
            )
        return _iterate(self._use())

    def _use(self) -> Any:
        if self.body_used:
            raise TypeError("the response's body has been used already")
        self.body_used = True
        body, self._body = self._body, b""
        return body


def check_response(response: Response) -> None:
    """Check that a response offers a module, as the Web API does.

    Raises TypeError for a missing Content-Type, another one than `application/wasm`
    (parameters are not allowed), or a status that is not in 200 to 299. The message
    begins with the status if it is at fault: an error page has a type of its own.
    """
    faults = []
    if not 200 <= response.status <= 299:
        faults.append(f"the response's status is {response.status}, not 200 to 299")
    value = response.headers.get("Content-Type")
    if value is None:
        faults.append(f"the response has no Content-Type: it must be {MEDIA_TYPE}")
    elif value.strip("\t ").lower() != MEDIA_TYPE:
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
        faults.append(
            f"the response's Content-Type is {shown!r}: it must be {MEDIA_TYPE},"
            " without parameters"
        )
    if faults:
        raise TypeError("; ".join(faults))


def _is_buffer(body: object) -> bool:
    try:
        memoryview(body)  # type: ignore[arg-type]
    except TypeError:
        return False
    return True


def as_bytes(chunk: object) -> bytes:
    """A chunk that its owner can no longer change.

    Raises TypeError if it is not bytes-like.
    """
    if type(chunk) is bytes:
        return chunk
    try:
        return bytes(memoryview(chunk))  # type: ignore[arg-type]
    except TypeError:
        message = f"a chunk must be bytes-like, not {type(chunk).__name__!r}"
        raise TypeError(message) from None


class ClosingChunks:
    """Chunks that are not empty, and what is to be closed with them.

    It is closed even if no chunk was asked for: a generator that has not been started
    does nothing when it is closed.
    """

    def __init__(self, chunks: Iterator[object], owner: object = None) -> None:
        self._chunks = chunks
        self._owner = owner

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        for chunk in self._chunks:
            data = as_bytes(chunk)
            if data:
                return data
        raise StopIteration

    def close(self) -> None:
        """Close the iterator, then its owner, as far as they can be closed."""
        close_iterator(self._chunks)
        close_iterator(self._owner)


def _iterate(body: Any) -> ClosingChunks:
    """The chunks of a body that is not asynchronous."""
    if isinstance(body, str):
        raise TypeError("a response's body must be bytes, not str")
    if _is_buffer(body):
        return ClosingChunks(iter((body,)))
    if hasattr(body, "read"):
        return ClosingChunks(file_chunks(body), body)
    if isinstance(body, Iterable):
        return ClosingChunks(iter(body))
    raise TypeError(
        "a response's body must be bytes-like, a binary file or an iterable, not"
        f" {type(body).__name__!r}"
    )


def file_chunks(file: Any) -> Iterator[bytes]:
    """The chunks of a binary file, each as soon as it is there.

    Raises TypeError for a text file, BlockingIOError for one in non-blocking mode that
    has nothing to read.
    """
    # read() of a buffered pipe waits until there are as many bytes as asked for.
    read: Callable[..., object] = getattr(file, "read1", None) or file.read
    while True:
        chunk = read(CHUNK_SIZE)
        if isinstance(chunk, str):
            raise TypeError("the file gives text: open it in binary mode")
        if chunk is None:
            raise BlockingIOError("the file is in non-blocking mode and has no data")
        data = as_bytes(chunk)
        if not data:
            return
        yield data


async def _from_async(body: AsyncIterable[object]) -> AsyncIterator[bytes]:
    from asyncstdlib import scoped_iter

    async with scoped_iter(body) as chunks:
        async for chunk in chunks:
            data = as_bytes(chunk)
            if data:
                yield data


async def _from_sync(iterator: ClosingChunks) -> AsyncIterator[bytes]:
    with closing(iterator):
        for chunk in iterator:
            yield chunk


def close_iterator(iterator: object) -> None:
    """Close an iterator that can be closed: a generator, a file."""
    close = getattr(iterator, "close", None)
    if close is not None:
        close()


class _Threaded:
    """An iterator whose steps may block, stepped in a worker thread.

    The thread cannot be stopped. If it is still in a step when the iteration is over,
    the thread closes the iterator afterwards.
    """

    def __init__(
        self,
        iterator: ClosingChunks,
        interrupt: Callable[[], object] | None,
        loop: Loop,
    ) -> None:
        self._iterator = iterator
        self._interrupt = interrupt
        self._loop = loop
        self._lock = Lock()
        self._stepping = False
        self._closed = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        chunk = await self._loop.in_thread(self._step)
        if chunk is None:
            raise StopAsyncIteration
        return chunk

    async def aclose(self) -> None:
        """Close the iterator, now or as soon as it is possible."""
        with self._lock:
            self._closed = True
            if self._stepping:
                if self._interrupt is not None:
                    self._interrupt()
                return
        self._iterator.close()

    def _step(self) -> bytes | None:
        with self._lock:
            if self._closed:
                return None
            self._stepping = True
        try:
            return next(self._iterator, None)
        finally:
            if self._end_step():
                self._iterator.close()

    def _end_step(self) -> bool:
        """Whether the iterator has been closed meanwhile."""
        with self._lock:
            self._stepping = False
            return self._closed
