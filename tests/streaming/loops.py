"""Running coroutines under each event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
import trio

T = TypeVar("T")

Run = Callable[[Coroutine[Any, Any, T]], T]


def run_asyncio(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine under asyncio, failing for what never finishes."""
    return asyncio.run(asyncio.wait_for(coroutine, 60))


def run_trio(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine under trio, failing for what never finishes."""

    async def main() -> T:
        with trio.fail_after(60):
            return await coroutine

    return trio.run(main)


RUNNERS = {"asyncio": run_asyncio, "trio": run_trio}

each_loop = pytest.mark.parametrize("run", RUNNERS.values(), ids=RUNNERS.keys())
