"""Cancellation: whenever it comes, the body is closed and nothing is left running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import trio

import wasm2py
from tests.streaming.modules import many_functions, response

Method = Callable[..., Awaitable[Any]]
METHODS: list[Method] = [wasm2py.compile_streaming, wasm2py.instantiate_streaming]
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__)


class Body:
    """Chunks with a pause before each, which knows whether it has been closed."""

    def __init__(self, size: int = 700, sleep: Callable[[float], Any] = asyncio.sleep):
        self.state = "new"
        self._size = size
        self._sleep = sleep

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.state = "open"
        module = many_functions(40, 30)
        try:
            for start in range(0, len(module), self._size):
                await self._sleep(0)
                yield module[start : start + self._size]
        finally:
            self.state = "closed"


class Counted:
    """A coroutine that is cancelled when it waits for something for the nth time."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], number: int) -> None:
        self._coroutine = coroutine
        self._left = number

    def __await__(self) -> Generator[Any, None, None]:
        step: Callable[[], Any] = partial(self._coroutine.send, None)
        while True:
            try:
                waited_for = step()
            except StopIteration:
                return
            self._left -= 1
            if self._left == 0:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                yield waited_for
            except BaseException as error:  # noqa: BLE001 - handed on
                step = partial(self._coroutine.throw, error)
            else:
                step = partial(self._coroutine.send, None)


def finishes(coroutine: Coroutine[Any, Any, Any], number: int) -> bool:
    """Whether a coroutine is done before it has waited that often and is cancelled."""

    async def main() -> None:
        await Counted(coroutine, number)

    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        return False
    return True


@each_method
@pytest.mark.parametrize("way", ["inline", "threads"])
def test_cancelled_at_every_step(method: Method, way: str) -> None:
    """At the nth await, for all n: until there are no more."""

    async def compile_(body: Body, executor: Executor | None) -> None:
        source = response(body)
        await method(source, executor=executor, progress=progress)

    async def progress(done: wasm2py.Progress) -> None:
        await asyncio.sleep(0)

    with ThreadPoolExecutor(1) as pool:
        executor = pool if way == "threads" else None
        for number in range(1, 10_000):
            body = Body()
            finished = finishes(compile_(body, executor), number)
            assert body.state in ("new", "closed"), number
            if finished:
                break
        assert finished
        assert number > 20
        # What was cancelled is not executed any more: the pool is free.
        pool.submit(int).result(timeout=10)


def test_cancelled_at_every_step_in_trio() -> None:
    """Every checkpoint may raise."""

    class Counter(trio.abc.Instrument):
        """Cancels a scope before a step of its task."""

        def __init__(self, scope: trio.CancelScope, task: Any, count: int) -> None:
            self._scope, self._task, self._count = scope, task, count

        def before_task_step(self, task: Any) -> None:
            if task is self._task:
                self._count -= 1
                if self._count < 0:
                    self._scope.cancel()

    async def main(count: int) -> tuple[str, bool]:
        body = Body(sleep=trio.sleep)
        with trio.CancelScope() as scope:
            counter = Counter(scope, trio.lowlevel.current_task(), count)
            trio.lowlevel.add_instrument(counter)
            try:
                await wasm2py.compile_streaming(response(body))
            finally:
                trio.lowlevel.remove_instrument(counter)
        return body.state, not scope.cancelled_caught

    for count in range(10_000):
        state, finished = trio.run(main, count)
        assert state in ("new", "closed"), count
        if finished:
            break
    assert finished
    assert count > 20


@each_method
def test_cancelled_before_it_begins(method: Method) -> None:
    async def main() -> str:
        body = Body()

        async def get() -> wasm2py.Response:
            return response(body)

        request = get()
        task = asyncio.ensure_future(method(request))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        request.close()
        return body.state

    assert asyncio.run(main()) == "new"


@each_method
def test_cancelled_at_once(method: Method) -> None:
    async def main() -> str:
        body = Body()
        task = asyncio.ensure_future(method(response(body)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return body.state

    assert asyncio.run(main()) == "closed"


def test_cancelled_request() -> None:
    """The awaitable's own cancellation reaches the caller."""

    async def main() -> None:
        request = asyncio.get_running_loop().create_future()
        task = asyncio.ensure_future(wasm2py.compile_streaming(request))
        await asyncio.sleep(0)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def test_error_of_progress_closes_the_body() -> None:
    class MineError(Exception):
        pass

    def progress(done: wasm2py.Progress) -> None:
        raise MineError

    async def main(body: Body) -> None:
        await wasm2py.compile_streaming(response(body), progress=progress)

    body = Body()
    with pytest.raises(MineError):
        asyncio.run(main(body))
    assert body.state == "closed"
