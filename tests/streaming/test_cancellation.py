"""Cancellation: whenever it comes, the body is closed and nothing is left running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import Executor, ThreadPoolExecutor
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


def steps(coroutine: Coroutine[Any, Any, Any], count: int) -> bool:
    """Run a coroutine in asyncio for some steps of it, and then cancel it.

    Returns whether it had finished by then.
    """

    async def main() -> bool:
        task = asyncio.create_task(coroutine)
        stepped = 0
        while stepped < count and not task.done():
            await asyncio.sleep(0)
            stepped += 1
        finished = task.done()
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return False
        return finished

    return asyncio.run(main())


@each_method
@pytest.mark.parametrize("way", ["inline", "threads"])
def test_cancelled_at_every_step(method: Method, way: str) -> None:
    """After N steps, for all N: until there are no more."""

    async def compile_(body: Body, executor: Executor | None) -> None:
        source = response(body)
        await method(source, executor=executor, progress=progress)

    async def progress(done: wasm2py.Progress) -> None:
        await asyncio.sleep(0)

    with ThreadPoolExecutor(1) as pool:
        executor = pool if way == "threads" else None
        for count in range(10_000):
            body = Body()
            finished = steps(compile_(body, executor), count)
            assert body.state in ("new", "closed"), count
            if finished:
                break
        assert finished
        assert count > 50
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
