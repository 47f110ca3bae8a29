"""What streaming needs of an event loop, for asyncio and for trio.

Neither is imported here: a loop that runs has been imported by whoever runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


class Loop(Protocol):
    """The event loop that runs the caller. Every method can be cancelled."""

    async def checkpoint(self) -> None:
        """Let others run."""

    async def in_thread(self, function: Callable[[], T]) -> T:
        """Call the function in a worker thread.

        When cancelled, the call goes on unattended.
        """

    async def result(self, future: Future[T]) -> T:
        """What an executor's future gives. It is cancelled when the wait is."""


class _Asyncio:
    def __init__(self, asyncio: Any) -> None:
        self._asyncio = asyncio

    async def checkpoint(self) -> None:
        await self._asyncio.sleep(0)

    async def in_thread(self, function: Callable[[], T]) -> T:
        loop = self._asyncio.get_running_loop()
        result: T = await loop.run_in_executor(None, function)
        return result

    async def result(self, future: Future[T]) -> T:
        result: T = await self._asyncio.wrap_future(future)
        return result


class _Trio:
    def __init__(self, trio: Any) -> None:
        self._trio = trio

    async def checkpoint(self) -> None:
        await self._trio.lowlevel.checkpoint()

    async def in_thread(self, function: Callable[[], T]) -> T:
        run_sync = self._trio.to_thread.run_sync
        result: T = await run_sync(function, abandon_on_cancel=True)
        return result

    async def result(self, future: Future[T]) -> T:
        done = self._trio.Event()
        token = self._trio.lowlevel.current_trio_token()

        def wake(_: Future[T]) -> None:
            try:
                token.run_sync_soon(done.set)
            except self._trio.RunFinishedError:
                pass  # Nobody waits any more.

        future.add_done_callback(wake)
        try:
            await done.wait()
        except BaseException:
            future.cancel()
            raise
        return future.result()


class _NoLoop:
    """For a coroutine that is stepped by hand: nothing else could run."""

    async def checkpoint(self) -> None:
        pass

    async def in_thread(self, function: Callable[[], T]) -> T:
        return function()

    async def result(self, future: Future[T]) -> T:
        return future.result()


def running_loop() -> Loop:
    """The event loop that runs the calling coroutine."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        return _Trio(trio)
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            return _Asyncio(asyncio)
    return _NoLoop()
